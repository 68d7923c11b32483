//! Reads back what was written, before it gets its name.
//!
//! A writer's mistake, a broken disk and a broken memory all end here and not on the machine that installs: the `ar`
//! members in order, one compressed stream each, every header, every parent before its children, and the hash of every
//! file against `md5sums` as it stands in the package.

use super::ar_members::{DEBIAN_BINARY, MEMBERS};
use crate::deb::compression::{Decoder, Method};
use crate::deb::tar::reader::{Kind, Member, walk};
use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};

/// What was read back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReadBack {
    /// The size of the package in bytes.
    pub(super) size: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub(super) sha256: String,
    /// How many files and links there are.
    pub(super) files: usize,
    /// The MD5 of every conffile, which `md5sums` does not have.
    pub(super) conffiles: BTreeMap<Vec<u8>, md5::Digest>,
}

/// Reads a whole package from its start.
pub(super) fn read_back(package: impl Read) -> Result<ReadBack> {
    let mut ar = ar::Archive::new(Hashing {
        reader: BufReader::with_capacity(128 << 10, package),
        sha256: Sha256::new(),
        size: 0,
    });
    let mut control = BTreeMap::new();
    let mut seen = Seen::default();
    for name in MEMBERS {
        let mut member = ar
            .next_entry()
            .with_context(|| format!("`{name}` is missing"))??;
        let found = String::from_utf8_lossy(member.header().identifier()).into_owned();
        ensure!(found == name, "`{found}` is where `{name}` belongs");
        match name {
            "debian-binary" => {
                let mut version = Vec::new();
                member.read_to_end(&mut version)?;
                ensure!(version == DEBIAN_BINARY, "`debian-binary` is not 2.0");
            }
            "control.tar.gz" => control = read_control(member).context(name)?,
            _ => seen = read_data(member, &control).context(name)?,
        }
    }
    ensure!(
        ar.next_entry().is_none(),
        "something follows `data.tar.zst`"
    );
    let read = ar.into_inner()?;
    ensure!(read.size % 2 == 0, "the package has an odd number of bytes");
    let digest = read.sha256.finalize();
    let digits = digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16));
    Ok(ReadBack {
        size: read.size,
        sha256: digits.collect(),
        files: seen.files,
        conffiles: seen.conffiles,
    })
}

fn read_control(member: impl Read) -> Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut gzip = Decoder::new(Method::Gzip, BufReader::new(member))?;
    walk(&mut gzip, |member, content| {
        match (member.kind, member.name.strip_prefix(b"./")) {
            (Kind::Directory, Some(b"")) => {}
            (Kind::File, Some(name)) => {
                let mut bytes = Vec::new();
                content.read_to_end(&mut bytes)?;
                let twice = files.insert(name.to_vec(), bytes);
                ensure!(twice.is_none(), "it is there twice");
            }
            _ => bail!("it is not a plain file"),
        }
        Ok(())
    })?;
    ensure_nothing_left(&mut gzip.into_inner())?;
    Ok(files)
}

fn read_data(member: impl Read, control: &BTreeMap<Vec<u8>, Vec<u8>>) -> Result<Seen> {
    let mut expected = Expected::parse(control)?;
    let mut zstd = Decoder::new(Method::Zstd, BufReader::new(member))?;
    walk(&mut zstd, |member, content| expected.check(member, content))?;
    ensure_nothing_left(&mut zstd.into_inner())?;
    if let Some(path) = expected.md5sums.keys().chain(&expected.conffiles).next() {
        bail!("`{}` is missing", String::from_utf8_lossy(path));
    }
    Ok(expected.seen)
}

fn ensure_nothing_left(reader: &mut impl BufRead) -> Result<()> {
    let left = reader.fill_buf()?.len();
    ensure!(left == 0, "something follows the compressed stream");
    Ok(())
}

/// What the control part says that the data part holds, less what was seen of it.
struct Expected {
    md5sums: BTreeMap<Vec<u8>, Vec<u8>>,
    conffiles: BTreeSet<Vec<u8>>,
    directories: BTreeSet<Vec<u8>>,
    seen: Seen,
}

/// What was found in the data part.
#[derive(Default)]
struct Seen {
    files: usize,
    conffiles: BTreeMap<Vec<u8>, md5::Digest>,
}

impl Expected {
    fn parse(control: &BTreeMap<Vec<u8>, Vec<u8>>) -> Result<Self> {
        ensure!(
            control.contains_key(&b"control"[..]),
            "`control` is missing"
        );
        let lines = |name: &str| {
            let text = control.get(name.as_bytes()).map_or(&[][..], Vec::as_slice);
            text.split_inclusive(|b| *b == b'\n')
        };
        let mut md5sums = BTreeMap::new();
        for line in lines("md5sums") {
            let (digest, path) = line
                .split_at_checked(32)
                .context("a short line in `md5sums`")?;
            let path = path
                .strip_prefix(b"  ")
                .and_then(|path| path.strip_suffix(b"\n"));
            let path = path.context("a bad line in `md5sums`")?;
            md5sums.insert(path.to_vec(), digest.to_vec());
        }
        let mut conffiles = BTreeSet::new();
        for line in lines("conffiles") {
            let path = line
                .strip_prefix(b"/")
                .and_then(|path| path.strip_suffix(b"\n"));
            conffiles.insert(path.context("a bad line in `conffiles`")?.to_vec());
        }
        Ok(Expected {
            md5sums,
            conffiles,
            directories: BTreeSet::new(),
            seen: Seen::default(),
        })
    }

    fn check(&mut self, member: &Member, content: &mut dyn Read) -> Result<()> {
        let path = member.name.strip_prefix(b"./").context("it lacks `./`")?;
        let path = match member.kind {
            Kind::Directory if path.is_empty() => {
                ensure!(self.directories.insert(Vec::new()), "it is there twice");
                return Ok(());
            }
            Kind::Directory => path.strip_suffix(b"/").context("it lacks the final `/`")?,
            Kind::File | Kind::Link => path,
        };
        let parent = path.iter().rposition(|b| *b == b'/').unwrap_or(0);
        ensure!(
            self.directories.contains(&path[..parent]),
            "it comes before its directory"
        );
        match member.kind {
            Kind::Directory => {
                ensure!(self.directories.insert(path.to_vec()), "it is there twice");
            }
            Kind::Link => {
                self.seen.files += 1;
                ensure!(!member.target.is_empty(), "it points nowhere");
                ensure!(member.mode == 0o777, "it has the mode of a file");
            }
            Kind::File => {
                self.seen.files += 1;
                let digest = digest_of(content)?;
                let known = if self.conffiles.remove(path) {
                    self.seen.conffiles.insert(path.to_vec(), digest).is_none()
                } else {
                    let expected = self.md5sums.remove(path);
                    expected.is_some_and(|expected| expected == format!("{digest:x}").as_bytes())
                };
                ensure!(known, "it is not what `md5sums` says");
            }
        }
        Ok(())
    }
}

fn digest_of(content: &mut dyn Read) -> Result<md5::Digest> {
    let mut md5 = md5::Context::new();
    let mut buffer = vec![0; 128 << 10];
    loop {
        match content.read(&mut buffer)? {
            0 => return Ok(md5.finalize()),
            read => md5.consume(&buffer[..read]),
        }
    }
}

/// A reader that hashes and counts what passes.
struct Hashing<R> {
    reader: R,
    sha256: Sha256,
    size: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.sha256.update(&buffer[..read]);
        self.size += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
