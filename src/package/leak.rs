//! Finds the builder's paths in any bytes: the proof that relocation is complete (DESIGN 1.1).
//!
//! A path is looked for in every spelling that writers of files give it:
//!
//! | spelling | by whom |
//! |---|---|
//! | as it is | scripts, debug information |
//! | percent-encoded, in capitals and small letters | URLs |
//! | `\/`, `\"`, `\u00e4` | writers of JSON |
//! | `'\''`, `'"'"'`, `\ ` | quoting for sh |
//! | `\'`, `\\`, `\xe4` | `repr` of Python |
//! | `&amp;` | HTML and XML |
//! | UTF-16 of both orders | databases, Windows programs |
//!
//! A hit counts only where the path ends: `/tmp/b` is not in `/tmp/b2`.

mod allowed;
mod spellings;

pub(super) use allowed::Allowed;

use aho_corasick::{AhoCorasick, packed};
use anyhow::{Context as _, Result};
use spellings::spellings;
use std::collections::{BTreeMap, BTreeSet};

/// Paths that no package may name.
#[derive(Debug)]
pub struct Forbidden {
    /// Finds all that may be a path, and more.
    sieve: Option<packed::Searcher>,
    automaton: AhoCorasick,
    /// For each pattern, what it stands for.
    patterns: Vec<Pattern>,
    /// The length of the longest pattern.
    longest: usize,
}

#[derive(Debug)]
struct Pattern {
    /// The path.
    path: String,
    /// Where the letter that comes next has its telling byte: behind a zero in UTF-16 with the high byte first.
    next: usize,
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
    ///
    /// # Errors
    /// When they are too many.
    pub fn new(paths: &BTreeSet<Vec<u8>>) -> Result<Self> {
        let mut patterns: BTreeMap<Vec<u8>, Pattern> = BTreeMap::new();
        for path in paths.iter().filter(|path| is_telling(path)) {
            let name = String::from_utf8_lossy(path).into_owned();
            for (form, next) in spellings(path) {
                let path = name.clone();
                patterns.entry(form).or_insert(Pattern { path, next });
            }
        }
        let (forms, patterns): (Vec<_>, Vec<_>) = patterns.into_iter().unzip();
        // Its own prefilter looks for the first bytes, `/` and zero, which are everywhere: with it the search takes twice as long.
        let automaton = AhoCorasick::builder()
            .prefilter(false)
            .build(&forms)
            .context("the paths to look for are too many")?;
        Ok(Forbidden {
            longest: forms.iter().map(Vec::len).max().unwrap_or_default(),
            sieve: sieve(&forms),
            automaton,
            patterns,
        })
    }

    /// Returns the first path that stands in `bytes`, and where; of two that start there, the longer.
    pub fn find(&self, bytes: &[u8]) -> Option<(&str, usize)> {
        // Nearly all files end here.
        let may_hold_one = match &self.sieve {
            Some(sieve) => sieve.find(bytes).is_some(),
            None => self.automaton.is_match(bytes),
        };
        if !may_hold_one {
            return None;
        }
        let mut first: Option<(usize, usize, &str)> = None;
        for found in self.automaton.find_overlapping_iter(bytes) {
            // Hits come in the order of their ends: what ends after another hit cannot start before it by more than the
            // longest path is long.
            if first.is_some_and(|(start, _, _)| found.end() > start + self.longest) {
                break;
            }
            let pattern = &self.patterns[found.pattern().as_usize()];
            let better = first.is_none_or(|(start, length, _)| {
                found.start() < start || (found.start() == start && found.len() > length)
            });
            if better && ends_here(bytes.get(found.end() + pattern.next).copied()) {
                first = Some((found.start(), found.len(), &pattern.path));
            }
        }
        first.map(|(start, _, path)| (path, start))
    }
}

/// Returns what tells fast that a file holds none of `forms`; nothing when they are too many, or the processor has no such
/// instructions.
///
/// It compares the first few bytes of all forms with many places at once. So `/`, `\` and the zeros of UTF-16 at their start, which are
/// everywhere in compiled files, are left out: that makes it twenty times as fast as the automaton. A form that holds another need not
/// be looked for.
fn sieve(forms: &[Vec<u8>]) -> Option<packed::Searcher> {
    let mut telling: Vec<&[u8]> = forms
        .iter()
        .map(|form| {
            let start = form.iter().position(|byte| !b"/\\\0".contains(byte));
            &form[start.unwrap_or(form.len())..]
        })
        .collect();
    telling.sort_by_key(|part| part.len());
    let mut needed: Vec<&[u8]> = Vec::new();
    for part in telling {
        if !needed
            .iter()
            .any(|it| memchr::memmem::find(part, it).is_some())
        {
            needed.push(part);
        }
    }
    packed::Config::new().builder().extend(needed).build()
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
    fn more_paths_than_the_sieve_takes_are_found_too() {
        let mut paths: BTreeSet<Vec<u8>> = (0..300)
            .map(|number| format!("/srv/{number}x/y").into_bytes())
            .collect();
        let many = Forbidden::new(&paths).expect("a few hundred paths");
        assert!(many.sieve.is_none());
        paths.retain(|path| path.ends_with(b"/299x/y"));
        let one = Forbidden::new(&paths).expect("one path");
        assert!(one.sieve.is_some());
        for text in [
            &b"a /srv/299x/y/lib"[..],
            b"/srv/299x/y",
            b"\\/srv\\/299x\\/y",
        ] {
            let found = one.find(text);
            assert!(found.is_some());
            assert_eq!(many.find(text), found);
        }
    }

    #[test]
    fn quoting_does_not_hide_a_path() {
        let path = "/tmp/it's ä & co";
        for text in [
            "x=/tmp/it's ä & co/lib",
            r"x='/tmp/it'\''s ä & co/lib'",
            r#"x='/tmp/it'"'"'s ä & co/lib'"#,
            r"x=/tmp/it\'s\ ä\ \&\ co/lib",
            r"'/tmp/it\'s ä & co/lib'",
            r"b'/tmp/it\'s \xc3\xa4 & co/lib'",
            r#""/tmp/it's \u00e4 & co/lib""#,
            r#""\/tmp\/it's \u00e4 & co\/lib""#,
            "file:///tmp/it%27s%20%C3%A4%20%26%20co/lib",
            "file:///tmp/it%27s%20%c3%a4%20%26%20co/lib",
            "<a>/tmp/it's ä &amp; co/lib</a>",
        ] {
            assert!(found(path, text), "{text}");
        }
    }

    #[test]
    fn sixteen_bit_text_is_read_in_both_orders() {
        let paths = BTreeSet::from([b"/tmp/ab".to_vec()]);
        let forbidden = Forbidden::new(&paths).expect("one path");
        let little = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<_>>()
        };
        let big = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect::<Vec<_>>()
        };
        for text in ["x/tmp/ab/lib", "/tmp/ab"] {
            assert!(forbidden.find(&little(text)).is_some(), "{text}");
            assert!(forbidden.find(&big(text)).is_some(), "{text}");
        }
        assert!(forbidden.find(&little("/tmp/ab2")).is_none());
        assert!(forbidden.find(&big("/tmp/ab2")).is_none());
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
