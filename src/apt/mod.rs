//! Packages that the build machine needs: only the missing ones are installed.
//!
//! The one stage that changes the machine, and only by the packages that the recipe names and those the tool itself
//! needs (DESIGN 1.8). `apt-get` may outlive us: killing `dpkg` half way would leave the machine broken.

use crate::deb::PackageName;
use crate::failure::{Failure, OrFailure as _};
use crate::sys::fs;
use crate::sys::process::{Cmd, Line, Runner};
use anyhow::Result;
use std::path::Path;

/// Returns those of `wanted` that are not installed, in the same order; a package that another one provides is.
pub fn missing(wanted: &[PackageName], runner: Runner) -> Result<Vec<PackageName>> {
    let query = Cmd::new("dpkg-query").args([
        "-W",
        "-f",
        "${Package}\\t${db:Status-Status}\\t${Provides}\\n",
    ]);
    let answer = runner.ask(&query)?;
    Ok(wanted
        .iter()
        .filter(|name| !is_installed(&answer.stdout, name))
        .cloned()
        .collect())
}

fn is_installed(listing: &str, name: &PackageName) -> bool {
    listing.lines().any(|line| {
        let mut columns = line.split('\t');
        let package = columns.next().unwrap_or_default();
        let installed = columns.next() == Some("installed");
        let provides = columns.next().unwrap_or_default();
        let provided = || {
            provides
                .split(", ")
                .any(|provided| provided.split(' ').next() == Some(name.as_str()))
        };
        installed && (package == name.as_str() || provided())
    })
}

/// Returns the lines of all `shlibs` files of this machine (deb-shlibs(5)): which package brings which library.
pub fn installed_shlibs() -> Result<String> {
    let folder = Path::new("/var/lib/dpkg/info");
    let mut lines = String::new();
    for name in fs::names_in(folder)? {
        if name.to_string_lossy().ends_with(".shlibs") {
            lines.push_str(&fs::read_to_string(folder.join(name))?);
            lines.push('\n');
        }
    }
    Ok(lines)
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
    on_line: &mut dyn FnMut(Line<'_>),
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
    if has_lists()? && runner.run(&install, log, on_line).is_ok() {
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

/// Returns whether apt has lists of packages; its folder always has a lock and a folder `partial`.
pub fn has_lists() -> Result<bool> {
    Ok(fs::names_in(Path::new("/var/lib/apt/lists"))?.len() > 2)
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
        let listing = "gcc\tinstalled\tc-compiler, gcc-x (= 4:12)\nredis\tconfig-files\tkv\nlibc6\tinstalled\t\n";
        let found = |name: &str| is_installed(listing, &name.parse().expect("a package name"));
        assert!(found("gcc"));
        assert!(
            found("c-compiler") && found("gcc-x"),
            "others provide these"
        );
        assert!(
            !found("redis") && !found("kv"),
            "its configuration alone is no installation"
        );
        assert!(!found("libc"), "a prefix is another package");
    }
}
