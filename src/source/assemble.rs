//! Puts a source together: the first source, its submodules, the extra ones, the patches, and the repositories beside them.
//!
//! # Limits
//! A submodule of a repository on a server is never taken from a folder of this machine: that repository could name any.

use super::archive::{Archive, LIMITS};
use super::context::{self, Root};
use super::export::{self, Gitlink};
use super::folder::Listing;
use super::history::{self, Tree};
use super::remote::History;
use super::tree_writer::TreeWriter;
use super::{
    Obtained, Surroundings, download, facts, gitmodules, objects, patches, submodule_address,
};
use crate::deb::Timestamp;
use crate::failure::Failure;
use crate::plan::{CommitVersion, SourcePlan};
use crate::recipe::{GitAddress, Origin, SourcePath};
use crate::sys::fs;
use anyhow::{Context as _, Result};
use git2::{Oid, Repository};
use std::path::{Path, PathBuf};

/// How deep submodules may be in one another.
const DEEPEST: usize = 32;

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
        let repository = super::open(&obtained.repository)?;
        let past = super::open(obtained.history())?;
        let commit = Oid::from_str(&obtained.commit)?;
        let identity = Identity::of_commit(&repository, &past, commit, plan)?;
        Ok(Identity {
            describe: obtained.describe.clone(),
            ..identity
        })
    }
}

/// A source that was put together.
pub(super) struct Assembled {
    /// What the first source is.
    pub(super) identity: Identity,
    /// What each of the extra ones is.
    pub(super) extras: Vec<String>,
    /// What has to be kept until the build is over.
    pub(super) obtained: Vec<Obtained>,
}

/// What a source is for: the first one says what the version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    First,
    Extra,
}

/// A source that is being put together.
pub(super) struct Assembly<'a> {
    plan: &'a SourcePlan,
    surroundings: &'a Surroundings<'a>,
    writer: TreeWriter,
    roots: Vec<Root>,
    obtained: Vec<Obtained>,
}

/// Where a repository is, for the relative addresses of its submodules.
#[derive(Clone, Debug)]
enum Place {
    Folder(PathBuf),
    Server(String),
}

/// Puts the planned source together at `top`.
pub(super) fn assemble(
    plan: &SourcePlan,
    surroundings: &Surroundings<'_>,
    top: &Path,
    on_line: &mut dyn FnMut(&str),
) -> Result<Assembled> {
    let mut assembly = Assembly {
        plan,
        surroundings,
        writer: TreeWriter::new(top)?,
        roots: Vec::new(),
        obtained: Vec::new(),
    };
    let identity = assembly.lay(&plan.origin, None, Path::new(""), Role::First, on_line)?;
    let mut extras = Vec::new();
    for extra in &plan.extras {
        let at = extra.into.as_path();
        if assembly.writer.is_taken(at) {
            return Err(Failure::build(format!(
                "the first source has something at `{}`, where an extra source would be",
                at.display()
            ))
            .hint("choose another place with `into`")
            .into());
        }
        let inside = extra.subdirectory.as_ref();
        let laid = assembly.lay(&extra.origin, inside, at, Role::Extra, on_line)?;
        extras.push(laid.id);
    }
    let Assembly {
        writer,
        roots,
        obtained,
        ..
    } = assembly;
    writer.finish()?;
    patches::apply(&plan.patches, top, surroundings.runner)?;
    context::make_all(top, &roots)?;
    Ok(Assembled {
        identity,
        extras,
        obtained,
    })
}

