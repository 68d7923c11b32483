//! The dynamic section: names, libraries, search paths, and where the other tables are.

use super::Unreadable;
use super::image::Image;
use elf::ElfBytes;
use elf::abi::{
    DT_NEEDED, DT_NULL, DT_RPATH, DT_RUNPATH, DT_SONAME, DT_STRSZ, DT_STRTAB, PT_DYNAMIC,
    SHT_NOBITS,
};
use elf::endian::AnyEndian;

/// The entries of the dynamic section, and the strings that they name.
pub(super) struct Dynamic<'a> {
    entries: Vec<(i64, u64)>,
    strings: &'a [u8],
}

impl<'a> Dynamic<'a> {
    /// Reads the section; nothing when the file has none, or only the place for it, as files of debug information do.
    pub(super) fn read(
        file: &ElfBytes<'a, AnyEndian>,
        image: &Image<'a>,
    ) -> Result<Option<Self>, Unreadable> {
        let mut segments = file.segments().into_iter().flat_map(|it| it.iter());
        let Some(header) = segments.find(|header| header.p_type == PT_DYNAMIC) else {
            return Ok(None);
        };
        let mut sections = file.section_headers().into_iter().flat_map(|it| it.iter());
        let emptied = sections.any(|section| {
            section.sh_addr == header.p_vaddr
                && section.sh_addr != 0
                && section.sh_type == SHT_NOBITS
        });
        if header.p_filesz == 0 || emptied {
            return Ok(None);
        }
        let bytes = image.slice(header.p_offset, header.p_filesz, "dynamic section")?;
        let width = if image.is_64() { 8 } else { 4 };
        let mut entries = Vec::new();
        for entry in bytes.chunks_exact(2 * width) {
            let tag = image.word(entry, 0)?;
            let tag = if image.is_64() {
                tag.cast_signed()
            } else {
                i64::from(image.u32(entry, 0)?.cast_signed())
            };
            if tag == DT_NULL {
                break;
            }
            entries.push((tag, image.word(entry, width)?));
        }
        let mut dynamic = Dynamic {
            entries,
            strings: &[],
        };
        if let Some(address) = dynamic.value(DT_STRTAB) {
            let strings = image.at(address, "strings")?;
            let size = dynamic.value(DT_STRSZ).unwrap_or(u64::MAX);
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            dynamic.strings = &strings[..size.min(strings.len())];
        }
        Ok(Some(dynamic))
    }

    /// Returns the value of the first entry with a tag.
    pub(super) fn value(&self, tag: i64) -> Option<u64> {
        self.entries
            .iter()
            .find(|(found, _)| *found == tag)
            .map(|(_, value)| *value)
    }

    /// Returns a string of the table.
    pub(super) fn string(&self, at: u64) -> Result<String, Unreadable> {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let rest = self
            .strings
            .get(at..)
            .ok_or_else(|| Unreadable::new("names a string outside of its strings"))?;
        let end = rest.iter().position(|byte| *byte == 0);
        let end = end.ok_or_else(|| Unreadable::new("has a string without an end"))?;
        Ok(String::from_utf8_lossy(&rest[..end]).into_owned())
    }

    pub(super) fn soname(&self) -> Result<Option<String>, Unreadable> {
        let name = self
            .value(DT_SONAME)
            .map(|at| self.string(at))
            .transpose()?;
        Ok(name.filter(|name| !name.is_empty()))
    }

    pub(super) fn needed(&self) -> Result<Vec<String>, Unreadable> {
        let mut needed = Vec::new();
        for (_, at) in self.entries.iter().filter(|(tag, _)| *tag == DT_NEEDED) {
            let name = self.string(*at)?;
            if !name.is_empty() && !needed.contains(&name) {
                needed.push(name);
            }
        }
        Ok(needed)
    }

    /// Returns the folders of `DT_RUNPATH`; the linker reads `DT_RPATH` only without one (ld.so(8)).
    pub(super) fn search_path(&self) -> Result<Vec<String>, Unreadable> {
        let at = self.value(DT_RUNPATH).or_else(|| self.value(DT_RPATH));
        let text = at
            .map(|at| self.string(at))
            .transpose()?
            .unwrap_or_default();
        let folders = text.split(':').filter(|folder| !folder.is_empty());
        Ok(folders.map(str::to_owned).collect())
    }
}
