//! How `data.tar` is compressed.
//!
//! Always the multi-threaded encoder with a fixed job size, also for one thread: its bytes do not depend on the number of
//! threads, while those of the single-threaded encoder differ (measured). One frame, because dpkg stops after the first
//! (DESIGN 1.3). dpkg reads zstd from 1.21.18, Debian 12.

use crate::deb::Invalid;
use anyhow::{Context as _, Result};
use std::fmt;
use std::io::Write;
use std::str::FromStr;
use zstd::zstd_safe::CParameter;

/// What one thread compresses at a time: a multiple of the window of the usual levels, small enough for many cores.
const JOB_BYTES: u32 = 4 << 20;

/// The levels below the "ultra" ones, whose windows need too much memory to unpack.
const LEVELS: std::ops::RangeInclusive<i32> = 1..=19;

/// A method and its level; zstd only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compression {
    level: i32,
}

impl Compression {
    /// Takes a level of zstd, 1 to 19.
    pub fn zstd(level: i32) -> Result<Self, Invalid> {
        if LEVELS.contains(&level) {
            Ok(Compression { level })
        } else {
            Err(Invalid::new("has a level that is not between 1 and 19"))
        }
    }

    /// Returns the level.
    pub fn level(self) -> i32 {
        self.level
    }

    /// Returns a writer that compresses into `writer` on `threads` threads beside the caller's.
    pub(in crate::deb) fn encoder<W: Write>(
        self,
        writer: W,
        threads: usize,
    ) -> Result<zstd::Encoder<'static, W>> {
        let workers = u32::try_from(threads.max(1)).unwrap_or(u32::MAX);
        let prepare = || {
            let mut encoder = zstd::Encoder::new(writer, self.level)?;
            encoder.include_checksum(false)?;
            encoder.include_contentsize(false)?;
            encoder.multithread(workers)?;
            encoder.set_parameter(CParameter::JobSize(JOB_BYTES))?;
            std::io::Result::Ok(encoder)
        };
        prepare().context("preparing the zstd encoder failed")
    }
}

impl Default for Compression {
    fn default() -> Self {
        Compression { level: 9 }
    }
}

impl FromStr for Compression {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (method, level) = match text.split_once(':') {
            Some((method, level)) => (method, Some(level)),
            None => (text, None),
        };
        if method != "zstd" {
            return Err(Invalid::new("is not `zstd` or `zstd:LEVEL`"));
        }
        match level {
            None => Ok(Compression::default()),
            Some(level) if level.bytes().all(|b| b.is_ascii_digit()) => {
                Compression::zstd(level.parse().unwrap_or(0))
            }
            Some(_) => Err(Invalid::new("has a level that is not a number")),
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "zstd:{}", self.level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compression_is_zstd_and_a_level() {
        assert_eq!("zstd".parse(), Ok(Compression { level: 9 }));
        assert_eq!("zstd:19".parse(), Ok(Compression { level: 19 }));
        for bad in [
            "", "xz", "zstd:", "zstd:0", "zstd:20", "zstd:-1", "zstd:+3", "zstd:x", "ZSTD",
        ] {
            assert!(bad.parse::<Compression>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_bytes_do_not_depend_on_the_number_of_threads_or_the_size_of_writes() {
        let mut seed = 1_u32;
        let data = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from(seed >> 28).expect("four bits fit")
        })
        .take(11 << 20)
        .collect::<Vec<u8>>();
        let compressed = |threads: usize, chunk: usize| {
            let level = Compression { level: 1 };
            let mut encoder = level.encoder(Vec::new(), threads).expect("it is prepared");
            for part in data.chunks(chunk) {
                encoder.write_all(part).expect("memory takes it");
            }
            encoder.finish().expect("memory takes it")
        };
        let one = compressed(1, data.len());
        assert!(one.len() < data.len());
        assert!(one == compressed(2, 512));
        assert!(one == compressed(3, 100_000));
        assert!(zstd::decode_all(&one[..]).expect("it is a frame") == data);
    }
}
