//! Python distributions in a package, known by their `NAME-VERSION.dist-info` folders (PEP 376).
//!
//! # Limits
//!
//! Only the names of the folders are looked at; `.egg-info` folders and files are not.

use super::spelled::spelled;
use crate::deb::read::Package;
use serde::Serialize;
use std::collections::BTreeMap;

/// A distribution that is in a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Distribution {
    /// Its normalised name (PEP 503).
    pub name: String,
    /// Its version.
    pub version: String,
    /// The folder it is installed in, such as `/opt/demo/lib/python3.11/site-packages`.
    pub folder: String,
}

/// A distribution that is in one of two packages only, or has another version in each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DistributionChange {
    /// Its normalised name.
    pub name: String,
    /// The folder in the package that has it.
    pub folder: String,
    /// Its version in the old package.
    pub old: Option<String>,
    /// Its version in the new package.
    pub new: Option<String>,
}

/// Returns the distributions, sorted by folder and name.
pub(super) fn find(package: &Package) -> Vec<Distribution> {
    let mut found = BTreeMap::new();
    for entry in &package.entries {
        let path = entry.path();
        let Some(stem) = path.strip_suffix(b".dist-info") else {
            continue;
        };
        if !entry.is_directory() {
            continue;
        }
        let slash = stem.iter().rposition(|b| *b == b'/');
        let (folder, stem) = stem.split_at(slash.map_or(0, |at| at + 1));
        let stem = spelled(stem);
        // A wheel's name and version have no hyphen of their own (PEP 427).
        let Some((name, version)) = stem.rsplit_once('-') else {
            continue;
        };
        let folder = format!("/{}", spelled(folder.strip_suffix(b"/").unwrap_or(folder)));
        found.insert((folder, normalised(name)), version.to_owned());
    }
    let found = found
        .into_iter()
        .map(|((folder, name), version)| Distribution {
            name,
            version,
            folder,
        });
    found.collect()
}

fn normalised(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// Returns what differs. Distributions are the same by name and place; one that moved to another folder, as when the
/// version of Python changes, is compared by its name.
pub(super) fn compare(old: &Package, new: &Package) -> Vec<DistributionChange> {
    let (mut old, new) = (find(old), find(new));
    let mut changes = Vec::new();
    let mut added = Vec::new();
    for distribution in new {
        let same = |other: &Distribution| {
            other.name == distribution.name && other.folder == distribution.folder
        };
        match old.iter().position(same) {
            Some(at) => push_change(&mut changes, Some(old.remove(at)), Some(distribution)),
            None => added.push(distribution),
        }
    }
    for distribution in added {
        let at = old.iter().position(|other| other.name == distribution.name);
        let before = at.map(|at| old.remove(at));
        push_change(&mut changes, before, Some(distribution));
    }
    for distribution in old {
        push_change(&mut changes, Some(distribution), None);
    }
    changes.sort_by(|one, other| (&one.name, &one.folder).cmp(&(&other.name, &other.folder)));
    changes
}

fn push_change(
    changes: &mut Vec<DistributionChange>,
    old: Option<Distribution>,
    new: Option<Distribution>,
) {
    let Some(either) = new.as_ref().or(old.as_ref()) else {
        return;
    };
    let (name, folder) = (either.name.clone(), either.folder.clone());
    let (old, new) = (old.map(|it| it.version), new.map(|it| it.version));
    if old != new {
        changes.push(DistributionChange {
            name,
            folder,
            old,
            new,
        });
    }
}
