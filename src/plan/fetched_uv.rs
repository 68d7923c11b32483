//! The uv that is fetched where none is found: one version, pinned with its hashes (DESIGN 5), and kept in the cache.
//!
//! It comes from the package index by pip, so that it needs no other way to the network than the distributions do.

use super::Facts;
use super::command::Command;
use super::index;
use super::installer::{Installer, pip};
use super::interpreter::Interpreter;
use super::places::Places;
use super::python;
use super::venv::InstallerCommands;
use crate::recipe::Indexes;
use crate::sys::environment::Environment;
use std::path::{Path, PathBuf};

/// The version of uv that is fetched.
pub const UV_VERSION: &str = "0.13.8";

/// SHA-256 of its wheels for Linux with glibc: amd64 and arm64.
const UV_HASHES: &[&str] = &[
    "e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984",
    "0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d",
];

/// How uv is fetched.
#[derive(Clone, Debug)]
pub struct FetchPlan {
    /// Makes a virtualenv that has pip.
    pub create_pip: Command,
    /// The file that names the version and its hashes.
    pub requirements: PathBuf,
    /// What is in that file.
    pub pin: String,
    /// Fetches the wheel.
    pub fetch: Command,
    /// The program among what was fetched.
    pub fetched: PathBuf,
    /// Where it is kept for later builds.
    pub program: PathBuf,
    /// Asks it for its version.
    pub check: Command,
    /// What it does.
    pub uv: InstallerCommands,
    /// The Python that has pip.
    pub pip_python: PathBuf,
    /// What pip does when there is no uv; nothing when the recipe wants uv.
    pub pip: Option<InstallerCommands>,
}

/// Returns where the uv that was fetched is kept.
pub fn kept_uv(cache: &Path) -> PathBuf {
    cache
        .join("tools")
        .join(format!("uv-{UV_VERSION}"))
        .join("uv")
}

/// Decides how uv is fetched, and what pip does when that fails.
pub(super) fn fetch(
    interpreter: &Interpreter,
    places: &Places,
    facts: &Facts<'_>,
    commands: impl Fn(&Installer) -> InstallerCommands,
) -> FetchPlan {
    let python = places.pip().join("bin/python");
    let requirements = places.tool("uv.txt");
    let target = places.tool("uv");
    let program = kept_uv(&places.cache);
    let hashes = UV_HASHES
        .iter()
        .map(|hash| format!(" --hash=sha256:{hash}"));
    FetchPlan {
        create_pip: python::create_pip_venv(interpreter, &places.pip()),
        fetch: fetch_tool(
            &python,
            &requirements,
            &target,
            places,
            &facts.host.environment,
        ),
        requirements,
        pin: format!("uv=={UV_VERSION}{}\n", hashes.collect::<String>()),
        fetched: target.join("bin/uv"),
        check: Command::new(&program).arg("--version"),
        uv: commands(&Installer::Uv {
            program: program.clone(),
        }),
        pip: Some(commands(&Installer::Pip {
            python: python.clone(),
        })),
        pip_python: python,
        program,
    }
}

/// Fetches a wheel with a known hash into `target`, with the pip of `python`.
fn fetch_tool(
    python: &Path,
    requirements: &Path,
    target: &Path,
    places: &Places,
    environment: &Environment,
) -> Command {
    pip(python, places)
        .args([
            "install",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--require-hashes",
            "--no-compile",
            "--target",
        ])
        .arg(target)
        .arg("-r")
        .arg(requirements)
        .envs(index::variables(&Indexes::default(), environment))
        .env("TMPDIR", places.temporary())
}

/// Asks the index which versions of uv there are, with the pip of `python`; gives up soon.
pub fn ask_index(python: &Path, places: &Places, environment: &Environment) -> Command {
    pip(python, places)
        .args([
            "index",
            "versions",
            "--retries",
            "0",
            "--timeout",
            "15",
            "uv",
        ])
        .envs(index::variables(&Indexes::default(), environment))
        .env("TMPDIR", places.temporary())
}
