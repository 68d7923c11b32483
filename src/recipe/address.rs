//! Where a repository is: `git` in `[source]`.
//!
//! The forms are those of git-clone(1), "GIT URLS": a folder, `https://`, `http://`, `ssh://`, `git://`, `file://`, and
//! `user@host:path` as scp writes it. An address is shown without the user of an http address, which may be a token, and
//! holds no password at all: those belong into a credential helper or `~/.netrc`.
//!
//! # Limits
//! `file://` is a folder like any other, read in place. Remote helpers (`ext::`, `fd::`), `ftp://` and bundles are refused.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where a repository is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A folder on this machine, which is read in place.
    Folder(PathBuf),
    /// A server.
    Remote(RemoteAddress),
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

/// A repository on a server.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteAddress {
    transport: Transport,
    /// As git takes it.
    url: String,
    /// Without the user of an http address.
    shown: String,
    /// The server's name or number.
    host: String,
}

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnAddress {
    /// What is wrong, as a sentence.
    pub message: &'static str,
    /// What to write instead.
    pub hint: &'static str,
}

impl NotAnAddress {
    const fn new(message: &'static str, hint: &'static str) -> Self {
        NotAnAddress { message, hint }
    }
}

const PASSWORD: NotAnAddress = NotAnAddress::new(
    "the address holds a password, which would end up in logs and in whoever reads the recipe",
    "take it out: git asks the credential helpers of its configuration and `~/.netrc` for it",
);

const SCHEMES: NotAnAddress = NotAnAddress::new(
    "repositories are not fetched this way",
    "the ways are https://, ssh://, user@host:path, git://, http://, file:// and a folder",
);

const HOST: NotAnAddress = NotAnAddress::new(
    "the address names no server",
    "an address is such as `https://example.org/demo.git` or `git@example.org:demo.git`",
);

const PATH: NotAnAddress = NotAnAddress::new(
    "the address names no repository on the server",
    "an address is such as `https://example.org/demo.git` or `git@example.org:demo.git`",
);

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Folder(folder) => folder.display().fmt(f),
            Address::Remote(remote) => remote.fmt(f),
        }
    }
}

impl fmt::Display for RemoteAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for RemoteAddress {
    /// Shows no more than a message would.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RemoteAddress").field(&self.shown).finish()
    }
}

impl Address {
    /// Returns the address with a relative folder taken as below `base`.
    #[must_use]
    pub fn below(self, base: &Path) -> Self {
        match self {
            Address::Folder(folder) => Address::Folder(base.join(folder)),
            Address::Remote(_) => self,
        }
    }

    /// Returns the folder, when it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Address::Folder(folder) => Some(folder),
            Address::Remote(_) => None,
        }
    }
}

