//! The user's words, checked: TOML text in, a complete [`Recipe`] out, or every problem with its place.
//!
//! Pure. The schema is DESIGN 4; each key whose stage does not exist yet is refused as such, so that nothing is silently
//! ignored. Relative paths in `[files]` and `[source] git` are relative to the recipe's folder, those in `[venv]` and
//! `from-source` are looked up in the exported source.

mod address;
mod build;
mod cure;
mod drop_in;
mod entry;
mod files;
mod host;
mod host_path;
mod names;
mod package;
mod packing;
mod problem;
mod python_version;
mod relations;
pub mod schema;
mod service;
mod table;
mod version;
mod words;

pub use address::{Address, NotAnAddress, RemoteAddress, Transport};
pub use build::{Build, Extra, PythonChoice, Requirement, Source, SourcePath, Venv};
pub use files::{FileOrigin, ShippedFile};
pub use host::{Directory, NO_HOME, ServiceUser};
pub use host_path::{HostPath, Prefix};
pub use names::{
    FileMode, GroupName, ServiceName, UnitName, UserName, VariableName, VariableValue,
};
pub use package::{Identity, Target};
pub use packing::{Conffiles, Packing};
pub use python_version::{NotPep440, PythonVersion};
pub use relations::Relations;
pub use service::Service;
pub use words::{Piece, Word, Words};

use crate::deb::Compression;
use crate::failure::Failure;
use annotate_snippets::Renderer;
use problem::Problems;
pub use problem::{Problem, Severity, render};
use schema::TableSpec;
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

impl Recipe {
    /// Reads a recipe; `path` is how the user calls the file, `folder` where it lies.
    ///
    /// # Errors
    /// One [`Failure`] that shows every problem.
    pub fn parse(text: &str, path: &str, folder: &Path) -> Result<Recipe, Failure> {
        Recipe::read(text, folder).into_value(path, text)
    }

    /// Reads a recipe that lies in `folder`, and says everything that is wrong with it.
    pub fn read(text: &str, folder: &Path) -> Reading<Recipe> {
        read_document(text, &schema::RECIPE, |document| read(document, folder))
    }
}

/// What reading a document gave: the value unless there are errors, and everything that is wrong.
#[derive(Debug)]
pub struct Reading<T> {
    /// The value, when it can be used.
    pub value: Option<T>,
    /// Errors and warnings, in the order of the text.
    pub problems: Vec<Problem>,
}

impl<T> Reading<T> {
    /// Returns the value, or one [`Failure`] that shows every problem.
    ///
    /// # Errors
    /// When there is no value.
    pub fn into_value(self, path: &str, text: &str) -> Result<T, Failure> {
        self.value.ok_or_else(|| {
            Failure::recipe(problem::render(
                &self.problems,
                path,
                text,
                &Renderer::plain(),
            ))
        })
    }
}

/// Reads a document whose keys are those of `spec` with `read`, and collects every problem.
fn read_document<T>(
    text: &str,
    spec: &'static TableSpec,
    read: impl FnOnce(&Table<'_>) -> Option<T>,
) -> Reading<T> {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Reading {
            value: None,
            problems: errors.iter().map(syntax_problem).collect(),
        };
    }
    let problems = Problems::default();
    schema::check(&document, spec, &problems);
    let value = read(&Table::document(&document, &problems));
    let mut problems = problems.into_sorted();
    let refused = problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    if value.is_none() && !refused {
        problems.push(Problem::error(
            "recipe::refused",
            0..0,
            "the recipe was refused without a reason".to_owned(),
            "",
            "this is a fault of deb-build-app, please report it".to_owned(),
        ));
    }
    Reading {
        value: value.filter(|_| !refused),
        problems,
    }
}

fn syntax_problem(error: &toml::de::Error) -> Problem {
    Problem::error(
        "recipe::syntax",
        error.span().unwrap_or(0..0),
        error.message().to_owned(),
        "",
        String::new(),
    )
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
    let package = package::read(document);
    let target = package::read_target(document);
    let compression = package::read_compression(document);
    let source = build::read_source(document, folder);
    let build = build::read_build(document);
    let located_name = package::read_name(document);
    let name = located_name.value.as_str();
    let venv = build::read_venv(document, &located_name, source.is_some());
    let substitutions = Substitutions {
        name: name.to_owned(),
        prefix: venv
            .as_ref()
            .map_or_else(|| format!("/opt/{name}"), |venv| venv.prefix.to_string()),
    };
    let services = service::read(document, &substitutions);
    let user = host::read_user(document, &located_name, !services.is_empty());
    let directories = host::read_directories(document, user.as_ref(), &substitutions);
    host::check_nested(document, &directories);
    let files = files::read(document, folder, source.is_some(), &substitutions);
    let env = host::read_env(document, &substitutions);
    check_own_files(document, name, &files, &services);
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

/// Refuses files that deb-build-app writes itself.
fn check_own_files(document: &Table<'_>, name: &str, files: &[ShippedFile], services: &[Service]) {
    let mut own = vec![
        format!("/etc/default/{name}"),
        format!("/usr/share/doc/{name}/changelog.Debian.gz"),
        format!("/usr/share/doc/{name}/copyright"),
        format!("/usr/share/lintian/overrides/{name}"),
    ];
    own.extend(
        services
            .iter()
            .map(|service| format!("/usr/lib/systemd/system/{}", service.unit_name(name))),
    );
    for entry in document.entries("files") {
        let clash = files
            .iter()
            .any(|file| file.path.as_str() == entry.name.value && own.contains(&entry.name.value));
        if clash {
            document.problem(
                "recipe::conflict",
                entry.name.span,
                format!("`{}` is written by deb-build-app itself", entry.name.value),
                "",
                "what belongs in there is said by `[env]`, `[service]` and `[package]`".to_owned(),
            );
        }
    }
}
