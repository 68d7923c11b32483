//! What is in a tree, with owners and modes: for comparing a root before and after.

use super::fs::FileKind;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// One thing found by [`list`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Where it is, below the root that was listed.
    pub relative: PathBuf,
    /// What it is.
    pub kind: FileKind,
    /// The permission bits.
    pub mode: u32,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// What a link says.
    pub link: Option<PathBuf>,
}

/// Returns everything below `root` in the order of its names, links not followed; `skip` is asked about each relative
/// path, and what it takes is left out with all below it. What vanishes meanwhile is left out too.
pub fn list(root: &Path, skip: &dyn Fn(&Path) -> bool) -> io::Result<Vec<Listed>> {
    let below = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_path_buf();
    let walk = walkdir::WalkDir::new(root)
        .min_depth(1)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !skip(&below(entry.path())));
    let mut listed = Vec::new();
    for entry in walk {
        match entry
            .map_err(io::Error::from)
            .and_then(|entry| describe(entry.path(), below(entry.path())))
        {
            Ok(found) => listed.push(found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(listed)
}

fn describe(path: &Path, relative: PathBuf) -> io::Result<Listed> {
    let metadata = fs_err::symlink_metadata(path)?;
    let (kind, link) = if metadata.is_dir() {
        (FileKind::Directory, None)
    } else if metadata.is_symlink() {
        (FileKind::Link, Some(fs_err::read_link(path)?))
    } else if metadata.is_file() {
        (FileKind::File, None)
    } else {
        (FileKind::Special, None)
    };
    Ok(Listed {
        relative,
        kind,
        mode: metadata.mode() & 0o7777,
        uid: metadata.uid(),
        gid: metadata.gid(),
        link,
    })
}
