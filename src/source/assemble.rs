//! Puts a source together: the first source, its submodules, the extra ones, the patches, and the repositories beside them.

use super::archive::{Archive, LIMITS};
use super::context::{self, Root};
use super::export;
use super::folder::Listing;
use super::history::Tree;
use super::identity::Identity;
use super::remote::History;
use super::submodule::{self, Place};
use super::tree_writer::TreeWriter;
use super::{Obtained, Surroundings, download, objects, patches, repository};
use crate::failure::Failure;
use crate::plan::SourcePlan;
use crate::recipe::{Origin, SourcePath};
use anyhow::Result;
use git2::{Oid, Repository};
use std::path::Path;

/// How deep submodules may be in one another.
const DEEPEST: usize = 32;

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
                let repository = repository::open(folder)?;
                let commit = match planned {
                    Some(planned) => repository::find_commit(&repository, folder, &planned.id)?,
                    None => repository::resolve(&repository, folder, reference.as_str())?,
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
                let repository = repository::open(&obtained.repository)?;
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
        let tree = repository::subtree(repository, &whole, inside, &place.to_string())?;
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
            return Err(submodule::not_wanted(&at.join(&first.relative)).into());
        }
        if depth == DEEPEST {
            return Err(Failure::build(format!(
                "submodules are more than {DEEPEST} deep at `{}`",
                at.display()
            ))
            .into());
        }
        let listed = submodule::listed(repository, &whole)?;
        for gitlink in &gitlinks {
            let known = listed.get(&inside.join(&gitlink.relative));
            let at = at.join(&gitlink.relative);
            let known = known.ok_or_else(|| submodule::not_listed(&at))?;
            let obtain = self.surroundings.obtain;
            let found = submodule::find(repository, place, known, gitlink, &at, obtain, on_line)?;
            self.obtained.extend(found.obtained);
            self.commit(
                &found.repository,
                &found.past,
                gitlink.commit,
                None,
                &at,
                &found.place,
                depth + 1,
                on_line,
            )?;
        }
        Ok(())
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
