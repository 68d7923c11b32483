//! Files that may name paths of the build machine: `allow-leaks`, as patterns of paths below the prefix.
//!
//! `*` is any number of letters of one name, `**` any number of names. What a pattern allows is said, and one that allows nothing
//! too.

use crate::deb::ArchivePath;
use crate::recipe::LeakPattern;

/// Files of the virtualenv that may name paths of the build machine: `allow-leaks` of `[venv.verify]`.
#[derive(Debug)]
pub(in crate::package) struct Allowed<'a> {
    /// The prefix without its first `/`.
    pub(in crate::package) prefix: &'a str,
    /// Patterns, relative to it.
    pub(in crate::package) patterns: &'a [LeakPattern],
}

impl Allowed<'_> {
    /// Returns whether a file may.
    pub(in crate::package) fn allows(&self, file: Option<&ArchivePath>) -> bool {
        let inside = file
            .and_then(|file| file.as_bytes().strip_prefix(self.prefix.as_bytes()))
            .and_then(|rest| rest.strip_prefix(b"/"));
        let Some(inside) = inside else { return false };
        let parts: Vec<_> = inside.split(|byte| *byte == b'/').collect();
        self.patterns
            .iter()
            .any(|pattern| pattern_fits(pattern, &parts))
    }

    /// Returns the patterns that allow none of the files that name a path.
    pub(in crate::package) fn idle<'a>(
        &'a self,
        leaking: impl Iterator<Item = &'a ArchivePath> + Clone,
    ) -> impl Iterator<Item = &'a LeakPattern> {
        self.patterns.iter().filter(move |pattern| {
            let one = Allowed {
                prefix: self.prefix,
                patterns: std::slice::from_ref(*pattern),
            };
            !leaking.clone().any(|file| one.allows(Some(file)))
        })
    }
}

fn pattern_fits(pattern: &LeakPattern, parts: &[&[u8]]) -> bool {
    let wanted: Vec<_> = pattern.as_str().split('/').map(str::as_bytes).collect();
    fits(&wanted, parts)
}

/// Returns whether the parts of a path fit those of a pattern; `**` is any number of parts.
fn fits(wanted: &[&[u8]], parts: &[&[u8]]) -> bool {
    match (wanted, parts) {
        ([], []) => true,
        ([b"**", rest @ ..], _) => (0..=parts.len()).any(|skipped| fits(rest, &parts[skipped..])),
        ([want, wanted @ ..], [part, parts @ ..]) => part_fits(want, part) && fits(wanted, parts),
        _ => false,
    }
}

/// Returns whether a name fits a part of a pattern; `*` is any number of letters.
fn part_fits(want: &[u8], part: &[u8]) -> bool {
    match (want, part) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=part.len()).any(|skipped| part_fits(rest, &part[skipped..])),
        ([one, want @ ..], [other, part @ ..]) => one == other && part_fits(want, part),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_files_below_the_prefix() {
        let allows = |pattern: &str, path: &str| {
            let patterns = [pattern.parse().expect("a pattern")];
            let allowed = Allowed {
                prefix: "opt/demo",
                patterns: &patterns,
            };
            allowed.allows(Some(&path.parse().expect("a path")))
        };
        assert!(allows("lib/**/info.txt", "opt/demo/lib/a/b/info.txt"));
        assert!(allows("lib/**/info.txt", "opt/demo/lib/info.txt"));
        assert!(allows("bin/uw*", "opt/demo/bin/uwsgi"));
        assert!(!allows("bin/uw*", "opt/demo/bin/uw/x"));
        assert!(!allows("lib/*.txt", "opt/demo/lib/a/info.txt"));
        assert!(!allows("lib/x", "opt/demo2/lib/x"));
        assert!(!allows("lib/x", "lib/x"));
    }
}
