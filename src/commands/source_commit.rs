//! Which commit is packaged: asked of the folder or the server, held against what was locked, and written down.

use super::planning::{Machine, Unreadable};
use crate::cli::SourceOptions;
use crate::failure::Failure;
use crate::plan::{self, CommitFacts, SourcePlan};
use crate::recipe::{Recipe, Reference};
use crate::report::{Event, Reporter};
use crate::source::remote::{Fetched, History, Surroundings};
use crate::source::{self, LockedSource, SourceLock};
use crate::sys::environment::Environment;
use crate::sys::fs;
use crate::sys::git_environment::GitEnvironment;
use crate::sys::process::{Line, Runner};
use anyhow::{Context as _, Result};
use std::path::Path;

/// A commit, and what keeps it in the cache when it was fetched.
pub(super) type Found = (CommitFacts, Option<Fetched>);

/// Puts `--ref` in the place of the recipe's.
pub(super) fn set_reference(recipe: &mut Recipe, reference: &Reference) -> Result<()> {
    let Some(source) = &mut recipe.source else {
        return Err(
            Failure::build("`--ref` names a commit, and the recipe has no `[source]`")
                .hint("leave it away, or add `git` in `[source]`")
                .into(),
        );
    };
    source.reference = reference.to_string();
    Ok(())
}

/// Finds the commit of a recipe; nothing when it has no source, or when it may stay open and cannot be known.
pub(super) fn find(
    recipe: &Recipe,
    unreadable: Unreadable,
    machine: &Machine,
    reporter: &dyn Reporter,
) -> Result<Option<Found>> {
    let Some(plan) = SourcePlan::new(recipe) else {
        return Ok(None);
    };
    let open = |why: &str| {
        let text = format!("which commit is packaged stays open: {why}");
        reporter.event(&Event::Warning(&text));
        Ok(None)
    };
    if plan.address.is_some() {
        if unreadable == Unreadable::Open {
            return open("it is on a server, and a plan fetches nothing");
        }
        return fetch(recipe, &plan, machine, reporter).map(Some);
    }
    if unreadable == Unreadable::Open
        && let Some(error) = source::unreadable(&plan)
    {
        return open(&format!("{error:#}"));
    }
    let commit = source::look(&plan, &plan::named_paths(recipe))?;
    Ok(Some((commit, None)))
}

/// Fetches the commit, and looks at it.
fn fetch(
    recipe: &Recipe,
    plan: &SourcePlan,
    machine: &Machine,
    reporter: &dyn Reporter,
) -> Result<Found> {
    let name = format!("{}.source.log", recipe.package.name);
    let log = machine.cache.join("log").join(name);
    fs::remove_file(&log)?;
    let surroundings = Surroundings {
        cache: &machine.cache,
        environment: &machine.environment,
        git: &GitEnvironment::read(),
        runner: Runner::new(machine.host()?.isolation),
        log: &log,
        warn: &|text| reporter.event(&Event::Warning(text)),
    };
    let named = plan::named_paths(recipe);
    let (commit, fetched) =
        source::obtain(plan, History::Tip, &named, &surroundings, &mut |line| {
            reporter.event(&Event::Output(Line::Output(line)));
        })?;
    Ok((commit, Some(fetched)))
}

/// Refuses one lock for several recipes.
pub(super) fn refuse_lock(options: &SourceOptions) -> Result<()> {
    if options.lock.is_none() && options.locked.is_none() {
        return Ok(());
    }
    Err(
        Failure::build("a lock of sources is of one recipe, and there are several")
            .hint("build them one after the other, each with a file of its own")
            .into(),
    )
}

/// Checks a commit against `--locked`.
pub(super) fn check_lock(
    recipe: &Recipe,
    commit: Option<&CommitFacts>,
    options: &SourceOptions,
) -> Result<()> {
    let Some(path) = &options.locked else {
        return Ok(());
    };
    let name = path.display().to_string();
    let file = Environment::read()?.current_dir.join(path);
    if !fs::is_file(&file) {
        return Err(source::missing_lock(&name).into());
    }
    let locked = SourceLock::parse(&fs::read_to_string(&file)?, &name)?;
    match (SourcePlan::new(recipe), commit) {
        // A plan that cannot know the commit has said so.
        (Some(_), None) => Ok(()),
        (plan, commit) => locked.check(&lock(plan.as_ref(), commit), &name),
    }
}

/// Writes `--lock` when the package is there.
pub(super) fn write_lock(plan: Option<&SourcePlan>, path: &Path) -> Result<()> {
    let file = Environment::read()?.current_dir.join(path);
    let commit = plan.and_then(|plan| plan.commit.as_ref());
    let text = lock(plan, commit).render()?;
    fs::write(&file, text.as_bytes()).context("writing the lock of sources failed")
}

fn lock(plan: Option<&SourcePlan>, commit: Option<&CommitFacts>) -> SourceLock {
    let sources = plan.zip(commit);
    SourceLock::new(
        sources
            .map(|(plan, commit)| LockedSource::new(plan, commit))
            .into_iter()
            .collect(),
    )
}
