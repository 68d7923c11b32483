//! `Installed-Size`, as dpkg-gencontrol estimates it (deb-substvars(5)).
//!
//! Files and links count their size rounded up to whole KiB, every other object 1 KiB, the root directory too.
//! debhelper counts its `DEBIAN` folder as well; that is not installed, and not counted here.

use crate::deb::tree::Tree;

/// Returns the estimate in KiB.
pub(super) fn estimate_kib(tree: &Tree<'_>) -> u64 {
    let files = tree.files().map(|file| file.content.size());
    let links = tree.links.iter().map(|link| link.target.len() as u64);
    let contents = files.chain(links).map(|size| size.div_ceil(1024));
    let root = 1;
    root + tree.directories.len() as u64 + contents.sum::<u64>()
}
