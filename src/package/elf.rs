//! What a compiled program or library needs: sonames, and versions of the C library (elf(5), symbol versioning).

use crate::deb::ArchivePath;
use anyhow::Result;
use elf::ElfBytes;
use elf::abi::{
    DT_NEEDED, EM_386, EM_AARCH64, EM_ARM, EM_PPC64, EM_RISCV, EM_S390, EM_X86_64, SHN_UNDEF,
};
use elf::endian::AnyEndian;
use std::collections::BTreeSet;

/// The first bytes of every ELF file.
pub(super) const MAGIC: &[u8] = b"\x7fELF";

/// What is known of one ELF file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ElfFile {
    /// Where it is in the package.
    pub path: String,
    /// The Debian architecture it runs on; `None` for a machine that Debian has no name for.
    pub architecture: Option<&'static str>,
    /// The sonames it needs (`DT_NEEDED`).
    pub needed: BTreeSet<String>,
    /// The newest `GLIBC_X.Y` that it needs, as numbers.
    pub glibc: Option<(u32, u32)>,
    /// Whether it has a symbol table that only debuggers need.
    pub has_symbols: bool,
}

/// Reads an ELF file.
///
/// # Errors
/// When its tables cannot be read.
pub(super) fn parse(path: &ArchivePath, bytes: &[u8]) -> Result<ElfFile> {
    let file = ElfBytes::<AnyEndian>::minimal_parse(bytes)?;
    let mut found = ElfFile {
        path: path.to_string(),
        architecture: architecture(file.ehdr.e_machine, file.ehdr.class),
        ..ElfFile::default()
    };
    let common = file.find_common_data()?;
    found.has_symbols = common.symtab.is_some();
    if let (Some(dynamic), Some(strings)) = (&common.dynamic, &common.dynsyms_strs) {
        for entry in dynamic.iter().filter(|entry| entry.d_tag == DT_NEEDED) {
            let offset = usize::try_from(entry.d_val())?;
            found.needed.insert(strings.get(offset)?.to_owned());
        }
    }
    if let (Some(symbols), Some(versions)) = (&common.dynsyms, file.symbol_version_table()?) {
        for (index, symbol) in symbols.iter().enumerate() {
            if symbol.st_shndx != SHN_UNDEF {
                continue;
            }
            if let Some(requirement) = versions.get_requirement(index)? {
                found.glibc = found.glibc.max(glibc_version(requirement.name));
            }
        }
    }
    Ok(found)
}

fn glibc_version(name: &str) -> Option<(u32, u32)> {
    let mut numbers = name.strip_prefix("GLIBC_")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn architecture(machine: u16, class: elf::file::Class) -> Option<&'static str> {
    match (machine, class) {
        (EM_X86_64, elf::file::Class::ELF64) => Some("amd64"),
        (EM_AARCH64, _) => Some("arm64"),
        (EM_386, _) => Some("i386"),
        (EM_ARM, _) => Some("armhf"),
        (EM_PPC64, _) => Some("ppc64el"),
        (EM_RISCV, elf::file::Class::ELF64) => Some("riscv64"),
        (EM_S390, elf::file::Class::ELF64) => Some("s390x"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbered_versions_of_glibc_count() {
        assert_eq!(glibc_version("GLIBC_2.34"), Some((2, 34)));
        assert_eq!(glibc_version("GLIBC_2.2.5"), Some((2, 2)));
        assert_eq!(glibc_version("GLIBC_PRIVATE"), None);
        assert_eq!(glibc_version("GLIBCXX_3.4"), None);
    }
}
