//! Which program is PID 1 of a booted root, and how it is asked.

use super::keeper::Keeper;
use crate::sys::background::children_of;
use crate::sys::fs;
use crate::sys::process::Cmd;
use std::path::{Path, PathBuf};

const BOOT_SYSTEMD: &str = include_str!("boot.sh");
const BOOT_SYSV: &str = include_str!("boot-sysv.sh");

/// What is installed as `/sbin/init`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Init {
    /// systemd, in a container of `systemd-nspawn`.
    Systemd,
    /// sysvinit, in a root of `chroot`.
    Sysv,
}

impl Init {
    /// Returns what a root that is not booted has.
    pub(super) fn of(top: &Path) -> Init {
        let systemd = fs::read_link(top.join("usr/sbin/init"))
            .is_ok_and(|target| target.ends_with("systemd"));
        if systemd { Init::Systemd } else { Init::Sysv }
    }

    /// Returns the command that boots the keeper's tree.
    pub(super) fn boot(self, keeper: &Keeper, name: &str) -> Cmd {
        let (script, tree) = match self {
            Init::Systemd => (BOOT_SYSTEMD, keeper.tree()),
            Init::Sysv => (BOOT_SYSV, keeper.plain()),
        };
        keeper
            .enter()
            .args(["sh", "-c", script, "boot"])
            .arg(tree)
            .arg(name)
            .env("SYSTEMD_NSPAWN_UNIFIED_HIERARCHY", "1")
    }

    /// Returns the options by which nsenter(1) takes on all that the leader has.
    pub(super) fn namespaces(self) -> &'static [&'static str] {
        match self {
            Init::Systemd => &["--all"],
            // It has another root in the keeper's mounts.
            Init::Sysv => &[
                "--mount", "--pid", "--net", "--uts", "--ipc", "--root", "--wd",
            ],
        }
    }

    /// Returns the container's PID 1 below the process that boots it, once it listens; before that, the process may be
    /// one of the container's own.
    pub(super) fn find_leader(self, process: u32) -> Option<u32> {
        let container = *children_of(process).first()?;
        let socket = match self {
            Init::Systemd => "run/systemd/private",
            Init::Sysv => "run/initctl",
        };
        children_of(container).into_iter().find(|pid| {
            let root = PathBuf::from(format!("/proc/{pid}/root"));
            let status = fs::read_to_string(Path::new(&format!("/proc/{pid}/status")));
            status.is_ok_and(|status| is_init(&status)) && fs::exists(&root.join(socket))
        })
    }

    /// Returns the command that says how far the boot is.
    pub(super) fn question(self) -> &'static [&'static str] {
        match self {
            Init::Systemd => &["systemctl", "is-system-running"],
            Init::Sysv => &["runlevel"],
        }
    }
}

fn is_init(status: &str) -> bool {
    status
        .lines()
        .find_map(|line| line.strip_prefix("NSpid:"))
        .and_then(|pids| pids.split_whitespace().last())
        == Some("1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leader_is_the_first_process_of_the_innermost_namespace() {
        assert!(is_init("Name:\tsystemd\nNSpid:\t15110\t20\t1\n"));
        assert!(!is_init("Name:\t(sd-stub)\nNSpid:\t15110\t20\n"));
    }
}
