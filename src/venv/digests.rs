//! SHA-256 of every file of the stage: RECORD is made from what is there, not from what an installer once wrote.

use crate::sys::fs::{self, FileKind, Found};
use anyhow::Result;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// SHA-256 by path below the virtualenv.
pub(super) type Digests = BTreeMap<PathBuf, [u8; 32]>;

/// Reads all files once, on all cores.
pub(super) fn read(root: &Path, found: &BTreeMap<PathBuf, Found>) -> Result<Digests> {
    let files: Vec<&Path> = found
        .values()
        .filter(|found| found.kind == FileKind::File)
        .map(|found| found.relative.as_path())
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut digests = Vec::new();
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let digest: [u8; 32] = Sha256::digest(fs::read(root.join(path))?).into();
            digests.push((path.to_path_buf(), digest));
        }
        anyhow::Ok(digests)
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut all = Digests::new();
        for handle in handles {
            let part = handle
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            all.extend(part?);
        }
        Ok(all)
    })
}
