//! An environment that holds exactly the build requirements that the recipe pins, and what is built in it.
//!
//! Neither installer checks all that its isolated builds fetch: uv checks the hashes of what a constraint names and lets the
//! rest in, and pip 23 checks none of a constraint. So nothing is fetched while something is built: the environment is filled
//! first, by hashes and without dependencies, and wheels are built in it without isolation. pip does so for either installer,
//! because uv cannot make wheels of what an index has; the wheels are the same for both.
//!
//! # Limits
//! The environment has one version of each distribution, for all that is built. What it holds are wheels.

use super::build_environment::{SDIST_EPOCH, Surroundings, build_environment, git_environment};
use super::command::Command;
use super::installer::pip;
use super::interpreter::Interpreter;
use super::lock::LockPlan;
use super::places::Places;
use super::project::SourceProject;
use super::python;
use crate::sys::process::SYSTEM_PATH;
use std::path::{Path, PathBuf};

/// The environment.
#[derive(Clone, Debug)]
pub(super) struct Builder<'a> {
    /// The requirements file of all that is in it.
    pub(super) constraints: PathBuf,
    pub(super) places: &'a Places,
}

impl Builder<'_> {
    /// Makes the environment, and builds in it what the lock has no wheel of.
    pub(super) fn prepare(
        &self,
        interpreter: &Interpreter,
        lock: Option<&LockPlan>,
        surroundings: &Surroundings<'_>,
    ) -> Vec<Command> {
        let places = self.places;
        // The setuptools that a virtualenv of Python 3.11 starts with has no hash here.
        let uninstall = self
            .pip(surroundings)
            .args(["uninstall", "--yes", "setuptools"]);
        let fill = self
            .pip(surroundings)
            .args(["install", "--no-deps", "--no-compile", "--require-hashes"])
            .args(["--only-binary", ":all:"])
            .args(super::index::words(surroundings.indexes))
            .arg("-r")
            .arg(&self.constraints);
        let mut commands = vec![
            python::create_pip_venv(interpreter, &places.builder()),
            uninstall,
            fill,
        ];
        let sdists = lock.and_then(LockPlan::sdists).is_some();
        let sources = lock.and_then(LockPlan::unhashed).is_some();
        let files = [
            (sdists, places.locked_sdists(), Some("--require-hashes")),
            (sources, places.locked_sources(), None),
        ];
        for (_, file, option) in files.iter().filter(|(is_there, ..)| *is_there) {
            let wheel = self
                .wheel(&places.locked_built(), surroundings)
                .args(*option)
                .arg("-r")
                .arg(file)
                .env("SOURCE_DATE_EPOCH", SDIST_EPOCH);
            commands.push(wheel);
        }
        commands
    }

    /// Builds a wheel of a project into its folder of wheels.
    pub(super) fn project(
        &self,
        project: &SourceProject,
        epoch: Option<u64>,
        surroundings: &Surroundings<'_>,
    ) -> Command {
        self.wheel(&project.wheels, surroundings)
            .arg(&project.root)
            .envs(git_environment(self.places))
            .env_or(
                "SOURCE_DATE_EPOCH",
                epoch.map(|epoch| epoch.to_string()),
                super::draft::Placeholder::CommitTime,
            )
    }

    fn wheel(&self, into: &Path, surroundings: &Surroundings<'_>) -> Command {
        self.pip(surroundings)
            // A wheel in the cache of pip was built with nobody knows what.
            .args([
                "wheel",
                "--no-deps",
                "--no-build-isolation",
                "--no-cache-dir",
            ])
            .args(["--check-build-dependencies", "--use-pep517"])
            .args(super::index::words(surroundings.indexes))
            .arg("--wheel-dir")
            .arg(into)
    }

    /// Starts the pip of the environment, with the programs of the environment before those of the system.
    fn pip(&self, surroundings: &Surroundings<'_>) -> Command {
        let programs = self.places.builder().join("bin");
        let mut env = surroundings.build.env.iter();
        let path = env
            .find(|(name, _)| name.as_str() == "PATH")
            .map_or(SYSTEM_PATH, |(_, value)| value.as_str());
        pip(&programs.join("python"), self.places)
            .envs(build_environment(surroundings))
            .env("PATH", format!("{}:{path}", programs.display()))
    }
}
