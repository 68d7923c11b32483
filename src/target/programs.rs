//! The programs that clean roots need from this machine: all that are missing are named at once.

use crate::failure::Failure;
use crate::sys::process::{find_program, is_root};
use anyhow::Result;

/// Each program with the Debian package that has it.
const PROGRAMS: &[(&str, &str)] = &[
    ("apt-config", "apt"),
    ("bash", "bash"),
    ("chroot", "coreutils"),
    ("find", "findutils"),
    ("hostname", "hostname"),
    ("ip", "iproute2"),
    ("mmdebstrap", "mmdebstrap"),
    ("mount", "mount"),
    ("nsenter", "util-linux"),
    ("setsid", "util-linux"),
    ("systemd-nspawn", "systemd-container"),
    ("timeout", "coreutils"),
    ("unshare", "util-linux"),
];

/// Checks that this machine can make clean roots.
///
/// # Errors
/// When programs are missing, or this is not root.
pub(super) fn check() -> Result<()> {
    if let Some(failure) = missing(&|program| find_program(program).is_some()) {
        return Err(failure.into());
    }
    if !is_root() {
        return Err(
            Failure::host("clean roots need root: they are made of mounts and namespaces")
                .hint("run the command as root")
                .into(),
        );
    }
    Ok(())
}

fn missing(found: &dyn Fn(&str) -> bool) -> Option<Failure> {
    let missing: Vec<_> = PROGRAMS
        .iter()
        .filter(|(program, _)| !found(program))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let programs: Vec<_> = missing
        .iter()
        .map(|(program, _)| format!("`{program}`"))
        .collect();
    let mut packages: Vec<_> = missing.iter().map(|(_, package)| *package).collect();
    packages.sort_unstable();
    packages.dedup();
    Some(
        Failure::host(format!(
            "clean roots need programs that were not found: {}",
            programs.join(", ")
        ))
        .hint(format!(
            "install them with `apt-get install --no-install-recommends {}`",
            packages.join(" ")
        )),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure;

    #[test]
    fn all_missing_programs_are_named_with_one_command_to_install_them() {
        let failure = missing(&|program| !["nsenter", "unshare", "mmdebstrap"].contains(&program))
            .expect("three are missing");
        assert_eq!(
            failure::render(&failure.into()),
            "error: clean roots need programs that were not found: `mmdebstrap`, `nsenter`, `unshare`\n\n\
             hint: install them with `apt-get install --no-install-recommends mmdebstrap util-linux`\n"
        );
        assert!(missing(&|_| true).is_none());
    }
}
