//! Compiled modules (`.pyc`, PEP 3147 and PEP 552): what their header and the name in them must be.
//!
//! # Limits
//! The code is not decoded: the name of the source is looked for as the bytes that it is.

use memchr::memmem;
use std::fmt;

/// The header: magic number, flags, and a hash or a time and a size.
const HEADER: usize = 16;

/// The flags of a file that is taken without a look at its source.
const UNCHECKED_HASH: u32 = 1;

/// What is wrong with a compiled module.
#[derive(Debug, PartialEq, Eq)]
pub enum BadBytecode {
    /// It is too short to have a header.
    Short,
    /// It depends on the time or the content of its source: these flags.
    Flags(u32),
    /// It does not name its source at the final path.
    Name,
}

impl fmt::Display for BadBytecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadBytecode::Short => f.write_str("it is shorter than the header of compiled modules"),
            BadBytecode::Flags(0) => {
                f.write_str("it is valid only as long as the time of its source does not change")
            }
            BadBytecode::Flags(3) => f.write_str("it reads its source at every import"),
            BadBytecode::Flags(flags) => write!(f, "its flags are {flags}, which no Python knows"),
            BadBytecode::Name => f.write_str("it does not name its source at the final path"),
        }
    }
}

/// Checks a compiled module whose source will be at `source` on the host.
///
/// # Errors
/// When it would not be used as it is, or tracebacks would name another file.
pub fn check(bytes: &[u8], source: &[u8]) -> Result<(), BadBytecode> {
    let Some((header, code)) = bytes.split_at_checked(HEADER) else {
        return Err(BadBytecode::Short);
    };
    let flags = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
    if flags != UNCHECKED_HASH {
        return Err(BadBytecode::Flags(flags));
    }
    if memmem::find(code, source).is_none() {
        return Err(BadBytecode::Name);
    }
    Ok(())
}

/// Returns the source of a compiled module: `a/__pycache__/m.cpython-311.pyc` is that of `a/m.py`. Nothing for one without
/// a source (PEP 3147), which stands where its source would.
pub fn source_of(path: &[u8]) -> Option<Vec<u8>> {
    let path = path.strip_suffix(b".pyc")?;
    let at = memmem::rfind(path, b"__pycache__/")?;
    let (folder, name) = (&path[..at], &path[at + b"__pycache__/".len()..]);
    let stem = name.split(|byte| *byte == b'.').next()?;
    let tag = memmem::find(name, b".cpython-")?;
    let stem = if tag > stem.len() { &name[..tag] } else { stem };
    Some([folder, stem, b".py"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(flags: u32, name: &str) -> Vec<u8> {
        let mut bytes = vec![0; HEADER];
        bytes[4..8].copy_from_slice(&flags.to_le_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes
    }

    #[test]
    fn only_unchecked_hashes_and_final_names_pass() {
        let source = b"/opt/demo/lib/m.py";
        let check = |flags, name| check(&module(flags, name), source);
        assert_eq!(check(1, "z/opt/demo/lib/m.py"), Ok(()));
        assert_eq!(check(0, ""), Err(BadBytecode::Flags(0)));
        assert_eq!(check(3, ""), Err(BadBytecode::Flags(3)));
        assert_eq!(check(1, "/stage/lib/m.py"), Err(BadBytecode::Name));
        assert_eq!(super::check(b"short", source), Err(BadBytecode::Short));
    }

    #[test]
    fn a_compiled_module_knows_its_source() {
        let found = |path: &str| source_of(path.as_bytes()).map(String::from_utf8);
        assert_eq!(
            found("a/__pycache__/m.cpython-311.pyc"),
            Some(Ok("a/m.py".to_owned()))
        );
        assert_eq!(
            found("a/__pycache__/m.n.cpython-311.pyc"),
            Some(Ok("a/m.n.py".to_owned()))
        );
        assert_eq!(found("a/m.pyc"), None);
    }
}
