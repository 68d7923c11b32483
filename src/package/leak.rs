//! Finds the builder's paths in any bytes: the proof that relocation is complete (DESIGN 1.1).
//!
//! Looked for are the paths as they are, percent-encoded as in a URL, and with `\/` as some JSON writers escape them. A
//! hit counts only where the path ends: `/tmp/b` is not in `/tmp/b2`.

use aho_corasick::AhoCorasick;
use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};

/// Paths that no package may name.
#[derive(Debug)]
pub struct Forbidden {
    automaton: AhoCorasick,
    /// For each pattern, the path it stands for.
    paths: Vec<String>,
    /// The length of the longest pattern.
    longest: usize,
}

/// What is looked for where.
///
/// A distribution of the index was built elsewhere, or here with a home and a temporary folder inside the work folder. So
/// the builder's own home and temporary folder are not looked for in it: the only hits would be other people's homes of
/// the same name, such as the `/root` in many a compiled wheel.
#[derive(Debug)]
pub struct ForbiddenPaths {
    /// In every layer: the work folder, the cache, the recipe's folder, the repository.
    pub everywhere: Forbidden,
    /// In what the recipe and the source bring: these, the builder's home and the folder for temporary files.
    pub in_app: Forbidden,
}

impl Forbidden {
    /// Makes the set; paths too short to mean anything are left out.
    pub fn new(paths: &BTreeSet<Vec<u8>>) -> Result<Self> {
        let mut patterns: BTreeMap<Vec<u8>, String> = BTreeMap::new();
        for path in paths.iter().filter(|path| is_telling(path)) {
            let name = String::from_utf8_lossy(path).into_owned();
            for form in [path.clone(), percent_encoded(path), slash_escaped(path)] {
                patterns.insert(form, name.clone());
            }
        }
        let (patterns, paths): (Vec<_>, Vec<_>) = patterns.into_iter().unzip();
        Ok(Forbidden {
            longest: patterns.iter().map(Vec::len).max().unwrap_or_default(),
            automaton: AhoCorasick::new(patterns).context("the paths to look for are too many")?,
            paths,
        })
    }

    /// Returns the first path that stands in `bytes`, and where; of two that start there, the longer.
    pub fn find(&self, bytes: &[u8]) -> Option<(&str, usize)> {
        let mut first: Option<(usize, usize, &str)> = None;
        for found in self.automaton.find_overlapping_iter(bytes) {
            // Hits come in the order of their ends: what ends after another hit cannot start before it by more than the
            // longest path is long.
            if first.is_some_and(|(start, _, _)| found.end() > start + self.longest) {
                break;
            }
            let path = self.paths[found.pattern().as_usize()].as_str();
            let better = first.is_none_or(|(start, length, _)| {
                found.start() < start || (found.start() == start && found.len() > length)
            });
            if better && ends_here(bytes.get(found.end()).copied()) {
                first = Some((found.start(), found.len(), path));
            }
        }
        first.map(|(start, _, path)| (path, start))
    }
}

/// Returns whether a path is worth looking for: `/`, `/tmp` and `/root` alone stand in many a comment.
fn is_telling(path: &[u8]) -> bool {
    path.starts_with(b"/") && path.split(|byte| *byte == b'/').count() > 2
}

/// Returns whether a path can end before `next`. A dot ends a sentence as often as it goes on with a name: better one
/// report too many.
fn ends_here(next: Option<u8>) -> bool {
    next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"_-%".contains(&byte))
}

fn percent_encoded(path: &[u8]) -> Vec<u8> {
    path.iter()
        .flat_map(|byte| {
            if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
                vec![*byte]
            } else {
                format!("%{byte:02X}").into_bytes()
            }
        })
        .collect()
}

fn slash_escaped(path: &[u8]) -> Vec<u8> {
    path.iter()
        .flat_map(|byte| {
            if *byte == b'/' {
                vec![b'\\', b'/']
            } else {
                vec![*byte]
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> bool {
        let paths = BTreeSet::from([path.as_bytes().to_vec()]);
        Forbidden::new(&paths)
            .expect("one path")
            .find(text.as_bytes())
            .is_some()
    }

    #[test]
    fn a_path_is_found_in_every_spelling() {
        assert!(found("/tmp/a b", "x=/tmp/a b/lib"));
        assert!(found("/tmp/a b", "file:///tmp/a%20b/lib"));
        assert!(found("/tmp/ab", r#"{"p":"\/tmp\/ab\/x"}"#));
        assert!(found("/tmp/ab", "\0/tmp/ab\0"));
        assert!(found("/tmp/ab", "/tmp/ab"));
        assert!(
            found("/tmp/ab", "prefix/tmp/ab/x"),
            "a path may follow any byte, as after `-I`"
        );
    }

    #[test]
    fn a_longer_name_is_another_path() {
        assert!(!found("/tmp/ab", "/tmp/ab2/x /tmp/ab-c /tmp/ab_"));
        assert!(
            found("/tmp/ab", "/tmp/ab2/x and /tmp/ab/x"),
            "the search goes on after a near miss"
        );
    }

    #[test]
    fn of_two_nested_paths_the_longer_that_fits_is_named() {
        let paths = BTreeSet::from([b"/tmp/a".to_vec(), b"/tmp/a/b".to_vec()]);
        let forbidden = Forbidden::new(&paths).expect("two paths");
        assert_eq!(forbidden.find(b"/tmp/a/bc"), Some(("/tmp/a", 0)));
        assert_eq!(forbidden.find(b"x/tmp/a/b/c /tmp/a"), Some(("/tmp/a/b", 1)));
    }

    #[test]
    fn words_that_stand_everywhere_are_not_looked_for() {
        assert!(!found("/root", "as /root does"));
        assert!(!found("/", "a / b"));
    }
}
