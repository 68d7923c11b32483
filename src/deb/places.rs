//! Where a package may put something (FHS 3.0, Policy 9.1).
//!
//! Run-time state, homes, kernels and the administrator's own folders are nobody's to fill, and a folder of its own in `/`
//! is against the standard. The writer itself takes any path; who calls it decides what is forced.

use super::{Archive, ArchivePath};
use std::collections::BTreeMap;

/// Folders a package has no business in.
pub const NOT_FOR_PACKAGES: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/home",
    // `/bin`, `/lib` and `/sbin` are links into `/usr`: dpkg would see two names of one file.
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/tmp",
    "/usr/local",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/lock",
    "/var/run",
    "/var/tmp",
];

/// The folders in `/` that packages fill.
const TOP: [&str; 5] = ["etc", "opt", "srv", "usr", "var"];

/// A place that a package has something in and should not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// The folder, or the name in `/`.
    pub place: ArchivePath,
    /// The first file or link there; a directory when there are only directories.
    pub first: ArchivePath,
    /// How many files, links and directories are there.
    pub count: usize,
}

/// Returns the places that `archive` should not use, but for those that are at or below one of `forced`.
pub fn misplaced(archive: &Archive, forced: &[ArchivePath]) -> Vec<Misplaced> {
    let entries = archive.layers.iter().flat_map(|layer| layer.entries.keys());
    let mut found: BTreeMap<ArchivePath, Misplaced> = BTreeMap::new();
    for path in entries.chain(archive.directories.keys()) {
        let Some(place) = place_of(path) else {
            continue;
        };
        if forced.iter().any(|forced| is_at_or_below(path, forced)) {
            continue;
        }
        // Above a forced place a directory is needed, and does no harm.
        let is_outer = archive.directories.contains_key(path)
            && forced.iter().any(|forced| is_at_or_below(forced, path));
        if is_outer {
            continue;
        }
        let entry = found.entry(place.clone()).or_insert(Misplaced {
            first: path.clone(),
            count: 0,
            place,
        });
        entry.count += 1;
        if *path < entry.first && !archive.directories.contains_key(path) {
            entry.first = path.clone();
        }
    }
    found.into_values().collect()
}

fn place_of(path: &ArchivePath) -> Option<ArchivePath> {
    let forbidden = NOT_FOR_PACKAGES
        .iter()
        .filter_map(|place| ArchivePath::from_absolute(place).ok())
        .find(|place| is_at_or_below(path, place));
    if forbidden.is_some() {
        return forbidden;
    }
    let first = path.as_bytes().split(|b| *b == b'/').next()?;
    let known = TOP.iter().any(|top| first == top.as_bytes());
    let top = ArchivePath::new(first).ok()?;
    // A file called `/usr` is misplaced as well, which dpkg finds out by itself.
    (!known).then_some(top)
}

fn is_at_or_below(path: &ArchivePath, folder: &ArchivePath) -> bool {
    path.as_bytes()
        .strip_prefix(folder.as_bytes())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn places_of_the_system_and_of_the_administrator_are_found_unless_forced() {
        let layer = testing::layer(
            "tree: usr/bin/a usr/local/bin/b usr/local/c usr/localhost/x app/x README runner/y var/run/z",
        );
        let mut archive = testing::archive(vec![layer]);
        archive.directories.insert(
            "usr/local".parse().expect("it is valid"),
            super::super::Mode::DIRECTORY,
        );
        let shown = |forced: &[&str]| {
            let forced = forced.iter().map(|path| path.parse());
            let forced: Vec<_> = forced.collect::<Result<_, _>>().expect("they are valid");
            misplaced(&archive, &forced)
                .iter()
                .map(|found| format!("{}: {} {}", found.place, found.first, found.count))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            shown(&[]),
            [
                "README: README 1",
                "app: app/x 1",
                "runner: runner/y 1",
                "usr/local: usr/local/bin/b 3",
                "var/run: var/run/z 1"
            ]
        );
        assert_eq!(
            shown(&["usr/local/bin", "app", "README", "runner", "var/run"]),
            ["usr/local: usr/local/c 1"]
        );
    }
}
