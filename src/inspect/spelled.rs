//! Names of files as text, without loss: names in a package are bytes, and JSON knows text only.

use std::fmt::Write as _;

/// Returns bytes as text that stands for no others: a backslash is doubled, and a byte that is no UTF-8 is `\xNN` with
/// two lower-case digits. Everything else is as it is.
pub fn spelled(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(&chunk.valid().replace('\\', "\\\\"));
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_names_have_one_spelling() {
        for (bytes, text) in [
            (&b"usr/bin"[..], "usr/bin"),
            ("ünï".as_bytes(), "ünï"),
            (b"caf\xe9", "caf\\xe9"),
            (b"caf\\xe9", "caf\\\\xe9"),
            (b"\\", "\\\\"),
            (b"\xff\xfe", "\\xff\\xfe"),
            (b"a\nb", "a\nb"),
        ] {
            assert_eq!(spelled(bytes), text);
        }
    }
}
