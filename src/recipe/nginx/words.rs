//! Words of nginx's configuration: what may stand there without changing what the file means.

use crate::recipe::host_path::AbsolutePath;
use crate::recipe::names::{Invalid, invalid, text_newtype};
use std::str::FromStr;

text_newtype! {
    /// A path that nginx reads as one word.
    NginxPath
}
text_newtype! {
    /// The largest body of a request: a number of bytes, or of `k`, `m` or `g`.
    BodySize
}

/// nginx reads words of at most this many bytes, with some room (`NGX_CONF_BUFFER`, 4096).
pub(super) const LONGEST: usize = 4000;

/// The path of a socket has at most this many bytes (unix(7)).
const LONGEST_SOCKET: usize = 107;

/// Refuses a text that is not one word of nginx, in which nothing has a meaning of its own.
pub(super) fn check_word(text: &str) -> Result<(), Invalid> {
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || ";{}\"'$\\#".contains(c)) {
        return invalid(
            "nginx would not take it as one word: it has a blank, a quote or one of `;{}$\\#`",
        );
    }
    if text.len() > LONGEST {
        return invalid(format!("nginx takes at most {LONGEST} bytes"));
    }
    Ok(())
}

/// Refuses a path at which no socket can be.
pub(super) fn check_socket(path: &NginxPath) -> Result<(), Invalid> {
    if path.0.len() > LONGEST_SOCKET {
        return invalid(format!(
            "the path of a socket has at most {LONGEST_SOCKET} bytes"
        ));
    }
    Ok(())
}

impl FromStr for NginxPath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.parse::<AbsolutePath>()?;
        check_word(text)?;
        Ok(NginxPath(text.to_owned()))
    }
}

impl Default for BodySize {
    /// Returns nginx's own.
    fn default() -> Self {
        BodySize("1m".to_owned())
    }
}

impl FromStr for BodySize {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digits = text
            .strip_suffix(['k', 'K', 'm', 'M', 'g', 'G'])
            .unwrap_or(text);
        if digits.is_empty()
            || digits.len() > 9
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return invalid("it must be a number, with `k`, `m` or `g` or without");
        }
        Ok(BodySize(text.to_ascii_lowercase()))
    }
}
