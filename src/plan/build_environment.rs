//! What every command that builds or installs runs in: the variables, and what the recipe does in the source before.
//!
//! A build is the same whoever runs it (DESIGN 1.2): of the builder's environment only what reaches the index is taken
//! ([`super::index`]).

use super::command::Command;
use super::index;
use super::places::Places;
use crate::recipe::{Build, Indexes};
use crate::sys::environment::Environment;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

/// `SOURCE_DATE_EPOCH` for source distributions that are built on the way: a fixed one, so that their wheels depend neither on
/// today nor on the app. What they are is known only after they are built, so that the time of their layer cannot be used.
pub(super) const SDIST_EPOCH: &str = "1577836800";

/// What surrounds every installation: the machine, and what the recipe says of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) places: &'a Places,
    /// The folder of the source that holds the app.
    pub(super) root: &'a Path,
    pub(super) environment: &'a Environment,
    pub(super) indexes: &'a Indexes,
    pub(super) build: &'a Build,
    /// Whether syncs to the disk are left out.
    pub(super) eatmydata: bool,
    /// Whether the installer tells what it fetches to build with, because nothing pins it though there is a lock.
    pub(super) tells_builds: bool,
}

/// Returns what the recipe does in the source before anything is built.
pub(super) fn before(surroundings: &Surroundings<'_>) -> Vec<Command> {
    let commands = surroundings.build.before.iter();
    commands
        .map(|text| {
            let places = surroundings.places;
            let own = surroundings.build.env.iter();
            let own = own.map(|(name, value)| (name.as_str().to_owned(), value.as_str().into()));
            Command::new("sh")
                .args(["-euc", text.as_str()])
                .env("HOME", places.home())
                .env("TMPDIR", places.temporary())
                .envs(git_environment(places))
                .envs(own.collect())
                .cwd(surroundings.root)
        })
        .collect()
}

pub(super) fn build_environment(surroundings: &Surroundings<'_>) -> BTreeMap<String, OsString> {
    let Surroundings {
        places,
        environment,
        indexes,
        build,
        eatmydata,
        ..
    } = *surroundings;
    let mut variables = index::variables(indexes, environment);
    let mut set = |name: &str, value: OsString| {
        variables.insert(name.to_owned(), value);
    };
    set("TMPDIR", places.temporary().into_os_string());
    // A build backend that looks for the builder's settings finds an empty folder.
    set("HOME", places.home().into_os_string());
    set("PYTHONHASHSEED", "0".into());
    set("PYTHONDONTWRITEBYTECODE", "1".into());
    // Debug information names the folder a library was compiled in.
    set("CFLAGS", "-g0".into());
    set("CXXFLAGS", "-g0".into());
    // Some add `-g` behind that (uWSGI, for one of its files): the linker leaves out what is there all the same.
    set("LDFLAGS", "-Wl,--strip-debug".into());
    if eatmydata {
        set("LD_PRELOAD", "libeatmydata.so".into());
    }
    for (name, value) in &build.env {
        set(name.as_str(), value.as_str().into());
    }
    variables
}

/// A program of the build that asks git finds the repository of the export and none above it, also when that is another user's
/// (git-config(1), `safe.directory`).
pub(super) fn git_environment(places: &Places) -> BTreeMap<String, OsString> {
    [
        ("GIT_CEILING_DIRECTORIES", places.work.clone().into()),
        ("GIT_CONFIG_COUNT", "1".into()),
        ("GIT_CONFIG_KEY_0", "safe.directory".into()),
        ("GIT_CONFIG_VALUE_0", "*".into()),
    ]
    .map(|(name, value): (&str, OsString)| (name.to_owned(), value))
    .into()
}
