//! Names and paths with a grammar: what dpkg, systemd, sh and adduser will read is checked where the recipe is read
//! (DESIGN 1.9). Quoting is the second line of defence.

use super::words::is_variable_name;
use std::fmt;
use std::str::FromStr;

/// Why a text is not what it should be.
#[derive(Debug, PartialEq, Eq)]
pub struct Invalid(String);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(super) fn invalid<T>(why: impl Into<String>) -> Result<T, Invalid> {
    Err(Invalid(why.into()))
}

/// Makes a newtype of text: `as_str`, `Display`, an order, and no way to hold what `FromStr` refuses.
macro_rules! text_newtype {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(super) use text_newtype;

text_newtype! {
    /// The name of an environment variable.
    VariableName
}
text_newtype! {
    /// The value of an environment variable: one line, without control characters.
    VariableValue
}
text_newtype! {
    /// The name of a unit of systemd, of the host or of another package (systemd.unit(5)).
    UnitName
}
text_newtype! {
    /// The name of a service: the part of the unit's name after the package's.
    ServiceName
}

impl FromStr for VariableName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if is_variable_name(text) {
            Ok(VariableName(text.to_owned()))
        } else {
            invalid("a variable's name has letters, digits and `_`, and no digit first")
        }
    }
}

/// How many bytes of a variable or an argument a program can be given, with room for the name (`MAX_ARG_STRLEN`, execve(2)).
pub(super) const LONGEST_ARGUMENT: usize = 131_072 - 1024;

/// Returns whether a character is none by Unicode (23.7, "Noncharacters"): systemd passes over a line that has one.
pub(crate) fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE
}

impl FromStr for VariableValue {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.chars().any(char::is_control) {
            return invalid("a value in /etc/default is one line without control characters");
        }
        if text.chars().any(is_noncharacter) {
            return invalid("systemd passes over a line with a code that is no character");
        }
        if text.len() > LONGEST_ARGUMENT {
            return invalid(format!(
                "no program can be given a value of more than {LONGEST_ARGUMENT} bytes"
            ));
        }
        Ok(VariableValue(text.to_owned()))
    }
}

/// The kinds of units (systemd.unit(5)).
const UNIT_KINDS: &[&str] = &[
    "automount",
    "device",
    "mount",
    "path",
    "scope",
    "service",
    "slice",
    "socket",
    "swap",
    "target",
    "timer",
];

impl FromStr for ServiceName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        let fits = text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)
        });
        if !starts_well || !fits || text.len() > 64 {
            return invalid(
                "a service's name has at most 64 lower-case letters, digits, `-` and `.`, a letter first",
            );
        }
        // systemd takes a unit by what stands behind the last dot.
        if let Some((stem, _)) = text
            .rsplit_once('.')
            .filter(|(_, kind)| UNIT_KINDS.contains(kind))
        {
            return invalid(format!(
                "the unit gets its kind from us: write `[service.{stem}]`"
            ));
        }
        Ok(ServiceName(text.to_owned()))
    }
}

impl UnitName {
    /// Returns whether a text stands for this unit.
    pub(super) fn is_meant(text: &str, unit: &UnitName) -> bool {
        text.parse::<UnitName>().is_ok_and(|meant| meant == *unit)
    }
}

impl FromStr for UnitName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":_.@-".contains(&byte));
        if text.is_empty() || text.starts_with(['-', '.']) || !fits || text.len() > 200 {
            return invalid("a unit's name has letters, digits, `:`, `_`, `.`, `@` and `-`");
        }
        // Without a type it is a service.
        Ok(UnitName(if text.contains('.') {
            text.to_owned()
        } else {
            format!("{text}.service")
        }))
    }
}

/// The permission bits of a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMode(u32);

impl FileMode {
    /// What a folder of the app has when the recipe does not say: its group may look, others may not.
    pub const PRIVATE_FOLDER: FileMode = FileMode(0o750);

    /// What a file has when the recipe does not say.
    pub const PLAIN_FILE: FileMode = FileMode(0o644);
    /// That of a file which only its owner may write, and only its group may read.
    pub const PRIVATE_FILE: FileMode = FileMode(0o640);

    /// Returns the bits.
    pub fn bits(self) -> u32 {
        self.0
    }
}

impl FromStr for FileMode {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let octal =
            (3..=4).contains(&text.len()) && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
        let Some(bits) = u32::from_str_radix(text, 8).ok().filter(|_| octal) else {
            return invalid("a mode is three or four octal digits, such as `0640`");
        };
        if bits & 0o6000 != 0 {
            return invalid("set-user-id and set-group-id are refused");
        }
        if bits & 0o002 != 0 {
            return invalid("anyone could write there");
        }
        Ok(FileMode(bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_octal_and_harmless() {
        assert_eq!("0750".parse(), Ok(FileMode(0o750)));
        assert_eq!("640".parse(), Ok(FileMode(0o640)));
        for text in ["", "8", "0777", "4755", "2755", "rwx", "+644", "00644"] {
            assert!(text.parse::<FileMode>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn names_that_systemd_and_sh_refuse_are_refused() {
        for text in [
            "A",
            "a@b",
            "a/b",
            "-a",
            "a b",
            "",
            "web.service",
            "a.b.timer",
        ] {
            assert!(text.parse::<ServiceName>().is_err(), "service {text:?}");
        }
        for text in ["1A", "A-B", "A=B", ""] {
            assert!(text.parse::<VariableName>().is_err(), "variable {text:?}");
        }
        assert!("a.service.b".parse::<ServiceName>().is_ok());
    }

    #[test]
    fn values_that_no_program_could_be_given_or_that_systemd_passes_over_are_refused() {
        let longest = "x".repeat(LONGEST_ARGUMENT);
        for text in [
            "a\0",
            "a\nb",
            "\r",
            "\u{85}",
            "\u{FFFF}",
            "\u{FDEF}",
            "\u{10FFFE}",
        ] {
            assert!(text.parse::<VariableValue>().is_err(), "{text:?}");
        }
        assert!(format!("{longest}x").parse::<VariableValue>().is_err());
        for text in ["", &longest, "\u{FDF0}\u{FFFD}\u{2028}\u{FEFF}\u{E000}"] {
            assert!(text.parse::<VariableValue>().is_ok());
        }
    }
}
