//! Segments of an xz stream: its blocks, which are independent by definition (The .xz File Format, 1.1).
//!
//! liblzma gives the filtered bytes, which are put between a header, with the sizes of both as the multi-threaded encoder of
//! xz(1) has it, so that dpkg can unpack on several threads, and the check. That encoder itself would hold every block twice; this
//! one begins when the first bytes are there, and frees them as it goes.

use super::segment::{Record, Segment};
use anyhow::{Context as _, Result};
use crossbeam_channel::{Receiver, Sender, unbounded};
use liblzma::stream::{Filters, LzmaOptions, Stream};
use liblzma::write::XzEncoder;
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

/// The filter.
const LZMA2: u8 = 0x21;

/// Returns the logarithm of the dictionary, in bytes, which xz(1) gives to each level.
fn dictionary_log(level: u32) -> u8 {
    match level {
        0 => 18,
        1 => 20,
        2 => 21,
        3..=4 => 22,
        5..=6 => 23,
        7 => 24,
        8 => 25,
        _ => 26,
    }
}

/// Three times the dictionary of the level, as xz(1) takes it, and 8 MiB at least.
pub(super) fn segment_bytes(level: u32) -> usize {
    (3 << dictionary_log(level)).max(8 << 20)
}

pub(super) fn head() -> Vec<u8> {
    HEAD.to_vec()
}

/// How many plain bytes are handed over and freed at a time.
const PIECE_BYTES: usize = 512 << 10;

/// A block to be, which hands on its bytes in pieces.
pub(in crate::deb) struct Filling {
    pieces: Sender<Vec<u8>>,
    piece: Vec<u8>,
    size: usize,
}

/// The pieces of a block, which may still come.
pub(in crate::deb) struct Pieces {
    level: u32,
    pieces: Receiver<Vec<u8>>,
}

/// Begins a block. Its bytes wait for the encoder without a bound but that of a segment, so that a slow one does not keep the
/// next from being filled.
pub(super) fn begin(level: u32) -> (Filling, Pieces) {
    let (sender, receiver) = unbounded();
    let filling = Filling {
        pieces: sender,
        piece: Vec::new(),
        size: 0,
    };
    let pieces = Pieces {
        level,
        pieces: receiver,
    };
    (filling, pieces)
}

impl Filling {
    pub(super) fn size(&self) -> usize {
        self.size
    }

    pub(super) fn push(&mut self, mut plain: &[u8]) -> io::Result<()> {
        self.size += plain.len();
        while !plain.is_empty() {
            if self.piece.capacity() == 0 {
                self.piece.reserve_exact(PIECE_BYTES);
            }
            let room = PIECE_BYTES - self.piece.len();
            let taken = plain.split_off(..plain.len().min(room));
            self.piece.extend_from_slice(taken.unwrap_or_default());
            if self.piece.len() == PIECE_BYTES {
                self.hand_on()?;
            }
        }
        Ok(())
    }

    /// Hands on the rest.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.hand_on()
    }

    fn hand_on(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.piece);
        // It fails when the encoder has.
        let sent = self.pieces.send(piece);
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// Compresses a block, and frees its pieces on the way.
pub(super) fn compress(pieces: Pieces) -> Result<Segment> {
    let failed = "compressing with xz failed";
    let mut encoder = lzma2_encoder(pieces.level).context(failed)?;
    let (mut plain_size, mut checksum) = (0, crc32fast::Hasher::new());
    for piece in pieces.pieces {
        plain_size += piece.len() as u64;
        checksum.update(&piece);
        encoder.write_all(&piece).context(failed)?;
    }
    let mut block = encoder.finish().context(failed)?;
    let packed_size = block.len() as u64;
    let header = block_header(pieces.level, packed_size, plain_size);
    let unpadded_size = header.len() as u64 + packed_size + CHECK_BYTES;
    block.resize(block.len().next_multiple_of(4), 0);
    block.extend_from_slice(&checksum.finalize().to_le_bytes());
    block.splice(..0, header);
    // It may wait for others.
    block.shrink_to_fit();
    Ok(Segment {
        bytes: block,
        plain_size,
        record: Record::Xz { unpadded_size },
    })
}

