//! Paths of the host, and which of them an app may have (FHS 3.0, Policy §9.1).
//!
//! A package that writes where the system or another program is does harm at the latest when it is purged: such places are
//! refused where the recipe is read.

use super::names::{Invalid, invalid, is_noncharacter, text_newtype};
use super::substitutions::unknown;
use crate::deb::NOT_FOR_PACKAGES;
use std::str::FromStr;

text_newtype! {
    /// An absolute, normalised path on the host, below a folder that a package may write to (FHS 3.0).
    HostPath
}
text_newtype! {
    /// An absolute, normalised path, wherever on the host it leads.
    AbsolutePath
}

impl FromStr for AbsolutePath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if let Some(found) = unknown(text) {
            return invalid(format!("`{found}` stands for nothing here"));
        }
        let Some(inner) = text.strip_prefix('/') else {
            return invalid("a path on the host is absolute: it starts with `/`");
        };
        if text
            .chars()
            .any(|c| c.is_control() || is_noncharacter(c) || c == '\\')
        {
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
        Ok(AbsolutePath(text.to_owned()))
    }
}

impl AbsolutePath {
    /// Returns the login shell of a user that never logs in.
    pub(super) fn no_login() -> Self {
        AbsolutePath("/usr/sbin/nologin".to_owned())
    }
}

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
        AbsolutePath::from_str(text)?;
        if let Some(folder) = NOT_FOR_PACKAGES
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
}
