//! How entries are named (Policy 10.10; dpkg's file list, its temporary names, and the limits of the file system).

use super::paths::{Paths, place};
use crate::deb::ArchivePath;
use crate::deb::read::{Findings, Package, Rule};

const SPELLING: Rule = Rule::error(
    "path",
    "give it a name that dpkg can unpack and record: no `..`, no `//`, no line break, no name of dpkg's own, 246 bytes at most",
);
const DOTTED: Rule = Rule::warning(
    "path-prefix",
    "let every name begin with `./`, and those of directories end in `/`, as `dpkg-deb -b` writes them",
);
const UTF_8: Rule = Rule::warning("path-encoding", "spell it in UTF-8");
const CONTROL: Rule = Rule::warning(
    "path-control-character",
    "take the control character out of the name",
);

/// A path has one spelling, which dpkg can unpack.
pub(super) fn spelling(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for entry in &package.entries {
        let path = entry.path();
        // dpkg unpacks control characters, which the paths of this program cannot have: `text` warns of them.
        let unpacked = path.iter().map(|b| {
            if b.is_ascii_control() && !b"\0\n".contains(b) {
                b'_'
            } else {
                *b
            }
        });
        if !path.is_empty()
            && let Err(why) = ArchivePath::new(unpacked.collect::<Vec<_>>())
        {
            findings.add(&SPELLING, &place(path), format!("it {why}"));
        }
        let is_slashed = entry.name.ends_with(b"/");
        if !entry.name.starts_with(b"./") && entry.name != b"." {
            findings.add(&DOTTED, &place(path), "its name does not begin with `./`");
        } else if entry.is_directory() != is_slashed && entry.name != b"." {
            let problem = "it is a directory whose name does not end in `/`";
            findings.add(&DOTTED, &place(path), problem);
        }
    }
}

/// A name is text.
pub(super) fn text(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for path in package.entries.iter().map(super::super::read::Entry::path) {
        if std::str::from_utf8(path).is_err() {
            findings.add(&UTF_8, &place(path), "its name is not UTF-8");
        }
        if path.iter().any(u8::is_ascii_control) {
            findings.add(&CONTROL, &place(path), "its name has a control character");
        }
    }
}
