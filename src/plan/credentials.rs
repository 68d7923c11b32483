//! Credentials in addresses (RFC 3986, 3.2.1): found, so that they can be hidden, and masked where an address is shown.

use crate::lockfile::percent_decode;
use crate::sys::masked::without_credentials;

/// Returns the text in front of the `@` of an address with where it begins and ends; nothing when there is none.
fn user_info(address: &str) -> Option<(usize, usize)> {
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..]
        .find(['/', '?', '#'])
        .map_or(address.len(), |at| start + at);
    let at = address[start..end].rfind('@')?;
    Some((start, start + at))
}

/// Replaces `USER:PASSWORD@` in every address of a variable by `***@`. A proxy may be named without `http://`.
pub(super) fn masked(text: &str) -> String {
    match user_info(text) {
        Some((0, end)) if !text.contains("://") => format!("***{}", &text[end..]),
        _ => without_credentials(text).into_owned(),
    }
}

/// Returns what must never be shown of the addresses in a text: passwords, and names that stand alone, which are tokens.
pub(super) fn secrets(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || ",\"'".contains(c));
    let infos = words
        .filter(|word| word.contains("://"))
        .filter_map(|word| {
            let is_ssh = word
                .split("://")
                .next()
                .is_some_and(|it| it.ends_with("ssh"));
            let (start, end) = user_info(word)?;
            match word[start..end].split_once(':') {
                Some((_, password)) => Some(password),
                // The user of ssh is no secret.
                None if is_ssh => None,
                None => Some(&word[start..end]),
            }
        });
    let mut secrets = Vec::new();
    for secret in infos.filter(|it| it.len() > 2) {
        secrets.push(secret.to_owned());
        let decoded = percent_decode(secret);
        if decoded != secret {
            secrets.push(decoded);
        }
    }
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_tokens_are_secrets_and_users_of_ssh_are_none() {
        for (text, expected) in [
            ("https://ada:s3cret@index.example/simple", vec!["s3cret"]),
            ("x @ git+https://ghp_token@host/x.git", vec!["ghp_token"]),
            (
                "a=https://u:p%40ss@a.example https://b.example/@x",
                vec!["p%40ss", "p@ss"],
            ),
            ("git+ssh://git@host/x.git", vec![]),
            ("ada@example.org", vec![]),
        ] {
            assert_eq!(secrets(text), expected, "{text}");
        }
    }
}
