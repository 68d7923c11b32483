//! Reads of an ELF file what the dynamic linker reads (elf(5), System V ABI; GNU symbol versions).
//!
//! Everything comes from the `PT_DYNAMIC` segment, not from section headers, which may be missing or stale: the linker does
//! not read them either. Only the symbol table for debuggers is a section. A file without that segment needs nothing: what is
//! linked statically, objects (`.o`, `.ko`), and files with nothing but debug information.
//!
//! Any bytes may come in: what does not fit is [`Unreadable`], and loops end.

mod dynamic;
mod embedded;
mod image;
mod symbols;

use super::Abi;
use dynamic::Dynamic;
use elf::ElfBytes;
use elf::abi::{EI_NIDENT, ET_CORE, ET_DYN, ET_EXEC, ET_REL, PT_INTERP, SHT_SYMTAB};
use elf::endian::AnyEndian;
use elf::file::{Class, ELF32_EHDR_TAILSIZE, ELF64_EHDR_TAILSIZE, FileHeader};
use image::Image;
use std::collections::BTreeSet;
use std::fmt;

/// The first bytes of every ELF file.
pub const MAGIC: &[u8] = b"\x7fELF";

/// How many bytes the longer of the two headers has.
pub const HEADER: u64 = 64;

/// What is known of one ELF file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The machine it is for.
    pub abi: Abi,
    /// What it is.
    pub kind: Kind,
    /// The program that loads it (`PT_INTERP`): it can be executed.
    pub interpreter: Option<String>,
    /// What others need it by (`DT_SONAME`).
    pub soname: Option<String>,
    /// The libraries it needs (`DT_NEEDED`), in the linker's order.
    pub needed: Vec<String>,
    /// Where they are looked for first (`DT_RUNPATH`, else `DT_RPATH`), as written.
    pub search_path: Vec<String>,
    /// Symbols that a library must bring.
    pub undefined: BTreeSet<Symbol>,
    /// Whether it has a symbol table that only debuggers need.
    pub has_symbol_table: bool,
    /// Whether a library is in it that the distribution has too.
    pub embeds_library: bool,
}

/// What an ELF file is (`e_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// For the linker: `.o`, `.ko`.
    Relocatable,
    /// A program at a fixed address.
    Executable,
    /// A library, or a program at any address.
    Shared,
    /// The memory of a program that has died.
    Core,
    /// Something else.
    Other,
}

/// A symbol, with the version that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol {
    /// Its name, as the linker sees it.
    pub name: String,
    /// Its version; nothing where the library had none.
    pub version: Option<String>,
}

impl fmt::Display for Symbol {
    /// As `symbols` files have it (deb-symbols(5)).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.version.as_deref().unwrap_or("Base");
        write!(f, "{}@{version}", self.name)
    }
}

/// Why an ELF file cannot be read, as the end of a sentence that begins with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(String);

impl Unreadable {
    fn new(why: impl Into<String>) -> Self {
        Unreadable(why.into())
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

impl From<elf::ParseError> for Unreadable {
    fn from(error: elf::ParseError) -> Self {
        Unreadable(format!("is cut off or damaged: {error}"))
    }
}

/// Reads an ELF file.
///
/// # Errors
/// When its tables lie outside of it or make no sense.
pub fn read(bytes: &[u8]) -> Result<Object, Unreadable> {
    let file = ElfBytes::<AnyEndian>::minimal_parse(bytes)?;
    let image = Image::new(&file, bytes);
    let mut object = Object {
        abi: Abi::of(&file.ehdr),
        kind: kind(file.ehdr.e_type),
        interpreter: interpreter(&file, bytes),
        soname: None,
        needed: Vec::new(),
        search_path: Vec::new(),
        undefined: BTreeSet::new(),
        has_symbol_table: file
            .section_headers()
            .is_some_and(|headers| headers.iter().any(|it| it.sh_type == SHT_SYMTAB)),
        embeds_library: embedded::is_in(bytes),
    };
    if !matches!(object.kind, Kind::Executable | Kind::Shared) {
        return Ok(object);
    }
    let Some(dynamic) = Dynamic::read(&file, &image)? else {
        return Ok(object);
    };
    object.soname = dynamic.soname()?;
    object.needed = dynamic.needed()?;
    object.search_path = dynamic.search_path()?;
    object.undefined = symbols::undefined(&dynamic, &image, &file)?;
    Ok(object)
}

/// Returns the machine that a file is for, from its first [`HEADER`] bytes; nothing when it is no ELF file.
pub fn abi(head: &[u8]) -> Option<Abi> {
    if head.len() < EI_NIDENT {
        return None;
    }
    let ident = elf::file::parse_ident::<AnyEndian>(head).ok()?;
    let tail = match ident.1 {
        Class::ELF32 => ELF32_EHDR_TAILSIZE,
        Class::ELF64 => ELF64_EHDR_TAILSIZE,
    };
    let tail = head.get(EI_NIDENT..EI_NIDENT + tail)?;
    FileHeader::parse_tail(ident, tail)
        .ok()
        .map(|header| Abi::of(&header))
}

fn kind(kind: u16) -> Kind {
    match kind {
        ET_REL => Kind::Relocatable,
        ET_EXEC => Kind::Executable,
        ET_DYN => Kind::Shared,
        ET_CORE => Kind::Core,
        _ => Kind::Other,
    }
}

fn interpreter(file: &ElfBytes<'_, AnyEndian>, bytes: &[u8]) -> Option<String> {
    let headers = file.segments()?;
    let header = headers.iter().find(|header| header.p_type == PT_INTERP)?;
    let start = usize::try_from(header.p_offset).ok()?;
    let path = bytes.get(start..)?.split(|byte| *byte == 0).next()?;
    Some(String::from_utf8_lossy(path).into_owned())
}
