//! The plain bytes of a member, however many streams they were compressed as.
//!
//! dpkg decodes one frame or stream and then stops, or goes on, depending on how much it had read (DESIGN 1.3): reading goes
//! on here, and says that there was more than one.

use crate::deb::compression::{Decoder, Method};
use std::io::{self, BufRead, Read};

/// A reader of all streams of a member.
pub(super) struct Streams<R: BufRead> {
    method: Method,
    state: State<R>,
    /// How many streams have begun.
    pub(super) begun: u64,
    /// How many plain bytes were read.
    pub(super) plain: u64,
}

enum State<R: BufRead> {
    Decoding(Box<Decoder<R>>),
    /// The reader below, which stands at its end or at something that is no stream.
    Ended(R),
    Failed,
}

impl<R: BufRead> Streams<R> {
    /// Begins with the first stream.
    pub(super) fn new(method: Method, reader: R) -> io::Result<Self> {
        Ok(Streams {
            method,
            state: State::Decoding(Box::new(Decoder::new(method, reader)?)),
            begun: 1,
            plain: 0,
        })
    }

    /// Returns whether something other than a stream follows. To be asked at the end.
    pub(super) fn has_rest(&mut self) -> io::Result<bool> {
        match &mut self.state {
            State::Ended(reader) => Ok(!reader.fill_buf()?.is_empty()),
            State::Decoding(_) | State::Failed => Ok(false),
        }
    }

    /// Ends the stream; returns whether another one begins.
    fn advance(&mut self) -> io::Result<bool> {
        let mut reader = match std::mem::replace(&mut self.state, State::Failed) {
            State::Decoding(decoder) => decoder.into_inner(),
            State::Ended(reader) => reader,
            State::Failed => return Ok(false),
        };
        let ahead = reader.fill_buf()?;
        let magic: &[u8] = match self.method {
            Method::None => &[],
            Method::Gzip => &[0x1f, 0x8b],
            Method::Xz => b"\xfd7zXZ\0",
            Method::Zstd => &[0x28, 0xb5, 0x2f, 0xfd],
        };
        // A buffer may end inside the magic bytes.
        let length = magic.len().min(ahead.len());
        if length == 0 || ahead[..length] != magic[..length] {
            self.state = State::Ended(reader);
            return Ok(false);
        }
        self.state = State::Decoding(Box::new(Decoder::new(self.method, reader)?));
        self.begun += 1;
        Ok(true)
    }
}

impl<R: BufRead> Read for Streams<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let State::Decoding(decoder) = &mut self.state else {
                return Ok(0);
            };
            let read = decoder.read(buffer)?;
            self.plain += read as u64;
            if read > 0 || !self.advance()? {
                return Ok(read);
            }
        }
    }
}
