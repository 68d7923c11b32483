//! What programs of this machine say of the files of `[files]`, before they are in a package: visudo of those that sudo reads, and
//! dpkg of those that another package has.
//!
//! # Limits
//! Without visudo, files for sudo are not judged; packages that this machine does not have are not known.

use crate::apt;
use crate::deb::{Content, Entry, PackageName};
use crate::failure::Failure;
use crate::plan::Plan;
use crate::recipe::HostPath;
use crate::source::ReadFile;
use crate::sys::fs;
use crate::sys::process::{Cmd, Runner, find_program};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;

/// Judges the files; what is only likely to be wrong is told by `warn`.
///
/// # Errors
/// When sudo would not read a file, and with it perhaps nothing at all; when dpkg or visudo cannot be run.
pub(super) fn judge(
    package: &PackageName,
    files: &BTreeMap<HostPath, ReadFile>,
    plan: &Plan,
    runner: Runner,
    warn: &dyn Fn(&str),
) -> Result<()> {
    let for_sudo = files.iter().filter(|(path, _)| path.is_for_sudo());
    for (path, file) in for_sudo {
        if let Entry::File {
            content: Content::Bytes(bytes),
            ..
        } = &file.entry
        {
            ask_visudo(path, bytes, plan, runner)?;
        }
    }
    let paths: Vec<_> = files.keys().map(HostPath::as_str).collect();
    let owners = apt::owners(&paths, runner)?.into_iter();
    // This machine may have an earlier version of the package.
    for (path, owner) in owners.filter(|(_, owner)| *owner != package.as_str()) {
        warn(&format!(
            "`{path}` is a file of the package `{owner}`, over which dpkg will not write: choose another place, or a folder of drop-ins beside it"
        ));
    }
    Ok(())
}

fn ask_visudo(path: &HostPath, bytes: &[u8], plan: &Plan, runner: Runner) -> Result<()> {
    let Some(visudo) = find_program("visudo") else {
        return Ok(());
    };
    let copy = plan.places.work.join("sudoers");
    fs::write(&copy, bytes).context("writing a file for visudo failed")?;
    let answer = runner.ask(&Cmd::new(visudo).arg("-cf").arg(&copy))?;
    fs::remove_file(&copy)?;
    if answer.success() {
        return Ok(());
    }
    let said = format!("{}{}", answer.stderr, answer.stdout)
        .replace(&*copy.to_string_lossy(), path.as_str());
    let said = said.lines().find(|line| !line.trim().is_empty());
    Err(Failure::build(format!(
        "sudo would not read `{path}`: visudo says `{}`",
        said.unwrap_or("nothing").trim()
    ))
    .hint("write lines such as `%demo ALL=(demo) NOPASSWD: /usr/bin/demo-shell`, see sudoers(5)")
    .into())
}
