//! `conffiles` as dpkg parses it, and what it names (deb-conffiles(5), Policy 10.7.3; dpkg's unpack.c).

use super::paths::{Paths, place};
use crate::deb::read::{ConffileLine, Findings, Kind, Package, Rule, relative, shown};
use std::collections::BTreeSet;

const LINE: Rule = Rule::error(
    "conffiles-line",
    "write one absolute path of less than 990 bytes in each line, with a line feed and nothing else, after at most `remove-on-upgrade` and one space",
);
const UNTIDY: Rule = Rule::warning(
    "conffiles-untidy",
    "write each path once, without spaces at its end or blank lines: `dpkg-deb -b` refuses or trims them",
);
const SHIPPED: Rule = Rule::error(
    "conffile-shipped",
    "list regular files of the package only; with `remove-on-upgrade` only such as are no longer in it",
);
const OUTSIDE: Rule = Rule::warning(
    "conffile-outside-etc",
    "keep configuration below /etc (Policy 10.7.2)",
);
const MISSING: Rule = Rule::warning(
    "etc-file-not-conffile",
    "list it in `conffiles`, or an upgrade overwrites what the administrator changed (Policy 10.7.3)",
);

/// dpkg's buffer has 1000 bytes (`MAXCONFFILENAME`).
const LONGEST_LINE: usize = 990;

const PLACE: &str = "`conffiles`";

/// dpkg can read every line.
pub(super) fn lines(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for (at, line) in package.control_lines("conffiles").iter().enumerate() {
        let number = at + 1;
        if line.trim_ascii().is_empty() {
            findings.add(&UNTIDY, PLACE, format!("its line {number} is blank"));
        } else if ConffileLine::parse(line).is_none() || line.len() >= LONGEST_LINE {
            let problem = format!("its line {number} is `{}`", shown(line));
            findings.add(&LINE, PLACE, problem);
        } else if line.trim_ascii_end().len() != line.len() {
            let problem = format!("its line {number} ends in white space");
            findings.add(&UNTIDY, PLACE, problem);
        }
    }
    let content = package.control_file("conffiles").unwrap_or_default();
    if !content.is_empty() && !content.ends_with(b"\n") {
        findings.add(&LINE, PLACE, "its last line does not end in a line feed");
    }
}

/// What is listed is a file of the package, unless it is to be removed.
pub(super) fn shipped(package: &Package, paths: &Paths<'_>, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    let lines = package.control_lines("conffiles").into_iter();
    for ConffileLine { path, is_removed } in lines.filter_map(ConffileLine::parse) {
        let path = relative(path);
        if !seen.insert(path) {
            findings.add(&UNTIDY, &place(path), "`conffiles` lists it twice");
        }
        let problem = match paths.entry(path) {
            Some(_) if is_removed => {
                "`conffiles` has it removed on upgrade, and it is in the package".to_owned()
            }
            None if is_removed => continue,
            None => "`conffiles` lists it, and it is not in the package".to_owned(),
            Some(entry) if !matches!(entry.kind, Kind::File | Kind::HardLink) => {
                format!("`conffiles` lists it, and it is a {}", entry.kind.as_str())
            }
            Some(_) => {
                if !path.starts_with(b"etc/") {
                    findings.add(&OUTSIDE, &place(path), "it is a conffile outside `/etc`");
                }
                continue;
            }
        };
        findings.add(&SHIPPED, &place(path), problem);
    }
}

/// Every file below `/etc` is listed.
pub(super) fn missing(package: &Package, paths: &Paths<'_>, findings: &mut Findings) {
    for entry in &package.entries {
        let path = entry.path();
        if entry.kind == Kind::File && path.starts_with(b"etc/") && !paths.is_conffile(path) {
            findings.add(&MISSING, &place(path), "it is below `/etc` and no conffile");
        }
    }
}
