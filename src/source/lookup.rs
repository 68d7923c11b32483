//! Looks at a repository before anything is exported: which commit is meant, and what the files of it that the recipe names
//! hold. Nothing is written.

use super::{open, open_quietly, resolve, root};
use crate::deb::Timestamp;
use crate::failure::Failure;
use crate::plan::{CommitFacts, ListedFile, NamedPaths, SourcePlan};
use anyhow::{Context as _, Result};
use git2::{
    Commit, ErrorCode, ObjectType, Repository, Tree, TreeEntry, TreeWalkMode, TreeWalkResult,
};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

/// How many links one path may lead through, as on Linux (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// Git's mode of a symbolic link.
const LINK: i32 = 0o120_000;

/// Git's mode of an executable file.
const EXECUTABLE: i32 = 0o100_755;

/// Returns the commit that the plan's reference names now, and the files of it that are asked for, by their paths below the
/// subdirectory. Links between them are followed as they will be in the export.
///
/// # Errors
/// When the repository cannot be read, has no such commit or subdirectory, or one of the files is not in it.
pub fn look(plan: &SourcePlan, named: &NamedPaths) -> Result<CommitFacts> {
    let repository = open(&plan.repository)?;
    let commit = resolve(&repository, plan)?
        .peel_to_commit()
        .with_context(|| format!("`{}` names something that is not a commit", plan.reference))?;
    let tree = root(&repository, &commit, plan)?;
    let read = |path: &PathBuf| Ok((path.clone(), read(&repository, &tree, path)?));
    let list = |path: &PathBuf| Ok((path.clone(), list(&repository, &tree, path)?));
    Ok(CommitFacts {
        id: commit.id().to_string(),
        // A commit from before 1970 is a joke that a tar header cannot tell.
        time: Timestamp::new(u64::try_from(commit.time().seconds()).unwrap_or(0))?,
        describe: describe(&commit),
        files: named.files.iter().map(read).collect::<Result<_>>()?,
        folders: named.folders.iter().map(list).collect::<Result<_>>()?,
    })
}

/// Returns why a repository that is there cannot be read, as when it is another user's.
pub fn unreadable(plan: &SourcePlan) -> Option<anyhow::Error> {
    match open_quietly(&plan.repository) {
        Err(error) if error.code() != ErrorCode::NotFound => open(&plan.repository).err(),
        _ => None,
    }
}

fn describe(commit: &Commit<'_>) -> String {
    let mut options = git2::DescribeOptions::new();
    options.describe_tags().show_commit_oid_as_fallback(true);
    commit
        .as_object()
        .describe(&options)
        .and_then(|description| description.format(None))
        .unwrap_or_else(|_| commit.id().to_string())
}

fn read(repository: &Repository, root: &Tree<'_>, path: &Path) -> Result<Vec<u8>> {
    let content = follow(repository, root, path)
        .with_context(|| format!("reading `{}` in the source failed", path.display()))?;
    content.ok_or_else(|| {
        Failure::build(format!(
            "there is no file `{}` in the source",
            path.display()
        ))
        .hint("only what is committed counts, and paths start at the `subdirectory` of `[source]`")
        .into()
    })
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
    let mut outcome = Ok(());
    tree.walk(TreeWalkMode::PreOrder, |parent, entry| {
        if entry.kind() != Some(ObjectType::Blob) {
            return TreeWalkResult::Ok;
        }
        let relative = Path::new(parent).join(OsStr::from_bytes(entry.name_bytes()));
        match listed(repository, entry, relative) {
            Ok(file) => {
                found.push(file);
                TreeWalkResult::Ok
            }
            Err(error) => {
                outcome = Err(error);
                TreeWalkResult::Abort
            }
        }
    })
    .or_else(|error| if outcome.is_err() { Ok(()) } else { Err(error) })?;
    outcome.map(|()| found)
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
