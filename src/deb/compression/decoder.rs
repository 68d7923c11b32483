//! Decompresses what dpkg would: one frame, one stream, and nothing after it.

use super::Method;
use std::io::{self, BufRead, Read};

/// What an xz stream may ask for: the largest preset takes 65 MiB, a hostile dictionary could be 4 GiB. zstd has a limit
/// of its own, 128 MiB.
const XZ_MEMORY: u64 = 512 << 20;

/// A reader of the plain bytes, which takes no more from the reader below than its one stream.
pub(in crate::deb) struct Decoder<R: BufRead>(Inner<R>);

enum Inner<R: BufRead> {
    None(R),
    Gzip(flate2::bufread::GzDecoder<R>),
    Xz(liblzma::bufread::XzDecoder<R>),
    Zstd(::zstd::Decoder<'static, R>),
}

impl<R: BufRead> Decoder<R> {
    /// Begins to read.
    pub(in crate::deb) fn new(method: Method, reader: R) -> io::Result<Self> {
        Ok(Decoder(match method {
            Method::None => Inner::None(reader),
            Method::Gzip => Inner::Gzip(flate2::bufread::GzDecoder::new(reader)),
            Method::Xz => {
                let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, 0)?;
                Inner::Xz(liblzma::bufread::XzDecoder::new_stream(reader, stream))
            }
            Method::Zstd => Inner::Zstd(::zstd::Decoder::with_buffer(reader)?.single_frame()),
        }))
    }

    /// Returns the reader below, which stands behind the stream when that was read to its end.
    pub(in crate::deb) fn into_inner(self) -> R {
        match self.0 {
            Inner::None(reader) => reader,
            Inner::Gzip(decoder) => decoder.into_inner(),
            Inner::Xz(decoder) => decoder.into_inner(),
            Inner::Zstd(decoder) => decoder.finish(),
        }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Inner::None(reader) => reader.read(buffer),
            Inner::Gzip(decoder) => decoder.read(buffer),
            Inner::Xz(decoder) => decoder.read(buffer),
            Inner::Zstd(decoder) => decoder.read(buffer),
        }
    }
}
