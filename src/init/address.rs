//! Addresses in what an app's files say: whether a password stands in one, and how it is shown without it.
//!
//! What a user could have written before the `@` of a host is a password (RFC 3986, 3.2.1), but for the bare name that `ssh`
//! logs in with. `${NAME}` is no password: pip takes it from the environment.

/// Returns whether an address in the text has a password.
pub(super) fn has_password(text: &str) -> bool {
    without_passwords(text) != text
}

/// Writes `***` for every user and password.
pub(super) fn without_passwords(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + "://".len());
        shown.push_str(before);
        let end = after
            .find(|c: char| c.is_whitespace() || "/?#\"'`".contains(c))
            .unwrap_or(after.len());
        rest = after;
        if let Some(sign) = after[..end].rfind('@') {
            let is_ssh = before.ends_with("ssh://");
            if is_secret(&after[..sign], is_ssh) {
                shown.push_str("***");
                rest = &after[sign..];
            }
        }
    }
    shown + rest
}

fn is_secret(user: &str, is_ssh: bool) -> bool {
    let is_variable = |part: &str| {
        part.strip_prefix("${")
            .and_then(|rest| rest.strip_suffix('}'))
            .is_some_and(super::folder::is_identifier)
    };
    match user.split_once(':') {
        Some((_, password)) => !is_variable(password),
        None => !is_ssh && !is_variable(user) && user != "git",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        for (text, shown) in [
            (
                "a @ git+https://u:p@x.org/y.git and https://token@h",
                "a @ git+https://***@x.org/y.git and https://***@h",
            ),
            (
                "--index-url https://u:p@ss@h/simple",
                "--index-url https://***@h/simple",
            ),
            ("postgres://u:${P}@h/db", "postgres://u:${P}@h/db"),
            ("git+https://${TOKEN}@h/x", "git+https://${TOKEN}@h/x"),
            ("git+ssh://git@github.com/x", "git+ssh://git@github.com/x"),
            ("git+ssh://git:pw@h/x", "git+ssh://***@h/x"),
            ("https://h/@scope/x", "https://h/@scope/x"),
            ("no address", "no address"),
        ] {
            assert_eq!(without_passwords(text), shown);
            assert_eq!(has_password(text), shown.contains("***"), "{text}");
        }
    }
}
