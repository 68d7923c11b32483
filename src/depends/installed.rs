//! What is known of the libraries of a system: the values that the dpkg database gives.

use super::{Abi, Shlibs, Symbols};
use anyhow::Result;
use std::rc::Rc;

/// Finds libraries of the system that is built for.
pub trait Installed {
    /// Returns the files that the dynamic linker would take for a soname, in its order: in `folders`, then in those of the
    /// system; only those for the same machine.
    ///
    /// # Errors
    /// When a file of the database cannot be read.
    fn find(&self, soname: &str, folders: &[String], abi: Abi) -> Result<Vec<Candidate>>;

    /// Returns the folders of the system in which the dynamic linker looks.
    fn folders(&self) -> &[String];
}

/// A file that has the name of a library.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Where it is.
    pub path: String,
    /// The packages that own it; none for what was installed by hand.
    pub owners: Vec<Owner>,
}

/// A package that owns a library.
#[derive(Clone, Debug)]
pub struct Owner {
    /// Its name, without an architecture.
    pub name: String,
    /// Its `symbols` files, the first that knows a soname counts: the administrator's come before its own.
    pub symbols: Vec<Rc<Symbols>>,
    /// Its `shlibs` files in the same order, with the administrator's overrides before and defaults after.
    pub shlibs: Vec<Rc<Shlibs>>,
}
