//! The paths of a package, to look things up by.

use crate::deb::read::{ConffileLine, Entry, Package, relative, shown};
use std::collections::{BTreeSet, HashMap};

/// Where each path is.
pub(super) struct Paths<'a> {
    entries: &'a [Entry],
    /// The number of the first and of the last entry with a path.
    by_path: HashMap<&'a [u8], (usize, usize)>,
    /// The paths in `conffiles`.
    conffiles: BTreeSet<&'a [u8]>,
}

impl<'a> Paths<'a> {
    /// Looks at all entries.
    pub(super) fn new(package: &'a Package) -> Self {
        let mut by_path = HashMap::with_capacity(package.entries.len());
        for (at, entry) in package.entries.iter().enumerate() {
            by_path.entry(entry.path()).or_insert((at, at)).1 = at;
        }
        let lines = package.control_lines("conffiles").into_iter();
        let conffiles = lines.filter_map(ConffileLine::parse);
        Paths {
            entries: &package.entries,
            by_path,
            conffiles: conffiles
                .filter(|line| !line.is_removed)
                .map(|line| relative(line.path))
                .collect(),
        }
    }

    /// Returns the last entry with a path: the one that is there in the end.
    pub(super) fn entry(&self, path: &[u8]) -> Option<&'a Entry> {
        let (_, last) = self.by_path.get(path)?;
        self.entries.get(*last)
    }

    /// Returns the first entry with a path, and its number.
    pub(super) fn first(&self, path: &[u8]) -> Option<(usize, &'a Entry)> {
        let (first, _) = self.by_path.get(path)?;
        Some((*first, self.entries.get(*first)?))
    }

    /// Returns whether dpkg keeps edits of it.
    pub(super) fn is_conffile(&self, path: &[u8]) -> bool {
        self.conffiles.contains(path)
    }
}

/// Returns how a path is named in findings.
pub(super) fn place(path: &[u8]) -> String {
    format!("`/{}`", shown(path))
}

/// Returns the directory above a path; nothing for `/` itself.
pub(super) fn parent(path: &[u8]) -> Option<&[u8]> {
    if path.is_empty() {
        return None;
    }
    let slash = path.iter().rposition(|b| *b == b'/');
    Some(&path[..slash.unwrap_or(0)])
}
