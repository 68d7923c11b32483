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
    let key = |it: &Distribution| (it.name.clone(), it.folder.clone());
    let mut old: BTreeMap<_, _> = find(old).into_iter().map(|it| (key(&it), it)).collect();
    let mut changes = Vec::new();
    let mut added = Vec::new();
    for distribution in find(new) {
        match old.remove(&key(&distribution)) {
            Some(before) => push_change(&mut changes, Some(before), Some(distribution)),
            None => added.push(distribution),
        }
    }
    for distribution in added {
        let start = (distribution.name.clone(), String::new());
        let next = old.range(start..).next().map(|(key, _)| key.clone());
        let moved = next.filter(|(name, _)| *name == distribution.name);
        let before = moved.and_then(|key| old.remove(&key));
        push_change(&mut changes, before, Some(distribution));
    }
    for distribution in old.into_values() {
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
