//! The outer archive: `debian-binary`, `control.tar.gz`, `data.tar` and its extension, in this order (deb(5)).
//!
//! The `ar` crate writes a size of more than ten digits without a word, and the file is broken then: checked here.

use crate::deb::{Method, Timestamp};
use anyhow::{Context as _, Result, bail};
use std::io::{Read, Write};

/// The version of the format; dpkg wants exactly this.
pub(super) const DEBIAN_BINARY: &[u8] = b"2.0\n";

/// Returns the names of the members, in order, when the data is compressed by `method`.
pub(super) fn member_names(method: Method) -> [String; 3] {
    [
        "debian-binary".to_owned(),
        "control.tar.gz".to_owned(),
        format!("data.tar{}", method.extension()),
    ]
}

/// What ten digits can say.
const LARGEST_MEMBER: u64 = 9_999_999_999;

/// Writes the whole file; the data member is read to its end and must have `data_size` bytes.
pub(super) fn write_members<W: Write>(
    writer: W,
    method: Method,
    time: Timestamp,
    control: &[u8],
    data: impl Read,
    data_size: u64,
) -> Result<()> {
    let mut ar = ar::Builder::new(writer);
    let [version_name, control_name, data_name] = member_names(method);
    let failed = "writing the package failed";
    let version_header = header(&version_name, DEBIAN_BINARY.len() as u64, time)?;
    ar.append(&version_header, DEBIAN_BINARY).context(failed)?;
    let control_header = header(&control_name, control.len() as u64, time)?;
    ar.append(&control_header, control).context(failed)?;
    let data_header = header(&data_name, data_size, time)?;
    ar.append(&data_header, data).context(failed)?;
    ar.into_inner().context(failed)?.flush().context(failed)
}

fn header(name: &str, size: u64, time: Timestamp) -> Result<ar::Header> {
    if size > LARGEST_MEMBER {
        bail!("`{name}` would have {size} bytes, a .deb can hold {LARGEST_MEMBER}");
    }
    let mut header = ar::Header::new(name.as_bytes().to_vec(), size);
    header.set_mtime(time.seconds());
    header.set_uid(0);
    header.set_gid(0);
    header.set_mode(0o100_644);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_the_bytes_that_dpkg_deb_writes() {
        let time = Timestamp::new(1_500_000_000).expect("it is in range");
        let mut bytes = Vec::new();
        write_members(&mut bytes, Method::Zstd, time, b"abc", &b"de"[..], 2)
            .expect("memory takes it");
        let expected = "!<arch>\n\
            debian-binary   1500000000  0     0     100644  4         `\n2.0\n\
            control.tar.gz  1500000000  0     0     100644  3         `\nabc\n\
            data.tar.zst    1500000000  0     0     100644  2         `\nde";
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    #[test]
    fn a_size_that_would_break_the_header_is_refused() {
        let time = Timestamp::new(0).expect("it is in range");
        assert!(header("data.tar.zst", 9_999_999_999, time).is_ok());
        assert!(header("data.tar.zst", 10_000_000_000, time).is_err());
    }
}
