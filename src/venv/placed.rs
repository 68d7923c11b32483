//! The virtualenv on disk as the package holds it: what is tried at the final path, and the trials.

use super::build::Surroundings;
use super::relocate::bytecode;
use crate::deb::{ArchivePath, Content, Entry, Layer};
use crate::failure::Failure;
use crate::plan::{AT_PREFIX, Places, Trial};
use crate::recipe::Prefix;
use crate::sys::fs;
use crate::sys::process::Line;
use anyhow::{Context as _, Result};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Whose the files of a placed tree are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Links to those of the stage where the mode is the same: that takes neither time nor room, and nobody may write to them.
    Linked,
    /// Its own, without bytecode: a module that is changed would still be the old one, because the bytecode is never compared with it.
    Copied,
}

/// Makes the tree that the layers hold below the prefix, and what mounts it there.
///
/// # Errors
/// When a file cannot be made.
pub fn place(layers: &[Layer], prefix: &Prefix, places: &Places, sharing: Sharing) -> Result<()> {
    let tree = match sharing {
        Sharing::Linked => places.placed_tree(),
        Sharing::Copied => places.written_tree(),
    };
    fs::remove_dir_all(&tree)?;
    fs::create_dir_all(&tree)?;
    fs::create_dir_all(places.scratch())?;
    fs::create_dir_all(places.home())?;
    fs::write(&places.at_prefix_script(), AT_PREFIX.as_bytes())?;
    let folder = format!("{}/", prefix.inside());
    for (path, entry) in layers.iter().flat_map(|layer| &layer.entries) {
        let Some(inside) = path.as_bytes().strip_prefix(folder.as_bytes()) else {
            continue;
        };
        if sharing == Sharing::Copied && is_bytecode(path) {
            continue;
        }
        let at = tree.join(OsStr::from_bytes(inside));
        place_entry(entry, &at, sharing).with_context(|| format!("placing `/{path}` failed"))?;
    }
    Ok(())
}

/// Returns whether a file is what Python keeps of a module that it has compiled.
pub(super) fn is_bytecode(path: &ArchivePath) -> bool {
    bytecode::source_of(path.as_bytes()).is_some()
}

fn place_entry(entry: &Entry, at: &Path, sharing: Sharing) -> Result<()> {
    match entry {
        Entry::Link { target } => {
            fs::create_dir_all(at.parent().unwrap_or(at))?;
            fs::symlink(OsStr::from_bytes(target), at)?;
        }
        Entry::File {
            mode,
            content: Content::Bytes(bytes),
        } => {
            fs::write(at, bytes)?;
            fs::set_mode(at, mode.bits())?;
        }
        Entry::File {
            mode,
            content: Content::OnDisk { path, .. },
        } => {
            fs::create_dir_all(at.parent().unwrap_or(at))?;
            let linked = sharing == Sharing::Linked
                && fs::mode(path)? == mode.bits()
                && fs::hard_link(path, at).is_ok();
            if !linked {
                fs::copy(path, at)?;
                fs::set_mode(at, mode.bits())?;
            }
        }
    }
    Ok(())
}

/// Tries all that the recipe wants to work.
///
/// # Errors
/// When something does not: all of it is named, each with its last lines.
pub fn try_all(
    trials: &[Trial],
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<()> {
    let mut failed = Vec::new();
    let mut details = Vec::new();
    for trial in trials {
        let cmd = trial.command.complete()?;
        let ended = surroundings
            .runner
            .run_to_end(&cmd, surroundings.log, on_line)?;
        if ended.code() == Some(0) {
            continue;
        }
        failed.push(trial.name.as_str());
        details.push(format!("$ {}", trial.name));
        details.extend(ended.last_lines().map(str::to_owned));
        details.push(ended.outcome());
    }
    match failed.as_slice() {
        [] => Ok(()),
        [one] => Err(refusal(
            format!("`{one}` does not work in the virtualenv at its final path"),
            details,
        )),
        many => Err(refusal(
            format!(
                "{} of {} trials do not work in the virtualenv at its final path",
                many.len(),
                trials.len()
            ),
            details,
        )),
    }
}

fn refusal(message: String, details: Vec<String>) -> anyhow::Error {
    Failure::build(message)
        .details(details)
        .hint("`[venv.verify]` asks for it: a missing distribution goes into `packages`, a missing variable into its `env`")
        .into()
}
