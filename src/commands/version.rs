//! The version of a package whose recipe says where it comes from: settled as soon as it is known.

use crate::failure::Failure;
use crate::plan::{CommitFacts, Plan};
use crate::recipe::{PythonVersion, Recipe, VersionSource};
use crate::venv::{Distribution, VenvTree};
use anyhow::{Context as _, Result};

/// Takes the version that follows from git, when it is known.
pub(super) fn take_from_commit(recipe: &mut Recipe, commit: Option<&CommitFacts>) {
    let version = commit.and_then(|commit| commit.version.as_ref());
    if let Some(version) = version {
        recipe.package.version = Some(version.version.clone());
    }
}

/// Takes the version of the installed project, or checks it against the tag of the commit.
///
/// # Errors
/// When there is no project, its version is none that dpkg can hold, or it is not the one of the tag.
pub(super) fn settle(recipe: &Recipe, plan: &Plan, venv: &VenvTree) -> Result<Recipe> {
    let mut recipe = recipe.clone();
    let project = venv.distributions.iter().find(|it| it.is_project);
    match &recipe.package.version_source {
        VersionSource::Stated => {}
        VersionSource::Git(_) => {
            let commit = plan.source.as_ref().and_then(|it| it.commit.as_ref());
            let tagged = commit
                .and_then(|commit| commit.version.as_ref())
                .and_then(|version| version.tagged.as_ref());
            if let Some(((tag, expected), project)) = tagged.zip(project) {
                check_agreement(tag, expected, project)?;
            }
        }
        VersionSource::Project => {
            let project = project.context("the project is installed")?;
            let version = parse(project)?.to_debian(&recipe.package.revision);
            let version = version.map_err(|why| {
                Failure::build(format!(
                    "the version `{}` of the project `{}` {why}",
                    project.version, project.name
                ))
                .hint("state another in the recipe: `version = \"…\"` in `[package]`")
            })?;
            recipe.package.version = Some(version);
        }
    }
    Ok(recipe)
}

fn check_agreement(tag: &str, expected: &PythonVersion, project: &Distribution) -> Result<()> {
    if parse(project)? == *expected {
        return Ok(());
    }
    Err(Failure::build(format!(
        "the commit has the tag `{tag}`, and the project `{}` says that it is {}",
        project.name, project.version
    ))
    .hint("set the version in the project, commit that and tag anew; or say what the version is: `from = \"project\"`, or the version itself")
    .into())
}

fn parse(project: &Distribution) -> Result<PythonVersion> {
    project.version.parse().map_err(|_| {
        Failure::build(format!(
            "the project `{}` says that its version is `{}`, which is none by PEP 440",
            project.name, project.version
        ))
        .hint("correct it in the project, or state one in the recipe: `version = \"…\"` in `[package]`")
        .into()
    })
}
