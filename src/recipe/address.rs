//! Addresses of repositories, archives, package indexes and answers: what may be fetched, and never with a password in it.
//!
//! git's own forms are those of git-fetch(1), "GIT URLS". Helpers such as `ext::` would run programs and are refused.

use super::names::{Invalid, invalid, text_newtype};
use std::str::FromStr;

text_newtype! {
    /// Where git fetches from: a URL, or `user@host:path` as scp writes it.
    GitAddress
}
text_newtype! {
    /// An address of http or https, without a name or password.
    WebAddress
}

/// What is said of every password in a recipe.
const PASSWORD: &str =
    "a recipe holds no passwords and tokens: everybody who has it would have them";

/// Returns whether git would reach for the network: a URL, or `user@host:path` as scp writes it.
pub(super) fn is_git_address(text: &str) -> bool {
    text.contains("://")
        || text
            .split_once(':')
            .is_some_and(|(host, _)| !host.is_empty() && !host.contains('/'))
}

/// Returns whether a text is an address rather than a file.
pub(super) fn is_web_address(text: &str) -> bool {
    text.contains("://")
}

impl FromStr for GitAddress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_characters(text)?;
        let Some((scheme, rest)) = text.split_once("://") else {
            return scp_like(text);
        };
        if !["https", "http", "ssh", "git", "file"].contains(&scheme) {
            return invalid("git is asked by `https`, `http`, `ssh`, `git` or `file` only");
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = check_authority(scheme, authority)?;
        if scheme != "file" && !is_host(host) {
            return invalid("the address names no host");
        }
        if path.is_empty() {
            return invalid("the address names no repository");
        }
        Ok(GitAddress(text.to_owned()))
    }
}

fn scp_like(text: &str) -> Result<GitAddress, Invalid> {
    let Some((authority, path)) = text.split_once(':') else {
        return invalid("this is no address, such as `https://example.org/demo.git`");
    };
    if path.starts_with(':') {
        return invalid("helpers of git are not used: they run programs");
    }
    if path.contains('@') {
        return invalid(PASSWORD);
    }
    let host = check_authority("ssh", authority)?;
    if !is_host(host) || path.is_empty() {
        return invalid("an address as scp writes it is `user@host:path`");
    }
    Ok(GitAddress(text.to_owned()))
}

impl FromStr for WebAddress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_characters(text)?;
        let Some((scheme @ ("http" | "https"), rest)) = text.split_once("://") else {
            return invalid("the address begins with `https://` or `http://`");
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = check_authority(scheme, &rest[..end])?;
        if !is_host(host) {
            return invalid("the address names no host");
        }
        Ok(WebAddress(text.to_owned()))
    }
}

fn check_characters(text: &str) -> Result<(), Invalid> {
    if text.starts_with('-') {
        return invalid("it would be read as an option");
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return invalid("an address holds no blanks and no control characters");
    }
    Ok(())
}

/// Returns the host with its port, when nothing secret stands in front of it.
fn check_authority<'a>(scheme: &str, authority: &'a str) -> Result<&'a str, Invalid> {
    match authority.rsplit_once('@') {
        None => Ok(authority),
        // A name alone is part of an address of ssh; in front of a web page it is a token as often as not.
        Some((user, host)) if scheme == "ssh" && !user.contains(':') && !user.is_empty() => {
            Ok(host)
        }
        Some(_) => invalid(PASSWORD),
    }
}

/// Returns whether a text is a name, an IPv4 address or `[IPv6]`, with a port or without.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            return address.parse::<std::net::Ipv6Addr>().is_ok()
                && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
        }
        None => match text.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (text, None),
        },
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    !name.is_empty()
        && !name.starts_with(['-', '.'])
        && name.bytes().all(fits)
        && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_git_understands_are_taken() {
        for text in [
            "https://example.org/demo.git",
            "http://example.org:8080/demo",
            "ssh://git@example.org:22/demo.git",
            "ssh://[::1]:22/demo.git",
            "git://example.org/demo",
            "file:///srv/git/demo.git",
            "git@example.org:team/demo.git",
            "example.org:demo",
        ] {
            assert_eq!(
                text.parse::<GitAddress>()
                    .map(|address| address.to_string()),
                Ok(text.to_owned())
            );
        }
        for text in [
            "https://example.org",
            "https:///demo",
            "https://exa mple.org/x",
            "ftp://example.org/demo",
            "ext::sh -c x",
            "ext::sh",
            "-oProxyCommand=x:y",
            "ssh://-oProxyCommand=x/y",
            "git@:demo",
            "../demo",
            "https://example.org:0/x",
        ] {
            assert!(text.parse::<GitAddress>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_refused_wherever_it_stands() {
        for text in [
            "https://ada:pw@example.org/demo.git",
            "https://token@example.org/demo.git",
            "ssh://git:pw@example.org/demo.git",
            "ada:pw@example.org:demo",
        ] {
            assert!(text.parse::<GitAddress>().is_err(), "{text}");
        }
        for text in [
            "https://ada:pw@example.org/simple",
            "https://token@example.org",
        ] {
            assert_eq!(text.parse::<WebAddress>(), invalid(PASSWORD), "{text}");
        }
    }

    #[test]
    fn web_addresses_name_a_host() {
        for text in [
            "http://127.0.0.1:8000/",
            "https://example.org",
            "http://[::1]:80/x?y=1@2",
        ] {
            assert!(text.parse::<WebAddress>().is_ok(), "{text}");
        }
        for text in [
            "",
            "https://",
            "http:///x",
            "ftp://example.org",
            "example.org",
            "http://a b/",
        ] {
            assert!(text.parse::<WebAddress>().is_err(), "{text:?}");
        }
    }
}
