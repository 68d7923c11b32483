//! Exactly one commit of a repository, as a plain folder.
//!
//! The export is read with libgit2 from the object store: no checkout, hooks, filters or user configuration take part,
//! and the repository itself is not touched. Blobs are written raw. A folder is read in place; what is on a server comes
//! through a cache ([`remote`]).
//!
//! # Limits
//! Submodules and Git LFS are refused with the reason; `export-ignore` and `export-subst` are not applied.

mod describe;
mod export;
mod files;
mod lock;
pub mod remote;

pub use describe::Describe;
pub use files::read_files;
pub use lock::{LockedSource, SourceLock, missing_lock};

use crate::deb::Timestamp;
use crate::failure::Failure;
use crate::plan::SourcePlan;
use crate::recipe::{Address, SourcePath};
use crate::sys::fs;
use anyhow::{Context as _, Result};
use git2::{ErrorClass, ErrorCode, Object, Repository};
use remote::{Fetched, Surroundings, Wanted};
use std::path::{Path, PathBuf};

/// A clean export of one commit.
#[derive(Clone, Debug)]
pub struct SourceTree {
    /// The folder that holds the app: the subdirectory of the recipe, or the whole tree.
    pub root: PathBuf,
    /// The repository it came from, as the user named it; it is shown without secrets.
    pub address: Address,
    /// The tag, branch or commit, as the user named it.
    pub reference: String,
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
        let name = path.as_path();
        let file = self.root.join(name);
        let inside = fs::canonicalize(&file)
            .is_ok_and(|end| fs::canonicalize(&self.root).is_ok_and(|root| end.starts_with(root)));
        if inside && fs::is_file(&file) {
            return Ok(file);
        }
        Err(Failure::build(format!(
            "there is no file `{}` in the source",
            name.display()
        ))
        .hint("only what is committed counts, and paths start at the `subdirectory` of `[source]`")
        .into())
    }
}

/// Exports the commit that the plan names into `into`, which does not exist yet.
///
/// # Errors
/// When the repository cannot be reached or read, or has no such commit or subdirectory.
pub fn extract(
    plan: &SourcePlan,
    surroundings: &Surroundings<'_>,
    into: &Path,
    on_line: &mut dyn FnMut(&str),
) -> Result<SourceTree> {
    match &plan.address {
        Address::Folder(folder) => export_commit(&Named::new(plan, folder), into, None),
        Address::Remote(address) => {
            let wanted = Wanted {
                address,
                reference: &plan.reference,
                history: plan.history,
            };
            let fetched = remote::fetch(&wanted, surroundings, on_line)?;
            match export_fetched(plan, &fetched, into) {
                Err(error) if is_damage(&error) => {
                    fetched.discard()?;
                    fs::remove_dir_all(into)?;
                    export_fetched(plan, &remote::fetch(&wanted, surroundings, on_line)?, into)
                }
                result => result,
            }
        }
    }
}

fn export_fetched(plan: &SourcePlan, fetched: &Fetched, into: &Path) -> Result<SourceTree> {
    let named = Named {
        reference: &fetched.commit,
        ..Named::new(plan, &fetched.repository)
    };
    export_commit(&named, into, Some(fetched.describe.to_string()))
}

/// Returns whether objects of the repository are missing or broken.
fn is_damage(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.is::<git2::Error>())
}

/// A commit of a repository on this machine.
struct Named<'a> {
    plan: &'a SourcePlan,
    /// Where it is read.
    folder: &'a Path,
    /// What it is called there.
    reference: &'a str,
}

impl<'a> Named<'a> {
    fn new(plan: &'a SourcePlan, folder: &'a Path) -> Self {
        Named {
            plan,
            folder,
            reference: &plan.reference,
        }
    }
}

fn export_commit(named: &Named<'_>, into: &Path, describe: Option<String>) -> Result<SourceTree> {
    let plan = named.plan;
    let repository = open(named.folder)?;
    let commit = resolve(&repository, named)?
        .peel_to_commit()
        .with_context(|| format!("`{}` names something that is not a commit", plan.reference))?;
    let tree = match &plan.subdirectory {
        None => commit.tree()?,
        Some(subdirectory) => subtree(&repository, &commit.tree()?, subdirectory.as_path(), plan)?,
    };
    fs::create_dir_all(into)?;
    export::export(&repository, &tree, into)?;
    Ok(SourceTree {
        root: into.to_path_buf(),
        address: plan.address.clone(),
        reference: plan.reference.clone(),
        commit: commit.id().to_string(),
        // A commit from before 1970 is a joke that a tar header cannot tell.
        time: Timestamp::new(u64::try_from(commit.time().seconds()).unwrap_or(0))?,
        describe: describe.unwrap_or_else(|| describe_here(&commit)),
    })
}

fn describe_here(commit: &git2::Commit<'_>) -> String {
    let mut options = git2::DescribeOptions::new();
    options.describe_tags().show_commit_oid_as_fallback(true);
    commit
        .as_object()
        .describe(&options)
        .and_then(|description| description.format(None))
        .unwrap_or_else(|_| commit.id().to_string())
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
    let flags = git2::RepositoryOpenFlags::empty();
    Repository::open_ext(path, flags, std::iter::empty::<&Path>()).map_err(|error| {
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

fn resolve<'a>(repository: &'a Repository, named: &Named<'_>) -> Result<Object<'a>> {
    let path = &named.plan.address;
    match repository.revparse_single(named.reference) {
        Ok(object) => Ok(object),
        Err(_) if repository.is_empty()? => Err(Failure::build(format!(
            "the repository at `{path}` has no commit yet"
        ))
        .hint("commit the app first: what is packaged is exactly one commit")
        .into()),
        Err(_) => {
            let message = format!(
                "`{}` is not a tag, branch or commit of the repository at `{path}`",
                named.reference
            );
            let mut failure = Failure::build(message);
            if repository.is_shallow() {
                failure = failure
                    .hint("the clone is shallow: `git fetch --unshallow --tags` brings the rest");
            }
            failure = match nearest_reference(repository, named.reference) {
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
            plan.address
        ))
        .hint("only what is committed counts; check `subdirectory` in `[source]`")
    };
    let entry = tree
        .get_path(subdirectory)
        .map_err(|error| match error.class() {
            // A folder that is there and cannot be read is not missing.
            ErrorClass::Tree => anyhow::Error::from(missing()),
            _ => error.into(),
        })?;
    entry
        .to_object(repository)?
        .into_tree()
        .map_err(|_| missing().into())
}
