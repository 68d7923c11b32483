//! Paths inside a package: bytes, relative to `/`, in one spelling only.
//!
//! Measured with dpkg 1.21: it records `..` and `//` as they stand and refuses newlines; it unpacks `NAME` as
//! `NAME.dpkg-new`, so that a name has nine bytes less than the file system allows.

use super::Invalid;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt as _;
use std::str::FromStr;

/// 255 less the nine bytes of `.dpkg-new`.
const LONGEST_COMPONENT: usize = 246;

/// `PATH_MAX` of Linux with room for a root to unpack into.
const LONGEST_PATH: usize = 4000;

/// What dpkg appends to names of its own, beside the files of packages.
const DPKG_SUFFIXES: [&str; 5] = [
    ".dpkg-new",
    ".dpkg-old",
    ".dpkg-tmp",
    ".dpkg-dist",
    ".dpkg-bak",
];

/// A path in a package, such as `usr/bin/app`. Ordered by component, so that a directory is followed by what is in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ArchivePath(Vec<u8>);

impl ArchivePath {
    /// Takes the bytes of a path that is relative to `/`, without `./` in front or `/` at the end.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, Invalid> {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Err(Invalid::new("is empty"));
        }
        if bytes.len() > LONGEST_PATH {
            return Err(Invalid::new(format!("is longer than {LONGEST_PATH} bytes")));
        }
        if bytes.contains(&0) {
            return Err(Invalid::new("has a NUL byte"));
        }
        if bytes.contains(&b'\n') {
            return Err(Invalid::new("has a line break, which dpkg refuses"));
        }
        // A tab is ugly, but breaks no line and drives no terminal.
        if let Some(control) = bytes.iter().find(|b| b.is_ascii_control() && **b != b'\t') {
            return Err(Invalid::new(format!(
                "has the control character U+{control:04X}"
            )));
        }
        for component in bytes.split(|b| *b == b'/') {
            check_component(component)?;
        }
        Ok(ArchivePath(bytes))
    }

    /// Takes the bytes of a path that begins with `/`.
    pub fn from_absolute(bytes: impl AsRef<[u8]>) -> Result<Self, Invalid> {
        match bytes.as_ref().strip_prefix(b"/") {
            Some(relative) => ArchivePath::new(relative),
            None => Err(Invalid::new("does not start with `/`")),
        }
    }

    /// Returns its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns its last component.
    pub fn file_name(&self) -> &[u8] {
        let start = self
            .0
            .iter()
            .rposition(|b| *b == b'/')
            .map_or(0, |at| at + 1);
        &self.0[start..]
    }

    /// Returns the directory it is in; nothing when that is `/`.
    pub fn parent(&self) -> Option<ArchivePath> {
        let end = self.0.iter().rposition(|b| *b == b'/')?;
        Some(ArchivePath(self.0[..end].to_vec()))
    }

    /// Returns the path of something below it.
    pub fn join(&self, relative: impl AsRef<[u8]>) -> Result<ArchivePath, Invalid> {
        let mut bytes = self.0.clone();
        bytes.push(b'/');
        bytes.extend_from_slice(relative.as_ref());
        ArchivePath::new(bytes)
    }
}

fn check_component(component: &[u8]) -> Result<(), Invalid> {
    let refused = |why: String| Err(Invalid::new(why));
    if component.is_empty() {
        return refused("starts or ends with `/`, or has `//`".to_owned());
    }
    if component == b"." || component == b".." {
        return refused(format!(
            "has the component `{}`",
            String::from_utf8_lossy(component)
        ));
    }
    if component.len() > LONGEST_COMPONENT {
        return refused(format!(
            "has a component longer than {LONGEST_COMPONENT} bytes, which dpkg cannot unpack"
        ));
    }
    for suffix in DPKG_SUFFIXES {
        if component.ends_with(suffix.as_bytes()) {
            return refused(format!(
                "has a name ending in `{suffix}`, which is dpkg's own"
            ));
        }
    }
    Ok(())
}