impl Assembly<'_> {
    /// Writes one source, or one folder of it.
    fn lay(
        &mut self,
        origin: &Origin,
        subdirectory: Option<&SourcePath>,
        at: &Path,
        role: Role,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Identity> {
        // What the plan has shown is what is built, wherever a branch is by now.
        let planned = self.plan.commit.as_ref().filter(|_| role == Role::First);
        let plan = match role {
            Role::First => self.plan,
            Role::Extra => &SourcePlan {
                tags: None,
                ..self.plan.clone()
            },
        };
        match origin {
            Origin::Repository(folder, reference) => {
                let repository = super::open(folder)?;
                let commit = match planned {
                    Some(planned) => super::find_commit(&repository, folder, &planned.id)?,
                    None => super::resolve(&repository, folder, reference.as_str())?,
                };
                let identity = Identity::of_commit(&repository, &repository, commit, plan)?;
                let place = Place::Folder(folder.clone());
                let past = repository.path().to_path_buf();
                self.commit(
                    &repository,
                    &past,
                    commit,
                    subdirectory,
                    at,
                    &place,
                    0,
                    on_line,
                )
                .map_err(|error| objects::explain(error, folder))?;
                Ok(identity)
            }
            Origin::Fetched(address, reference) => {
                let reference = planned.map_or(reference.as_str(), |planned| planned.id.as_str());
                let history = if plan.with_history {
                    History::Whole
                } else {
                    History::Tip
                };
                let obtain = self.surroundings.obtain;
                let obtained = obtain.obtain(address, reference, history, on_line)?;
                let repository = super::open(&obtained.repository)?;
                let commit = Oid::from_str(&obtained.commit)?;
                let mut identity = Identity::of_obtained(&obtained, plan)?;
                if let Some(planned) = planned {
                    // Asked for by its id, it would be described without the tag that the server told of.
                    identity.describe.clone_from(&planned.describe);
                }
                let place = Place::Server(address.as_str().to_owned());
                let past = obtained.history().to_path_buf();
                self.obtained.push(obtained);
                self.commit(
                    &repository,
                    &past,
                    commit,
                    subdirectory,
                    at,
                    &place,
                    0,
                    on_line,
                )?;
                Ok(identity)
            }
            Origin::Folder(folder) => self.folder(plan, folder, subdirectory, at),
            Origin::Archive(file, sha256) => {
                let shown = file.display().to_string();
                let archive = Archive::open(file, &shown, sha256.as_str())?;
                self.archive(archive, sha256.as_str(), subdirectory, at)
            }
            Origin::FetchedArchive(address, sha256) => {
                let archive = download::obtain(
                    address.as_str(),
                    sha256.as_str(),
                    self.surroundings.downloads,
                    self.surroundings.runner,
                    on_line,
                )?;
                self.archive(archive, sha256.as_str(), subdirectory, at)
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is one fact of the commit")]
    fn commit(
        &mut self,
        repository: &Repository,
        past: &Path,
        commit: Oid,
        subdirectory: Option<&SourcePath>,
        at: &Path,
        place: &Place,
        depth: usize,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<()> {
        let whole = repository.find_commit(commit)?.tree()?;
        let inside = subdirectory.map_or(Path::new(""), SourcePath::as_path);
        let tree = super::subtree(repository, &whole, inside, &place.to_string())?;
        let gitlinks = export::export(repository, &tree, at, &mut self.writer)?;
        self.roots.push(Root {
            at: at.to_path_buf(),
            repository: repository.path().to_path_buf(),
            history: past.to_path_buf(),
            commit,
            inside: inside.to_path_buf(),
            tree: Tree::Clean,
        });
        let Some(first) = gitlinks.first() else {
            return Ok(());
        };
        if !self.plan.submodules {
            return Err(not_wanted(&at.join(&first.relative)).into());
        }
        if depth == DEEPEST {
            return Err(Failure::build(format!(
                "submodules are more than {DEEPEST} deep at `{}`",
                at.display()
            ))
            .into());
        }
        let listed = listed_submodules(repository, &whole)?;
        for gitlink in &gitlinks {
            let known = listed.get(&inside.join(&gitlink.relative));
            let known = known.ok_or_else(|| not_listed(&at.join(&gitlink.relative)))?;
            let (found, past, place) =
                self.submodule(repository, place, known, gitlink, at, on_line)?;
            let at = at.join(&gitlink.relative);
            self.commit(
                &found,
                &past,
                gitlink.commit,
                None,
                &at,
                &place,
                depth + 1,
                on_line,
            )?;
        }
        Ok(())
    }

    /// Returns a repository that has the commit of a submodule, the one that has its history, and where it is.
    fn submodule(
        &mut self,
        parent: &Repository,
        place: &Place,
        known: &gitmodules::Submodule,
        gitlink: &Gitlink,
        at: &Path,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<(Repository, PathBuf, Place)> {
        let shown = at.join(&gitlink.relative);
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
            let Ok(repository) = super::open_exactly(&folder) else {
                continue;
            };
            if repository.find_commit(gitlink.commit).is_ok() {
                let past = repository.path().to_path_buf();
                return Ok((repository, past, Place::Folder(folder)));
            }
        }
        let server = addresses.into_iter().find(|address| is_server(address));
        let Some(address) = server else {
            return Err(not_found(&shown, gitlink, &known.url).into());
        };
        let named: GitAddress = address.parse().map_err(|why| {
            Failure::build(format!(
                "the address of the submodule `{}` cannot be used: {why}",
                shown.display()
            ))
            .hint("correct `.gitmodules`, and commit that")
        })?;
        let commit = gitlink.commit.to_string();
        let obtain = self.surroundings.obtain;
        let obtained = obtain
            .obtain(&named, &commit, History::Tip, on_line)
            .with_context(|| format!("the submodule `{}` could not be fetched", shown.display()))?;
        let repository = super::open(&obtained.repository)?;
        let past = obtained.history().to_path_buf();
        self.obtained.push(obtained);
        Ok((repository, past, Place::Server(address)))
    }

    fn folder(
        &mut self,
        plan: &SourcePlan,
        folder: &Path,
        subdirectory: Option<&SourcePath>,
        at: &Path,
    ) -> Result<Identity> {
        let folder = match subdirectory {
            None => folder.to_path_buf(),
            Some(subdirectory) => folder.join(subdirectory.as_path()),
        };
        let listing = Listing::of(&folder, &self.plan.own)?;
        let identity = listing.identity(plan)?;
        for repository in &listing.repositories {
            (self.surroundings.warn)(&format!(
                "`{}` is a repository of its own, and is left out",
                folder.join(repository).display()
            ));
        }
        if listing.is_dirty() {
            refuse_if_locked(self.plan, &folder)?;
            (self.surroundings.warn)(&format!(
                "`{}` has changes that are not committed: they are packaged",
                folder.display()
            ));
        }
        listing.copy(at, &mut self.writer)?;
        if let Some(base) = &listing.base {
            self.roots.push(Root {
                at: at.to_path_buf(),
                repository: base.repository.path().to_path_buf(),
                history: base.repository.path().to_path_buf(),
                commit: base.commit,
                inside: base.inside.clone(),
                tree: base.tree,
            });
        }
        Ok(identity)
    }

    fn archive(
        &mut self,
        mut archive: Archive,
        sha256: &str,
        subdirectory: Option<&SourcePath>,
        at: &Path,
    ) -> Result<Identity> {
        let contents = archive.check(LIMITS)?;
        let inside = subdirectory.map(SourcePath::as_path);
        archive.unpack(&contents, inside, at, &mut self.writer, LIMITS)?;
        let id = format!("sha256:{sha256}");
        Ok(Identity {
            describe: id.clone(),
            id,
            time: contents.time,
            version: None,
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Folder(folder) => folder.display().fmt(f),
            Place::Server(address) => f.write_str(&download::shown(address)),
        }
    }
}

/// Refuses a folder that has no version of its own.
pub(super) fn refuse_if_locked(plan: &SourcePlan, folder: &Path) -> Result<()> {
    if !plan.locked {
        return Ok(());
    }
    Err(Failure::build(format!(
        "`{}` has changes that are not committed, and a lock of sources takes commits only",
        folder.display()
    ))
    .hint("commit them, or build without `--lock` and `--locked`")
    .into())
}

fn listed_submodules(
    repository: &Repository,
    tree: &git2::Tree<'_>,
) -> Result<std::collections::BTreeMap<PathBuf, gitmodules::Submodule>> {
    let Some(entry) = tree.get_name(".gitmodules") else {
        return Ok(std::collections::BTreeMap::new());
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

fn not_wanted(at: &Path) -> Failure {
    Failure::build(format!(
        "`{}` is a submodule, and the recipe does not want it",
        at.display()
    ))
    .hint("set `submodules = true` in `[source]`: exactly the commit that is recorded is taken")
}

fn not_listed(at: &Path) -> Failure {
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
