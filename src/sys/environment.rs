//! The few variables of the caller's environment that this program reads.
//!
//! Children get none of it but what is listed here: indexes, proxies and certificates, which are the machine's own
//! configuration and never end up in a package.
#![expect(clippy::disallowed_methods, reason = "the effectful edge")]

use crate::failure::{Failure, Kind, OrFailure as _};
use anyhow::{Context as _, Result};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// Variables that package installers need to reach the index the machine is set up for.
const NETWORK: &[&str] = &[
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_EXTRA_INDEX_URL",
    "PIP_INDEX_URL",
    "PIP_TRUSTED_HOST",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_HTTP_TIMEOUT",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_INSECURE_HOST",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// Debian's bundle of certificate authorities, made by `ca-certificates`.
const SYSTEM_CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// What the environment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The builder's home, which no package may name.
    pub home: Option<PathBuf>,
    /// The folder for temporary files, which no package may name.
    pub temporary: PathBuf,
    /// Where caches go, when `XDG_CACHE_HOME` or `HOME` says so.
    pub cache: Option<PathBuf>,
    /// Where clean roots are kept, when `DEB_BUILD_APP_ROOTS` says so.
    pub roots: Option<PathBuf>,
    /// Network settings that installers are given.
    pub network: Vec<(String, String)>,
    /// The bundle of certificate authorities that the machine trusts: what the environment names, else Debian's.
    pub certificates: Option<PathBuf>,
    /// The file with the caller's names and passwords: what `NETRC` names, else `~/.netrc` (netrc(5)). Only programs that
    /// fetch are told where it is.
    pub netrc: Option<PathBuf>,
    /// Folders in which the caller keeps programs; only `uv` is looked for there.
    pub search_path: Vec<PathBuf>,
    /// The latest time a file of the package may carry, in seconds since 1970: `SOURCE_DATE_EPOCH`.
    pub source_date_epoch: Option<u64>,
    /// The current folder.
    pub current_dir: PathBuf,
}

impl Environment {
    /// Reads the environment once.
    ///
    /// # Errors
    /// When `SOURCE_DATE_EPOCH` is set to something that is no time (reproducible-builds.org), or there is no current folder.
    pub fn read() -> Result<Self> {
        let absolute = |name: &str| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let home = absolute("HOME");
        Ok(Environment {
            cache: absolute("XDG_CACHE_HOME")
                .or_else(|| home.as_ref().map(|home| home.join(".cache"))),
            roots: absolute("DEB_BUILD_APP_ROOTS"),
            temporary: std::env::temp_dir(),
            network: NETWORK
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)))
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            certificates: ["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"]
                .into_iter()
                .find_map(absolute)
                .or_else(|| Some(PathBuf::from(SYSTEM_CERTIFICATES)))
                .filter(|bundle| bundle.is_file()),
            netrc: absolute("NETRC")
                .or_else(|| home.as_ref().map(|home| home.join(".netrc")))
                .filter(|file| file.is_file()),
            search_path: std::env::var_os("PATH")
                .map(|path| std::env::split_paths(&path).collect())
                .unwrap_or_default(),
            source_date_epoch: std::env::var_os("SOURCE_DATE_EPOCH")
                .map(|text| parse_epoch(&text.to_string_lossy()))
                .transpose()?,
            current_dir: std::env::current_dir().context("there is no current folder")?,
            home,
        })
    }
}

/// Returns a variable, when it is set.
pub fn variable(name: &OsStr) -> Option<OsString> {
    std::env::var_os(name)
}

/// Goes into each of the folders, in turn: what is relative is looked up there from now on. Called once, by `main`, before
/// there is another thread.
///
/// # Errors
/// When one of them is no folder that can be entered.
pub fn enter(folders: &[PathBuf]) -> Result<()> {
    for folder in folders {
        std::env::set_current_dir(folder).or_failure(|| {
            let shown = folder.display();
            Failure::new(Kind::Usage, format!("`{shown}` cannot be entered"))
                .hint("name a folder with `-C`")
        })?;
    }
    Ok(())
}

/// The largest time a tar header holds in its octal field: 11 digits.
const LARGEST_EPOCH: u64 = 0o77_777_777_777;

fn parse_epoch(text: &str) -> Result<u64> {
    text.parse()
        .ok()
        .filter(|epoch| *epoch <= LARGEST_EPOCH && text.bytes().all(|b| b.is_ascii_digit()))
        .ok_or_else(|| {
            Failure::new(
                Kind::Host,
                format!(
                    "`SOURCE_DATE_EPOCH` is `{text}`, which is not a number of seconds since 1970"
                ),
            )
            .hint("set it to a whole number, or unset it: the time of the commit, or of the newest file of the tree, is used then")
            .into()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_date_epoch_that_is_no_time_is_refused() {
        assert_eq!(parse_epoch("1500000000").ok(), Some(1_500_000_000));
        assert_eq!(parse_epoch("0").ok(), Some(0));
        for text in ["", "-1", "+1", "1.5", "today", "8589934592", "\u{fffd}"] {
            assert!(parse_epoch(text).is_err(), "{text}");
        }
    }
}
