//! Which tags are versions: a name with one `*`, which stands for the version.

use super::names::{Invalid, invalid};
use super::python_version::PythonVersion;
use std::fmt;
use std::str::FromStr;

/// Which tags are versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagPattern {
    before: String,
    after: String,
}

impl TagPattern {
    /// Returns the version that a tag names; nothing when it is not of the pattern, or what stands for `*` is no version
    /// (PEP 440).
    pub fn version_of(&self, tag: &str) -> Option<PythonVersion> {
        tag.strip_prefix(self.before.as_str())?
            .strip_suffix(self.after.as_str())?
            .parse()
            .ok()
    }
}

impl fmt::Display for TagPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}*{}", self.before, self.after)
    }
}

impl FromStr for TagPattern {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        // What git-check-ref-format(1) forbids is in no tag.
        let bad = |c: char| c.is_control() || c.is_whitespace() || "~^:\\?[".contains(c);
        match text.split_once('*') {
            Some((before, after))
                if !after.contains('*') && !text.contains(bad) && !text.starts_with('-') =>
            {
                Ok(TagPattern {
                    before: before.to_owned(),
                    after: after.to_owned(),
                })
            }
            _ => {
                invalid("a pattern of tags has one `*`, which stands for the version, such as `v*`")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_one_place_for_the_version() {
        for text in ["*", "v*", "demo-*", "demo/v*-final"] {
            let pattern: TagPattern = text.parse().expect(text);
            assert_eq!(pattern.to_string(), text);
        }
        for text in ["", "v", "v*-*", "-*", "v *", "v[0-9]*", "v?*", "v~*"] {
            assert!(text.parse::<TagPattern>().is_err(), "{text:?}");
        }
        assert_eq!(TagPattern::default().to_string(), "*");
    }
}
