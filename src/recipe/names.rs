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
    /// The name of a group of the host.
    GroupName
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
    /// The name of a unit of systemd, of the host or of another package (systemd.unit(5)).
    UnitName
}
text_newtype! {
    /// The name of a service: the part of the unit's name after the package's.
    ServiceName
}

/// Folders a package has no business in: run-time state, homes, kernels, the administrator's own.
const FORBIDDEN: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/home",
    // `/bin`, `/lib` and `/sbin` are links into `/usr`: dpkg would see two names of one file.
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/proc",
    "/root",
    "/run",
    "/sbin",
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
    "/etc",
    "/etc/default",
    "/mnt",
    "/media",
    "/opt",
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
        if text.chars().any(|c| c.is_control() || c == '\\') {
            return invalid("a path holds no control characters and no `\\`");
        }
        if inner.split('/').any(|part| part.trim() != part) {
            return invalid("no part of a path begins or ends with a blank");
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

/// Folders below the shared ones that belong to other programs: a recipe's directory there would change their owner.
const OTHERS: &[&str] = &[
    "/etc/alternatives",
    "/etc/apache2",
    "/etc/apt",
    "/etc/cron.d",
    "/etc/cron.daily",
    "/etc/cron.hourly",
    "/etc/cron.monthly",
    "/etc/cron.weekly",
    "/etc/dpkg",
    "/etc/init.d",
    "/etc/ld.so.conf.d",
    "/etc/logrotate.d",
    "/etc/network",
    "/etc/nginx",
    "/etc/pam.d",
    "/etc/profile.d",
    "/etc/security",
    "/etc/ssh",
    "/etc/ssl",
    "/etc/sudoers.d",
    "/etc/supervisor",
    "/etc/systemd",
    "/etc/udev",
    "/var/cache/apt",
    "/var/cache/debconf",
    "/var/lib/systemd",
    "/var/log/apt",
    "/var/log/journal",
    "/var/spool/cron",
    "/var/spool/mail",
];

/// Where the directories of a recipe may be.
const DIRECTORY_PLACES: &[&str] = &[
    "/etc",
    "/opt",
    "/srv",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/spool",
    "/var/www",
];

impl HostPath {
    /// Returns whether it is below `outer`.
    pub fn is_below(&self, outer: &HostPath) -> bool {
        self.0
            .strip_prefix(outer.as_str())
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// Returns the folders above it that no other package has, the outermost first.
    pub fn own_parents(&self) -> Vec<String> {
        self.0
            .match_indices('/')
            .skip(1)
            .map(|(end, _)| self.0[..end].to_owned())
            .filter(|parent| !SHARED.contains(&parent.as_str()))
            .collect()
    }

    /// Checks that a recipe may ship a file there.
    ///
    /// # Errors
    /// When it is directly in `/etc`, where the files of the system itself are.
    pub(super) fn check_file(&self) -> Result<(), Invalid> {
        if self.0.matches('/').count() == 2 && self.is_configuration() {
            return invalid(
                "the files directly in `/etc` are the system's: name a folder, such as `/etc/NAME/`",
            );
        }
        Ok(())
    }

    /// Checks that a recipe may have it made, and owned by its user.
    ///
    /// # Errors
    /// When it is not below a place for an app's data, or belongs to another program, or is where the code is.
    pub(super) fn check_directory(&self, prefix: &str) -> Result<(), Invalid> {
        let below = |folder: &str| self.0.starts_with(&format!("{folder}/"));
        if !DIRECTORY_PLACES.iter().any(|place| below(place)) {
            return invalid(format!(
                "directories are below one of `{}`",
                DIRECTORY_PLACES.join("`, `")
            ));
        }
        if let Some(other) = OTHERS
            .iter()
            .find(|other| self.0 == **other || below(other))
        {
            return invalid(format!("`{other}` belongs to another program"));
        }
        if self.0 == prefix || below(prefix) {
            return invalid(
                "the code of the app is there, and its user must not be able to write it",
            );
        }
        Ok(())
    }

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

/// Users that are there on every Debian (`base-passwd`), and some that well-known packages make.
const STATIC_USERS: &[&str] = &[
    "_apt",
    "backup",
    "bin",
    "daemon",
    "games",
    "irc",
    "list",
    "lp",
    "mail",
    "man",
    "messagebus",
    "mysql",
    "news",
    "nobody",
    "postfix",
    "postgres",
    "proxy",
    "redis",
    "sshd",
    "sync",
    "sys",
    "systemd-network",
    "systemd-timesync",
    "uucp",
    "www-data",
];

impl FromStr for UserName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_account(text, "user")?;
        if text == "root" {
            return invalid("an app does not run as root");
        }
        if STATIC_USERS.contains(&text) {
            return invalid("this user belongs to the system or to another package");
        }
        Ok(UserName(text.to_owned()))
    }
}

impl FromStr for GroupName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_account(text, "group")?;
        Ok(GroupName(text.to_owned()))
    }
}

fn check_account(text: &str, noun: &str) -> Result<(), Invalid> {
    let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let fits = text.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
    });
    if starts_well && fits && text.len() <= 32 {
        Ok(())
    } else {
        invalid(format!(
            "the name of a {noun} has at most 32 lower-case letters, digits, `_` and `-`, a letter or `_` first"
        ))
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
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)
        });
        if !starts_well || !fits || text.len() > 64 {
            return invalid(
                "a service's name has at most 64 lower-case letters, digits, `-` and `.`, a letter first",
            );
        }
        Ok(ServiceName(text.to_owned()))
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
    fn directories_of_other_programs_and_of_the_code_are_refused() {
        let check = |text: &str| {
            let path: HostPath = text.parse().expect("a path");
            path.check_directory("/opt/demo").is_ok()
        };
        for text in [
            "/etc/cron.d",
            "/etc/ssl/private",
            "/usr/lib/demo",
            "/opt/demo",
            "/opt/demo/data",
            "/var/mail",
            "/etc/systemd/system",
        ] {
            assert!(!check(text), "{text}");
        }
        for text in [
            "/var/lib/demo",
            "/var/log/demo/old",
            "/srv/demo",
            "/etc/demo",
            "/opt/demo-data",
        ] {
            assert!(check(text), "{text}");
        }
    }

    #[test]
    fn folders_above_that_nobody_else_has_are_known() {
        let path: HostPath = "/srv/demo/a/b".parse().expect("a path");
        assert_eq!(path.own_parents(), ["/srv/demo", "/srv/demo/a"]);
        let path: HostPath = "/var/log/demo".parse().expect("a path");
        assert_eq!(path.own_parents(), Vec::<String>::new());
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
        for text in ["Demo", "1a", "a b", "a;b", "root", "www-data", "", "ü"] {
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
