//! Where the commit of a submodule is: in a folder of this machine, or on a server.
//!
//! # Limits
//! A submodule of a repository on a server is never taken from a folder of this machine: that repository could name any.

use super::export::Gitlink;
use super::remote::History;
use super::repository::{open, open_exactly};
use super::{Obtain, Obtained, download, facts, gitmodules, submodule_address};
use crate::failure::Failure;
use crate::recipe::GitAddress;
use crate::sys::fs;
use anyhow::{Context as _, Result};
use git2::Repository;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a repository is, for the relative addresses of its submodules.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Folder(PathBuf),
    Server(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Folder(folder) => folder.display().fmt(f),
            Place::Server(address) => f.write_str(&download::shown(address)),
        }
    }
}

/// A repository that has the commit of a submodule.
pub(super) struct Found {
    pub(super) repository: Repository,
    /// The one that has its history.
    pub(super) past: PathBuf,
    /// Where it is.
    pub(super) place: Place,
    /// What was fetched for it.
    pub(super) obtained: Option<Obtained>,
}

/// Finds the commit of the submodule at `shown`, whose parent is at `place`.
pub(super) fn find(
    parent: &Repository,
    place: &Place,
    known: &gitmodules::Submodule,
    gitlink: &Gitlink,
    shown: &Path,
    obtain: &dyn Obtain,
    on_line: &mut dyn FnMut(&str),
) -> Result<Found> {
    let addresses = addresses(parent, place, &known.url);
    // An id names the same files wherever they are found, so what is on this machine will do.
    let mut folders = Vec::new();
    if let Place::Folder(folder) = place {
        folders = checked_out(parent, known, gitlink);
        folders.extend(
            addresses
                .iter()
                .filter_map(|address| folder_of(address, folder)),
        );
    }
    for folder in folders {
        let Ok(repository) = open_exactly(&folder) else {
            continue;
        };
        if repository.find_commit(gitlink.commit).is_ok() {
            return Ok(Found {
                past: repository.path().to_path_buf(),
                repository,
                place: Place::Folder(folder),
                obtained: None,
            });
        }
    }
    let server = addresses.into_iter().find(|address| is_server(address));
    let Some(address) = server else {
        return Err(not_found(shown, gitlink, &known.url).into());
    };
    let named: GitAddress = address.parse().map_err(|why| {
        Failure::build(format!(
            "the address of the submodule `{}` cannot be used: {why}",
            shown.display()
        ))
        .hint("correct `.gitmodules`, and commit that")
    })?;
    let commit = gitlink.commit.to_string();
    let obtained = obtain
        .obtain(&named, &commit, History::Tip, on_line)
        .with_context(|| format!("the submodule `{}` could not be fetched", shown.display()))?;
    Ok(Found {
        repository: open(&obtained.repository)?,
        past: obtained.history().to_path_buf(),
        place: Place::Server(address),
        obtained: Some(obtained),
    })
}

/// Returns what `.gitmodules` says of each submodule, by its place.
pub(super) fn listed(
    repository: &Repository,
    tree: &git2::Tree<'_>,
) -> Result<BTreeMap<PathBuf, gitmodules::Submodule>> {
    let Some(entry) = tree.get_name(".gitmodules") else {
        return Ok(BTreeMap::new());
    };
    let blob = repository.find_blob(entry.id())?;
    Ok(gitmodules::parse(&String::from_utf8_lossy(blob.content())))
}

/// Returns where a local repository may have its submodule already.
fn checked_out(
    parent: &Repository,
    known: &gitmodules::Submodule,
    gitlink: &Gitlink,
) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    // A name such as `../..` would lead out of the repository.
    if super::tree_writer::check_names(Path::new(&known.name)).is_ok() && !known.name.is_empty() {
        folders.push(parent.commondir().join("modules").join(&known.name));
    }
    folders.extend(parent.workdir().map(|top| top.join(&gitlink.relative)));
    folders
}

/// Returns the addresses that a submodule's may mean, as git-submodule(1) takes relative ones: from the repository that the
/// parent was cloned from, and from the parent itself.
fn addresses(parent: &Repository, place: &Place, url: &str) -> Vec<String> {
    if !submodule_address::is_relative(url) {
        return vec![url.to_owned()];
    }
    let mut bases = Vec::new();
    match place {
        Place::Server(address) => bases.push(address.clone()),
        Place::Folder(folder) => {
            bases.extend(fs::canonicalize(folder).map(|real| real.display().to_string()));
            let origin = parent.find_remote("origin");
            bases.extend(
                origin
                    .ok()
                    .and_then(|origin| origin.url().ok().map(without_token)),
            );
        }
    }
    bases
        .iter()
        .filter_map(|base| submodule_address::resolve(base, url))
        .collect()
}

/// Returns an address without the token that a CI job has put into its clone's: git asks the caller's helpers for one.
fn without_token(address: &str) -> String {
    if address.starts_with("http") {
        facts::without_password(address)
    } else {
        address.to_owned()
    }
}

fn is_server(address: &str) -> bool {
    submodule_address::is_server(address)
}

/// Returns the folder that an address means, seen from another.
fn folder_of(address: &str, from: &Path) -> Option<PathBuf> {
    if is_server(address) {
        return None;
    }
    Some(from.join(address.strip_prefix("file://").unwrap_or(address)))
}

pub(super) fn not_wanted(at: &Path) -> Failure {
    Failure::build(format!(
        "`{}` is a submodule, and the recipe does not want it",
        at.display()
    ))
    .hint("set `submodules = true` in `[source]`: exactly the commit that is recorded is taken")
}

pub(super) fn not_listed(at: &Path) -> Failure {
    Failure::build(format!(
        "`{}` is a submodule, and `.gitmodules` does not say where it comes from",
        at.display()
    ))
    .hint("add it with `git submodule add`, or remove it with `git rm`, and commit that")
}

fn not_found(at: &Path, gitlink: &Gitlink, url: &str) -> Failure {
    Failure::build(format!(
        "the commit {} of the submodule `{}` is nowhere on this machine, and its address `{}` names no server",
        gitlink.commit,
        at.display(),
        download::shown(url)
    ))
    .hint("check it out with `git submodule update --init --recursive`, or correct `.gitmodules`")
}
