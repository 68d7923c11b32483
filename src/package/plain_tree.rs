//! A package of a plain tree: what `pack` makes of a folder and a description.
//!
//! Pure: what was found in the folder comes in as values, with the description; an [`Archive`] of one layer goes out. The owner
//! is root, modes are 0644 and 0755 unless the description says otherwise, whatever the umask of who made the tree, and names
//! are bytes. A program with a set-id bit is refused until the description names it; directories lose theirs. Hard links are ordinary files,
//! because their other names may be on another file system or outside the tree (Policy 10.7.3, deb.md 1.4).
//!
//! Times are the files' own, at most T: `SOURCE_DATE_EPOCH`, or else the time of the newest file or link. Directories and the
//! archive itself have T, because a directory's own time changes whenever somebody looks for a moment what is in it.
//!
//! # Limits
//!
//! The description is UTF-8, so that a path which is not cannot be named in `[modes]` or `conffiles`. Capabilities, access
//! control lists and other extended attributes are not packed: tar as dpkg reads it has no place for them.

mod refused;

use crate::deb::{
    Archive, ArchivePath, Content, Entry, Layer, Mode, ScriptName, Timestamp, misplaced,
};
use crate::failure::{Failure, Kind};
use crate::recipe::{Conffiles, Packing};
use crate::sys::fs::FileKind;
use crate::sys::fs::Found;
use anyhow::Result;
use refused::Refused;
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// A folder that was walked.
#[derive(Clone, Debug)]
pub struct PlainTree {
    /// Where it is.
    pub root: PathBuf,
    /// What is below it, sorted, with the targets of links.
    pub entries: Vec<(Found, Option<PathBuf>)>,
    /// Folders of this machine that no link may point into.
    pub own_folders: Vec<PathBuf>,
    /// `SOURCE_DATE_EPOCH`.
    pub latest: Option<Timestamp>,
}

/// The files of the control part, read.
#[derive(Clone, Debug, Default)]
pub struct ControlFiles {
    /// The maintainer scripts.
    pub scripts: BTreeMap<ScriptName, Vec<u8>>,
    /// The debconf questions.
    pub templates: Option<String>,
}

/// Set-user-id and set-group-id, which would be lost in silence.
const SET_ID: u32 = 0o6000;

/// Makes the package.
///
/// # Errors
/// When the tree is empty or has what no package can have, or the description names what the tree does not have.
pub fn archive(tree: &PlainTree, packing: &Packing, files: ControlFiles) -> Result<Archive> {
    if tree.entries.is_empty() {
        return Err(
            Failure::build(format!("there is nothing in `{}`", tree.root.display()))
                .hint("a package of relations alone has its documents at least, in `/usr/share/doc/NAME`")
                .into(),
        );
    }
    refuse_control_folder(tree)?;
    let time = tree.latest.unwrap_or_else(|| newest(tree));
    let mut layer = Layer {
        name: "tree".to_owned(),
        mtime: time,
        mtimes: BTreeMap::new(),
        entries: BTreeMap::new(),
    };
    let mut directories = BTreeMap::new();
    let mut refused = Refused::default();
    for (found, target) in &tree.entries {
        let bytes = found.relative.as_os_str().as_bytes();
        let path = match ArchivePath::new(bytes) {
            Ok(path) => path,
            Err(why) => {
                refused.add(bytes, &why.to_string(), "rename it");
                continue;
            }
        };
        let given = packing.modes.get(&path).copied();
        let entry = match (found.kind, target) {
            (FileKind::Directory, _) => {
                directories.insert(path, given.unwrap_or(Mode::DIRECTORY));
                continue;
            }
            (FileKind::File, _) if given.is_none() && found.mode & SET_ID != 0 => {
                refused.add(
                    bytes,
                    &format!("has the mode {:04o}", found.mode),
                    &format!(
                        "a program that runs as another user is named: `\"/PATH\" = \"{:04o}\"` in `[modes]`; else remove the bit",
                        found.mode
                    ),
                );
                continue;
            }
            (FileKind::File, _) => Entry::File {
                mode: given.unwrap_or_else(|| Mode::of_file(found.executable)),
                content: Content::OnDisk {
                    path: tree.root.join(&found.relative),
                    size: found.size,
                },
            },
            (FileKind::Link, Some(target)) => {
                if let Some(folder) = own_folder(target, &tree.own_folders) {
                    refused.add(
                        bytes,
                        &format!(
                            "points to `{}`, which is in `{}` of this machine",
                            target.display(),
                            folder.display()
                        ),
                        "make the link relative, or let it point to where its target will be installed",
                    );
                    continue;
                }
                Entry::Link {
                    target: target.as_os_str().as_bytes().to_vec(),
                }
            }
            (FileKind::Link | FileKind::Special, _) => {
                let hint = "remove it from the tree, and let `postinst` or the service make it";
                refused.add(bytes, "is a socket, pipe or device", hint);
                continue;
            }
        };
        let own = Timestamp::nearest(found.mtime).min(time);
        layer.mtimes.insert(path.clone(), own);
        layer.entries.insert(path, entry);
    }
    refused.into_result()?;
    check_modes(packing, &layer, &directories)?;
    let archive = Archive {
        control: packing.control.clone(),
        scripts: files.scripts,
        conffiles: conffiles(packing, &layer),
        triggers: packing.triggers.clone(),
        templates: files.templates,
        layers: vec![layer],
        directories,
        time,
    };
    check_places(&archive, &packing.forced_places)?;
    Ok(archive)
}

