//! Segments of an xz stream: its blocks, which are independent by definition (The .xz File Format, 1.1).
//!
//! liblzma makes a stream of one block; the block is cut out, and its sizes go into the index of the stream to be. They also go
//! into the header of the block, as the multi-threaded encoder of xz(1) has it, so that dpkg can unpack on several threads. That
//! encoder itself would hold every block twice.

use super::segment::{Chunk, Record, Segment};
use anyhow::{Context as _, Result, bail, ensure};
use liblzma::stream::{Check, Stream};
use std::io::{self, Write as _};

/// Magic, the flag of a CRC-32 check as dpkg-deb writes it, and the CRC-32 of the flags.
const HEAD: [u8; 12] = *b"\xfd7zXZ\0\0\x01\x69\x22\xde\x36";

/// The flags of the stream again.
const FLAGS: [u8; 2] = [0, 1];

const FOOTER_MAGIC: &[u8; 2] = b"YZ";

/// What follows a block: a CRC-32.
const CHECK_BYTES: u64 = 4;

/// The flag of a header that both sizes are in it.
const BOTH_SIZES: u8 = 0xc0;

/// Twice the dictionary of the level, and 8 MiB at least; xz(1) takes three times, which costs memory and gains 0.2 % of size.
pub(super) fn segment_bytes(level: u32) -> usize {
    let dictionary = match level {
        0..=2 => 2,
        3..=4 => 4,
        5..=6 => 8,
        7 => 16,
        8 => 32,
        _ => 64,
    };
    ((2 * dictionary) << 20).max(8 << 20)
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
    let stream = Stream::new_easy_encoder(level, Check::Crc32)?;
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
    let old = header_size(stream[HEAD.len()]);
    let packed_size = unpadded_size
        .checked_sub(old as u64 + CHECK_BYTES)
        .context("the block is too small")?;
    let header = block_header(
        &stream[HEAD.len()..HEAD.len() + old],
        packed_size,
        plain_size,
    )?;
    let unpadded_size = unpadded_size - old as u64 + header.len() as u64;
    stream.splice(..HEAD.len() + old, header);
    Ok(Segment {
        bytes: stream,
        plain_size,
        record: Record::Xz { unpadded_size },
    })
}

fn header_size(first: u8) -> usize {
    (usize::from(first) + 1) * 4
}

/// Returns the header of a block with both sizes, from one without: size, flags, filter, padding, CRC-32.
fn block_header(old: &[u8], packed_size: u64, plain_size: u64) -> Result<Vec<u8>> {
    let [_, 0, 0x21, 1, dictionary, ..] = *old else {
        bail!("the header of the block is not that of LZMA2 alone");
    };
    let mut header = vec![0, BOTH_SIZES];
    write_number(packed_size, &mut header);
    write_number(plain_size, &mut header);
    header.extend_from_slice(&[0x21, 1, dictionary]);
    header.resize(header.len().next_multiple_of(4), 0);
    header[0] = u8::try_from(header.len() / 4)?;
    header.extend_from_slice(&crc32fast::hash(&header).to_le_bytes());
    Ok(header)
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
    fn a_block_has_the_bytes_that_the_multi_threaded_encoder_gives_it() {
        let plain = b"hello, hello, hello".repeat(1000);
        let stream = liblzma::stream::MtStreamBuilder::new()
            .threads(1)
            .block_size(segment_bytes(6) as u64)
            .preset(6)
            .check(Check::Crc32)
            .encoder()
            .expect("memory takes it");
        let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
        encoder.write_all(&plain).expect("memory takes it");
        let wanted = encoder.finish().expect("memory takes it");

        let chunk = Chunk {
            before: Vec::new(),
            bytes: plain,
        };
        let segment = compress(6, &chunk).expect("memory takes it");
        let Record::Xz { unpadded_size } = segment.record else {
            panic!("it is a block of xz");
        };
        let mut index = Index::default();
        index.add(unpadded_size, segment.plain_size);
        let ours = [&head(), &segment.bytes[..], &index.render()].concat();
        // liblzma keeps room in the header for sizes that are not known yet.
        let plain = |stream: &[u8]| {
            let mut plain = Vec::new();
            let mut decoder = liblzma::read::XzDecoder::new(stream);
            std::io::Read::read_to_end(&mut decoder, &mut plain).map(|_| plain)
        };
        assert_eq!(
            plain(&ours).expect("it is a stream"),
            plain(&wanted).expect("it is a stream")
        );
        let block = &wanted[HEAD.len()..];
        let content = |block: &[u8]| block[header_size(block[0])..].to_vec();
        let length = content(&segment.bytes).len();
        assert_eq!(content(&segment.bytes), content(block)[..length]);
    }
}
