//! What `@name@` and `@prefix@` stand for: the only substitutions, in commands and paths of the host (DESIGN 4).

use super::table::Located;

/// The values of both.
pub(super) struct Substitutions {
    /// The package's name.
    pub(super) name: String,
    /// Where the virtualenv is on the host.
    pub(super) prefix: String,
}

/// Returns what looks like a substitution and is none, such as `@package@`.
pub(super) fn unknown(text: &str) -> Option<&str> {
    let ends: Vec<_> = text.match_indices('@').map(|(at, _)| at).collect();
    ends.windows(2)
        .map(|pair| &text[pair[0]..=pair[1]])
        .find(|found| {
            let name = &found[1..found.len() - 1];
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
            !name.is_empty() && name.bytes().all(fits)
        })
}

impl Substitutions {
    /// Puts both values into a text.
    pub(super) fn apply(&self, text: &mut Located<String>) {
        text.value = text
            .value
            .replace("@prefix@", &self.prefix)
            .replace("@name@", &self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_substitution_is_found() {
        for (text, found) in [
            ("/var/lib/@package@/x", Some("@package@")),
            ("@prefix@", Some("@prefix@")),
            ("/a@b@c", Some("@b@")),
            ("/usr/lib/systemd/system/getty@.service", None),
            ("/a@@b", None),
            ("/a@B@c", None),
        ] {
            assert_eq!(unknown(text), found, "{text}");
        }
    }
}
