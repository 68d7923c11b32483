//! `path` in `[source]`: a plain folder, copied without what does not belong to its source.
//!
//! Where there is git, git says what belongs: what it tracks, as it is on the disk, and what is new and not ignored. Else it
//! is everything but what tools have made ([`super::left_out`]). The folder itself is only read: neither is git's index
//! refreshed, nor does anything of the user's own configuration of git take part.
//!
//! The time of such a source is that of the commit, also when files were changed since; without a commit it is that of the
//! newest file. So the same tree gives the same bytes, as long as a copy of it keeps the times.
//!
//! # Limits
//! Submodules and other repositories in the folder are left out with a warning. Of a folder in a repository only the folder
//! is taken, not its parents.

use super::archive;
use super::assemble::Identity;
use super::history::{self, Tree};
use super::left_out::{VIRTUALENV, is_bytecode, is_made};
use super::tree_writer::{Executable, TreeWriter};
use crate::deb::{Timestamp, hexadecimal};
use crate::failure::Failure;
use crate::plan::{ListedFile, OwnFiles, SourcePlan};
use crate::sys::fs::{self, FileKind};
use crate::sys::{listing, stat};
use anyhow::{Context as _, Result};
use git2::{Config, ConfigLevel, ErrorCode, IndexEntry, IndexEntryExtendedFlag, IndexEntryFlag};
use git2::{ObjectType, Oid, Repository, Status, StatusOptions};
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Settings in the place of the user's: what they ignore at home, and how they want line ends, is no part of the source.
const SETTINGS: &[u8] =
    b"[core]\n\texcludesFile = /dev/null\n\tattributesFile = /dev/null\n\tautocrlf = false\n";

/// Git's mode of a submodule in the index.
const GITLINK: u32 = 0o160_000;

/// Returns whether a path is of what the build itself writes.
fn is_own(own: &OwnFiles, path: &Path) -> bool {
    let is_package = own.packages.as_ref().is_some_and(|(folder, start)| {
        path.parent() == Some(folder)
            && path.file_name().is_some_and(|name| {
                let name = name.to_string_lossy();
                name.starts_with(start) && name.contains(".deb")
            })
    });
    is_package || own.folders.iter().any(|folder| path.starts_with(folder))
}

/// Returns the folders as the disk has them, without those that the source itself is in.
fn real(own: &OwnFiles, source: &Path) -> OwnFiles {
    let real = |path: &PathBuf| fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    OwnFiles {
        folders: own
            .folders
            .iter()
            .map(real)
            .filter(|folder| !source.starts_with(folder))
            .collect(),
        packages: own
            .packages
            .as_ref()
            .map(|(folder, start)| (real(folder), start.clone())),
    }
}

/// The commit that a folder is based on.
pub(super) struct Base {
    /// The repository that the folder is in.
    pub(super) repository: Repository,
    /// The commit that is checked out.
    pub(super) commit: Oid,
    /// Where the folder is in it; empty for the whole.
    pub(super) inside: PathBuf,
    /// Whether the files are those of the commit.
    pub(super) tree: Tree,
}

/// What belongs to the source of a folder.
pub(super) struct Listing {
    folder: PathBuf,
    files: BTreeMap<PathBuf, FileKind>,
    /// Repositories in it, which are left out.
    pub(super) repositories: Vec<PathBuf>,
    /// The commit, when git has one.
    pub(super) base: Option<Base>,
}

impl Listing {
    /// Looks what belongs to the folder's source.
    pub(super) fn of(folder: &Path, own: &OwnFiles) -> Result<Self> {
        let folder = fs::canonicalize(folder).map_err(|_| {
            Failure::build(format!("there is no folder `{}`", folder.display()))
                .hint("`path` in `[source]` is relative to the recipe: `..` is the folder above it")
        })?;
        if !fs::is_dir(&folder) {
            return Err(
                Failure::build(format!("`{}` is not a folder", folder.display()))
                    .hint("name the folder that holds the app, or an archive with `archive`")
                    .into(),
            );
        }
        let own = real(own, &folder);
        match repository_of(&folder)? {
            Some((repository, inside)) => tracked(&folder, repository, inside, &own),
            None => everything(&folder, &own),
        }
    }

    /// Returns the time of the source.
    pub(super) fn time(&self) -> Result<Timestamp> {
        if let Some(base) = &self.base {
            return history::time(&base.repository.find_commit(base.commit)?);
        }
        let mut newest = 0;
        for relative in self.files.keys() {
            let stat = stat::stat(&self.folder.join(relative))?;
            newest = newest.max(stat.modified.seconds);
        }
        Timestamp::new(u64::try_from(newest).unwrap_or(0)).map_err(|why| {
            Failure::build(format!(
                "the newest file of `{}` {why}",
                self.folder.display()
            ))
            .hint("find it with `ls -lt`, and give it a right time with `touch`")
            .into()
        })
    }

    /// Returns whether files were changed since the commit.
    pub(super) fn is_dirty(&self) -> bool {
        let base = self.base.as_ref();
        base.is_some_and(|base| base.tree == Tree::Dirty)
    }

