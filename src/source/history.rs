//! The history of a commit as git has it: its tags, and the version that follows from them ([`super::git_version`]).
//!
//! # Limits
//! Tags whose names are no UTF-8 are no versions. A shallow clone says nothing of the history that it lacks: there only a
//! tag at the commit itself counts.

use super::git_version::{self, Commit, GitVersion, Tag, TagPattern, highest};
use crate::deb::Timestamp;
use crate::failure::Failure;
use crate::plan::{CommitVersion, VersionTags};
use anyhow::Result;
use git2::{Oid, Repository};
use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

/// Whether the files are those of the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tree {
    /// They are.
    Clean,
    /// They were changed since.
    Dirty,
}

/// A tag in the history of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TagRef {
    /// What it names itself: the object of an annotated tag, or the commit.
    pub(super) target: Oid,
    /// The commit that this leads to.
    pub(super) commit: Oid,
}

/// Returns the tags in the history of a commit, by their names without `refs/tags/`.
pub(super) fn tags(
    repository: &Repository,
    commit: Oid,
) -> Result<BTreeMap<Vec<u8>, TagRef>, git2::Error> {
    let mut tags = BTreeMap::new();
    for reference in repository.references_glob("refs/tags/*")? {
        let reference = reference?;
        let Some(name) = reference.name_bytes().strip_prefix(b"refs/tags/") else {
            continue;
        };
        // A tag may name a tree or a file, or an object that a shallow clone lacks.
        if let (Some(target), Ok(peeled)) = (reference.target(), reference.peel_to_commit()) {
            let commit = peeled.id();
            tags.insert(name.to_vec(), TagRef { target, commit });
        }
    }
    if tags.values().any(|tag| tag.commit != commit) {
        let history = ancestors(repository, commit)?;
        tags.retain(|_, tag| history.contains(&tag.commit));
    }
    Ok(tags)
}

/// Returns the commits of a history, as far as they are here, with the commit itself.
pub(super) fn ancestors(repository: &Repository, commit: Oid) -> Result<HashSet<Oid>, git2::Error> {
    let mut walk = repository.revwalk()?;
    walk.push(commit)?;
    walk.collect()
}

/// Returns the version of a commit, with a Debian revision.
///
/// # Errors
/// When the clone is too shallow to know, or the tag's version is none that dpkg can hold.
pub fn version_of(
    repository: &Repository,
    id: &str,
    tree: Tree,
    pattern: &TagPattern,
    revision: &str,
) -> Result<GitVersion> {
    let commit = repository.find_commit(Oid::from_str(id)?)?;
    let tags = tags(repository, commit.id())?;
    let named = |wanted: Option<Oid>| {
        let of = move |(name, tag): (&'_ Vec<u8>, &TagRef)| {
            let fits = wanted.is_none_or(|wanted| tag.commit == wanted);
            fits.then(|| String::from_utf8(name.clone()).ok())?
        };
        let names: Vec<_> = tags.iter().filter_map(of).collect();
        highest(names.iter().map(String::as_str), pattern)
            .map(|(name, version)| (name.to_owned(), version))
    };
    let found = if repository.is_shallow() {
        let own = named(Some(commit.id()));
        Some(own.ok_or_else(|| too_shallow(id, pattern))?)
    } else {
        named(None)
    };
    let tag = match found {
        None => None,
        Some((name, version)) => {
            let target = tags[name.as_bytes()].commit;
            let distance = if target == commit.id() {
                0
            } else {
                repository.graph_ahead_behind(commit.id(), target)?.0
            };
            Some((Tag { name, distance }, version))
        }
    };
    let commit = Commit {
        id,
        time: time(&commit)?,
        dirty: tree == Tree::Dirty,
    };
    git_version::version(tag, &commit, revision).map_err(|why| {
        Failure::build(format!("the version of the commit {id} {why}"))
            .hint("state it in the recipe: `version = \"…\"` in `[package]`")
            .into()
    })
}

/// Returns the version that a plan asks for; nothing when it asks for none.
pub(super) fn planned_version(
    repository: &Repository,
    commit: Oid,
    tree: Tree,
    tags: Option<&VersionTags>,
) -> Result<Option<CommitVersion>> {
    let Some(VersionTags { pattern, revision }) = tags else {
        return Ok(None);
    };
    let found = version_of(repository, &commit.to_string(), tree, pattern, revision)?;
    let tagged = found
        .tag
        .filter(|(tag, _)| tag.distance == 0 && tree == Tree::Clean);
    Ok(Some(CommitVersion {
        version: found.version,
        tagged: tagged.map(|(tag, version)| (tag.name, version)),
    }))
}

/// Returns when a commit was made.
pub(super) fn time(commit: &git2::Commit<'_>) -> Result<Timestamp> {
    // A commit from before 1970 is a joke that a tar header cannot tell.
    let seconds = u64::try_from(commit.time().seconds()).unwrap_or(0);
    Timestamp::new(seconds).map_err(|why| {
        Failure::build(format!("the commit {} {why}", commit.id()))
            .hint("its clock was wrong when it was made: amend it, and name the new one")
            .into()
    })
}

/// Returns what `git describe --tags --always` says, with `-dirty` as `--dirty` adds it.
pub(super) fn describe(commit: &git2::Commit<'_>, tree: Tree) -> String {
    let mut options = git2::DescribeOptions::new();
    options.describe_tags().show_commit_oid_as_fallback(true);
    let mut text = commit
        .as_object()
        .describe(&options)
        .and_then(|description| description.format(None))
        .unwrap_or_else(|_| commit.id().to_string());
    if tree == Tree::Dirty {
        text.push_str("-dirty");
    }
    text
}

fn too_shallow(id: &str, pattern: &TagPattern) -> Failure {
    Failure::build(format!(
        "the clone is shallow: which tag of the form `{pattern}` comes before the commit {id} is not known"
    ))
    .hint("bring the history: `git fetch --unshallow --tags`; in a CI job, check out with all of it (`fetch-depth: 0`)")
}

/// Returns a path of git as one of this machine.
pub(super) fn path(bytes: &[u8]) -> &std::path::Path {
    std::path::Path::new(OsStr::from_bytes(bytes))
}
