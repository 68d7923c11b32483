//! A package as it was read, before anybody judges it.

use super::finding::Findings;
use super::header::Kind;
use crate::deb::compression::Method;

/// Everything about a package but the content of its files.
#[derive(Clone, Debug)]
pub struct Package {
    /// The size of the file in bytes.
    pub size: u64,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// What `debian-binary` says, without its line break.
    pub format: String,
    /// The parts of the outer archive, in order.
    pub members: Vec<Member>,
    /// The control fields, in order.
    pub fields: Vec<Field>,
    /// What the control member has, `control` too, in order.
    pub control_files: Vec<ControlFile>,
    /// What is unpacked, in order.
    pub entries: Vec<Entry>,
    /// What was seen on the way that dpkg or apt refuse.
    pub(in crate::deb) findings: Findings,
}

/// A part of the outer archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: Vec<u8>,
    /// How it is compressed; nothing for what is no tar archive.
    pub method: Option<Method>,
    /// Its size in the package, in bytes.
    pub size: u64,
    /// Its size when it is unpacked; nothing when nobody looked.
    pub plain_size: Option<u64>,
}

/// A control field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name as it was written.
    pub name: String,
    /// Its value: further lines with the space that they begin with, no line break at the end. Bytes that are no UTF-8
    /// are written `\xNN`.
    pub value: String,
}

/// A file of the control member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlFile {
    /// Its header.
    pub entry: Entry,
    /// What is in it.
    pub content: Vec<u8>,
}

/// What the archive says of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name as it stands, often with `./` in front, and `/` after a directory.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// Its permission bits.
    pub mode: u32,
    /// The number of its owner.
    pub uid: u64,
    /// The number of its group.
    pub gid: u64,
    /// The name of its owner, which dpkg asks first; may be empty.
    pub user: Vec<u8>,
    /// The name of its group; may be empty.
    pub group: Vec<u8>,
    /// Its size in bytes; 0 for what is no file.
    pub size: u64,
    /// When it was changed, in seconds since 1970.
    pub mtime: i64,
    /// Where a link points.
    pub target: Vec<u8>,
    /// The major and minor number of a device.
    pub device: (u64, u64),
    /// The MD5 of a regular file.
    pub md5: Option<[u8; 16]>,
    /// What machine an ELF file is for (`e_machine`).
    pub elf_machine: Option<u16>,
}

impl Entry {
    /// Returns the path as dpkg takes it: relative to `/`, without `./` in front or `/` at the end; empty for `/` itself.
    pub fn path(&self) -> &[u8] {
        relative(&self.name)
    }

    /// Returns whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == Kind::Directory
    }
}

/// Returns a path without `/` and `./` in front, and without `/` at its end.
pub fn relative(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_prefix(b"./").or(name.strip_prefix(b"/")) {
        name = rest;
    }
    while let Some(rest) = name.strip_suffix(b"/") {
        name = rest;
    }
    if name == b"." { b"" } else { name }
}

impl Package {
    /// Returns the value of a control field, whose name is compared without case.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name))?;
        Some(&field.value)
    }

    /// Returns what a control file holds; of several with one name the last, which dpkg leaves in its place.
    pub fn control_file(&self, name: &str) -> Option<&[u8]> {
        let mut files = self.control_files.iter();
        let file = files
            .rfind(|file| file.entry.kind == Kind::File && file.entry.path() == name.as_bytes())?;
        Some(&file.content)
    }

    /// Returns the lines of a control file, without their line breaks.
    pub fn control_lines(&self, name: &str) -> Vec<&[u8]> {
        let Some(content) = self.control_file(name) else {
            return Vec::new();
        };
        let lines = content.split_inclusive(|b| *b == b'\n');
        lines
            .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_relative_to_the_root_however_it_is_spelled() {
        for (name, path) in [
            ("./", ""),
            (".", ""),
            ("/", ""),
            ("", ""),
            ("./usr/bin/", "usr/bin"),
            ("/usr", "usr"),
            ("usr", "usr"),
            ("././/usr//", "usr"),
            ("./.hidden", ".hidden"),
            ("..", ".."),
        ] {
            assert_eq!(relative(name.as_bytes()), path.as_bytes(), "{name}");
        }
    }
}
