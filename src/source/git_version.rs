//! The version of a commit: the last tag that is a version, and how far the commit is from it.
//!
//! The order of history is the order of dpkg (deb-version(7)): a tag is followed by the commits behind it, by their number,
//! and then by every later version, its pre-releases too. `+4.g1a2b3c4` comes before `+post1`, because the end of a part
//! comes before letters, and after the bare version.
//!
//! The tag is the *highest* version among all tags in the history of the commit, not the nearest one as with `git describe`:
//! after an old branch was merged, the nearest could be the older one, and the version would go back.
//!
//! # Limits
//! Two commits of different branches that are equally far from the tag are told apart by their ids, which have no order.

use crate::deb::{Invalid, Timestamp, Version};
use crate::recipe::PythonVersion;
pub use crate::recipe::TagPattern;

/// How many letters of the commit's id are part of a version.
const SHORT_ID: usize = 7;

/// A tag in the history of the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// How many commits of the history are not in the tag's: 0 for a tag of the commit itself.
    pub distance: usize,
}

/// What is known of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit<'a> {
    /// Its full id.
    pub id: &'a str,
    /// When it was made.
    pub time: Timestamp,
    /// Whether the files are not those of the commit.
    pub dirty: bool,
}

/// The version that a commit has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitVersion {
    /// The tag it is counted from, and its version; nothing when no tag is a version.
    pub tag: Option<(Tag, PythonVersion)>,
    /// The version of the package.
    pub version: Version,
}

impl GitVersion {
    /// Returns the version that the project must have: that of the tag, when the commit is the tagged one.
    pub fn exact(&self) -> Option<&PythonVersion> {
        self.tag
            .as_ref()
            .filter(|(tag, _)| tag.distance == 0)
            .map(|(_, version)| version)
    }
}

/// Returns the tag with the highest version; of two tags with the same one, the first by name.
pub fn highest<'a>(
    names: impl IntoIterator<Item = &'a str>,
    pattern: &TagPattern,
) -> Option<(&'a str, PythonVersion)> {
    let mut found: Option<(&str, PythonVersion, Version)> = None;
    for name in names {
        let Some(python) = pattern.version_of(name) else {
            continue;
        };
        // What dpkg cannot hold, such as an epoch beyond its limit, is no version of a package.
        let Ok(version) = python.to_debian("1") else {
            continue;
        };
        let better = match &found {
            None => true,
            Some((known, _, highest)) => version > *highest || version == *highest && name < *known,
        };
        if better {
            found = Some((name, python, version));
        }
    }
    found.map(|(name, python, _)| (name, python))
}

