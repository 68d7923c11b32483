//! Walks a tar archive as dpkg does when it unpacks (dpkg's tarfn.c), and says what it, apt or GNU tar would take
//! differently.
//!
//! Known are v7, ustar with its prefix, GNU tar with `L` and `K` records and numbers in base 256, hard links and devices.
//! Extended headers and sparse files, which dpkg refuses, are stepped over. Nothing is allocated for an entry: names
//! stand in the header, or in two buffers that are used again.

use super::broken::{broken, number};
use super::fill::fill;
use super::finding::Findings;
use super::header::{BLOCK, Header, Kind, padded, up_to_nul};
use super::oddities::{self, AFTER, END, PAX, PREFIX, RECORD, SLASH};
use super::place::shown;
use anyhow::{Context as _, Result};
use std::io::{self, Read};

/// More than this is no name or link target to apt (`APT_LONGNAME_LIMIT`).
const LONGEST_RECORD: u64 = 1 << 20;

/// An entry, as long as the walk stands at it.
#[derive(Debug)]
pub(in crate::deb) struct Entry<'a> {
    /// Its name as it stands.
    pub(in crate::deb) name: &'a [u8],
    pub(in crate::deb) kind: Kind,
    /// The bits as they stand, which may be more than twelve.
    pub(in crate::deb) mode: u32,
    pub(in crate::deb) uid: u64,
    pub(in crate::deb) gid: u64,
    /// Empty where the archive has numbers only.
    pub(in crate::deb) user: &'a [u8],
    pub(in crate::deb) group: &'a [u8],
    /// In bytes; 0 for what is no file.
    pub(in crate::deb) size: u64,
    /// Seconds since 1970.
    pub(in crate::deb) mtime: i64,
    /// Where a link points; empty for what is none.
    pub(in crate::deb) target: &'a [u8],
    /// The numbers of a device.
    pub(in crate::deb) device: (u64, u64),
}

/// The content of the entry that the walk stands at; what is not read of it is skipped.
pub(in crate::deb) type Content<'a, R> = io::Take<&'a mut R>;

/// Calls `visit` for each entry with its content, and reads the archive to its very end.
///
/// `place` names the archive in messages. A reader that wants nothing but its own dialect asks for no findings at all.
///
/// # Errors
/// Where the structure cannot be followed: a wrong checksum, a number that is none, an archive that is cut off, a name
/// of more than 1 MiB; with the number of the entry and the place of its header.
pub(in crate::deb) fn walk<R: Read>(
    reader: &mut R,
    place: &str,
    findings: &mut Findings,
    visit: impl FnMut(&Entry<'_>, &mut Content<'_, R>, &mut Findings) -> Result<()>,
) -> Result<()> {
    let mut walk = Walk {
        reader,
        place,
        offset: 0,
        entries: 0,
        long_name: Long::default(),
        long_target: Long::default(),
        scratch: vec![0; 64 << 10],
    };
    let result = walk.entries(findings, visit);
    let (number, offset) = (walk.entries + 1, walk.offset);
    result.with_context(|| {
        format!("{place} cannot be read at its entry {number}, byte {offset} when it is unpacked")
    })
}

/// A long name or target for the next entry.
#[derive(Default)]
struct Long {
    bytes: Vec<u8>,
    is_set: bool,
}

struct Walk<'a, R> {
    reader: &'a mut R,
    place: &'a str,
    /// Where the header of this entry is.
    offset: u64,
    /// How many entries are behind.
    entries: u64,
    long_name: Long,
    long_target: Long,
    scratch: Vec<u8>,
}

