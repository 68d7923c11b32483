//! The user's words, checked: TOML text in, a complete [`Recipe`] out, or every problem with its place.
//!
//! Pure. The schema is DESIGN 4; each key whose stage does not exist yet is refused as such, so that nothing is silently
//! ignored. Relative paths in `[files]` and `[source] git` are relative to the recipe's folder, those in `[venv]` and
//! `from-source` are looked up in the exported source.

mod accounts;
mod address;
mod apart;
mod beside;
mod build;
mod code;
mod command;
mod commands;
pub mod cron_table;
mod cure;
mod directories;
mod document;
mod drop_in;
mod entry;
mod environment;
mod essential;
mod files;
mod git_address;
mod health;
mod hooks;
#[cfg(test)]
mod hostile {
    mod tests;
}
mod host_path;
mod key_name;
mod license;
mod logrotate;
mod manager;
mod names;
mod nginx;
mod own_files;
mod package;
mod packing;
mod passenger;
mod place;
mod prefix;
mod problem;
mod python_version;
mod questions;
mod reading;
mod relations;
mod release;
pub mod schema;
mod scope;
mod secrets;
mod section;
mod service;
mod shell_text;
mod source;
mod source_path;
mod spans;
mod substitutions;
mod syntax;
mod table;
mod tag_pattern;
mod taken;
mod task;
#[cfg(test)]
mod tests;
mod text;
mod user;
mod venv;
mod version;
mod words;

pub use accounts::{GroupName, UserName};
pub use address::WebAddress;
pub use build::{Build, EatMyData};
pub use code::Code;
pub use commands::{CommandName, HostCommand};
pub use directories::Directory;
pub use environment::Variables;
pub use files::{FileOrigin, ShippedFile};
pub use git_address::{GitAddress, Transport};
pub use health::{Health, HealthCheck};
pub use hooks::HookPoint;
pub use host_path::{AbsolutePath, HostPath};
pub use license::License;
pub use logrotate::{Frequency, LogFiles, LogSize, NewLog, PostRotate, Rotation, Rotator};
pub use manager::Manager;
pub(crate) use names::is_noncharacter;
pub use names::{FileMode, ServiceName, UnitName, VariableName, VariableValue};
pub use nginx::{
    BodySize, HeaderName, HeaderValue, Listen, Location, LocationKind, LocationPath, NginxPath,
    RedirectTarget, ServerName, Site, Tls,
};
pub use package::{Identity, Target};
pub use packing::{Conffiles, Packing};
pub use passenger::{Application, POOL, Passenger, PassengerServer, STARTUP_FILE, WsgiObject};
pub use prefix::Prefix;
pub use python_version::{NotPep440, PythonVersion};
pub use questions::{Answer, Choice, Prompt, Question, QuestionName, QuestionPriority};
pub use reading::Reading;
pub use relations::Relations;
pub use release::ReleaseName;
pub use secrets::Secret;
pub use service::{
    AddressFamily, Capability, Hardening, OnUpgrade, Predecessor, ProtectHome, ProtectSystem,
    Reload, Restart, Restrictions, Schedule, Service, Signal, SystemCall, in_order,
};
pub use shell_text::ShellText;
pub use source::{ExtraSource, Origin, Reference, Sha256, Source};
pub use source_path::{RecipePath, SourcePath};
pub use tag_pattern::TagPattern;
pub use task::{Task, TaskFailure, TaskName};
pub use text::RecipeText;
pub use user::{NO_HOME, ServiceUser};
pub use venv::{
    Extra, Indexes, InstallerChoice, InterpreterChoice, LeakPattern, Lock, ModuleName, Prune,
    PythonChoice, Requirement, Venv, Verify, WheelPlace,
};
pub use version::VersionSource;
pub use words::{Piece, Word, Words};

