//! Names of packages (Policy 5.6.7) and of architectures (Policy 11.1).

use crate::deb::Invalid;
use std::fmt;
use std::str::FromStr;

/// The longest name whose files `/var/lib/dpkg/info/NAME.postinst` and temporaries fit a file system's 255 bytes.
const LONGEST_NAME: usize = 200;

/// The name of a binary package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(String);

impl PackageName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PackageName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let Some(first) = text.chars().next() else {
            return Err(Invalid::new("is empty"));
        };
        for c in text.chars() {
            match c {
                'a'..='z' | '0'..='9' | '+' | '-' | '.' => {}
                'A'..='Z' => {
                    return Err(Invalid::new(format!(
                        "has an upper-case letter, `{c}`: names of packages are lower case"
                    )));
                }
                '_' => return Err(Invalid::new("has an underscore: use `-`")),
                _ => {
                    return Err(Invalid::new(format!(
                        "has {}: only a-z, 0-9, `+`, `-` and `.` are allowed",
                        describe(c)
                    )));
                }
            }
        }
        if !first.is_ascii_alphanumeric() {
            return Err(Invalid::new(format!(
                "starts with `{first}`, not with a letter or digit"
            )));
        }
        match text.len() {
            1 => Err(Invalid::new("has only one character, two are needed")),
            2..=LONGEST_NAME => Ok(PackageName(text.to_owned())),
            _ => Err(Invalid::new(format!(
                "is longer than {LONGEST_NAME} characters"
            ))),
        }
    }
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names a character so that it can be seen in a message.
pub(super) fn describe(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        '\t' => "a tab".to_owned(),
        c if c.is_control() => format!("the control character U+{:04X}", u32::from(c)),
        c => format!("`{c}`"),
    }
}

/// The architectures of Debian and Debian ports, and the one for packages that run everywhere.
const ARCHITECTURES: [&str; 23] = [
    "all",
    "alpha",
    "amd64",
    "arm64",
    "armel",
    "armhf",
    "hppa",
    "hurd-amd64",
    "hurd-i386",
    "i386",
    "ia64",
    "loong64",
    "m68k",
    "mips64el",
    "mipsel",
    "powerpc",
    "ppc64",
    "ppc64el",
    "riscv64",
    "s390x",
    "sh4",
    "sparc64",
    "x32",
];

/// What kernels, compilers and other packagers call some of them.
const ALIASES: [(&str, &str); 14] = [
    ("aarch64", "arm64"),
    ("any", "all"),
    ("arm", "armhf"),
    ("armv6", "armel"),
    ("armv6l", "armel"),
    ("armv7", "armhf"),
    ("armv7l", "armhf"),
    ("i586", "i386"),
    ("i686", "i386"),
    ("loongarch64", "loong64"),
    ("noarch", "all"),
    ("ppc64le", "ppc64el"),
    ("x86", "i386"),
    ("x86_64", "amd64"),
];

/// The architecture a package is for: `all` or one that Debian knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Architecture(&'static str);

impl Architecture {
    /// The architecture of a package without machine code.
    pub const ALL: Architecture = Architecture("all");

    /// Returns Debian's name for it.
    pub fn as_str(&self) -> &'static str {
        self.0
    }
}

impl FromStr for Architecture {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if let Some(known) = ARCHITECTURES.iter().find(|known| **known == text) {
            return Ok(Architecture(known));
        }
        let alias = ALIASES.iter().find(|(alias, _)| *alias == text);
        Err(Invalid::new(match alias {
            Some((_, name)) => {
                format!("is not what Debian calls an architecture: did you mean `{name}`?")
            }
            None => "is not an architecture that Debian knows".to_owned(),
        }))
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages_are_checked_as_policy_says() {
        for good in ["ab", "0ad", "libstdc++6", "python3.11-foo", "a-", "a+"] {
            assert_eq!(
                good.parse::<PackageName>().map(|name| name.0),
                Ok(good.into())
            );
        }
        for (bad, why) in [
            ("", "is empty"),
            ("a", "has only one character, two are needed"),
            (
                "Demo",
                "has an upper-case letter, `D`: names of packages are lower case",
            ),
            ("my_app", "has an underscore: use `-`"),
            ("-app", "starts with `-`, not with a letter or digit"),
            (".app", "starts with `.`, not with a letter or digit"),
            (
                "a b",
                "has a space: only a-z, 0-9, `+`, `-` and `.` are allowed",
            ),
            (
                "a\nb",
                "has a line break: only a-z, 0-9, `+`, `-` and `.` are allowed",
            ),
            (
                "café",
                "has `é`: only a-z, 0-9, `+`, `-` and `.` are allowed",
            ),
            (
                "a/b",
                "has `/`: only a-z, 0-9, `+`, `-` and `.` are allowed",
            ),
        ] {
            assert_eq!(
                bad.parse::<PackageName>(),
                Err(Invalid::new(why)),
                "{bad:?}"
            );
        }
        assert!("a".repeat(200).parse::<PackageName>().is_ok());
        assert!("a".repeat(201).parse::<PackageName>().is_err());
    }

    #[test]
    fn an_architecture_in_the_words_of_others_is_refused_with_debians_word() {
        assert_eq!("amd64".parse(), Ok(Architecture("amd64")));
        assert_eq!("all".parse(), Ok(Architecture::ALL));
        assert_eq!(
            "x86_64".parse::<Architecture>(),
            Err(Invalid::new(
                "is not what Debian calls an architecture: did you mean `amd64`?"
            ))
        );
        for bad in ["any", "linux-any", "AMD64", "amd64 arm64", "", "vax"] {
            assert!(bad.parse::<Architecture>().is_err(), "{bad:?}");
        }
    }
}
