//! One block of a tar archive, taken apart as dpkg does (dpkg's tarfn.c; POSIX ustar, GNU tar).
//!
//! Fields end at the first NUL. Numbers are octal digits, or base 256 where the first byte is 0x80 (0xff below zero).

use std::ops::Range;

/// The size of a header, and what content is filled up to.
pub(in crate::deb) const BLOCK: usize = 512;

/// Returns what content of this size takes in an archive; sizes have 63 bits.
pub(super) fn padded(size: u64) -> u64 {
    size.next_multiple_of(BLOCK as u64)
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Another name of a file that came before.
    HardLink,
    /// A character device.
    CharacterDevice,
    /// A block device.
    BlockDevice,
    /// A named pipe.
    Fifo,
    /// Something that dpkg does not know; the byte is tar's type.
    Other(u8),
}

impl Kind {
    /// Returns what it is called.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::File => "file",
            Kind::Directory => "directory",
            Kind::Symlink => "symlink",
            Kind::HardLink => "hard-link",
            Kind::CharacterDevice => "character-device",
            Kind::BlockDevice => "block-device",
            Kind::Fifo => "fifo",
            Kind::Other(_) => "unknown",
        }
    }

    pub(super) fn from_type(byte: u8) -> Self {
        match byte {
            0 | b'0' => Kind::File,
            b'1' => Kind::HardLink,
            b'2' => Kind::Symlink,
            b'3' => Kind::CharacterDevice,
            b'4' => Kind::BlockDevice,
            b'5' => Kind::Directory,
            b'6' => Kind::Fifo,
            other => Kind::Other(other),
        }
    }
}

/// A header block whose checksum was right.
pub(super) struct Header<'a>(&'a [u8; BLOCK]);

impl<'a> Header<'a> {
    /// Takes a block; nothing when its checksum is another one.
    pub(super) fn checked(block: &'a [u8; BLOCK]) -> Option<Self> {
        let blanks = 8 * u64::from(b' ');
        let others = block[..148].iter().chain(&block[156..]);
        let sum = others.map(|b| u64::from(*b)).sum::<u64>() + blanks;
        (octal(&block[148..156])? == sum).then_some(Header(block))
    }

    fn text(&self, range: Range<usize>) -> &'a [u8] {
        up_to_nul(&self.0[range])
    }

    /// Returns tar's type.
    pub(super) fn type_byte(&self) -> u8 {
        self.0[156]
    }

    /// Returns the field of the name, and the one in front of it that only ustar has.
    pub(super) fn name(&self) -> (&'a [u8], &'a [u8]) {
        let is_ustar = &self.0[257..263] == b"ustar\0";
        let prefix = if is_ustar { self.text(345..500) } else { b"" };
        (prefix, self.text(0..100))
    }

    pub(super) fn target(&self) -> &'a [u8] {
        self.text(157..257)
    }

    pub(super) fn user(&self) -> &'a [u8] {
        self.text(265..297)
    }

    pub(super) fn group(&self) -> &'a [u8] {
        self.text(297..329)
    }

    pub(super) fn mode(&self) -> Option<u32> {
        self.unsigned(100..108)?.try_into().ok()
    }

    pub(super) fn uid(&self) -> Option<u64> {
        self.unsigned(108..116)
    }

    pub(super) fn gid(&self) -> Option<u64> {
        self.unsigned(116..124)
    }

    pub(super) fn size(&self) -> Option<u64> {
        self.unsigned(124..136)
            .filter(|size| i64::try_from(*size).is_ok())
    }

    pub(super) fn mtime(&self) -> Option<i64> {
        self.number(136..148)?.try_into().ok()
    }

    /// Returns the major and minor number of a device.
    pub(super) fn device(&self) -> Option<(u64, u64)> {
        Some((self.unsigned(329..337)?, self.unsigned(337..345)?))
    }

    /// Returns whether the header of a sparse file is continued in the next block.
    pub(super) fn is_continued(&self) -> bool {
        self.0[482] != 0
    }

    fn unsigned(&self, range: Range<usize>) -> Option<u64> {
        self.number(range)?.try_into().ok()
    }

    fn number(&self, range: Range<usize>) -> Option<i128> {
        let field = &self.0[range];
        match field[0] {
            0x80 | 0xff => base_256(field),
            _ => octal(field).map(i128::from),
        }
    }
}

/// Returns what is before the first NUL.
pub(super) fn up_to_nul(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|b| *b == 0);
    &field[..end.unwrap_or(field.len())]
}

/// Parses spaces, octal digits, and then spaces or NULs only; no digits are 0, as in the device fields of GNU tar.
fn octal(field: &[u8]) -> Option<u64> {
    let start = field.iter().position(|b| *b != b' ');
    let field = &field[start.unwrap_or(field.len())..];
    let length = field
        .iter()
        .take_while(|b| (b'0'..=b'7').contains(*b))
        .count();
    let (digits, rest) = field.split_at(length);
    if rest.iter().any(|b| *b != b' ' && *b != 0) {
        return None;
    }
    // Twelve digits have 36 bits.
    Some(
        digits
            .iter()
            .fold(0, |sum, digit| sum * 8 + u64::from(digit - b'0')),
    )
}

/// Parses two's complement of as many bytes as the field has; nothing when it is beyond 64 bits and a sign.
fn base_256(field: &[u8]) -> Option<i128> {
    let start = if field[0] == 0x80 { 0 } else { -1 };
    // At most twelve bytes, of which the first is the sign.
    let value = field[1..]
        .iter()
        .fold(start, |sum: i128, byte| (sum << 8) | i128::from(*byte));
    let fits = value >= i128::from(i64::MIN) && value <= i128::from(u64::MAX);
    fits.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_digits_or_base_256() {
        for (field, number) in [
            (&b"0000755\0"[..], Some(0o755)),
            (b"   755 \0", Some(0o755)),
            (b"77777777", Some(0o7777_7777)),
            (b"\0\0\0\0\0\0\0\0", Some(0)),
            (b"        ", Some(0)),
            (b"0000789\0", None),
            (b"-0000755", None),
            (b"1\x001\0\0\0\0\0", None),
        ] {
            assert_eq!(octal(field), number, "{field:?}");
        }
        assert_eq!(base_256(&[0x80, 0, 1, 0]), Some(256));
        assert_eq!(base_256(&[0xff, 0xff, 0xff]), Some(-1));
        assert_eq!(base_256(&[0xff, 0xff, 0xfe]), Some(-2));
        let most = [
            0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        ];
        assert_eq!(base_256(&most), Some(i128::from(u64::MAX)));
        assert_eq!(base_256(&[0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    }
}
