//! What may be wrong with a package and does not stop it: said as warnings.
//!
//! # Limits
//!
//! A link may point to what another package brings, so that one that points to nothing is only doubted, and that only where
//! its target would be below a folder of this package alone, or for a relative target directly in a folder of the package.

use super::tree::Tree;
use super::{Archive, ArchivePath, Entry};
use std::collections::{BTreeMap, VecDeque};
use unicode_normalization::UnicodeNormalization as _;

/// How many doubts of one kind are told one by one.
const TOLD: usize = 10;

/// How deep a folder of the package is that no other package has, as a rule: `/usr/lib/demo`, not `/usr/lib`.
const OWN_DEPTH: usize = 3;

/// How many links are followed before it is a circle, as the kernel counts (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// Returns what is doubtful, a sentence each; nothing for an archive that is refused anyway.
pub fn doubts(archive: &Archive) -> Vec<String> {
    let Ok(tree) = Tree::unite(archive) else {
        return Vec::new();
    };
    let outside = archive
        .conffiles
        .iter()
        .filter(|path| !path.as_bytes().starts_with(b"etc/"))
        .map(|path| {
            format!(
                "the conffile `/{path}` is outside `/etc`, where nobody looks for configuration"
            )
        });
    [
        told("names that are not UTF-8", not_utf8(&tree)),
        told("names that differ in spelling only", twins(&tree)),
        told("conffiles outside `/etc`", outside.collect()),
        told("links to what is not in the package", dangling(&tree)),
    ]
    .concat()
}

/// Returns the first of `doubts`, and how many more there are.
fn told(kind: &str, mut doubts: Vec<String>) -> Vec<String> {
    let more = doubts.len().saturating_sub(TOLD);
    doubts.truncate(TOLD);
    if more > 0 {
        doubts.push(format!("there are {more} more {kind}"));
    }
    doubts
}

/// Policy 10.10.
fn not_utf8(tree: &Tree<'_>) -> Vec<String> {
    tree.paths()
        .filter(|path| std::str::from_utf8(path.file_name()).is_err())
        .map(|path| format!("the name of `/{path}` is not UTF-8"))
        .collect()
}

/// Names that are one on file systems and in archives that fold case, or compose accents.
fn twins(tree: &Tree<'_>) -> Vec<String> {
    let mut spellings: BTreeMap<String, &ArchivePath> = BTreeMap::new();
    let mut twins = Vec::new();
    for path in tree.paths() {
        let Ok(text) = std::str::from_utf8(path.as_bytes()) else {
            continue;
        };
        let folded = if text.is_ascii() {
            text.to_ascii_lowercase()
        } else {
            text.nfc().collect::<String>().to_lowercase()
        };
        if let Some(other) = spellings.insert(folded, path) {
            twins.push(format!(
                "`/{other}` and `/{path}` are one name where case or the form of accents does not count"
            ));
        }
    }
    twins
}

fn dangling(tree: &Tree<'_>) -> Vec<String> {
    tree.links
        .iter()
        .filter_map(|link| match follow(tree, link.path, link.target) {
            End::Missing(target) => Some(format!(
                "the link `/{}` leads to `/{target}`, which is not in the package",
                link.path
            )),
            End::Circle => Some(format!("the link `/{}` leads in a circle", link.path)),
            End::Elsewhere => None,
        })
        .collect()
}

/// Where a link ends.
enum End {
    /// At something that the package has, or that another may have.
    Elsewhere,
    /// At a path of the package's own that it does not have.
    Missing(ArchivePath),
    /// Nowhere.
    Circle,
}

