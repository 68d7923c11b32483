//! Files and hashes as locks name them.

use super::Question;
use super::fault;
use crate::failure::Failure;

/// A hash that both installers check.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hash {
    algorithm: &'static str,
    digits: String,
}

/// Algorithms that both installers take, with the number of hexadecimal digits. MD5 and SHA-1 prove nothing.
const ALGORITHMS: &[(&str, usize)] = &[("sha256", 64), ("sha384", 96), ("sha512", 128)];

impl Hash {
    /// Reads `sha256:…`; nothing when it is of another kind.
    pub(super) fn parse(text: &str) -> Option<Hash> {
        let (algorithm, digits) = text.split_once(':')?;
        Hash::of(algorithm, digits)
    }

    /// Takes an algorithm and its digits.
    pub(super) fn of(algorithm: &str, digits: &str) -> Option<Hash> {
        let (algorithm, length) = ALGORITHMS.iter().find(|(name, _)| *name == algorithm)?;
        let fits = digits.len() == *length && digits.bytes().all(|it| it.is_ascii_hexdigit());
        fits.then(|| Hash {
            algorithm,
            digits: digits.to_ascii_lowercase(),
        })
    }

    /// Returns the option of a requirements file.
    pub(super) fn option(&self) -> String {
        format!(" --hash={}:{}", self.algorithm, self.digits)
    }
}

/// A file of an index, or of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LockedFile {
    /// Its name, which says what it fits.
    pub(super) name: String,
    pub(super) hashes: Vec<Hash>,
    /// Where it is in the source, below the lock's folder, when no index has it.
    pub(super) path: Option<String>,
}

/// Returns the file's name of an address or path.
pub(super) fn name_of(place: &str) -> String {
    let end = place.find(['?', '#']).unwrap_or(place.len());
    let name = place[..end].rsplit('/').next().unwrap_or_default();
    percent_decode(name)
}

/// Replaces `%41` by what it stands for (RFC 3986, 2.1).
pub fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|_| *first == b'%')
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(code) = code {
            bytes.push(code);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Refuses an address with a name or password in it, and one that would break the line it is written on.
pub(super) fn check_address(
    question: &Question<'_>,
    of: &str,
    address: &str,
) -> Result<(), Failure> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let is_ssh = address.starts_with("ssh://");
    let user = rest[..end].rsplit_once('@').map(|(user, _)| user);
    if user.is_some_and(|user| !is_ssh || user.contains(':')) {
        return Err(fault(
            question,
            format!("has credentials in the address of `{of}`"),
        )
        .hint("lock without them: the build takes them from netrc or from the environment"));
    }
    if address.chars().any(|c| c.is_control() || c.is_whitespace()) || !address.contains("://") {
        return Err(fault(question, format!("has no address at `{of}`")));
    }
    Ok(())
}

/// Returns a path below the lock's folder; nothing when it leaves the source.
pub(super) fn inner_path(path: &str) -> Option<String> {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts: Vec<_> = parts.collect();
    let leaves =
        path.starts_with('/') || parts.contains(&"..") || path.chars().any(char::is_control);
    (!leaves).then(|| parts.join("/"))
}

/// Checks a path of a lock: it stays inside the source.
pub(super) fn checked_path(
    question: &Question<'_>,
    of: &str,
    path: &str,
) -> Result<String, Failure> {
    inner_path(path).ok_or_else(|| {
        fault(
            question,
            format!("names `{path}` for `{of}`, which is outside the source"),
        )
        .hint("a clean machine has nothing there: depend on it by git, or move it into the repository")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashes_that_prove_something_count() {
        let digits = "0A".repeat(32);
        let hash = Hash::parse(&format!("sha256:{digits}")).expect("a hash");
        assert_eq!(hash.option(), format!(" --hash=sha256:{}", "0a".repeat(32)));
        assert_eq!(Hash::of("md5", &"0".repeat(32)), None);
        assert_eq!(Hash::parse("sha256:00"), None);
        assert_eq!(Hash::parse(&format!("sha256:{}", "x".repeat(64))), None);
    }

    #[test]
    fn a_file_has_the_last_name_of_its_address() {
        assert_eq!(
            name_of("https://example.org/a/b%2B1.whl#sha256=0"),
            "b+1.whl"
        );
        assert_eq!(name_of("wheels/a-1.tar.gz"), "a-1.tar.gz");
    }
}
