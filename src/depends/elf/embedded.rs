//! Libraries of the distribution that wheels bring as a copy of their own, as lintian(1) knows them: by a sentence.
//!
//! # Limits
//! lintian knows some more; these are those that wheels of the index are known to have.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

const SENTENCES: &[&str] = &[
    "did not find expected <stream-start>", // libyaml
    "root and DTD name do not match",       // libxml2
    "HuaTianSongTi",                        // freetype
    "Caution: quantization tables are too coarse for baseline JPEG", // libjpeg
    "No space for PixarLog state block",    // tiff
    "gamma value does not match libpng estimate", // libpng
    "CREATE TABLE sqlite_master(",          // sqlite
    "A libcurl function was given a bad argument", // curl
    "requested feature requires XML_DTD support in Expat", // expat
];

static FINDER: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::new(SENTENCES).expect("a few words"));

/// Returns whether one of the libraries is in an ELF file.
pub(super) fn is_in(bytes: &[u8]) -> bool {
    FINDER.is_match(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_of_the_library_gives_it_away() {
        assert!(is_in(
            b"\x7fELF\0did not find expected <stream-start>\0\x01"
        ));
        assert!(!is_in(b"\x7fELF\0did not find expected <stream-end>\0\x01"));
    }
}
