//! Names of a site (`server_name` of nginx).
//!
//! # Limits
//! Regular expressions (`~`) and a `*` at the end are refused: a site of a package has names.

use crate::recipe::names::{Invalid, invalid, text_newtype};
use std::str::FromStr;

text_newtype! {
    /// A host name, `*.NAME` for all names below one, or `_` for a site without a name.
    ServerName
}

/// DNS takes names of at most 253 bytes, and labels of at most 63 (RFC 1035).
const LONGEST: (usize, usize) = (253, 63);

impl FromStr for ServerName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "_" {
            return Ok(ServerName(text.to_owned()));
        }
        if text.starts_with('~') {
            return invalid("regular expressions are not taken: list the names");
        }
        if !text.is_ascii() {
            return invalid(
                "nginx compares names as DNS has them: write it in Punycode, with `xn--`",
            );
        }
        if text.contains("://") || text.contains(['/', ':']) {
            return invalid("it must be a name alone, without a scheme, a port or a path");
        }
        if text.contains(|c: char| c.is_ascii_uppercase()) {
            return invalid("names of hosts are written in lower case");
        }
        let name = text.strip_prefix("*.").unwrap_or(text);
        let label = |label: &str| {
            !label.is_empty()
                && label.len() <= LONGEST.1
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte)
                })
        };
        if name.len() > LONGEST.0 || !name.split('.').all(label) {
            return invalid(
                "it must be the name of a host, such as `demo.example.org` or `*.example.org`",
            );
        }
        Ok(ServerName(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sites_are_names_of_hosts() {
        for text in [
            "demo.example.org",
            "*.example.org",
            "_",
            "localhost",
            "127.0.0.1",
            "xn--bcher-kva.example",
        ] {
            assert!(text.parse::<ServerName>().is_ok(), "{text}");
        }
        for text in [
            "",
            "~^www",
            "www.*",
            "*",
            "*.*.org",
            "a..b",
            ".example.org",
            "-a.org",
            "Demo.org",
            "bücher.example",
            "https://example.org",
            "example.org:80",
            "a b",
            "a;b",
            "a{b",
        ] {
            assert!(text.parse::<ServerName>().is_err(), "{text:?}");
        }
    }
}