impl<R: Read> Walk<'_, R> {
    fn entries(
        &mut self,
        findings: &mut Findings,
        mut visit: impl FnMut(&Entry<'_>, &mut Content<'_, R>, &mut Findings) -> Result<()>,
    ) -> Result<()> {
        let mut block = [0; BLOCK];
        while self.read_header(&mut block, findings)? {
            let Some(header) = Header::checked(&block) else {
                return Err(broken("its header does not have the checksum that it says"));
            };
            let size = header
                .size()
                .ok_or_else(|| broken("its size is not a number"))?;
            let stored = match header.type_byte() {
                kind @ (b'L' | b'K') => {
                    self.read_record(kind, size, findings)?;
                    padded(size)
                }
                kind @ (b'x' | b'g' | b'X' | b'A') => {
                    let problem = format!(
                        "it has an extended header of type `{}`, which dpkg refuses",
                        char::from(kind)
                    );
                    findings.add(&PAX, &self.entry_place(b""), problem);
                    self.skip(size)?;
                    padded(size)
                }
                _ => {
                    let stored = self.visit(&header, size, findings, &mut visit)?;
                    self.entries += 1;
                    stored
                }
            };
            self.offset = self.offset.saturating_add(stored + BLOCK as u64);
        }
        if self.long_name.is_set || self.long_target.is_set {
            findings.add(
                &RECORD,
                self.place,
                "a long name is at its end, for no entry",
            );
        }
        Ok(())
    }

    /// Reads the next header; returns false at the end, having looked at what follows.
    fn read_header(&mut self, block: &mut [u8; BLOCK], findings: &mut Findings) -> Result<bool> {
        match unpack(self.reader, block)? {
            0 => {
                findings.add(&END, self.place, "it ends without a block of zeros");
                return Ok(false);
            }
            BLOCK => {}
            read => {
                return Err(broken(&format!(
                    "the archive is cut off {read} bytes later"
                )));
            }
        }
        if *block != [0; BLOCK] {
            return Ok(true);
        }
        let second = unpack(self.reader, block)?;
        if second < BLOCK {
            findings.add(&END, self.place, "it ends with one block of zeros");
        }
        let mut is_zero = block[..second].iter().all(|b| *b == 0);
        loop {
            let read = unpack(self.reader, &mut self.scratch)?;
            if read == 0 {
                break;
            }
            is_zero &= self.scratch[..read].iter().all(|b| *b == 0);
        }
        if !is_zero {
            findings.add(&AFTER, self.place, "something follows its end");
        }
        Ok(false)
    }

    fn read_record(&mut self, kind: u8, size: u64, findings: &mut Findings) -> Result<()> {
        if size > LONGEST_RECORD {
            return Err(broken(&format!(
                "it has a name of {size} bytes; apt takes 1 MiB"
            )));
        }
        let place = self.entry_place(b"");
        let long = if kind == b'L' {
            &mut self.long_name
        } else {
            &mut self.long_target
        };
        if long.is_set {
            findings.add(
                &RECORD,
                &place,
                "it has two long names, of which the last counts",
            );
        }
        long.bytes.clear();
        long.is_set = true;
        let read = self.reader.take(size).read_to_end(&mut long.bytes)?;
        let length = up_to_nul(&long.bytes).len();
        if length + 1 != long.bytes.len() {
            findings.add(
                &RECORD,
                &place,
                "it has a long name that does not end in one NUL",
            );
        }
        long.bytes.truncate(length);
        if (read as u64) < size {
            return Err(broken("the archive is cut off in a long name"));
        }
        self.skip_padding(size)
    }

    /// Visits an entry; returns how many bytes follow its header.
    fn visit(
        &mut self,
        header: &Header<'_>,
        size: u64,
        findings: &mut Findings,
        visit: &mut impl FnMut(&Entry<'_>, &mut Content<'_, R>, &mut Findings) -> Result<()>,
    ) -> Result<u64> {
        let mut before = 0;
        if header.type_byte() == b'S' {
            before = self.skip_sparse_map(header)?;
        }
        self.resolve_names(header, findings);
        let mut kind = Kind::from_type(header.type_byte());
        let place = || self.entry_place(&self.long_name.bytes);
        if kind == Kind::File && self.long_name.bytes.ends_with(b"/") {
            findings.add(&SLASH, &place(), "it is a file whose name ends in `/`");
            kind = Kind::Directory;
        }
        let has_content = matches!(kind, Kind::File | Kind::Other(_));
        let mtime = number(header.mtime(), "time")?;
        oddities::judge(kind, size, mtime, &self.long_name.bytes, place, findings);
        let is_link = matches!(kind, Kind::Symlink | Kind::HardLink);
        let is_device = matches!(kind, Kind::CharacterDevice | Kind::BlockDevice);
        let entry = Entry {
            name: &self.long_name.bytes,
            kind,
            mode: number(header.mode(), "mode")?,
            uid: number(header.uid(), "owner")?,
            gid: number(header.gid(), "group")?,
            user: header.user(),
            group: header.group(),
            // dpkg takes what follows anything but a file for the next header.
            size: if has_content { size } else { 0 },
            mtime,
            target: if is_link {
                &self.long_target.bytes
            } else {
                b""
            },
            device: if is_device {
                number(header.device(), "device number")?
            } else {
                (0, 0)
            },
        };
        let mut content = Read::take(&mut *self.reader, entry.size);
        visit(&entry, &mut content, findings)
            .with_context(|| format!("`{}`", shown(entry.name)))?;
        let (left, size) = (content.limit(), entry.size);
        let skipped = self.skip_bytes(left).and_then(|()| self.skip_padding(size));
        skipped.with_context(|| format!("`{}`", shown(&self.long_name.bytes)))?;
        self.long_name.is_set = false;
        self.long_target.is_set = false;
        Ok(before + padded(size))
    }

    /// Puts the name and the target into the two buffers, from the header unless records were in front of it.
    fn resolve_names(&mut self, header: &Header<'_>, findings: &mut Findings) {
        if !self.long_name.is_set {
            let (prefix, name) = header.name();
            self.long_name.bytes.clear();
            if !prefix.is_empty() {
                self.long_name.bytes.extend_from_slice(prefix);
                self.long_name.bytes.push(b'/');
            }
            self.long_name.bytes.extend_from_slice(name);
            if !prefix.is_empty() {
                let place = self.entry_place(&self.long_name.bytes);
                let problem = "its name begins in ustar's prefix, which apt does not read";
                findings.add(&PREFIX, &place, problem);
            }
        }
        if !self.long_target.is_set {
            self.long_target.bytes.clear();
            self.long_target.bytes.extend_from_slice(header.target());
        }
    }

    /// Skips the blocks that say where a sparse file has holes; returns how many bytes that were.
    fn skip_sparse_map(&mut self, header: &Header<'_>) -> Result<u64> {
        let mut skipped = 0;
        let mut is_continued = header.is_continued();
        let mut block = [0; BLOCK];
        while is_continued {
            if unpack(self.reader, &mut block)? < BLOCK {
                return Err(broken("the archive is cut off"));
            }
            skipped += BLOCK as u64;
            is_continued = block[504] != 0;
        }
        Ok(skipped)
    }

    fn skip(&mut self, size: u64) -> Result<()> {
        self.skip_bytes(size)?;
        self.skip_padding(size)
    }

    fn skip_padding(&mut self, size: u64) -> Result<()> {
        self.skip_bytes(padded(size) - size)
    }

    fn skip_bytes(&mut self, mut left: u64) -> Result<()> {
        while left > 0 {
            let length = usize::try_from(left)
                .map_or(self.scratch.len(), |left| left.min(self.scratch.len()));
            let read = unpack(self.reader, &mut self.scratch[..length])?;
            if read < length {
                return Err(broken("the archive is cut off in its content"));
            }
            left -= read as u64;
        }
        Ok(())
    }

    fn entry_place(&self, name: &[u8]) -> String {
        let number = self.entries + 1;
        if name.is_empty() {
            format!("{}, entry {number}", self.place)
        } else {
            format!("{}, entry {number}, `{}`", self.place, shown(name))
        }
    }
}

/// Reads until the buffer is full or the archive ends.
fn unpack(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize> {
    fill(reader, buffer).context("it cannot be unpacked")
}
