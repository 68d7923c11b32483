//! Parts of a stream that stand for themselves (DESIGN 2, Layers).
//!
//! A segment is compressed without any knowledge of what comes before it, so that the same bytes of a layer give the same
//! segment in every package, on every thread. [`Frame`] puts segments together: a head, the segments in any order, a tail.

use super::{Compression, Method, gzip, xz, zstd};
use anyhow::Result;
use std::io;

/// A compressed part of a layer.
pub(in crate::deb) struct Segment {
    /// What goes into the stream.
    pub(in crate::deb) bytes: Vec<u8>,
    /// How many bytes it holds when it is unpacked.
    pub(super) plain_size: u64,
    /// What the tail of the stream says of it.
    pub(super) record: Record,
}

/// What the tail of a stream says of one segment.
pub(super) enum Record {
    /// Nothing.
    None,
    /// The CRC-32 of the plain bytes.
    Gzip { crc32: u32 },
    /// The size of the block without its padding.
    Xz { unpadded_size: u64 },
}

/// The plain bytes of a segment to be, in memory.
#[derive(Default)]
pub(super) struct Chunk {
    /// What comes before it in its layer: empty for the first.
    pub(super) before: Vec<u8>,
    /// What is in it.
    pub(super) bytes: Vec<u8>,
}

/// An encoder that has done its work.
pub(in crate::deb) type Spare = ::zstd::stream::raw::Encoder<'static>;

/// A segment to be, which takes its bytes.
pub(in crate::deb) enum Filling {
    /// Its bytes wait in memory.
    Chunk(Compression, Chunk),
    /// A thread takes its bytes as they come.
    Xz(xz::Filling),
    /// The encoder has its bytes.
    Zstd(zstd::Filling),
}

/// What makes a segment: to be done on any thread.
pub(in crate::deb) enum Work {
    /// All bytes are there.
    Chunk(Compression, Chunk),
    /// The bytes come while it is done.
    Xz(xz::Pieces),
    /// The encoder has all bytes.
    Zstd(zstd::Filling),
}

impl Filling {
    /// Begins one, behind some bytes of the same layer; with what another one of the same compression left, if anything.
    ///
    /// Where the work can begin before the bytes are there, it comes along.
    pub(in crate::deb) fn begin(
        compression: Compression,
        before: Vec<u8>,
        spare: Option<Spare>,
    ) -> io::Result<(Self, Option<Work>)> {
        Ok(match compression.method {
            Method::Xz => {
                let (filling, pieces) = xz::begin(compression.level);
                (Filling::Xz(filling), Some(Work::Xz(pieces)))
            }
            Method::Zstd => {
                let filling = zstd::Filling::begin(compression.level, spare)?;
                (Filling::Zstd(filling), None)
            }
            Method::None | Method::Gzip => {
                let bytes = Vec::new();
                let chunk = Chunk { before, bytes };
                (Filling::Chunk(compression, chunk), None)
            }
        })
    }

    /// Returns how many bytes it has.
    pub(in crate::deb) fn size(&self) -> usize {
        match self {
            Filling::Chunk(_, chunk) => chunk.bytes.len(),
            Filling::Xz(filling) => filling.size(),
            Filling::Zstd(filling) => filling.size(),
        }
    }

    /// Adds bytes; all together at most [`Compression::segment_bytes`].
    pub(in crate::deb) fn push(&mut self, plain: &[u8]) -> io::Result<()> {
        match self {
            Filling::Chunk(_, chunk) => chunk.bytes.extend_from_slice(plain),
            Filling::Xz(filling) => filling.push(plain)?,
            Filling::Zstd(filling) => filling.push(plain)?,
        }
        Ok(())
    }

    /// Returns what the next segment of the layer may refer to.
    pub(in crate::deb) fn look_behind(&self) -> Vec<u8> {
        match self {
            Filling::Chunk(compression, chunk) if compression.method == Method::Gzip => {
                let start = chunk.bytes.len().saturating_sub(gzip::WINDOW);
                chunk.bytes[start..].to_vec()
            }
            Filling::Chunk(..) | Filling::Xz(_) | Filling::Zstd(_) => Vec::new(),
        }
    }

