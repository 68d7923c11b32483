//! Paths of the stage as RECORD and the archive write them.
//!
//! Pure: nothing asks the disk, so that a path that climbs out is seen as it is written.

use crate::deb::ArchivePath;
use crate::recipe::Prefix;
use anyhow::Result;
use std::path::{Component, Path, PathBuf};

/// Turns a path below the virtualenv into one as RECORD writes it.
pub(super) fn record_path(path: &Path, site_packages: &Path) -> String {
    path.strip_prefix(site_packages).map_or_else(
        |_| {
            let up = "../".repeat(site_packages.components().count());
            format!("{up}{}", path.display())
        },
        |inside| inside.display().to_string(),
    )
}

/// Puts a path below a folder without asking the disk; nothing when it climbs out.
pub(super) fn lexical(folder: &Path, path: &Path) -> Option<PathBuf> {
    let mut resolved = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::Normal(part) => resolved.push(part),
            Component::CurDir => {}
            Component::ParentDir if resolved.pop() => {}
            _ => return None,
        }
    }
    Some(resolved)
}

/// Turns a path below the virtualenv into one of the package.
///
/// # Errors
/// When it cannot stand in an archive.
pub(super) fn archive_path(prefix: &Prefix, path: &Path) -> Result<ArchivePath> {
    let mut bytes = prefix.inside().as_bytes().to_vec();
    bytes.push(b'/');
    bytes.extend_from_slice(path_bytes(path));
    ArchivePath::new(bytes).map_err(|error| anyhow::anyhow!("`{}`: {error}", path.display()))
}

pub(super) fn path_bytes(path: &Path) -> &[u8] {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes()
}
