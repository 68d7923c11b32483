//! Reads back the tar dialect of this writer, and nothing else: what dpkg would refuse or take differently is an error.

use anyhow::{Context as _, Result, bail, ensure};
use std::io::Read;

/// More than any name or link target that the writer takes.
const LONGEST_RECORD: u64 = 8192;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::deb) enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
}

/// One entry.
#[derive(Debug)]
pub(in crate::deb) struct Member {
    /// Its name as it stands, with `./`.
    pub(in crate::deb) name: Vec<u8>,
    pub(in crate::deb) kind: Kind,
    pub(in crate::deb) mode: u32,
    /// Where a link points.
    pub(in crate::deb) target: Vec<u8>,
}

/// Calls `visit` for each entry with its content, and checks that the archive ends as it must.
pub(in crate::deb) fn walk<R: Read>(
    reader: &mut R,
    mut visit: impl FnMut(&Member, &mut dyn Read) -> Result<()>,
) -> Result<()> {
    let (mut long_name, mut long_target) = (None, None);
    loop {
        let block = read_block(reader)?;
        if block == [0; 512] {
            ensure!(
                read_block(reader)? == [0; 512],
                "one zero block is not the end"
            );
            ensure!(reader.read(&mut [0])? == 0, "something follows the end");
            return Ok(());
        }
        let header = tar::Header::from_byte_slice(&block);
        check_header(header)?;
        let size = header.entry_size()?;
        match header.entry_type().as_byte() {
            b'L' => long_name = Some(read_record(reader, size)?),
            b'K' => long_target = Some(read_record(reader, size)?),
            byte => {
                let kind = match byte {
                    b'0' => Kind::File,
                    b'5' => Kind::Directory,
                    b'2' => Kind::Link,
                    _ => bail!("the entry type {byte} is not one that is written"),
                };
                ensure!(kind == Kind::File || size == 0, "only files have content");
                let target = header.link_name_bytes().unwrap_or_default();
                let member = Member {
                    name: long_name.take().unwrap_or(header.path_bytes().into_owned()),
                    kind,
                    mode: header.mode()?,
                    target: long_target.take().unwrap_or(target.into_owned()),
                };
                let mut content = reader.by_ref().take(size);
                visit(&member, &mut content)
                    .with_context(|| String::from_utf8_lossy(&member.name).into_owned())?;
                ensure!(content.limit() == 0, "an entry was not read to its end");
                skip_padding(reader, size)?;
            }
        }
    }
}

fn read_block(reader: &mut impl Read) -> Result<[u8; 512]> {
    let mut block = [0; 512];
    reader
        .read_exact(&mut block)
        .context("the archive is cut off")?;
    Ok(block)
}

fn check_header(header: &tar::Header) -> Result<()> {
    let bytes = header.as_bytes();
    let others = bytes[..148].iter().chain(&bytes[156..]);
    let sum = others.map(|b| u32::from(*b)).sum::<u32>() + 8 * u32::from(b' ');
    ensure!(
        bytes[148..156] == *format!("{sum:06o}\0 ").as_bytes(),
        "the checksum of a header is wrong"
    );
    ensure!(
        &bytes[257..265] == b"ustar  \0",
        "a header is not GNU tar's"
    );
    let owners = (header.uid()?, header.gid()?);
    ensure!(owners == (0, 0), "an entry does not belong to root");
    let names = (header.username_bytes(), header.groupname_bytes());
    ensure!(
        names == (Some(&b"root"[..]), Some(&b"root"[..])),
        "an entry does not belong to root"
    );
    Ok(())
}

fn read_record(reader: &mut impl Read, size: u64) -> Result<Vec<u8>> {
    ensure!(size <= LONGEST_RECORD, "a long name is too long");
    let mut value = Vec::new();
    reader.by_ref().take(size).read_to_end(&mut value)?;
    ensure!(value.len() as u64 == size, "the archive is cut off");
    ensure!(value.pop() == Some(0), "a long name does not end in NUL");
    ensure!(!value.contains(&0), "a long name has a NUL inside");
    skip_padding(reader, size)?;
    Ok(value)
}

fn skip_padding(reader: &mut impl Read, size: u64) -> Result<()> {
    let mut padding = Vec::new();
    let length = (512 - size % 512) % 512;
    reader.by_ref().take(length).read_to_end(&mut padding)?;
    ensure!(padding.len() as u64 == length, "the archive is cut off");
    ensure!(padding.iter().all(|b| *b == 0), "the padding is not zero");
    Ok(())
}
