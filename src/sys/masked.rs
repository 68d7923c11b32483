//! Texts as they are shown: without the credentials in addresses (RFC 3986, 3.2.1).
//!
//! A recipe holds none, but files of requirements in a source may, and so may what a child writes.

use std::borrow::Cow;

/// Replaces `USER:PASSWORD@` in every address of a text by `***@`; the name of a user of ssh stays.
pub fn without_credentials(text: &str) -> Cow<'_, str> {
    if !text.contains("://") || !text.contains('@') {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + "://".len());
        shown.push_str(before);
        let end = after
            .find(|c: char| c.is_whitespace() || "/?#\"'`,".contains(c))
            .unwrap_or(after.len());
        let user = after[..end].rfind('@').unwrap_or(0);
        let is_login = before.ends_with("ssh://") && !after[..user].contains(':');
        if user > 0 && !is_login {
            shown.push_str("***");
            rest = &after[user..];
        } else {
            rest = after;
        }
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_addresses_are_not_shown() {
        for (text, shown) in [
            (
                "flask @ https://usr:sekret@x.example/a.whl",
                "flask @ https://***@x.example/a.whl",
            ),
            (
                "--find-links=https://a:p@ss@x.example,https://token@y.example/@z",
                "--find-links=https://***@x.example,https://***@y.example/@z",
            ),
            (
                "git+ssh://git@x.example/a.git ssh://u:p@x.example",
                "git+ssh://git@x.example/a.git ssh://***@x.example",
            ),
            (
                "ada@x.example https://x.example",
                "ada@x.example https://x.example",
            ),
            ("git@x.example:demo", "git@x.example:demo"),
        ] {
            assert_eq!(without_credentials(text), shown);
        }
    }
}
