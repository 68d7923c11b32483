//! Segments of a gzip member (RFC 1951, 1952), put together as pigz does it.
//!
//! A segment is a run of deflate blocks that ends on a byte, after an empty stored block. It may refer to the 32 KiB before
//! it in its layer, and to nothing else. A last empty block, the CRC-32 and the size of the whole follow the last segment.

use super::segment::{Chunk, Record, Segment};
use anyhow::{Context as _, Result, ensure};
use flate2::{Compress, FlushCompress, Status};

/// How far back deflate can refer, in bytes.
pub(super) const WINDOW: usize = 32 << 10;

/// Returns the head: no name, no time, and 3 for Unix, as gzip(1) has it.
pub(super) fn head(level: u32) -> Vec<u8> {
    let speed = match level {
        1 => 4,
        9 => 2,
        _ => 0,
    };
    vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, speed, 3]
}

pub(super) fn compress(level: u32, chunk: &Chunk) -> Result<Segment> {
    let failed = "compressing with gzip failed";
    let mut deflate = Compress::new(flate2::Compression::new(level), false);
    if !chunk.before.is_empty() {
        deflate.set_dictionary(&chunk.before).context(failed)?;
    }
    // What cannot be compressed grows by 5 bytes for each 16 KiB, and the flush adds 5 more: all is taken at once.
    let plain = &chunk.bytes[..];
    let mut compressed = Vec::with_capacity(plain.len() + plain.len() / 1024 + 1024);
    let status = deflate
        .compress_vec(plain, &mut compressed, FlushCompress::Sync)
        .context(failed)?;
    let is_whole =
        deflate.total_in() == plain.len() as u64 && compressed.len() < compressed.capacity();
    ensure!(status == Status::Ok && is_whole, failed);
    Ok(Segment {
        bytes: compressed,
        plain_size: chunk.bytes.len() as u64,
        record: Record::Gzip {
            crc32: crc32fast::hash(&chunk.bytes),
        },
    })
}

/// What a gzip member says of itself at its end.
#[derive(Default)]
pub(in crate::deb) struct Tail {
    crc32: crc32fast::Hasher,
    plain_size: u64,
}

impl Tail {
    pub(super) fn add(&mut self, crc32: u32, plain_size: u64) {
        self.crc32
            .combine(&crc32fast::Hasher::new_with_initial_len(crc32, plain_size));
        self.plain_size += plain_size;
    }

    /// Returns an empty last block, the CRC-32 and the size modulo 2³².
    pub(super) fn render(self) -> Vec<u8> {
        let [a, b, c, d, ..] = self.plain_size.to_le_bytes();
        let mut tail = vec![3, 0];
        tail.extend_from_slice(&self.crc32.finalize().to_le_bytes());
        tail.extend_from_slice(&[a, b, c, d]);
        tail
    }
}
