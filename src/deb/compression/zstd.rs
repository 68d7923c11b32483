//! Segments of a zstd frame (RFC 8878).
//!
//! The multi-threaded encoder ends a job when it is flushed, and what it writes for a job that is not the first of its
//! frame depends on nothing before it: no window (`overlapLog = 1`), no entropy tables, and no repeat offsets, which it
//! declares invalid. The first job begins with the repeat offsets 1, 4 and 8 of the format: moved behind other blocks, it
//! decodes to wrong bytes of the right length. So a dummy goes first and is thrown away. The single-threaded encoder has no such
//! jobs; this one is used with one worker, whatever the number of threads.

use super::segment::{Chunk, Record, Segment};
use ::zstd::stream::raw::{CParameter, Encoder, InBuffer, Operation as _, OutBuffer};
use anyhow::{Context as _, Result};
use std::io;

/// An empty raw block, the last of its frame.
pub(super) const TAIL: [u8; 3] = [1, 0, 0];

/// What takes the first job; the encoder wants a byte at least.
const DUMMY: &[u8] = b"dummy";

/// Returns the logarithm of the window, in bytes, which zstd 1.5 gives to each level for input of unknown size.
///
/// Fixed here, because the head of the frame says it for all segments.
fn window_log(level: u32) -> u32 {
    match level {
        0 | 1 => 19,
        2 => 20,
        3..=8 => 21,
        9..=16 => 22,
        _ => 23,
    }
}

/// Four windows, which is also what zstd itself gives to a job, and 8 MiB at least.
pub(super) fn segment_bytes(level: u32) -> usize {
    (4 << window_log(level)).max(8 << 20)
}

/// Returns the head of a frame: no size, no checksum, no dictionary; and the window.
pub(super) fn head(level: u32) -> Vec<u8> {
    let exponent = u8::try_from(window_log(level) - 10).unwrap_or(0);
    vec![0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3]
}

/// An encoder that has taken a chunk into its own memory.
pub(in crate::deb) struct Fed {
    encoder: Encoder<'static>,
    plain_size: u64,
    /// What it gave already; the rest comes with a flush.
    begun: Vec<u8>,
}

/// Gives a chunk to a new encoder, after the dummy.
pub(super) fn feed(level: u32, chunk: &Chunk) -> Result<Fed> {
    let fed = || -> io::Result<Fed> {
        let mut encoder = prepared_encoder(level)?;
        give(&mut encoder, DUMMY)?;
        flush(&mut encoder, Vec::new())?;
        Ok(Fed {
            begun: give(&mut encoder, &chunk.bytes)?,
            encoder,
            plain_size: chunk.bytes.len() as u64,
        })
    };
    fed().context("compressing with zstd failed")
}

impl Fed {
    pub(super) fn compress(mut self) -> Result<Segment> {
        let bytes = flush(&mut self.encoder, self.begun).context("compressing with zstd failed")?;
        Ok(Segment {
            bytes,
            plain_size: self.plain_size,
            record: Record::None,
        })
    }
}

fn prepared_encoder(level: u32) -> io::Result<Encoder<'static>> {
    let mut encoder = Encoder::new(i32::try_from(level).map_err(io::Error::other)?)?;
    let job_size = u32::try_from(segment_bytes(level)).map_err(io::Error::other)?;
    for parameter in [
        CParameter::NbWorkers(1),
        CParameter::JobSize(job_size),
        CParameter::OverlapSizeLog(1),
        CParameter::WindowLog(window_log(level)),
        CParameter::ContentSizeFlag(false),
        CParameter::ChecksumFlag(false),
    ] {
        encoder.set_parameter(parameter)?;
    }
    Ok(encoder)
}

/// What the encoder writes at a time.
const BUFFER: usize = 128 << 10;

/// Returns what the encoder writes before it has all of a job.
fn give(encoder: &mut Encoder<'_>, plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let mut buffer = vec![0; BUFFER];
    let mut input = InBuffer::around(plain);
    while input.pos() < plain.len() {
        let mut output = OutBuffer::around(&mut buffer[..]);
        encoder.run(&mut input, &mut output)?;
        compressed.extend_from_slice(output.as_slice());
    }
    Ok(compressed)
}

/// Ends the job, and appends the rest of what the encoder writes for it.
fn flush(encoder: &mut Encoder<'_>, mut compressed: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let mut output = OutBuffer::around(&mut buffer[..]);
        let left = encoder.flush(&mut output)?;
        compressed.extend_from_slice(output.as_slice());
        if left == 0 {
            return Ok(compressed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(encoder: &mut Encoder<'_>, plain: &[u8]) -> io::Result<Vec<u8>> {
        let begun = give(encoder, plain)?;
        flush(encoder, begun)
    }

    /// One header of an empty file, and the smallest content that begins with a repeat offset.
    fn header_and_zeros() -> Vec<u8> {
        let mut header = tar::Header::new_gnu();
        header.set_size(300);
        header.set_mode(0o644);
        header.set_cksum();
        [&header.as_bytes()[..], &[0; 300]].concat()
    }

    fn frame(level: u32, parts: &[&[u8]]) -> Vec<u8> {
        [&head(level), &parts.concat()[..], &TAIL].concat()
    }

    #[test]
    fn the_head_is_what_the_encoder_writes() {
        for level in 1..=19 {
            let mut encoder = prepared_encoder(level).expect("the parameters are valid");
            let first = job(&mut encoder, DUMMY).expect("memory takes it");
            assert_eq!(first[..6], head(level), "level {level}");
        }
    }

    /// Why the dummy is there. When this test fails, zstd has changed, and DESIGN 2 with it.
    #[test]
    fn a_first_job_decodes_to_wrong_bytes_when_it_is_moved_and_a_later_one_does_not() {
        let text = header_and_zeros();
        let other = b"something else, something else, something else".repeat(9);
        let level = 3;
        let mut encoder = prepared_encoder(level).expect("the parameters are valid");
        let first = job(&mut encoder, &text)
            .expect("memory takes it")
            .split_off(6);
        let later = job(&mut encoder, &text).expect("memory takes it");
        let before = job(&mut encoder, &other).expect("memory takes it");
        let wanted = [&other[..], &text].concat();

        let moved =
            ::zstd::decode_all(&frame(level, &[&before, &first])[..]).expect("it is not noticed");
        assert_eq!(moved.len(), wanted.len());
        assert!(moved != wanted, "the first job can be moved now");

        let moved = ::zstd::decode_all(&frame(level, &[&before, &later])[..]).expect("it is valid");
        assert!(moved == wanted);
        let alone = ::zstd::decode_all(&frame(level, &[&later])[..]).expect("it is valid");
        assert!(alone == text, "it may also be the first");
    }
}
