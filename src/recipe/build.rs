//! `[source]`, `[build]` and `[venv]`: what is built, with what, and where it will be.

use super::address::Address;
use super::host_path::Prefix;
use super::table::{Located, Table};
use crate::deb::PackageName;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// `[source]`: one commit of a repository.
#[derive(Clone, Debug)]
pub struct Source {
    /// The repository; a folder is an absolute path or relative to the current folder.
    pub address: Address,
    /// A tag, branch or commit.
    pub reference: String,
    /// The folder of the repository that holds the app.
    pub subdirectory: Option<SourcePath>,
}

/// `[build]`.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// Debian packages that must be on the build machine.
    pub apt: Vec<PackageName>,
}

/// `[venv]`.
#[derive(Clone, Debug)]
pub struct Venv {
    /// Where it is on the host.
    pub prefix: Prefix,
    /// The Python version, as `3.11`, when the recipe names one.
    pub python: Option<PythonChoice>,
    /// Requirements named in the recipe.
    pub packages: Vec<Requirement>,
    /// Requirement files in the source.
    pub requirements: Vec<SourcePath>,
    /// Constraint files in the source.
    pub constraints: Vec<SourcePath>,
    /// Whether the source itself is installed.
    pub project: bool,
    /// Extras of the project.
    pub extras: Vec<Extra>,
}

/// Which Python the recipe asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PythonChoice {
    /// The distribution's, of this version.
    Version(String),
    /// A program at this path; only the distribution's own is accepted.
    Program(PathBuf),
}

/// A relative path inside the exported source, that does not leave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePath(String);

/// A requirement as pip reads it (PEP 508), never an option of pip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement(String);

/// The name of an extra (PEP 685).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra(String);

/// Why a text is none of these.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAllowed(&'static str);

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for SourcePath {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        let text = text.strip_suffix('/').unwrap_or(text);
        if text.starts_with('/') {
            return Err(NotAllowed("it must be relative to the source"));
        }
        if text.chars().any(char::is_control)
            || text
                .split('/')
                .any(|part| matches!(part, "" | "." | ".." | ".git"))
        {
            return Err(NotAllowed(
                "it must name something inside the source, without `.`, `..` or `//`",
            ));
        }
        Ok(SourcePath(text.to_owned()))
    }
}

impl FromStr for Requirement {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        if text.starts_with(|c: char| !c.is_ascii_alphanumeric()) || text.is_empty() {
            return Err(NotAllowed(
                "it must start with the name of a distribution, such as `gunicorn==23.0.0`",
            ));
        }
        if text.chars().any(char::is_control) || text.contains(" --") {
            return Err(NotAllowed(
                "it must be one requirement, without options of pip",
            ));
        }
        Ok(Requirement(text.to_owned()))
    }
}

impl FromStr for Extra {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        let fits = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if fits && !text.is_empty() {
            Ok(Extra(text.to_owned()))
        } else {
            Err(NotAllowed("an extra has letters, digits, `-`, `_` and `.`"))
        }
    }
}

impl FromStr for PythonChoice {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        if text.starts_with('/') {
            return Ok(PythonChoice::Program(PathBuf::from(text)));
        }
        let numbers: Vec<_> = text.split('.').collect();
        let two_numbers = numbers.len() == 2
            && numbers.iter().all(|number| {
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            });
        if two_numbers && numbers[0] == "3" {
            Ok(PythonChoice::Version(text.to_owned()))
        } else {
            Err(NotAllowed("it must be a version such as `3.11`"))
        }
    }
}

impl SourcePath {
    /// Returns the path.
    pub fn as_path(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl Requirement {
    /// Returns the requirement as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Extra {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub(super) fn read_source(document: &Table<'_>, folder: &Path) -> Option<Source> {
    let table = document.table("source")?;
    let git = table.string("git");
    let reference = table.string("ref");
    let subdirectory = table.parsed("subdirectory");
    let git = git.and_then(|git| match git.value.parse::<Address>() {
        Ok(address) => Some(address),
        Err(refused) => {
            table.problem(
                "recipe::invalid-value",
                git.span,
                "`source.git` is not valid".to_owned(),
                refused.message,
                refused.hint.to_owned(),
            );
            None
        }
    });
    if let Some(reference) = &reference
        && (reference.value.is_empty()
            || reference.value.starts_with('-')
            || reference.value.chars().any(char::is_control))
    {
        table.problem(
            "recipe::invalid-value",
            reference.span.clone(),
            "`source.ref` is not valid".to_owned(),
            "this names no tag, branch or commit",
            String::new(),
        );
    }
    Some(Source {
        address: git?.below(folder),
        reference: reference.map_or_else(|| "HEAD".to_owned(), |text| text.value),
        subdirectory,
    })
}

pub(super) fn read_build(document: &Table<'_>) -> Build {
    let Some(table) = document.table("build") else {
        return Build::default();
    };
    let apt = table.parsed_list("apt");
    Build { apt }
}

pub(super) fn read_venv(
    document: &Table<'_>,
    name: &Located<String>,
    has_source: bool,
) -> Option<Venv> {
    // The default follows from the package's name, and may not fit.
    let default_prefix = || {
        let text = Located {
            value: format!("/opt/{}", name.value),
            span: name.span.clone(),
        };
        document.check("venv.prefix", &text)
    };
    let Some(table) = document.table("venv") else {
        return Some(Venv {
            prefix: default_prefix()?,
            python: None,
            packages: Vec::new(),
            requirements: Vec::new(),
            constraints: Vec::new(),
            project: has_source,
            extras: Vec::new(),
        });
    };
    let prefix = match table.string("prefix") {
        Some(mut text) => {
            text.value = text.value.replace("@name@", &name.value);
            table.check("prefix", &text)
        }
        None => default_prefix(),
    };
    for key in ["requirements", "constraints"] {
        needs_source(&table, key, has_source);
    }
    let python = table.parsed("python");
    let packages = table.parsed_list("packages");
    let requirements = table.parsed_list("requirements");
    let constraints = table.parsed_list("constraints");
    let project = table.boolean("project").unwrap_or(has_source);
    let extras = table.parsed_list("extras");
    Some(Venv {
        prefix: prefix?,
        python,
        packages,
        requirements,
        constraints,
        project,
        extras,
    })
}

fn needs_source(table: &Table<'_>, key: &'static str, has_source: bool) {
    if let Some(first) = table.strings(key).first()
        && !has_source
    {
        table.problem(
            "recipe::conflict",
            first.span.clone(),
            format!("`venv.{key}` needs a source: these files are looked up in it"),
            "",
            "add `[source]`, or list the requirements in `packages`".to_owned(),
        );
    }
}
