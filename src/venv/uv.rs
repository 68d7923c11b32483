//! Finds uv, or fetches the pinned one from the package index.
//!
//! One that is on the machine is used as it is, and the report says which. The one that is fetched is pinned by version
//! and hash (DESIGN 5) and kept in the cache folder.

use super::build::Surroundings;
use crate::plan::{FetchPlan, FoundUv, kept_uv};
use crate::sys::environment::Environment;
use crate::sys::fs;
use crate::sys::process::{Cmd, Runner};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Returns uv from the caller's search path or the cache. Nothing is written.
pub fn find(environment: &Environment, cache: &Path, runner: Runner) -> Option<FoundUv> {
    environment
        .search_path
        .iter()
        .map(|folder| folder.join("uv"))
        .chain([kept_uv(cache)])
        .filter(|path| fs::is_file(path))
        .find_map(|path| usable(path, runner))
}

/// Returns uv at `path` if it answers: a shim of pyenv or an unfinished file does not.
fn usable(path: PathBuf, runner: Runner) -> Option<FoundUv> {
    let answer = runner.ask(&Cmd::new(&path).arg("--version")).ok()?;
    let version = answer.stdout.trim().to_owned();
    (answer.success() && version.starts_with("uv ")).then_some(FoundUv {
        program: path,
        version,
    })
}

/// Fetches the pinned uv with a pip that is made for it, and returns what it says of its version.
pub(super) fn fetch(
    plan: &FetchPlan,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(&str),
) -> Result<String> {
    // Another build may have fetched it since the plan was made.
    if fs::is_file(&plan.program)
        && let Some(found) = usable(plan.program.clone(), surroundings.runner)
    {
        return Ok(found.version);
    }
    surroundings.run(&plan.create_pip, on_line)?;
    fs::write(&plan.requirements, plan.pin.as_bytes())?;
    surroundings.run(&plan.fetch, on_line)?;
    fs::write_program(&plan.program, &fs::read(&plan.fetched)?)?;
    let mut version = String::new();
    surroundings.run(&plan.check, &mut |line| line.clone_into(&mut version))?;
    anyhow::ensure!(
        version.starts_with("uv "),
        "the fetched uv does not run on this machine"
    );
    Ok(version)
}
