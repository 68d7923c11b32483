//! Archives on servers: fetched once, kept by their sum.
//!
//! The distribution's Python fetches, which every build needs anyway: it knows the machine's certificates and proxies, and
//! so this program has no TLS of its own. A password comes from `~/.netrc` alone, and goes to `https://` only. What was fetched
//! is `CACHE/archives/SUM`; the next build with the same sum asks nobody. Who fetches holds a lock, so that builds beside it
//! wait and take it over.
//!
//! # Limits
//! A fetch that broke off starts at the beginning.

use super::archive::{Archive, sum};
use crate::failure::Failure;
use crate::sys::environment::Environment;
use crate::sys::fs;
use crate::sys::lock::Lock;
use crate::sys::process::{Cmd, Runner};
use anyhow::Result;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What fetches.
const SCRIPT: &str = include_str!("download.py");

/// How many bytes an archive has at most.
const LARGEST: u64 = 4 << 30;

/// How often a server that does not answer is asked.
const ATTEMPTS: usize = 3;

/// How many seconds a server may be silent, and a fetch may take.
const SILENCE: u32 = 60;
const TOTAL: u32 = 3600;

/// What fetching an archive needs from its surroundings.
#[derive(Clone, Debug)]
pub struct Downloads {
    /// The folder of all caches.
    pub cache: PathBuf,
    /// The distribution's Python.
    pub python: PathBuf,
    /// Proxies and certificates of the machine.
    pub network: Vec<(String, OsString)>,
    /// The caller's `~/.netrc`.
    pub netrc: Option<PathBuf>,
    /// How many seconds a server may be silent.
    pub silence: u32,
    /// How many seconds a fetch may take.
    pub total: u32,
}

impl Downloads {
    /// Takes what the machine says of its network.
    pub fn new(cache: &Path, python: &Path, environment: &Environment) -> Self {
        let is_proxy = |name: &str| name.to_ascii_lowercase().ends_with("_proxy");
        let proxies = environment
            .network
            .iter()
            .filter(|(name, _)| is_proxy(name));
        let mut network: Vec<(String, OsString)> = proxies
            .map(|(name, value)| (name.clone(), value.into()))
            .collect();
        if let Some(bundle) = &environment.certificates {
            network.push(("SSL_CERT_FILE".to_owned(), bundle.into()));
        }
        Downloads {
            cache: cache.to_path_buf(),
            python: python.to_path_buf(),
            network,
            netrc: environment.home.as_ref().map(|home| home.join(".netrc")),
            silence: SILENCE,
            total: TOTAL,
        }
    }
}

/// Returns the archive at an address, fetched unless it was before.
pub(super) fn obtain(
    address: &str,
    sha256: &str,
    downloads: &Downloads,
    runner: Runner,
    on_line: &mut dyn FnMut(&str),
) -> Result<Archive> {
    let shown = shown(address);
    if let Some(archive) = kept(address, sha256, downloads) {
        return Ok(archive);
    }
    let folder = downloads.cache.join("archives");
    let lock = folder.join(format!("{sha256}.lock"));
    let _lock = if let Some(lock) = Lock::try_exclusive(&lock)? {
        lock
    } else {
        on_line(&format!("waiting for another build that fetches {shown}"));
        Lock::exclusive(&lock)?
    };
    // Another build may have brought it while this one waited.
    if let Some(archive) = kept(address, sha256, downloads) {
        return Ok(archive);
    }
    let part = folder.join(format!("{sha256}.part"));
    let fetched = fetch(address, &part, downloads, runner, on_line);
    let checked = fetched.and_then(|()| check(&part, &shown, sha256));
    if let Err(error) = checked {
        fs::remove_file(&part)?;
        return Err(error);
    }
    let path = place(sha256, downloads);
    fs::rename(&part, &path)?;
    Archive::open(&path, &shown, sha256)
}

