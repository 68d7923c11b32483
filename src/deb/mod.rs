//! The `.deb` file format: what it may hold, and how it is written. Knows nothing of Python.
//!
//! In: an [`Archive`], a value made of checked parts. Out: [`write()`] makes the file, whole or not at all. Sources: deb(5),
//! deb-control(5), deb-conffiles(5), deb-md5sums(5), deb-triggers(5), Debian Policy 5 and 10, and what dpkg 1.21 was
//! measured to accept. The bytes depend on the archive and the compression only (DESIGN 1.2), never on the machine.
//!
//! # Limits
//!
//! No hard links, devices, sockets or pipes, no debconf templates yet, one data compression (zstd).

mod ar_members;
mod archive;
mod archive_path;
mod check;
mod compression;
mod conffiles;
mod control;
mod control_member;
mod data_member;
mod description;
mod field;
mod installed_size;
mod invalid;
mod maintainer;
mod mode;
mod name;
mod relation;
mod tar_reader;
mod tar_writer;
#[cfg(test)]
mod testing;
mod timestamp;
mod tree;
mod triggers;
mod verify;
mod version;
mod write;

pub use archive::{Archive, Content, Entry, Layer, ScriptName};
pub use archive_path::ArchivePath;
pub use compression::Compression;
pub use control::{Control, Priority};
pub use description::Description;
pub use field::{FieldName, Line, Section, Summary};
pub use invalid::Invalid;
pub use maintainer::Maintainer;
pub use mode::Mode;
pub use name::{Architecture, PackageName};
pub use relation::Relation;
pub use timestamp::Timestamp;
pub use version::Version;
pub use write::{Written, write};
