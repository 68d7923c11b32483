//! Addresses of repositories on servers: `git` in `[source]`.
//!
//! The forms are those of git-clone(1), "GIT URLS": `https://`, `http://`, `ssh://`, `git://`, and `user@host:path` as scp
//! writes it. There is no password and no token in one: those belong into a credential helper or `~/.netrc`. So an address may
//! be shown wherever it is of use.
//!
//! # Limits
//! `file://` is a folder like any other, read in place. Remote helpers (`ext::`, `fd::`), `ftp://` and bundles are refused.

use super::names::{Invalid, invalid};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A repository on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitAddress {
    text: String,
    transport: Transport,
    host: String,
}

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// `https://`.
    Https,
    /// `http://`: nobody proves who answers.
    Http,
    /// `ssh://`, and `user@host:path`.
    Ssh,
    /// `git://`: nobody proves who answers.
    Git,
}

const PASSWORD: &str = "a recipe holds no passwords and tokens: git asks its credential helpers and `~/.netrc` for them";
const SCHEMES: &str = "git is asked by `https`, `http`, `ssh`, `git` or `file` only";
const HOST: &str = "the address names no host";
const PATH: &str = "the address names no repository";

impl fmt::Display for GitAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl GitAddress {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns how the server is spoken to.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// Returns the server's name or number.
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl Transport {
    /// Returns what git calls the protocol (`protocol.<name>.allow`).
    pub fn protocol(self) -> &'static str {
        match self {
            Transport::Https => "https",
            Transport::Http => "http",
            Transport::Ssh => "ssh",
            Transport::Git => "git",
        }
    }

    /// Returns whether the server proves who it is, so that nobody on the way can change a branch or a tag.
    pub fn is_authenticated(self) -> bool {
        matches!(self, Transport::Https | Transport::Ssh)
    }
}

/// Returns whether git would reach for the network: a URL, or `user@host:path` as scp writes it.
pub(super) fn is_git_address(text: &str) -> bool {
    text.contains("://")
        || text
            .split_once(':')
            .is_some_and(|(host, _)| !host.is_empty() && !host.contains('/'))
}

/// Returns the folder of a `file://` address; nothing when it is another one.
pub(super) fn file_folder(text: &str) -> Option<Result<PathBuf, Invalid>> {
    text.strip_prefix("file://").map(file)
}

impl FromStr for GitAddress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.starts_with('-') {
            return invalid("it would be read as an option");
        }
        if is_helper(text) {
            return invalid("helpers of git are not used: they run programs");
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return invalid("an address holds no blanks and no control characters");
        }
        match text.split_once("://") {
            Some((scheme, rest)) => url(text, scheme, rest),
            None => scp(text),
        }
    }
}

/// Returns whether git would run a helper of its own for it (gitremote-helpers(7)): `ext::sh -c …`.
fn is_helper(text: &str) -> bool {
    text.split_once("::").is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte))
    })
}

fn url(text: &str, scheme: &str, rest: &str) -> Result<GitAddress, Invalid> {
    let transport = match scheme {
        "https" => Transport::Https,
        "http" => Transport::Http,
        "ssh" => Transport::Ssh,
        "git" => Transport::Git,
        _ => return invalid(SCHEMES),
    };
    let Some((authority, path)) = rest.split_once('/') else {
        return invalid(PATH);
    };
    let (user, server) = user_of(authority);
    // A name alone is part of an address of ssh; in front of a web page it is a token as often as not.
    if user.is_some_and(|user| user.contains(':') || transport != Transport::Ssh) {
        return invalid(PASSWORD);
    }
    if transport != Transport::Ssh && path.contains(['?', '#']) {
        return invalid(
            "the address goes on behind the path: take away what begins with `?` or `#`",
        );
    }
    check_user(user)?;
    check_path(path.trim_start_matches('/'))?;
    Ok(GitAddress {
        text: text.to_owned(),
        transport,
        host: host_of(server)?,
    })
}

fn scp(text: &str) -> Result<GitAddress, Invalid> {
    let Some((authority, path)) = text.split_once(':') else {
        return invalid("this is no address, such as `https://example.org/demo.git`");
    };
    // In `user:word@host:path` the first colon ends what git takes for the host.
    if path
        .split('/')
        .next()
        .is_some_and(|start| start.contains('@'))
    {
        return invalid(PASSWORD);
    }
    let (user, server) = user_of(authority);
    check_user(user)?;
    if server.contains(['[', ']', '/']) {
        return invalid("a host in brackets needs the long form, `ssh://user@[::1]/path`");
    }
    check_path(path)?;
    Ok(GitAddress {
        text: text.to_owned(),
        transport: Transport::Ssh,
        host: host_of(server)?,
    })
}

fn user_of(authority: &str) -> (Option<&str>, &str) {
    match authority.rsplit_once('@') {
        Some((user, server)) => (Some(user), server),
        None => (None, authority),
    }
}

