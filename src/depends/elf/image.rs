//! The bytes of an ELF file by the addresses at which they are loaded (`PT_LOAD`).

use super::Unreadable;
use elf::ElfBytes;
use elf::abi::PT_LOAD;
use elf::endian::{AnyEndian, EndianParse as _};
use elf::file::Class;

/// A file, seen through its addresses.
pub(super) struct Image<'a> {
    bytes: &'a [u8],
    segments: Vec<Segment>,
    endian: AnyEndian,
    class: Class,
}

struct Segment {
    address: u64,
    offset: u64,
    size: u64,
}

impl<'a> Image<'a> {
    pub(super) fn new(file: &ElfBytes<'a, AnyEndian>, bytes: &'a [u8]) -> Self {
        let headers = file.segments().into_iter().flat_map(|it| it.iter());
        Image {
            bytes,
            segments: headers
                .filter(|header| header.p_type == PT_LOAD)
                .map(|header| Segment {
                    address: header.p_vaddr,
                    offset: header.p_offset,
                    size: header.p_filesz,
                })
                .collect(),
            endian: file.ehdr.endianness,
            class: file.ehdr.class,
        }
    }

    /// Returns the bytes from an address to the end of what is loaded there.
    pub(super) fn at(&self, address: u64, what: &str) -> Result<&'a [u8], Unreadable> {
        let outside = || Unreadable::new(format!("has its {what} outside of what is loaded"));
        let segment = self
            .segments
            .iter()
            .find(|it| {
                address
                    .checked_sub(it.address)
                    .is_some_and(|within| within < it.size)
            })
            .ok_or_else(outside)?;
        let within = address - segment.address;
        let start = segment.offset.checked_add(within).ok_or_else(outside)?;
        let end = segment.offset.saturating_add(segment.size);
        let start = usize::try_from(start).map_err(|_| outside())?;
        let end = usize::try_from(end).unwrap_or(usize::MAX);
        self.bytes
            .get(start..end.min(self.bytes.len()))
            .ok_or_else(outside)
    }

    /// Returns the bytes at a place in the file, as far as they are there.
    pub(super) fn slice(&self, offset: u64, size: u64, what: &str) -> Result<&'a [u8], Unreadable> {
        let range = usize::try_from(offset).ok().zip(
            offset
                .checked_add(size)
                .and_then(|end| usize::try_from(end).ok()),
        );
        range
            .and_then(|(start, end)| self.bytes.get(start..end))
            .ok_or_else(|| Unreadable::new(format!("has its {what} outside of the file")))
    }

    pub(super) fn is_64(&self) -> bool {
        self.class == Class::ELF64
    }

    /// Reads a number of the file's word at `at`.
    pub(super) fn word(&self, bytes: &[u8], at: usize) -> Result<u64, Unreadable> {
        let mut at = at;
        Ok(if self.is_64() {
            self.endian.parse_u64_at(&mut at, bytes)?
        } else {
            self.endian.parse_u32_at(&mut at, bytes)?.into()
        })
    }

    pub(super) fn u32(&self, bytes: &[u8], at: usize) -> Result<u32, Unreadable> {
        let mut at = at;
        Ok(self.endian.parse_u32_at(&mut at, bytes)?)
    }

    pub(super) fn u16(&self, bytes: &[u8], at: usize) -> Result<u16, Unreadable> {
        let mut at = at;
        Ok(self.endian.parse_u16_at(&mut at, bytes)?)
    }
}
