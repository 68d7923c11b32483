//! What has been fetched from one server's repository, kept for the next build and shared with builds that run now.
//!
//! `CACHE/git/NAME-HASH.git` is a bare repository with the files of single commits; `NAME-HASH.history.git` has commits and
//! tags for git-describe(1), and their files only when the server cannot leave them out. In both, `refs/kept/ID` holds every
//! commit that was asked for, so that nothing takes it away.
//!
//! Two locks guard them. Who fetches holds `NAME-HASH.fetch.lock` alone; who reads shares `NAME-HASH.use.lock`, which only
//! somebody who throws everything away holds alone. So builds wait for each other while one fetches, and not while they read.
//!
//! # Limits
//! Nothing is ever removed from a cache that is whole: the folder may be deleted when no build runs.

use super::client::INCOMING;
use crate::failure::Failure;
use crate::recipe::GitAddress;
use crate::sys::clock::Stopwatch;
use crate::sys::fs;
use crate::sys::lock::Lock;
use anyhow::{Context as _, Result};
use git2::{ErrorCode, Oid, Repository, RepositoryInitOptions, RepositoryOpenFlags};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How much of the repository's own name is part of the cache's.
const NAME_LENGTH: usize = 40;

/// How many bytes of the address's hash are.
const HASH_BYTES: usize = 8;

/// How long a build is waited for that reads what has to be thrown away: most are over by then.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(50);

/// Which of the two repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Store {
    /// Files of single commits.
    Snapshots,
    /// Commits and tags.
    History,
}

/// The cache of one address.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    folder: PathBuf,
    name: String,
}

/// The right to change the cache. It ends in order when it is dropped; after a process that was killed the next one
/// starts anew.
#[derive(Debug)]
pub(super) struct Fetching {
    unfinished: PathBuf,
    _lock: Lock,
}

impl Drop for Fetching {
    fn drop(&mut self) {
        // One that stays costs the next build a whole fetch, and nothing else.
        let _ = fs::remove_file(&self.unfinished);
    }
}

impl Cache {
    /// Names the cache of an address below the folder of all caches.
    pub(super) fn of(address: &GitAddress, caches: &Path) -> Self {
        Cache {
            folder: caches.join("git"),
            name: name(address.as_str()),
        }
    }

    /// Returns where one of the repositories is.
    pub(super) fn path(&self, store: Store) -> PathBuf {
        self.beside(match store {
            Store::Snapshots => "git",
            Store::History => "history.git",
        })
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        self.folder.join(format!("{}.{suffix}", self.name))
    }

    /// Takes the right to read, which keeps the cache from being thrown away.
    pub(super) fn reading(&self) -> Result<Lock> {
        Lock::shared(&self.beside("use.lock"))
    }

    /// Takes the right to change the cache; `on_wait` is told when another build has it.
    pub(super) fn fetching(&self, on_wait: &mut dyn FnMut()) -> Result<Fetching> {
        let path = self.beside("fetch.lock");
        let lock = if let Some(lock) = Lock::try_exclusive(&path)? {
            lock
        } else {
            on_wait();
            Lock::exclusive(&path)?
        };
        let unfinished = self.beside("unfinished");
        if fs::exists(&unfinished) {
            self.clear()?;
        }
        fs::write(&unfinished, b"")?;
        Ok(Fetching {
            unfinished,
            _lock: lock,
        })
    }

    /// Throws everything away, when nobody reads it any more.
    pub(super) fn discard(&self, _fetching: &Fetching) -> Result<()> {
        self.clear()
    }

    /// Makes an empty repository in the place of one that a fetch has set up for what the server cannot do.
    pub(super) fn renew(&self, store: Store, fetching: &Fetching) -> Result<()> {
        let alone = self.alone()?;
        fs::remove_dir_all(&self.path(store)).context("clearing the cache failed")?;
        drop(alone);
        self.prepare(store, fetching)?;
        Ok(())
    }

    fn clear(&self) -> Result<()> {
        let _alone = self.alone()?;
        for store in [Store::Snapshots, Store::History] {
            fs::remove_dir_all(&self.path(store)).context("clearing the cache failed")?;
        }
        Ok(())
    }