fn file(rest: &str) -> Result<PathBuf, Invalid> {
    if !rest.starts_with('/') {
        return invalid("a `file` address has three slashes: the folder is on this machine");
    }
    let folder = decoded(rest);
    folder.map_or_else(
        || invalid("a `%` in a `file` address is followed by two digits in hex"),
        Ok,
    )
}

fn decoded(text: &str) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(
                u8::from_str_radix(digits, 16)
                    .ok()
                    .filter(|byte| *byte != 0)?,
            );
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    Some(std::ffi::OsString::from_vec(bytes).into())
}

fn check_user(user: Option<&str>) -> Result<(), Invalid> {
    match user {
        Some(user) if user.is_empty() || user.starts_with('-') || user.contains('@') => {
            invalid("the user of the address is no name")
        }
        _ => Ok(()),
    }
}

/// Returns the server without its port. One that begins with a hyphen would be an option of ssh.
fn host_of(server: &str) -> Result<String, Invalid> {
    let (host, port) = match server
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        Some((host, after)) => {
            let is_number = host.parse::<std::net::Ipv6Addr>().is_ok();
            if !is_number || !(after.is_empty() || after.starts_with(':')) {
                return invalid(HOST);
            }
            (host, after.strip_prefix(':'))
        }
        None => match server.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (server, None),
        },
    };
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
    if host.is_empty() || host.starts_with(['-', '.']) || !host.bytes().all(is_name) {
        return invalid(HOST);
    }
    match port.map(str::parse::<u16>) {
        None | Some(Ok(1..)) => Ok(host.to_owned()),
        Some(_) => invalid("the port of the address is none: it is a number from 1 to 65535"),
    }
}

fn check_path(path: &str) -> Result<(), Invalid> {
    if path.is_empty() {
        return invalid(PATH);
    }
    if path.starts_with('-') {
        return invalid("the server would take the path for an option: put `./` before it");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_git_understands_are_taken() {
        for (text, transport, host) in [
            ("https://example.org/a.git", Transport::Https, "example.org"),
            (
                "https://example.org:8443/a",
                Transport::Https,
                "example.org",
            ),
            ("http://[::1]:80/a", Transport::Http, "::1"),
            (
                "ssh://git@example.org:22/~ada/a",
                Transport::Ssh,
                "example.org",
            ),
            ("ssh://example.org/a", Transport::Ssh, "example.org"),
            ("git@example.org:a/b.git", Transport::Ssh, "example.org"),
            ("build:/srv/a", Transport::Ssh, "build"),
            ("git://example.org/a", Transport::Git, "example.org"),
        ] {
            let address: GitAddress = text.parse().expect(text);
            assert_eq!((address.transport(), address.host()), (transport, host));
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn a_folder_may_be_written_as_an_address() {
        let folder = |text| file_folder(text).and_then(Result::ok);
        assert_eq!(folder("file:///srv/a%20b"), Some("/srv/a b".into()));
        for text in [
            "file://host/a",
            "file:///a%2",
            "file:///a%00",
            "file:///a%zz",
        ] {
            assert_eq!(folder(text), None, "{text}");
        }
        assert!(file_folder("https://example.org/a").is_none());
        for text in ["..", "./a:b", "dir/a:b", "/srv/a", ":a"] {
            assert!(!is_git_address(text), "{text}");
        }
    }

    #[test]
    fn what_would_run_a_program_or_carries_a_secret_is_refused() {
        for (text, word) in [
            ("", "no address"),
            ("a\nb:c", "blanks"),
            ("-uhttps://example.org/a", "an option"),
            ("--upload-pack=touch x", "an option"),
            ("ext::sh -c touch% x", "run programs"),
            ("fd::7", "run programs"),
            ("https::x", "run programs"),
            ("ftp://example.org/a", "only"),
            ("HTTPS://example.org/a", "only"),
            ("git+ssh://example.org/a", "only"),
            ("https://u:p@example.org/a", "passwords"),
            ("https://token@example.org/a", "passwords"),
            ("ssh://u:p@example.org/a", "passwords"),
            ("u:p@example.org:a", "passwords"),
            ("git://u@example.org/a", "passwords"),
            ("https://example.org/a?private_token=x", "behind the path"),
            ("ssh://-oProxyCommand=x/a", "no host"),
            ("-oProxyCommand=x:a", "an option"),
            ("u@-oProxyCommand=x:a", "no host"),
            ("ssh://u@@example.org/a", "no name"),
            ("git@:a", "no host"),
            ("[::1]:a", "long form"),
            ("ssh://example.org/-x", "for an option"),
            ("host:-x", "for an option"),
            ("https:///a", "no host"),
            ("https://example.org", "no repository"),
            ("https://example.org/", "no repository"),
            ("host:", "no repository"),
            ("https://example.org:0/a", "port"),
            ("https://example.org:x/a", "port"),
            ("https://[::1]x/a", "no host"),
            ("https://exa mple.org/a", "blanks"),
            ("../a", "no address"),
        ] {
            let refused = text.parse::<GitAddress>().expect_err(text).to_string();
            assert!(refused.contains(word), "{text:?}: {refused}");
        }
    }
}
