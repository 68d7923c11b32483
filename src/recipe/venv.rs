//! `[venv]`: where the virtualenv is on the host, and what is installed into it.

use super::host_path::Prefix;
use super::names::{Invalid, invalid, text_newtype};
use super::source_path::SourcePath;
use super::table::{Located, Table};
use std::path::PathBuf;
use std::str::FromStr;

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

text_newtype! {
    /// A requirement as pip reads it (PEP 508), never an option of pip.
    Requirement
}
text_newtype! {
    /// The name of an extra (PEP 685).
    Extra
}

impl FromStr for Requirement {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.starts_with(|c: char| !c.is_ascii_alphanumeric()) || text.is_empty() {
            return invalid(
                "it must start with the name of a distribution, such as `gunicorn==23.0.0`",
            );
        }
        if text.chars().any(char::is_control) || text.contains(" --") {
            return invalid("it must be one requirement, without options of pip");
        }
        Ok(Requirement(text.to_owned()))
    }
}

impl FromStr for Extra {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if fits && !text.is_empty() {
            Ok(Extra(text.to_owned()))
        } else {
            invalid("an extra has letters, digits, `-`, `_` and `.`")
        }
    }
}

impl FromStr for PythonChoice {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
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
            invalid("it must be a version such as `3.11`")
        }
    }
}

pub(super) fn read(document: &Table<'_>, name: &Located<String>, has_source: bool) -> Option<Venv> {
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
