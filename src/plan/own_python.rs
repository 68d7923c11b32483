//! A Python that the package brings: out of which packages of the distribution, or of which folder, and how its library is
//! compiled.

use super::command::Command;
use super::interpreter::{Interpreter, InterpreterOrigin};
use super::packages::apt_get;
use super::places::Places;
use super::python;
use crate::deb::PackageName;
use anyhow::Result;
use std::path::PathBuf;

/// How a package gets a Python of its own.
#[derive(Clone, Debug)]
pub struct OwnPythonPlan {
    /// Where its files come from.
    pub source: PythonSource,
    /// Compiles its library, when the package holds bytecode.
    pub compile: Option<Command>,
}

/// Where the files of a Python come from.
#[derive(Clone, Debug)]
pub enum PythonSource {
    /// The distribution's packages.
    Packages(Box<PythonPackages>),
    /// A folder of this machine.
    Folder(PathBuf),
}

/// The distribution's packages of a Python: as apt knows them, and how they come.
#[derive(Clone, Debug)]
pub struct PythonPackages {
    /// Their names.
    pub names: Vec<PackageName>,
    /// Their files, which apt checks by their hashes when it fetches them; nothing when it has no lists of packages.
    pub files: Option<Vec<PackageFile>>,
    /// Where they are kept for later builds.
    pub kept: PathBuf,
    /// Where apt puts them.
    pub into: PathBuf,
    /// Whether this program runs as root.
    pub root: bool,
    /// Fetches apt's lists.
    pub update: Command,
    /// Fetches those files that are not kept; nothing when all are.
    pub download: Option<Command>,
}

/// A package file of the distribution, as apt knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageFile {
    /// Its package.
    pub package: String,
    /// Its version.
    pub version: String,
    /// The name of the file.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// Whether a file of this name and size is kept.
    pub is_kept: bool,
}

/// Returns the packages that a Python is taken out of: the interpreter, and its library in two parts.
///
/// # Errors
/// Never in truth: the names are valid.
pub fn python_packages(interpreter: &Interpreter) -> Result<Vec<PackageName>> {
    let name = interpreter.name();
    let names = [
        format!("{name}-minimal"),
        format!("lib{name}-minimal"),
        format!("lib{name}-stdlib"),
    ];
    let parse = |name: &String| {
        name.parse()
            .map_err(|error| anyhow::anyhow!("`{name}`: {error}"))
    };
    names.iter().map(parse).collect()
}

/// Returns the command that lets apt fetch package files into `into`; it checks their hashes. It needs no root.
pub fn download(packages: impl IntoIterator<Item = String>, into: PathBuf, root: bool) -> Command {
    let mut command = Command::new("apt-get").arg("-q");
    if root {
        // Nobody else may write there, and apt would say so.
        command = command.args(["-o", "APT::Sandbox::User=root"]);
    }
    command.args(["download", "--"]).args(packages).cwd(into)
}

/// Decides how the package gets its Python; nothing when it brings none.
///
/// # Errors
/// Never in truth: the names of packages are valid.
pub(super) fn plan(
    interpreter: &Interpreter,
    bytecode: bool,
    places: &Places,
    files: Option<Vec<PackageFile>>,
    root: bool,
) -> Result<Option<OwnPythonPlan>> {
    let source = match &interpreter.origin {
        InterpreterOrigin::Host => return Ok(None),
        InterpreterOrigin::Folder(folder) => PythonSource::Folder(folder.clone()),
        InterpreterOrigin::Packages => {
            let names = python_packages(interpreter)?;
            let into = places.tool("debian");
            let wanted: Vec<String> = match &files {
                Some(files) => files
                    .iter()
                    .filter(|file| !file.is_kept)
                    .map(|file| format!("{}={}", file.package, file.version))
                    .collect(),
                None => names.iter().map(ToString::to_string).collect(),
            };
            PythonSource::Packages(Box::new(PythonPackages {
                download: (!wanted.is_empty()).then(|| download(wanted, into.clone(), root)),
                update: apt_get(root).arg("update"),
                kept: Places::kept_packages(&places.cache),
                names,
                files,
                into,
                root,
            }))
        }
    };
    Ok(Some(OwnPythonPlan {
        source,
        compile: bytecode.then(|| {
            let (stage, python) = (places.python_stage(), places.own_python());
            python::compile_below(interpreter, &stage, &python.join("lib"), places)
        }),
    }))
}
