//! The symbols that a file wants from its libraries, each with its version.
//!
//! A program at a fixed address may keep a library's variable in its own memory (`R_*_COPY`, for instance `stdout`): the symbol
//! looks defined there, and comes from the library all the same.

use super::dynamic::Dynamic;
use super::image::Image;
use super::{Symbol, Unreadable};
use elf::ElfBytes;
use elf::abi::{
    DT_GNU_HASH, DT_HASH, DT_REL, DT_RELA, DT_RELASZ, DT_RELSZ, DT_STRTAB, DT_SYMTAB, DT_VERNEED,
    DT_VERNEEDNUM, DT_VERSYM, SHN_UNDEF, SHT_DYNSYM, STT_FILE, STT_SECTION,
};
use elf::endian::AnyEndian;
use std::collections::{BTreeMap, BTreeSet};

/// `R_*_COPY` by machine (elf.h).
const COPIES: [(u16, u64); 10] = [
    (62, 5),
    (3, 5),
    (183, 1024),
    (40, 20),
    (258, 4),
    (8, 126),
    (21, 19),
    (243, 4),
    (22, 9),
    (43, 19),
];

/// The bit of a version's number that says that the version is not the default one.
const HIDDEN: u16 = 0x8000;

/// Returns the symbols that libraries must bring.
pub(super) fn undefined(
    dynamic: &Dynamic<'_>,
    image: &Image<'_>,
    file: &ElfBytes<'_, AnyEndian>,
) -> Result<BTreeSet<Symbol>, Unreadable> {
    let mut found = BTreeSet::new();
    let Some(address) = dynamic.value(DT_SYMTAB) else {
        return Ok(found);
    };
    let count = count(dynamic, image, file, address)?;
    if count == 0 {
        return Ok(found);
    }
    let table = image.at(address, "symbols")?;
    let versions = versions(dynamic, image)?;
    let numbers = match dynamic.value(DT_VERSYM) {
        Some(address) => image.at(address, "versions of symbols")?,
        None => &[],
    };
    let copied = copied(dynamic, image, file.ehdr.e_machine)?;
    for (index, entry) in table.chunks_exact(width(image)).take(count).enumerate() {
        let (info, section) = if image.is_64() { (4, 6) } else { (12, 14) };
        let name = image.u32(entry, 0)?;
        let kind = entry[info] & 0xf;
        let defined = image.u16(entry, section)? != SHN_UNDEF && !copied.contains(&index);
        if name == 0 || defined || kind == STT_SECTION || kind == STT_FILE {
            continue;
        }
        let version = match numbers.get(2 * index..2 * index + 2) {
            Some(number) => versions.get(&(image.u16(number, 0)? & !HIDDEN)),
            None => None,
        };
        found.insert(Symbol {
            name: dynamic.string(name.into())?,
            version: version.cloned(),
        });
    }
    Ok(found)
}

/// Returns how many bytes a symbol takes.
fn width(image: &Image<'_>) -> usize {
    if image.is_64() { 24 } else { 16 }
}

/// Returns how many symbols there are. No entry of the dynamic section says it: it is the size of a section, or follows from
/// a hash table, or from where the strings begin.
fn count(
    dynamic: &Dynamic<'_>,
    image: &Image<'_>,
    file: &ElfBytes<'_, AnyEndian>,
    symbols: u64,
) -> Result<usize, Unreadable> {
    let mut sections = file.section_headers().into_iter().flat_map(|it| it.iter());
    let section = sections.find(|it| it.sh_type == SHT_DYNSYM && it.sh_addr == symbols);
    let width = width(image);
    if let Some(section) = section {
        return Ok(usize::try_from(section.sh_size).unwrap_or(usize::MAX) / width);
    }
    if let Some(address) = dynamic.value(DT_HASH) {
        let count = image.u32(image.at(address, "hash table")?, 4)?;
        return Ok(count as usize);
    }
    if let Some(address) = dynamic.value(DT_GNU_HASH) {
        return count_hashed(image, image.at(address, "hash table")?);
    }
    let strings = dynamic.value(DT_STRTAB).unwrap_or_default();
    let bytes = strings.saturating_sub(symbols);
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX) / width)
}

