//! What is in a root at one moment, for comparing it with another: what a package leaves behind is a list of lines.
//!
//! Left out is what is no part of the installed system: `/dev`, `/proc`, `/sys`, what a running systemd keeps below `/run`
//! ([`VOLATILE`]), its journal, and folders bound in from the machine. Times are not compared, directories have no content.

use crate::sys::fs::{File, FileKind};
use crate::sys::listing::{self, Listed};
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// What comes and goes with a boot.
const VOLATILE: &[&str] = &[
    "dev",
    "proc",
    "sys",
    "run/credentials",
    "run/dbus",
    "run/host",
    "run/initctl",
    "run/lock",
    "run/log",
    "run/mount",
    "run/shm",
    "run/systemd",
    "run/udev",
    "run/user",
    "run/utmp",
    "var/log/journal",
];

/// Everything in a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    kind: FileKind,
    mode: u32,
    owner: (u32, u32),
    link: Option<PathBuf>,
    digest: Option<[u8; 32]>,
}

impl Snapshot {
    /// Looks at everything below `top` but what is volatile and what is below `skipped`, absolute paths inside the root.
    pub(super) fn take(top: &Path, skipped: &[&str]) -> Result<Self> {
        let skip = |path: &Path| {
            VOLATILE
                .iter()
                .chain(skipped)
                .any(|skipped| path == Path::new(skipped.trim_matches('/')))
        };
        let mut entries = BTreeMap::new();
        for found in listing::list(top, &skip).context("looking at a root failed")? {
            let digest = match found.kind {
                FileKind::File => match digest(&top.join(&found.relative)) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    digest => Some(digest?),
                },
                FileKind::Directory | FileKind::Link | FileKind::Special => None,
            };
            let path = Path::new("/").join(&found.relative);
            entries.insert(path, Entry::new(found, digest));
        }
        Ok(Snapshot(entries))
    }

    /// Returns what is different in `later`, one line for each path, in the order of the paths: `added /x`, `removed /y`,
    /// `changed /z (mode 0644 → 0600)`. Paths in `ignore` are left out with all below them.
    pub fn difference(&self, later: &Snapshot, ignore: &[&str]) -> Vec<String> {
        let mut lines = BTreeMap::new();
        for (path, before) in &self.0 {
            match later.0.get(path) {
                None => lines.insert(path, format!("removed {}", path.display())),
                Some(after) if after != before => lines.insert(
                    path,
                    format!("changed {} ({})", path.display(), before.changes(after)),
                ),
                Some(_) => None,
            };
        }
        for path in later.0.keys().filter(|path| !self.0.contains_key(*path)) {
            lines.insert(path, format!("added {}", path.display()));
        }
        lines.retain(|path, _| !ignore.iter().any(|ignored| path.starts_with(ignored)));
        lines.into_values().collect()
    }

    /// Returns the paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }
}

impl Entry {
    fn new(found: Listed, digest: Option<[u8; 32]>) -> Self {
        Entry {
            kind: found.kind,
            mode: found.mode,
            owner: (found.uid, found.gid),
            link: found.link,
            digest,
        }
    }

    fn changes(&self, after: &Entry) -> String {
        if self.kind != after.kind {
            return format!("{} → {}", noun(self.kind), noun(after.kind));
        }
        let mut changes = Vec::new();
        if self.mode != after.mode {
            changes.push(format!("mode {:04o} → {:04o}", self.mode, after.mode));
        }
        if self.owner != after.owner {
            let ((uid, gid), (new_uid, new_gid)) = (self.owner, after.owner);
            changes.push(format!("owner {uid}:{gid} → {new_uid}:{new_gid}"));
        }
        if let (Some(before), Some(after)) = (&self.link, &after.link)
            && before != after
        {
            changes.push(format!("link {} → {}", before.display(), after.display()));
        }
        if self.digest != after.digest {
            changes.push("content".to_owned());
        }
        changes.join(", ")
    }
}

fn noun(kind: FileKind) -> &'static str {
    match kind {
        FileKind::File => "file",
        FileKind::Directory => "directory",
        FileKind::Link => "link",
        FileKind::Special => "special file",
    }
}

fn digest(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    // A debug build copies byte by byte through a small buffer.
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match io::Read::read(&mut file, &mut buffer)? {
            0 => return Ok(hash.finalize().into()),
            length => hash.update(&buffer[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::fs;

    fn snapshot(entries: &[(&str, FileKind, u32, u8)]) -> Snapshot {
        let entry = |(path, kind, mode, content): &(&str, FileKind, u32, u8)| {
            let entry = Entry {
                kind: *kind,
                mode: *mode,
                owner: (0, 0),
                link: None,
                digest: (*kind == FileKind::File).then_some([*content; 32]),
            };
            (PathBuf::from(path), entry)
        };
        Snapshot(entries.iter().map(entry).collect())
    }

    #[test]
    fn each_path_that_differs_is_one_line() {
        use FileKind::{Directory, File};
        let before = snapshot(&[
            ("/etc/kept", File, 0o644, 1),
            ("/etc/mode", File, 0o644, 1),
            ("/etc/turned", File, 0o644, 1),
            ("/opt/gone", File, 0o644, 1),
            ("/var/log/dpkg.log", File, 0o644, 1),
            ("/var/log/dpkg.log.d", Directory, 0o755, 0),
        ]);
        let mut after = snapshot(&[
            ("/a", Directory, 0o755, 0),
            ("/etc/kept", File, 0o644, 1),
            ("/etc/mode", File, 0o600, 2),
            ("/etc/turned", Directory, 0o755, 0),
            ("/var/log/dpkg.log", File, 0o644, 2),
        ]);
        after
            .0
            .get_mut(Path::new("/etc/mode"))
            .expect("it is there")
            .owner = (0, 4);
        assert_eq!(
            before.difference(&after, &["/var/log/dpkg.log"]),
            [
                "added /a",
                "changed /etc/mode (mode 0644 → 0600, owner 0:0 → 0:4, content)",
                "changed /etc/turned (file → directory)",
                "removed /opt/gone",
                "removed /var/log/dpkg.log.d",
            ]
        );
        assert!(before.difference(&before, &[]).is_empty());
    }

    #[test]
    fn links_and_skipped_folders_are_seen_for_what_they_are() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let top = folder.path();
        for name in ["run/systemd/x", "run/demo/pid", "srv/bound/x", "proc/1"] {
            fs::write(&top.join(name), b"").expect("a file");
        }
        fs::symlink("/nowhere", top.join("link")).expect("a link");
        let snapshot = Snapshot::take(top, &["/srv/bound"]).expect("a snapshot");
        let paths: Vec<_> = snapshot.paths().filter_map(Path::to_str).collect();
        assert_eq!(
            paths,
            ["/link", "/run", "/run/demo", "/run/demo/pid", "/srv"]
        );
    }
}