/// dpkg-deb takes control files out of such a folder; here it would be installed as `/DEBIAN`.
fn refuse_control_folder(tree: &PlainTree) -> Result<()> {
    let is_there = tree
        .entries
        .iter()
        .any(|(found, _)| found.relative == Path::new("DEBIAN"));
    if is_there {
        return Err(Failure::build(format!(
            "there is a `DEBIAN` in `{}`",
            tree.root.display()
        ))
        .hint("control files go into the description: fields into `[package]`, maintainer scripts into `[scripts]`; remove the folder")
        .into());
    }
    Ok(())
}

/// Returns the time of the newest file or link; a tree of directories alone has only theirs.
fn newest(tree: &PlainTree) -> Timestamp {
    let newest_of = |directories: bool| {
        let entries = tree.entries.iter().map(|(found, _)| found);
        entries
            .filter(|found| (found.kind == FileKind::Directory) == directories)
            .map(|found| found.mtime)
            .max()
    };
    Timestamp::nearest(newest_of(false).or_else(|| newest_of(true)).unwrap_or(0))
}

/// Returns the folder of this machine that an absolute target is in.
fn own_folder<'a>(target: &Path, folders: &'a [PathBuf]) -> Option<&'a PathBuf> {
    let around = folders.iter().filter(|folder| target.starts_with(folder));
    around.max_by_key(|folder| folder.components().count())
}

fn check_modes(
    packing: &Packing,
    layer: &Layer,
    directories: &BTreeMap<ArchivePath, Mode>,
) -> Result<()> {
    for path in packing.modes.keys() {
        let why = match layer.entries.get(path) {
            Some(Entry::File { .. }) => continue,
            Some(Entry::Link { .. }) => "is a symbolic link, which has no mode of its own",
            None if directories.contains_key(path) => continue,
            None => "is not in the tree",
        };
        return Err(
            Failure::new(Kind::Recipe, format!("`/{path}` of `[modes]` {why}"))
                .hint("name a file or directory of the tree, as it will be installed")
                .into(),
        );
    }
    Ok(())
}

fn conffiles(packing: &Packing, layer: &Layer) -> Vec<ArchivePath> {
    match &packing.conffiles {
        Conffiles::Listed(paths) => paths.clone(),
        Conffiles::Auto => layer
            .entries
            .iter()
            .filter(|(path, entry)| {
                path.as_bytes().starts_with(b"etc/") && matches!(entry, Entry::File { .. })
            })
            .map(|(path, _)| path.clone())
            .collect(),
    }
}

