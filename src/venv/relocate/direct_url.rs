//! `direct_url.json` (PEP 610): where a distribution that is not from an index came from.
//!
//! What names a file of the build machine goes, and so does an editable install, by stopping the build. A repository or an
//! archive at an address stays: it is true on the host too.

use serde::Deserialize;

/// Where a distribution came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An address that means the same everywhere.
    Address,
    /// A file or folder of the build machine.
    BuildMachine,
    /// A folder of the build machine that still holds the code.
    Editable,
}

#[derive(Deserialize)]
struct DirectUrl {
    url: String,
    #[serde(default)]
    dir_info: DirInfo,
}

#[derive(Default, Deserialize)]
struct DirInfo {
    #[serde(default)]
    editable: bool,
}

/// Reads the origin.
///
/// # Errors
/// When it is not the JSON of PEP 610.
pub fn origin(bytes: &[u8]) -> Result<Origin, serde_json::Error> {
    let direct: DirectUrl = serde_json::from_slice(bytes)?;
    Ok(if direct.dir_info.editable {
        Origin::Editable
    } else if direct.url.starts_with("file:") || direct.url.contains("+file:") {
        Origin::BuildMachine
    } else {
        Origin::Address
    })
}

/// Returns the name of the file that a distribution was installed from, when it was one of this machine.
pub fn file_name(bytes: &[u8]) -> Option<String> {
    let direct: DirectUrl = serde_json::from_slice(bytes).ok()?;
    let path = direct.url.strip_prefix("file:")?;
    let name = path.rsplit('/').next()?.as_bytes();
    let mut plain = Vec::new();
    let mut at = 0;
    while let Some(byte) = name.get(at) {
        let digits = name
            .get(at + 1..at + 3)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let decoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let decoded = decoded.filter(|_| *byte == b'%');
        plain.push(decoded.unwrap_or(*byte));
        at += if decoded.is_some() { 3 } else { 1 };
    }
    String::from_utf8(plain).ok()
}

/// A file as every installer's is written.
#[derive(Debug, PartialEq, Eq)]
pub struct Normal {
    /// The new bytes.
    pub bytes: Vec<u8>,
    /// Whether a name or password was taken out of the address.
    pub had_credentials: bool,
}

/// Returns the file in one form, whichever installer wrote it: without credentials and blanks, its keys in order, each fact once.
pub fn normal(bytes: &[u8]) -> Option<Normal> {
    let mut document: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let without = without_credentials(document.get("url")?.as_str()?);
    let had_credentials = without.is_some();
    if let Some(address) = without {
        document["url"] = address.into();
    }
    if let Some(archive) = document
        .get_mut("archive_info")
        .and_then(|it| it.as_object_mut())
    {
        // `hash` is the older spelling of the one in `hashes`; whether either is there depends on who was asked to check.
        archive.remove("hash");
        archive.remove("hashes");
    }
    if let Some(vcs) = document
        .get_mut("vcs_info")
        .and_then(|it| it.as_object_mut())
        && vcs.get("requested_revision") == vcs.get("commit_id")
    {
        vcs.remove("requested_revision");
    }
    document.sort_all_objects();
    let bytes = serde_json::to_vec(&document).ok()?;
    Some(Normal {
        bytes,
        had_credentials,
    })
}

fn without_credentials(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host_end = rest.find('/').unwrap_or(rest.len());
    let (_, host) = rest[..host_end].rsplit_once('@')?;
    Some(format!("{scheme}://{host}{}", &rest[host_end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_is_read_from_its_address() {
        let found = |url: &str| file_name(format!(r#"{{"url": "{url}"}}"#).as_bytes());
        assert_eq!(
            found("file:///a%20b/x-1.0%2Bl.1-py3-none-any.whl").as_deref(),
            Some("x-1.0+l.1-py3-none-any.whl")
        );
        assert_eq!(found("file:///a/100%25.whl").as_deref(), Some("100%.whl"));
        assert_eq!(found("https://example.org/x.whl"), None);
    }

    #[test]
    fn a_password_never_comes_with_an_address() {
        let text =
            r#"{"url": "https://ada:s3cret@example.org/a@b.git", "vcs_info": {"vcs": "git"}}"#;
        let expected = r#"{"url":"https://example.org/a@b.git","vcs_info":{"vcs":"git"}}"#;
        assert_eq!(
            normal(text.as_bytes()),
            Some(Normal {
                bytes: expected.into(),
                had_credentials: true,
            })
        );
    }

    #[test]
    fn uv_and_pip_tell_an_origin_in_one_form() {
        for (of_uv, of_pip, expected) in [
            (
                r#"{"url":"https://example.org/x.whl","archive_info":{}}"#,
                r#"{"archive_info": {"hash": "sha256=0a", "hashes": {"sha256": "0a"}}, "url": "https://example.org/x.whl"}"#,
                r#"{"archive_info":{},"url":"https://example.org/x.whl"}"#,
            ),
            (
                r#"{"url":"https://example.org/x","vcs_info":{"vcs":"git","commit_id":"0a"},"subdirectory":"y"}"#,
                r#"{"subdirectory": "y", "url": "https://example.org/x", "vcs_info": {"commit_id": "0a", "requested_revision": "0a", "vcs": "git"}}"#,
                r#"{"subdirectory":"y","url":"https://example.org/x","vcs_info":{"commit_id":"0a","vcs":"git"}}"#,
            ),
        ] {
            for text in [of_uv, of_pip] {
                let normal = normal(text.as_bytes()).expect("a document");
                assert_eq!(String::from_utf8(normal.bytes).as_deref(), Ok(expected));
                assert!(!normal.had_credentials);
            }
        }
    }

    #[test]
    fn only_addresses_mean_the_same_on_the_host() {
        let found = |text: &str| origin(text.as_bytes()).ok();
        assert_eq!(
            found(r#"{"url": "file:///src", "dir_info": {}}"#),
            Some(Origin::BuildMachine)
        );
        assert_eq!(
            found(r#"{"url": "file:///src", "dir_info": {"editable": true}}"#),
            Some(Origin::Editable)
        );
        let git =
            r#"{"url": "https://example.org/x.git", "vcs_info": {"vcs": "git", "commit_id": "1"}}"#;
        assert_eq!(found(git), Some(Origin::Address));
        assert_eq!(found("{}"), None);
    }
}
