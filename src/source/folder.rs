//! `path` in `[source]`: a plain folder, copied without what does not belong to its source.
//!
//! Where there is git, git says what belongs ([`super::tracked`]). Else it is everything but what tools have made
//! ([`super::left_out`]). The folder itself is only read.
//!
//! The time of such a source is that of the commit, also when files were changed since; without a commit it is that of the
//! newest file. So the same tree gives the same bytes, as long as a copy of it keeps the times.
//!
//! # Limits
//! Submodules and other repositories in the folder are left out with a warning. Of a folder in a repository only the folder
//! is taken, not its parents.

use super::archive;
use super::history::{self, Tree};
use super::identity::Identity;
use super::left_out::{VIRTUALENV, is_bytecode, is_made};
use super::tracked::{repository_of, tracked};
use super::tree_writer::{Executable, TreeWriter};
use crate::deb::{Timestamp, hexadecimal};
use crate::failure::Failure;
use crate::plan::{ListedFile, OwnFiles, SourcePlan};
use crate::sys::fs::{self, FileKind};
use crate::sys::{listing, stat};
use anyhow::{Context as _, Result};
use git2::{Oid, Repository};
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Returns whether a path is of what the build itself writes.
pub(super) fn is_own(own: &OwnFiles, path: &Path) -> bool {
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
    pub(super) folder: PathBuf,
    pub(super) files: BTreeMap<PathBuf, FileKind>,
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
