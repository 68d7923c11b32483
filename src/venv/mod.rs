//! The virtualenv: made in a staging folder, read back as values, fixed up for its final path.
//!
//! The stage is `STAGE/PREFIX`; nothing in it is ever edited in place, because uv hard-links files to its cache. A
//! fix-up is new bytes in the [`VenvTree`].

pub mod after;
pub mod build;
mod built;
mod compile;
mod digests;
mod distribution;
mod fix_up;
mod frame;
mod install;
mod installed;
pub mod interpreter;
mod other_python;
mod paths;
pub mod placed;
mod project;
mod prune;
mod reader;
pub mod relocate;
mod resolved;
mod said;
mod stage;
mod unchecked;
mod unfit;
pub mod uv;

pub use distribution::{Distribution, InstalledFile};
pub use interpreter::{OwnPython, PythonPart};
pub use prune::{Kept, Pruned};
pub use stage::{Reading, own_files, own_links, read as read_stage};
pub use uv::{ask_index, find as find_uv, index_variable};

use crate::deb::ArchivePath;
use std::collections::BTreeMap;

/// A staged virtualenv as it will be on the host.
#[derive(Clone, Debug)]
pub struct VenvTree {
    /// What is installed, sorted by name, each with the files it owns.
    pub distributions: Vec<Distribution>,
    /// Files of the virtualenv itself: `pyvenv.cfg`.
    pub own_files: BTreeMap<ArchivePath, InstalledFile>,
    /// Links of the virtualenv itself, with their targets: `bin/python`.
    pub links: BTreeMap<ArchivePath, String>,
    /// What was rewritten, for the report.
    pub rewrites: Vec<Rewrite>,
    /// What was left out, for the report.
    pub pruned: Vec<Pruned>,
    /// The Python that the package brings, when it does.
    pub own_python: Option<OwnPython>,
    /// Python files that the interpreter could not compile, as their paths on the host.
    pub not_compiled: Vec<String>,
}

/// One fix-up: which file, and what was done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The file's path in the package.
    pub path: String,
    /// What was done, in a few words.
    pub what: &'static str,
}
