//! `archive` in `[source]`: a file that is what its SHA-256 says, unpacked.
//!
//! The whole file is checked before a byte of it is unpacked, and all names in it before one of them is written. What is in
//! it is what its members are; which format it has, its first bytes say. A folder that holds all the rest is taken off, as
//! archives of releases have it. The time of such a source is that of its newest file.
//!
//! # Limits
//! Hard links, devices, encrypted members and sparse files are refused. Modes are 0644 or 0755.

mod member;
mod tar;
mod zip;

use self::member::{Kind, Member};
use super::tree_writer::{TreeWriter, check_link, check_names};
use crate::deb::{Timestamp, hexadecimal};
use crate::failure::{Failure, OrFailure as _};
use crate::sys::fs::{self, File};
use anyhow::Result;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::io::{Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// What is unpacked at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of all files together.
    pub(super) bytes: u64,
    /// Files, folders and links.
    pub(super) members: usize,
}

/// Chromium, the largest source that people know, has 400 thousand files of 4 GB.
pub(super) const LIMITS: Limits = Limits {
    bytes: 8 << 30,
    members: 1_000_000,
};

/// How many bytes are read at a time.
const BLOCK: usize = 1 << 16;

/// An archive that is the one that is wanted.
#[derive(Debug)]
pub(super) struct Archive {
    file: File,
    shown: String,
}

/// What an archive holds.
#[derive(Debug)]
pub(super) struct Contents {
    /// The folder that holds all the rest.
    top: Option<PathBuf>,
    /// The time of the newest file.
    pub(super) time: Timestamp,
}

/// How an archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    TarGz,
    TarXz,
    Zip,
}

impl Archive {
    /// Opens the file at `path` and checks its sum; `shown` is what it is called in errors.
    pub(super) fn open(path: &Path, shown: &str, sha256: &str) -> Result<Self> {
        if !fs::is_file(path) {
            return Err(Failure::build(format!("there is no file `{shown}`"))
                .hint("`archive` in `[source]` is relative to the recipe")
                .into());
        }
        let mut file = fs::open_regular(&fs::canonicalize(path)?)?;
        let found = sum(&mut file)?;
        if found != sha256 {
            return Err(Failure::build(format!(
                "`{shown}` is not the archive that the recipe means"
            ))
            .details([
                format!("its SHA-256 is   {found}"),
                format!("the recipe says   {sha256}"),
            ])
            .hint("a release that was made anew has another sum: look what changed, and then change `sha256`")
            .into());
        }
        let shown = shown.to_owned();
        Ok(Archive { file, shown })
    }

    /// Reads all names, and refuses what cannot be unpacked as a whole.
    pub(super) fn check(&mut self, limits: Limits) -> Result<Contents> {
        let mut seen = BTreeSet::new();
        let mut tops = BTreeSet::new();
        let mut top_is_folder = true;
        let mut newest = 0;
        let mut bytes = 0;
        let mut links = Vec::new();
        self.members(limits, &mut |member, _| {
            check_names(&member.path)?;
            let mut parts = member.path.components();
            let Some(top) = parts.next() else {
                return Ok(());
            };
            top_is_folder &= parts.next().is_some() || member.kind == Kind::Folder;
            tops.insert(PathBuf::from(top.as_os_str()));
            match &member.kind {
                Kind::Folder => {}
                Kind::File { size, .. } => {
                    bytes += size;
                    newest = newest.max(member.time);
                }
                Kind::Link(target) => links.push((member.path.clone(), target.clone())),
            }
            if bytes > limits.bytes {
                return Err(too_large().into());
            }
            let is_folder = member.kind == Kind::Folder;
            // Folders may stand in it more than once.
            if !seen.insert((member.path.clone(), is_folder)) && !is_folder
                || seen.contains(&(member.path.clone(), !is_folder))
            {
                return Err(twice(&member.path).into());
            }
            if seen.len() > limits.members {
                return Err(too_large().into());
            }
            Ok(())
        })?;
        let top = (tops.len() == 1 && top_is_folder)
            .then(|| tops.pop_first())
            .flatten();
        for (path, target) in &links {
            let path = below(path, top.as_deref());
            check_link(path.unwrap_or(Path::new("")), target)
                .or_failure(|| cannot_unpack(&self.shown))?;
        }
        if seen.is_empty() {
            return Err(Failure::build(format!("the archive `{}` is empty", self.shown)).into());
        }
        Ok(Contents {
            top,
            time: Timestamp::new(newest).map_err(|why| {
                Failure::build(format!(
                    "the newest file of the archive `{}` {why}",
                    self.shown
                ))
                .hint("its clock was wrong when it was made: make it anew")
            })?,
        })
    }

