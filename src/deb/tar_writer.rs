//! Writes the tar dialect that dpkg, apt and GNU tar all read: GNU headers, `L` and `K` records, never pax.
//!
//! Every field is set here, because the helpers of the `tar` crate strip `./` from short names only. Numbers that do not
//! fit octal digits go in base 256. The end is two zero blocks, without padding to a 10 KiB record: all readers stop at them.

use crate::deb::{ArchivePath, Mode, Timestamp};
use std::io::{self, Read, Write};

/// The name that GNU tar gives to records holding a long name or link target.
const LONG_RECORD: &[u8] = b"././@LongLink";

/// A tar archive being written.
pub(in crate::deb) struct TarWriter<W: Write> {
    writer: W,
}

impl<W: Write> TarWriter<W> {
    /// Begins an archive.
    pub(in crate::deb) fn new(writer: W) -> Self {
        TarWriter { writer }
    }

    /// Returns the writer below, between two entries.
    pub(in crate::deb) fn writer(&mut self) -> &mut W {
        &mut self.writer
    }

    /// Writes the directory `./`, the first entry of both archives.
    pub(in crate::deb) fn root(&mut self, mtime: Timestamp) -> io::Result<()> {
        self.header(
            b"./",
            tar::EntryType::Directory,
            Mode::DIRECTORY.bits(),
            0,
            mtime,
            b"",
        )
    }

    /// Writes a directory.
    pub(in crate::deb) fn directory(
        &mut self,
        path: &ArchivePath,
        mode: Mode,
        mtime: Timestamp,
    ) -> io::Result<()> {
        let mut name = dotted(path);
        name.push(b'/');
        self.header(&name, tar::EntryType::Directory, mode.bits(), 0, mtime, b"")
    }

    /// Writes a file; `content` must have `size` bytes, and how many it has is returned when they differ.
    pub(in crate::deb) fn file(
        &mut self,
        path: &ArchivePath,
        mode: Mode,
        mtime: Timestamp,
        size: u64,
        content: &mut dyn Read,
    ) -> io::Result<u64> {
        self.header(
            &dotted(path),
            tar::EntryType::Regular,
            mode.bits(),
            size,
            mtime,
            b"",
        )?;
        let mut buffer = vec![0; 128 << 10];
        let mut written = 0;
        loop {
            let read = match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            written += read as u64;
            if written > size {
                return Ok(written);
            }
            self.writer.write_all(&buffer[..read])?;
        }
        if written == size {
            self.pad(size)?;
        }
        Ok(written)
    }

    /// Writes a symbolic link.
    pub(in crate::deb) fn link(
        &mut self,
        path: &ArchivePath,
        target: &[u8],
        mtime: Timestamp,
    ) -> io::Result<()> {
        self.header(
            &dotted(path),
            tar::EntryType::Symlink,
            0o777,
            0,
            mtime,
            target,
        )
    }

    /// Ends the archive and returns the writer below, not flushed.
    pub(in crate::deb) fn finish(mut self) -> io::Result<W> {
        self.writer.write_all(&[0; 1024])?;
        Ok(self.writer)
    }

    fn header(
        &mut self,
        name: &[u8],
        kind: tar::EntryType,
        mode: u32,
        size: u64,
        mtime: Timestamp,
        target: &[u8],
    ) -> io::Result<()> {
        self.long_record(tar::EntryType::GNULongLink, target)?;
        self.long_record(tar::EntryType::GNULongName, name)?;
        let header = plain_header(name, kind, mode, size, mtime.seconds(), target);
        self.writer.write_all(header.as_bytes())
    }

    /// Writes the record that holds what does not fit its field of 100 bytes.
    fn long_record(&mut self, kind: tar::EntryType, value: &[u8]) -> io::Result<()> {
        if value.len() <= 100 {
            return Ok(());
        }
        let size = value.len() as u64 + 1;
        let header = plain_header(LONG_RECORD, kind, 0o644, size, 0, b"");
        self.writer.write_all(header.as_bytes())?;
        self.writer.write_all(value)?;
        self.writer.write_all(&[0])?;
        self.pad(size)
    }

    fn pad(&mut self, size: u64) -> io::Result<()> {
        let rest = usize::try_from(size % 512).map_err(io::Error::other)?;
        if rest > 0 {
            self.writer.write_all(&[0; 512][rest..])?;
        }
        Ok(())
    }
}

fn dotted(path: &ArchivePath) -> Vec<u8> {
    [b"./", path.as_bytes()].concat()
}

fn plain_header(
    name: &[u8],
    kind: tar::EntryType,
    mode: u32,
    size: u64,
    mtime: u64,
    target: &[u8],
) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(size);
    header.set_mtime(mtime);
    header.set_entry_type(kind);
    if let Some(fields) = header.as_gnu_mut() {
        put(&mut fields.name, name);
        put(&mut fields.linkname, target);
        // dpkg maps names before numbers, so that any other name would own the files.
        put(&mut fields.uname, b"root");
        put(&mut fields.gname, b"root");
        fields.cksum = [b' '; 8];
    }
    let sum = header.as_bytes().iter().map(|b| u32::from(*b)).sum::<u32>();
    if let Some(fields) = header.as_gnu_mut() {
        // Six digits, NUL, space: as GNU tar writes it.
        put(&mut fields.cksum, format!("{sum:06o}\0").as_bytes());
    }
    header
}

/// Puts the start of `value` into a field, which a NUL ends only where there is room.
fn put(field: &mut [u8], value: &[u8]) {
    let length = value.len().min(field.len());
    field[..length].copy_from_slice(&value[..length]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_the_bytes_that_gnu_tar_writes() {
        let header = plain_header(
            b"./a",
            tar::EntryType::Regular,
            0o755,
            5,
            1_500_000_000,
            b"",
        );
        let bytes = header.as_bytes();
        assert_eq!(
            &bytes[100..156],
            b"0000755\x000000000\x000000000\x0000000000005\x0013132027400\x00010042\x00 "
        );
        assert_eq!(&bytes[257..265], b"ustar  \0");
        assert_eq!(&bytes[265..270], b"root\0");
        assert!(bytes[329..].iter().all(|b| *b == 0));
    }

    #[test]
    fn a_size_beyond_eight_gibibytes_is_in_base_256() {
        let header = plain_header(b"./a", tar::EntryType::Regular, 0o644, 1 << 33, 0, b"");
        assert_eq!(
            &header.as_bytes()[124..136],
            &[0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]
        );
        let header = plain_header(
            b"./a",
            tar::EntryType::Regular,
            0o644,
            (1 << 33) - 1,
            0,
            b"",
        );
        assert_eq!(&header.as_bytes()[124..136], b"77777777777\0");
    }
}