use crate::deb::Compression;
use crate::failure::Failure;
use crate::sys::fs::FileKind;
use document::check_and_read;
pub use place::{Lines, Place};
pub use problem::{Problem, Severity, render};
use reading::read_document;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
pub(crate) use substitutions::unknown as unknown_substitution;

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
    /// `[users.*]`.
    pub users: Vec<ServiceUser>,
    /// `[directories]`, with the homes of users.
    pub directories: Vec<Directory>,
    /// `[files]`.
    pub files: Vec<ShippedFile>,
    /// `[env]`, in the order of the recipe.
    pub env: Variables,
    /// `[secrets]`.
    pub secrets: Vec<Secret>,
    /// `[questions.*]`.
    pub questions: Vec<Question>,
    /// `[service.*]`.
    pub services: Vec<Service>,
    /// `[[task]]`, in the order of the recipe.
    pub tasks: Vec<Task>,
    /// `[commands]`.
    pub commands: Vec<HostCommand>,
    /// `[[logrotate]]`.
    pub logrotate: Vec<Rotation>,
    /// `[[nginx]]`.
    pub sites: Vec<Site>,
    /// `[passenger]`.
    pub passenger: Option<Passenger>,
    /// `[health]`.
    pub health: Option<Health>,
    /// `[test] commands`.
    pub tests: Vec<ShellText>,
    /// `[scripts]`: files of this machine.
    pub hooks: BTreeMap<HookPoint, PathBuf>,
    /// `[output] compression`.
    pub compression: Compression,
}

impl Recipe {
    /// Returns whether nothing would be in the virtualenv. With a source there is something, if only its files.
    pub fn installs_nothing(&self) -> bool {
        let venv = &self.venv;
        self.source.is_none()
            && venv.lock.is_none()
            && venv.requirements.is_empty()
            && venv.packages.is_empty()
    }

    /// Reads a recipe; `path` is how the user calls the file, `folder` where it lies.
    ///
    /// # Errors
    /// One [`Failure`] that shows every problem.
    pub fn parse(text: &str, path: &str, folder: &Path) -> Result<Recipe, Failure> {
        Recipe::read(text, folder).into_value(path, text)
    }

    /// Reads a recipe that lies in `folder`, and says everything that is wrong with it. Of `[release]`, what `[target]`
    /// names applies.
    pub fn read(text: &str, folder: &Path) -> Reading<Recipe> {
        Recipe::read_for(text, folder, None)
    }

    /// Reads a recipe as it is for the `release` of this machine, unless `[target]` names another.
    ///
    /// What is wrong for any other release of the recipe is found too.
    pub fn read_for(text: &str, folder: &Path, release: Option<&str>) -> Reading<Recipe> {
        read_document(text, |document, problems| {
            release::check(document.get_ref(), problems);
            let target = release::target(document.get_ref());
            let release = target.as_deref().or(release);
            for other in release::names(document.get_ref()) {
                if Some(other.as_str()) != release {
                    problems.read_for(release::spans(document.get_ref(), &other));
                    let whole = release::merged(document, Some(&other));
                    let _ = check_and_read(&whole, folder, problems);
                }
            }
            problems
                .read_for(release.and_then(|release| release::spans(document.get_ref(), release)));
            let whole = release::merged(document, release);
            check_and_read(&whole, folder, problems)
        })
    }
}

/// Says everything that is wrong with a recipe that lies in `folder`, without building anything; `look` says what is at a path,
/// links followed, and is asked about the files that the recipe names beside it.
pub fn check(
    recipe: &RecipeText,
    folder: &Path,
    look: &dyn Fn(&Path) -> Option<FileKind>,
) -> Vec<Problem> {
    if let Some(problem) = &recipe.problem {
        return vec![problem.clone()];
    }
    let reading = Recipe::read(&recipe.text, folder);
    let mut problems = reading.told();
    let beside = beside::check(&recipe.text, folder, look);
    problems.extend(problem::without_refused(&beside, &reading.refused));
    if reading
        .value
        .is_some_and(|recipe| recipe.installs_nothing())
    {
        problems.push(Problem::error(
            Code::Conflict,
            0..0,
            "the recipe installs nothing: no project, no requirements, no packages",
            "",
            "add `[source]`, or list distributions in `[venv] packages`",
        ));
    }
    problem::sort(&mut problems);
    problem::limit(problems)
}
