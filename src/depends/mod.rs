//! Which packages of the distribution the compiled files of a package need: what `dpkg-shlibdeps` finds out, natively.
//!
//! It takes the ELF files of a package ([`elf`], pure), looks for each library that they need in the package itself
//! ([`OwnLibraries`], pure) and then on this machine, which is of the release that is built for ([`Dpkg`], the edge), and
//! turns the `symbols` and `shlibs` files of the packages found there into relations ([`relations`], pure; deb-symbols(5),
//! deb-shlibs(5), Policy 8.6).
//!
//! # Limits
//! What a program loads by name while it runs (`dlopen`) is not seen; nor are `$LIB` and `$PLATFORM` in search paths
//! understood, as `dpkg-shlibdeps` does not. Patterns in `symbols` files (`(c++)`, `(regex)`, `(symver)`, `*@VERSION`) are read
//! and match nothing, as in `dpkg-shlibdeps`: installed files have the symbols themselves.

mod abi;
mod bounds;
mod diversions;
mod dpkg;
pub mod elf;
mod foreign;
mod installed;
mod ld_so_conf;
mod needed;
mod own;
mod search_path;
mod shlibs;
mod symbols;

pub use abi::Abi;
pub use dpkg::Dpkg;
pub use foreign::architecture;
pub use installed::{Candidate, Installed, Owner};
pub use needed::{Needed, relations};
pub use own::OwnLibraries;
pub use shlibs::Shlibs;
pub use symbols::Symbols;

use crate::deb::ArchivePath;

/// A file of the package that starts as an ELF file does.
#[derive(Clone, Debug)]
pub struct ElfFile {
    /// Where it is in the package.
    pub path: ArchivePath,
    /// What it says, or why it cannot be read.
    pub object: Result<elf::Object, elf::Unreadable>,
}

impl ElfFile {
    /// Reads a file of the package; nothing when it does not start as an ELF file does.
    pub fn read(path: &ArchivePath, bytes: &[u8]) -> Option<ElfFile> {
        bytes.starts_with(elf::MAGIC).then(|| ElfFile {
            path: path.clone(),
            object: elf::read(bytes),
        })
    }
}
