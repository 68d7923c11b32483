//! What the two tar archives hold: the control files with their content, the data entries with the hash of theirs.

use super::finding::{Findings, Rule};
use super::header::Kind;
use super::package::{ControlFile, Entry};
use super::streams::Streams;
use super::tar::{self, walk};
use crate::deb::compression::Method;
use crate::failure::{Failure, OrFailure as _};
use anyhow::Result;
use std::io::{self, BufRead, Read};

/// apt takes no larger `control` (`DEB_CONTROL_SIZE_LIMIT`); here it is for all control files together.
const LARGEST_CONTROL: u64 = 64 << 20;

/// How much memory the list of entries may take: half a million with names of usual length. Zeros compress well: a small
/// hostile package could have billions of entries.
const LARGEST_LISTING: usize = 128 << 20;

/// What an allocation takes besides its bytes, at most: the header of glibc's `malloc`, and its rounding.
const ALLOCATION: usize = 24;

const STREAMS: Rule = Rule::error(
    "compression-streams",
    "compress it as one stream or frame: dpkg stops after the first",
);
const REST: Rule = Rule::error(
    "compression-rest",
    "take away what follows the compressed stream",
);
const EMPTY: Rule = Rule::error(
    "empty-member",
    "pack at least the directory `./`: dpkg refuses a tar archive of no bytes",
);

/// Reads the control member; returns its files and its plain size.
pub(super) fn read_control(
    place: &str,
    method: Method,
    member: impl BufRead,
    findings: &mut Findings,
) -> Result<(Vec<ControlFile>, u64)> {
    let mut files = Vec::new();
    let size = read_member(place, method, member, findings, |streams, findings| {
        let mut capped = streams.take(LARGEST_CONTROL);
        let read = walk(&mut capped, place, findings, |entry, content, _| {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            files.push(ControlFile {
                entry: owned(entry),
                content: bytes,
            });
            Ok(())
        });
        if capped.limit() == 0 {
            return Err(Failure::build(format!(
                "{place} has more than {} MiB when it is unpacked, which apt refuses",
                LARGEST_CONTROL >> 20
            ))
            .into());
        }
        read
    })?;
    Ok((files, size))
}

/// Reads the data member; returns its entries and its plain size.
pub(super) fn read_data(
    place: &str,
    method: Method,
    member: impl BufRead,
    findings: &mut Findings,
) -> Result<(Vec<Entry>, u64)> {
    let mut entries = Vec::new();
    let mut listing = 0;
    let mut buffer = vec![0; 128 << 10];
    let size = read_member(place, method, member, findings, |streams, findings| {
        walk(streams, place, findings, |entry, content, _| {
            listing += listed_size(entry);
            if listing > LARGEST_LISTING {
                return Err(Failure::build(format!(
                    "the list of entries takes more than {} MiB",
                    LARGEST_LISTING >> 20
                ))
                .hint("see with `dpkg-deb -c` what they are, and split the package")
                .into());
            }
            let mut listed = owned(entry);
            if entry.kind == Kind::File {
                let (md5, start) = digest(content, &mut buffer)?;
                listed.md5 = Some(md5);
                listed.elf_machine = elf_machine(&start);
            }
            entries.push(listed);
            Ok(())
        })
    })?;
    Ok((entries, size))
}

/// Shows every entry of the data member with its content.
pub(super) fn visit_data(
    place: &str,
    method: Method,
    member: impl BufRead,
    visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<()>,
) -> Result<()> {
    let findings = &mut Findings::default();
    read_member(place, method, member, findings, |streams, findings| {
        walk(streams, place, findings, |entry, content, _| {
            visit(&owned(entry), content)
        })
    })?;
    Ok(())
}

/// Unpacks a member for `read`, and looks at what the streams were; returns the plain size.
fn read_member<R: BufRead>(
    place: &str,
    method: Method,
    mut member: R,
    findings: &mut Findings,
    read: impl FnOnce(&mut Streams<R>, &mut Findings) -> Result<()>,
) -> Result<u64> {
    let unpacked = || {
        Failure::build(format!("{place} cannot be unpacked as {}", method.as_str()))
            .hint("the package is damaged: fetch or build it again")
    };
    if member.fill_buf().or_failure(unpacked)?.is_empty() {
        findings.add(&EMPTY, place, "it has no bytes");
        return Ok(0);
    }
    let mut streams = Streams::new(method, member).or_failure(unpacked)?;
    read(&mut streams, findings)?;
    if streams.has_rest().or_failure(unpacked)? && method != Method::None {
        findings.add(&REST, place, "something follows its compressed stream");
    }
    if streams.begun > 1 {
        let problem = format!("it is made of {} compressed streams", streams.begun);
        findings.add(&STREAMS, place, problem);
    }
    Ok(streams.plain)
}

/// Returns the MD5 of a file, and as much of its start as an ELF header needs to name its machine.
fn digest(content: &mut impl Read, buffer: &mut [u8]) -> Result<([u8; 16], [u8; 20])> {
    let mut md5 = md5::Context::new();
    let mut start = [0; 20];
    let mut filled = 0;
    loop {
        match content.read(buffer) {
            Ok(0) => return Ok((md5.finalize().0, start)),
            Ok(read) => {
                md5.consume(&buffer[..read]);
                let length = read.min(start.len() - filled);
                start[filled..filled + length].copy_from_slice(&buffer[..length]);
                filled += length;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Returns `e_machine`, in the byte order that the header says.
fn elf_machine(start: &[u8; 20]) -> Option<u16> {
    let bytes = [start[18], start[19]];
    let order = start.starts_with(b"\x7fELF").then_some(start[5])?;
    match order {
        1 => Some(u16::from_le_bytes(bytes)),
        2 => Some(u16::from_be_bytes(bytes)),
        _ => None,
    }
}

/// Returns how much memory an entry takes in the list.
fn listed_size(entry: &tar::Entry<'_>) -> usize {
    let names = [entry.name, entry.target, entry.user, entry.group];
    let names = names.iter().filter(|name| !name.is_empty());
    let names: usize = names.map(|name| name.len() + ALLOCATION).sum();
    names + size_of::<Entry>()
}

fn owned(entry: &tar::Entry<'_>) -> Entry {
    Entry {
        name: entry.name.to_vec(),
        kind: entry.kind,
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        user: entry.user.to_vec(),
        group: entry.group.to_vec(),
        size: entry.size,
        mtime: entry.mtime,
        target: entry.target.to_vec(),
        device: entry.device,
        md5: None,
        elf_machine: None,
    }
}
