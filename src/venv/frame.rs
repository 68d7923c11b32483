//! What is in every new virtualenv and is nobody's: activation scripts, interpreters, markers, bytecode that we make anew.

use super::relocate::activate;
use crate::sys::fs::{FileKind, Found};
use std::path::Path;

/// Markers of venv, virtualenv and uv. A `CACHEDIR.TAG` would even keep backups from taking the app.
const MARKERS: &[&str] = &[".gitignore", ".lock", "CACHEDIR.TAG", "pyvenv.cfg"];

/// Returns whether a file is part of every new virtualenv.
pub(super) fn is_frame(found: &Found) -> bool {
    let path = found.relative.to_string_lossy();
    MARKERS.contains(&path.as_ref())
        || path.ends_with("/site-packages/_virtualenv.py")
        || path.ends_with("/site-packages/_virtualenv.pth")
        || (path.ends_with(".virtualenv") && path.contains("/site-packages/"))
        || (path == "lib64" && found.kind == FileKind::Link)
        || path.strip_prefix("bin/").is_some_and(|name| {
            activate::is_one(name) || name == "pydoc.bat" || is_interpreter(name)
        })
}

/// Returns whether a name in `bin/` is the interpreter's: a link, or a copy with `--copies`.
fn is_interpreter(name: &str) -> bool {
    name.strip_prefix("python").is_some_and(|version| {
        version
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// Returns whether a script activates the virtualenv.
pub(super) fn is_activation(path: &Path) -> bool {
    path.strip_prefix("bin")
        .ok()
        .and_then(Path::to_str)
        .is_some_and(activate::is_one)
}

pub(super) fn is_bytecode(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "pyc")
        && path
            .parent()
            .and_then(Path::file_name)
            .is_some_and(|folder| folder == "__pycache__")
}
