//! Symbolic links (Policy 10.5) and hard links (Policy 10.7.3).

use super::paths::{Paths, place};
use crate::deb::read::{Findings, Kind, Package, Rule, relative, shown};

const TARGET: Rule = Rule::error(
    "link-target",
    "let the link point to a path of at most 4095 bytes without line breaks",
);
const CONTROL: Rule = Rule::warning(
    "link-target-control-character",
    "take the control character out of the target",
);
const BUILD: Rule = Rule::error(
    "link-into-build-machine",
    "let the link point to where things are on the host",
);
const STYLE: Rule = Rule::warning(
    "link-style",
    "let links within one top-level directory be relative, and others absolute (Policy 10.5)",
);
const ABOVE: Rule = Rule::warning("link-above-root", "take away the `..` that lead above `/`");
const HARD: Rule = Rule::error(
    "hard-link",
    "let a hard link name a regular file that comes before it, and no conffile; or pack a file",
);

/// `PATH_MAX` of Linux counts the final NUL.
const LONGEST_TARGET: usize = 4095;

/// Folders that exist on build machines, or hold other things on every host.
const BUILD_FOLDERS: [&[u8]; 4] = [b"/build/", b"/home/", b"/root/", b"/tmp/"];

/// A symbolic link points somewhere that a host has.
pub(super) fn targets(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for entry in &package.entries {
        if entry.kind != Kind::Symlink {
            continue;
        }
        let (place, target) = (place(entry.path()), &entry.target);
        if target.is_empty() {
            findings.add(&TARGET, &place, "it points nowhere");
        } else if target.contains(&b'\n') {
            findings.add(&TARGET, &place, "its target has a line break");
        } else if target.len() > LONGEST_TARGET {
            findings.add(
                &TARGET,
                &place,
                format!("its target has {} bytes", target.len()),
            );
        } else if target.iter().any(u8::is_ascii_control) {
            findings.add(&CONTROL, &place, "its target has a control character");
        }
        if BUILD_FOLDERS
            .iter()
            .any(|folder| target.starts_with(folder))
        {
            findings.add(&BUILD, &place, format!("it points to `{}`", shown(target)));
        }
    }
}

/// A symbolic link is relative within its top-level directory, and absolute across.
pub(super) fn across(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for entry in &package.entries {
        if entry.kind != Kind::Symlink || entry.target.is_empty() {
            continue;
        }
        let (path, target) = (entry.path(), &entry.target);
        let shown_target = shown(target);
        if target.starts_with(b"/") {
            let same = top(path).is_some() && top(path) == top(relative(target));
            if same {
                let problem =
                    format!("it points to `{shown_target}`, in its own top-level directory");
                findings.add(&STYLE, &place(path), problem);
            }
            continue;
        }
        let mut depth = path.split(|b| *b == b'/').count() - 1;
        let (mut leaves, mut escapes) = (false, false);
        for component in target.split(|b| *b == b'/') {
            match component {
                b"" | b"." => {}
                b".." if depth == 0 => escapes = true,
                b".." => {
                    depth -= 1;
                    leaves |= depth == 0;
                }
                _ => depth += 1,
            }
        }
        if escapes {
            let problem = format!("it points to `{shown_target}`, which leads above `/`");
            findings.add(&ABOVE, &place(path), problem);
        } else if leaves {
            let problem = format!("it points to `{shown_target}`, out of its top-level directory");
            findings.add(&STYLE, &place(path), problem);
        }
    }
}

/// Returns the first component, of a path that has more than one.
fn top(path: &[u8]) -> Option<&[u8]> {
    let slash = path.iter().position(|b| *b == b'/')?;
    Some(&path[..slash])
}

/// A hard link is another name of a file that is there already.
pub(super) fn hard_links(package: &Package, paths: &Paths<'_>, findings: &mut Findings) {
    for (at, entry) in package.entries.iter().enumerate() {
        if entry.kind != Kind::HardLink {
            continue;
        }
        let (path, target) = (entry.path(), relative(&entry.target));
        let shown_target = place(target);
        let problem = match paths.first(target) {
            None => format!("{shown_target}, which it links to, is not in the package"),
            Some((number, _)) if number >= at => {
                format!("{shown_target}, which it links to, does not come before it")
            }
            Some((_, other)) if !matches!(other.kind, Kind::File | Kind::HardLink) => {
                format!(
                    "{shown_target}, which it links to, is a {}",
                    other.kind.as_str()
                )
            }
            Some(_) if paths.is_conffile(path) || paths.is_conffile(target) => {
                format!("it or {shown_target}, which it links to, is a conffile")
            }
            Some(_) => continue,
        };
        findings.add(&HARD, &place(path), problem);
    }
}