/// Returns one more than the highest number in a GNU hash table; symbols that are not defined come before those in it.
fn count_hashed(image: &Image<'_>, table: &[u8]) -> Result<usize, Unreadable> {
    let number = |at: usize| image.u32(table, at).map(|number| number as usize);
    let (buckets, first, filters) = (number(0)?, number(4)?, number(8)?);
    let word = if image.is_64() { 8 } else { 4 };
    let start = filters.saturating_mul(word).saturating_add(16);
    let chains = buckets.saturating_mul(4).saturating_add(start);
    let all = table
        .get(start..chains)
        .ok_or_else(|| Unreadable::new("has a hash table that is cut off"))?;
    let mut last = 0;
    for at in (0..all.len()).step_by(4) {
        last = last.max(image.u32(all, at)? as usize);
    }
    if last < first {
        return Ok(first);
    }
    let mut at = (last - first).saturating_mul(4).saturating_add(chains);
    // The lowest bit marks the end of a chain; the end of the bytes ends it too.
    while image.u32(table, at)? & 1 == 0 {
        (at, last) = (at.saturating_add(4), last + 1);
    }
    Ok(last + 1)
}

/// Returns the versions that are asked for, by their numbers (`DT_VERNEED`).
fn versions(dynamic: &Dynamic<'_>, image: &Image<'_>) -> Result<BTreeMap<u16, String>, Unreadable> {
    let mut versions = BTreeMap::new();
    let Some(address) = dynamic.value(DT_VERNEED) else {
        return Ok(versions);
    };
    let table = image.at(address, "versions of libraries")?;
    let libraries = dynamic.value(DT_VERNEEDNUM).unwrap_or_default();
    let mut at = 0usize;
    // Numbers have 15 bits: more steps than that are a circle.
    let mut steps = 0..u32::from(HIDDEN);
    for _ in 0..libraries {
        let count = image.u16(table, at.saturating_add(2))?;
        let mut inner = at.saturating_add(image.u32(table, at.saturating_add(8))? as usize);
        for _ in 0..count {
            steps
                .next()
                .ok_or_else(|| Unreadable::new("asks for versions in a circle"))?;
            let number = image.u16(table, inner.saturating_add(6))? & !HIDDEN;
            let name = image.u32(table, inner.saturating_add(8))?;
            versions.insert(number, dynamic.string(name.into())?);
            let next = image.u32(table, inner.saturating_add(12))? as usize;
            if next == 0 {
                break;
            }
            inner = inner.saturating_add(next);
        }
        let next = image.u32(table, at.saturating_add(12))? as usize;
        if next == 0 {
            break;
        }
        at = at.saturating_add(next);
        steps
            .next()
            .ok_or_else(|| Unreadable::new("asks for versions in a circle"))?;
    }
    Ok(versions)
}

/// Returns the numbers of the symbols that are copied out of libraries.
fn copied(
    dynamic: &Dynamic<'_>,
    image: &Image<'_>,
    machine: u16,
) -> Result<BTreeSet<usize>, Unreadable> {
    let mut copied = BTreeSet::new();
    let Some((_, copy)) = COPIES.iter().find(|(known, _)| *known == machine) else {
        return Ok(copied);
    };
    let word = if image.is_64() { 8 } else { 4 };
    for (table, size, width) in [(DT_RELA, DT_RELASZ, 3 * word), (DT_REL, DT_RELSZ, 2 * word)] {
        let (Some(address), Some(size)) = (dynamic.value(table), dynamic.value(size)) else {
            continue;
        };
        if size == 0 {
            continue;
        }
        let bytes = image.at(address, "relocations")?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        for entry in bytes[..size.min(bytes.len())].chunks_exact(width) {
            let info = image.word(entry, word)?;
            let (symbol, kind) = if image.is_64() {
                (info >> 32, info & 0xffff_ffff)
            } else {
                (info >> 8, info & 0xff)
            };
            if kind == *copy {
                copied.extend(usize::try_from(symbol));
            }
        }
    }
    Ok(copied)
}
