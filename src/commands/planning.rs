//! From the command line to plans: what `plan` and `build` share. Reads and asks, and writes nothing.

use super::destination::{Destination, resolve};
use super::failures::Failures;
use super::machine::Machine;
use super::recipe_file;
use super::source_commit;
use crate::cli::BuildOptions;
use crate::deb::PackageName;
use crate::failure::Failure;
use crate::package::{Hooks, Outline};
use crate::plan::{self, CommitFacts, Plan};
use crate::recipe::{Recipe, VersionSource};
use crate::report::Reporter;
use crate::source::Obtained;
use crate::sys::environment::Environment;
use crate::sys::host::HostFacts;
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything that was decided about one recipe.
pub(super) struct Planned {
    /// The recipe's file, as the user calls it.
    pub(super) name: PathBuf,
    /// What the user wants, with what the command line says in place of the recipe.
    pub(super) recipe: Recipe,
    /// What is done on this machine.
    pub(super) plan: Plan,
    /// What the package will hold, as far as it is known.
    pub(super) outline: Outline,
    /// The texts of `[scripts]`.
    pub(super) hooks: Hooks,
    /// What was fetched of a server; it stays as long as this does.
    pub(super) _obtained: Option<Obtained>,
}

/// The plans of all recipes, and what they share.
pub(super) struct Planning {
    /// The plans, in the order of the command line.
    pub(super) recipes: Vec<Planned>,
    /// The machine.
    pub(super) host: HostFacts,
    /// Where packages go.
    pub(super) output: Destination,
    pub(super) machine: Machine,
}

impl Planning {
    /// Plans a recipe again whose source is known by now.
    ///
    /// # Errors
    /// When what was open cannot be planned.
    pub(super) fn again(
        &self,
        planned: &Planned,
        commit: CommitFacts,
        options: &BuildOptions,
    ) -> Result<Planned> {
        let recipe = planned.recipe.clone();
        let machine = &self.machine;
        machine.plan_with(&planned.name, recipe, Some(commit), options)
    }
}

/// What to do about a repository that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is an error: the build would meet it.
    Refused,
    /// It is a warning, and the commit stays open.
    Open,
}

/// Reads and plans all recipes.
///
/// # Errors
/// When one of them cannot be planned, after the problems of all were shown; when two make the same package.
pub(super) fn plan_all(
    options: &BuildOptions,
    unreadable: Unreadable,
    reporter: &dyn Reporter,
) -> Result<Planning> {
    let environment = Environment::read()?;
    let names = recipe_file::find(&environment.current_dir, &options.recipes)?;
    let output = Destination::new(&environment, &options.output.path);
    if names.len() > 1 {
        output.refuse_file()?;
        source_commit::refuse_lock(&options.source)?;
    }
    let cache = cache_dir(options, &environment)?;
    let current_dir = environment.current_dir.clone();
    let machine = Machine::new(environment, cache, output.clone());
    let mut recipes = Vec::new();
    let mut failures = Failures::new(names.len(), "planned");
    for name in names {
        let planned = recipe_file::read(&current_dir, &name, machine.release(), reporter)
            .and_then(|recipe| with_options(recipe, options))
            .and_then(|recipe| machine.plan(&name, recipe, options, unreadable, reporter));
        match planned {
            Ok(planned) => recipes.push(planned),
            Err(error) => failures.add(&name, error, reporter),
        }
    }
    failures.finish()?;
    refuse_same_package(&recipes)?;
    Ok(Planning {
        recipes,
        host: machine.host()?.clone(),
        output,
        machine,
    })
}

/// Puts what the command line says in the place of what the recipe says.
fn with_options(mut recipe: Recipe, options: &BuildOptions) -> Result<Recipe> {
    if let Some(version) = &options.deb_version {
        recipe.package.version = Some(version.clone());
        recipe.package.version_source = VersionSource::Stated;
    }
    if let Some(revision) = &options.revision {
        let version = recipe.package.version.as_ref();
        recipe.package.version = version.map(|version| revision.of(version)).transpose()?;
        recipe.package.revision = revision.to_string();
    }
    if let Some(compression) = options.compression {
        recipe.compression = compression;
    }
    if let Some(reference) = &options.source.reference {
        source_commit::set_reference(&mut recipe, reference)?;
    }
    Ok(recipe)
}

fn cache_dir(options: &BuildOptions, environment: &Environment) -> Result<PathBuf> {
    match (&options.cache_dir, &environment.cache) {
        (Some(cache), _) => Ok(resolve(environment, cache)),
        (None, Some(cache)) => Ok(cache.join("deb-build-app")),
        (None, None) => Err(Failure::host(
            "there is no place for caches: neither `HOME` nor `XDG_CACHE_HOME` is set",
        )
        .hint("give one with `--cache-dir DIR`")
        .into()),
    }
}

/// Refuses two recipes whose packages have one name and version: the second would replace the first.
fn refuse_same_package(recipes: &[Planned]) -> Result<()> {
    let mut seen: BTreeMap<(&PackageName, String), &Path> = BTreeMap::new();
    for planned in recipes {
        let package = &planned.recipe.package;
        let version = plan::version_in_file_name(package).to_string();
        let key = (&package.name, version.clone());
        let Some(first) = seen.insert(key, &planned.name) else {
            continue;
        };
        let name = &package.name;
        return Err(Failure::build(format!(
            "`{}` and `{}` both make {name} {version}: one package would replace the other",
            first.display(),
            planned.name.display()
        ))
        .hint(
            "build them one after the other into different folders, or give one another `version`",
        )
        .into());
    }
    Ok(())
}
