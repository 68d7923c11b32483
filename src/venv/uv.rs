//! Finds uv, or fetches the pinned one from the package index.
//!
//! One that is on the machine is used as it is, and the report says which. The one that is fetched is pinned by version
//! and hash (DESIGN 5) and kept in the cache folder.

use super::installer::{self, Installer, Places};
use crate::plan::Interpreter;
use crate::sys::environment::Environment;
use crate::sys::fs;
use crate::sys::process::{Cmd, Line, Runner};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// The version that is fetched.
pub const VERSION: &str = "0.13.8";

/// SHA-256 of its wheels for Linux with glibc: amd64 and arm64.
const HASHES: &[&str] = &[
    "e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984",
    "0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d",
];

/// Returns uv from the caller's search path or the cache.
pub fn find(environment: &Environment, cache: Option<&Path>, runner: Runner) -> Option<Installer> {
    environment
        .search_path
        .iter()
        .map(|folder| folder.join("uv"))
        .chain(cache.map(cached))
        .filter(|path| fs::is_file(path))
        .find_map(|path| usable(path, runner))
}

/// Fetches the pinned uv with a pip that is made for it in `scratch`.
pub(super) fn fetch(
    interpreter: &Interpreter,
    environment: &Environment,
    places: &Places,
    scratch: &Path,
    runner: Runner,
    log: &Path,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<Installer> {
    let pip_venv = scratch.join("pip");
    runner.run(
        &installer::create_pip_venv(interpreter, &pip_venv),
        log,
        on_line,
    )?;
    let requirements = scratch.join("uv.txt");
    let hashes: String = HASHES
        .iter()
        .map(|hash| format!(" --hash=sha256:{hash}"))
        .collect();
    fs::write(&requirements, format!("uv=={VERSION}{hashes}\n").as_bytes())?;
    let target = scratch.join("uv");
    let python = pip_venv.join("bin/python");
    runner.run(
        &installer::fetch_tool(&python, &requirements, &target, places, environment),
        log,
        on_line,
    )?;
    let program = cached(&places.cache);
    fs::write_program(&program, &fs::read(target.join("bin/uv"))?)?;
    usable(program, runner)
        .ok_or_else(|| anyhow::anyhow!("the fetched uv does not run on this machine"))
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
    let places = Places {
        venv: scratch.join("pip"),
        cache: scratch.join("cache"),
        temporary: scratch.to_path_buf(),
    };
    let made = runner.ask(&installer::create_pip_venv(interpreter, &places.venv))?;
    if !made.success() {
        return Ok(Some("a virtualenv with pip could not be made".to_owned()));
    }
    let python = places.venv.join("bin/python");
    let answer = runner.ask(&installer::ask_index(&python, &places, environment))?;
    let mut said = answer.stderr.lines().filter(|line| !line.is_empty());
    Ok((!answer.success()).then(|| said.next_back().unwrap_or("pip says nothing").to_owned()))
}

fn cached(cache: &Path) -> PathBuf {
    cache.join("tools").join(format!("uv-{VERSION}")).join("uv")
}

/// Returns uv at `path` if it answers: a shim of pyenv or an unfinished file does not.
fn usable(path: PathBuf, runner: Runner) -> Option<Installer> {
    let answer = runner.ask(&Cmd::new(&path).arg("--version")).ok()?;
    let version = answer.stdout.trim().to_owned();
    (answer.success() && version.starts_with("uv ")).then_some(Installer::Uv {
        program: path,
        version,
    })
}
