//! Owners, modes, and what is neither file, directory nor link (Policy 10.6, 10.9).

use super::paths::{Paths, place};
use crate::deb::read::{Findings, Kind, Package, Rule, shown};

const SPECIAL: Rule = Rule::error(
    "special-file",
    "make it in postinst, if the host does not: packages have no devices and pipes (Policy 10.6)",
);
const OWNER: Rule = Rule::error(
    "owner",
    "pack everything as root/root, with `--root-owner-group` or `fakeroot`: dpkg asks the name first, then the number",
);
const STATIC_OWNER: Rule = Rule::warning(
    "static-owner",
    "let root own it, or set the owner in postinst: only the users of base-passwd are on every host",
);
const SET_ID: Rule = Rule::warning(
    "set-id",
    "take the set-user-id, set-group-id or sticky bit away, unless it is the very purpose",
);
const WRITABLE: Rule = Rule::warning("world-writable", "take the write permission of others away");
const UNUSUAL: Rule = Rule::warning(
    "mode",
    "use 0755 for directories and programs and 0644 for other files, unless something needs more or less",
);

/// The users and groups that every host has in one place (Policy 9.2.2).
const STATIC_IDS: std::ops::Range<u64> = 0..100;

/// A package has files, directories and links only.
pub(super) fn special(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for entry in &package.entries {
        if matches!(
            entry.kind,
            Kind::CharacterDevice | Kind::BlockDevice | Kind::Fifo
        ) {
            let (major, minor) = entry.device;
            let problem = match entry.kind {
                Kind::Fifo => "it is a named pipe".to_owned(),
                kind => format!("it is a {} {major}, {minor}", kind.as_str()),
            };
            findings.add(&SPECIAL, &place(entry.path()), problem);
        }
    }
}

/// Everything is root's, by name and by number.
pub(super) fn owners(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for entry in &package.entries {
        for (what, id, name) in [
            ("user", entry.uid, &entry.user),
            ("group", entry.gid, &entry.group),
        ] {
            let is_named_root = name.is_empty() || name == b"root";
            if id == 0 && is_named_root {
                continue;
            }
            let rule = if STATIC_IDS.contains(&id) && (id == 0) == (name == b"root") {
                &STATIC_OWNER
            } else {
                &OWNER
            };
            let problem = format!("it belongs to the {what} `{}`, {id}", shown(name));
            findings.add(rule, &place(entry.path()), problem);
        }
    }
}

/// No bit lets somebody become another or write everywhere.
pub(super) fn dangerous(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for entry in &package.entries {
        if entry.kind == Kind::Symlink || entry.path().is_empty() {
            continue;
        }
        let is_sticky_directory = entry.is_directory() && entry.mode & 0o1000 != 0;
        let problem = format!("its mode is {:04o}", entry.mode);
        if entry.mode & 0o6000 != 0 || (entry.mode & 0o1000 != 0 && !is_sticky_directory) {
            findings.add(&SET_ID, &place(entry.path()), &problem);
        }
        if entry.mode & 0o002 != 0 && !is_sticky_directory {
            findings.add(&WRITABLE, &place(entry.path()), &problem);
        }
    }
}

/// Modes do not tell of the builder's umask.
pub(super) fn unusual(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for entry in &package.entries {
        let mode = entry.mode;
        let is_usual = match entry.kind {
            Kind::Directory => mode & 0o020 == 0 && mode & 0o555 == 0o555,
            Kind::Symlink => mode == 0o777,
            Kind::File => mode & 0o020 == 0 && mode & 0o400 != 0,
            _ => true,
        };
        if !is_usual || mode > 0o7777 {
            let what = entry.kind.as_str();
            let problem = format!("it is a {what} of mode {mode:04o}");
            findings.add(&UNUSUAL, &place(entry.path()), problem);
        }
    }
}
