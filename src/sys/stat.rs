//! What the file system says of one file: the facts by which git's index knows a file again without reading it
//! (gitformat-index(5)).

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// A time of the file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileTime {
    /// Whole seconds since 1970.
    pub seconds: i64,
    /// The rest of it.
    pub nanoseconds: i64,
}

/// The facts of one file, links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// When its facts were last changed.
    pub changed: FileTime,
    /// When its content was last changed.
    pub modified: FileTime,
    /// The number of the device.
    pub device: u64,
    /// The number of the inode.
    pub inode: u64,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// Size in bytes.
    pub size: u64,
}

/// Returns the facts of what is at `path`, links not followed.
pub fn stat(path: &Path) -> io::Result<Stat> {
    let metadata = fs_err::symlink_metadata(path)?;
    Ok(Stat {
        changed: FileTime {
            seconds: metadata.ctime(),
            nanoseconds: metadata.ctime_nsec(),
        },
        modified: FileTime {
            seconds: metadata.mtime(),
            nanoseconds: metadata.mtime_nsec(),
        },
        device: metadata.dev(),
        inode: metadata.ino(),
        uid: metadata.uid(),
        gid: metadata.gid(),
        size: metadata.len(),
    })
}