fn check_places(archive: &Archive, forced: &[ArchivePath]) -> Result<()> {
    let found = misplaced(archive, forced);
    if found.is_empty() {
        return Ok(());
    }
    let lines = found.iter().map(|found| match found.count - 1 {
        0 => format!("`/{}`", found.first),
        more => format!("`/{}` and {more} more in `/{}`", found.first, found.place),
    });
    let places = found.iter().map(|found| format!("\"/{}\"", found.place));
    Err(
        Failure::build("the tree has something where packages install nothing")
            .details(lines)
            .hint(format!(
                "install it below `/usr`, `/opt`, `/etc`, `/srv` or `/var`, or write `force = [{}]` in `[places]`",
                places.collect::<Vec<_>>().join(", ")
            ))
            .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(relative: &str, kind: FileKind, mode: u32, mtime: i64) -> (Found, Option<PathBuf>) {
        let found = Found {
            relative: PathBuf::from(relative),
            kind,
            executable: mode & 0o111 != 0,
            mode,
            size: 3,
            mtime,
        };
        let target = (kind == FileKind::Link).then(|| PathBuf::from("a"));
        (found, target)
    }

    fn packing(rest: &str) -> Packing {
        let head = "[package]\nname = \"demo\"\nversion = \"1\"\narchitecture = \"all\"\n\
            maintainer = \"Ada <ada@example.org>\"\nsection = \"web\"\nsummary = \"small thing\"\n";
        Packing::parse(&format!("{head}{rest}"), "demo.toml", Path::new("/d")).expect("it is valid")
    }

    fn tree(entries: Vec<(Found, Option<PathBuf>)>) -> PlainTree {
        PlainTree {
            root: PathBuf::from("/tree"),
            entries,
            own_folders: vec![PathBuf::from("/tmp")],
            latest: None,
        }
    }

    #[test]
    fn modes_are_normal_and_times_are_at_most_that_of_the_newest_file() {
        let mut tree = tree(vec![
            found("usr", FileKind::Directory, 0o2700, 99),
            found("usr/a", FileKind::File, 0o600, -5),
            found("usr/b", FileKind::File, 0o666, 7),
            found("usr/c", FileKind::Link, 0o777, 9),
            found("usr/d", FileKind::File, 0o701, 8),
        ]);
        let shown = |tree: &PlainTree| {
            let packing = packing("[modes]\n\"/usr/b\" = \"4755\"\n");
            let archive = archive(tree, &packing, ControlFiles::default()).expect("it is sound");
            let layer = &archive.layers[0];
            let entries = layer.entries.iter().map(|(path, entry)| {
                let mode = match entry {
                    Entry::File { mode, .. } => mode.to_string(),
                    Entry::Link { .. } => "link".to_owned(),
                };
                format!("{path} {mode} {}", layer.mtimes[path].seconds())
            });
            let directories = archive.directories.iter();
            let directories =
                directories.map(|(path, mode)| format!("{path} {mode} {}", archive.time.seconds()));
            directories.chain(entries).collect::<Vec<_>>()
        };
        assert_eq!(
            shown(&tree),
            [
                "usr 0755 9",
                "usr/a 0644 0",
                "usr/b 4755 7",
                "usr/c link 9",
                "usr/d 0755 8"
            ]
        );
        tree.latest = Some(Timestamp::nearest(8));
        assert_eq!(
            shown(&tree),
            [
                "usr 0755 8",
                "usr/a 0644 0",
                "usr/b 4755 7",
                "usr/c link 8",
                "usr/d 0755 8"
            ]
        );
    }

    #[test]
    fn a_tree_of_directories_has_the_time_of_the_newest() {
        let tree = tree(vec![
            found("opt", FileKind::Directory, 0o755, 5),
            found("opt/a", FileKind::Directory, 0o755, 7),
        ]);
        let archive = archive(&tree, &packing(""), ControlFiles::default()).expect("it is sound");
        assert_eq!(archive.time.seconds(), 7);
        assert_eq!(archive.directories.len(), 2);
    }
}
