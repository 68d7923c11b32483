//! Exactly one commit of a repository, as a plain folder.
//!
//! The export is read with libgit2 from the object store: no checkout, hooks, filters or user configuration take part,
//! and the repository itself is not touched. Blobs are written raw.
//!
//! # Limits
//! Submodules and Git LFS are refused with the reason; `export-ignore` and `export-subst` are not applied.

mod export;
mod facts;
mod files;
pub mod git_version;
mod lookup;

pub use facts::{Checkout, GitFacts, look_at};
pub use files::{ReadFile, foresee_files, read_files};
pub use lookup::{look, unreadable};

use crate::deb::Timestamp;
use crate::failure::Failure;
use crate::plan::SourcePlan;
use crate::recipe::SourcePath;
use crate::sys::fs;
use anyhow::{Context as _, Result};
use git2::{ErrorClass, ErrorCode, Object, Repository};
use std::path::{Path, PathBuf};

/// A clean export of one commit.
#[derive(Clone, Debug)]
pub struct SourceTree {
    /// The folder that holds the app: the subdirectory of the recipe, or the whole tree.
    pub root: PathBuf,
    /// The repository it came from, as the user named it.
    pub repository: PathBuf,
    /// The full commit id.
    pub commit: String,
    /// When the commit was made.
    pub time: Timestamp,
    /// What `git describe --tags --always` says.
    pub describe: String,
}

impl SourceTree {
    /// Returns where a file of the source is.
    ///
    /// # Errors
    /// When there is none, or a link leads out of the source.
    pub fn file(&self, path: &SourcePath) -> Result<PathBuf> {
        self.find(path, "file", fs::is_file)
    }

    /// Returns where a folder of the source is.
    ///
    /// # Errors
    /// When there is none, or a link leads out of the source.
    pub fn folder(&self, path: &SourcePath) -> Result<PathBuf> {
        self.find(path, "folder", fs::is_dir)
    }

    fn find(&self, path: &SourcePath, noun: &str, is: fn(&Path) -> bool) -> Result<PathBuf> {
        let name = path.as_path();
        let found = self.root.join(name);
        let inside = fs::canonicalize(&found)
            .is_ok_and(|end| fs::canonicalize(&self.root).is_ok_and(|root| end.starts_with(root)));
        if inside && is(&found) {
            return Ok(found);
        }
        Err(Failure::build(format!(
            "there is no {noun} `{}` in the source",
            name.display()
        ))
        .hint("only what is committed counts, and paths start at the `subdirectory` of `[source]`")
        .into())
    }
}

/// Exports the commit of the plan into `into`, which does not exist yet.
///
/// # Errors
/// When the plan has no commit, or the repository no longer has it or holds what cannot be exported.
pub fn extract(plan: &SourcePlan, into: &Path) -> Result<SourceTree> {
    let commit = plan
        .commit
        .as_ref()
        .context("which commit is exported is not known yet")?;
    let repository = open(&plan.repository)?;
    let found = repository
        .find_commit(git2::Oid::from_str(&commit.id)?)
        .with_context(|| {
            let path = plan.repository.display();
            format!(
                "the commit {} is gone from the repository at `{path}`",
                commit.id
            )
        })?;
    let tree = root(&repository, &found, plan)?;
    fs::create_dir_all(into)?;
    export::export(&repository, &tree, into)?;
    Ok(SourceTree {
        root: into.to_path_buf(),
        repository: plan.repository.clone(),
        commit: commit.id.clone(),
        time: commit.time,
        describe: commit.describe.clone(),
    })
}

/// Returns the tree that holds the app.
fn root<'a>(
    repository: &'a Repository,
    commit: &git2::Commit<'a>,
    plan: &SourcePlan,
) -> Result<git2::Tree<'a>> {
    let tree = commit.tree()?;
    match &plan.subdirectory {
        None => Ok(tree),
        Some(subdirectory) => subtree(repository, &tree, subdirectory.as_path(), plan),
    }
}

fn open(path: &Path) -> Result<Repository> {
    // libgit2 says "unsupported URL protocol" of a folder that is not there: look first.
    if !fs::is_dir(path) {
        return Err(
            Failure::build(format!("there is no folder `{}`", path.display()))
                .hint("`git` in `[source]` is relative to the recipe: `..` is the folder above it")
                .into(),
        );
    }
    open_quietly(path).map_err(|error| {
        match (error.class(), error.code()) {
            (_, ErrorCode::NotFound) => Failure::build(format!(
                "`{}` is not in a git repository",
                path.display()
            ))
            .hint("name the folder of a repository, or make it one with `git init` and a commit")
            .into(),
            (_, ErrorCode::Owner) => Failure::build(format!(
                "the repository at `{}` belongs to another user",
                path.display()
            ))
            .hint(format!(
                "if you trust it: `git config --global --add safe.directory {}`",
                // git compares the path as the disk has it.
                fs::canonicalize(path)
                    .unwrap_or_else(|_| path.to_path_buf())
                    .display()
            ))
            .into(),
            (ErrorClass::Os | _, _) => anyhow::Error::new(error).context(format!(
                "opening the repository at `{}` failed",
                path.display()
            )),
        }
    })
}

fn open_quietly(path: &Path) -> Result<Repository, git2::Error> {
    let flags = git2::RepositoryOpenFlags::empty();
    Repository::open_ext(path, flags, std::iter::empty::<&Path>())
}

fn resolve<'a>(repository: &'a Repository, plan: &SourcePlan) -> Result<Object<'a>> {
    let path = plan.repository.display();
    match repository.revparse_single(&plan.reference) {
        Ok(object) => Ok(object),
        Err(_) if repository.is_empty()? => Err(Failure::build(format!(
            "the repository at `{path}` has no commit yet"
        ))
        .hint("commit the app first: what is packaged is exactly one commit")
        .into()),
        Err(_) => {
            let message = format!(
                "`{}` is not a tag, branch or commit of the repository at `{path}`",
                plan.reference
            );
            let mut failure = Failure::build(message);
            if repository.is_shallow() {
                failure = failure
                    .hint("the clone is shallow: `git fetch --unshallow --tags` brings the rest");
            }
            failure = match nearest_reference(repository, &plan.reference) {
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

fn subtree<'a>(
    repository: &'a Repository,
    tree: &git2::Tree<'a>,
    subdirectory: &Path,
    plan: &SourcePlan,
) -> Result<git2::Tree<'a>> {
    let missing = || {
        Failure::build(format!(
            "there is no folder `{}` in `{}` of the repository at `{}`",
            subdirectory.display(),
            plan.reference,
            plan.repository.display()
        ))
        .hint("only what is committed counts; check `subdirectory` in `[source]`")
    };
    let entry = tree.get_path(subdirectory).map_err(|_| missing())?;
    entry
        .to_object(repository)?
        .into_tree()
        .map_err(|_| missing().into())
}
