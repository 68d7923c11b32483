//! Packages that the build machine needs: only the missing ones are installed.
//!
//! The one stage that changes the machine, and only by the packages that the recipe names and those the tool itself
//! needs (DESIGN 1.8). `apt-get` may outlive us: killing `dpkg` half way would leave the machine broken.

use crate::deb::PackageName;
use crate::failure::{Failure, OrFailure as _};
use crate::sys::fs;
use crate::sys::process::{Cmd, Runner};
use anyhow::Result;
use std::path::Path;

/// Returns those of `wanted` that are not installed, in the same order.
pub fn missing(wanted: &[PackageName], runner: Runner) -> Result<Vec<PackageName>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let answer = runner.ask(&query(wanted))?;
    Ok(wanted
        .iter()
        .filter(|name| !is_installed(&answer.stdout, name))
        .cloned()
        .collect())
}

fn query(wanted: &[PackageName]) -> Cmd {
    // It fails when one of the names is unknown to dpkg, and still lists the others.
    Cmd::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\\n"])
        .args(wanted.iter().map(PackageName::to_string))
}

fn is_installed(listing: &str, name: &PackageName) -> bool {
    listing
        .lines()
        .any(|line| line.split_once(' ') == Some((name.as_str(), "installed")))
}

/// Whether this program may install packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It runs as root.
    Root,
    /// `sudo` works without asking.
    Sudo,
    /// It may not: the user is told what to run.
    None,
}

impl Permission {
    /// Finds out what is allowed.
    pub fn probe(root: bool, runner: Runner) -> Self {
        if root {
            return Permission::Root;
        }
        let sudo = runner.ask(&Cmd::new("sudo").args(["-n", "true"]).may_finish());
        if sudo.is_ok_and(|answer| answer.success()) {
            Permission::Sudo
        } else {
            Permission::None
        }
    }
}

/// Installs packages that are missing.
///
/// # Errors
/// When it is not allowed, with the exact command to run; when apt fails, with its last lines.
pub fn install(
    packages: &[PackageName],
    permission: Permission,
    runner: Runner,
    log: &Path,
    on_line: &mut dyn FnMut(&str),
) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let names = packages
        .iter()
        .map(PackageName::to_string)
        .collect::<Vec<_>>();
    if permission == Permission::None {
        return Err(Failure::host(format!(
            "the build needs packages that are not installed: `{}`",
            names.join("`, `")
        ))
        .hint(format!(
            "run `sudo apt-get install -y {}` and build again",
            names.join(" ")
        ))
        .into());
    }
    let install = apt_get(permission)
        .args(["install", "-y", "--no-install-recommends", "--"])
        .args(names.clone());
    let update = apt_get(permission).arg("update");
    // A fresh container has no lists at all, and old lists name files that the mirror no longer has.
    if fs::names_in(Path::new("/var/lib/apt/lists"))?.len() > 2
        && runner.run(&install, log, on_line).is_ok()
    {
        return Ok(());
    }
    runner
        .run(&update, log, on_line)
        .and_then(|()| runner.run(&install, log, on_line))
        .or_failure(|| {
            Failure::host(format!("installing `{}` failed", names.join("`, `"))).hint(
                "check the names with `apt-cache policy`, and that the machine reaches its mirror",
            )
        })
}

fn apt_get(permission: Permission) -> Cmd {
    let cmd = match permission {
        Permission::Sudo => {
            Cmd::new("sudo").args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
        }
        Permission::Root | Permission::None => {
            Cmd::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive")
        }
    };
    cmd.arg("-q")
        .args(["-o", "DPkg::Lock::Timeout=120"])
        .may_finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_as_installed_only_in_that_state() {
        let listing = "gcc installed\nredis config-files\nlibc6 installed\n";
        let found = |name: &str| is_installed(listing, &name.parse().expect("a package name"));
        assert!(found("gcc"));
        assert!(
            !found("redis"),
            "its configuration alone is no installation"
        );
        assert!(!found("libc"), "a prefix is another package");
    }
}
