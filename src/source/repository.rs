//! Repositories of this machine, read with libgit2: opened, asked what a name means, and asked for a folder.
//!
//! What it says when it cannot is put into the words of the recipe.

use super::no_folder;
use crate::failure::Failure;
use crate::sys::fs;
use anyhow::{Context as _, Result};
use git2::{ErrorClass, ErrorCode, Oid, Repository};
use std::path::{Path, PathBuf};

/// Opens the repository that a folder is in.
pub(super) fn open(path: &Path) -> Result<Repository> {
    // libgit2 says "unsupported URL protocol" of a folder that is not there: look first.
    if !fs::is_dir(path) {
        return Err(
            Failure::build(format!("there is no folder `{}`", path.display()))
                .hint("`git` in `[source]` is relative to the recipe: `..` is the folder above it")
                .into(),
        );
    }
    open_quietly(path).map_err(|error| cannot_open(path, error))
}

/// Says why a repository could not be opened.
pub(super) fn cannot_open(path: &Path, error: git2::Error) -> anyhow::Error {
    match (error.class(), error.code()) {
        (_, ErrorCode::NotFound) => {
            Failure::build(format!("`{}` is not in a git repository", path.display()))
                .hint(
                    "name the folder of a repository, or make it one with `git init` and a commit",
                )
                .into()
        }
        (_, ErrorCode::Owner) => Failure::build(format!(
            "the repository at `{}` belongs to another user",
            path.display()
        ))
        .hint(format!(
            "if you trust it: `git config --global --add safe.directory {}`",
            top_of(path).display()
        ))
        .into(),
        (ErrorClass::Repository, _) if is_of_another_form(&error) => Failure::build(format!(
            "the repository at `{}` is of a form that is not supported",
            path.display()
        ))
        .caused_by(error)
        .hint(
            "make an archive of it with `git archive`, and name that with `archive` in `[source]`",
        )
        .into(),
        (ErrorClass::Os | _, _) => anyhow::Error::new(error).context(format!(
            "opening the repository at `{}` failed",
            path.display()
        )),
    }
}

/// Returns whether libgit2 does not know how the repository is kept (gitrepository-layout(5), "extensions"): by SHA-256, or with
/// names in a reftable.
fn is_of_another_form(error: &git2::Error) -> bool {
    ["unknown object format", "unsupported extension"]
        .iter()
        .any(|words| error.message().contains(words))
}

/// Returns the folder that git compares with `safe.directory`: the top of the repository, as the disk has it.
fn top_of(path: &Path) -> PathBuf {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let top = real
        .ancestors()
        .find(|above| fs::exists(&above.join(".git")));
    top.map(Path::to_path_buf).unwrap_or(real)
}

/// Opens the repository that a folder is in, and leaves what went wrong to the caller.
pub(super) fn open_quietly(path: &Path) -> Result<Repository, git2::Error> {
    let flags = git2::RepositoryOpenFlags::empty();
    Repository::open_ext(path, flags, std::iter::empty::<&Path>())
}

/// Opens the repository that is at a folder, not above it.
pub(super) fn open_exactly(path: &Path) -> Result<Repository, git2::Error> {
    Repository::open(path)
}

/// Returns the commit that a tag, branch or commit means.
pub(super) fn resolve(repository: &Repository, folder: &Path, reference: &str) -> Result<Oid> {
    let path = folder.display();
    match repository.revparse_single(reference) {
        Ok(object) => match object.peel_to_commit() {
            Ok(commit) => Ok(commit.id()),
            Err(_) => Err(Failure::build(format!(
                "`{reference}` of the repository at `{path}` is not a commit but a {}",
                object.kind().map_or("thing", |kind| kind.str())
            ))
            .hint("name a tag, branch or commit with `ref` in `[source]`")
            .into()),
        },
        Err(_) if has_no_commit(repository)? => Err(Failure::build(format!(
            "the repository at `{path}` has no commit yet"
        ))
        .hint("commit the app first: what is packaged is exactly one commit")
        .into()),
        Err(_) => {
            let message = format!(
                "`{reference}` is not a tag, branch or commit of the repository at `{path}`"
            );
            let mut failure = Failure::build(message);
            if repository.is_shallow() {
                failure = failure
                    .hint("the clone is shallow: `git fetch --unshallow --tags` brings the rest");
            }
            failure = match nearest_reference(repository, reference) {
                Some(nearest) => {
                    failure.hint(format!("did you mean `{nearest}`? set `ref` in `[source]`"))
                }
                None => failure.hint(
                    "`git tag` and `git branch --all` list what there is; set `ref` in `[source]`",
                ),
            };
            Err(failure.into())
        }
    }
}

/// Returns whether nothing is committed. libgit2's own answer depends on the name of the first branch.
fn has_no_commit(repository: &Repository) -> Result<bool, git2::Error> {
    Ok(repository.head().is_err() && repository.references()?.next().is_none())
}

/// Returns a commit that was there when the plan was made.
pub(super) fn find_commit(repository: &Repository, folder: &Path, id: &str) -> Result<Oid> {
    let id = Oid::from_str(id)?;
    let found = repository.find_commit(id).with_context(|| {
        let path = folder.display();
        format!("the commit {id} is gone from the repository at `{path}`")
    })?;
    Ok(found.id())
}

fn nearest_reference(repository: &Repository, wanted: &str) -> Option<String> {
    let references = repository.references().ok()?;
    references
        .flatten()
        .filter_map(|reference| reference.shorthand().ok().map(str::to_owned))
        .map(|name| (strsim::damerau_levenshtein(&name, wanted), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min()
        .map(|(_, name)| name)
}

/// Returns a folder of a tree; an empty path is the tree itself.
pub(super) fn subtree<'a>(
    repository: &'a Repository,
    tree: &git2::Tree<'a>,
    subdirectory: &Path,
    place: &str,
) -> Result<git2::Tree<'a>> {
    if subdirectory == Path::new("") {
        return Ok(tree.clone());
    }
    let missing = || no_folder(subdirectory, place);
    let entry = tree
        .get_path(subdirectory)
        .map_err(|error| match error.class() {
            // A folder that is there and cannot be read is not missing.
            ErrorClass::Tree => anyhow::Error::from(missing()),
            _ => error.into(),
        })?;
    // The commit of a submodule is in another repository.
    if entry.kind() != Some(git2::ObjectType::Tree) {
        return Err(missing().into());
    }
    Ok(repository.find_tree(entry.id())?)
}
