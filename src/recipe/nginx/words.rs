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

/// Returns whether a text is one word of nginx, in which nothing has a meaning of its own.
pub(super) fn is_one_word(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || c.is_control() || ";{}\"'$\\#".contains(c))
}

/// What [`is_one_word`] asks for.
pub(super) const ONE_WORD: &str =
    "nginx would not take it as one word: it has a blank, a quote or one of `;{}$\\#`";

impl FromStr for NginxPath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.parse::<AbsolutePath>()?;
        if !is_one_word(text) {
            return invalid(ONE_WORD);
        }
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