impl FromStr for ArchivePath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        ArchivePath::new(text)
    }
}

impl TryFrom<&OsStr> for ArchivePath {
    type Error = Invalid;

    fn try_from(name: &OsStr) -> Result<Self, Invalid> {
        ArchivePath::new(name.as_bytes())
    }
}

impl Ord for ArchivePath {
    fn cmp(&self, other: &Self) -> Ordering {
        // As the components would compare, without cutting them out: `/` comes before every other byte.
        let common = self.0.len().min(other.0.len());
        let (one, two) = (&self.0[..common], &other.0[..common]);
        let equal = one
            .chunks(16)
            .zip(two.chunks(16))
            .take_while(|(one, two)| one == two)
            .map(|(one, _)| one.len())
            .sum::<usize>();
        let rank = |byte: u8| (byte != b'/').then_some(byte);
        let rest = one[equal..].iter().zip(&two[equal..]);
        let different = rest
            .map(|(one, two)| rank(*one).cmp(&rank(*two)))
            .find(|order| order.is_ne());
        different.unwrap_or_else(|| self.0.len().cmp(&other.0.len()))
    }
}

impl PartialOrd for ArchivePath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// For messages: what is not UTF-8 or is a control character is replaced.
impl fmt::Display for ArchivePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: Cow<'_, str> = String::from_utf8_lossy(&self.0);
        f.write_str(&crate::failure::printable(&text))
    }
}

impl fmt::Debug for ArchivePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", OsStr::from_bytes(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_spelling() {
        for good in [
            "a",
            "usr/bin/app",
            " a ",
            "a\\b",
            "...",
            "a/.b",
            "ü",
            "-",
            "x.dpkg-news",
        ] {
            assert_eq!(
                good.parse::<ArchivePath>().map(|path| path.0),
                Ok(good.into())
            );
        }
        assert!(ArchivePath::new(b"caf\xe9".to_vec()).is_ok());
        for bad in [
            "",
            "/",
            "/a",
            "a/",
            "./a",
            "a/./b",
            ".",
            "..",
            "a/../b",
            "a//b",
            "a\nb",
            "a\0b",
            "a\rb",
            "bell \u{7}",
            "etc/x.dpkg-new",
            "etc/x.dpkg-old/y",
            "x.dpkg-tmp",
            "x.dpkg-dist",
            "x.dpkg-bak",
        ] {
            assert!(bad.parse::<ArchivePath>().is_err(), "{bad:?}");
        }
        assert!("a".repeat(246).parse::<ArchivePath>().is_ok());
        assert!("a".repeat(247).parse::<ArchivePath>().is_err());
        assert!("a/".repeat(1999).parse::<ArchivePath>().is_err());
        assert!(("a/".repeat(1999) + "bb").parse::<ArchivePath>().is_ok());
        assert!(("a/".repeat(1999) + "bbb").parse::<ArchivePath>().is_err());
    }

    #[test]
    fn a_directory_is_followed_by_what_is_in_it() {
        let mut paths = ["a-b", "a/z", "a", "b", "a/b/c", "a/b", "a+"]
            .map(|path| path.parse::<ArchivePath>().expect("it is valid"));
        paths.sort();
        assert_eq!(
            paths.map(|path| path.to_string()),
            ["a", "a/b", "a/b/c", "a/z", "a+", "a-b", "b"]
        );
    }

    #[test]
    fn a_path_has_a_parent_and_can_be_extended() {
        let path = ArchivePath::from_absolute("/usr/bin").expect("it is valid");
        assert_eq!(
            path.join("app").map(|p| p.to_string()),
            Ok("usr/bin/app".into())
        );
        assert!(path.join("../x").is_err());
        assert_eq!(path.parent().map(|p| p.to_string()), Some("usr".into()));
        assert_eq!(path.parent().and_then(|p| p.parent()), None);
        assert!(ArchivePath::from_absolute("usr").is_err());
    }
}
