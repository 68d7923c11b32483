//! Reads back what was written, before it gets its name.
//!
//! A writer's mistake, a broken disk and a broken memory all end here and not on the machine that installs. The data archive is
//! unpacked while it is still being written: one stream, every header, every parent before its children. Then the whole
//! package is read once more from its start. [`agree`] compares both with what was meant.

use super::ar_members::{DEBIAN_BINARY, member_names};
use super::control_member::ControlFiles;
use super::tap::{Passed, Tap};
use crate::deb::compression::{Decoder, Method};
use crate::deb::read::{Ar, Findings, Kind, TarEntry, walk};
use anyhow::{Context as _, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read};

const BUFFER: usize = 128 << 10;

/// What the data archive turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DataRead {
    /// The archive as it is unpacked.
    pub(super) plain: Passed,
    /// The archive as it is stored.
    pub(super) packed: Passed,
    /// How many regular files there are.
    pub(super) files: usize,
    /// How many symbolic links there are.
    pub(super) links: usize,
}

/// What the package turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PackageRead {
    /// Its size in bytes.
    pub(super) size: u64,
    /// Its SHA-256.
    pub(super) sha256: [u8; 32],
    /// The data member as it is stored.
    pub(super) data: Passed,
    /// The files of the control part by name, each with its mode.
    pub(super) control: ControlRead,
}

/// The files of a control part by name, each with its mode and content.
type ControlRead = BTreeMap<Vec<u8>, (u32, Vec<u8>)>;

/// Reads a data archive to its end.
pub(super) fn read_data(method: Method, reader: impl Read) -> Result<DataRead> {
    let packed = BufReader::with_capacity(BUFFER, Tap::new(reader));
    let plain = Tap::new(Decoder::new(method, packed)?);
    let mut reader = BufReader::with_capacity(BUFFER, plain);
    let mut places = Places::default();
    walk_strictly(&mut reader, |entry, _| places.take(entry))?;
    let plain = reader.into_inner();
    let passed = plain.passed();
    let mut packed = plain.into_inner().into_inner();
    ensure_nothing_left(&mut packed)?;
    Ok(DataRead {
        plain: passed,
        packed: packed.into_inner().passed(),
        files: places.files,
        links: places.links,
    })
}

/// Reads a package from its start to its end; the data member is not unpacked.
pub(super) fn read_package(method: Method, package: impl Read) -> Result<PackageRead> {
    let mut findings = Findings::default();
    let mut ar = Ar::begin(package)?;
    let (mut control, mut data) = (BTreeMap::new(), Passed::default());
    let names = member_names(method);
    let [version_name, control_name, _] = &names;
    for name in &names {
        let header = ar
            .next(&mut findings)?
            .with_context(|| format!("`{name}` is missing"))?;
        let found = String::from_utf8_lossy(&header.name).into_owned();
        ensure!(found == *name, "`{found}` is where `{name}` belongs");
        let mut content = ar.content(header.size);
        if name == version_name {
            let mut version = Vec::new();
            content.read_to_end(&mut version)?;
            ensure!(version == DEBIAN_BINARY, "`debian-binary` is not 2.0");
        } else if name == control_name {
            control = read_control(&mut content).with_context(|| name.clone())?;
        } else {
            let mut tap = Tap::new(&mut content);
            copy_to_nowhere(&mut tap)?;
            data = tap.passed();
        }
        let left = content.limit();
        ar.end(&header, left, &mut findings)?;
    }
    ensure!(
        ar.next(&mut findings)?.is_none(),
        "something follows the data member"
    );
    refuse_any(findings)?;
    let (size, sha256) = ar.finish();
    Ok(PackageRead {
        size,
        sha256,
        data,
        control,
    })
}

/// What the writer meant.
#[derive(Debug)]
pub(super) struct Meant<'a> {
    /// What it gave to the compressor.
    pub(super) plain: Passed,
    /// What the compressor gave.
    pub(super) packed: Passed,
    /// How many regular files there are.
    pub(super) files: usize,
    /// How many symbolic links there are.
    pub(super) links: usize,
    /// The files of the control part.
    pub(super) control: &'a ControlFiles,
}

