//! Which commit is packaged: asked of the folder or the server, held against what was locked, and written down.

use super::machine::Machine;
use super::planning::Unreadable;
use crate::cli::{BuildOptions, SourceOptions};
use crate::failure::Failure;
use crate::plan::{self, CommitFacts, Places, SourcePlan};
use crate::recipe::{Origin, Recipe, Reference};
use crate::report::{Event, Reporter};
use crate::source::remote::{History, Surroundings};
use crate::source::{self, Obtained, SourceLock, SourceTree};
use crate::sys::environment::Environment;
use crate::sys::fs;
use crate::sys::process::{Line, Runner};
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// A commit, and what keeps it in the cache when it was fetched.
pub(super) type Found = (CommitFacts, Option<Obtained>);

/// Puts `--ref` in the place of the recipe's.
pub(super) fn set_reference(recipe: &mut Recipe, wanted: &Reference) -> Result<()> {
    let origin = recipe.source.as_mut().map(|source| &mut source.origin);
    let what = match origin {
        Some(Origin::Repository(_, reference) | Origin::Fetched(_, reference)) => {
            *reference = wanted.clone();
            return Ok(());
        }
        Some(Origin::Folder(_)) => "the source is a folder, not a commit: it has `path`",
        Some(Origin::Archive(..) | Origin::FetchedArchive(..)) => "the source is an archive",
        None => "the recipe has no `[source]`",
    };
    Err(
        Failure::build(format!("`--ref` names a commit, and {what}"))
            .hint("leave it away, or name a repository with `git` in `[source]`")
            .into(),
    )
}

/// Finds the commit of a source; nothing when there is no source, or when it may stay open and cannot be known.
pub(super) fn find(
    recipe: &Recipe,
    plan: Option<&SourcePlan>,
    unreadable: Unreadable,
    machine: &Machine,
    reporter: &dyn Reporter,
) -> Result<Option<Found>> {
    let Some(plan) = plan else {
        return Ok(None);
    };
    let open = |why: &str| {
        let text = format!("which commit is packaged stays open: {why}");
        reporter.event(&Event::Warning(&text));
        Ok(None)
    };
    let named = plan::named_paths(recipe);
    if matches!(plan.origin, Origin::Fetched(..)) {
        if unreadable == Unreadable::Open {
            return open("it is on a server, and a plan fetches nothing");
        }
        if !source::is_knowable(plan, &named) {
            return Ok(None);
        }
        return fetch(recipe, plan, machine, reporter).map(Some);
    }
    if unreadable == Unreadable::Open
        && let Some(error) = source::unreadable(plan)
    {
        return open(&format!("{error:#}"));
    }
    let commit = source::look(plan, &named)?;
    Ok(commit.map(|commit| (commit, None)))
}

/// Fetches the commit, and looks at it.
fn fetch(
    recipe: &Recipe,
    plan: &SourcePlan,
    machine: &Machine,
    reporter: &dyn Reporter,
) -> Result<Found> {
    let log = log_file(recipe, &machine.cache);
    fs::remove_file(&log)?;
    let warn = |text: &str| reporter.event(&Event::Warning(text));
    let surroundings = surroundings(machine, &log, &warn)?;
    let named = plan::named_paths(recipe);
    let history = if plan.with_history {
        History::Whole
    } else {
        History::Tip
    };
    let (commit, obtained) = source::obtain(plan, history, &named, &surroundings, &mut |line| {
        reporter.event(&Event::Output(Line::Output(line)));
    })?;
    Ok((commit, Some(obtained)))
}

/// Returns what a fetch needs; `log` takes what git says.
pub(super) fn surroundings<'a>(
    machine: &'a Machine,
    log: &'a Path,
    warn: &'a dyn Fn(&str),
) -> Result<Surroundings<'a>> {
    Ok(Surroundings {
        cache: &machine.cache,
        environment: &machine.environment,
        git: &machine.git,
        runner: Runner::new(machine.host()?.isolation),
        log,
        warn,
    })
}

/// Returns the file that takes what git says of servers.
pub(super) fn log_file(recipe: &Recipe, cache: &Path) -> PathBuf {
    Places::source_log_file(cache, recipe.package.name.as_str())
}

/// Refuses one lock for several recipes.
pub(super) fn refuse_lock(options: &SourceOptions) -> Result<()> {
    if !is_locked(options) {
        return Ok(());
    }
    Err(
        Failure::build("a lock of sources is of one recipe, and there are several")
            .hint("build them one after the other, each with a file of its own")
            .into(),
    )
}

/// Returns whether only commits are taken.
pub(super) fn is_locked(options: &SourceOptions) -> bool {
    options.lock.is_some() || options.locked.is_some()
}

/// Checks what is known before a build against `--locked`: which sources there are, and those commits that ask no server.
pub(super) fn check_known(
    plan: Option<&SourcePlan>,
    commit: Option<&CommitFacts>,
    options: &SourceOptions,
) -> Result<()> {
    let Some((locked, name)) = read_lock(options)? else {
        return Ok(());
    };
    let extras = plan.map(source::known_extras).unwrap_or_default();
    let now = SourceLock::new(plan, commit.map(|commit| commit.id.as_str()), &extras);
    locked.check(&now, &name)
}

/// Checks the source that was put together against `--locked`.
pub(super) fn check_all(
    plan: Option<&SourcePlan>,
    tree: Option<&SourceTree>,
    options: &BuildOptions,
) -> Result<()> {
    match read_lock(&options.source)? {
        None => Ok(()),
        Some((locked, name)) => locked.check(&lock_of(plan, tree), &name),
    }
}

fn read_lock(options: &SourceOptions) -> Result<Option<(SourceLock, String)>> {
    let Some(path) = &options.locked else {
        return Ok(None);
    };
    let name = path.display().to_string();
    let file = Environment::read()?.current_dir.join(path);
    if !fs::is_file(&file) {
        return Err(source::missing_lock(&name).into());
    }
    let lock = SourceLock::parse(&fs::read_to_string(&file)?, &name)?;
    Ok(Some((lock, name)))
}

/// Writes `--lock` when the package is there.
pub(super) fn write_lock(lock: &SourceLock, path: &Path) -> Result<()> {
    let file = Environment::read()?.current_dir.join(path);
    let text = lock.render()?;
    fs::write(&file, text.as_bytes()).context("writing the lock of sources failed")
}

/// Returns what was put together, as it is written down.
pub(super) fn lock_of(plan: Option<&SourcePlan>, tree: Option<&SourceTree>) -> SourceLock {
    let extras: Vec<_> = tree
        .iter()
        .flat_map(|tree| tree.extras.iter().cloned().map(Some))
        .collect();
    SourceLock::new(plan, tree.map(|tree| tree.commit.as_str()), &extras)
}
