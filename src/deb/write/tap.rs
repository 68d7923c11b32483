//! Hashes and counts what passes, to compare later what was written with what is read.
//!
//! XXH3 finds accidents, not forgeries: both sides are this process.

use std::hash::Hasher as _;
use std::io::{self, Read, Write};
use twox_hash::XxHash3_64;

/// A reader or writer that is listened to.
pub(super) struct Tap<T> {
    inner: T,
    passed: Passed,
    hasher: XxHash3_64,
}

/// What has passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    /// How many bytes.
    pub(super) size: u64,
    /// Their XXH3.
    pub(super) hash: u64,
}

impl<T> Tap<T> {
    /// Listens to `inner`.
    pub(super) fn new(inner: T) -> Self {
        Tap {
            inner,
            passed: Passed::default(),
            hasher: XxHash3_64::new(),
        }
    }

    /// Returns what has passed so far.
    pub(super) fn passed(&self) -> Passed {
        Passed {
            hash: self.hasher.finish(),
            ..self.passed
        }
    }

    /// Returns what is listened to.
    pub(super) fn inner(&mut self) -> &mut T {
        &mut self.inner
    }

    /// Stops listening.
    pub(super) fn into_inner(self) -> T {
        self.inner
    }

    fn listen(&mut self, bytes: &[u8]) {
        self.hasher.write(bytes);
        self.passed.size += bytes.len() as u64;
    }
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.listen(&buffer[..count]);
        Ok(count)
    }
}

impl<W: Write> Write for Tap<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.listen(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
