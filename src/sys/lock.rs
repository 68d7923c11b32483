//! Locks on open files: the kernel frees them when the process ends in whatever way, and children do not inherit them.

use super::fs::{self, File};
use anyhow::{Context as _, Result};
use std::fs::TryLockError;
use std::path::Path;

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Opens the file at `path`, making it when needed, and waits until nobody else holds it.
    pub fn exclusive(path: &Path) -> Result<Self> {
        let lock = Lock::open(path)?;
        lock.0.file().lock().context("waiting for a lock failed")?;
        Ok(lock)
    }

    /// Opens the file at `path`, making it when needed, and waits until nobody holds it exclusively.
    pub fn shared(path: &Path) -> Result<Self> {
        let lock = Lock::open(path)?;
        lock.0
            .file()
            .lock_shared()
            .context("waiting for a lock failed")?;
        Ok(lock)
    }

    /// Takes the lock only when that needs no waiting.
    pub fn try_exclusive(path: &Path) -> Result<Option<Self>> {
        let lock = Lock::open(path)?;
        match lock.0.file().try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).context("taking a lock failed"),
        }
    }

    fn open(path: &Path) -> Result<Self> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let file = fs_err::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        Ok(Lock(file))
    }
}
