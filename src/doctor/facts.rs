//! What is known of a machine when it is judged.

use crate::sys::isolation::Isolation;
use std::path::PathBuf;

/// Everything that a judgement depends on.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What the machine is, or why it cannot be told.
    pub machine: Result<Machine, String>,
    /// The Debian packages that a build of these recipes needs.
    pub needs: Vec<Need>,
    /// The packages that apps bring their Python out of, when one of these does.
    pub own_python: Option<OwnPython>,
    /// Recipes that this machine cannot build, whatever is installed.
    pub refusals: Vec<Refusal>,
    /// git.
    pub git: Git,
    /// uv.
    pub uv: Uv,
    /// The package index of Python.
    pub index: Index,
    /// The bundle of certificate authorities.
    pub certificates: Option<PathBuf>,
    /// How children are kept from outliving a build.
    pub isolation: Isolation,
    /// The cache folder, when there is a place for it.
    pub cache: Option<Cache>,
    /// Who may install packages.
    pub rights: Rights,
    /// Whether apt has lists of packages.
    pub has_apt_lists: bool,
    /// Programs that only tests of packages need.
    pub test_programs: Vec<Program>,
}

/// Whether a build may install packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// It runs as root.
    Root,
    /// `sudo` works without asking.
    Sudo,
    /// It may not: the user is told what to run.
    None,
}

/// What a machine is.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The codename of its release.
    pub release: String,
    /// What dpkg calls its architecture.
    pub architecture: String,
    /// The release's Python, when packages can be built for it: `3.11`.
    pub python: Option<String>,
}

/// A Debian package that a build needs.
#[derive(Clone, Debug)]
pub struct Need {
    /// Its name.
    pub package: String,
    /// What it is for, as a part of a sentence.
    pub purpose: String,
    /// Whether it is there.
    pub installed: bool,
}

/// The packages of the distribution that apps bring their Python out of.
#[derive(Clone, Debug)]
pub struct OwnPython {
    /// Their names.
    pub packages: Vec<String>,
    /// Their version; nothing when apt does not know them.
    pub version: Option<String>,
    /// Whether the cache has them.
    pub is_kept: bool,
}

/// A recipe that cannot be built here.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// How the user calls it.
    pub recipe: String,
    /// Why.
    pub reason: String,
}

/// The git program.
#[derive(Clone, Copy, Debug)]
pub struct Git {
    /// Whether it is there.
    pub found: bool,
    /// Whether a build stops without it: a repository in a folder is read without it.
    pub needed: bool,
}

/// Where uv comes from.
#[derive(Clone, Debug)]
pub enum Uv {
    /// It is there.
    Found {
        /// Where.
        program: PathBuf,
        /// What `uv --version` says.
        version: String,
    },
    /// The first build fetches this version.
    Fetched {
        /// The version.
        version: String,
    },
}

/// The package index of Python.
#[derive(Clone, Debug)]
pub struct Index {
    /// The variable that names it; its value may hold a password, and is not looked at.
    pub variable: Option<String>,
    /// What it said, when it was asked.
    pub answer: IndexAnswer,
}

/// What the index said.
#[derive(Clone, Debug)]
pub enum IndexAnswer {
    /// It was not asked.
    NotAsked,
    /// It could not be asked: there is no pip yet, or no place for one.
    CannotAsk,
    /// It knows what a build asks for.
    Answers,
    /// It did not answer; this is the reason that pip gives.
    Silent(String),
}

/// The cache folder.
#[derive(Clone, Debug)]
pub struct Cache {
    /// Where it is, or will be.
    pub path: PathBuf,
    /// Whether this user can write there.
    pub writable: bool,
    /// How many bytes are free, where the file system tells.
    pub free: Option<u64>,
}

/// A program that is looked for.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// The Debian package that has it.
    pub package: String,
    /// Whether it is there.
    pub found: bool,
}
