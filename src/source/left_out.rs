//! What is never part of a plain folder's source: what tools have made in it.
//!
//! Where there is git, git says what is ignored, and only the entries that are no file of any project count beside that.

use std::ffi::OsStr;
use std::path::Path;

/// Folders that version control keeps for itself.
const VERSION_CONTROL: &[&str] = &[".git", ".hg", ".svn", ".bzr", "CVS"];

/// Names of folders that tools make, and which tool that is.
const MADE: &[(&str, &str)] = &[
    ("__pycache__", "bytecode of the builder's Python"),
    (
        "build",
        "setuptools: modules that were deleted since live on in it",
    ),
    ("dist", "wheels and source distributions"),
    (".eggs", "setuptools: distributions for its setup_requires"),
    (".tox", "tox: virtualenvs"),
    (".nox", "nox: virtualenvs"),
    (".venv", "a virtualenv"),
    (".pytest_cache", "pytest"),
    (".mypy_cache", "mypy"),
    (".ruff_cache", "ruff"),
    (".hypothesis", "hypothesis: examples"),
    (".ipynb_checkpoints", "Jupyter"),
    ("htmlcov", "coverage: a report"),
    ("node_modules", "npm: made anew by the recipe's `npm ci`"),
];

/// Returns whether a folder of this name is left out.
pub(super) fn is_made(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| {
        MADE.iter().any(|(made, _)| name == *made)
            || VERSION_CONTROL.contains(&name)
            || name.ends_with(".egg-info")
    })
}

/// Returns whether a file of this name is left out.
pub(super) fn is_bytecode(name: &OsStr) -> bool {
    let ending = Path::new(name).extension();
    ending.is_some_and(|ending| ending == "pyc" || ending == "pyo")
}

/// The file by which a folder is known as a virtualenv, whatever its name (PEP 405).
pub(super) const VIRTUALENV: &str = "pyvenv.cfg";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_make_is_left_out_and_what_people_write_is_not() {
        for name in [
            "build",
            "demo.egg-info",
            "__pycache__",
            ".hg",
            "node_modules",
        ] {
            assert!(is_made(OsStr::new(name)), "{name}");
        }
        for name in [
            "builder",
            "distribution",
            "venv.py",
            "src",
            "egg-info",
            ".github",
        ] {
            assert!(!is_made(OsStr::new(name)), "{name}");
        }
    }
}
