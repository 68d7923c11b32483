//! Repositories on servers: fetched by the `git` program into a cache, then read like any folder.
//!
//! The server is asked each time what a tag or branch is, so that the cache follows it: a branch that moved or was pushed
//! with force gives the new commit, a tag that was deleted is an error. A commit that is named by its whole id and was
//! fetched before needs no traffic at all. What is fetched is one commit without its history; where it stands among the tags
//! is asked for apart, and needs commits only.
//!
//! # Limits
//! A short id of a commit is found only at the tip of a branch or tag, or in the cache. Expressions such as `v1~2` are not
//! understood.

mod advertised;
mod attempt;
mod cache;
mod client;
mod fault;
mod limits;
mod settings;
mod variables;
mod words;

pub use limits::Limits;

use super::describe::Describe;
use crate::recipe::GitAddress;
use crate::sys::environment::Environment;
use crate::sys::git_environment::GitEnvironment;
use crate::sys::lock::Lock;
use crate::sys::process::Runner;
use advertised::{Advertised, Chosen, NotChosen, is_full_id};
use anyhow::{Context as _, Result};
use attempt::{Attempts, Stopped};
use cache::{Cache, Fetching, Store};
use client::{Client, Depth};
use fault::Fault;
use std::path::{Path, PathBuf};

/// How much is asked for beside the files of the commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum History {
    /// Nothing: a tag is known only when it stands at the commit.
    #[default]
    Tip,
    /// The tag before the commit, and its distance.
    Whole,
}

/// What is wanted of a server.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The repository.
    pub address: &'a GitAddress,
    /// A tag, branch or commit, or `HEAD`.
    pub reference: &'a str,
    /// What is asked for beside the commit.
    pub history: History,
}

/// What a fetch needs from its surroundings.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The folder of all caches.
    pub cache: &'a Path,
    /// The caller's environment.
    pub environment: &'a Environment,
    /// What of it is git's.
    pub git: &'a GitEnvironment,
    /// Runs git.
    pub runner: Runner,
    /// Where its output is kept.
    pub log: &'a Path,
    /// Told of what may be wrong and does not stop the build.
    pub warn: &'a dyn Fn(&str),
}

/// A commit on this machine. As long as this lives, nobody throws it away.
#[derive(Debug)]
pub struct Fetched {
    /// The bare repository that has the files of the commit.
    pub repository: PathBuf,
    /// The bare repository that has its history, when that was asked for.
    pub history: Option<PathBuf>,
    /// The full id of the commit.
    pub commit: String,
    /// The full name by which it was fetched, such as `refs/tags/v1`; nothing for a commit that was named by its id.
    pub name: Option<String>,
    /// Where it stands.
    pub describe: Describe,
    cache: Cache,
    _reading: Lock,
}

impl Fetched {
    /// Throws the cache away because what is in it cannot be read.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn discard(self) -> Result<()> {
        let cache = self.cache.clone();
        // Who reads cannot throw away.
        drop(self);
        let fetching = cache.fetching(&mut || {})?;
        cache.discard(&fetching)
    }
}

/// Brings what is wanted to this machine, unless it is there.
///
/// # Errors
/// When the server cannot be reached, does not let us in, or does not have it: one sentence each, with what to do.
pub fn fetch(
    wanted: &Wanted<'_>,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(&str),
) -> Result<Fetched> {
    let cache = Cache::of(wanted.address, surroundings.cache);
    if is_full_id(wanted.reference) {
        let reading = cache.reading()?;
        if is_there(&cache, wanted.history, wanted.reference) {
            let chosen = Chosen {
                name: None,
                commit: wanted.reference.to_owned(),
                ambiguous: false,
            };
            return found(wanted, surroundings, cache, reading, chosen, None);
        }
    }
    let mut attempts = Attempts::new(wanted.address, surroundings, on_line)?;
    warn_of_doubts(wanted, surroundings);
    let list = attempts
        .run(&attempts.client.list())?
        .map_err(|stopped| stopped.failure(wanted.address))?;
    let advertised = Advertised::parse(&String::from_utf8_lossy(&list));
    let chosen = advertised
        .choose(wanted.reference, &cache.known())
        .map_err(|why| why.failure(wanted.reference, &wanted.address.to_string()))?;
    if chosen.ambiguous {
        (surroundings.warn)(&format!(
            "`{0}` is a tag and a branch of `{1}`: the tag is taken; `refs/heads/{0}` is the branch",
            wanted.reference, wanted.address
        ));
    }
    let reading = cache.reading()?;
    let tags_are_the_same = || advertised.tags() == cache.tags();
    if is_there(&cache, wanted.history, &chosen.commit)
        && (wanted.history == History::Tip || tags_are_the_same())
    {
        return found(
            wanted,
            surroundings,
            cache,
            reading,
            chosen,
            Some(&advertised),
        );
    }
    drop(reading);
    let waiting = format!("waiting for another build that fetches {}", wanted.address);
    let fetching = cache.fetching(&mut || (attempts.on_line)(&waiting))?;
    let commit = bring(wanted, &cache, &fetching, &mut attempts, &chosen)?;
    let reading = cache.reading()?;
    drop(fetching);
    let chosen = Chosen { commit, ..chosen };
    found(
        wanted,
        surroundings,
        cache,
        reading,
        chosen,
        Some(&advertised),
    )
}

