//! What is in every new virtualenv and in no package: activation scripts, markers, bytecode that we make anew.

use crate::sys::fs::{FileKind, Found};
use std::path::Path;

/// Files of the virtualenv and of uv that no package needs: activation is for shells, the others are markers.
const NOT_SHIPPED: &[&str] = &[".gitignore", ".lock", "CACHEDIR.TAG", "pyvenv.cfg"];

/// Returns whether a file is part of every new virtualenv.
pub(super) fn is_frame(found: &Found) -> bool {
    let path = found.relative.to_string_lossy();
    NOT_SHIPPED.contains(&path.as_ref())
        || (path == "lib64" && found.kind == FileKind::Link)
        || path.strip_prefix("bin/").is_some_and(|name| {
            name.to_lowercase().starts_with("activate") || is_interpreter(found, name)
        })
}

fn is_interpreter(found: &Found, name: &str) -> bool {
    found.kind == FileKind::Link && name.starts_with("python")
}

pub(super) fn is_bytecode(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "pyc")
        && path
            .parent()
            .and_then(Path::file_name)
            .is_some_and(|folder| folder == "__pycache__")
}
