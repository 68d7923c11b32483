//! What `@name@` and `@prefix@` stand for: the only substitutions, in commands and paths of the host (DESIGN 4).

use super::code::Code;
use super::table::{Located, Table};

/// The values of both.
pub(super) struct Substitutions {
    /// The package's name.
    pub(super) name: String,
    /// Where the virtualenv is on the host.
    pub(super) prefix: String,
}

/// Returns what looks like a substitution and is none, such as `@package@`.
pub(crate) fn unknown(text: &str) -> Option<&str> {
    all_like(text).next()
}

/// Returns all that looks like a substitution; an `@` that ends one begins no other.
fn all_like(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find('@')?;
            let end = start + 1 + rest[start + 1..].find('@')?;
            let name = &rest[start + 1..end];
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte == b'-' || byte == b'_';
            if !name.is_empty() && name.bytes().all(fits) {
                let found = &rest[start..=end];
                rest = &rest[end + 1..];
                return Some(found);
            }
            rest = &rest[end..];
        }
    })
}

/// Returns what looks like a substitution and is neither of both.
fn neither(text: &str) -> Option<&str> {
    all_like(text).find(|found| !["@prefix@", "@name@"].contains(found))
}

/// Says what to write in place of a substitution that is none.
fn cure(found: &str) -> String {
    let word = found.trim_matches('@');
    match ["prefix", "name"]
        .into_iter()
        .find(|known| strsim::damerau_levenshtein(known, word) <= 2)
    {
        Some(known) => format!("did you mean `@{known}@`?"),
        None => "only `@prefix@` and `@name@` are replaced".to_owned(),
    }
}

impl Substitutions {
    /// Returns whether a path is the package's own folder in `/etc`.
    pub(super) fn is_own_folder(&self, path: &str) -> bool {
        path.strip_prefix("/etc/") == Some(self.name.as_str())
    }

    /// Puts both values into a text that a program of the host will read; a misspelt substitution is
    /// refused, and `false` returned.
    pub(super) fn apply_or_refuse(
        &self,
        table: &Table<'_>,
        name: &str,
        text: &mut Located<String>,
    ) -> bool {
        let found = neither(&text.value).map(str::to_owned);
        let is_wrong = found.is_some();
        if let Some(found) = found {
            table.invalid(
                name,
                text.span.clone(),
                &format!("`{found}` stands for nothing"),
                cure(&found),
            );
        }
        self.apply(text);
        !is_wrong
    }

    /// Puts both values into a text that may hold anything, such as lines of sh; what looks like another substitution gives a
    /// warning.
    pub(super) fn apply_or_warn(&self, table: &Table<'_>, name: &str, text: &mut Located<String>) {
        let found = neither(&text.value).map(str::to_owned);
        if let Some(found) = found {
            table.warning(
                Code::UnusualValue,
                text.span.clone(),
                format!("`{name}` keeps `{found}` as it stands"),
                "it stands for nothing",
                cure(&found),
            );
        }
        self.apply(text);
    }

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