/// Returns an encoder of the one filter, without a container.
fn lzma2_encoder(level: u32) -> io::Result<XzEncoder<Vec<u8>>> {
    let mut filters = Filters::new();
    filters.lzma2(&options(level)?);
    let stream = Stream::new_raw_encoder(&filters)?;
    Ok(XzEncoder::new_stream(Vec::new(), stream))
}

/// Returns the preset of xz(1), but that 6 gives up the search for a longer match a little sooner: about a twentieth of the time
/// for 0.4 % of the size (measured; the preset has 64 and 48). It stays smaller than 5.
fn options(level: u32) -> io::Result<LzmaOptions> {
    let mut options = LzmaOptions::new_preset(level)?;
    if level == 6 {
        options.nice_len(48).depth(24);
    }
    options.dict_size(1 << dictionary_log(level));
    Ok(options)
}

/// Returns the header of a block with both sizes: size, flags, sizes, filter, padding, CRC-32.
fn block_header(level: u32, packed_size: u64, plain_size: u64) -> Vec<u8> {
    let mut header = vec![0, BOTH_SIZES];
    write_number(packed_size, &mut header);
    write_number(plain_size, &mut header);
    // The filter, the size of its properties, and the dictionary: two steps double it, beginning at 4 KiB.
    let dictionary = 2 * (dictionary_log(level) - 12);
    header.extend_from_slice(&[LZMA2, 1, dictionary]);
    header.resize(header.len().next_multiple_of(4), 0);
    // In units of four bytes, less one, and without the CRC-32: there are 24 bytes at most.
    header[0] = u8::try_from(header.len() / 4).unwrap_or(u8::MAX);
    header.extend_from_slice(&crc32fast::hash(&header).to_le_bytes());
    header
}

/// Writes a number of seven bits a byte, the lowest first.
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
    use liblzma::stream::{Check, MtStreamBuilder};

    fn segment(level: u32, plain: &[u8]) -> Segment {
        let (mut filling, pieces) = begin(level);
        filling.push(plain).expect("somebody listens");
        filling.end().expect("somebody listens");
        compress(pieces).expect("memory takes it")
    }

    #[test]
    fn a_block_has_the_bytes_that_the_multi_threaded_encoder_gives_it() {
        // More than a piece, and what cannot be compressed.
        let plain = [vec![b'a'; PIECE_BYTES], (0..=255).collect()].concat();
        for level in 0..=9 {
            let mut filters = Filters::new();
            filters.lzma2(&options(level).expect("the level is one"));
            let stream = MtStreamBuilder::new()
                .threads(1)
                .block_size(segment_bytes(level) as u64)
                .filters(filters)
                .check(Check::Crc32)
                .encoder()
                .expect("memory takes it");
            let mut encoder = XzEncoder::new_stream(Vec::new(), stream);
            encoder.write_all(&plain).expect("memory takes it");
            let wanted = encoder.finish().expect("memory takes it");

            let segment = segment(level, &plain);
            // liblzma keeps room in the header for sizes that are not known yet.
            let parts = |block: &[u8]| {
                let (header, rest) = block.split_at(4 * (usize::from(block[0]) + 1));
                let fields = header[1..header.len() - 4].to_vec();
                (fields, rest.to_vec())
            };
            let (fields, rest) = parts(&segment.bytes);
            let (wanted_fields, wanted_rest) = parts(&wanted[HEAD.len()..]);
            assert_eq!(wanted[..HEAD.len()], head(), "level {level}");
            assert!(wanted_fields.starts_with(&fields), "level {level}");
            assert!(wanted_rest.starts_with(&rest), "level {level}");
        }
    }
}
