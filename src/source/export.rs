//! Writes a git tree object as files, links and folders.
//!
//! Blobs are written raw: no line ends are converted, no filters run, and `export-ignore` and `export-subst` of
//! gitattributes(5) are not applied. Those belong to `git archive`, which makes a release without the tests and the
//! repository; what is packaged is the commit, as a checkout without configuration has it.

use super::tree_writer::{Executable, TreeWriter, check_names};
use super::{Obtained, objects};
use anyhow::{Context as _, Result, bail};
use git2::{ObjectType, Oid, Repository, Tree, TreeEntry};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Git's mode of an executable file.
const EXECUTABLE: i32 = 0o100_755;

/// Git's mode of a symbolic link.
const LINK: i32 = 0o120_000;

/// A place where a tree has another repository's commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gitlink {
    /// The place, below the tree.
    pub(super) relative: PathBuf,
    /// The commit.
    pub(super) commit: Oid,
}

/// Reads every file of a commit that was fetched, which checks it against its id (git-hash-object(1)).
///
/// # Errors
/// When one of them is missing or broken.
pub(super) fn check_whole(obtained: &Obtained) -> Result<()> {
    let repository = Repository::open_bare(&obtained.repository)?;
    let commit = repository.find_commit(Oid::from_str(&obtained.commit)?)?;
    walk(
        &repository,
        &commit.tree()?,
        Path::new(""),
        &mut |_, entry| {
            if entry.kind() == Some(ObjectType::Blob) {
                repository.find_blob(entry.id())?;
            }
            Ok(())
        },
    )
}

/// Tells of everything in a tree, folders before what is in them, with the path below `parent`. The walk of git2 takes names of
/// folders as text, and here they are bytes.
///
/// # Errors
/// When a folder cannot be read, or `each` says so.
pub(super) fn walk(
    repository: &Repository,
    tree: &Tree<'_>,
    parent: &Path,
    each: &mut dyn FnMut(&Path, &TreeEntry<'_>) -> Result<()>,
) -> Result<()> {
    for entry in tree {
        let relative = parent.join(OsStr::from_bytes(entry.name_bytes()));
        each(&relative, &entry)?;
        if entry.kind() == Some(ObjectType::Tree) {
            walk(
                repository,
                &repository.find_tree(entry.id())?,
                &relative,
                each,
            )?;
        }
    }
    Ok(())
}

/// Writes the tree below `at`; returns the places of submodules, as empty folders.
pub(super) fn export(
    repository: &Repository,
    tree: &Tree<'_>,
    at: &Path,
    writer: &mut TreeWriter,
) -> Result<Vec<Gitlink>> {
    let mut gitlinks = Vec::new();
    writer.folder(at)?;
    export_below(repository, tree, at, Path::new(""), writer, &mut gitlinks)?;
    Ok(gitlinks)
}

fn export_below(
    repository: &Repository,
    tree: &Tree<'_>,
    at: &Path,
    parent: &Path,
    writer: &mut TreeWriter,
    gitlinks: &mut Vec<Gitlink>,
) -> Result<()> {
    for entry in tree {
        let name = entry.name_bytes();
        if name.is_empty() || name.contains(&b'/') {
            // Joined, the one would vanish and the other would be a path.
            check_names(Path::new("//"))?;
        }
        let relative = parent.join(OsStr::from_bytes(name));
        let place = at.join(&relative);
        if entry.kind() != Some(ObjectType::Commit) {
            objects::check(repository, entry.id())
                .with_context(|| format!("reading `{}` failed", place.display()))?;
        }
        match entry.kind() {
            Some(ObjectType::Tree) => {
                writer.folder(&place)?;
                let tree = repository
                    .find_tree(entry.id())
                    .with_context(|| format!("reading `{}` failed", place.display()))?;
                export_below(repository, &tree, at, &relative, writer, gitlinks)?;
            }
            Some(ObjectType::Blob) => {
                let blob = repository
                    .find_blob(entry.id())
                    .with_context(|| format!("reading `{}` failed", place.display()))?;
                match entry.filemode() {
                    LINK => writer.link(&place, Path::new(OsStr::from_bytes(blob.content())))?,
                    EXECUTABLE => writer.file(&place, Executable::Yes, blob.content())?,
                    _ => writer.file(&place, Executable::No, blob.content())?,
                }
            }
            Some(ObjectType::Commit) => {
                writer.folder(&place)?;
                gitlinks.push(Gitlink {
                    relative,
                    commit: entry.id(),
                });
            }
            _ => bail!("`{}` is nothing that a tree may hold", relative.display()),
        }
    }
    Ok(())
}
