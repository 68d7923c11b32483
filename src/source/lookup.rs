//! Looks at a repository before anything is exported: which commit is meant, and what the files of it that the recipe names
//! hold. Nothing is written.

use super::archive::{Archive, LIMITS};
use super::assemble::refuse_if_locked;
use super::export::walk;
use super::folder::Listing;
use super::identity::Identity;
use super::repository::{open, open_quietly, resolve, subtree};
use super::{Obtained, SourceTree, absent, objects};
use crate::failure::Failure;
use crate::plan::{CommitFacts, ListedFile, NamedPaths, SourcePlan};
use crate::recipe::{ExtraSource, Origin, SourcePath};
use crate::sys::fs;
use anyhow::{Context as _, Result};
use git2::{ErrorCode, ObjectType, Oid, Repository, Tree, TreeEntry};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

/// How many links one path may lead through, as on Linux (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// Git's mode of a symbolic link.
const LINK: i32 = 0o120_000;

/// Git's mode of an executable file.
const EXECUTABLE: i32 = 0o100_755;

/// Returns what the source is now, and the files of it that are asked for, by their paths below the subdirectory; nothing
/// when only the build can know. Links between them are followed as they will be in the export.
///
/// # Errors
/// When the source cannot be read, has no such commit or subdirectory, or one of the files is not in it.
pub fn look(plan: &SourcePlan, named: &NamedPaths) -> Result<Option<CommitFacts>> {
    if !is_knowable(plan, named) {
        return Ok(None);
    }
    match &plan.origin {
        Origin::Repository(folder, _) => look_at_commit(plan, folder, named).map(Some),
        Origin::Folder(folder) => look_at_folder(plan, folder, named).map(Some),
        Origin::Archive(file, sha256) if named.is_empty() => {
            let shown = file.display().to_string();
            let contents = Archive::open(file, &shown, sha256.as_str())?.check(LIMITS)?;
            let id = format!("sha256:{sha256}");
            Ok(Some(CommitFacts {
                describe: id.clone(),
                id,
                time: contents.time,
                version: None,
                files: BTreeMap::new(),
                folders: BTreeMap::new(),
            }))
        }
        Origin::Archive(..) | Origin::Fetched(..) | Origin::FetchedArchive(..) => Ok(None),
    }
}

/// Returns what each of the extra sources is, as far as that can be known without a server.
pub fn known_extras(plan: &SourcePlan) -> Vec<Option<String>> {
    let known = |extra: &ExtraSource| match &extra.origin {
        Origin::Repository(folder, reference) => {
            let repository = open(folder).ok()?;
            let commit = resolve(&repository, folder, reference.as_str()).ok()?;
            Some(commit.to_string())
        }
        Origin::Fetched(..) => None,
        Origin::Folder(folder) => {
            let inside = extra.subdirectory.as_ref();
            let inside = inside.map_or(Path::new(""), SourcePath::as_path);
            let listing = Listing::of(&folder.join(inside), &plan.own).ok()?;
            let plan = SourcePlan {
                tags: None,
                ..plan.clone()
            };
            Some(listing.identity(&plan).ok()?.id)
        }
        Origin::Archive(_, sha256) | Origin::FetchedArchive(_, sha256) => {
            Some(format!("sha256:{sha256}"))
        }
    };
    plan.extras.iter().map(known).collect()
}

/// Returns whether what the first source holds of `named` is what the whole source will hold.
pub fn is_knowable(plan: &SourcePlan, named: &NamedPaths) -> bool {
    named.is_empty() || !plan.is_changed()
}

/// Returns what a source is that was put together, and the files of it that are asked for.
///
/// # Errors
/// When one of the files is not in it.
pub fn facts(tree: &SourceTree, named: &NamedPaths) -> Result<CommitFacts> {
    let read = |path: &PathBuf| {
        let found = tree.find(path, "file", fs::is_file)?;
        Ok((path.clone(), fs::read(&found)?))
    };
    let list = |path: &PathBuf| {
        let found = tree.find(path, "folder", fs::is_dir)?;
        Ok((path.clone(), super::files::listed(&found)?))
    };
    Ok(CommitFacts {
        id: tree.commit.clone(),
        time: tree.time,
        describe: tree.describe.clone(),
        version: tree.version.clone(),
        files: named.files.iter().map(read).collect::<Result<_>>()?,
        folders: named.folders.iter().map(list).collect::<Result<_>>()?,
    })
}

fn look_at_commit(plan: &SourcePlan, folder: &Path, named: &NamedPaths) -> Result<CommitFacts> {
    let repository = open(folder)?;
    let commit = resolve(&repository, folder, &plan.reference())?;
    let identity = Identity::of_commit(&repository, &repository, commit, plan)?;
    look_at(plan, &repository, commit, identity, named)
        .map_err(|error| objects::explain(error, folder))
}

/// Returns what a commit is that was fetched, and the files of it that are asked for.
///
/// # Errors
/// When the cache cannot be read, or the commit has no such subdirectory, file or folder.
pub(super) fn look_in(
    plan: &SourcePlan,
    obtained: &Obtained,
    named: &NamedPaths,
) -> Result<CommitFacts> {
    let repository = open(&obtained.repository)?;
    let commit = Oid::from_str(&obtained.commit)?;
    let identity = Identity::of_obtained(obtained, plan)?;
    look_at(plan, &repository, commit, identity, named)
}

