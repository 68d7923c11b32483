//! The union of the layers: every directory, and one owner for every path.
//!
//! dpkg makes no parent directories and unpacks symbolic links last, so that every directory is in the package and
//! nothing lies below a link (measured, dpkg 1.21).

use super::{Archive, ArchivePath, Content, Entry, Mode, Timestamp};
use crate::failure::{Failure, printable};
use anyhow::Result;
use std::collections::BTreeMap;

/// The largest file that apt reads in an archive (`APT_FILESIZE_LIMIT`), 128 GiB.
const LARGEST_FILE: u64 = 1 << 37;

/// What a package holds, checked, in the order in which it is written.
pub(super) struct Tree<'a> {
    /// Every directory but `/`.
    pub(super) directories: BTreeMap<ArchivePath, Mode>,
    owners: BTreeMap<&'a ArchivePath, (&'a str, &'a Entry)>,
    /// The files of each layer.
    pub(super) layers: Vec<Vec<File<'a>>>,
    /// The links of all layers, which come after the files.
    pub(super) links: Vec<Link<'a>>,
}

/// A file to write.
pub(super) struct File<'a> {
    pub(super) path: &'a ArchivePath,
    pub(super) mode: Mode,
    pub(super) mtime: Timestamp,
    pub(super) content: &'a Content,
}

/// A link to write.
pub(super) struct Link<'a> {
    pub(super) path: &'a ArchivePath,
    pub(super) mtime: Timestamp,
    pub(super) target: &'a [u8],
}

impl<'a> Tree<'a> {
    /// Unites the layers of `archive`.
    pub(super) fn unite(archive: &'a Archive) -> Result<Self> {
        let mut tree = Tree {
            directories: archive.directories.clone(),
            owners: BTreeMap::new(),
            layers: Vec::new(),
            links: Vec::new(),
        };
        for path in archive.directories.keys() {
            tree.add_parents(path);
        }
        for layer in &archive.layers {
            let mut files = Vec::new();
            for (path, entry) in &layer.entries {
                let owner = (layer.name.as_str(), entry);
                if let Some((other, _)) = tree.owners.insert(path, owner) {
                    return Err(owned_twice(path, other, &layer.name).into());
                }
                tree.add_parents(path);
                let mtime = *layer.mtimes.get(path).unwrap_or(&layer.mtime);
                match entry {
                    Entry::File { mode, content } => {
                        check_size(path, content.size())?;
                        files.push(File {
                            path,
                            mode: *mode,
                            mtime,
                            content,
                        });
                    }
                    Entry::Link { target } => {
                        check_target(path, target)?;
                        tree.links.push(Link {
                            path,
                            mtime,
                            target,
                        });
                    }
                }
            }
            tree.layers.push(files);
        }
        tree.check_kinds()?;
        Ok(tree)
    }

    /// Returns the files of all layers.
    pub(super) fn files(&self) -> impl Iterator<Item = &File<'a>> {
        self.layers.iter().flatten()
    }

    /// Returns the file or link at `path`.
    pub(super) fn entry(&self, path: &ArchivePath) -> Option<&'a Entry> {
        self.owners.get(path).map(|(_, entry)| *entry)
    }

    /// Returns the path of every file, link and directory, sorted within each kind.
    pub(super) fn paths(&self) -> impl Iterator<Item = &ArchivePath> {
        self.directories.keys().chain(self.owners.keys().copied())
    }

    fn add_parents(&mut self, path: &ArchivePath) {
        let mut next = path.parent();
        while let Some(directory) = next {
            next = directory.parent();
            if self.directories.contains_key(&directory) {
                // Whoever put it there adds what is above it.
                return;
            }
            self.directories.insert(directory, Mode::DIRECTORY);
        }
    }

    /// Refuses a path that is both a directory and something else, which also finds what lies below a link.
    fn check_kinds(&self) -> Result<()> {
        for (path, (layer, entry)) in &self.owners {
            if self.directories.contains_key(path) {
                let kind = match entry {
                    Entry::File { .. } => "file",
                    Entry::Link { .. } => "symbolic link",
                };
                let below = self
                    .owners
                    .iter()
                    .find(|(other, _)| other.parent().as_ref() == Some(*path));
                let because = match below {
                    Some((other, (owner, _))) => format!("`{owner}` has `/{other}` below it"),
                    None => "the package also has it as a directory".to_owned(),
                };
                return Err(Failure::build(format!(
                    "`/{path}` is a {kind} of `{layer}`, but {because}"
                ))
                .hint(
                    "a path is a file, a link or a directory: dpkg cannot unpack anything below a file or link",
                )
                .into());
            }
        }
        Ok(())
    }
}

