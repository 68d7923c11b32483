//! How `data.tar` is compressed, and read back.
//!
//! One frame or one stream, because dpkg stops after the first (DESIGN 1.3). dpkg reads zstd from 1.21.18, Debian 12; the
//! others always. bzip2 and lzma, which dpkg only still reads, are not written and not read here.

mod decoder;

use crate::deb::Invalid;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

pub(in crate::deb) use decoder::Decoder;

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

impl Compression {
    /// Returns a writer that compresses into `writer` on `threads` threads beside the caller's.
    pub(in crate::deb) fn encoder<W: std::io::Write>(
        self,
        writer: W,
        threads: usize,
    ) -> anyhow::Result<zstd::Encoder<'static, W>> {
        use anyhow::Context as _;
        let workers = u32::try_from(threads.max(1)).unwrap_or(u32::MAX);
        let prepare = || {
            let mut encoder = zstd::Encoder::new(writer, i32::try_from(self.level).unwrap_or(9))?;
            encoder.include_checksum(false)?;
            encoder.include_contentsize(false)?;
            encoder.multithread(workers)?;
            std::io::Result::Ok(encoder)
        };
        prepare().context("preparing the zstd encoder failed")
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
mod tests {
    use super::*;

    #[test]
    fn a_compression_is_a_method_and_one_of_its_levels() {
        for (text, shown) in [
            ("zstd", "zstd:9"),
            ("zstd:19", "zstd:19"),
            ("xz", "xz:6"),
            ("xz:0", "xz:0"),
            ("gzip", "gzip:9"),
            ("gzip:1", "gzip:1"),
            ("none", "none"),
        ] {
            let compression = text.parse::<Compression>().expect("it is valid");
            assert_eq!(compression.to_string(), shown);
        }
        for bad in [
            "",
            "bzip2",
            "lzma",
            "lz4",
            "zstd:",
            "zstd:0",
            "zstd:20",
            "zstd:-1",
            "zstd:+3",
            "zstd:x",
            "ZSTD",
            "xz:10",
            "gzip:0",
            "gzip:10",
            "none:1",
            "none:0",
            "xz:4294967296",
        ] {
            assert!(bad.parse::<Compression>().is_err(), "{bad:?}");
        }
    }
}
