//! The `.deb` file format: what it may hold, and how it is written. Knows nothing of Python.
//!
//! In: an [`Archive`], a value made of checked parts. Out: [`write()`] makes the file, whole or not at all. The other way
//! round, [`read`] takes any `.deb`, and [`check_package`] says what is wrong with it. Sources: deb(5),
//! deb-control(5), deb-conffiles(5), deb-md5sums(5), deb-triggers(5), Debian Policy 5 and 10, and what dpkg 1.21 was
//! measured to accept. The bytes depend on the archive and the compression only (DESIGN 1.2), never on the machine.
//!
//! # Limits
//!
//! No hard links, devices, sockets or pipes. A member of more than 9,999,999,999 bytes does not fit the outer archive.

mod archive;
mod archive_path;
mod check;
mod compression;
mod conffiles;
mod control;
mod doubts;
mod hexadecimal;
mod invalid;
mod mode;
mod places;
pub mod read;
mod rules;
mod tar_writer;
mod templates;
#[cfg(test)]
mod testing;
mod timestamp;
mod tree;
mod triggers;
mod write;

pub use archive::{Archive, Content, Entry, Layer, ScriptName};
pub use archive_path::ArchivePath;
pub use compression::{Compression, Method};
pub use control::{
    Architecture, Control, Description, FieldName, Line, Maintainer, MultiArch, PackageName,
    Priority, Relation, Section, Summary, Version,
};
pub use doubts::doubts;
pub use hexadecimal::hexadecimal;
pub use invalid::Invalid;
pub use mode::Mode;
pub use places::{Misplaced, NOT_FOR_PACKAGES, misplaced};
pub use rules::check_package;
pub use timestamp::Timestamp;
pub use write::{Written, write};
