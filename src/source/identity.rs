//! What a source is: the commit or the sum that names its files, its time, and the version that follows.

use super::Obtained;
use super::history::{self, Tree};
use super::repository::open;
use crate::deb::Timestamp;
use crate::plan::{CommitVersion, SourcePlan};
use anyhow::Result;
use git2::{Oid, Repository};

/// What a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// The full id of the commit, or what else names the files.
    pub(super) id: String,
    /// When it was made.
    pub(super) time: Timestamp,
    /// What `git describe` says, or the same as `id`.
    pub(super) describe: String,
    /// The version that follows from git, when the plan asks for it.
    pub(super) version: Option<CommitVersion>,
}

impl Identity {
    /// Returns what a commit is; `past` is the repository that has its history.
    pub(super) fn of_commit(
        repository: &Repository,
        past: &Repository,
        commit: Oid,
        plan: &SourcePlan,
    ) -> Result<Self> {
        let found = repository.find_commit(commit)?;
        Ok(Identity {
            id: commit.to_string(),
            time: history::time(&found)?,
            describe: history::describe(&found, Tree::Clean),
            version: history::planned_version(past, commit, Tree::Clean, plan.tags.as_ref())?,
        })
    }

    /// Returns what a commit is that was fetched.
    pub(super) fn of_obtained(obtained: &Obtained, plan: &SourcePlan) -> Result<Self> {
        let repository = open(&obtained.repository)?;
        let past = open(obtained.history())?;
        let commit = Oid::from_str(&obtained.commit)?;
        let identity = Identity::of_commit(&repository, &past, commit, plan)?;
        Ok(Identity {
            describe: obtained.describe.clone(),
            ..identity
        })
    }
}
