//! One run of dpkg-shlibdeps, in the form that dpkg-gencontrol gives it.

use crate::context::{repository, succeed};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs it on files and returns the relations that it found.
pub(crate) fn ask(files: &[PathBuf]) -> BTreeSet<String> {
    let script = repository().join("tests/apps/shlibdeps");
    let said = succeed(Command::new(script).arg("files").args(files));
    said.lines().map(str::to_owned).collect()
}

/// Runs it on an unpacked package, with its bundled libraries.
pub(crate) fn ask_tree(folder: &Path) -> BTreeSet<String> {
    let script = repository().join("tests/apps/shlibdeps");
    let said = succeed(Command::new(script).arg("tree").arg(folder));
    said.lines().map(str::to_owned).collect()
}

/// Returns the files below a folder that the dynamic linker loads, sorted.
pub(crate) fn loadable(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.is_symlink())
        .filter(|path| std::fs::read(path).unwrap().starts_with(b"\x7fELF"))
        .collect();
    found.sort();
    found
}
