//! Addresses of archives, package indexes and answers: what may be fetched, and never with a password in it.

use super::names::{Invalid, invalid, text_newtype};
use std::str::FromStr;

text_newtype! {
    /// An address of http or https, without a name or password.
    WebAddress
}

/// What is said of every password in a recipe.
pub(super) const PASSWORD: &str =
    "a recipe holds no passwords and tokens: everybody who has it would have them";

/// Returns whether a text is an address rather than a file.
pub(super) fn is_web_address(text: &str) -> bool {
    text.contains("://")
}

impl FromStr for WebAddress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_characters(text)?;
        let Some(("http" | "https", rest)) = text.split_once("://") else {
            return invalid("the address begins with `https://` or `http://`");
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = check_authority(&rest[..end])?;
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

/// Returns the host with its port, when nothing stands in front of it: a name there is a token as often as not.
fn check_authority(authority: &str) -> Result<&str, Invalid> {
    if authority.contains('@') {
        return invalid(PASSWORD);
    }
    Ok(authority)
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
    fn a_password_is_refused_wherever_it_stands() {
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
