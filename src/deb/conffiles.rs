//! The `conffiles` file: paths whose edits dpkg keeps (deb-conffiles(5), Policy 10.7.3).
//!
//! dpkg trims white space at the end of a line and gives up on lines near 1000 bytes, and neither it nor dpkg-deb looks
//! closely at the rest: what would go wrong later is refused here.

use super::tree::Tree;
use super::{ArchivePath, Entry};
use crate::failure::Failure;
use anyhow::Result;
use std::collections::BTreeSet;

/// The longest line that is accepted; dpkg's buffer has 1000 bytes (`MAXCONFFILENAME`).
const LONGEST_LINE: usize = 990;

/// Checks the list against what the package ships.
pub(super) fn check(conffiles: &[ArchivePath], tree: &Tree<'_>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for path in conffiles {
        match tree.entry(path) {
            Some(Entry::File { .. }) => {}
            Some(Entry::Link { .. }) => {
                return refused(path, "is a symbolic link", "list the file it points to");
            }
            None if tree.directories.contains_key(path) => {
                return refused(path, "is a directory", "list the files in it");
            }
            None => {
                let hint = "ship the file, or take it off the list";
                return refused(path, "is not in the package", hint);
            }
        }
        if !seen.insert(path) {
            return refused(path, "is listed twice", "list it once");
        }
        if path.as_bytes().len() >= LONGEST_LINE {
            let why = format!("has a path longer than {LONGEST_LINE} bytes");
            return refused(
                path,
                &why,
                "dpkg cannot read a longer line: shorten the path",
            );
        }
        if path.as_bytes().ends_with(b" ") || path.as_bytes().iter().any(u8::is_ascii_control) {
            let why = "has a space at its end or a control character, which dpkg cannot keep";
            return refused(path, why, "rename the file");
        }
    }
    Ok(())
}

fn refused(path: &ArchivePath, why: &str, hint: &str) -> Result<()> {
    Err(Failure::build(format!("the conffile `/{path}` {why}"))
        .hint(hint)
        .into())
}

/// Refuses a script that writes to a conffile: dpkg would take that for the administrator's edit, and ask at every upgrade
/// (Policy 10.7.3). Only what is plain to see is found: a path that is the target of `>`, `sed -i`, `tee`, `cp` and the like.
pub(super) fn check_script(conffiles: &[ArchivePath], name: &str, script: &[u8]) -> Result<()> {
    let text = String::from_utf8_lossy(script);
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with('#') || !line.contains('/') {
            continue;
        }
        let Some(path) = conffiles.iter().find(|path| writes_to(line, path)) else {
            continue;
        };
        return Err(Failure::build(format!(
            "the script `{name}` writes to the conffile `/{path}` in line {}",
            at + 1
        ))
        .hint("leave the file to dpkg, or take it off the list of conffiles and let the script make it")
        .into());
    }
    Ok(())
}

fn writes_to(line: &str, path: &ArchivePath) -> bool {
    let path = format!("/{path}");
    line.split([';', '|', '&']).any(|command| {
        let spaced = command.replace('>', " > ");
        let words: Vec<&str> = spaced
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '\'', '(', ')', '{', '}']))
            .collect();
        let Some(at) = words.iter().position(|word| *word == path) else {
            return false;
        };
        let is_last = at + 1 == words.len();
        let redirected = words[..at].last() == Some(&">");
        let in_place = |word: &&str| word.starts_with("-i") || *word == "--in-place";
        redirected
            || words[..at].iter().any(|word| match *word {
                "tee" | "ucf" | "truncate" => true,
                "cp" | "mv" | "install" | "ln" => is_last,
                "sed" | "perl" => words.iter().any(in_place),
                _ => false,
            })
    })
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

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn paths(names: &[&str]) -> Vec<ArchivePath> {
        let paths = names.iter().map(|name| name.parse());
        paths.collect::<Result<_, _>>().expect("they are valid")
    }

    #[test]
    fn a_conffile_is_a_file_of_the_package_that_dpkg_can_keep() {
        let long = ["x"; 495].join("/") + "yy";
        let mut layer = testing::layer("etc: etc/a etc/b=a etc/tab\tx");
        for name in ["etc/space ", &long] {
            let path = name.parse().expect("it is valid");
            layer.entries.insert(path, testing::file("x"));
        }
        let archive = testing::archive(vec![layer]);
        let tree = Tree::unite(&archive).expect("nothing is wrong");
        let refusal = |names: &[&str]| {
            let refused = check(&paths(names), &tree);
            refused
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default()
        };
        assert_eq!(refusal(&["etc/a"]), "");
        assert_eq!(
            refusal(&["etc/b"]),
            "the conffile `/etc/b` is a symbolic link"
        );
        assert_eq!(refusal(&["etc"]), "the conffile `/etc` is a directory");
        assert_eq!(
            refusal(&["etc/c"]),
            "the conffile `/etc/c` is not in the package"
        );
        assert_eq!(
            refusal(&["etc/a", "etc/a"]),
            "the conffile `/etc/a` is listed twice"
        );
        assert!(refusal(&["etc/space "]).contains("space at its end"));
        assert!(refusal(&["etc/tab\tx"]).contains("control character"));
        assert!(refusal(&[&long]).contains("longer than 990 bytes"));
    }

    #[test]
    fn a_script_that_writes_to_a_conffile_is_found() {
        let list = paths(&["etc/demo.conf"]);
        for (line, found) in [
            ("echo x > /etc/demo.conf", true),
            ("echo x >>\"/etc/demo.conf\"", true),
            ("test -e x && sed -i s/a/b/ /etc/demo.conf", true),
            ("printf x | tee /etc/demo.conf", true),
            ("cp /usr/share/demo.conf /etc/demo.conf", true),
            ("ucf /usr/share/demo.conf /etc/demo.conf", true),
            ("cp /etc/demo.conf /var/backups/demo.conf", false),
            ("# never: echo x > /etc/demo.conf", false),
            ("sed s/a/b/ /etc/demo.conf", false),
            ("echo x > /etc/demo.conf.d/x", false),
            (
                "if [ -e /etc/demo.conf ]; then echo x > /dev/null; fi",
                false,
            ),
            (". /etc/demo.conf", false),
        ] {
            let script = format!("#!/bin/sh\n{line}\n");
            let refused = check_script(&list, "postinst", script.as_bytes());
            assert_eq!(refused.is_err(), found, "{line}");
        }
    }

    #[test]
    fn the_list_is_absolute_and_sorted() {
        assert_eq!(render(&paths(&["etc/b", "etc/a/x"])), b"/etc/a/x\n/etc/b\n");
    }
}
