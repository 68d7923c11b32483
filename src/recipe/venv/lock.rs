//! `[venv] lock`: uv's, PEP 751's or Poetry's, told by the name of the file.

use super::Requirement;
use crate::recipe::names::{Invalid, invalid};
use crate::recipe::source_path::SourcePath;
use crate::recipe::table::Table;
use std::path::PathBuf;
use std::str::FromStr;

/// A lock file in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// `uv.lock`.
    Uv(SourcePath),
    /// `pylock.toml` or `pylock.NAME.toml` (PEP 751, "File Name").
    Pylock(SourcePath),
    /// `poetry.lock`.
    Poetry(SourcePath),
}

impl Lock {
    /// Returns the file.
    pub fn path(&self) -> &SourcePath {
        match self {
            Lock::Uv(path) | Lock::Pylock(path) | Lock::Poetry(path) => path,
        }
    }

    /// Returns the `pyproject.toml` beside it, where that is read too: Poetry's older locks do not say what the project wants.
    pub fn project(&self) -> Option<PathBuf> {
        match self {
            Lock::Poetry(path) => Some(path.as_path().with_file_name("pyproject.toml")),
            Lock::Uv(_) | Lock::Pylock(_) => None,
        }
    }
}

impl FromStr for Lock {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let path: SourcePath = text.parse()?;
        let name = path.as_str().rsplit('/').next().unwrap_or_default();
        let inner = name
            .strip_prefix("pylock.")
            .and_then(|rest| rest.strip_suffix(".toml"));
        if name == "uv.lock" {
            Ok(Lock::Uv(path))
        } else if name == "poetry.lock" {
            Ok(Lock::Poetry(path))
        } else if name == "pylock.toml"
            || inner.is_some_and(|name| !name.is_empty() && !name.contains('.'))
        {
            Ok(Lock::Pylock(path))
        } else {
            invalid(
                "a lock file is named `uv.lock`, `pylock.toml`, `pylock.NAME.toml` or `poetry.lock`",
            )
        }
    }
}

/// Reads the key, and what does not go with it.
pub(super) fn read(table: &Table<'_>, has_source: bool) -> Option<Lock> {
    let span = table.place_of("lock")?;
    let lock = table.parsed("lock");
    if !has_source {
        table.conflict(
            span,
            "`venv.lock` needs a source: the file is looked up in it",
            "",
            "add `[source]`",
        );
    }
    for key in ["requirements", "constraints"] {
        if let Some(span) = table.place_of(key) {
            table.conflict(
                span,
                format!("`venv.{key}` and `venv.lock` exclude each other"),
                "a lock names everything, with its version",
                "remove one of the two; single distributions more go into `packages`",
            );
        }
    }
    for text in table.strings("packages") {
        let loose = text
            .value
            .parse::<Requirement>()
            .is_ok_and(|requirement| !requirement.is_pinned() || !requirement.has_hash());
        if loose {
            table.conflict(
                text.span.clone(),
                format!("beside a lock, `{}` must name one version, with its hash", text.value),
                "nothing is installed unchecked where there is a lock",
                "add it to the project and lock again, or write it as `NAME==VERSION --hash=sha256:DIGITS`",
            );
        }
    }
    lock
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_told_by_its_name() {
        let path = |text: &str| text.parse::<SourcePath>().expect("a path");
        for (text, lock) in [
            ("uv.lock", Lock::Uv(path("uv.lock"))),
            ("app/poetry.lock", Lock::Poetry(path("app/poetry.lock"))),
            ("pylock.toml", Lock::Pylock(path("pylock.toml"))),
            ("pylock.web.toml", Lock::Pylock(path("pylock.web.toml"))),
        ] {
            assert_eq!(text.parse(), Ok(lock));
        }
        for text in [
            "Pipfile.lock",
            "pylock.a.b.toml",
            "pylock..toml",
            "../uv.lock",
            "uv.lock.bak",
            "",
        ] {
            assert!(text.parse::<Lock>().is_err(), "{text}");
        }
    }
}
