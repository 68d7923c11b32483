//! What git says belongs to a folder: what it tracks, as it is on the disk, and what is new and not ignored.
//!
//! Neither is git's index refreshed, nor does anything of the user's own configuration of git take part.

use super::folder::{Base, Listing, is_own};
use super::history::{self, Tree};
use super::repository;
use crate::plan::OwnFiles;
use crate::sys::fs::{self, FileKind};
use anyhow::Result;
use git2::{Config, ConfigLevel, ErrorCode, IndexEntry, IndexEntryExtendedFlag, IndexEntryFlag};
use git2::{ObjectType, Oid, Repository, Status, StatusOptions};
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Settings in the place of the user's: what they ignore at home, and how they want line ends, is no part of the source.
const SETTINGS: &[u8] =
    b"[core]\n\texcludesFile = /dev/null\n\tattributesFile = /dev/null\n\tautocrlf = false\n";

/// Git's mode of a submodule in the index.
const GITLINK: u32 = 0o160_000;

/// Returns the repository that a folder is in, and where; nothing when there is none that knows of the folder.
pub(super) fn repository_of(folder: &Path) -> Result<Option<(Repository, PathBuf)>> {
    let repository = match repository::open_quietly(folder) {
        Ok(repository) => repository,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(repository::cannot_open(folder, error)),
    };
    let Some(top) = repository.workdir() else {
        return Ok(None);
    };
    let top = fs::canonicalize(top)?;
    let Ok(inside) = folder.strip_prefix(&top).map(Path::to_path_buf) else {
        return Ok(None);
    };
    let ignored = || repository.is_path_ignored(inside.join("x"));
    if inside != Path::new("") && ignored()? {
        return Ok(None);
    }
    Ok(Some((repository, inside)))
}

/// Returns what of a folder git tracks, or would.
pub(super) fn tracked(
    folder: &Path,
    repository: Repository,
    inside: PathBuf,
    own: &OwnFiles,
) -> Result<Listing> {
    let (_file, settings) = fs::unnamed(SETTINGS)?;
    let mut config = Config::new()?;
    let local = repository.commondir().join("config");
    config.add_file(&local, ConfigLevel::Local, false)?;
    config.add_file(&settings, ConfigLevel::App, false)?;
    repository.set_config(&config)?;
    let mut options = StatusOptions::new();
    options
        .include_untracked(true)
        .recurse_untracked_dirs(true)
        .include_unmodified(true)
        .include_ignored(false)
        .exclude_submodules(true)
        .disable_pathspec_match(true)
        // The index on the disk stays as it is.
        .no_refresh(true)
        .update_index(false);
    if inside != Path::new("") {
        options.pathspec(&inside);
    }
    let mut files = BTreeMap::new();
    let mut repositories = Vec::new();
    let mut tree = Tree::Clean;
    for entry in repository.statuses(Some(&mut options))?.iter() {
        let path = history::path(entry.path_bytes());
        let Ok(relative) = path.strip_prefix(&inside) else {
            continue;
        };
        if is_own(own, &folder.join(relative)) {
            continue;
        }
        if entry.path_bytes().ends_with(b"/") {
            repositories.push(relative.to_path_buf());
            continue;
        }
        if entry.status() != Status::CURRENT {
            tree = Tree::Dirty;
        }
        // A file that was deleted is in the commit only, also when a link to another folder stands where its folder was.
        let is_behind_link = entry.status().contains(Status::WT_DELETED)
            && relative
                .ancestors()
                .skip(1)
                .any(|above| fs::is_link(&folder.join(above)));
        if !is_behind_link && let Some(kind) = fs::kind(&folder.join(relative))? {
            files.insert(relative.to_path_buf(), kind);
        }
    }
    for entry in repository.index()?.iter() {
        let Ok(relative) = history::path(&entry.path).strip_prefix(&inside) else {
            continue;
        };
        if entry.mode == GITLINK {
            repositories.push(relative.to_path_buf());
        } else if is_not_looked_at(&entry) && id_of(&folder.join(relative))? != Some(entry.id) {
            tree = Tree::Dirty;
        }
    }
    // A file in the place of a folder that is tracked stands twice, once as what it was.
    files.retain(|_, kind| *kind != FileKind::Directory);
    let head = repository.head();
    let commit = head.and_then(|head| Ok(head.peel_to_commit()?.id()));
    let commit = match commit {
        Ok(commit) => Some(commit),
        Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    repositories.sort();
    repositories.dedup();
    Ok(Listing {
        folder: folder.to_path_buf(),
        files,
        repositories,
        base: commit.map(|commit| Base {
            repository,
            commit,
            inside,
            tree,
        }),
    })
}

/// Returns whether git was told to take a file for unchanged (git-update-index(1), `--assume-unchanged` and `--skip-worktree`):
/// people do so with settings that they never want to commit.
fn is_not_looked_at(entry: &IndexEntry) -> bool {
    entry.flags & IndexEntryFlag::VALID.bits() != 0
        || entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0
}

/// Returns the id that a file or link would have in a commit; nothing when there is none.
fn id_of(path: &Path) -> Result<Option<Oid>> {
    Ok(match fs::kind(path)? {
        Some(FileKind::File) => Some(Oid::hash_file(ObjectType::Blob, path)?),
        Some(FileKind::Link) => {
            let target = fs::read_link(path)?;
            let bytes = target.as_os_str().as_bytes();
            Some(Oid::hash_object(ObjectType::Blob, bytes)?)
        }
        Some(FileKind::Directory | FileKind::Special) | None => None,
    })
}
