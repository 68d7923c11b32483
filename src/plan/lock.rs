//! What a lock of the source says for the target, and the requirements files that are made of it.
//!
//! Everything of a lock is known before the build begins: `plan` shows the files with their hashes.

use super::draft::{Draft, Placeholder};
use super::interpreter::Interpreter;
use super::project::percent_encode;
use super::source::SourcePlan;
use crate::failure::Failure;
use crate::lockfile::{self, Environment, Kind, Question, Selection, SourceKind, Target};
use crate::recipe::{Extra, Lock, Venv};
use anyhow::Result;
use std::collections::BTreeSet;
use std::path::Path;

/// The machines of Debian's architectures as the kernel calls them.
const MACHINES: &[(&str, &str)] = &[
    ("amd64", "x86_64"),
    ("arm64", "aarch64"),
    ("armhf", "armv7l"),
    ("i386", "i686"),
    ("ppc64el", "ppc64le"),
];

/// What to do where `--locked` meets a build without `build-constraints`.
pub const BUILD_UNLOCKED: &str = "build once without `--locked`: that writes a `.build-requirements.txt` beside the package; commit it, and name it in \
    `build-constraints` of `[venv]`";

/// What is installed by a lock.
#[derive(Clone, Debug, Default)]
pub struct LockPlan {
    /// What it says; nothing when the source cannot be read now.
    pub selection: Option<Selection>,
}

/// Reads the lock of a recipe that has one; `root` is the folder of the source that holds the app.
///
/// # Errors
/// When the lock cannot be read or is not for the target.
pub(super) fn plan(
    venv: &Venv,
    source: Option<&SourcePlan>,
    root: &Path,
    interpreter: &Interpreter,
    architecture: &str,
) -> Result<Option<LockPlan>> {
    let Some(lock) = &venv.lock else {
        return Ok(None);
    };
    let Some(commit) = source.and_then(|source| source.commit.as_ref()) else {
        return Ok(Some(LockPlan::default()));
    };
    let path = lock.path().as_path();
    let name = path.display().to_string();
    let text = |path: &Path| {
        let bytes = commit.files.get(path);
        bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let (python, full) = (&interpreter.version, &interpreter.full);
    let minor = python.strip_prefix("3.").and_then(|it| it.parse().ok());
    let machine = MACHINES.iter().find(|(debian, _)| *debian == architecture);
    let (Some(minor), Some((_, machine))) = (minor, machine) else {
        return Err(Failure::host(format!(
            "locks cannot be read for Python {python} on `{architecture}`"
        ))
        .hint("export the lock to a requirements file with hashes, and name that in `requirements`")
        .into());
    };
    let target = Target {
        minor,
        machine: (*machine).to_owned(),
        glibc: interpreter.release.glibc,
    };
    let extras: BTreeSet<String> = venv
        .extras
        .iter()
        .map(Extra::as_str)
        .map(str::to_owned)
        .collect();
    let locked = lockfile::read(&Question {
        kind: match lock {
            Lock::Uv(_) => Kind::Uv,
            Lock::Pylock(_) => Kind::Pylock,
            Lock::Poetry(_) => Kind::Poetry,
        },
        name: &name,
        text: &text(path).unwrap_or_default(),
        pyproject: lock.project().and_then(|it| text(&it)).as_deref(),
        extras: &extras,
        python: full,
        environment: Environment::new(python, full, machine),
    })?;
    let folder = root.join(path.parent().unwrap_or(Path::new("")));
    let address = |inner: &str| format!("file://{}", percent_encode(&folder.join(inner)));
    let selection = lockfile::select(&name, &locked, &target, &address)?;
    Ok(Some(LockPlan {
        selection: Some(selection),
    }))
}

impl LockPlan {
    /// Returns the lines for wheels.
    pub(super) fn wheels(&self) -> Draft {
        match &self.selection {
            Some(selection) => Draft::from(lines(&selection.wheels)),
            None => Draft::from(Placeholder::Locked),
        }
    }

    /// Returns the lines for source distributions, where there are some.
    pub(super) fn sdists(&self) -> Option<Draft> {
        let lines_ = &self.selection.as_ref()?.sdists;
        (!lines_.is_empty()).then(|| Draft::from(lines(lines_)))
    }

    /// Returns the lines for what has no hash, where there is some.
    pub(super) fn unhashed(&self) -> Option<Draft> {
        let all = &self.selection.as_ref()?.unhashed;
        let all: Vec<_> = all.iter().map(|it| it.requirement.clone()).collect();
        (!all.is_empty()).then(|| Draft::from(lines(&all)))
    }

    /// Says what is built on this machine, and what that means; nothing when all are wheels. With `checked`, what they are
    /// built with has hashes.
    pub fn warning(&self, checked: bool) -> Option<String> {
        let names = self.built_names();
        let what = if checked {
            "on the compiler"
        } else {
            "on the compiler, on the installer and on build requirements that have no hash"
        };
        (!names.is_empty()).then(|| {
            format!(
                "the lock has no wheel for some, which are built on this machine: {}; what is built depends {what}: a lock with their wheels \
                 would pin it",
                names.join(", ")
            )
        })
    }

    /// Refuses to build anything of the lock with unchecked build requirements.
    pub(super) fn refuse_unchecked(&self) -> Result<(), Failure> {
        let names = self.built_names();
        if names.is_empty() {
            return Ok(());
        }
        Err(Failure::build(format!(
            "with `--locked`, nothing is built with build requirements that have no hash, and the lock has no wheel for some: {}",
            names.join(", ")
        ))
        .hint(BUILD_UNLOCKED))
    }

    fn built_names(&self) -> Vec<String> {
        let built = self.selection.iter().flat_map(|it| &it.built);
        built
            .map(|(name, kind)| {
                let from = match kind {
                    SourceKind::Sdist => "its source distribution",
                    SourceKind::Git => "its repository",
                    SourceKind::Folder => "a folder of the source",
                };
                format!("`{name}` from {from}")
            })
            .collect()
    }

    /// Returns whether the lock names a repository, which installers fetch with the program `git`.
    pub(super) fn needs_git(&self) -> bool {
        let mut built = self.selection.iter().flat_map(|it| &it.built);
        built.any(|(_, kind)| *kind == SourceKind::Git)
    }

    /// Returns the addresses of indexes that the lock names.
    pub fn indexes(&self) -> impl Iterator<Item = &str> {
        let selection = self.selection.iter();
        selection.flat_map(|it| it.indexes.iter().map(String::as_str))
    }
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}
