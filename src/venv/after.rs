//! Runs `[build] after` with the package at its final path, and reads back what has changed there.
//!
//! The commands see copies: what the stage shares with uv's cache is never written to. What they make below the prefix becomes
//! part of the package; what they make elsewhere does not.
//!
//! # Limits
//! Folders without a file in them are not seen, and a file is 0644 or 0755 afterwards, unless it kept its mode.

use super::build::Surroundings;
use super::paths::path_bytes;
use super::placed::{Sharing, is_bytecode, place};
use crate::deb::{ArchivePath, Content, Entry, Layer, Mode};
use crate::failure::{Failure, OrFailure as _};
use crate::plan::{Command, Places};
use crate::recipe::Prefix;
use crate::sys::fs::{self, FileKind};
use crate::sys::process::Line;
use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt as _;

/// What commands have done below the prefix.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Files and links that are new, or hold something else.
    pub made: BTreeMap<ArchivePath, Entry>,
    /// Files and links that are gone.
    pub removed: BTreeSet<ArchivePath>,
}

/// Runs the commands.
///
/// # Errors
/// When one fails, or leaves something that no package can hold.
pub fn run(
    commands: &[Command],
    layers: &[Layer],
    prefix: &Prefix,
    places: &Places,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<Changes> {
    place(layers, prefix, places, Sharing::Copied)?;
    for command in commands {
        surroundings
            .run(command, on_line)
            .or_failure(|| Failure::build("a command of `[build] after` failed"))?;
    }
    changes(layers, prefix, places)
}

fn changes(layers: &[Layer], prefix: &Prefix, places: &Places) -> Result<Changes> {
    let tree = places.written_tree();
    let folder = format!("{}/", prefix.inside());
    let entries = layers.iter().flat_map(|layer| &layer.entries);
    let mut before: BTreeMap<&ArchivePath, &Entry> = entries
        .filter(|(path, _)| path.as_bytes().starts_with(folder.as_bytes()) && !is_bytecode(path))
        .collect();
    let mut changes = Changes::default();
    for found in fs::walk(&tree)? {
        let mut path = folder.clone().into_bytes();
        path.extend_from_slice(path_bytes(&found.relative));
        let shown = String::from_utf8_lossy(&path).into_owned();
        let path = ArchivePath::new(path)
            .map_err(|error| anyhow::anyhow!("`[build] after` has made `/{shown}`: {error}"))?;
        let at = tree.join(&found.relative);
        let mode = Mode::of_file(found.executable);
        let now = match found.kind {
            FileKind::Directory => continue,
            FileKind::Special => {
                return Err(Failure::build(format!(
                    "`[build] after` has made `/{shown}`, which is a pipe, a socket or a device"
                ))
                .hint("remove it in the same command, or make it when the service starts")
                .into());
            }
            FileKind::Link => Entry::Link {
                target: fs::read_link(&at)?.as_os_str().as_bytes().to_vec(),
            },
            FileKind::File => Entry::File {
                mode,
                content: Content::OnDisk {
                    path: at.clone(),
                    size: found.size,
                },
            },
        };
        match before.remove(&path) {
            Some(then) if is_same(then, &now, found.mode)? => {}
            // Python may write it in spite of what it was told, and nobody asked for it.
            None if is_bytecode(&path) => {}
            Some(_) | None => {
                changes.made.insert(path, now);
            }
        }
    }
    changes.removed = before.into_keys().cloned().collect();
    Ok(changes)
}

/// Returns whether a file is as it was put there. Times say nothing: a command may set them.
fn is_same(then: &Entry, now: &Entry, mode_now: u32) -> Result<bool> {
    Ok(match (then, now) {
        (Entry::Link { target }, Entry::Link { target: other }) => target == other,
        (
            Entry::File { mode, content },
            Entry::File {
                content: Content::OnDisk { path, size },
                ..
            },
        ) => {
            if mode.bits() != mode_now {
                return Ok(false);
            }
            match content {
                Content::Bytes(bytes) => bytes.len() as u64 == *size && *bytes == fs::read(path)?,
                Content::OnDisk {
                    path: original,
                    size: original_size,
                } => {
                    original_size == size
                        && fs::read(original).context("reading what was there failed")?
                            == fs::read(path)?
                }
            }
        }
        _ => false,
    })
}