fn warn_of_doubts(wanted: &Wanted<'_>, surroundings: &Surroundings<'_>) {
    let transport = wanted.address.transport();
    if !transport.is_authenticated() && !is_full_id(wanted.reference) {
        (surroundings.warn)(&format!(
            "`{}` comes by {}://, where anybody on the way can change what `{}` is: use https:// or ssh://, or name the whole \
             commit id",
            wanted.address,
            transport.protocol(),
            wanted.reference
        ));
    }
}

fn stores(history: History) -> &'static [Store] {
    match history {
        History::Tip => &[Store::Snapshots],
        History::Whole => &[Store::Snapshots, Store::History],
    }
}

fn is_there(cache: &Cache, history: History, commit: &str) -> bool {
    let mut stores = stores(history).iter();
    stores.all(|store| cache.holds(*store, commit))
}

fn found(
    wanted: &Wanted<'_>,
    surroundings: &Surroundings<'_>,
    cache: Cache,
    reading: Lock,
    chosen: Chosen,
    advertised: Option<&Advertised>,
) -> Result<Fetched> {
    let history = (wanted.history == History::Whole).then(|| cache.path(Store::History));
    let describe = match &history {
        Some(history) => {
            let answer = surroundings
                .runner
                .ask(&client::describe(history, &chosen.commit))?;
            Describe::parse(&answer.stdout, &chosen.commit)
        }
        None => Describe {
            tag: advertised
                .and_then(|advertised| advertised.tag_of(&chosen.commit, chosen.name.as_deref()))
                .map(|tag| (tag, 0)),
            commit: chosen.commit.clone(),
        },
    };
    Ok(Fetched {
        repository: cache.path(Store::Snapshots),
        history,
        commit: chosen.commit,
        name: chosen.name,
        describe,
        cache,
        _reading: reading,
    })
}

/// Fetches into every repository of the cache that lacks something; a cache that cannot be used is made anew, once.
fn bring(
    wanted: &Wanted<'_>,
    cache: &Cache,
    fetching: &Fetching,
    attempts: &mut Attempts<'_>,
    chosen: &Chosen,
) -> Result<String> {
    let mut commit = chosen.commit.clone();
    for store in stores(wanted.history) {
        // Another build may have brought it while this one waited.
        if *store == Store::Snapshots && cache.holds(*store, &commit) {
            continue;
        }
        let was_there = cache.prepare(*store, fetching)?;
        let first = bring_into(*store, cache, fetching, attempts, chosen);
        let is_broken = match &first {
            Ok(Err(stopped)) => stopped.fault == Fault::Other,
            Ok(Ok(_)) => false,
            Err(_) => true,
        };
        if was_there && is_broken {
            cache.discard(fetching)?;
            return bring(wanted, cache, fetching, attempts, chosen);
        }
        let brought = first?;
        commit = brought.map_err(|stopped| {
            if stopped.fault == Fault::NoSuchCommit && chosen.name.is_some() {
                // It was deleted since the server was asked.
                NotChosen::Unknown(None).failure(wanted.reference, &wanted.address.to_string())
            } else {
                stopped.failure(wanted.address)
            }
        })?;
    }
    Ok(commit)
}

fn bring_into(
    store: Store,
    cache: &Cache,
    fetching: &Fetching,
    attempts: &mut Attempts<'_>,
    chosen: &Chosen,
) -> Result<Result<String, Stopped>> {
    let path = cache.path(store);
    let name = chosen.name.as_ref().unwrap_or(&chosen.commit);
    let (depth, fallback) = match store {
        Store::Snapshots => (Depth::Snapshot, Depth::Everything),
        Store::History => (Depth::Commits, Depth::History),
    };
    let client: &Client = &attempts.client.clone();
    let mut outcome = attempts.run(&client.fetch(&path, name, &depth))?;
    if outcome
        .as_ref()
        .is_err_and(|stopped| stopped.fault == Fault::NoShallow)
    {
        if store == Store::History {
            // Git has noted there that files are left out, and would look for them.
            cache.renew(store, fetching)?;
        }
        outcome = attempts.run(&client.fetch(&path, name, &fallback))?;
    }
    if outcome
        .as_ref()
        .is_err_and(|stopped| stopped.fault == Fault::OnlyByName)
    {
        outcome = attempts.run(&client.fetch_all(&path, &depth))?;
    }
    if let Err(stopped) = outcome {
        return Ok(Err(stopped));
    }
    let kept = cache
        .keep(store, &chosen.commit, fetching)
        .context("keeping what was fetched failed")?;
    Ok(kept.ok_or_else(|| Stopped::new(Fault::NoSuchCommit)))
}