    /// Takes the right to throw away. Who waits for it may hold what another build waits for, or this build itself may be
    /// the reader: nobody waits for ever.
    fn alone(&self) -> Result<Lock> {
        let path = self.beside("use.lock");
        let watch = Stopwatch::start();
        loop {
            if let Some(lock) = Lock::try_exclusive(&path)? {
                return Ok(lock);
            }
            if watch.elapsed() > LONGEST_WAIT {
                return Err(Failure::build(format!(
                    "the cache `{}` is damaged, and a build that reads it is in the way of making it anew",
                    self.path(Store::Snapshots).display()
                ))
                .hint("wait until no other build runs, remove that folder, and build again")
                .into());
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Makes a repository that is not there yet; returns whether it was.
    pub(super) fn prepare(&self, store: Store, _fetching: &Fetching) -> Result<bool> {
        let path = self.path(store);
        if fs::is_dir(&path) {
            match self.open(store) {
                Ok(repository) => forget_incoming(&repository)?,
                Err(error) if error.code() == ErrorCode::Owner => {
                    return Err(belongs_to_another(&path).into());
                }
                Err(_) => {}
            }
            return Ok(true);
        }
        let mut options = RepositoryInitOptions::new();
        options
            .bare(true)
            .external_template(false)
            .initial_head("none");
        Repository::init_opts(&path, &options).context("making a cache for git failed")?;
        Ok(false)
    }

    /// Opens one of the repositories: never one of another user, whose configuration may name programs to run.
    fn open(&self, store: Store) -> Result<Repository, git2::Error> {
        let flags = RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT;
        Repository::open_ext(self.path(store), flags, std::iter::empty::<&Path>())
    }

    /// Returns whether a commit is there because it was asked for before.
    pub(super) fn holds(&self, store: Store, commit: &str) -> bool {
        let found = || -> Result<(), git2::Error> {
            let repository = self.open(store)?;
            repository.find_reference(&kept(commit))?;
            repository.find_commit(Oid::from_str(commit)?)?;
            Ok(())
        };
        found().is_ok()
    }

    /// Returns the commits that were asked for before.
    pub(super) fn known(&self) -> Vec<String> {
        self.ids(Store::Snapshots, "refs/kept/")
            .into_values()
            .collect()
    }

    /// Returns the tags of the history, with the ids of what they name.
    pub(super) fn tags(&self) -> BTreeMap<String, String> {
        self.ids(Store::History, "refs/tags/")
    }

    fn ids(&self, store: Store, prefix: &str) -> BTreeMap<String, String> {
        let read = || -> Result<BTreeMap<String, String>, git2::Error> {
            let repository = self.open(store)?;
            let references = repository.references_glob(&format!("{prefix}*"))?;
            let ids = references.flatten().filter_map(|reference| {
                let name = reference.name().ok()?.strip_prefix(prefix)?.to_owned();
                Some((name, reference.target()?.to_string()))
            });
            Ok(ids.collect())
        };
        // One that cannot be read knows nothing, and is fetched anew.
        read().unwrap_or_default()
    }

    /// Keeps the commit that a fetch has brought, or `commit` when it brought all there is; returns its id, or nothing when
    /// it is not there. What a tag leads to counts.
    pub(super) fn keep(
        &self,
        store: Store,
        commit: &str,
        _fetching: &Fetching,
    ) -> Result<Option<String>> {
        let repository = self.open(store)?;
        let brought = repository.find_reference(INCOMING);
        let object = match &brought {
            Ok(reference) => reference.peel(git2::ObjectType::Any),
            Err(_) => repository.find_object(Oid::from_str(commit)?, None),
        };
        let found = object.and_then(|object| object.peel_to_commit());
        let id = found.ok().map(|found| found.id());
        if let Some(id) = id {
            let message = "fetched for deb-build-app";
            repository.reference(&kept(&id.to_string()), id, true, message)?;
        }
        forget_incoming(&repository)?;
        Ok(id.map(|id| id.to_string()))
    }
}

/// Removes the names under which a fetch brought what is kept by now, or was not wanted.
fn forget_incoming(repository: &Repository) -> Result<(), git2::Error> {
    for reference in repository.references_glob("refs/incoming/*")? {
        reference?.delete()?;
    }
    Ok(())
}

fn belongs_to_another(path: &Path) -> Failure {
    Failure::build(format!(
        "the cache `{}` belongs to another user, who could have programs run by it",
        path.display()
    ))
    .hint("give a folder of your own with `--cache-dir DIR`, or remove that one")
}

fn kept(commit: &str) -> String {
    format!("refs/kept/{commit}")
}

/// Returns a name for the cache of an address: its last part for people, and a hash of all of it.
fn name(url: &str) -> String {
    let last = url.trim_end_matches('/').rsplit(['/', ':']).next();
    let last = last.unwrap_or_default();
    let plain: String = last
        .strip_suffix(".git")
        .unwrap_or(last)
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_".contains(c) {
                c
            } else {
                '-'
            }
        })
        .take(NAME_LENGTH)
        .collect();
    let hash = Sha256::digest(url.as_bytes());
    hash.iter()
        .take(HASH_BYTES)
        .fold(format!("{plain}-"), |mut name, byte| {
            // Writing into a text never fails.
            let _ = write!(name, "{byte:02x}");
            name
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_a_cache_whose_name_says_little_of_it() {
        let names: Vec<_> = [
            "https://example.org/a/demo.git",
            "ssh://git@example.org/a/demo.git",
            "git@example.org:demo",
            "ssh://example.org/~ada/%20../",
        ]
        .map(name)
        .to_vec();
        for (name, start) in names.iter().zip(["demo-", "demo-", "demo-", "-20---"]) {
            assert!(name.starts_with(start), "{name}");
            assert_eq!(name.len(), start.len() + 2 * HASH_BYTES, "{name}");
        }
        assert_ne!(names[0], names[1]);
    }
}
