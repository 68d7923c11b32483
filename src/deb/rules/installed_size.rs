//! `Installed-Size` against what dpkg-gencontrol would say (deb-substvars(5)).
//!
//! debhelper lets it count the `DEBIAN` folder too, with as much as is in it by then: anything from nothing to all of the
//! control files is right.

use super::paths::Paths;
use crate::deb::read::{Entry, Findings, Kind, Package, Rule};

const WRONG: Rule = Rule::warning(
    "installed-size",
    "let dpkg-gencontrol compute it: files and links in whole KiB, and 1 KiB for everything else",
);

/// The field is a number near what dpkg-gencontrol would write.
pub(super) fn estimate(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    let Some(value) = package.field("Installed-Size") else {
        findings.add(&WRONG, "`Installed-Size`", "it is missing");
        return;
    };
    let Ok(size) = value.parse::<u64>() else {
        findings.add(
            &WRONG,
            "`Installed-Size`",
            format!("`{value}` is not a number"),
        );
        return;
    };
    let root = 1;
    let entries = package
        .entries
        .iter()
        .filter(|entry| !entry.path().is_empty());
    let least = entries.fold(root, |sum: u64, entry| sum.saturating_add(kib_of(entry)));
    let control = package.control_files.iter().map(|file| &file.content);
    let control = control.map(|content| (content.len() as u64).div_ceil(1024));
    let most = least.saturating_add(1 + control.sum::<u64>());
    if !(least..=most).contains(&size) {
        let problem = format!("it is {size}, and the files take {least}");
        findings.add(&WRONG, "`Installed-Size`", problem);
    }
}

fn kib_of(entry: &Entry) -> u64 {
    match entry.kind {
        Kind::File => entry.size.div_ceil(1024),
        Kind::Symlink => (entry.target.len() as u64).div_ceil(1024),
        // Another name of something that was counted.
        Kind::HardLink => 0,
        _ => 1,
    }
}
