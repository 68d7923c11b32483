//! Which commit is exported, from where, and what the plan has to know of it.

use crate::deb::Timestamp;
use crate::recipe::{FileOrigin, GitAddress, Origin, Recipe, SourcePath};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Which commit is exported, and from where.
#[derive(Clone, Debug)]
pub struct SourcePlan {
    /// The server that it is fetched from, when it is.
    pub address: Option<GitAddress>,
    /// The folder of the repository; empty when it is fetched.
    pub repository: PathBuf,
    /// A tag, branch or commit.
    pub reference: String,
    /// The folder of the tree that holds the app.
    pub subdirectory: Option<SourcePath>,
    /// The commit that is meant; nothing when the repository cannot be read yet.
    pub commit: Option<CommitFacts>,
}

/// A commit, and the files in it that the recipe names.
#[derive(Clone, Debug)]
pub struct CommitFacts {
    /// The repository on this machine that has it: the folder itself, or what was fetched.
    pub repository: PathBuf,
    /// The full id.
    pub id: String,
    /// When it was made.
    pub time: Timestamp,
    /// What `git describe --tags --always` says.
    pub describe: String,
    /// What those files hold, by their paths below the subdirectory.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
}

impl SourcePlan {
    /// Takes what the recipe says.
    pub fn new(recipe: &Recipe) -> Option<Self> {
        recipe.source.as_ref().map(|source| SourcePlan {
            address: match &source.origin {
                Origin::Fetched(address, _) => Some(address.clone()),
                _ => None,
            },
            repository: source.repository.clone(),
            reference: source.reference.clone(),
            subdirectory: source.subdirectory.clone(),
            commit: None,
        })
    }

    /// Returns the repository as the user calls it: its folder or address.
    pub fn name(&self) -> String {
        match &self.address {
            Some(address) => address.to_string(),
            None => self.repository.display().to_string(),
        }
    }
}

/// Returns the files of the source that the recipe names: requirements, constraints, and what it ships.
pub fn named_files(recipe: &Recipe) -> BTreeSet<PathBuf> {
    let shipped = recipe.files.iter().filter_map(|file| match &file.origin {
        FileOrigin::Source(path) => Some(path),
        FileOrigin::Recipe(_) | FileOrigin::Text(_) => None,
    });
    let lists = recipe
        .venv
        .requirements
        .iter()
        .chain(&recipe.venv.constraints);
    lists
        .chain(shipped)
        .map(|path| path.as_path().to_path_buf())
        .collect()
}
