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
    /// What the folders hold that are shipped, by their paths below the subdirectory; the subdirectory itself is empty.
    pub folders: BTreeMap<PathBuf, Vec<ListedFile>>,
}

/// A file or link in a folder of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Its path below the folder.
    pub relative: PathBuf,
    /// Whether it can be run.
    pub executable: bool,
    /// Its size in bytes.
    pub size: u64,
    /// Where it leads, if it is a link.
    pub target: Option<PathBuf>,
}

/// The files and folders of the source that the recipe names.
#[derive(Clone, Debug, Default)]
pub struct NamedPaths {
    /// Requirements, constraints, a lock, and files that are shipped.
    pub files: BTreeSet<PathBuf>,
    /// Folders that are shipped.
    pub folders: BTreeSet<PathBuf>,
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

/// Returns what of the source the recipe names.
pub fn named_paths(recipe: &Recipe) -> NamedPaths {
    let lists = recipe
        .venv
        .requirements
        .iter()
        .chain(&recipe.venv.constraints);
    let mut named = NamedPaths {
        files: lists.map(|path| path.as_path().to_path_buf()).collect(),
        folders: BTreeSet::new(),
    };
    if let Some(lock) = &recipe.venv.lock {
        named.files.insert(lock.path().as_path().to_path_buf());
        named.files.extend(lock.project());
    }
    for file in &recipe.files {
        match &file.origin {
            FileOrigin::Source(path) => {
                named.files.insert(path.as_path().to_path_buf());
            }
            FileOrigin::SourceFolder(folder) => {
                let folder = folder.as_ref().map(|folder| folder.as_path().to_path_buf());
                named.folders.insert(folder.unwrap_or_default());
            }
            FileOrigin::Recipe(_) | FileOrigin::Text(_) => {}
        }
    }
    named
}
