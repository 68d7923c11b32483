//! Finds uv, or fetches the pinned one from the package index.
//!
//! One that is on the machine is used as it is, and the report says which. The one that is fetched is pinned by version
//! and hash (DESIGN 5) and kept in the cache folder.

use super::build::Surroundings;
use crate::plan::{self, FetchPlan, FoundUv, Interpreter, Places, create_pip_venv, kept_uv};
use crate::sys::environment::Environment;
use crate::sys::fs;
use crate::sys::process::{Cmd, Line, Runner};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Returns uv from the caller's search path or the cache. Nothing is written.
pub fn find(environment: &Environment, cache: Option<&Path>, runner: Runner) -> Option<FoundUv> {
    environment
        .search_path
        .iter()
        .map(|folder| folder.join("uv"))
        .chain(cache.map(kept_uv))
        .filter(|path| fs::is_file(path))
        .find_map(|path| usable(path, runner))
}

/// Returns the variable that names the package index, when the environment has one.
pub fn index_variable(environment: &Environment) -> Option<String> {
    let names = ["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"];
    let mut set = environment.network.iter().map(|(name, _)| name);
    set.find(|name| names.contains(&name.as_str())).cloned()
}

/// Asks the package index for the versions of uv, with a pip that is made for it in `scratch`; returns why it did not answer.
///
/// # Errors
/// When there is no pip to ask with.
pub fn ask_index(
    interpreter: &Interpreter,
    environment: &Environment,
    scratch: &Path,
    runner: Runner,
) -> Result<Option<String>> {
    let places = Places::new(scratch.join("cache"), scratch.to_path_buf(), "");
    fs::create_dir_all(places.temporary())?;
    let made = runner.ask(&create_pip_venv(interpreter, &places.pip()).complete()?)?;
    if !made.success() {
        return Ok(Some("a virtualenv with pip could not be made".to_owned()));
    }
    let python = places.pip().join("bin/python");
    let answer = runner.ask(&plan::ask_index(&python, &places, environment).complete()?)?;
    let mut said = answer.stderr.lines().filter(|line| !line.is_empty());
    Ok((!answer.success()).then(|| said.next_back().unwrap_or("pip says nothing").to_owned()))
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
    on_line: &mut dyn FnMut(Line<'_>),
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
    surroundings.run(&plan.check, &mut |line| {
        line.text().clone_into(&mut version);
    })?;
    anyhow::ensure!(
        version.starts_with("uv "),
        "the fetched uv does not run on this machine"
    );
    Ok(version)
}