    /// Ends it; there is a byte at least. Returns the work, where [`Filling::begin`] has not.
    pub(in crate::deb) fn end(self) -> io::Result<Option<Work>> {
        Ok(match self {
            Filling::Chunk(compression, chunk) => Some(Work::Chunk(compression, chunk)),
            Filling::Xz(filling) => {
                filling.end()?;
                None
            }
            Filling::Zstd(filling) => Some(Work::Zstd(filling)),
        })
    }
}

impl Work {
    /// Does it. What comes with the segment saves work for another.
    pub(in crate::deb) fn compress(self) -> Result<(Segment, Option<Spare>)> {
        let (compression, chunk) = match self {
            Work::Chunk(compression, chunk) => (compression, chunk),
            Work::Xz(pieces) => return Ok((xz::compress(pieces)?, None)),
            Work::Zstd(filling) => {
                let (segment, encoder) = filling.compress()?;
                return Ok((segment, Some(encoder)));
            }
        };
        let segment = match compression.method {
            Method::Gzip => gzip::compress(compression.level, &chunk)?,
            Method::None | Method::Xz | Method::Zstd => Segment {
                plain_size: chunk.bytes.len() as u64,
                bytes: chunk.bytes,
                record: Record::None,
            },
        };
        Ok((segment, None))
    }
}

impl Compression {
    /// Returns about how much memory one thread needs, in bytes: the tables of the encoder (xz(1), `ZSTD_estimateCCtxSize`), and
    /// its segment before and after; of zstd and gzip also the one that waits.
    pub fn memory_per_thread(self) -> u64 {
        let tables: u64 = match (self.method, self.level) {
            (Method::None, _) => 0,
            (Method::Gzip, _) | (Method::Zstd, 0..=8) => 4,
            (Method::Zstd, 9..=16) => 40,
            (Method::Zstd, _) => 120,
            (Method::Xz, 0..=3) => 32,
            (Method::Xz, 4..=6) => 94,
            (Method::Xz, 7) => 186,
            (Method::Xz, 8) => 370,
            (Method::Xz, _) => 674,
        };
        let held = if self.method == Method::Xz { 2 } else { 3 };
        (tables << 20) + held * self.segment_bytes() as u64
    }

    /// Returns how many plain bytes a segment holds at most: what a thread compresses at a time.
    ///
    /// Each is a multiple of the window at which cutting costs at most 1.3 % of the size and the encoder little memory (measured,
    /// see `benches/README.md`). A change of it changes every package.
    pub(in crate::deb) fn segment_bytes(self) -> usize {
        match self.method {
            Method::None | Method::Gzip => 1 << 20,
            Method::Xz => xz::segment_bytes(self.level),
            Method::Zstd => zstd::segment_bytes(self.level),
        }
    }
}

/// One frame or stream being put together.
pub(in crate::deb) enum Frame {
    /// Plain bytes.
    None,
    /// A gzip member.
    Gzip(gzip::Tail),
    /// An xz stream.
    Xz(xz::Index),
    /// A zstd frame.
    Zstd,
}

impl Frame {
    /// Begins one, and returns what comes before the first segment.
    pub(in crate::deb) fn begin(compression: Compression) -> (Self, Vec<u8>) {
        let level = compression.level;
        match compression.method {
            Method::None => (Frame::None, Vec::new()),
            Method::Gzip => (Frame::Gzip(gzip::Tail::default()), gzip::head(level)),
            Method::Xz => (Frame::Xz(xz::Index::default()), xz::head()),
            Method::Zstd => (Frame::Zstd, zstd::head(level)),
        }
    }

    /// Takes note of the next segment.
    pub(in crate::deb) fn add(&mut self, segment: &Segment) {
        match (self, &segment.record) {
            (Frame::Gzip(tail), Record::Gzip { crc32 }) => tail.add(*crc32, segment.plain_size),
            (Frame::Xz(index), Record::Xz { unpadded_size }) => {
                index.add(*unpadded_size, segment.plain_size);
            }
            _ => {}
        }
    }

    /// Returns what comes behind the last segment.
    pub(in crate::deb) fn end(self) -> Vec<u8> {
        match self {
            Frame::None => Vec::new(),
            Frame::Gzip(tail) => tail.render(),
            Frame::Xz(index) => index.render(),
            Frame::Zstd => zstd::TAIL.to_vec(),
        }
    }
}