    /// Returns what the source is: the commit, or a sum of all files where there is none.
    pub(super) fn identity(&self, plan: &SourcePlan) -> Result<Identity> {
        let time = self.time()?;
        if let Some(base) = &self.base {
            let commit = base.repository.find_commit(base.commit)?;
            return Ok(Identity {
                id: base.commit.to_string(),
                time,
                describe: history::describe(&commit, base.tree),
                version: history::planned_version(
                    &base.repository,
                    base.commit,
                    base.tree,
                    plan.tags.as_ref(),
                )?,
            });
        }
        if plan.tags.is_some() {
            return Err(Failure::build(format!(
                "the version is to come from git, and `{}` is in no repository that has a commit",
                self.folder.display()
            ))
            .hint("commit the app, or write the version itself, such as `version = \"1.0\"` in `[package]`")
            .into());
        }
        let id = format!("sha256:{}", self.sum()?);
        Ok(Identity {
            describe: id.clone(),
            id,
            time,
            version: None,
        })
    }

    fn sum(&self) -> Result<String> {
        let mut hash = Sha256::new();
        for (relative, kind) in &self.files {
            let path = self.folder.join(relative);
            let (letter, content) = match kind {
                FileKind::Directory => ('d', String::new()),
                FileKind::Link => {
                    let target = fs::read_link(&path)?;
                    let sum = Sha256::digest(target.as_os_str().as_bytes());
                    ('l', hexadecimal(&sum))
                }
                FileKind::File => {
                    let letter = match fs::mode(&path)? & 0o100 {
                        0 => 'f',
                        _ => 'x',
                    };
                    (letter, archive::sum(&mut fs::open_regular(&path)?)?)
                }
                FileKind::Special => return Err(special(&path).into()),
            };
            hash.update(relative.as_os_str().as_bytes());
            hash.update(format!("\0{letter}{content}\0").as_bytes());
        }
        Ok(hexadecimal(&hash.finalize()))
    }

    /// Returns the bytes of a file; nothing when it is no part of the source, or a link leads out of it.
    pub(super) fn read(&self, relative: &Path) -> Result<Option<Vec<u8>>> {
        let path = self.folder.join(relative);
        let Ok(real) = fs::canonicalize(&path) else {
            return Ok(None);
        };
        let belongs = real
            .strip_prefix(&self.folder)
            .is_ok_and(|real| self.files.contains_key(real));
        if !belongs || !fs::is_file(&real) {
            return Ok(None);
        }
        Ok(Some(fs::read(&real)?))
    }

    /// Returns the files and links below a folder of it.
    pub(super) fn files_below(&self, inside: &Path) -> Result<Vec<ListedFile>> {
        let mut found = Vec::new();
        for (path, kind) in &self.files {
            let Ok(relative) = path.strip_prefix(inside) else {
                continue;
            };
            let full = self.folder.join(path);
            let target = match kind {
                FileKind::Link => Some(fs::read_link(&full)?),
                FileKind::File => None,
                FileKind::Directory | FileKind::Special => continue,
            };
            found.push(ListedFile {
                relative: relative.to_path_buf(),
                executable: target.is_none() && fs::mode(&full)? & 0o100 != 0,
                size: stat::stat(&full)?.size,
                target,
            });
        }
        Ok(found)
    }

    /// Copies it.
    pub(super) fn copy(&self, at: &Path, writer: &mut TreeWriter) -> Result<()> {
        writer.folder(at)?;
        for (relative, kind) in &self.files {
            let (from, to) = (self.folder.join(relative), at.join(relative));
            match kind {
                FileKind::Directory => writer.folder(&to)?,
                FileKind::Link => writer.link(&to, &fs::read_link(&from)?)?,
                FileKind::File => {
                    let executable = match fs::mode(&from)? & 0o100 {
                        0 => Executable::No,
                        _ => Executable::Yes,
                    };
                    let mut file = fs::open_regular(&from)?;
                    writer.copy(&to, executable, &mut file, u64::MAX)?;
                }
                FileKind::Special => return Err(special(&from).into()),
            }
        }
        Ok(())
    }
}

/// Returns the repository that a folder is in, and where; nothing when there is none that knows of the folder.
fn repository_of(folder: &Path) -> Result<Option<(Repository, PathBuf)>> {
    let repository = match super::open_quietly(folder) {
        Ok(repository) => repository,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(super::cannot_open(folder, error)),
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

fn tracked(
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

fn everything(folder: &Path, own: &OwnFiles) -> Result<Listing> {
    let repositories = RefCell::new(Vec::new());
    let skip = |relative: &Path| {
        let path = folder.join(relative);
        let Some(name) = path.file_name().filter(|_| relative != Path::new("")) else {
            return false;
        };
        if is_own(own, &path) {
            return true;
        }
        if !fs::is_dir(&path) || fs::is_link(&path) {
            return is_bytecode(name);
        }
        if fs::exists(&path.join(".git")) {
            repositories.borrow_mut().push(relative.to_path_buf());
            return true;
        }
        is_made(name) || fs::is_file(&path.join(VIRTUALENV))
    };
    let listed = listing::list(folder, &skip).context("reading the folder failed")?;
    let files = listed.into_iter().map(|found| (found.relative, found.kind));
    Ok(Listing {
        folder: folder.to_path_buf(),
        files: files.collect(),
        repositories: repositories.into_inner(),
        base: None,
    })
}

fn special(path: &Path) -> Failure {
    Failure::build(format!(
        "`{}` is a socket, a pipe or a device, which no source has",
        path.display()
    ))
    .hint("remove it, or end the program that uses it")
}
