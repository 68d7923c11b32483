//! What is decided before the first side effect: every command, folder and file of this machine, in order.
//!
//! Pure: recipe and facts about the machine in, a [`Plan`] out. `plan` prints the commands and `build` runs the same values
//! (DESIGN 2). Where a command or a text depends on what only the build can know, a [`Placeholder`] says so. What the package
//! will hold follows from the plan, in `package`.

mod after;
mod architecture;
mod build_environment;
mod builder;
mod command;
mod credentials;
mod draft;
mod fetched_uv;
mod index;
mod installer;
mod interpreter;
mod lock;
mod own_python;
mod packages;
mod placed;
mod places;
mod project;
mod python;
mod requirements;
mod source;
mod step;
mod venv;
mod verify;
mod version;
mod wanted;

pub use command::Command;
pub use draft::{Draft, Placeholder};
pub use fetched_uv::{FetchPlan, UV_VERSION, ask_index, kept_uv};
pub use interpreter::{FoundPython, Interpreter, InterpreterOrigin, OWN_PYTHON, RELEASES, Release};
pub use lock::{BUILD_UNLOCKED, LockPlan};
pub use own_python::{
    OwnPythonPlan, PackageFile, PythonPackages, PythonSource, download, python_packages,
};
pub use packages::{Installation, Packages, needs_git};
pub use placed::{AT_PREFIX, Access, at_prefix};
pub use places::Places;
pub use project::{ProjectWheel, SourceProject, project_requirement};
pub use python::create_pip_venv;
pub use source::{
    CommitFacts, CommitVersion, ListedFile, NamedPaths, OwnFiles, SourcePlan, VersionTags,
    named_paths,
};
pub use step::{Step, StepStage, When};
pub use venv::{InstallerCommands, InstallerPlan, VenvPlan};
pub use verify::Trial;
pub use version::{version, version_in_file_name};

use crate::deb::PackageName;
use crate::recipe::Recipe;
use crate::sys::host::HostFacts;
use anyhow::Result;
use std::path::PathBuf;

/// What a build will do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The interpreter that the package will run with.
    pub interpreter: Interpreter,
    /// Debian packages of this machine.
    pub packages: Packages,
    /// How the package gets a Python of its own, when it brings one.
    pub own_python: Option<OwnPythonPlan>,
    /// Which commit is exported.
    pub source: Option<SourcePlan>,
    /// Where the build works.
    pub places: Places,
    /// The file that takes the output of all commands.
    pub log: PathBuf,
    /// How the virtualenv is made.
    pub venv: VenvPlan,
    /// How many threads compress.
    pub threads: usize,
}

/// What is done about build requirements without a hash where there is a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UncheckedBuilds {
    /// They are told.
    Told,
    /// They are an error.
    Refused,
}

/// What the machine lets the plan know.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The machine.
    pub host: &'a HostFacts,
    /// The folder of all caches.
    pub cache: PathBuf,
    /// Which of the packages that are [needed](needs) are not installed.
    pub missing: Vec<PackageName>,
    /// Whether apt has lists of packages.
    pub has_package_lists: bool,
    /// The files of the [packages](python_packages) that a Python of the package's own is taken out of, when apt knows them.
    pub python_files: Option<Vec<PackageFile>>,
    /// The commit, when the repository can be read.
    pub commit: Option<CommitFacts>,
    /// What is no part of a source although it may be in its folder.
    pub own: OwnFiles,
    /// Whether only commits are taken.
    pub locked: bool,
    /// What is done about an unchecked build requirement beside a lock.
    pub unchecked: UncheckedBuilds,
    /// The uv that was found.
    pub uv: Option<FoundUv>,
    /// Whether eatmydata is installed.
    pub eatmydata: bool,
    /// How many threads compress.
    pub threads: usize,
}

/// A uv on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundUv {
    /// The program.
    pub program: PathBuf,
    /// What `uv --version` says.
    pub version: String,
}

/// What a build needs on this machine before it can be planned.
#[derive(Clone, Debug)]
pub struct Needs {
    /// The interpreter that the package will run with.
    pub interpreter: Interpreter,
    /// Debian packages: the tool's own needs first, then the recipe's.
    pub packages: Vec<PackageName>,
}

/// Returns what a build of the recipe needs on this machine; `home` is the Python in its `python-home`, and `commit` what is
/// known of its source.
///
/// # Errors
/// When the lock cannot be read, the machine is not of the release that the package is for, or the Python is not the distribution's.
pub fn needs(
    recipe: &Recipe,
    host: &HostFacts,
    home: Option<&FoundPython>,
    commit: Option<&CommitFacts>,
) -> Result<Needs> {
    let interpreter = interpreter::choose(recipe, host, home)?;
    architecture::check(recipe.target.architecture, &interpreter, host)?;
    let source = SourcePlan::new(recipe).map(|source| SourcePlan {
        commit: commit.cloned(),
        ..source
    });
    let lock = lock::plan(
        &recipe.venv,
        source.as_ref(),
        std::path::Path::new(""),
        &interpreter,
        &host.architecture,
    )?;
    let from_git = lock.is_some_and(|lock| lock.needs_git())
        || requirements::name_git(&recipe.venv, source.as_ref());
    Ok(Needs {
        packages: packages::needed(recipe, &interpreter, from_git)?,
        interpreter,
    })
}

/// Decides what a build of the recipe does.
///
/// # Errors
/// When it would install nothing, or asks for an editable install.
pub fn plan(recipe: &Recipe, needs: Needs, facts: Facts<'_>) -> Result<Plan> {
    let name = recipe.package.name.as_str();
    let source = SourcePlan::new(recipe).map(|source| SourcePlan {
        commit: facts.commit.clone(),
        own: facts.own.clone(),
        locked: facts.locked,
        ..source
    });
    let places = Places::new(
        facts.cache.clone(),
        Places::work_folder(&facts.cache, name),
        recipe.venv.prefix.inside(),
    );
    let venv = venv::plan(recipe, &needs.interpreter, source.as_ref(), &places, &facts)?;
    let own_python = own_python::plan(
        &needs.interpreter,
        recipe.venv.bytecode,
        &places,
        facts.python_files,
        facts.host.root,
    )?;
    Ok(Plan {
        own_python,
        packages: packages::plan(
            needs.packages,
            facts.missing,
            facts.host.root,
            facts.has_package_lists,
        ),
        interpreter: needs.interpreter,
        source,
        log: Places::log_file(&facts.cache, name),
        places,
        venv,
        threads: facts.threads,
    })
}
