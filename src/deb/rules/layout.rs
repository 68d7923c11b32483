//! The order of entries, and what may be at one path (measured, dpkg 1.21).
//!
//! dpkg makes no parent directories, unpacks symbolic links last, and lets the last of several entries win without a word.

use super::paths::{Paths, parent, place};
use crate::deb::read::{Findings, Kind, Package, Rule};
use std::collections::HashMap;

const ROOT: Rule = Rule::warning(
    "root-directory",
    "let `./` be the first entry, as `dpkg-deb -b` does",
);
const PARENT: Rule = Rule::error(
    "parent-directory",
    "pack every directory in front of what is in it: dpkg makes none",
);
const BELOW: Rule = Rule::error(
    "below-non-directory",
    "let only directories have something below them: dpkg unpacks links last, and refuses or loses this entry",
);
const TWICE: Rule = Rule::error(
    "path-twice",
    "leave one entry: the last one wins without a word",
);
const TWICE_DIRECTORY: Rule = Rule::warning("directory-twice", "leave one entry");
const CASE: Rule = Rule::warning(
    "path-case-twins",
    "rename one, if the package may be unpacked where case does not count",
);

/// The root is there, and first.
pub(super) fn root(_: &Package, paths: &Paths<'_>, findings: &mut Findings) {
    match paths.first(b"") {
        None => findings.add(&ROOT, "the data member", "it has no entry `./`"),
        Some((0, _)) => {}
        Some(_) => findings.add(&ROOT, "the data member", "`./` is not its first entry"),
    }
}

/// What an entry is in comes before it, and is a directory.
pub(super) fn parents(package: &Package, paths: &Paths<'_>, findings: &mut Findings) {
    for (at, entry) in package.entries.iter().enumerate() {
        let path = entry.path();
        let Some(above) = parent(path).filter(|above| !above.is_empty()) else {
            continue;
        };
        match paths.first(above) {
            None => {
                let problem = format!("{} is not in the package", place(above));
                findings.add(&PARENT, &place(path), problem);
            }
            Some((_, found)) if !found.is_directory() => {
                let problem = format!("{} is a {}", place(above), found.kind.as_str());
                findings.add(&BELOW, &place(path), problem);
            }
            Some((number, _)) if number > at => {
                let problem = format!("{} comes after it", place(above));
                findings.add(&PARENT, &place(path), problem);
            }
            Some(_) => {}
        }
    }
}

/// Every path is there once.
pub(super) fn duplicates(package: &Package, paths: &Paths<'_>, findings: &mut Findings) {
    for (at, entry) in package.entries.iter().enumerate() {
        let path = entry.path();
        match paths.first(path) {
            Some((first, _)) if first == at => {}
            Some((_, other)) if other.is_directory() && entry.is_directory() => {
                findings.add(&TWICE_DIRECTORY, &place(path), "it is there twice");
            }
            Some((_, other)) => {
                let (one, two) = (other.kind.as_str(), entry.kind.as_str());
                let problem = if other.kind == entry.kind {
                    "it is there twice".to_owned()
                } else {
                    format!("it is there twice, as {one} and as {two}")
                };
                findings.add(&TWICE, &place(path), problem);
            }
            None => {}
        }
    }
}

/// No two paths differ in the case of their letters only.
pub(super) fn case_twins(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    let mut seen: HashMap<Vec<u8>, &[u8]> = HashMap::new();
    for entry in &package.entries {
        let path = entry.path();
        // A directory of twins needs no finding for each file in it.
        if entry.kind == Kind::Directory {
            continue;
        }
        let folded = path.to_ascii_lowercase();
        match seen.get(&folded) {
            Some(other) if *other != path => {
                let problem = format!(
                    "only the case of its letters tells it from {}",
                    place(other)
                );
                findings.add(&CASE, &place(path), problem);
            }
            _ => {
                seen.insert(folded, path);
            }
        }
    }
}
