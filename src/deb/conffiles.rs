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
    fn the_list_is_absolute_and_sorted() {
        assert_eq!(render(&paths(&["etc/b", "etc/a/x"])), b"/etc/a/x\n/etc/b\n");
    }
}
