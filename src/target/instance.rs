//! The folder of one root on this machine: its lock says whether the owner lives, and the next root clears dead ones.

use crate::sys::fs;
use crate::sys::isolation::Isolation;
use crate::sys::lock::Lock;
use crate::sys::process::{Cmd, Runner};
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// Removes what a root leaves outside its namespaces.
pub(super) const CLEAR: &str = include_str!("clear.sh");

/// A locked folder, whose name is the root's name. Dropping it removes it.
#[derive(Debug)]
pub(super) struct Instance {
    path: PathBuf,
    name: String,
    _lock: Lock,
}

impl Instance {
    /// Clears what dead owners left below `cache`, and makes a folder.
    pub(super) fn new(cache: &Path) -> Result<Self> {
        let folder = cache.join("instances");
        // Held for a moment only: it keeps a folder that has no lock yet from looking like a dead one.
        let _turn = Lock::exclusive(&cache.join("instances.lock"))?;
        sweep(&folder)?;
        fs::create_dir_all(&folder)?;
        let path = tempfile::Builder::new()
            .prefix("deb-build-app-")
            .rand_bytes(10)
            .tempdir_in(&folder)
            .context("making a root's folder failed")?
            .keep();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let lock = Lock::exclusive(&path.join("lock"))?;
        fs::create_dir_all(path.join("mnt"))?;
        Ok(Instance {
            path,
            name,
            _lock: lock,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Notes that there may be a cgroup to remove.
    pub(super) fn note_boot(&self) -> Result<()> {
        Ok(fs::write(&self.path.join("booted"), b"")?)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // The supervisor has done it, unless it was killed.
        if fs::exists(&self.path) {
            let _ = clear(&self.path);
        }
    }
}

fn sweep(folder: &Path) -> Result<()> {
    for name in fs::names_in(folder)? {
        let path = folder.join(name);
        // It may vanish meanwhile: the supervisor of one that has just died is at work too.
        if !fs::exists(&path.join("lock")) || Lock::try_exclusive(&path.join("lock"))?.is_some() {
            clear(&path)?;
        }
    }
    Ok(())
}

fn clear(path: &Path) -> Result<()> {
    let cmd = Cmd::new("sh").args(["-c", CLEAR, "clear"]).arg(path);
    // One that is still in use stays for the next time.
    Runner::new(Isolation::ParentDeathSignal).ask(&cmd)?;
    Ok(())
}