fn look_at(
    plan: &SourcePlan,
    repository: &Repository,
    commit: Oid,
    identity: Identity,
    named: &NamedPaths,
) -> Result<CommitFacts> {
    let inside = plan.subdirectory.as_ref();
    let inside = inside.map_or(Path::new(""), SourcePath::as_path);
    let commit = repository.find_commit(commit)?;
    objects::check(repository, commit.tree_id())?;
    let tree = subtree(repository, &commit.tree()?, inside, &plan.name())?;
    let read = |path: &PathBuf| Ok((path.clone(), read(repository, &tree, path)?));
    let list = |path: &PathBuf| Ok((path.clone(), list(repository, &tree, path)?));
    Ok(CommitFacts {
        id: identity.id,
        time: identity.time,
        describe: identity.describe,
        version: identity.version,
        files: named.files.iter().map(read).collect::<Result<_>>()?,
        folders: named.folders.iter().map(list).collect::<Result<_>>()?,
    })
}

fn look_at_folder(plan: &SourcePlan, folder: &Path, named: &NamedPaths) -> Result<CommitFacts> {
    let listing = Listing::of(folder, &plan.own)?;
    if listing.is_dirty() {
        refuse_if_locked(plan, folder)?;
    }
    let inside = plan.root(Path::new(""));
    let read = |path: &PathBuf| {
        let bytes = listing.read(&inside.join(path))?;
        Ok((path.clone(), bytes.ok_or_else(|| absent("file", path))?))
    };
    let list = |path: &PathBuf| Ok((path.clone(), listing.files_below(&inside.join(path))?));
    let identity = listing.identity(plan)?;
    Ok(CommitFacts {
        id: identity.id,
        time: identity.time,
        describe: identity.describe,
        version: identity.version,
        files: named.files.iter().map(read).collect::<Result<_>>()?,
        folders: named.folders.iter().map(list).collect::<Result<_>>()?,
    })
}

/// Returns why a repository that is there cannot be read, as when it is another user's.
pub fn unreadable(plan: &SourcePlan) -> Option<anyhow::Error> {
    let (Origin::Repository(folder, _) | Origin::Folder(folder)) = &plan.origin else {
        return None;
    };
    match open_quietly(folder) {
        Err(error) if error.code() != ErrorCode::NotFound => open(folder).err(),
        _ => None,
    }
}

fn read(repository: &Repository, root: &Tree<'_>, path: &Path) -> Result<Vec<u8>> {
    let content = follow(repository, root, path)
        .with_context(|| format!("reading `{}` in the source failed", path.display()))?;
    content.ok_or_else(|| absent("file", path).into())
}

/// Returns the files and links of a folder, all the way down.
fn list(repository: &Repository, root: &Tree<'_>, folder: &Path) -> Result<Vec<ListedFile>> {
    let tree = if folder.as_os_str().is_empty() {
        root.clone()
    } else {
        let entry = root.get_path(folder).ok();
        let object = entry.and_then(|entry| entry.to_object(repository).ok());
        object
            .and_then(|object| object.into_tree().ok())
            .ok_or_else(|| {
                Failure::build(format!(
                    "there is no folder `{}` in the source",
                    folder.display()
                ))
                .hint("only what is committed counts, and paths start at the `subdirectory` of `[source]`")
            })?
    };
    let mut found = Vec::new();
    walk(repository, &tree, Path::new(""), &mut |relative, entry| {
        if entry.kind() == Some(ObjectType::Blob) {
            found.push(listed(repository, entry, relative.to_path_buf())?);
        }
        Ok(())
    })?;
    Ok(found)
}

fn listed(repository: &Repository, entry: &TreeEntry<'_>, relative: PathBuf) -> Result<ListedFile> {
    let target = if entry.filemode() == LINK {
        let target = repository.find_blob(entry.id())?;
        Some(PathBuf::from(OsStr::from_bytes(target.content())))
    } else {
        None
    };
    let (size, _) = repository.odb()?.read_header(entry.id())?;
    Ok(ListedFile {
        relative,
        executable: entry.filemode() == EXECUTABLE,
        size: size as u64,
        target,
    })
}

/// Returns what the file holds; nothing when there is none, or a link leads out of the tree or in circles.
fn follow(repository: &Repository, root: &Tree<'_>, path: &Path) -> Result<Option<Vec<u8>>> {
    let Some(mut ahead) = reversed(path) else {
        return Ok(None);
    };
    let mut behind: Vec<OsString> = Vec::new();
    let mut links = 0;
    while let Some(name) = ahead.pop() {
        if name == ".." {
            if behind.pop().is_none() {
                return Ok(None);
            }
            continue;
        }
        let place: PathBuf = behind.iter().chain([&name]).collect();
        let Ok(entry) = root.get_path(&place) else {
            return Ok(None);
        };
        if entry.filemode() == LINK {
            links += 1;
            let target = repository.find_blob(entry.id())?;
            let target = Path::new(OsStr::from_bytes(target.content()));
            match reversed(target) {
                Some(words) if links <= MOST_LINKS => ahead.extend(words),
                _ => return Ok(None),
            }
        } else if entry.kind() == Some(ObjectType::Blob) && ahead.is_empty() {
            objects::check(repository, entry.id())?;
            return Ok(Some(repository.find_blob(entry.id())?.content().to_vec()));
        } else {
            behind.push(name);
        }
    }
    Ok(None)
}

/// Returns the names of a relative path, the last one first.
fn reversed(path: &Path) -> Option<Vec<OsString>> {
    let mut names = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => names.push(name.to_owned()),
            Component::ParentDir => names.push("..".into()),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    names.reverse();
    Some(names)
}