/// Returns the archive when it was fetched before and is whole.
pub(super) fn kept(address: &str, sha256: &str, downloads: &Downloads) -> Option<Archive> {
    Archive::open(&place(sha256, downloads), &shown(address), sha256).ok()
}

fn place(sha256: &str, downloads: &Downloads) -> PathBuf {
    downloads.cache.join("archives").join(sha256)
}

fn check(part: &Path, shown: &str, sha256: &str) -> Result<()> {
    let found = sum(&mut fs::open_regular(part)?)?;
    if found == sha256 {
        return Ok(());
    }
    Err(Failure::build(format!(
        "the server has another archive at `{shown}` than the recipe means"
    ))
    .details([
        format!("its SHA-256 is   {found}"),
        format!("the recipe says   {sha256}"),
    ])
    .hint("a release that was made anew has another sum, and so has a page that says to log in: look what it is before you change `sha256`")
    .into())
}

fn fetch(
    address: &str,
    part: &Path,
    downloads: &Downloads,
    runner: Runner,
    on_line: &mut dyn FnMut(&str),
) -> Result<()> {
    let mut cmd = Cmd::new(&downloads.python)
        .args(["-I", "-c", SCRIPT])
        .env("ARCHIVE_URL", address)
        .env("ARCHIVE_FILE", part)
        .env("ARCHIVE_LIMIT", LARGEST.to_string())
        .env("ARCHIVE_SILENCE", downloads.silence.to_string())
        .env("ARCHIVE_TOTAL", downloads.total.to_string())
        .envs(downloads.network.clone());
    if let Some(netrc) = &downloads.netrc {
        cmd = cmd.env("ARCHIVE_NETRC", netrc);
    }
    let shown = shown(address);
    for attempt in 1.. {
        on_line(&format!("fetching {shown}"));
        let answer = runner.ask(&cmd)?;
        if answer.success() {
            return Ok(());
        }
        let said = answer.stdout.trim();
        let (kind, detail) = said.split_once(' ').unwrap_or((said, ""));
        if attempt == ATTEMPTS || !matches!(kind, "busy" | "slow" | "unreachable") {
            return Err(failure(kind, detail, &shown).into());
        }
        on_line(&format!("{shown}: {detail}; it is tried again"));
    }
    Ok(())
}

fn failure(kind: &str, detail: &str, shown: &str) -> Failure {
    let (what, hint) = match kind {
        "status" => (
            "the server does not have it",
            "check the address in `archive`",
        ),
        "denied" => (
            "the server does not let us in",
            "put a name and a password or token for this server into `~/.netrc`",
        ),
        "plain" => (
            "the server does not let us in",
            "a password is sent by `https://` only: name that address",
        ),
        "netrc" => (
            "`~/.netrc` cannot be read",
            "netrc(5) says how it is written",
        ),
        "certificate" => (
            "the server's certificate is not trusted",
            "a company's own authority belongs into `/usr/local/share/ca-certificates`; `update-ca-certificates` takes it up",
        ),
        "large" => ("it is too large", "look what the address names"),
        "disk" => (
            "it could not be written",
            "make room in the folder of caches, or give another with `--cache-dir DIR`",
        ),
        "slow" | "busy" => (
            "the server does not answer",
            "try again later, or fetch it yourself and name the file",
        ),
        _ => (
            "the server could not be reached",
            "check the network, `https_proxy` and the address",
        ),
    };
    let failure = Failure::build(format!("fetching `{shown}` failed: {what}")).hint(hint);
    if detail.is_empty() {
        failure
    } else {
        failure.details([detail])
    }
}

/// Returns an address as it is shown: what stands behind `?` may be a token.
pub(super) fn shown(address: &str) -> String {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    address[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_not_shown() {
        for address in [
            "https://a.example/x.zip",
            "https://a.example/x.zip?token=s3cret#x",
        ] {
            assert_eq!(shown(address), "https://a.example/x.zip");
        }
    }
}