/// Compares what was meant with what was read.
pub(super) fn agree(meant: &Meant<'_>, data: &DataRead, package: &PackageRead) -> Result<()> {
    ensure!(
        data.plain == meant.plain,
        "the data archive is unpacked to other bytes than were packed"
    );
    ensure!(
        data.packed == meant.packed,
        "the data archive is not stored as it was compressed"
    );
    ensure!(
        package.data == data.packed,
        "the data member is not the data archive"
    );
    for (kind, found, wanted) in [
        ("files", data.files, meant.files),
        ("links", data.links, meant.links),
    ] {
        ensure!(found == wanted, "there are {found} {kind}, not {wanted}");
    }
    let files = meant.control.iter();
    let wanted = files.map(|(name, (mode, bytes))| (name.as_bytes(), mode.bits(), &bytes[..]));
    let found = package.control.iter();
    ensure!(
        wanted.eq(found.map(|(name, (mode, bytes))| (&name[..], *mode, &bytes[..]))),
        "the control archive is not what was packed"
    );
    Ok(())
}

fn read_control(member: impl Read) -> Result<ControlRead> {
    let mut files = BTreeMap::new();
    let mut gzip = Decoder::new(Method::Gzip, BufReader::new(member))?;
    walk_strictly(&mut gzip, |entry, content| {
        match (entry.kind, entry.name.strip_prefix(b"./")) {
            (Kind::Directory, Some(b"")) => {}
            (Kind::File, Some(name)) => {
                let mut bytes = Vec::new();
                content.read_to_end(&mut bytes)?;
                let twice = files.insert(name.to_vec(), (entry.mode, bytes));
                ensure!(twice.is_none(), "it is there twice");
            }
            _ => bail!("it is not a plain file"),
        }
        Ok(())
    })?;
    ensure_nothing_left(&mut gzip.into_inner())?;
    Ok(files)
}

/// Walks an archive of which nobody has anything to say, and of which all is root's.
fn walk_strictly<R: Read>(
    reader: &mut R,
    mut visit: impl FnMut(&TarEntry<'_>, &mut dyn Read) -> Result<()>,
) -> Result<()> {
    let mut findings = Findings::default();
    walk(reader, "the archive", &mut findings, |entry, content, _| {
        let owner = (entry.uid, entry.gid, entry.user, entry.group);
        ensure!(
            owner == (0, 0, &b"root"[..], &b"root"[..]),
            "it does not belong to root"
        );
        visit(entry, content)
    })?;
    refuse_any(findings)
}

fn refuse_any(findings: Findings) -> Result<()> {
    match findings.into_sorted().first() {
        Some(finding) => bail!("{}: {}", finding.place, finding.problem),
        None => Ok(()),
    }
}

fn ensure_nothing_left(reader: &mut impl BufRead) -> Result<()> {
    let left = reader.fill_buf()?.len();
    ensure!(left == 0, "something follows the compressed stream");
    Ok(())
}

/// Reads to the end with fewer calls than [`io::copy`] makes.
fn copy_to_nowhere(reader: &mut impl Read) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    while reader.read(&mut buffer)? > 0 {}
    Ok(())
}

/// What is there already; that no path has two owners, the tree has seen to.
#[derive(Default)]
struct Places {
    directories: BTreeSet<Vec<u8>>,
    files: usize,
    links: usize,
}

impl Places {
    fn take(&mut self, entry: &TarEntry<'_>) -> Result<()> {
        let path = entry.name.strip_prefix(b"./").context("it lacks `./`")?;
        let path = match entry.kind {
            Kind::Directory if path.is_empty() => {
                ensure!(self.directories.insert(Vec::new()), "it is there twice");
                return Ok(());
            }
            Kind::Directory => path.strip_suffix(b"/").context("it lacks the final `/`")?,
            _ => path,
        };
        let parent = path.iter().rposition(|b| *b == b'/').unwrap_or(0);
        ensure!(
            self.directories.contains(&path[..parent]),
            "it comes before its directory"
        );
        match entry.kind {
            Kind::Directory => {
                ensure!(self.directories.insert(path.to_vec()), "it is there twice");
            }
            Kind::File => self.files += 1,
            Kind::Symlink => {
                self.links += 1;
                ensure!(!entry.target.is_empty(), "it points nowhere");
                ensure!(entry.mode == 0o777, "it has the mode of a file");
            }
            _ => bail!("it is not of a kind that is written"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