    /// Writes what is below `subdirectory` to `at`.
    pub(super) fn unpack(
        &mut self,
        contents: &Contents,
        subdirectory: Option<&Path>,
        at: &Path,
        writer: &mut TreeWriter,
        limits: Limits,
    ) -> Result<()> {
        let shown = self.shown.clone();
        let mut left = limits.bytes;
        let mut found = subdirectory.is_none();
        writer.folder(at)?;
        self.members(limits, &mut |member, content| {
            let Some(path) = below(&member.path, contents.top.as_deref()) else {
                return Ok(());
            };
            let path = match subdirectory {
                None => path,
                Some(subdirectory) => match path.strip_prefix(subdirectory) {
                    Ok(path) => path,
                    Err(_) => return Ok(()),
                },
            };
            found = true;
            let place = if path == Path::new("") {
                at.to_path_buf()
            } else {
                at.join(path)
            };
            match member.kind {
                Kind::Folder => writer.folder(&place),
                Kind::Link(target) => writer.link(&place, &target),
                Kind::File { executable, .. } => {
                    left -= writer.copy(&place, executable, content, left)?;
                    Ok(())
                }
            }
        })?;
        if !found {
            return Err(Failure::build(format!(
                "there is no folder `{}` in the archive `{shown}`",
                subdirectory.unwrap_or(Path::new("")).display()
            ))
            .hint(
                "a folder that holds all the rest is taken off: check `subdirectory` in `[source]`",
            )
            .into());
        }
        Ok(())
    }

    fn members(
        &mut self,
        limits: Limits,
        each: &mut dyn FnMut(Member, &mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        let shown = self.shown.clone();
        let failed = || cannot_unpack(&shown);
        let format = self.format().or_failure(failed)?;
        self.file.seek(SeekFrom::Start(0))?;
        // Beside the files there are headers; what is longer than both is no archive of files.
        let longest = limits.bytes.saturating_mul(2);
        let members = match format {
            Format::TarGz => {
                let plain = flate2::read::MultiGzDecoder::new(&mut self.file);
                tar::members(plain.take(longest), each)
            }
            Format::TarXz => {
                let plain = liblzma::read::XzDecoder::new_multi_decoder(&mut self.file);
                tar::members(plain.take(longest), each)
            }
            Format::Zip => zip::members(&mut self.file, each),
        };
        members.or_failure(failed)
    }

    fn format(&mut self) -> Result<Format> {
        let mut start = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        (&mut self.file).take(6).read_to_end(&mut start)?;
        if start.starts_with(&[0x1f, 0x8b]) {
            Ok(Format::TarGz)
        } else if start.starts_with(b"\xfd7zXZ\0") {
            Ok(Format::TarXz)
        } else if start.starts_with(b"PK") {
            Ok(Format::Zip)
        } else {
            Err(anyhow::anyhow!("it begins as none of them does"))
        }
    }
}

/// Returns the path without the folder that holds all the rest; nothing for that folder itself.
fn below<'a>(path: &'a Path, top: Option<&Path>) -> Option<&'a Path> {
    match top {
        None => Some(path),
        Some(top) => path
            .strip_prefix(top)
            .ok()
            .filter(|rest| *rest != Path::new("")),
    }
}

/// Returns the SHA-256 of a file in hexadecimal digits.
pub(super) fn sum(file: &mut File) -> Result<String> {
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK];
    file.seek(SeekFrom::Start(0))?;
    loop {
        let length = file.read(&mut block)?;
        if length == 0 {
            return Ok(hexadecimal(&hash.finalize()));
        }
        hash.update(&block[..length]);
    }
}

fn cannot_unpack(shown: &str) -> Failure {
    Failure::build(format!("the archive `{shown}` cannot be unpacked"))
        .hint("archives are `.tar.gz`, `.tar.xz` and `.zip`, and hold files, folders and links")
}

fn too_large() -> Failure {
    Failure::build("there is more in it than in the source of any program")
        .hint("look what it holds before you trust it")
}

fn twice(path: &Path) -> Failure {
    Failure::build(format!("it holds `{}` twice", path.display()))
        .hint("which of the two would be meant is not known: make the archive anew")
}
