//! The outer archive as dpkg and apt read it (deb(5); dpkg's ar.c, apt's arfile.cc).
//!
//! A header has 60 bytes of ASCII: name, time, owner, group, mode, size, and two bytes that end it. dpkg looks at the name
//! and the size only; apt also wants numbers in the other fields, the mode in octal digits.
//!
//! # Limits
//!
//! The `#1/` and `//` names of BSD and GNU ar are not resolved: no member of a `.deb` has a name that long.

use super::fill::fill;
use super::finding::{Findings, Rule};
use super::header::up_to_nul;
use super::place::shown;
use crate::failure::Failure;
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::io::{self, BufRead, BufReader, Read};

const MAGIC: &[u8; 8] = b"!<arch>\n";

const NUL_NAME: Rule = Rule::error(
    "ar-name",
    "fill the name up with spaces, as `dpkg-deb -b` does: apt does not find the member",
);
const APT_NUMBER: Rule = Rule::error(
    "ar-number",
    "write decimal digits (octal for the mode), as `dpkg-deb -b` does: apt refuses the package",
);
const NUMBER_END: Rule = Rule::warning(
    "ar-number-end",
    "fill the field up with spaces, as `dpkg-deb -b` does",
);
const PADDING: Rule = Rule::warning(
    "ar-padding",
    "write a line feed after a member of odd size, as `dpkg-deb -b` does",
);
const ODD_SIZE: Rule = Rule::error(
    "odd-size",
    "write a line feed after the last member when its size is odd: newer dpkg refuses the package",
);

/// What a header says of a member.
#[derive(Debug)]
pub(in crate::deb) struct Header {
    /// Without spaces and the final `/` of GNU ar.
    pub(in crate::deb) name: Vec<u8>,
    /// In bytes.
    pub(in crate::deb) size: u64,
    /// Where the header is in the file.
    pub(super) offset: u64,
}

/// An archive being read.
#[derive(Debug)]
pub(in crate::deb) struct Ar<R> {
    reader: Hashing<R>,
}

impl<R: Read> Ar<R> {
    /// Reads what every archive begins with.
    pub(in crate::deb) fn begin(reader: R) -> Result<Self> {
        let mut reader = Hashing::new(reader);
        let mut magic = [0; MAGIC.len()];
        let found = fill(&mut reader, &mut magic).context("reading the package failed")?;
        if magic == *MAGIC {
            return Ok(Ar { reader });
        }
        let what = if found == 0 {
            "it is empty".to_owned()
        } else if magic.starts_with(b"0.93") {
            "it has the format of before 1995, `0.939000`".to_owned()
        } else {
            let start = &magic[..found];
            format!("it begins with `{}`, not with `!<arch>`", shown(start))
        };
        Err(Failure::build(format!("this is not a .deb: {what}"))
            .hint("see what it is with `file`; a package that was cut off or changed on its way has to be fetched again")
            .into())
    }

    /// Reads the next header; nothing when the file ends there.
    pub(in crate::deb) fn next(&mut self, findings: &mut Findings) -> Result<Option<Header>> {
        let offset = self.reader.offset;
        let mut header = [0; 60];
        let found = fill(&mut self.reader, &mut header)
            .with_context(|| format!("reading the package failed at byte {offset}"))?;
        if found == 0 {
            return Ok(None);
        }
        if found < header.len() || header[58..] != *b"`\n" {
            let why = if found < header.len() {
                "is cut off"
            } else {
                "does not end as headers do"
            };
            return Err(Failure::build(format!(
                "the header of a member at byte {offset} {why}"
            ))
            .hint("a member of odd size is followed by a line feed; a file that is cut off has to be fetched again")
            .into());
        }
        let name = trimmed_name(&header[..16]).to_vec();
        let Some(size) = parse_size(&header[48..58]) else {
            return Err(Failure::build(format!(
                "the member `{}` at byte {offset} has the size `{}`, which is not a number",
                shown(&name),
                shown(&header[48..58])
            ))
            .into());
        };
        if header[..16].contains(&0) {
            let problem = format!("its name is `{}`, with NUL bytes", shown(&header[..16]));
            findings.add(&NUL_NAME, &format!("`{}`", shown(&name)), problem);
        }
        check_numbers(&header, &name, findings);
        Ok(Some(Header { name, size, offset }))
    }

    /// Returns a reader of the next `size` bytes.
    pub(in crate::deb) fn content(&mut self, size: u64) -> io::Take<&mut Hashing<R>> {
        Read::take(&mut self.reader, size)
    }

