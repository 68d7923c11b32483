//! The spellings that writers of files give a path: the table of [`super`].
//!
//! Pure. Each of them is searched for as bytes, so that one that is missing here is never found.

use std::fmt::Write as _;

/// Returns the spellings of a path, each with where its next letter tells.
pub(super) fn spellings(path: &[u8]) -> Vec<(Vec<u8>, usize)> {
    let mut spellings = vec![
        path.to_vec(),
        percent_encoded(path, "0123456789ABCDEF"),
        percent_encoded(path, "0123456789abcdef"),
        replaced(path, &[(b'/', b"\\/")]),
        replaced(path, &[(b'\'', b"'\\''")]),
        replaced(path, &[(b'\'', b"'\"'\"'")]),
        replaced(path, &[(b'\'', b"\\'"), (b'\\', b"\\\\")]),
        replaced(
            path,
            &[
                (b' ', b"\\ "),
                (b'\'', b"\\'"),
                (b'&', b"\\&"),
                (b'(', b"\\("),
                (b')', b"\\)"),
            ],
        ),
        replaced(path, &[(b'"', b"\\\""), (b'\\', b"\\\\")]),
        replaced(
            path,
            &[
                (b'&', b"&amp;"),
                (b'<', b"&lt;"),
                (b'>', b"&gt;"),
                (b'\'', b"&#x27;"),
            ],
        ),
        replaced(path, &[(b'&', b"&amp;"), (b'<', b"&lt;"), (b'>', b"&gt;")]),
        python_bytes(path),
    ];
    let mut wide = Vec::new();
    if let Ok(text) = std::str::from_utf8(path) {
        spellings.push(json_ascii(text, false));
        spellings.push(json_ascii(text, true));
        let units: Vec<u16> = text.encode_utf16().collect();
        wide.push((
            units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            0,
        ));
        wide.push((
            units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            1,
        ));
    }
    spellings
        .into_iter()
        .map(|form| (form, 0))
        .chain(wide)
        .collect()
}

fn percent_encoded(path: &[u8], digits: &str) -> Vec<u8> {
    let digits = digits.as_bytes();
    path.iter()
        .flat_map(|byte| {
            if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
                vec![*byte]
            } else {
                let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
                vec![b'%', digits[high], digits[low]]
            }
        })
        .collect()
}

fn replaced(path: &[u8], replacements: &[(u8, &[u8])]) -> Vec<u8> {
    let form = |byte: &u8| {
        let found = replacements.iter().find(|(from, _)| from == byte);
        found.map_or_else(|| vec![*byte], |(_, to)| to.to_vec())
    };
    path.iter().flat_map(form).collect()
}

/// Spells a path as `repr` does for bytes.
fn python_bytes(path: &[u8]) -> Vec<u8> {
    let form = |byte: &u8| match byte {
        b'\'' | b'\\' => vec![b'\\', *byte],
        b' '..=b'~' => vec![*byte],
        byte => format!("\\x{byte:02x}").into_bytes(),
    };
    path.iter().flat_map(form).collect()
}

/// Spells a path as JSON in ASCII.
fn json_ascii(path: &str, escape_slash: bool) -> Vec<u8> {
    let mut form = String::new();
    for unit in path.encode_utf16() {
        match u8::try_from(unit) {
            Ok(b'/') if escape_slash => form.push_str("\\/"),
            Ok(byte @ (b'"' | b'\\')) => form.extend(['\\', char::from(byte)]),
            Ok(byte @ b' '..=b'~') => form.push(char::from(byte)),
            _ => {
                let _ = write!(form, "\\u{unit:04x}");
            }
        }
    }
    form.into_bytes()
}
