//! The source of an app, as a plain folder: exactly one commit of a repository, a folder, or an archive.
//!
//! Commits are read with libgit2 from the object store: no checkout, hooks, filters or user configuration take part, and the
//! repository itself is not touched. Blobs are written raw. A folder is read in place; what is on a server comes through a
//! cache ([`remote`]). Whatever a source is made of, it gets onto the disk by one way ([`tree_writer`]), and build backends
//! find a repository beside it ([`context`]).
//!
//! # Limits
//! Git LFS is refused with the reason; `export-ignore` and `export-subst` are not applied.

mod archive;
mod assemble;
mod context;
mod describe;
mod download;
mod export;
mod facts;
mod files;
mod folder;
pub mod git_version;
mod gitmodules;
mod history;
mod hooks;
mod identity;
mod left_out;
mod lfs;
mod lock;
mod lookup;
mod objects;
mod obtain;
mod patches;
pub mod remote;
mod repository;
mod submodule;
mod submodule_address;
mod tracked;
mod tree_writer;

pub use describe::Describe;
pub use download::Downloads;
pub use facts::{Checkout, GitFacts, look_at};
pub use files::{ReadFile, foresee_files, read_files};
pub use history::{Tree, version_of};
pub use hooks::read_hooks;
pub use lock::{LockedSource, SourceLock, missing_lock};
pub use lookup::{facts, is_knowable, known_extras, look, unreadable};
pub use obtain::{Servers, obtain};

use crate::deb::Timestamp;
use crate::failure::Failure;
use crate::plan::{CommitVersion, SourcePlan};
use crate::recipe::{GitAddress, SourcePath};
use crate::sys::fs;
use crate::sys::process::Runner;
use anyhow::Result;
use remote::History;
use std::any::Any;
use std::fmt;
use std::path::{Path, PathBuf};

/// A source that was put together.
#[derive(Debug)]
pub struct SourceTree {
    /// The folder that holds the app: the subdirectory of the recipe, or the whole tree.
    pub root: PathBuf,
    /// Where it came from, as the user named it.
    pub repository: String,
    /// The full commit id; of what is no commit, what names its files.
    pub commit: String,
    /// When it was made.
    pub time: Timestamp,
    /// What `git describe --tags --always --dirty` says.
    pub describe: String,
    /// The version that follows from git, when the plan asks for it.
    pub version: Option<CommitVersion>,
    /// What each of the extra sources was: the full commit id, or what else names its files.
    pub extras: Vec<String>,
    /// Repositories that have to be there until the build is over: the one beside the tree borrows their objects.
    _obtained: Vec<Obtained>,
}

impl SourceTree {
    /// Returns where a file of the source is.
    ///
    /// # Errors
    /// When there is none, or a link leads out of the source.
    pub fn file(&self, path: &SourcePath) -> Result<PathBuf> {
        self.find(path.as_path(), "file", fs::is_file)
    }

    /// Returns where a folder of the source is.
    ///
    /// # Errors
    /// When there is none, or a link leads out of the source.
    pub fn folder(&self, path: &SourcePath) -> Result<PathBuf> {
        self.find(path.as_path(), "folder", fs::is_dir)
    }

    fn find(&self, name: &Path, noun: &str, is: fn(&Path) -> bool) -> Result<PathBuf> {
        let found = self.root.join(name);
        let inside = fs::canonicalize(&found)
            .is_ok_and(|end| fs::canonicalize(&self.root).is_ok_and(|root| end.starts_with(root)));
        if inside && is(&found) {
            return Ok(found);
        }
        Err(absent(noun, name).into())
    }
}

