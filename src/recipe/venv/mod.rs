//! `[venv]`: where the virtualenv is on the host, and what is installed into it.

mod index;
mod lock;
mod marker;
mod requirement;
mod verify;

pub use index::{Indexes, WheelPlace};
pub use lock::Lock;
pub use requirement::Requirement;
pub use verify::{LeakPattern, ModuleName, Verify};

use super::names::{Invalid, invalid, text_newtype};
use super::prefix::Prefix;
use super::source_path::{RecipePath, SourcePath};
use super::substitutions::Substitutions;
use super::table::{Located, Table};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
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
    /// The lock file in the source, of which exactly what it names is installed.
    pub lock: Option<Lock>,
    /// A requirements file in the source with hashes: all that the building of wheels needs.
    pub build_constraints: Option<SourcePath>,
    /// Whether the source itself is installed.
    pub project: bool,
    /// Extras of the project.
    pub extras: Vec<Extra>,
    /// What installs.
    pub installer: InstallerChoice,
    /// Where distributions come from.
    pub indexes: Indexes,
    /// Whose Python the app runs with.
    pub interpreter: InterpreterChoice,
    /// Whether the package holds bytecode.
    pub bytecode: bool,
    /// What is left out.
    pub prune: BTreeSet<Prune>,
    /// What must work before the package is written.
    pub verify: Verify,
}

/// What installs the distributions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InstallerChoice {
    /// uv where it is found or can be had, else pip.
    #[default]
    Auto,
    /// uv.
    Uv,
    /// pip.
    Pip,
}

/// Whose Python the app runs with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum InterpreterChoice {
    /// The one that the distribution installs on the host.
    #[default]
    System,
    /// One that the package brings, from the distribution's packages.
    Bundled,
    /// One that the package brings, from this folder of the build machine.
    Home(PathBuf),
}

/// What can be left out of the virtualenv.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prune {
    /// pip itself.
    Pip,
    /// The scripts that activate a virtualenv.
    Activate,
    /// setuptools, unless something needs it.
    Setuptools,
    /// Folders of tests.
    Tests,
    /// Stubs of types.
    Stubs,
    /// Translations.
    Locales,
}

/// The names of what can be left out.
const PRUNE: &[(&str, Prune)] = &[
    ("pip", Prune::Pip),
    ("activate", Prune::Activate),
    ("setuptools", Prune::Setuptools),
    ("tests", Prune::Tests),
    ("stubs", Prune::Stubs),
    ("locales", Prune::Locales),
];

/// Which Python the recipe asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PythonChoice {
    /// The distribution's, of this version.
    Version(String),
    /// A program at this path; only the distribution's own is accepted.
    Program(PathBuf),
}

text_newtype! {
    /// The name of an extra (PEP 685).
    Extra
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

/// Reads where the virtualenv is, which other tables are read with.
pub(super) fn read_prefix(document: &Table<'_>, name: &Located<String>) -> Option<Prefix> {
    let table = document.table_or_empty("venv");
    // The default follows from the package's name, and may not fit.
    let mut text = table.string("prefix").unwrap_or(Located {
        value: "/opt/@name@".to_owned(),
        span: name.span.clone(),
    });
    text.value = text.value.replace("@name@", &name.value);
    table.check("prefix", &text)
}

/// Reads all else.
pub(super) fn read(
    document: &Table<'_>,
    folder: &Path,
    prefix: Option<Prefix>,
    has_source: bool,
    substitutions: &Substitutions,
) -> Option<Venv> {
    let table = document.table_or_empty("venv");
    for key in ["requirements", "constraints"] {
        needs_source(&table, key, has_source);
    }
    let python = table.parsed("python");
    let packages = requirement::read(&table);
    let requirements = table.parsed_list("requirements");
    let constraints = table.parsed_list("constraints");
    let lock = lock::read(&table, has_source);
    let build_constraints = read_build_constraints(&table, has_source);
    let project = table.boolean("project").unwrap_or(has_source);
    let extras = table.parsed_list("extras");
    check_project(&table, project, has_source, lock.is_some());
    let installer = table.choice(
        "installer",
        &[
            ("auto", InstallerChoice::Auto),
            ("uv", InstallerChoice::Uv),
            ("pip", InstallerChoice::Pip),
        ],
    );
    let indexes = index::read(&table, folder);
    let interpreter = read_interpreter(&table, folder);
    let bytecode = table.boolean("bytecode").unwrap_or(true);
    let prune = read_prune(&table);
    let verify = verify::read(&table, substitutions);
    Some(Venv {
        prefix: prefix?,
        python,
        packages,
        requirements,
        constraints,
        lock,
        build_constraints,
        project,
        extras,
        installer: installer.unwrap_or_default(),
        indexes,
        interpreter,
        bytecode,
        prune,
        verify,
    })
}

fn needs_source(table: &Table<'_>, key: &'static str, has_source: bool) {
    if let Some(first) = table.strings(key).first()
        && !has_source
    {
        table.conflict(
            first.span.clone(),
            format!("`venv.{key}` needs a source: these files are looked up in it"),
            "",
            "add `[source]`, or list the requirements in `packages`",
        );
    }
}

fn read_build_constraints(table: &Table<'_>, has_source: bool) -> Option<SourcePath> {
    let span = table.place_of("build-constraints")?;
    if !has_source {
        table.conflict(
            span,
            "`venv.build-constraints` needs a source: the file is looked up in it",
            "",
            "add `[source]`",
        );
    }
    table.parsed("build-constraints")
}

fn check_project(table: &Table<'_>, project: bool, has_source: bool, has_lock: bool) {
    if let Some(span) = table.place_of("project").filter(|_| project && !has_source) {
        table.conflict(
            span,
            "`venv.project` needs a source: it is what is installed",
            "",
            "add `[source]`, or leave `project` out",
        );
    }
    if let Some(span) = table.place_of("extras").filter(|_| !project && !has_lock) {
        table.conflict(
            span,
            "`venv.extras` are those of the project, which is not installed",
            "",
            "set `project = true`, or write extras of others as in `packages = [\"name[extra]==1.0\"]`",
        );
    }
}

/// Reads `interpreter` with `python-home`: a bundled Python is that of the distribution's packages, or that of a folder.
fn read_interpreter(table: &Table<'_>, folder: &Path) -> InterpreterChoice {
    let bundled = table
        .choice("interpreter", &[("system", false), ("bundled", true)])
        .unwrap_or(false);
    let home = table.parsed::<RecipePath>("python-home");
    let home_place = table.place_of("python-home");
    if let Some(span) = home_place.clone().filter(|_| !bundled) {
        table.conflict(
            span,
            "`venv.python-home` needs `interpreter = \"bundled\"`",
            "",
            "add `interpreter = \"bundled\"`, or remove it",
        );
    }
    if let Some(span) = table.place_of("python").filter(|_| home_place.is_some()) {
        table.conflict(
            span,
            "`venv.python` is the distribution's, and `python-home` takes another",
            "",
            "remove one of the two",
        );
    }
    match home {
        Some(home) => InterpreterChoice::Home(home.below(folder)),
        None if bundled => InterpreterChoice::Bundled,
        None => InterpreterChoice::System,
    }
}

fn read_prune(table: &Table<'_>) -> BTreeSet<Prune> {
    if table.place_of("prune").is_none() {
        return BTreeSet::from([Prune::Pip, Prune::Activate]);
    }
    let named = table.strings("prune");
    let known = named
        .iter()
        .filter_map(|text| PRUNE.iter().find(|(name, _)| *name == text.value));
    known.map(|(_, part)| *part).collect()
}