/// Returns the version of a commit, with a Debian revision; `tag` is the highest in its history.
///
/// # Errors
/// When `revision` is no Debian revision, or the version of the tag is none that dpkg can hold.
pub fn version(
    tag: Option<(Tag, PythonVersion)>,
    commit: &Commit<'_>,
    revision: &str,
) -> Result<GitVersion, Invalid> {
    let id = commit.id.get(..SHORT_ID).unwrap_or(commit.id);
    let dirty = if commit.dirty { ".dirty" } else { "" };
    let version = match &tag {
        None => {
            let (date, time) = commit.time.utc_digits();
            format!("0~git{date}.{time}.g{id}{dirty}-{revision}").parse()?
        }
        Some((tag, python)) if tag.distance == 0 && !commit.dirty => python.to_debian(revision)?,
        Some((tag, python)) => {
            let base = python.to_debian("1")?;
            let base = base.as_str().strip_suffix("-1").unwrap_or(base.as_str());
            format!("{base}+{}.g{id}{dirty}-{revision}", tag.distance).parse()?
        }
    };
    Ok(GitVersion { tag, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";

    /// Tags with their distances, whether the tree is dirty, and the version.
    type State<'a> = (&'a [(&'a str, usize)], bool, &'a str);

    fn of(tags: &[(&str, usize)], pattern: &TagPattern, dirty: bool) -> String {
        let names = tags.iter().map(|(name, _)| *name);
        let tag = highest(names, pattern).map(|(name, python)| {
            let distance = tags
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, distance)| *distance)
                .expect("it is one of them");
            let name = name.to_owned();
            (Tag { name, distance }, python)
        });
        let commit = Commit {
            id: ID,
            time: Timestamp::new(1_767_225_603).expect("a time"),
            dirty,
        };
        let version = version(tag, &commit, "1").expect("a version").version;
        version.as_str().trim_end_matches("-1").to_owned()
    }

    #[test]
    fn history_has_the_order_of_dpkg() {
        let any = TagPattern::default();
        // Each state comes after the one above it.
        let states: &[State<'_>] = &[
            (&[], false, "0~git20260101.000003.g1a2b3c4"),
            (&[], true, "0~git20260101.000003.g1a2b3c4.dirty"),
            (&[("v0.1.dev1", 0)], false, "0.1~~dev1"),
            (&[("v0.1.dev1", 3)], false, "0.1~~dev1+3.g1a2b3c4"),
            (&[("v0.1a1", 0)], false, "0.1~a1"),
            (&[("v0.1", 0), ("v0.1a1", 9)], false, "0.1"),
            (&[("v1.0-rc1", 0)], false, "1.0~rc1"),
            (&[("v1.0-rc1", 2)], false, "1.0~rc1+2.g1a2b3c4"),
            (&[("v1.0-rc1", 10)], false, "1.0~rc1+10.g1a2b3c4"),
            (
                &[("v1.0rc2", 1), ("v1.0rc1", 9)],
                false,
                "1.0~rc2+1.g1a2b3c4",
            ),
            (&[("1.0", 0), ("v1.0rc2", 2)], false, "1.0"),
            (&[("v1.0", 0)], true, "1.0+0.g1a2b3c4.dirty"),
            (&[("v1.0", 4)], false, "1.0+4.g1a2b3c4"),
            (&[("v1.0", 4)], true, "1.0+4.g1a2b3c4.dirty"),
            (&[("v1.0", 40)], false, "1.0+40.g1a2b3c4"),
            (&[("v1.0.post1", 0)], false, "1.0+post1"),
            (&[("v1.0.post1", 1)], false, "1.0+post1+1.g1a2b3c4"),
            (&[("v1.0.1", 6)], false, "1.0.1+6.g1a2b3c4"),
            (&[("v1.10", 5), ("v1.9.1", 2)], false, "1.10+5.g1a2b3c4"),
            (&[("1!0.1", 0)], false, "1:0.1"),
        ];
        let found: Vec<_> = states
            .iter()
            .map(|(tags, dirty, _)| of(tags, &any, *dirty))
            .collect();
        let expected: Vec<_> = states.iter().map(|(_, _, version)| *version).collect();
        assert_eq!(found, expected);
        for pair in found.windows(2) {
            let [before, after] = pair else { continue };
            let [before, after] = [before, after].map(|text| text.parse::<Version>().expect(text));
            assert!(before < after, "{before} comes before {after}");
        }
    }

    #[test]
    fn a_pattern_says_which_tags_are_versions() {
        let tags = [
            ("demo-1.2", 3),
            ("other-9.0", 1),
            ("v3.0", 2),
            ("latest", 0),
        ];
        for (pattern, expected) in [
            ("demo-*", "1.2+3.g1a2b3c4"),
            ("other-*", "9.0+1.g1a2b3c4"),
            ("v*", "3.0+2.g1a2b3c4"),
            ("*", "3.0+2.g1a2b3c4"),
            ("x*", "0~git20260101.000003.g1a2b3c4"),
        ] {
            let pattern = pattern.parse().expect("a pattern");
            assert_eq!(of(&tags, &pattern, false), expected, "{pattern}");
        }
        for text in ["", "v", "v*-*"] {
            assert!(text.parse::<TagPattern>().is_err(), "{text:?}");
        }
    }
}