fn owned_twice(path: &ArchivePath, one: &str, other: &str) -> Failure {
    Failure::build(format!("`/{path}` is in both `{one}` and `{other}`"))
        .hint("leave it out of one of them: dpkg would silently take the last")
}

fn check_size(path: &ArchivePath, size: u64) -> Result<()> {
    if size > LARGEST_FILE {
        return Err(Failure::build(format!(
            "`/{path}` has {size} bytes, and apt reads files of at most {LARGEST_FILE}"
        ))
        .hint("split it, or fetch it when the package is installed")
        .into());
    }
    Ok(())
}

fn check_target(path: &ArchivePath, target: &[u8]) -> Result<()> {
    let shown = printable(&String::from_utf8_lossy(target));
    if target.is_empty() {
        return refused(format!("the link `/{path}` points nowhere"));
    }
    if target.contains(&0) || target.contains(&b'\n') {
        return refused(format!(
            "the link `/{path}` points to `{shown}`, which has a line break or NUL"
        ));
    }
    if target.iter().any(|b| b.is_ascii_control() && *b != b'\t') {
        return refused(format!(
            "the link `/{path}` points to `{shown}`, which has a control character"
        ));
    }
    // PATH_MAX of Linux counts the final NUL.
    if target.len() > 4095 {
        return refused(format!(
            "the link `/{path}` points to a path longer than 4095 bytes"
        ));
    }
    if leaves_the_root(path, target) {
        return refused(format!(
            "the link `/{path}` points to `{shown}`, which goes up beyond `/`"
        ));
    }
    Ok(())
}

fn refused(why: String) -> Result<()> {
    Err(Failure::build(why)
        .hint("let the link point to a path of the target machine, or remove it")
        .into())
}

/// Returns whether a target has more `..` than there are directories above it. Links on the way are not followed.
fn leaves_the_root(path: &ArchivePath, target: &[u8]) -> bool {
    let mut depth = match path.parent() {
        Some(parent) if !target.starts_with(b"/") => {
            parent.as_bytes().split(|b| *b == b'/').count()
        }
        _ => 0,
    };
    for word in target.split(|b| *b == b'/') {
        match word {
            b"" | b"." => {}
            b".." if depth == 0 => return true,
            b".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::{check, testing};
    use super::*;

    /// Returns what is wrong with a package of these layers, each `name: path path=target ...`.
    fn refusal(layers: &[&str]) -> String {
        let layers = layers.iter().map(|words| testing::layer(words));
        let archive = testing::archive(layers.collect());
        match check::checked_tree(&archive) {
            Ok(_) => "nothing".to_owned(),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn a_path_has_one_owner_and_one_kind() {
        for (layers, why) in [
            (&["flask: a/b", "app: a/c a/d=b"][..], "nothing"),
            (
                &["flask: a/b", "app: a/b"],
                "`/a/b` is in both `flask` and `app`",
            ),
            (
                &["flask: a/b", "app: a/b=c"],
                "`/a/b` is in both `flask` and `app`",
            ),
            (
                &["flask: a", "app: a/b"],
                "`/a` is a file of `flask`, but `app` has `/a/b` below it",
            ),
            (
                &["links: a=b", "app: a/b"],
                "`/a` is a symbolic link of `links`, but `app` has `/a/b` below it",
            ),
            (
                &["links: lib64=lib", "app: lib64/x/y/z"],
                "`/lib64` is a symbolic link of `links`, but the package also has it as a directory",
            ),
            (&["app: a="], "the link `/a` points nowhere"),
            (
                &["app: a/b=../c a/d=.. a/e=/.."],
                "the link `/a/e` points to `/..`, which goes up beyond `/`",
            ),
            (
                &["app: a/b=../../c"],
                "the link `/a/b` points to `../../c`, which goes up beyond `/`",
            ),
            (
                &["app: a/b=x\u{1b}"],
                "the link `/a/b` points to `x\u{fffd}`, which has a control character",
            ),
            (
                &["app: a=b\nc"],
                "the link `/a` points to `b\u{fffd}c`, which has a line break or NUL",
            ),
        ] {
            assert_eq!(refusal(layers), why);
        }
    }

    #[test]
    fn directories_are_those_above_every_path_and_those_asked_for() {
        let mut archive = testing::archive(vec![testing::layer("app: a/b/c a/d=b e")]);
        let asked = ArchivePath::new("a/x/y").expect("it is valid");
        let private = Mode::explicit(0o700).expect("it is valid");
        archive.directories.insert(asked, private);
        let tree = Tree::unite(&archive).expect("nothing is wrong");
        let directories = tree.directories.iter();
        let shown = directories.map(|(path, mode)| format!("{path} {mode}"));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            ["a 0755", "a/b 0755", "a/x 0755", "a/x/y 0700"]
        );
        assert_eq!((tree.files().count(), tree.links.len()), (2, 1));
    }
}
