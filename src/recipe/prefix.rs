//! Where the virtualenv is on the host: a path that fits a `#!` line, in a place for applications (FHS 3.0, parts 3 to 5).

use super::host_path::HostPath;
use super::names::{Invalid, invalid, text_newtype};
use std::str::FromStr;

text_newtype! {
    /// Where the virtualenv is on the host: a path that fits a `#!` line and needs no quoting.
    Prefix
}

/// The kernel reads at most this many bytes of a `#!` line (`BINPRM_BUF_SIZE`, 128 before Linux 5.1, with the newline).
const LONGEST_SHEBANG: usize = 127;

/// Folders with a purpose of their own, where no virtualenv belongs (FHS 3.0, parts 3 to 5); `*` stands for any name.
const NOT_FOR_PREFIXES: &[&str] = &[
    "/boot",
    "/etc",
    "/home",
    "/lib",
    "/usr/bin",
    "/usr/games",
    "/usr/include",
    "/usr/lib/*-linux-*",
    "/usr/lib/python*",
    "/usr/lib/systemd",
    "/usr/sbin",
    "/usr/share/doc",
    "/usr/share/man",
    "/usr/src",
    "/var/log",
    "/var/mail",
    "/var/spool",
];

/// Returns the folder of another purpose that a path is, or is in.
fn with_another_purpose(path: &str) -> Option<String> {
    let folders = NOT_FOR_PREFIXES.iter().map(|folder| format!("{folder}/"));
    let path = format!("{path}/");
    folders.into_iter().find_map(|folder| {
        let end = path
            .match_indices('/')
            .nth(folder.matches('/').count() - 1)?;
        let found = &path[..end.0];
        let parts: Vec<&str> = folder.trim_end_matches('/').split('*').collect();
        let (first, last) = (parts.first()?, parts.last()?);
        let fits = match parts.len() {
            1 => found == *first,
            _ => {
                found.starts_with(first)
                    && found.ends_with(last)
                    && parts.iter().all(|part| found.contains(part))
            }
        };
        fits.then(|| found.to_owned())
    })
}

impl FromStr for Prefix {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let path: HostPath = text.parse()?;
        if let Some(folder) = with_another_purpose(text) {
            return invalid(format!(
                "`{folder}` has another purpose, and is no place for a virtualenv"
            ));
        }
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
        Ok(Prefix(path.to_string()))
    }
}

impl Prefix {
    /// Returns the path without its first `/`, as it stands in an archive.
    pub fn inside(&self) -> &str {
        &self.0[1..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_fits_a_shebang_line() {
        let longest = format!("/opt/{}", "x".repeat(127 - 14 - 5));
        assert!(longest.parse::<Prefix>().is_ok());
        assert!(format!("{longest}x").parse::<Prefix>().is_err());
        assert!("/opt/a b".parse::<Prefix>().is_err());
        assert!("/opt".parse::<Prefix>().is_err());
    }

    #[test]
    fn a_prefix_is_where_applications_are() {
        for text in [
            "/opt/demo",
            "/srv/demo/app",
            "/usr/lib/demo",
            "/usr/lib/systemd-demo",
            "/usr/share/demo",
            "/usr/share/docs",
            "/var/www/demo",
        ] {
            assert!(text.parse::<Prefix>().is_ok(), "{text}");
        }
        for text in [
            "/etc/demo",
            "/usr/bin/demo",
            "/usr/lib/python3",
            "/usr/lib/python3.11/x",
            "/usr/lib/systemd/x",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu/x",
            "/usr/share/doc",
            "/usr/share/doc/x",
            "/var/log/demo",
        ] {
            assert!(text.parse::<Prefix>().is_err(), "{text}");
        }
    }
}