    /// Skips what is left of a member and the byte that makes its size even.
    pub(in crate::deb) fn end(
        &mut self,
        header: &Header,
        left: u64,
        findings: &mut Findings,
    ) -> Result<()> {
        let skipped = io::copy(&mut self.content(left), &mut io::sink())
            .with_context(|| format!("reading `{}` failed", shown(&header.name)))?;
        if skipped != left {
            let there = header.size - (left - skipped);
            return Err(Failure::build(format!(
                "the member `{}` at byte {} has {there} of its {} bytes",
                shown(&header.name),
                header.offset,
                header.size
            ))
            .hint("the file was cut off, or its sizes are wrong: fetch it again")
            .into());
        }
        if header.size.is_multiple_of(2) {
            return Ok(());
        }
        let mut padding = [0];
        let place = format!("`{}`", shown(&header.name));
        match fill(&mut self.reader, &mut padding).context("reading the package failed")? {
            0 => findings.add(
                &ODD_SIZE,
                &place,
                "it is last, and the file has an odd number of bytes",
            ),
            _ if padding != *b"\n" => findings.add(
                &PADDING,
                &place,
                format!(
                    "the byte that makes its size even is {:#04x}, not a line feed",
                    padding[0]
                ),
            ),
            _ => {}
        }
        Ok(())
    }

    /// Returns how many bytes were read, and their SHA-256.
    pub(in crate::deb) fn finish(self) -> (u64, [u8; 32]) {
        (self.reader.offset, self.reader.sha256.finalize().into())
    }
}

/// Returns the name as dpkg takes it: without the spaces at its end, without one `/` of GNU ar before them, and then cut
/// at the first NUL (`dpkg_ar_normalize_name`, and comparisons of C strings).
fn trimmed_name(field: &[u8]) -> &[u8] {
    let end = field.iter().rposition(|b| *b != b' ');
    let name = &field[..end.map_or(0, |at| at + 1)];
    up_to_nul(name.strip_suffix(b"/").unwrap_or(name))
}

/// Parses a size as dpkg does: spaces, digits up to a space.
fn parse_size(field: &[u8]) -> Option<u64> {
    let digits = field.trim_ascii_start();
    let end = digits.iter().position(|b| *b == b' ');
    let digits = &digits[..end.unwrap_or(digits.len())];
    // Ten digits fit.
    digits.iter().try_fold(0, |sum: u64, digit| {
        let value = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(sum * 10 + value)
    })
}

/// What apt parses and dpkg does not look at.
fn check_numbers(header: &[u8; 60], name: &[u8], findings: &mut Findings) {
    for (field, range, digits) in [
        ("time", 16..28, b'0'..=b'9'),
        ("owner", 28..34, b'0'..=b'9'),
        ("group", 34..40, b'0'..=b'9'),
        ("mode", 40..48, b'0'..=b'7'),
        ("size", 48..58, b'0'..=b'9'),
    ] {
        let text = &header[range];
        let number = text.trim_ascii_start();
        let length = number.iter().take_while(|b| digits.contains(b)).count();
        let rest = &number[length..];
        let place = format!("`{}`", shown(name));
        let problem = || format!("its {field} is `{}`", shown(text));
        if length == 0 && !rest.is_empty() {
            findings.add(&APT_NUMBER, &place, problem());
        } else if rest.iter().any(|b| *b != b' ') {
            findings.add(&NUMBER_END, &place, problem());
        }
    }
}

/// A reader that counts and hashes what is taken from it.
pub(in crate::deb) struct Hashing<R> {
    reader: BufReader<R>,
    sha256: Sha256,
    offset: u64,
}

impl<R: Read> Hashing<R> {
    fn new(reader: R) -> Self {
        Hashing {
            reader: BufReader::with_capacity(128 << 10, reader),
            sha256: Sha256::new(),
            offset: 0,
        }
    }
}

impl<R> std::fmt::Debug for Hashing<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hashing at {}", self.offset)
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        buffer[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: Read> BufRead for Hashing<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let taken = &self.reader.buffer()[..amount];
        self.sha256.update(taken);
        self.offset += amount as u64;
        self.reader.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_in_spaces_or_a_slash() {
        for (field, name) in [
            (&b"debian-binary   "[..], &b"debian-binary"[..]),
            (b"data.tar.zst/   ", b"data.tar.zst"),
            (b"/               ", b""),
            (b"                ", b""),
            (b"0123456789abcdef", b"0123456789abcdef"),
            (b"data.tar.gz\0x   ", b"data.tar.gz"),
            (b"data.tar\0\0\0\0\0\0\0\0", b"data.tar"),
            (b"data.tar/\0      ", b"data.tar/"),
            (b"data.tar//      ", b"data.tar/"),
            (b"data.tar x      ", b"data.tar x"),
            (b" data.tar       ", b" data.tar"),
        ] {
            assert_eq!(trimmed_name(field), name);
        }
    }

    #[test]
    fn a_size_is_decimal_digits() {
        for (field, size) in [
            (&b"4         "[..], Some(4)),
            (b"   4      ", Some(4)),
            (b"9999999999", Some(9_999_999_999)),
            (b"          ", Some(0)),
            (b"4 x       ", Some(4)),
            (b"-4        ", None),
            (b"+4        ", None),
            (b"0x4       ", None),
            (b"4\n        ", None),
        ] {
            assert_eq!(parse_size(field), size, "{}", shown(field));
        }
    }
}
