//! Parts of a stream that stand for themselves (DESIGN 2, Layers).
//!
//! A segment is compressed without any knowledge of what comes before it, so that the same bytes of a layer give the same
//! segment in every package, on every thread. [`Frame`] puts segments together: a head, the segments in any order, a tail.

use super::{Compression, Method, gzip, xz, zstd};
use anyhow::Result;

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

/// The plain bytes of a segment to be.
#[derive(Default)]
pub(in crate::deb) struct Chunk {
    /// What comes before it in its layer: empty for the first.
    pub(in crate::deb) before: Vec<u8>,
    /// What is in it.
    pub(in crate::deb) bytes: Vec<u8>,
}

impl Compression {
    /// Returns how many plain bytes a segment holds at most: what a thread compresses at a time.
    ///
    /// Each is a multiple of the window, and the smallest at which cutting costs less than one percent (measured, see
    /// `benches/README.md`). A change of it changes every package.
    pub(in crate::deb) fn segment_bytes(self) -> usize {
        match self.method {
            Method::None | Method::Gzip => 1 << 20,
            Method::Xz => xz::segment_bytes(self.level),
            Method::Zstd => zstd::segment_bytes(self.level),
        }
    }

    /// Returns how many bytes before it in its layer a segment can refer to.
    pub(in crate::deb) fn look_behind(self) -> usize {
        match self.method {
            Method::Gzip => gzip::WINDOW,
            Method::None | Method::Xz | Method::Zstd => 0,
        }
    }

    /// Takes a chunk of at most [`Compression::segment_bytes`], which is not empty.
    ///
    /// zstd copies it, so that its memory can be used for another chunk while the work is done.
    pub(in crate::deb) fn take(self, chunk: &Chunk) -> Result<Taken> {
        Ok(match self.method {
            Method::None => Taken::Done(Segment {
                bytes: chunk.bytes.clone(),
                plain_size: chunk.bytes.len() as u64,
                record: Record::None,
            }),
            Method::Gzip => Taken::Done(gzip::compress(self.level, chunk)?),
            Method::Xz => Taken::Done(xz::compress(self.level, chunk)?),
            Method::Zstd => Taken::Fed(zstd::feed(self.level, chunk)?),
        })
    }
}

/// A chunk that is not needed any more.
pub(in crate::deb) enum Taken {
    /// It is compressed.
    Done(Segment),
    /// The encoder has it.
    Fed(zstd::Fed),
}

impl Taken {
    /// Does what is left to do.
    pub(in crate::deb) fn compress(self) -> Result<Segment> {
        match self {
            Taken::Done(segment) => Ok(segment),
            Taken::Fed(fed) => fed.compress(),
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
