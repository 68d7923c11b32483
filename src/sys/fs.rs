//! Files, with the path in every error.
//!
//! A thin layer over `fs-err`: this is where a stage reads and writes. Text of the user is read as UTF-8, names of files
//! stay bytes.
#![expect(clippy::disallowed_methods, reason = "the effectful edge")]

use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use fs_err::OpenOptions;
use fs_err::os::unix::fs::OpenOptionsExt as _;
use rustix::fs::OFlags;

pub use fs_err::File;
pub use fs_err::os::unix::fs::symlink;
pub use fs_err::{
    canonicalize, copy, create_dir_all, hard_link, read, read_link, read_to_string, rename,
};

/// What a path names, links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A socket, pipe or device.
    Special,
}

/// One thing found by [`walk`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it is, below the root that was walked.
    pub relative: PathBuf,
    /// What it is.
    pub kind: FileKind,
    /// Whether any execute bit is set.
    pub executable: bool,
    /// Its permission bits, with set-id and sticky.
    pub mode: u32,
    /// Size in bytes as `lstat` says.
    pub size: u64,
    /// When it was last changed, in whole seconds since 1970.
    pub mtime: i64,
}

/// Returns everything below `root`, links not followed, sorted by the bytes of the path; `root` itself is not in it.
pub fn walk(root: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(root).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(io::Error::from)?;
        let metadata = entry.metadata().map_err(io::Error::from)?;
        let kind = if metadata.is_dir() {
            FileKind::Directory
        } else if metadata.is_symlink() {
            FileKind::Link
        } else if metadata.is_file() {
            FileKind::File
        } else {
            FileKind::Special
        };
        let relative = entry
            .path()
            .strip_prefix(root)
            .map_err(io::Error::other)?
            .to_path_buf();
        found.push(Found {
            relative,
            kind,
            executable: metadata.mode() & 0o111 != 0,
            mode: metadata.mode() & 0o7777,
            size: metadata.len(),
            mtime: metadata.mtime(),
        });
    }
    Ok(found)
}

/// Returns the names in a directory, sorted; an empty list when it does not exist.
pub fn names_in(directory: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let entries = match fs_err::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = entries
        .map(|entry| Ok(entry?.file_name()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// Returns what is at `path`, links not followed; nothing when there is nothing.
pub fn kind(path: &Path) -> io::Result<Option<FileKind>> {
    let metadata = match fs_err::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    Ok(Some(if metadata.is_dir() {
        FileKind::Directory
    } else if metadata.is_symlink() {
        FileKind::Link
    } else if metadata.is_file() {
        FileKind::File
    } else {
        FileKind::Special
    }))
}

/// Returns whether something is at `path`, links followed.
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// Returns at most so many of the first bytes of a file.
///
/// # Errors
/// When it cannot be read.
pub fn read_start(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns whether this user can make files in a folder.
pub fn can_write(folder: &Path) -> bool {
    let wanted = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
    rustix::fs::access(folder, wanted).is_ok()
}

/// Returns how many bytes this user can still write to the file system of a folder; nothing where it does not tell.
pub fn free_space(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

/// Returns whether a symbolic link is at `path`.
pub fn is_link(path: &Path) -> bool {
    path.is_symlink()
}

/// Opens a regular file to read it; not a link, and what was made a pipe meanwhile does not keep us waiting.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        let what = format!("`{}` is not a regular file", path.display());
        Err(io::Error::new(io::ErrorKind::InvalidInput, what))
    }
}

/// Makes a file that is not there yet; a link or a file of the same name is an error.
pub fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Returns whether a directory is at `path`, links followed.
pub fn is_dir(path: &Path) -> bool {
    path.is_dir()
}

/// Returns whether a regular file is at `path`, links followed.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Returns the permission bits of what is at `path`, links followed.
pub fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs_err::metadata(path)?.permissions().mode() & 0o7777)
}

/// Writes a file, making the directories above it.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        create_dir_all(parent)?;
    }
    fs_err::write(path, bytes)
}

/// Writes a file that is not there yet; a link counts as there, wherever it leads (`O_EXCL` of open(2)). What cannot be written
/// whole is taken away again.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = remove_file(path);
    }
    written
}

/// Writes a program so that it is whole or not there: a new file beside it, renamed into place when it can be executed.
pub fn write_program(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    create_dir_all(directory)?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.as_file()
        .set_permissions(std::fs::Permissions::from_mode(0o755))?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Sets the permission bits of a file that this program made.
pub fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

/// Removes a file or link; nothing there is fine.
pub fn remove_file(path: &Path) -> io::Result<()> {
    absent_is_fine(fs_err::remove_file(path))
}

/// Removes a directory and all below it, also directories without a write bit; nothing there is fine.
pub fn remove_dir_all(path: &Path) -> io::Result<()> {
    match fs_err::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            for entry in walkdir::WalkDir::new(path).into_iter().flatten() {
                if entry.file_type().is_dir() {
                    let _ = set_mode(entry.path(), 0o700);
                }
            }
            absent_is_fine(fs_err::remove_dir_all(path))
        }
        result => absent_is_fine(result),
    }
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Makes a file without a name that holds `bytes`; the path leads to it as long as the file is kept.
pub fn unnamed(bytes: &[u8]) -> io::Result<(File, PathBuf)> {
    use std::os::fd::AsRawFd as _;
    let file = tempfile::tempfile()?;
    let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    let mut file = File::from_parts(file, &path);
    file.write_all(bytes)?;
    Ok((file, path))
}
