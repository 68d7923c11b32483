//! The user's words, checked: TOML text in, a complete [`Recipe`] out, or every problem with its place.
//!
//! Pure. The schema is DESIGN 4; each key whose stage does not exist yet is refused as such, so that nothing is silently
//! ignored. Relative paths in `[files]` and `[source] git` are relative to the recipe's folder, those in `[venv]` and
//! `from-source` are looked up in the exported source.

mod build;
mod host;
mod names;
mod package;
mod problem;
mod service;
mod table;
mod words;

pub use build::{Build, Extra, PythonChoice, Requirement, Source, SourcePath, Venv};
pub use host::{Directory, FileOrigin, ServiceUser, ShippedFile};
pub use names::{FileMode, HostPath, Prefix, ServiceName, UserName, VariableName, VariableValue};
pub use package::{Identity, Relations, Target};
pub use service::Service;
pub use words::{Piece, Word, Words};

use crate::deb::Compression;
use crate::failure::Failure;
use problem::{Problem, Problems};
use std::path::{Path, PathBuf};
use table::Table;
use toml::de::DeTable;

/// A recipe that has been read: defaults applied, every name checked.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The folder that relative paths start from.
    pub folder: PathBuf,
    /// `[package]`.
    pub package: Identity,
    /// `[target]`.
    pub target: Target,
    /// `[source]`; without it the package holds only what the index has.
    pub source: Option<Source>,
    /// `[build]`.
    pub build: Build,
    /// `[venv]`.
    pub venv: Venv,
    /// `[user]`: the service user, when there is a service or the recipe asks for one.
    pub user: Option<ServiceUser>,
    /// `[directories]`, with the user's home.
    pub directories: Vec<Directory>,
    /// `[files]`.
    pub files: Vec<ShippedFile>,
    /// `[env]`, in the order of the recipe.
    pub env: Vec<(VariableName, VariableValue)>,
    /// `[service.*]`.
    pub services: Vec<Service>,
    /// `[output] compression`.
    pub compression: Compression,
}

/// Parts of DESIGN 4 that later stages bring.
const NOT_YET: &[&str] = &[
    "commands",
    "health",
    "logrotate",
    "nginx",
    "passenger",
    "questions",
    "release",
    "scripts",
    "secrets",
    "task",
    "test",
    "users",
];

impl Recipe {
    /// Reads a recipe; `path` is how the user calls the file, `folder` where it lies.
    ///
    /// # Errors
    /// One [`Failure`] that shows every problem.
    pub fn parse(text: &str, path: &str, folder: &Path) -> Result<Recipe, Failure> {
        let problems = Problems::default();
        let (document, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let problems: Vec<_> = errors.iter().map(syntax_problem).collect();
            return Err(Failure::recipe(problem::render(&problems, path, text)));
        }
        let recipe = read(&Table::document(&document, &problems), folder);
        let problems = problems.into_sorted();
        match recipe {
            Some(recipe) if problems.is_empty() => Ok(recipe),
            _ => Err(Failure::recipe(problem::render(&problems, path, text))),
        }
    }
}

fn syntax_problem(error: &toml::de::Error) -> Problem {
    Problem {
        code: "recipe::syntax",
        title: error.message().to_owned(),
        span: error.span().unwrap_or(0..0),
        label: String::new(),
        help: String::new(),
    }
}

/// What `@name@` and `@prefix@` stand for: the only substitutions, in commands and paths of the host.
struct Substitutions {
    name: String,
    prefix: String,
}

impl Substitutions {
    fn apply(&self, text: &mut table::Located<String>) {
        text.value = text
            .value
            .replace("@prefix@", &self.prefix)
            .replace("@name@", &self.name);
    }
}

fn read(document: &Table<'_>, folder: &Path) -> Option<Recipe> {
    document.not_yet(NOT_YET);
    let package = package::read(document);
    let target = package::read_target(document);
    let compression = package::read_compression(document);
    let source = build::read_source(document, folder);
    let build = build::read_build(document);
    // Later tables can be checked against the names only when those are good.
    let name = package
        .as_ref()
        .map_or("app", |package| package.name.as_str());
    let venv = build::read_venv(document, name, source.is_some());
    let substitutions = Substitutions {
        name: name.to_owned(),
        prefix: venv
            .as_ref()
            .map_or_else(|| format!("/opt/{name}"), |venv| venv.prefix.to_string()),
    };
    let services = service::read(document, &substitutions);
    let user = host::read_user(document, name, !services.is_empty());
    let directories = host::read_directories(document, user.as_ref(), &substitutions);
    let files = host::read_files(document, folder, source.is_some(), &substitutions);
    let env = host::read_env(document, &substitutions);
    document.finish();
    Some(Recipe {
        folder: folder.to_path_buf(),
        package: package?,
        target,
        source,
        build,
        venv: venv?,
        user,
        directories,
        files,
        env,
        services,
        compression: compression?,
    })
}