/// Follows a link through the links of the package.
fn follow(tree: &Tree<'_>, path: &ArchivePath, target: &[u8]) -> End {
    let words = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let words = bytes.split(|b| *b == b'/');
        words.map(<[u8]>::to_vec).collect()
    };
    let mut here = match path.parent() {
        Some(parent) if !target.starts_with(b"/") => words(parent.as_bytes()),
        _ => Vec::new(),
    };
    let mut absolute = target.starts_with(b"/");
    let mut ahead = VecDeque::from(words(target));
    let mut followed = 1;
    while let Some(word) = ahead.pop_front() {
        match word.as_slice() {
            b"" | b"." => {}
            b".." => drop(here.pop()),
            _ => {
                here.push(word);
                let Ok(at) = ArchivePath::new(here.join(&b'/')) else {
                    return End::Elsewhere;
                };
                if let Some(Entry::Link { target }) = tree.entry(&at) {
                    followed += 1;
                    if followed > MOST_LINKS {
                        return End::Circle;
                    }
                    here.pop();
                    if target.starts_with(b"/") {
                        here.clear();
                        absolute = true;
                    }
                    for word in words(target).into_iter().rev() {
                        ahead.push_front(word);
                    }
                }
            }
        }
    }
    let Ok(end) = ArchivePath::new(here.join(&b'/')) else {
        return End::Elsewhere;
    };
    if tree.entry(&end).is_some() || tree.directories.contains_key(&end) {
        return End::Elsewhere;
    }
    // Another package may well bring something into a folder such as `/usr/lib`, but hardly into one of this package alone.
    let mut folder = end.parent();
    let is_direct = folder
        .as_ref()
        .is_some_and(|folder| tree.directories.contains_key(folder));
    while let Some(path) = folder.take_if(|path| !tree.directories.contains_key(path)) {
        folder = path.parent();
    }
    let depth = folder.map_or(0, |path| words(path.as_bytes()).len());
    if depth < OWN_DEPTH && (absolute || !is_direct) {
        return End::Elsewhere;
    }
    End::Missing(end)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn doubts_of(words: &str) -> Vec<String> {
        doubts(&testing::archive(vec![testing::layer(words)]))
    }

    #[test]
    fn twins_are_found_in_directories_too() {
        assert_eq!(
            doubts_of("tree: opt/a/Read opt/a/read opt/B/x opt/b/y opt/cafe\u{301} opt/caf\u{e9}"),
            [
                "`/opt/B` and `/opt/b` are one name where case or the form of accents does not count",
                "`/opt/a/Read` and `/opt/a/read` are one name where case or the form of accents does not count",
                "`/opt/cafe\u{301}` and `/opt/caf\u{e9}` are one name where case or the form of accents does not count",
            ]
        );
    }

    #[test]
    fn links_are_followed_through_the_links_of_the_package() {
        let quiet: [String; 0] = [];
        assert_eq!(
            doubts_of(
                "tree: usr/lib/a usr/lib64=lib usr/bin/x=../lib64/a usr/bin/y=/usr/lib64/a usr/bin/p=/usr/bin/python3 usr/bin/q=../lib/arch/libq.so usr/r=/ usr/d=.."
            ),
            quiet
        );
        assert_eq!(
            doubts_of(
                "tree: opt/demo/lib/a opt/demo/one=lib/b opt/demo/two=/opt/demo/lib/b opt/demo/deep=lib/no/b opt/demo/c=d opt/demo/d=c"
            ),
            [
                "the link `/opt/demo/c` leads in a circle",
                "the link `/opt/demo/d` leads in a circle",
                "the link `/opt/demo/deep` leads to `/opt/demo/lib/no/b`, which is not in the package",
                "the link `/opt/demo/one` leads to `/opt/demo/lib/b`, which is not in the package",
                "the link `/opt/demo/two` leads to `/opt/demo/lib/b`, which is not in the package",
            ]
        );
    }

    #[test]
    fn many_doubts_are_counted_and_not_all_told() {
        let links: Vec<_> = (0..13).map(|at| format!("usr/l{at:02}=none")).collect();
        let doubts = doubts_of(&format!("tree: {}", links.join(" ")));
        assert_eq!(doubts.len(), 11);
        assert_eq!(
            doubts[10],
            "there are 3 more links to what is not in the package"
        );
    }
}
