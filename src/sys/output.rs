//! The file that a build makes: whole under its name, or not there (DESIGN 1.4).
//!
//! It is written beside its final name under a name that says whose it is, with a lock that ends with the process. What
//! a killed build left has no lock, and is removed by the next one that makes the same file.

use super::fs::{self, File};
use super::interrupt::{self, OnSignal};
use super::spool::{self, Follower, Spool};
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What the temporary name has after the final one.
const MARK: &[u8] = b".deb-build-app-";

/// How much of the final name goes into the temporary one, so that both fit 255 bytes.
const NAME_BYTES: usize = 200;

/// How often a new temporary file is tried when another process takes the last one for a leftover.
const ATTEMPTS: usize = 20;

/// A file that does not have its name yet; dropping it removes it.
#[derive(Debug)]
pub struct Output {
    // Dropped before the last field, so that a signal finds it until it is gone.
    temporary: NamedTempFile,
    destination: PathBuf,
    directory: PathBuf,
    _on_signal: OnSignal,
}

impl Output {
    /// Makes an empty file that will become `destination`, and the directory for it.
    pub fn create(destination: &Path) -> io::Result<Self> {
        let Some(name) = destination.file_name() else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the path does not end in the name of a file",
            ));
        };
        let directory = match destination.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(directory)?;
        let name = &name.as_bytes()[..name.len().min(NAME_BYTES)];
        let prefix = OsString::from_vec([b".", name, MARK].concat());
        remove_leftovers(directory, &prefix)?;
        for _ in 0..ATTEMPTS {
            let temporary = NamedTempFile::with_prefix_in(&prefix, directory)?;
            let on_signal = interrupt::remove_on_signal(temporary.path());
            let ours = temporary.as_file().try_lock().is_ok();
            // Another build may have taken the file for a leftover before it was locked, and removed it.
            if ours && temporary.as_file().metadata()?.nlink() == 1 {
                return Ok(Output {
                    temporary,
                    destination: destination.to_path_buf(),
                    directory: directory.to_path_buf(),
                    _on_signal: on_signal,
                });
            }
        }
        Err(io::Error::other("other builds keep removing it"))
    }

    /// Returns the directory that it is in.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns both ends of the file, to write it and to read it back.
    pub fn spool(&self) -> io::Result<(Spool, Follower)> {
        let file = self.temporary.as_file().try_clone()?;
        spool::spool(File::from_parts(file, &self.destination))
    }

    /// Gives it mode 0644 and its name, replacing what has that name, when it has reached the disk.
    pub fn finish(self) -> io::Result<()> {
        let file = self.temporary.as_file();
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
        file.sync_all()?;
        self.temporary.persist(&self.destination)?;
        File::open(&self.directory)?.sync_all()
    }
}

/// Makes a file without a name, on the file system of `directory`.
pub fn nameless_file_in(directory: &Path) -> io::Result<File> {
    let file = tempfile::tempfile_in(directory)?;
    Ok(File::from_parts(file, directory.join("(temporary file)")))
}

fn remove_leftovers(directory: &Path, prefix: &OsString) -> io::Result<()> {
    for name in fs::names_in(directory)? {
        let path = directory.join(&name);
        if !name.as_bytes().starts_with(prefix.as_bytes()) {
            continue;
        }
        // One that cannot be opened is not ours; one that is locked is in use.
        if fs::is_file(&path)
            && let Ok(file) = File::open(&path)
            && file.try_lock().is_ok()
        {
            // What stays is in nobody's way.
            let _ = fs::remove_file(&path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn names(directory: &Path) -> Vec<String> {
        let names = fs::names_in(directory).expect("it can be listed");
        names
            .iter()
            .map(|name| name.display().to_string())
            .collect()
    }

    #[test]
    fn the_file_has_its_name_only_when_it_is_finished() {
        let directory = tempfile::tempdir().expect("there is room");
        let path = directory.path().join("new/a.deb");
        let output = Output::create(&path).expect("it can be made");
        let (mut file, _) = output.spool().expect("it can be opened twice");
        file.write_all(b"x").expect("there is room");
        assert!(!fs::exists(&path));
        output.finish().expect("it can be renamed");
        assert_eq!(names(&directory.path().join("new")), ["a.deb"]);
        assert_eq!(fs::mode(&path).expect("it is there"), 0o644);
    }

    #[test]
    fn a_file_that_is_given_up_is_removed() {
        let directory = tempfile::tempdir().expect("there is room");
        drop(Output::create(&directory.path().join("a.deb")));
        assert!(names(directory.path()).is_empty());
    }

    #[test]
    fn what_a_killed_build_left_is_removed_and_what_a_running_one_writes_is_not() {
        let directory = tempfile::tempdir().expect("there is room");
        let at = |name: &str| directory.path().join(name);
        fs::write(&at(".a.deb.deb-build-app-dead"), b"half").expect("there is room");
        fs::write(&at(".b.deb.deb-build-app-other"), b"half").expect("there is room");
        let running = Output::create(&at("a.deb")).expect("it can be made");
        let second = Output::create(&at("a.deb")).expect("it can be made");
        assert!(fs::exists(running.temporary.path()));
        assert!(!fs::exists(&at(".a.deb.deb-build-app-dead")));
        assert!(fs::exists(&at(".b.deb.deb-build-app-other")));
        running.finish().expect("it can be renamed");
        drop(second);
        assert_eq!(
            names(directory.path()),
            [".b.deb.deb-build-app-other", "a.deb"]
        );
    }
}
