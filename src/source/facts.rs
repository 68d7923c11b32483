//! What git says of a folder: who commits, where it came from, its latest tag, and what is committed.
//!
//! Read with libgit2; nothing is run and nothing is written.

use super::export::walk;
use anyhow::Result;
use git2::{DescribeFormatOptions, DescribeOptions, ErrorCode, ObjectType, Repository};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What git knows, without and with a repository.
#[derive(Clone, Debug, Default)]
pub struct GitFacts {
    /// `user.name` and `user.email` of git's configuration.
    pub author: Option<(String, String)>,
    /// The repository that the folder is in.
    pub checkout: Option<Checkout>,
}

/// A repository with a working folder.
#[derive(Clone, Debug, Default)]
pub struct Checkout {
    /// The top of the working folder, without links.
    pub root: PathBuf,
    /// The address of `origin`, without what a user could have written in it as a password.
    pub remote: Option<String>,
    /// The latest tag that leads to the commit.
    pub tag: Option<String>,
    /// The files below the folder that are committed, by their path in the folder; nothing before the first commit.
    pub committed: Option<BTreeSet<String>>,
}

/// Asks git about a folder, which is absolute and without links.
///
/// # Errors
/// When the repository belongs to another user or cannot be read.
pub fn look_at(folder: &Path) -> Result<GitFacts> {
    let flags = git2::RepositoryOpenFlags::empty();
    match Repository::open_ext(folder, flags, std::iter::empty::<&Path>()) {
        Ok(repository) => Ok(GitFacts {
            author: author(&repository.config()?),
            checkout: checkout(&repository, folder)?,
        }),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(GitFacts {
            author: author(&git2::Config::open_default()?),
            checkout: None,
        }),
        // What else is wrong is said as a build says it.
        Err(error) => {
            super::repository::open(folder)?;
            Err(error.into())
        }
    }
}

fn author(config: &git2::Config) -> Option<(String, String)> {
    let name = config.get_string("user.name").ok()?;
    let address = config.get_string("user.email").ok()?;
    Some((name, address))
}

fn checkout(repository: &Repository, folder: &Path) -> Result<Option<Checkout>> {
    let Some(root) = repository.workdir() else {
        return Ok(None);
    };
    let root: PathBuf = root.components().collect();
    let remote = repository.find_remote("origin").ok();
    Ok(Some(Checkout {
        remote: remote.and_then(|remote| remote.url().ok().map(without_password)),
        tag: latest_tag(repository),
        committed: committed(
            repository,
            folder.strip_prefix(&root).unwrap_or(Path::new("")),
        )?,
        root,
    }))
}

/// Removes the user and password of an address; `git@host:path` has none.
pub(super) fn without_password(address: &str) -> String {
    match address.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = match rest.split_once('/') {
                Some((host, path)) => (host, format!("/{path}")),
                None => (rest, String::new()),
            };
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => address.to_owned(),
    }
}

fn latest_tag(repository: &Repository) -> Option<String> {
    let description = repository
        .describe(DescribeOptions::new().describe_tags())
        .ok()?;
    description
        .format(Some(DescribeFormatOptions::new().abbreviated_size(0)))
        .ok()
}

fn committed(repository: &Repository, below: &Path) -> Result<Option<BTreeSet<String>>> {
    let Ok(head) = repository.head() else {
        return Ok(None);
    };
    let mut tree = head.peel_to_tree()?;
    if !below.as_os_str().is_empty() {
        let inner = tree
            .get_path(below)
            .ok()
            .and_then(|entry| entry.to_object(repository).ok())
            .and_then(|object| object.into_tree().ok());
        let Some(inner) = inner else {
            return Ok(Some(BTreeSet::new()));
        };
        tree = inner;
    }
    let mut files = BTreeSet::new();
    walk(repository, &tree, Path::new(""), &mut |relative, entry| {
        if entry.kind() == Some(ObjectType::Blob)
            && let Some(name) = relative.to_str()
        {
            files.insert(name.to_owned());
        }
        Ok(())
    })?;
    Ok(Some(files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_without_its_password() {
        for (address, told) in [
            (
                "https://ada:secret@example.org/a.git",
                "https://example.org/a.git",
            ),
            ("https://token@example.org", "https://example.org"),
            ("https://example.org/a@b", "https://example.org/a@b"),
            ("git@example.org:ada/a.git", "git@example.org:ada/a.git"),
            ("/srv/git/a.git", "/srv/git/a.git"),
        ] {
            assert_eq!(without_password(address), told);
        }
    }
}
