//! What a build would do, as a value: the document of `plan --json`, which is also what a person is shown.
//!
//! Placeholders stand in texts as `<…>`, and each one that is used is listed with its meaning. `format` changes when something
//! is taken away or changes its meaning.

mod parts;

pub use parts::PlanParts;

use super::built::as_text;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The document of `plan --json`.
#[derive(Debug, Serialize)]
pub struct PlanDocument {
    /// The version of this JSON.
    pub format: u32,
    /// What is planned, in the order of the recipes.
    pub packages: Vec<PlannedPackage>,
}

/// What a build of one recipe would do.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct PlannedPackage {
    /// The recipe, as the user calls it.
    #[serde(serialize_with = "as_text")]
    pub recipe: PathBuf,
    pub package: String,
    pub version: String,
    /// The file that would be made.
    pub path: String,
    pub release: String,
    pub python: String,
    /// Who installs the distributions; `uv` alone when it is fetched first.
    pub installer: String,
    pub compression: String,
    /// How many threads compress.
    pub threads: usize,
    pub folders: Folders,
    pub apt: PlannedApt,
    pub source: Option<PlannedSource>,
    /// The Python that the package brings; nothing when it runs with the host's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_python: Option<PlannedPython>,
    /// Every command, in order.
    pub commands: Vec<PlannedCommand>,
    /// Files in the work folder that commands read.
    pub work_files: Vec<WorkFile>,
    /// The fields of the control file, in order.
    pub control: Vec<PlannedField>,
    pub scripts: Vec<PlannedScript>,
    /// The lines of the file `triggers`.
    pub triggers: Vec<String>,
    pub files: Vec<PlannedEntry>,
    pub links: Vec<PlannedLink>,
    /// Where the files of the distributions go.
    pub prefix: String,
    /// Directories that postinst makes.
    pub directories: Vec<PlannedDirectory>,
    /// The user that postinst makes.
    pub user: Option<PlannedUser>,
    /// Placeholders in all of this, with their meaning.
    pub placeholders: BTreeMap<String, &'static str>,
}

/// Folders and files of this machine that a build uses.
#[derive(Debug, Serialize)]
pub struct Folders {
    #[serde(serialize_with = "as_text")]
    pub work: PathBuf,
    #[serde(serialize_with = "as_text")]
    pub cache: PathBuf,
    #[serde(serialize_with = "as_text")]
    pub log: PathBuf,
}

/// Debian packages of this machine.
#[derive(Debug, Serialize)]
pub struct PlannedApt {
    /// Those that must be there.
    pub needed: Vec<String>,
    /// Those that are not.
    pub missing: Vec<String>,
    /// Whether the build installs them; else it stops.
    pub install: bool,
}

/// A Python that the package brings.
#[derive(Debug, Serialize)]
pub struct PlannedPython {
    /// The folder that it is taken out of; nothing when it is taken out of packages.
    pub folder: Option<String>,
    /// The packages of the distribution that it is taken out of.
    pub packages: Vec<PlannedPythonPart>,
}

/// A package of the distribution that is taken apart.
#[derive(Debug, Serialize)]
pub struct PlannedPythonPart {
    /// Its name.
    pub package: String,
    /// Its version; nothing when apt has no lists of packages.
    pub version: Option<String>,
    /// The SHA-256 of its file, in hex.
    pub sha256: Option<String>,
    /// Whether it is fetched: it is not kept.
    pub fetched: bool,
}

/// Which commit is exported.
#[derive(Debug, Serialize)]
pub struct PlannedSource {
    /// The folder of the repository, or its address.
    pub path: String,
    /// What the recipe asks for.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The folder of the tree that holds the app.
    pub subdirectory: Option<String>,
    /// The full id.
    pub commit: String,
    /// When it was made, in seconds since 1970.
    pub time: Option<u64>,
    /// What `git describe` says.
    pub describe: String,
    /// Whether the submodules come with it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub submodules: bool,
    /// The extra sources, in the order of the recipe.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extras: Vec<PlannedExtra>,
    /// The files of patches, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patches: Vec<String>,
    /// How it comes from a server, when it is on one.
    pub fetched: Option<PlannedFetch>,
    /// Where it goes.
    #[serde(serialize_with = "as_text")]
    pub into: PathBuf,
}

/// A source beside the first one.
#[derive(Debug, Serialize)]
pub struct PlannedExtra {
    /// Its folder, file or address.
    pub path: String,
    /// The tag, branch or commit that is asked for.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The folder of it that is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subdirectory: Option<String>,
    /// Where it is put in the first source.
    pub into: String,
    /// Whether it is installed.
    pub install: bool,
}

/// How a commit comes from a server. The commands of git follow from what the server can do and what is there already: only the
/// log has them.
#[derive(Debug, Serialize)]
pub struct PlannedFetch {
    /// The folder of the bare repositories.
    #[serde(serialize_with = "as_text")]
    pub into: PathBuf,
    /// The file that takes the commands of git, and what they say.
    #[serde(serialize_with = "as_text")]
    pub log: PathBuf,
}

/// A command in its place.
#[derive(Debug, Serialize)]
pub struct PlannedCommand {
    /// `apt`, `python`, `venv`, `after` or `package`.
    pub stage: &'static str,
    /// `always`, `after-failure` of the command before, `uv-absent`, `uv-fetched`, `uv-not-fetched` or
    /// `built-unchecked`.
    pub when: &'static str,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// The same as one line of a shell.
    pub line: String,
    /// Its variables besides `PATH` and `LC_ALL`, without the credentials in addresses.
    pub env: BTreeMap<String, String>,
    /// Its working folder.
    #[serde(serialize_with = "as_text")]
    pub cwd: PathBuf,
}

/// A file that a command reads.
#[derive(Debug, Serialize)]
pub struct WorkFile {
    /// Where it is.
    #[serde(serialize_with = "as_text")]
    pub path: PathBuf,
    /// What is in it.
    pub content: String,
}

/// A control field.
#[derive(Debug, Serialize)]
pub struct PlannedField {
    pub name: String,
    pub value: String,
}

/// A maintainer script.
#[derive(Debug, Serialize)]
pub struct PlannedScript {
    pub name: &'static str,
    pub text: String,
}

/// A file of the package, or with a `/` at the end of its path a directory that may be empty.
#[derive(Debug, Serialize)]
pub struct PlannedEntry {
    /// Where it is on the host.
    pub path: String,
    /// Its permission bits in octal digits.
    pub mode: String,
    /// Whose it is.
    pub owner: &'static str,
    /// Its group.
    pub group: &'static str,
    /// Whether dpkg keeps the administrator's changes to it.
    pub conffile: bool,
    /// `gzip` when the content is compressed.
    pub encoding: Option<&'static str>,
    /// The text in it; none when it is not text.
    pub content: Option<String>,
    /// SHA-256 of the content in hex, when all of it is known.
    pub sha256: Option<String>,
}

/// A link of the package.
#[derive(Debug, Serialize)]
pub struct PlannedLink {
    pub path: String,
    pub target: String,
}

/// A directory that postinst makes.
#[derive(Debug, Serialize)]
pub struct PlannedDirectory {
    pub path: String,
    pub mode: String,
    pub owner: String,
    /// Nothing where only the host knows the group of the owner.
    pub group: Option<String>,
    /// Whether purge takes it with all that is in it, though it is not the package's own.
    pub purge: bool,
}

/// The user that postinst makes.
#[derive(Debug, Serialize)]
pub struct PlannedUser {
    pub name: String,
    pub existing: bool,
    pub home: String,
    pub shell: String,
    pub groups: Vec<String>,
}
