//! The `conffiles` file: paths whose edits dpkg keeps (deb-conffiles(5), Policy 10.7.3).
//!
//! dpkg trims white space at the end of a line and gives up on lines near 1000 bytes, and neither it nor dpkg-deb looks
//! closely at the rest: what would go wrong later is refused here.

use super::tree::Tree;
use super::{ArchivePath, Entry};
use anyhow::{Result, bail};
use std::collections::BTreeSet;

/// The longest line that is accepted; dpkg's buffer has 1000 bytes (`MAXCONFFILENAME`).
const LONGEST_LINE: usize = 990;

/// Checks the list against what the package ships.
pub(super) fn check(conffiles: &[ArchivePath], tree: &Tree<'_>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for path in conffiles {
        match tree.entry(path) {
            Some(Entry::File { .. }) => {}
            Some(Entry::Link { .. }) => bail!("the conffile `/{path}` is a symbolic link"),
            None if tree.directories.contains_key(path) => {
                bail!("the conffile `/{path}` is a directory");
            }
            None => bail!("the conffile `/{path}` is not in the package"),
        }
        if !seen.insert(path) {
            bail!("the conffile `/{path}` is listed twice");
        }
        if path.as_bytes().len() >= LONGEST_LINE {
            bail!("the conffile `/{path}` has a path longer than {LONGEST_LINE} bytes");
        }
        if path.as_bytes().ends_with(b" ") || path.as_bytes().iter().any(u8::is_ascii_control) {
            bail!(
                "the conffile `/{path}` has a space at its end or a control character, which dpkg cannot keep"
            );
        }
    }
    Ok(())
}

/// Renders the file, sorted.
pub(super) fn render(conffiles: &[ArchivePath]) -> Vec<u8> {
    let mut text = Vec::new();
    for path in conffiles.iter().collect::<BTreeSet<_>>() {
        text.push(b'/');
        text.extend_from_slice(path.as_bytes());
        text.push(b'\n');
    }
    text
}
