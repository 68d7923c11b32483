//! Headers of answers (RFC 9110, 5.5; `add_header` of nginx).

use super::words::LONGEST;
use crate::recipe::names::{Invalid, invalid, text_newtype};
use crate::recipe::table::Table;
use std::str::FromStr;

text_newtype! {
    /// The name of a header.
    HeaderName
}
text_newtype! {
    /// What a header says; it stands between double quotes in nginx's file.
    HeaderValue
}

/// Headers that say how an answer is sent, or that nginx makes itself: another one would contradict it.
const OF_NGINX: &[&str] = &[
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "keep-alive",
    "last-modified",
    "location",
    "server",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl FromStr for HeaderName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if text.is_empty() || !text.bytes().all(fits) {
            return invalid("a header's name has letters, digits, `-` and `_`");
        }
        if OF_NGINX.contains(&text.to_ascii_lowercase().as_str()) {
            return invalid("nginx says this itself of every answer");
        }
        if text.len() > LONGEST {
            return invalid(format!("nginx takes at most {LONGEST} bytes"));
        }
        Ok(HeaderName(text.to_owned()))
    }
}

impl FromStr for HeaderValue {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return invalid("nginx leaves out a header without a value");
        }
        if !text.chars().all(|c| (' '..='~').contains(&c)) {
            return invalid("a header is one line of printable ASCII");
        }
        if let Some(bad) = text.chars().find(|c| "\"\\$".contains(*c)) {
            return invalid(format!("nginx would read `{bad}` as its own"));
        }
        if text.len() > LONGEST {
            return invalid(format!("nginx takes at most {LONGEST} bytes"));
        }
        Ok(HeaderValue(text.to_owned()))
    }
}

/// Reads `headers`; names are compared without case.
pub(super) fn read(table: &Table<'_>) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers: Vec<(HeaderName, HeaderValue)> = Vec::new();
    for entry in table.entries("headers") {
        let name = table.check_entry::<HeaderName>("headers", &entry, &entry.name);
        let value = entry
            .as_string()
            .and_then(|value| table.check_entry("headers", &entry, &value));
        let (Some(name), Some(value)) = (name, value) else {
            continue;
        };
        let twice = headers
            .iter()
            .any(|(other, _)| other.as_str().eq_ignore_ascii_case(name.as_str()));
        if twice {
            table.conflict(
                entry.name.span,
                format!("the header `{name}` is set twice"),
                "",
                "names of headers are compared without case: keep one",
            );
        } else {
            headers.push((name, value));
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_cannot_leave_its_line_or_its_quotes() {
        for text in [
            "DENY",
            "default-src 'self'; img-src *",
            "max-age=31536000",
            "{\u{7d}",
        ] {
            assert!(text.parse::<HeaderValue>().is_ok(), "{text}");
        }
        for text in [
            "",
            "a\r\nSet-Cookie: x",
            "a\"; b",
            "$host",
            "a\\",
            "ü",
            &"x".repeat(4001),
        ] {
            assert!(text.parse::<HeaderValue>().is_err(), "{text:?}");
        }
        for text in ["", "X Y", "X:", "X\n", "ü", "Content-Length", "server"] {
            assert!(text.parse::<HeaderName>().is_err(), "{text:?}");
        }
    }
}
