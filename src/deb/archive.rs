//! What a package is made of, before a byte of it is written.

use super::{ArchivePath, Control, Mode, Timestamp};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A whole package.
#[derive(Clone, Debug)]
pub struct Archive {
    /// What it says of itself.
    pub control: Control,
    /// Its maintainer scripts, each with a `#!` line.
    pub scripts: BTreeMap<ScriptName, Vec<u8>>,
    /// The files whose edits dpkg keeps.
    pub conffiles: Vec<ArchivePath>,
    /// The lines of the `triggers` file, without line breaks.
    pub triggers: Vec<String>,
    /// The questions that it asks through debconf: its `templates` file (debconf-devel(7)).
    pub templates: Option<String>,
    /// What is in it, in the order in which it is written.
    pub layers: Vec<Layer>,
    /// Directories that nothing is in, or that have a mode of their own; all others follow from the layers.
    pub directories: BTreeMap<ArchivePath, Mode>,
    /// The time of directories, of control files, and of the parts of the `.deb`.
    pub time: Timestamp,
}

/// A part of a package that stays the same as long as what it is made of does (DESIGN 2, Layers).
#[derive(Clone, Debug)]
pub struct Layer {
    /// What to call it in messages.
    pub name: String,
    /// The time of every entry that has none of its own.
    pub mtime: Timestamp,
    /// The times of those that have.
    pub mtimes: BTreeMap<ArchivePath, Timestamp>,
    /// Its files and links; directories follow from them.
    pub entries: BTreeMap<ArchivePath, Entry>,
}

/// What is at one path.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A regular file.
    File {
        /// Its permission bits.
        mode: Mode,
        /// What is in it.
        content: Content,
    },
    /// A symbolic link.
    Link {
        /// Where it points, as it is stored.
        target: Vec<u8>,
    },
}

/// What is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What a file on this machine holds; it must have this size when it is read.
    OnDisk {
        /// Where it is.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
    },
}

impl Content {
    /// Returns how many bytes there are.
    pub fn size(&self) -> u64 {
        match self {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::OnDisk { size, .. } => *size,
        }
    }
}

/// A program in the control part that dpkg or debconf runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the script of that name")]
pub enum ScriptName {
    Config,
    Postinst,
    Postrm,
    Preinst,
    Prerm,
}

impl ScriptName {
    /// Returns the name of the file.
    pub fn as_str(self) -> &'static str {
        match self {
            ScriptName::Config => "config",
            ScriptName::Postinst => "postinst",
            ScriptName::Postrm => "postrm",
            ScriptName::Preinst => "preinst",
            ScriptName::Prerm => "prerm",
        }
    }
}
