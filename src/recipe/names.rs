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

fn invalid<T>(why: impl Into<String>) -> Result<T, Invalid> {
    Err(Invalid(why.into()))
}

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

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_newtype! {
    /// An absolute, normalised path on the host, below a folder that a package may write to (FHS 3.0).
    HostPath
}
text_newtype! {
    /// Where the virtualenv is on the host: a path that fits a `#!` line and needs no quoting.
    Prefix
}
text_newtype! {
    /// A user or group name that `adduser --system` takes (`NAME_REGEX` of adduser.conf(5), at most 32 bytes).
    UserName
}
text_newtype! {
    /// The name of an environment variable.
    VariableName
}
text_newtype! {
    /// The value of an environment variable: one line, without control characters.
    VariableValue
}
text_newtype! {
    /// The name of a service: the part of the unit's name after the package's.
    ServiceName
}

/// Folders a package has no business in: run-time state, homes, kernels, the administrator's own.
const FORBIDDEN: &[&str] = &[
    "/boot",
    "/dev",
    "/home",
    "/proc",
    "/root",
    "/run",
    "/sys",
    "/tmp",
    "/usr/local",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/lock",
    "/var/run",
    "/var/tmp",
];

/// Folders that belong to the system as a whole: a package works below them, never on them.
const SHARED: &[&str] = &[
    "/bin",
    "/etc",
    "/etc/default",
    "/lib",
    "/lib64",
    "/mnt",
    "/media",
    "/opt",
    "/sbin",
    "/srv",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/sbin",
    "/usr/share",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/spool",
    "/var/www",
];

impl FromStr for HostPath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let Some(inner) = text.strip_prefix('/') else {
            return invalid("a path on the host is absolute: it starts with `/`");
        };
        if text.chars().any(char::is_control) {
            return invalid("a path holds no control characters");
        }
        if inner.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return invalid("a path holds no `//`, `.` or `..`, and no `/` at its end");
        }
        if inner.split('/').any(|part| part.len() > 246) || text.len() > 990 {
            return invalid("dpkg takes names of at most 246 bytes and paths of at most 990");
        }
        if let Some(folder) = FORBIDDEN
            .iter()
            .find(|folder| text == **folder || text.starts_with(&format!("{folder}/")))
        {
            return invalid(format!("a package installs nothing below `{folder}`"));
        }
        if SHARED.contains(&text) {
            return invalid("this folder belongs to the whole system: name one below it");
        }
        Ok(HostPath(text.to_owned()))
    }
}

impl HostPath {
    /// Returns whether it is below `/etc`, where every file is a conffile.
    pub fn is_configuration(&self) -> bool {
        self.0.starts_with("/etc/")
    }

    /// Returns the path without its first `/`, as it stands in an archive.
    pub fn inside(&self) -> &str {
        &self.0[1..]
    }
}

/// The kernel reads at most this many bytes of a `#!` line (`BINPRM_BUF_SIZE`, 128 before Linux 5.1, with the newline).
const LONGEST_SHEBANG: usize = 127;

impl FromStr for Prefix {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let path: HostPath = text.parse()?;
        if let Some(bad) = text
            .chars()
            .find(|c| !c.is_ascii_alphanumeric() && !"/._+-".contains(*c))
        {
            return invalid(format!(
                "`{bad}` cannot stand in the prefix: only letters, digits and `/._+-` can"
            ));
        }
        if text.len() + "#!/bin/python\n".len() > LONGEST_SHEBANG {
            return invalid(
                "a `#!` line with this path would be longer than 127 bytes, which older kernels cut off",
            );
        }
        Ok(Prefix(path.0))
    }
}

impl Prefix {
    /// Returns the path without its first `/`, as it stands in an archive.
    pub fn inside(&self) -> &str {
        &self.0[1..]
    }
}

impl FromStr for UserName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
        let fits = text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
        });
        if !starts_well || !fits || text.len() > 32 {
            return invalid(
                "a user name has at most 32 lower-case letters, digits, `_` and `-`, a letter or `_` first",
            );
        }
        if text == "root" {
            return invalid("an app does not run as root");
        }
        Ok(UserName(text.to_owned()))
    }
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

impl FromStr for VariableValue {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.chars().any(char::is_control) {
            return invalid("a value in /etc/default is one line without control characters");
        }
        Ok(VariableValue(text.to_owned()))
    }
}

impl FromStr for ServiceName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        let fits = text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-+.".contains(&byte)
        });
        if !starts_well || !fits || text.len() > 64 {
            return invalid(
                "a service's name has at most 64 lower-case letters, digits, `-`, `+` and `.`, a letter first",
            );
        }
        Ok(ServiceName(text.to_owned()))
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
    fn paths_that_dpkg_or_the_system_would_suffer_from_are_refused() {
        for text in [
            "etc/x",
            "/",
            "/etc",
            "/etc/../x",
            "/etc//x",
            "/etc/x/",
            "/etc/a\nb",
            "/tmp/x",
            "/run/x",
            "/root/x",
            "/usr/local/bin/x",
            "/var/lib/dpkg/status",
            "",
        ] {
            assert!(text.parse::<HostPath>().is_err(), "{text:?}");
        }
        for text in [
            "/etc/demo/a b.cfg",
            "/var/log/demo",
            "/opt/demo",
            "/runner/x",
        ] {
            assert!(text.parse::<HostPath>().is_ok(), "{text:?}");
        }
    }

    #[test]
    fn a_prefix_fits_a_shebang_line() {
        let longest = format!("/opt/{}", "x".repeat(127 - 14 - 5));
        assert!(longest.parse::<Prefix>().is_ok());
        assert!(format!("{longest}x").parse::<Prefix>().is_err());
        assert!("/opt/a b".parse::<Prefix>().is_err());
        assert!("/opt".parse::<Prefix>().is_err());
    }

    #[test]
    fn modes_are_octal_and_harmless() {
        assert_eq!("0750".parse(), Ok(FileMode(0o750)));
        assert_eq!("640".parse(), Ok(FileMode(0o640)));
        for text in ["", "8", "0777", "4755", "2755", "rwx", "+644", "00644"] {
            assert!(text.parse::<FileMode>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn names_that_systemd_sh_and_adduser_refuse_are_refused() {
        for text in ["Demo", "1a", "a b", "a;b", "root", "", "ü"] {
            assert!(text.parse::<UserName>().is_err(), "user {text:?}");
        }
        for text in ["A", "a@b", "a/b", "-a", "a b", ""] {
            assert!(text.parse::<ServiceName>().is_err(), "service {text:?}");
        }
        for text in ["1A", "A-B", "A=B", ""] {
            assert!(text.parse::<VariableName>().is_err(), "variable {text:?}");
        }
    }
}