impl RemoteAddress {
    /// Returns how the server is spoken to.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// Returns the address as git takes it. It is for git alone: the user in it may be a token.
    pub fn url(&self) -> &str {
        &self.url
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

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(NotAnAddress::new(
                "this names no repository",
                "name a folder, such as `..`, or an address, such as `https://example.org/demo.git`",
            ));
        }
        if text.starts_with('-') {
            return Err(NotAnAddress::new(
                "git would take this for an option",
                "a folder of such a name is written `./-name`",
            ));
        }
        if is_helper(text) {
            return Err(SCHEMES);
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            return url(scheme, rest);
        }
        match text.split_once(':') {
            Some((host, path)) if !host.is_empty() && !host.contains('/') => {
                scp(text, host, path).map(Address::Remote)
            }
            _ => Ok(Address::Folder(PathBuf::from(text))),
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

fn url(scheme: &str, rest: &str) -> Result<Address, NotAnAddress> {
    let transport = match scheme {
        "https" => Transport::Https,
        "http" => Transport::Http,
        "ssh" => Transport::Ssh,
        "git" => Transport::Git,
        "file" => return file(rest).map(Address::Folder),
        _ => return Err(SCHEMES),
    };
    if rest.contains(char::is_whitespace) {
        return Err(NotAnAddress::new(
            "the address has a space in it",
            "write `%20`",
        ));
    }
    let (authority, path) = rest.split_once('/').ok_or(PATH)?;
    let (user, server) = match authority.rsplit_once('@') {
        Some((user, server)) => (Some(user), server),
        None => (None, authority),
    };
    if user.is_some_and(|user| user.contains(':')) {
        return Err(PASSWORD);
    }
    if user.is_some() && transport == Transport::Git {
        return Err(NotAnAddress::new(
            "the git protocol knows no users",
            "use https:// or ssh://",
        ));
    }
    let is_web = matches!(transport, Transport::Https | Transport::Http);
    if is_web && path.contains(['?', '#']) {
        return Err(NotAnAddress::new(
            "the address goes on behind the path",
            "take away what begins with `?` or `#`; a token belongs into a credential helper or `~/.netrc`",
        ));
    }
    check_user(user)?;
    let host = check_server(server)?;
    check_path(path.trim_start_matches('/'))?;
    let shown = match user {
        Some(user) if !is_web => format!("{scheme}://{user}@{server}/{path}"),
        _ => format!("{scheme}://{server}/{path}"),
    };
    Ok(Address::Remote(RemoteAddress {
        transport,
        url: format!("{scheme}://{rest}"),
        shown,
        host,
    }))
}

fn scp(text: &str, host: &str, path: &str) -> Result<RemoteAddress, NotAnAddress> {
    // In `user:word@host:path` the first colon ends what git takes for the host.
    if path
        .split('/')
        .next()
        .is_some_and(|start| start.contains('@'))
    {
        return Err(PASSWORD);
    }
    if text.contains(char::is_whitespace) {
        return Err(NotAnAddress::new(
            "the address has a space in it",
            "write it as `ssh://user@host/path`, with `%20`",
        ));
    }
    let (user, server) = match host.rsplit_once('@') {
        Some((user, server)) => (Some(user), server),
        None => (None, host),
    };
    check_user(user)?;
    // `[::1]:path` begins with the colons of the number.
    if server.contains(['[', ']']) {
        return Err(NotAnAddress::new(
            "a server that is named by a number in brackets needs the long form",
            "write it as `ssh://user@[::1]/path`",
        ));
    }
    let host = check_server(server)?;
    check_path(path)?;
    Ok(RemoteAddress {
        transport: Transport::Ssh,
        url: text.to_owned(),
        shown: text.to_owned(),
        host,
    })
}

fn file(rest: &str) -> Result<PathBuf, NotAnAddress> {
    if !rest.starts_with('/') {
        return Err(NotAnAddress::new(
            "a file:// address has three slashes: the folder is on this machine",
            "write `file:///srv/demo.git`, or the folder alone",
        ));
    }
    decoded(rest).ok_or(NotAnAddress::new(
        "a `%` in a file:// address is followed by two digits in hex",
        "write the folder alone",
    ))
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

fn check_user(user: Option<&str>) -> Result<(), NotAnAddress> {
    match user {
        Some(user) if user.is_empty() || user.starts_with('-') || user.contains('@') => {
            Err(NotAnAddress::new(
                "the user of the address is no name",
                "write `user@host`, or the host alone",
            ))
        }
        _ => Ok(()),
    }
}

/// Returns the server without its port. One that begins with a hyphen would be an option of ssh.
fn check_server(server: &str) -> Result<String, NotAnAddress> {
    let (host, port) = if let Some(rest) = server.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(HOST)?;
        if host.is_empty()
            || !host
                .bytes()
                .all(|b| b.is_ascii_hexdigit() || b":.%".contains(&b))
        {
            return Err(HOST);
        }
        (
            host,
            after
                .strip_prefix(':')
                .or((!after.is_empty()).then_some("?")),
        )
    } else {
        let (host, port) = match server.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (server, None),
        };
        let is_name = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        if host.is_empty() || host.starts_with('-') || !host.bytes().all(is_name) {
            return Err(HOST);
        }
        (host, port)
    };
    match port.map(str::parse::<u16>) {
        None | Some(Ok(1..)) => Ok(host.to_owned()),
        Some(_) => Err(NotAnAddress::new(
            "the port of the address is none",
            "a port is a number from 1 to 65535",
        )),
    }
}

fn check_path(path: &str) -> Result<(), NotAnAddress> {
    if path.is_empty() {
        return Err(PATH);
    }
    if path.starts_with('-') {
        return Err(NotAnAddress::new(
            "the server would take the path for an option",
            "put `./` before it",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Address, NotAnAddress> {
        text.parse()
    }

    #[test]
    fn addresses_are_shown_without_what_may_be_a_token() {
        for (text, transport, shown) in [
            (
                "https://example.org/a.git",
                Transport::Https,
                "https://example.org/a.git",
            ),
            (
                "https://tok3n@example.org:8443/a",
                Transport::Https,
                "https://example.org:8443/a",
            ),
            ("http://u@[::1]:80/a", Transport::Http, "http://[::1]:80/a"),
            (
                "ssh://git@example.org:22/~ada/a",
                Transport::Ssh,
                "ssh://git@example.org:22/~ada/a",
            ),
            (
                "git@example.org:a/b.git",
                Transport::Ssh,
                "git@example.org:a/b.git",
            ),
            ("build:/srv/a", Transport::Ssh, "build:/srv/a"),
            ("git://example.org/a", Transport::Git, "git://example.org/a"),
        ] {
            let Ok(Address::Remote(address)) = read(text) else {
                panic!("{text}: {:?}", read(text));
            };
            assert_eq!(
                (address.transport(), address.to_string().as_str()),
                (transport, shown)
            );
            assert_eq!(address.url(), text);
            assert!(!format!("{address:?}").contains("tok3n"));
        }
    }

    #[test]
    fn folders_are_taken_as_git_takes_them() {
        for (text, folder) in [
            ("..", "/r/.."),
            ("/srv/a", "/srv/a"),
            ("./a:b", "/r/./a:b"),
            ("dir/a:b", "/r/dir/a:b"),
            (":a", "/r/:a"),
            ("file:///srv/a%20b", "/srv/a b"),
        ] {
            assert_eq!(
                read(text).map(|address| address.below(Path::new("/r"))),
                Ok(Address::Folder(folder.into())),
                "{text}"
            );
        }
    }

    #[test]
    fn what_would_run_a_program_or_carries_a_secret_is_refused() {
        for (text, word) in [
            ("", "names no repository"),
            ("a\nb", "names no repository"),
            ("-uhttps://example.org/a", "an option"),
            ("--upload-pack=touch x", "an option"),
            ("ext::sh -c touch% x", "not fetched this way"),
            ("fd::7", "not fetched this way"),
            ("https::x", "not fetched this way"),
            ("ftp://example.org/a", "not fetched this way"),
            ("HTTPS://example.org/a", "not fetched this way"),
            ("git+ssh://example.org/a", "not fetched this way"),
            ("https://u:p@example.org/a", "password"),
            ("ssh://u:p@example.org/a", "password"),
            ("u:p@example.org:a", "password"),
            ("https://example.org/a?private_token=x", "behind the path"),
            ("git://u@example.org/a", "no users"),
            ("ssh://-oProxyCommand=x/a", "no server"),
            ("-oProxyCommand=x:a", "an option"),
            ("u@-oProxyCommand=x:a", "no server"),
            ("ssh://example.org/-x", "for an option"),
            ("host:-x", "for an option"),
            ("https:///a", "no server"),
            ("https://example.org", "no repository on the server"),
            ("https://example.org/", "no repository on the server"),
            ("host:", "no repository on the server"),
            ("https://example.org:0/a", "port"),
            ("https://example.org:x/a", "port"),
            ("https://[::1]x/a", "port"),
            ("https://exa mple.org/a", "a space"),
            ("file://host/a", "three slashes"),
            ("file:///a%2", "two digits"),
            ("file:///a%00", "two digits"),
        ] {
            let refused = read(text).expect_err(text);
            assert!(refused.message.contains(word), "{text:?}: {refused}");
        }
    }
}
