//! Writes a git tree object as files, links and folders.

use super::remote::Fetched;
use crate::failure::Failure;
use crate::sys::fs;
use anyhow::{Context as _, Result};
use git2::{ObjectType, Repository, Tree, TreeWalkMode, TreeWalkResult};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// The first line of a Git LFS pointer file.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Git's mode of an executable file.
const EXECUTABLE: i32 = 0o100_755;

/// Git's mode of a symbolic link.
const LINK: i32 = 0o120_000;

/// Writes the tree below `into`: folders and files first, links last, so that nothing is written through a link.
pub(super) fn export(repository: &Repository, tree: &Tree<'_>, into: &Path) -> Result<()> {
    let mut outcome = Ok(());
    let mut links = Vec::new();
    tree.walk(TreeWalkMode::PreOrder, |parent, entry| {
        let relative = Path::new(parent).join(OsStr::from_bytes(entry.name_bytes()));
        outcome = write_entry(repository, entry, into, relative, &mut links);
        if outcome.is_ok() {
            TreeWalkResult::Ok
        } else {
            TreeWalkResult::Abort
        }
    })
    .or_else(|error| if outcome.is_err() { Ok(()) } else { Err(error) })?;
    outcome?;
    for link in &links {
        fs::symlink(&link.target, into.join(&link.relative))?;
    }
    let top = fs::canonicalize(into)?;
    for link in &links {
        // One link may lead through another: only the disk knows where it ends.
        let path = into.join(&link.relative);
        if fs::canonicalize(&path).is_ok_and(|end| !end.starts_with(&top)) {
            return Err(leads_out(&link.relative, &link.target).into());
        }
    }
    Ok(())
}

/// Reads every file of a commit that was fetched, which checks it against its id (git-hash-object(1)).
///
/// # Errors
/// When one of them is missing or broken.
pub(super) fn check_whole(fetched: &Fetched) -> Result<()> {
    let repository = Repository::open_bare(&fetched.repository)?;
    let commit = repository.find_commit(git2::Oid::from_str(&fetched.commit)?)?;
    let mut outcome = Ok(());
    commit
        .tree()?
        .walk(TreeWalkMode::PreOrder, |_, entry| {
            if entry.kind() == Some(ObjectType::Blob) {
                outcome = repository.find_blob(entry.id()).map(drop);
            }
            match outcome {
                Ok(()) => TreeWalkResult::Ok,
                Err(_) => TreeWalkResult::Abort,
            }
        })
        .or_else(|error| if outcome.is_err() { Ok(()) } else { Err(error) })?;
    Ok(outcome?)
}

struct Link {
    relative: PathBuf,
    target: PathBuf,
}

fn write_entry(
    repository: &Repository,
    entry: &git2::TreeEntry<'_>,
    into: &Path,
    relative: PathBuf,
    links: &mut Vec<Link>,
) -> Result<()> {
    check_name(entry.name_bytes(), &relative)?;
    let path = into.join(&relative);
    match entry.kind() {
        Some(ObjectType::Tree) => {
            fs::create_dir_all(&path)?;
            fs::set_mode(&path, 0o755)?;
        }
        Some(ObjectType::Blob) => {
            let blob = repository.find_blob(entry.id())?;
            if entry.filemode() == LINK {
                let target = PathBuf::from(OsStr::from_bytes(blob.content()));
                check_link(&relative, &target)?;
                links.push(Link { relative, target });
            } else {
                check_not_pointer(&relative, blob.content())?;
                fs::write(&path, blob.content())?;
                // The builder's umask must not decide what a build tool finds.
                fs::set_mode(
                    &path,
                    if entry.filemode() == EXECUTABLE {
                        0o755
                    } else {
                        0o644
                    },
                )?;
            }
        }
        _ => {
            return Err(Failure::build(format!(
                "`{}` is a submodule, and submodules are not supported yet",
                relative.display()
            ))
            .hint("vendor the files, or name the submodule's project in `packages`")
            .into());
        }
    }
    Ok(())
}

/// Refuses names that git itself never commits: a crafted tree could write outside the export.
fn check_name(name: &[u8], relative: &Path) -> Result<()> {
    let forbidden = matches!(name, b"" | b"." | b"..")
        || name.contains(&b'/')
        || name.eq_ignore_ascii_case(b".git");
    if !forbidden {
        return Ok(());
    }
    Err(Failure::build(format!(
        "the source has a file of the forbidden name `{}`",
        relative.display()
    ))
    .hint("the commit was not made by git: `git fsck` says more")
    .into())
}

fn check_not_pointer(relative: &Path, content: &[u8]) -> Result<()> {
    if !content.starts_with(LFS_POINTER) {
        return Ok(());
    }
    Err(Failure::build(format!(
        "`{}` is a Git LFS pointer: its content is not in the repository",
        relative.display()
    ))
    .hint("commit the file itself, or fetch it in a wheel that the app depends on")
    .into())
}

/// Refuses links that leave the export: a build tool following them would read the builder's own files.
fn check_link(relative: &Path, target: &Path) -> Result<()> {
    let mut inside = PathBuf::new();
    let mut leaves = target.is_absolute();
    let from = relative.parent().context("an entry has a name")?;
    for part in from.join(target).components() {
        match part {
            std::path::Component::ParentDir => leaves |= !inside.pop(),
            std::path::Component::Normal(part) => inside.push(part),
            _ => {}
        }
    }
    if leaves {
        return Err(leads_out(relative, target).into());
    }
    Ok(())
}

fn leads_out(relative: &Path, target: &Path) -> Failure {
    Failure::build(format!(
        "the link `{}` leads out of the source, to `{}`",
        relative.display(),
        target.display()
    ))
    .hint("replace it by the file itself, and commit that")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_leave_the_export_are_refused() {
        for name in ["", ".", "..", "a/b", ".git", ".GIT"] {
            assert!(
                check_name(name.as_bytes(), Path::new(name)).is_err(),
                "{name:?}"
            );
        }
        assert!(check_name(b".gitignore", Path::new(".gitignore")).is_ok());
    }

    #[test]
    fn links_that_leave_the_source_are_refused() {
        for (at, target) in [
            ("a", "/etc/passwd"),
            ("a", "../x"),
            ("d/a", "../../x"),
            ("d/a", "..//../x"),
        ] {
            assert!(
                check_link(Path::new(at), Path::new(target)).is_err(),
                "{at} -> {target}"
            );
        }
        for (at, target) in [("a", "b"), ("d/a", "../x"), ("d/e/a", "../../x/../y")] {
            assert!(
                check_link(Path::new(at), Path::new(target)).is_ok(),
                "{at} -> {target}"
            );
        }
    }
}
