//! The control member: plain files, their modes, and scripts that a kernel can run (Policy 6.1; dpkg-deb's build.c).

use super::paths::Paths;
use crate::deb::read::{ControlFile, Findings, Kind, Package, Rule, shown};
use std::collections::BTreeSet;

const PLAIN: Rule = Rule::error(
    "control-member",
    "leave plain files only, each once, directly in the control member: dpkg refuses directories",
);
const MODE: Rule = Rule::error(
    "script-mode",
    "give scripts mode 0755: `dpkg-deb -b` refuses less than 0555 and more than 0775",
);
const USUAL_MODE: Rule = Rule::warning(
    "control-file-mode",
    "give scripts mode 0755 and other control files 0644, all of root/root",
);
const UNKNOWN: Rule = Rule::warning(
    "control-file-unknown",
    "take it away: dpkg does not know it",
);
const SCRIPT: Rule = Rule::error(
    "script-interpreter",
    "let it begin with `#!` and the absolute path of an interpreter, such as `#!/bin/sh`, and a line feed",
);
const ESSENTIAL: Rule = Rule::warning(
    "script-interpreter-not-essential",
    "write preinst and postrm for /bin/sh: nothing else need be there when they run (Policy 6.5)",
);

/// What dpkg or debconf runs.
const SCRIPTS: [&str; 5] = ["config", "postinst", "postrm", "preinst", "prerm"];

/// What else the package tools know.
const OTHERS: [&str; 8] = [
    "conffiles",
    "control",
    "md5sums",
    "shlibs",
    "symbols",
    "templates",
    "triggers",
    "isinstallable",
];

/// What preinst and postrm may be written for.
const ESSENTIAL_INTERPRETERS: [&str; 7] = [
    "/bin/sh",
    "/bin/bash",
    "/bin/dash",
    "/usr/bin/sh",
    "/usr/bin/bash",
    "/usr/bin/dash",
    "/usr/bin/perl",
];

/// The kernel reads as much of a `#!` line, before Linux 5.1 (`BINPRM_BUF_SIZE` less one).
const LONGEST_INTERPRETER: usize = 127;

fn place(file: &ControlFile) -> String {
    match file.entry.path() {
        b"" => "the control member's `./`".to_owned(),
        path => format!("`{}`", shown(path)),
    }
}

fn is_script(file: &ControlFile) -> bool {
    SCRIPTS
        .iter()
        .any(|name| name.as_bytes() == file.entry.path())
}

/// Every control file is a plain file, once.
pub(super) fn plain(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for file in &package.control_files {
        let path = file.entry.path();
        if !seen.insert(path) {
            findings.add(&PLAIN, &place(file), "it is there twice");
        }
        let is_root = path.is_empty() && file.entry.is_directory();
        if is_root {
            continue;
        }
        if file.entry.kind != Kind::File {
            let problem = format!("it is a {}", file.entry.kind.as_str());
            findings.add(&PLAIN, &place(file), problem);
        } else if path.contains(&b'/') {
            findings.add(&PLAIN, &place(file), "it is in a directory");
        } else if path == b"control"
            && file.entry.name != b"control"
            && file.entry.name != b"./control"
        {
            findings.add(
                &PLAIN,
                &place(file),
                format!(
                    "its name is `{}`, which apt does not find",
                    shown(&file.entry.name)
                ),
            );
        }
    }
}

/// Scripts can be run, and nothing is anybody else's than root's.
pub(super) fn modes(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for file in &package.control_files {
        let entry = &file.entry;
        let problem = format!("its mode is {:04o}", entry.mode);
        let usual = if is_script(file) || entry.is_directory() {
            0o755
        } else {
            0o644
        };
        if is_script(file) && (entry.mode & 0o555 != 0o555 || entry.mode & !0o775 != 0) {
            findings.add(&MODE, &place(file), problem);
        } else if entry.mode != usual && entry.kind == Kind::File {
            findings.add(&USUAL_MODE, &place(file), problem);
        }
        let named = |name: &[u8]| name.is_empty() || name == b"root";
        if (entry.uid, entry.gid) != (0, 0) || !named(&entry.user) || !named(&entry.group) {
            let owner = format!("{}/{}", shown(&entry.user), shown(&entry.group));
            let problem = format!("it belongs to `{owner}`, {}:{}", entry.uid, entry.gid);
            findings.add(&USUAL_MODE, &place(file), problem);
        }
    }
}

/// Somebody reads every control file.
pub(super) fn known(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for file in &package.control_files {
        let path = file.entry.path();
        let is_known = |name: &&str| name.as_bytes() == path;
        if !path.is_empty() && !SCRIPTS.iter().chain(&OTHERS).any(is_known) {
            findings.add(&UNKNOWN, &place(file), "no package tool reads it");
        }
    }
}

/// A kernel can run every script.
pub(super) fn scripts(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for file in package.control_files.iter().filter(|file| is_script(file)) {
        let place = place(file);
        // A few packages of the base system bring compiled ones.
        if file.content.starts_with(b"\x7fELF") {
            continue;
        }
        let line = file
            .content
            .split(|b| *b == b'\n')
            .next()
            .unwrap_or_default();
        let Some(interpreter) = line.strip_prefix(b"#!").map(<[u8]>::trim_ascii_start) else {
            let problem = format!("it begins with `{}`", shown(&line[..line.len().min(40)]));
            findings.add(&SCRIPT, &place, problem);
            continue;
        };
        let word = interpreter
            .split(|b| *b == b' ' || *b == b'\t')
            .next()
            .unwrap_or_default();
        if !word.starts_with(b"/") {
            findings.add(&SCRIPT, &place, format!("it begins with `{}`", shown(line)));
        } else if line.ends_with(b"\r") {
            findings.add(&SCRIPT, &place, "its first line ends in a carriage return");
        } else if line.len() > LONGEST_INTERPRETER {
            findings.add(
                &SCRIPT,
                &place,
                format!("its first line has {} bytes", line.len()),
            );
        }
        let runs_alone = matches!(file.entry.path(), b"preinst" | b"postrm");
        let is_essential = ESSENTIAL_INTERPRETERS
            .iter()
            .any(|name| name.as_bytes() == word);
        if runs_alone && !is_essential {
            let problem = format!("it runs `{}`", shown(word));
            findings.add(&ESSENTIAL, &place, problem);
        }
    }
}
