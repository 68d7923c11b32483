//! The process that holds a root's namespaces, and the commands that enter them.

use super::instance::{CLEAR, Instance};
use super::ran::told;
use crate::failure::Failure;
use crate::sys::background::Background;
use crate::sys::fs;
use crate::sys::process::Cmd;
use anyhow::Result;
use std::path::{Path, PathBuf};

const SUPERVISE: &str = include_str!("supervise.sh");
const KEEPER: &str = include_str!("keeper.sh");

/// With this much memory available the upper folder of a root is kept in memory: dpkg syncs every file it writes.
const AMPLE_MEMORY_KIB: u64 = 4 * 1024 * 1024;

/// Whether a folder of this machine may be written to from inside a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It is read only.
    ReadOnly,
    /// It is writable.
    ReadWrite,
}

/// A folder or file of this machine that is seen inside a root.
#[derive(Clone, Debug)]
pub(super) struct Bind {
    pub(super) host: PathBuf,
    pub(super) inside: String,
    pub(super) access: Access,
}

/// Which network a root has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Network {
    /// A loopback of its own.
    #[default]
    Isolated,
    /// This machine's.
    Host,
}

/// Where files that need not last are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scratch {
    Memory,
    Disk,
}

impl Scratch {
    /// Chooses by the memory that is available now.
    pub(super) fn choose() -> Self {
        let meminfo = fs::read_to_string(Path::new("/proc/meminfo")).unwrap_or_default();
        match available_kib(&meminfo) {
            Some(kib) if kib >= AMPLE_MEMORY_KIB => Scratch::Memory,
            _ => Scratch::Disk,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Scratch::Memory => "memory",
            Scratch::Disk => "disk",
        }
    }
}

fn available_kib(meminfo: &str) -> Option<u64> {
    meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// What a root is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec<'a> {
    /// The trees below the overlay, the lowest first.
    pub(super) lowers: &'a [&'a Path],
    pub(super) network: Network,
    pub(super) binds: &'a [Bind],
    pub(super) scratch: Scratch,
}

/// The namespaces of a root; they end when it is dropped.
#[derive(Debug)]
pub(super) struct Keeper {
    pid: u32,
    mounts: PathBuf,
    _supervisor: Background,
}

impl Keeper {
    /// Makes the namespaces and mounts the overlay.
    pub(super) fn start(instance: &Instance, spec: &Spec<'_>) -> Result<Self> {
        let mut supervisor = Background::start(&supervise(instance.path(), spec))?;
        let answer = supervisor.read_line()?;
        let pid = answer
            .as_deref()
            .and_then(|line| line.strip_prefix("ready "))
            .and_then(|pid| pid.parse().ok());
        let Some(pid) = pid else {
            return Err(refusal(&supervisor.stderr()?));
        };
        Ok(Keeper {
            pid,
            mounts: instance.path().join("mnt"),
            _supervisor: supervisor,
        })
    }

    /// Returns the start of a command that runs a program of this machine where the root's mounts are seen.
    pub(super) fn enter(&self) -> Cmd {
        Cmd::new("nsenter")
            .arg(format!("--target={}", self.pid))
            .args(["--mount", "--net", "--pid", "--uts", "--ipc", "--"])
    }

    /// Returns the start of a command that runs a program of the root, without systemd.
    pub(super) fn inside(&self) -> Cmd {
        self.enter().arg("chroot").arg(self.plain())
    }

    /// Returns where the keeper sees the tree with the folders of a system mounted in it.
    pub(super) fn plain(&self) -> PathBuf {
        self.mounts.join("plain")
    }

    /// Returns where the keeper sees the tree that systemd-nspawn can boot.
    pub(super) fn tree(&self) -> PathBuf {
        self.mounts.join("tree")
    }

    /// Returns where the keeper sees what was written over the lower trees.
    pub(super) fn upper(&self) -> PathBuf {
        self.mounts.join("upper")
    }

    /// Returns the root's top folder as this process can open it.
    pub(super) fn top(&self) -> PathBuf {
        let mut top = PathBuf::from(format!("/proc/{}/root", self.pid)).into_os_string();
        top.push(self.plain());
        top.into()
    }
}

fn supervise(folder: &Path, spec: &Spec<'_>) -> Cmd {
    let network = match spec.network {
        Network::Isolated => "isolated",
        Network::Host => "host",
    };
    let mut cmd = Cmd::new("sh")
        .args(["-c", SUPERVISE, "supervise", CLEAR, KEEPER])
        .arg(folder)
        .args([network, spec.scratch.word()])
        .arg(spec.lowers.len().to_string())
        .args(spec.lowers);
    for bind in spec.binds {
        let access = match bind.access {
            Access::ReadOnly => "ro",
            Access::ReadWrite => "rw",
        };
        cmd = cmd.arg(access).arg(&bind.host).arg(&bind.inside);
    }
    cmd
}

fn refusal(said: &str) -> anyhow::Error {
    let failure = told("making a clean root failed", &[("standard error", said)]);
    // A bind that leads out of the root is not this machine's fault.
    if !["unshare: ", "mount: ", "ip: ", "hostname: "]
        .iter()
        .any(|program| said.contains(program))
    {
        return failure.into();
    }
    anyhow::Error::new(failure).context(
        Failure::host("this machine does not let us make a clean root").hint(
            "it takes overlayfs and the namespaces of unshare(1): in a container, run it privileged",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn available_memory_is_read_from_meminfo() {
        let meminfo = "MemTotal:       24689764 kB\nMemFree: 1 kB\nMemAvailable:   20480000 kB\n";
        assert_eq!(available_kib(meminfo), Some(20_480_000));
        assert_eq!(available_kib("MemTotal: 1 kB\n"), None);
    }
}
