//! Which commit is exported, from where, and what the plan has to know of it.

use crate::deb::{Timestamp, Version};
use crate::recipe::{
    ExtraSource, FileOrigin, Origin, PythonVersion, Recipe, SourcePath, TagPattern, VersionSource,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the source is put together from.
#[derive(Clone, Debug)]
pub struct SourcePlan {
    /// Where the first source comes from.
    pub origin: Origin,
    /// The folder of the tree that holds the app.
    pub subdirectory: Option<SourcePath>,
    /// Whether submodules are part of it.
    pub submodules: bool,
    /// Files of patches, in order.
    pub patches: Vec<PathBuf>,
    /// What is added to the first source.
    pub extras: Vec<ExtraSource>,
    /// What is no part of a source although it may be in its folder.
    pub own: OwnFiles,
    /// Whether only commits are taken: a folder with changes is refused.
    pub locked: bool,
    /// How the version follows from git, when it does.
    pub tags: Option<VersionTags>,
    /// Whether the history of a commit is needed beside its files: for its version, and for build backends that ask git.
    pub with_history: bool,
    /// The commit that is meant; nothing when the repository cannot be read yet.
    pub commit: Option<CommitFacts>,
}

/// What a build writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnFiles {
    /// The folders of caches and of work.
    pub folders: Vec<PathBuf>,
    /// The folder of the packages, and how the names of this package's files begin.
    pub packages: Option<(PathBuf, String)>,
}

/// How a version follows from git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionTags {
    /// Which tags are versions.
    pub pattern: TagPattern,
    /// The Debian revision.
    pub revision: String,
}

/// The version of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitVersion {
    /// The version of the package.
    pub version: Version,
    /// The tag at the commit itself, and the version that it names: the project must have the same.
    pub tagged: Option<(String, PythonVersion)>,
}

/// A commit, and the files in it that the recipe names.
#[derive(Clone, Debug)]
pub struct CommitFacts {
    /// The full id; of what is no commit, a sum of its files.
    pub id: String,
    /// When it was made.
    pub time: Timestamp,
    /// What `git describe --tags --always --dirty` says.
    pub describe: String,
    /// The version that follows from git, when it is asked for.
    pub version: Option<CommitVersion>,
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

impl NamedPaths {
    /// Returns whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }
}

impl SourcePlan {
    /// Takes what the recipe says.
    pub fn new(recipe: &Recipe) -> Option<Self> {
        recipe.source.as_ref().map(|source| SourcePlan {
            origin: source.origin.clone(),
            subdirectory: source.subdirectory.clone(),
            submodules: source.submodules,
            patches: source.patches.clone(),
            extras: source.extras.clone(),
            own: OwnFiles::default(),
            locked: false,
            tags: match &recipe.package.version_source {
                VersionSource::Git(pattern) => Some(VersionTags {
                    pattern: pattern.clone(),
                    revision: recipe.package.revision.clone(),
                }),
                VersionSource::Stated | VersionSource::Project => None,
            },
            with_history: recipe.venv.project
                || matches!(recipe.package.version_source, VersionSource::Git(_))
                || source.extras.iter().any(|extra| extra.install),
            commit: None,
        })
    }

    /// Returns the source as the user calls it: its folder, file or address.
    pub fn name(&self) -> String {
        self.origin.to_string()
    }

    /// Returns the tag, branch or commit as the recipe or `--ref` names it; empty for what is no repository.
    pub fn reference(&self) -> String {
        self.origin
            .reference()
            .map_or_else(String::new, ToString::to_string)
    }

    /// Returns the folder that holds the app, in a source that is put together at `top`.
    pub fn root(&self, top: &Path) -> PathBuf {
        match &self.subdirectory {
            None => top.to_path_buf(),
            Some(subdirectory) => top.join(subdirectory.as_path()),
        }
    }

    /// Returns the folders of this machine that the source comes from.
    pub fn folders(&self) -> Vec<PathBuf> {
        let origins = self.extras.iter().map(|extra| &extra.origin);
        let folder = |origin: &Origin| match origin {
            Origin::Repository(folder, _) | Origin::Folder(folder) => Some(folder.clone()),
            Origin::Archive(..) | Origin::Fetched(..) | Origin::FetchedArchive(..) => None,
        };
        std::iter::once(&self.origin)
            .chain(origins)
            .filter_map(folder)
            .collect()
    }

    /// Returns whether the files of the first source may be others when the source is put together.
    pub fn is_changed(&self) -> bool {
        self.submodules || !self.patches.is_empty() || !self.extras.is_empty()
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
    let build_constraints = recipe.venv.build_constraints.iter();
    named
        .files
        .extend(build_constraints.map(|path| path.as_path().to_path_buf()));
    for file in &recipe.files {
        match &file.origin {
            FileOrigin::Source(path) => {
                named.files.insert(path.as_path().to_path_buf());
            }
            FileOrigin::SourceFolder(folder) => {
                let folder = folder.as_ref().map(|folder| folder.as_path().to_path_buf());
                named.folders.insert(folder.unwrap_or_default());
            }
            FileOrigin::Recipe(_) | FileOrigin::RecipeFolder(_) | FileOrigin::Text(_) => {}
        }
    }
    named
}
