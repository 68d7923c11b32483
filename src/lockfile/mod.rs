//! What lock files say: `uv.lock`, `pylock.toml` (PEP 751) and `poetry.lock`, read by our own code.
//!
//! All three become one form, that of PEP 751 cut down to one target: a list of [`Locked`] distributions with their files and
//! hashes. The plan makes requirements files of it that both installers read. uv's own `export` is not used: it needs a uv,
//! which a machine may not have, and the plan could not say what is installed before it ran.
//!
//! Pure. Dependency groups are not read: they are for development.

mod constraint;
mod files;
mod marker;
mod name;
mod poetry;
mod pylock;
mod root;
mod selection;
mod tags;
mod uv;
mod version;

pub use files::percent_decode;
pub use marker::Environment;
pub use name::normal as normal_name;
pub use selection::{Selection, SourceKind, Unhashed, select};
pub use tags::Target;
pub use version::fits_all as python_fits;

use crate::failure::Failure;
use files::{Hash, LockedFile};
use std::collections::BTreeSet;

/// A distribution that a lock names for the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// Its normal name.
    name: String,
    /// Its version, where the lock says it.
    version: Option<String>,
    origin: Origin,
}

/// Where a distribution comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// A package index; its address where it is not the one that everybody has.
    Index {
        address: Option<String>,
        files: Vec<LockedFile>,
    },
    /// A wheel or archive at an address, or at a path below the lock's folder.
    File {
        at: At,
        hashes: Vec<Hash>,
        subdirectory: Option<String>,
    },
    /// A repository at a full commit.
    Git {
        address: String,
        commit: String,
        subdirectory: Option<String>,
    },
    /// A folder below the lock's folder.
    Folder(String),
}

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum At {
    Address(String),
    Path(String),
}

/// Whose lock it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// uv's.
    Uv,
    /// That of PEP 751.
    Pylock,
    /// Poetry's.
    Poetry,
}

/// What is asked of a lock.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Whose lock it is.
    pub kind: Kind,
    /// The lock's path in the source, for messages.
    pub name: &'a str,
    /// What is in it.
    pub text: &'a str,
    /// The `pyproject.toml` beside it, where there is one.
    pub pyproject: Option<&'a str>,
    /// The extras of the project.
    pub extras: &'a BTreeSet<String>,
    /// The interpreter's full version: `3.11.2`.
    pub python: &'a str,
    /// What markers are held against, without extras.
    pub environment: Environment,
}

/// Returns what a lock names for the target, sorted by name; the project itself is left out.
///
/// # Errors
/// When it cannot be read, is of a version that is not known, is not for this Python, lacks an extra, or names something in a
/// way that cannot be installed.
pub fn read(question: &Question<'_>) -> Result<Vec<Locked>, Failure> {
    let extras: BTreeSet<String> = question.extras.iter().map(|it| name::normal(it)).collect();
    let question = Question {
        extras: &extras,
        ..question.clone()
    };
    let mut locked = match question.kind {
        Kind::Uv => uv::read(&question),
        Kind::Pylock => pylock::read(&question),
        Kind::Poetry => poetry::read(&question),
    }?;
    locked.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(pair) = locked.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(fault(
            &question,
            format!(
                "names `{}` twice for this target: {} and {}",
                pair[0].name,
                pair[0].version.as_deref().unwrap_or("?"),
                pair[1].version.as_deref().unwrap_or("?")
            ),
        )
        .hint(
            "what excludes each other cannot be installed together: name fewer in `extras`, or export one member of the workspace \
             (`uv export --package MEMBER --format pylock.toml`)",
        ));
    }
    Ok(locked)
}

/// Makes a failure that says what a lock does.
fn fault(question: &Question<'_>, what: impl std::fmt::Display) -> Failure {
    Failure::build(format!("`{}` {what}", question.name))
}

fn parsed<'a, T: serde::Deserialize<'a>>(
    question: &Question<'_>,
    text: &'a str,
    file: &str,
) -> Result<T, Failure> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.unwrap_or_default().matches('\n').count() + 1;
        let message = error.message().lines().next().unwrap_or_default();
        let failure = Failure::build(format!("`{file}` line {line} cannot be read: {message}"));
        failure.hint(lock_again(question.kind))
    })
}

/// Says how a lock is made anew.
fn lock_again(kind: Kind) -> &'static str {
    match kind {
        Kind::Uv => "write it anew with `uv lock`",
        Kind::Pylock => "write it anew with `uv export --format pylock.toml` or `pip lock`",
        Kind::Poetry => "write it anew with `poetry lock`, of Poetry 1.5 or newer",
    }
}

/// Returns whether a marker holds, or says where it does not make sense.
fn meets(
    question: &Question<'_>,
    environment: &Environment,
    marker: Option<&str>,
    of: &str,
) -> Result<bool, Failure> {
    let Some(marker) = marker.filter(|it| !it.trim().is_empty()) else {
        return Ok(true);
    };
    environment.meets(marker).map_err(|why| {
        fault(
            question,
            format!("has a marker at `{of}` that makes no sense: {why}"),
        )
        .details([marker.to_owned()])
        .hint(lock_again(question.kind))
    })
}

/// Refuses a lock that is for other versions of Python.
fn check_python(question: &Question<'_>, fits: Option<bool>, wanted: &str) -> Result<(), Failure> {
    match fits {
        Some(true) => Ok(()),
        Some(false) => Err(fault(
            question,
            format!(
                "is for Python `{wanted}`, and the package's Python is {}",
                question.python
            ),
        )
        .hint("lock for the Python of the target release, or build for a release that has one that fits")),
        None => Err(fault(
            question,
            format!("says `{wanted}` of Python, which is no range of versions"),
        )
        .hint(lock_again(question.kind))),
    }
}

/// Refuses an extra that the project does not have.
fn unknown_extra<'a>(
    question: &Question<'_>,
    extra: &str,
    known: impl Iterator<Item = &'a String>,
) -> Failure {
    let known: Vec<_> = known.map(|it| format!("`{it}`")).collect();
    let failure = fault(question, format!("has no extra `{extra}`"));
    if known.is_empty() {
        failure.hint(
            "it has no extras at all: leave `extras` in `[venv]` away, or lock again with them",
        )
    } else {
        failure.hint(format!(
            "it has {}; lock again when it is new",
            known.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests;
