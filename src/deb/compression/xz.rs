//! Segments of an xz stream: its blocks, which are independent by definition (The .xz File Format, 1.1).
//!
//! The multi-threaded encoder writes the sizes into the header of each block, so that dpkg can unpack on several threads.
//! It makes a stream of one block here; the block is cut out, and its sizes go into the index of the stream to be.

use super::segment::{Chunk, Record, Segment};
use anyhow::{Context as _, Result, ensure};
use liblzma::stream::{Check, MtStreamBuilder};
use std::io::{self, Write as _};

/// Magic, the flag of a CRC-32 check as dpkg-deb writes it, and the CRC-32 of the flags.
const HEAD: [u8; 12] = *b"\xfd7zXZ\0\0\x01\x69\x22\xde\x36";

/// The flags of the stream again.
const FLAGS: [u8; 2] = [0, 1];

const FOOTER_MAGIC: &[u8; 2] = b"YZ";

/// Twice the dictionary of the level (xz(1)), and 8 MiB at least.
pub(super) fn segment_bytes(level: u32) -> usize {
    let dictionary = match level {
        7 => 16,
        8 => 32,
        9 => 64,
        _ => 8,
    };
    match level {
        0..=4 => 8 << 20,
        _ => (2 * dictionary) << 20,
    }
}

pub(super) fn head() -> Vec<u8> {
    HEAD.to_vec()
}

pub(super) fn compress(level: u32, chunk: &Chunk) -> Result<Segment> {
    let stream = stream_of_one_block(level, &chunk.bytes).context("compressing with xz failed")?;
    cut_out_block(stream, chunk.bytes.len() as u64)
        .context("xz wrote something other than one block")
}

fn stream_of_one_block(level: u32, plain: &[u8]) -> io::Result<Vec<u8>> {
    let stream = MtStreamBuilder::new()
        .threads(1)
        .block_size(segment_bytes(level) as u64)
        .preset(level)
        .check(Check::Crc32)
        .encoder()?;
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(plain)?;
    encoder.finish()
}

fn cut_out_block(mut stream: Vec<u8>, plain_size: u64) -> Result<Segment> {
    let footer = stream.last_chunk::<12>().context("there is no footer")?;
    let [_, _, _, _, a, b, c, d, ..] = *footer;
    let index_size = (u32::from_le_bytes([a, b, c, d]) as usize + 1) * 4;
    let end = stream
        .len()
        .checked_sub(12 + index_size)
        .context("the index is too long")?;
    let mut index = &stream[end..];
    ensure!(stream.starts_with(&HEAD), "the head is another");
    ensure!(index.split_off_first() == Some(&0), "there is no index");
    ensure!(read_number(&mut index) == Some(1), "there is not one block");
    let unpadded_size = read_number(&mut index).context("the index has no size")?;
    ensure!(
        read_number(&mut index) == Some(plain_size),
        "the plain size is another"
    );
    ensure!(
        unpadded_size.next_multiple_of(4) == (end - HEAD.len()) as u64,
        "the size is another"
    );
    stream.truncate(end);
    stream.drain(..HEAD.len());
    Ok(Segment {
        bytes: stream,
        plain_size,
        record: Record::Xz { unpadded_size },
    })
}

/// Reads a number of seven bits a byte, the lowest first.
fn read_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn write_number(mut number: u64, bytes: &mut Vec<u8>) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

/// The index behind the blocks.
#[derive(Default)]
pub(in crate::deb) struct Index {
    records: Vec<u8>,
    count: u64,
}

impl Index {
    pub(super) fn add(&mut self, unpadded_size: u64, plain_size: u64) {
        write_number(unpadded_size, &mut self.records);
        write_number(plain_size, &mut self.records);
        self.count += 1;
    }

    /// Returns the index and the footer of the stream.
    pub(super) fn render(&self) -> Vec<u8> {
        let mut index = vec![0];
        write_number(self.count, &mut index);
        index.extend_from_slice(&self.records);
        index.resize(index.len().next_multiple_of(4), 0);
        let checksum = crc32fast::hash(&index);
        index.extend_from_slice(&checksum.to_le_bytes());

        // In units of four bytes, less one; an index of 16 GiB does not fit the largest package.
        let size = u32::try_from(index.len() / 4 - 1).unwrap_or(u32::MAX);
        let summary = [&size.to_le_bytes()[..], &FLAGS].concat();
        index.extend_from_slice(&crc32fast::hash(&summary).to_le_bytes());
        index.extend_from_slice(&summary);
        index.extend_from_slice(FOOTER_MAGIC);
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for number in [0, 1, 127, 128, 300, 1 << 32, (1 << 63) - 1] {
            let mut bytes = Vec::new();
            write_number(number, &mut bytes);
            assert_eq!(read_number(&mut &bytes[..]), Some(number));
        }
        assert_eq!(read_number(&mut &[0x80][..]), None);
        assert_eq!(read_number(&mut &[0xff; 12][..]), None);
    }

    #[test]
    fn a_stream_put_together_from_one_block_is_the_one_it_was_cut_from() {
        let stream = stream_of_one_block(1, b"hello").expect("memory takes it");
        let segment = cut_out_block(stream.clone(), 5).expect("it is one block");
        let Record::Xz { unpadded_size } = segment.record else {
            panic!("it is a block of xz");
        };
        let mut index = Index::default();
        index.add(unpadded_size, 5);
        let again = [&head(), &segment.bytes[..], &index.render()].concat();
        assert_eq!(again, stream);
    }
}
