//! Where a package may put things (Policy 9.1, the File system Hierarchy Standard).

use super::paths::{Paths, place};
use crate::deb::read::{Findings, Package, Rule};

const FORBIDDEN: Rule = Rule::error(
    "forbidden-place",
    "put it below /usr, /opt, /etc or /var/lib, and make what lives elsewhere in postinst or at run time",
);
const FORBIDDEN_DIRECTORY: Rule = Rule::warning(
    "forbidden-directory",
    "do not pack the directory: it belongs to the system or to the administrator",
);
const TOP_LEVEL: Rule = Rule::warning(
    "top-level-directory",
    "put it into a directory of the File system Hierarchy Standard",
);

/// What belongs to the administrator, the kernel, the users or dpkg, or is emptied at every start.
const FORBIDDEN_PLACES: [&[u8]; 14] = [
    b"dev",
    b"home",
    b"media",
    b"mnt",
    b"proc",
    b"root",
    b"run",
    b"sys",
    b"tmp",
    b"usr/local",
    b"var/lib/dpkg",
    b"var/lock",
    b"var/run",
    b"var/tmp",
];

/// The top-level directories that packages may use.
const TOP_LEVELS: [&[u8]; 13] = [
    b"bin", b"boot", b"etc", b"lib", b"lib32", b"lib64", b"libo32", b"libx32", b"opt", b"sbin",
    b"srv", b"usr", b"var",
];

/// Nothing is where packages must not put anything.
pub(super) fn forbidden(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for entry in &package.entries {
        let path = entry.path();
        let is_below = |folder: &&&[u8]| {
            let rest = path.strip_prefix(**folder);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
        };
        let Some(folder) = FORBIDDEN_PLACES.iter().find(is_below) else {
            continue;
        };
        let rule = if entry.is_directory() {
            &FORBIDDEN_DIRECTORY
        } else {
            &FORBIDDEN
        };
        let problem = format!("{} is not for packages", place(folder));
        findings.add(rule, &place(path), problem);
    }
}

/// The directories at the top are known ones.
pub(super) fn top_level(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for entry in &package.entries {
        let path = entry.path();
        let is_known = TOP_LEVELS.contains(&path) || FORBIDDEN_PLACES.contains(&path);
        if !path.is_empty() && !path.contains(&b'/') && !is_known {
            findings.add(&TOP_LEVEL, &place(path), "it is directly below `/`");
        }
    }
}
