//! RECORD (PEP 376, PEP 627): the list of a distribution's files, rewritten to say what the package holds.

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// One row: a path relative to site-packages, and the hash and size when the row has them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// The path, with `/` between parts; scripts are `../../../bin/NAME`.
    pub path: String,
    /// `sha256=` and the digest in URL-safe base64 without padding; empty for RECORD itself and for bytecode.
    pub hash: String,
    /// Size in bytes; empty where the hash is.
    pub size: String,
}

impl Row {
    /// Makes the row of a file with these bytes.
    pub fn of(path: impl Into<String>, bytes: &[u8]) -> Self {
        Row {
            path: path.into(),
            hash: format!("sha256={}", base64_url(&Sha256::digest(bytes))),
            size: bytes.len().to_string(),
        }
    }

    /// Makes the row of a file of this size, of which the digest is known.
    pub fn with_digest(path: impl Into<String>, digest: &[u8], size: u64) -> Self {
        Row {
            path: path.into(),
            hash: format!("sha256={}", base64_url(digest)),
            size: size.to_string(),
        }
    }

    /// Makes a row that makes no promise about the content.
    pub fn bare(path: impl Into<String>) -> Self {
        Row {
            path: path.into(),
            hash: String::new(),
            size: String::new(),
        }
    }
}

/// Reads the rows of a RECORD.
///
/// # Errors
/// When it is not CSV in UTF-8.
pub fn parse(bytes: &[u8]) -> Result<Vec<Row>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut rows = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    for row in reader.records() {
        let row = row.context("RECORD is not CSV in UTF-8")?;
        let field = |at: usize| row.get(at).unwrap_or_default().to_owned();
        if !field(0).is_empty() {
            rows.push(Row {
                path: field(0),
                hash: field(1),
                size: field(2),
            });
        }
    }
    Ok(rows)
}

/// Renders rows in the order of their paths, so that the installer's order does not matter.
pub fn render(mut rows: Vec<Row>) -> Result<Vec<u8>> {
    rows.sort();
    rows.dedup();
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record([row.path, row.hash, row.size])?;
    }
    writer.into_inner().context("RECORD could not be written")
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Encodes as RFC 4648 §5 without padding.
fn base64_url(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for position in 0..=chunk.len() {
            let index = word >> (18 - 6 * position) & 63;
            text.push(char::from(ALPHABET[index as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_that_pip_and_uv_write() {
        assert_eq!(
            Row::of("a", b"").hash,
            "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
        );
        assert_eq!(
            Row::of("a", b"uv").hash,
            "sha256=5hhM4Q4mYTT9z6QB6PGpUAW81PGNFrYrdXMj4oM_6ak"
        );
    }

    #[test]
    fn names_with_commas_and_quotes_survive() {
        let text = "\"a,b.py\",sha256=x,1\r\n\"say \"\"hi\"\".py\",,\nplain.py,sha256=y,2";
        let rows = parse(text.as_bytes()).expect("it is a RECORD");
        assert_eq!(rows[0].path, "a,b.py");
        assert_eq!(rows[1].path, "say \"hi\".py");
        assert_eq!(
            String::from_utf8(render(rows).expect("it is written")).expect("it is text"),
            "\"a,b.py\",sha256=x,1\nplain.py,sha256=y,2\n\"say \"\"hi\"\".py\",,\n"
        );
    }
}
