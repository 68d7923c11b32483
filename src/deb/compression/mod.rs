//! How `data.tar` is compressed, and read back.
//!
//! One frame or one stream, because dpkg stops after the first (DESIGN 1.3), made of segments that several threads compress.
//! Always the multi-threaded encoders: their bytes do not depend on the number of threads (measured). dpkg reads zstd from 1.21.18, Debian 12; the
//! others always. bzip2 and lzma, which dpkg only still reads, are not written and not read here.

mod decoder;
mod gzip;
mod segment;
mod threads;
mod xz;
mod zstd;

use crate::deb::Invalid;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

pub(in crate::deb) use decoder::Decoder;
pub(in crate::deb) use threads::{Segmenter, compress};

/// A way to compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Not at all.
    None,
    /// RFC 1952.
    Gzip,
    /// The `.xz` format, LZMA2.
    Xz,
    /// RFC 8878.
    Zstd,
}

impl Method {
    const ALL: [Method; 4] = [Method::None, Method::Gzip, Method::Xz, Method::Zstd];

    /// Returns its name, as recipes and dpkg-deb spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::None => "none",
            Method::Gzip => "gzip",
            Method::Xz => "xz",
            Method::Zstd => "zstd",
        }
    }

    /// Returns what the name of a member has after `.tar` (deb(5)).
    pub fn extension(self) -> &'static str {
        match self {
            Method::None => "",
            Method::Gzip => ".gz",
            Method::Xz => ".xz",
            Method::Zstd => ".zst",
        }
    }

    /// Returns the method whose [`Method::extension`] this is.
    pub fn from_extension(extension: &str) -> Option<Self> {
        let mut all = Method::ALL.into_iter();
        all.find(|method| method.extension() == extension)
    }

    /// Returns the levels there are. Those of zstd end below the "ultra" ones, whose windows need much memory to unpack.
    fn levels(self) -> RangeInclusive<u32> {
        match self {
            Method::None => 0..=0,
            Method::Gzip => 1..=9,
            Method::Xz => 0..=9,
            Method::Zstd => 1..=19,
        }
    }

    fn default_level(self) -> u32 {
        match self {
            Method::None => 0,
            Method::Gzip | Method::Zstd => 9,
            Method::Xz => 6,
        }
    }
}

/// A method and its level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compression {
    method: Method,
    level: u32,
}

impl Compression {
    /// Takes a method and one of its levels: zstd 1 to 19, gzip 1 to 9, xz 0 to 9, and 0 for none.
    pub fn new(method: Method, level: u32) -> Result<Self, Invalid> {
        let levels = method.levels();
        if levels.contains(&level) {
            Ok(Compression { method, level })
        } else {
            Err(Invalid::new(format!(
                "has a level that is not between {} and {}, those of {}",
                levels.start(),
                levels.end(),
                method.as_str()
            )))
        }
    }

    /// Returns the method.
    pub fn method(self) -> Method {
        self.method
    }

    /// Returns the level.
    pub fn level(self) -> u32 {
        self.level
    }
}

impl Default for Compression {
    fn default() -> Self {
        Compression {
            method: Method::Zstd,
            level: Method::Zstd.default_level(),
        }
    }
}

impl FromStr for Compression {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (name, level) = match text.split_once(':') {
            Some((name, level)) => (name, Some(level)),
            None => (text, None),
        };
        let mut all = Method::ALL.into_iter();
        let Some(method) = all.find(|method| method.as_str() == name) else {
            return Err(Invalid::new(
                "is not `zstd`, `xz`, `gzip` or `none`, with `:LEVEL` or without",
            ));
        };
        match level {
            None => Compression::new(method, method.default_level()),
            Some(_) if method == Method::None => {
                Err(Invalid::new("has a level, and `none` has none"))
            }
            Some(level) if !level.is_empty() && level.bytes().all(|b| b.is_ascii_digit()) => {
                Compression::new(method, level.parse().unwrap_or(u32::MAX))
            }
            Some(_) => Err(Invalid::new("has a level that is not a number")),
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.method {
            Method::None => f.write_str("none"),
            method => write!(f, "{}:{}", method.as_str(), self.level),
        }
    }
}

#[cfg(test)]
mod tests;