fn absent(noun: &str, name: &Path) -> Failure {
    let of_workspace = if name.ends_with("uv.lock") {
        ". The lock of a workspace is in its top folder: \
             for one member, write and commit `uv export --package MEMBER --no-dev --format pylock.toml -o pylock.MEMBER.toml` there, name that \
             in `lock`, and put `project = false` in place of `subdirectory`: that lock names the member, too"
    } else {
        ""
    };
    Failure::build(format!(
        "there is no {noun} `{}` in the source",
        name.display()
    ))
    .hint(format!(
        "only what is committed counts, and paths start at the `subdirectory` of `[source]`{of_workspace}"
    ))
}

/// A repository on this machine that has a commit of a server.
pub struct Obtained {
    /// The repository that has the files of the commit.
    pub repository: PathBuf,
    /// The repository that has its history, when that is another.
    pub history: Option<PathBuf>,
    /// The full id of the commit.
    pub commit: String,
    /// What `git describe --tags --always` says.
    pub describe: String,
    /// What keeps the repositories from being thrown away.
    pub held: Box<dyn Any + Send>,
}

impl Obtained {
    fn history(&self) -> &Path {
        self.history.as_deref().unwrap_or(&self.repository)
    }
}

impl fmt::Debug for Obtained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Obtained")
            .field("repository", &self.repository)
            .field("commit", &self.commit)
            .finish_non_exhaustive()
    }
}

/// Brings commits of servers to this machine.
pub trait Obtain {
    /// Returns a repository that has what a tag, branch or commit means at an address.
    ///
    /// # Errors
    /// When the server cannot be reached, does not let us in, or does not have it.
    fn obtain(
        &self,
        address: &GitAddress,
        reference: &str,
        history: History,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Obtained>;
}

/// Knows no server.
#[derive(Clone, Copy, Debug)]
pub struct NoServers;

impl Obtain for NoServers {
    fn obtain(
        &self,
        address: &GitAddress,
        reference: &str,
        _history: History,
        _on_line: &mut dyn FnMut(&str),
    ) -> Result<Obtained> {
        Err(Failure::build(format!(
            "the commit `{reference}` of `{address}` is not on this machine"
        ))
        .hint("check it out with `git submodule update --init --recursive`")
        .into())
    }
}

/// What putting a source together needs from its surroundings.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Runs git and what fetches archives.
    pub runner: Runner,
    /// How archives are fetched.
    pub downloads: &'a Downloads,
    /// Brings commits of servers.
    pub obtain: &'a dyn Obtain,
    /// Told of what may be wrong and does not stop the build.
    pub warn: &'a dyn Fn(&str),
}

/// Puts the source of the plan together at `top`, which does not exist yet.
///
/// # Errors
/// When it is not what the plan says, cannot be reached or read, or holds what no package may hold.
pub fn extract(
    plan: &SourcePlan,
    surroundings: &Surroundings<'_>,
    top: &Path,
    on_line: &mut dyn FnMut(&str),
) -> Result<SourceTree> {
    let assembled = assemble::assemble(plan, surroundings, top, on_line)?;
    let identity = assembled.identity;
    if let Some(planned) = plan.commit.as_ref().filter(|it| it.id != identity.id) {
        return Err(Failure::build(format!(
            "the source at `{}` has changed since the build began",
            plan.name()
        ))
        .details([
            format!("it was   {}", planned.id),
            format!("it is    {}", identity.id),
        ])
        .hint("build again when nobody works in it")
        .into());
    }
    let root = plan.root(top);
    if !fs::is_dir(&root) {
        let named = root.strip_prefix(top).unwrap_or(&root);
        return Err(no_folder(named, &plan.name()).into());
    }
    Ok(SourceTree {
        root,
        repository: plan.name(),
        commit: identity.id,
        time: identity.time,
        describe: identity.describe,
        version: identity.version,
        extras: assembled.extras,
        _obtained: assembled.obtained,
    })
}

fn no_folder(named: &Path, place: &str) -> Failure {
    Failure::build(format!(
        "there is no folder `{}` in the source at `{place}`",
        named.display()
    ))
    .hint("only what is committed counts; check `subdirectory` in `[source]`")
}
