//! Segments of a zstd frame (RFC 8878).
//!
//! The multi-threaded encoder ends a job when it is flushed, and what it writes for a job that is not the first of its
//! frame depends on nothing before it: no window (`overlapLog = 1`), no entropy tables, and no repeat offsets, which it
//! declares invalid. The first job begins with the repeat offsets 1, 4 and 8 of the format: moved behind other blocks, it
//! decodes to wrong bytes of the right length. So a dummy goes first and is thrown away. The single-threaded encoder has no such
//! jobs; this one is used with one worker, whatever the number of threads.

use super::segment::{Record, Segment};
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

/// Four windows, which is also what zstd itself gives to a job; for windows of 2 MiB and less 4 MiB, at half the memory.
pub(super) fn segment_bytes(level: u32) -> usize {
    match window_log(level) {
        0..=21 => 4 << 20,
        log => 4 << log,
    }
}

/// Returns the head of a frame: no size, no checksum, no dictionary; and the window.
pub(super) fn head(level: u32) -> Vec<u8> {
    let exponent = u8::try_from(window_log(level) - 10).unwrap_or(0);
    vec![0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3]
}

/// An encoder that is given a chunk: its own memory is the only place that holds it.
pub(in crate::deb) struct Filling {
    encoder: Encoder<'static>,
    plain_size: usize,
    /// What the encoder gave already; the rest comes with a flush.
    begun: Vec<u8>,
}

impl Filling {
    /// Begins a frame with an encoder that is not used any more, or with a new one, and puts its first job behind it.
    ///
    /// A frame for each segment, because an encoder that goes on takes three times the memory.
    pub(super) fn begin(level: u32, spare: Option<Encoder<'static>>) -> io::Result<Self> {
        let mut encoder = match spare {
            Some(mut encoder) => {
                encoder.reinit()?;
                encoder
            }
            None => prepared_encoder(level)?,
        };
        let mut dummy = Vec::new();
        give(&mut encoder, DUMMY, &mut dummy)?;
        flush(&mut encoder, &mut dummy)?;
        Ok(Filling {
            encoder,
            plain_size: 0,
            begun: Vec::new(),
        })
    }

    pub(super) fn size(&self) -> usize {
        self.plain_size
    }

    pub(super) fn push(&mut self, plain: &[u8]) -> io::Result<()> {
        self.plain_size += plain.len();
        give(&mut self.encoder, plain, &mut self.begun)
    }

    /// Compresses what was given, and returns the encoder for another segment.
    pub(super) fn compress(mut self) -> Result<(Segment, Encoder<'static>)> {
        flush(&mut self.encoder, &mut self.begun).context("compressing with zstd failed")?;
        let segment = Segment {
            bytes: self.begun,
            plain_size: self.plain_size as u64,
            record: Record::None,
        };
        Ok((segment, self.encoder))
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

/// What the encoder has room to write at a time.
const ROOM: usize = 32 << 10;

/// Gives the encoder a part of a job, and appends what it writes meanwhile.
fn give(encoder: &mut Encoder<'_>, plain: &[u8], compressed: &mut Vec<u8>) -> io::Result<()> {
    let mut input = InBuffer::around(plain);
    while input.pos() < plain.len() {
        encoder.run(&mut input, &mut behind(compressed))?;
    }
    Ok(())
}

/// Ends the job, and appends the rest of what the encoder writes for it.
fn flush(encoder: &mut Encoder<'_>, compressed: &mut Vec<u8>) -> io::Result<()> {
    while encoder.flush(&mut behind(compressed))? > 0 {}
    Ok(())
}

/// Returns room behind what is there.
fn behind(compressed: &mut Vec<u8>) -> OutBuffer<'_, Vec<u8>> {
    compressed.reserve(ROOM);
    let end = compressed.len();
    OutBuffer::around_pos(compressed, end)
}

#[cfg(test)]
mod tests {
    use super::super::tests::header_and_zeros;
    use super::*;

    fn job(encoder: &mut Encoder<'_>, plain: &[u8]) -> io::Result<Vec<u8>> {
        let mut compressed = Vec::new();
        give(encoder, plain, &mut compressed)?;
        flush(encoder, &mut compressed)?;
        Ok(compressed)
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
