//! A Python that the package brings: put together in a folder of its own, compiled, and read back as values.
//!
//! It is below the prefix, in `python`, as Python finds itself: `bin/python3.X`, and `lib/python3.X` beside it. The virtualenv's
//! `bin/python` leads there, and its `pyvenv.cfg` names that folder. Nothing in it needs `/proc`: it finds its library by the path of
//! `pyvenv.cfg`, and the libraries that it is linked with are the distribution's, in the linker's own folders.
//!
//! What is left out: headers and static libraries, tests, installers, what is only for a person, and what the distribution's
//! administrator configures ([`selection`]).

pub mod look;
mod selection;
mod stage;

pub use stage::{PythonFiles, stage};

use super::InstalledFile;
use crate::deb::{ArchivePath, Relation};
use std::collections::{BTreeMap, BTreeSet};

/// A Python that the package brings, as it will be on the host.
#[derive(Clone, Debug)]
pub struct OwnPython {
    /// `3.11`.
    pub version: String,
    /// `3.11.2`.
    pub full: String,
    /// Its files by their path in the package.
    pub files: BTreeMap<ArchivePath, InstalledFile>,
    /// Its links, with their targets.
    pub links: BTreeMap<ArchivePath, String>,
    /// The packages that it was taken out of; none when it was a folder.
    pub parts: Vec<PythonPart>,
    /// Its files that hold texts of licences.
    pub licence_files: BTreeSet<ArchivePath>,
    /// What its packages depend on besides each other.
    pub relations: Vec<Relation>,
    /// SHA-256 over all that is in it: its identity.
    pub digest: [u8; 32],
    /// Python files that could not be compiled, as their paths on the host.
    pub not_compiled: Vec<String>,
}

/// A package of the distribution that was taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythonPart {
    /// Its name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its file in hexadecimal digits.
    pub sha256: String,
    /// The source package it was built from.
    pub source: String,
}
