//! What `build` has made, as values for a person and as the document of `build --json`.
//!
//! The document is `{format, packages, failures}`; `format` changes when something is taken away or changes its meaning.

use serde::{Serialize, Serializer};
use std::path::{Path, PathBuf};

/// The version of the documents of `plan` and `build`.
pub const JSON_FORMAT: u32 = 1;

/// What a build has made, and from what.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BuildReport {
    /// The recipe, as the user calls it.
    #[serde(serialize_with = "as_text")]
    pub recipe: PathBuf,
    /// The package's name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// Its architecture.
    pub architecture: String,
    /// Where it is.
    #[serde(serialize_with = "as_text")]
    pub path: PathBuf,
    /// The file's size in bytes.
    pub size: u64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// What it takes on the host, in KiB as dpkg counts.
    pub installed_size_kib: u64,
    /// The commit it was made from.
    pub source: Option<BuiltSource>,
    /// The version of the interpreter: `3.11`.
    pub python: String,
    /// The Python that the package brings; nothing when it runs with the host's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_python: Option<BuiltPython>,
    /// The requirements file that installs the same again; nothing where there is a lock, or nothing but the project.
    pub requirements: Option<String>,
    /// The requirements file that pins what came unchecked beside a lock, because something was built.
    pub build_requirements: Option<String>,
    /// Which installer was used, with its version where it has one.
    pub installer: String,
    /// What is in the virtualenv, sorted by name.
    pub distributions: Vec<BuiltDistribution>,
    /// Which files were rewritten for their final path.
    pub rewrites: Vec<BuiltRewrite>,
    /// What was left out of the virtualenv.
    pub pruned: Vec<BuiltPruned>,
    /// How long the build took.
    pub seconds: f64,
    /// What may be wrong and did not stop the build.
    pub warnings: Vec<String>,
}

/// The commit that a package was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BuiltSource {
    /// The folder of the repository, or its address.
    pub path: String,
    /// The tag, branch or commit that was asked for.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The full id.
    pub commit: String,
    /// When it was made, in seconds since 1970.
    pub time: u64,
    /// What `git describe` says.
    pub describe: String,
    /// The extra sources, in the order of the recipe.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extras: Vec<BuiltExtra>,
}

/// A Python that the package brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BuiltPython {
    /// How many files it has.
    pub files: usize,
    /// How many bytes they have.
    pub bytes: u64,
    /// The SHA-256 of all that is in it but bytecode, in hex.
    pub sha256: String,
    /// The packages of the distribution that it was taken out of; none when it was a folder.
    pub packages: Vec<BuiltPythonPart>,
}

/// A package of the distribution that was taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BuiltPythonPart {
    /// Its name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// The source package it was built from.
    pub source: String,
    /// The SHA-256 of its file, in hex.
    pub sha256: String,
}

/// A source beside the first one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BuiltExtra {
    /// Its folder, file or address.
    pub path: String,
    /// The tag, branch or commit that was asked for.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The full id, or a sum of its files.
    pub commit: String,
    /// Where it was put in the first source.
    pub into: String,
}

/// A distribution in the virtualenv.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BuiltDistribution {
    /// Its normalised name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence as its metadata says; empty when it does not.
    pub license: String,
}

/// What a group of `prune` has left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BuiltPruned {
    /// The group as the recipe calls it.
    pub group: &'static str,
    /// How many files went.
    pub files: usize,
    /// How many bytes they had.
    pub bytes: u64,
    /// What stayed although the group names it, with who needs it.
    pub kept: Vec<String>,
}

/// A file that was rewritten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BuiltRewrite {
    /// Its path in the package.
    pub path: String,
    /// What was done to it.
    pub what: &'static str,
}

/// A build that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedBuild {
    /// The recipe, as the user calls it.
    #[serde(serialize_with = "as_text")]
    pub recipe: PathBuf,
    /// The exit code that it alone would have given.
    pub exit_code: u8,
    /// What was said of it.
    pub error: String,
}

/// The document of `build --json`.
#[derive(Debug, Serialize)]
pub struct BuildDocument<'a> {
    /// [`JSON_FORMAT`].
    pub format: u32,
    /// The packages that are there, in the order of the recipes.
    pub packages: &'a [BuildReport],
    /// The builds that failed.
    pub failures: &'a [FailedBuild],
}

/// Writes a path as text; serde refuses one that is not UTF-8.
pub(super) fn as_text<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}
