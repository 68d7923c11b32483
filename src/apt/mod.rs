//! Packages that the build machine needs: only the missing ones are installed.
//!
//! The one stage that changes the machine, and only by the packages that the recipe names and those the tool itself
//! needs (DESIGN 1.8). `apt-get` may outlive us: killing `dpkg` half way would leave the machine broken.

mod python;

pub use python::{FetchedPackage, Fetching, candidates, fetch};

use crate::deb::PackageName;
use crate::failure::{Failure, OrFailure as _};
use crate::plan::{Command, Packages};
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

/// Returns which of these files are those of packages of this machine, each with the package.
///
/// # Errors
/// When `dpkg-query` cannot be started.
pub fn owners(paths: &[&str], runner: Runner) -> Result<Vec<(String, String)>> {
    // A sign of a pattern is meant as it stands.
    let plain = |path: &&&str| !path.contains(['*', '?', '[', '\\']);
    let paths: Vec<_> = paths.iter().filter(plain).copied().collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let query = Cmd::new("dpkg-query").arg("-S").args(paths.iter().copied());
    let answer = runner.ask(&query)?;
    Ok(answer
        .stdout
        .lines()
        .filter(|line| !line.starts_with("diversion by "))
        .filter_map(|line| line.split_once(": "))
        .filter(|(_, path)| paths.contains(path))
        .map(|(owner, path)| (path.to_owned(), owner.to_owned()))
        .collect())
}

/// Returns whether apt has lists of packages; its folder always has a lock and a folder `partial`.
///
/// # Errors
/// When their folder cannot be read.
pub fn has_lists() -> Result<bool> {
    Ok(fs::names_in(Path::new("/var/lib/apt/lists"))?.len() > 2)
}

/// Whether packages may be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// They may, as root or through sudo.
    Given,
    /// The user does not want it.
    Denied,
}

/// Installs the packages that are missing, with the commands of the plan.
///
/// # Errors
/// When it is not allowed, with the exact command to run; when apt fails, with its last lines.
pub fn install(
    packages: &Packages,
    permission: Permission,
    runner: Runner,
    log: &Path,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<()> {
    let Some(installation) = &packages.installation else {
        return Ok(());
    };
    let mut run = |command: &Command| runner.run(&command.complete()?, log, on_line);
    // A sudo that would ask is as good as none: nobody is there to answer.
    let sudo = installation.sudo.as_ref();
    let allowed = permission == Permission::Given && sudo.is_none_or(|sudo| run(sudo).is_ok());
    if !allowed {
        return Err(not_allowed(&packages.missing).into());
    }
    if installation.has_lists && run(&installation.install).is_ok() {
        return Ok(());
    }
    run(&installation.update)
        .and_then(|()| run(&installation.install))
        .or_failure(|| {
            let names = listed(&packages.missing, "`, `");
            Failure::host(format!("installing `{names}` failed")).hint(
                "check the names with `apt-cache policy`, and that the machine reaches its mirror",
            )
        })
}

fn not_allowed(missing: &[PackageName]) -> Failure {
    Failure::host(format!(
        "the build needs packages that are not installed: `{}`",
        listed(missing, "`, `")
    ))
    .hint(format!(
        "run `sudo apt-get install -y {}` and build again",
        listed(missing, " ")
    ))
}

/// The failure of a build that may not fetch apt's lists.
fn not_allowed_to_update() -> Failure {
    Failure::host("apt's lists of packages may not be fetched")
        .hint("run `sudo apt-get update` and build again")
}

fn listed(names: &[PackageName], separator: &str) -> String {
    let names = names.iter().map(PackageName::as_str);
    names.collect::<Vec<_>>().join(separator)
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
