//! The work folder of one build: locked while it is used, empty at the start, gone at the end.
//!
//! The lock is one on an open file, so that the kernel frees it when the process ends in whatever way; children do not
//! inherit it. What a killed build left is cleared by the next one that takes the lock (DESIGN 1.4).

use super::fs::{self, File};
use super::interrupt::{self, OnSignal};
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// A folder that this build alone uses.
#[derive(Debug)]
pub struct WorkDir {
    path: PathBuf,
    keep: Keep,
    _on_signal: Option<OnSignal>,
    _lock: File,
}

/// Whether the folder stays for a look after the build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It is removed.
    No,
    /// It stays until the next build.
    Yes,
}

impl WorkDir {
    /// Takes the folder at `path`, waiting for another build that uses it; `on_wait` is told when that is so.
    pub fn take(path: &Path, keep: Keep, on_wait: &mut dyn FnMut()) -> Result<Self> {
        let mut lock_path = path.as_os_str().to_owned();
        lock_path.push(".lock");
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).context("making the work folder failed")?;
        }
        let lock = fs_err::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)?;
        match lock.file().try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                on_wait();
                lock.file()
                    .lock()
                    .context("waiting for the other build failed")?;
            }
            Err(std::fs::TryLockError::Error(error)) => {
                return Err(error).context("locking the work folder failed");
            }
        }
        fs::remove_dir_all(path).context("clearing what an earlier build left failed")?;
        fs::create_dir_all(path)?;
        fs::set_mode(path, 0o755)?;
        Ok(WorkDir {
            path: path.to_path_buf(),
            keep,
            _on_signal: (keep == Keep::No).then(|| interrupt::remove_on_signal(path)),
            _lock: lock,
        })
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for WorkDir {
    fn drop(&mut self) {
        if self.keep == Keep::No {
            // A folder that cannot be removed now is cleared by the next build.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
