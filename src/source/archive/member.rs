//! One thing in an archive, whatever the format.

use super::super::tree_writer::Executable;
use anyhow::{Result, bail};
use std::path::{Component, Path, PathBuf};

/// A file, folder or link of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Its path, without `./` in front.
    pub(super) path: PathBuf,
    /// What it is.
    pub(super) kind: Kind,
    /// When it was last changed, in seconds since 1970.
    pub(super) time: u64,
}

/// What a member is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A folder.
    Folder,
    /// A file.
    File {
        /// Whether its owner may execute it.
        executable: Executable,
        /// Its size in bytes, as the archive states it.
        size: u64,
    },
    /// A symbolic link, and what it says.
    Link(PathBuf),
}

/// Returns a path without `.` in it.
///
/// # Errors
/// When it is absolute, or leads upwards.
pub(super) fn path(stated: &Path) -> Result<PathBuf> {
    let mut path = PathBuf::new();
    for part in stated.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => path.push(part),
            _ => bail!(
                "`{}` in it would be written outside of the source",
                stated.display()
            ),
        }
    }
    Ok(path)
}

/// Returns whether a file of these permissions can be executed by its owner.
pub(super) fn executable(mode: u32) -> Executable {
    match mode & 0o100 {
        0 => Executable::No,
        _ => Executable::Yes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for (stated, expected) in [
            ("./a/b", Some("a/b")),
            ("a/./b/", Some("a/b")),
            ("./", Some("")),
            ("/a", None),
            ("a/../b", None),
            ("..", None),
        ] {
            let found = path(Path::new(stated)).ok();
            assert_eq!(found.as_deref(), expected.map(Path::new), "{stated}");
        }
    }
}
