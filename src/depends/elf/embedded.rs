//! Libraries of the distribution that wheels bring as a copy of their own, as lintian(1) knows them: by a sentence of each.
//!
//! # Limits
//! The libraries are those of lintian in Debian 12. Its patterns that take any case are tried in one.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::sync::LazyLock;

/// What a library says. After `^` it begins a string; elsewhere it is anywhere in one.
const SENTENCES: &[&str] = &[
    "^This is a bug in bzip2",
    "A libcurl function was given a bad argument",
    "^requested feature requires XML_DTD support in Expat",
    "^could not find any magic files",
    "^could not find any valid magic files",
    "HuaTianSongTi?", // freetype
    "FTGlyphContainer",
    "(C) 1999-2009 C. Geuzaine",               // gl2ps
    "Extension name exceeds 1023 characters.", // glee
    "Missing GL version",                      // glew
    "GNU MP: Cannot allocate memory",
    "Heimdal NTLMSSP Mechanism",
    "Heimdal SPNEGO Mechanism",
    "standards-oui.ieee.org/oui.txt",
    "standards.ieee.org/develop/regauth/oui/oui.txt",
    "DR. B. STRUCK",                           // a company of the list of IEEE
    "cmsCreateTransform: intent mismatch",     // lcms
    "Unsupported number of channels for VCGT", // lcms2
    "insufficient thread locking around avcodec_open/close()",
    "Soundcard does not support 16 bit sample format", // libavdevice
    "Buffer video frames, and make them accessible to the filterchain.", // libavfilter
    "Format detected only with low score of %d, misdetection possible!", // libavformat
    "AVOption type %d of option %s not implemented yet", // libavutil
    "gd-png error:",
    "gd-jpeg: error:",
    "Gadu-Gadu Client Build",
    "Invalid XPS File: cannot open fixedrepresentation", // libgxps
    "^Punycode failed",                                  // libidn
    "^ISCSIprep",
    "punycode conversion resulted in overflow", // libidn2
    "^Caution: quantization tables are too coarse for baseline JPEG",
    "A valid JSON document must be either an array or an object value.", // libjsoncpp
    "Received incoming RTSP request:",                                   // liblivemedia
    "LIVE555 Streaming Media v",
    "neg**non-integral: DOMAIN error", // libm
    "failed to read new ASF header",   // libmms
    "TERM misplaced during creation of MNG stream",
    "The MSN server has terminated the connection with an unknown reason code.",
    "Miniupnpc Invalid Arguments",
    "APUN (APlayer) and UNI (MikMod)",
    "MySQL client ran out of memory",
    "pcap_activate: The \"any\" device isn't supported",
    "corrupted frame on kernel ring mac offset", // libpcap
    "^Potential overflow in png_zalloc",
    "^gamma value does not match libpng estimate",
    "quicktime_make_streamable: out of memory",
    "Unsupported file format or not RAW file", // libraw
    "using npp filters 0x%X/0x%X",             // libpostproc
    "unknown internal error; please contact the LibSass maintainers",
    "Invalid descriptor passed to libssh2_poll",
    "Error allocating memory for ssh_scp",         // libssh
    "Exactly one scaler algorithm must be chosen", // libswscale
    "Xiph.Org libtheora ",
    "SSDP_LIB: New Request Handler:Error", // libupnp
    "^mserv start: Error in IPv4 listen",
    "root and DTD name do not match",        // libxml2
    "^did not find expected <stream-start>", // libyaml
    "Signature does not match. Not TNEF.",
    "^library already shutdown",                          // ltdl
    "^ASN1 - Actual length differs from expected length", // mbedtls
    "^SSL - The connection indicated an EOF",
    "MPFR: Can't allocate memory",
    "Warning: Encountered more data after announced end of track", // mpg123
    "Not enough memory to create terminal structure",              // ncurses
    "^Unable to create nspr log file",
    "^My Encrytion Test Data",         // nss, which spells it so
    "tcd_decode: incomplete bistream", // openjpeg, in two spellings
    "tcd_decode: incomplete bitstream",
    "Cannot handle box of less than 8 bytes",
    "You need to read the OpenSSL FAQ",
    "this version of PCRE is not compiled with PCRE_UTF8 support",
    "May not be a PDF file (continuing anyway)", // poppler
    "PDF file is damaged - attempting to reconstruct xref table...",
    "srtp: in stream 0x%x:",
    "CREATE TABLE sqlite_master(",
    "One of the size bytes in the id3v2 header was greater than the allowed 128", // taglib
    "t1lib is copyright (c) Rainer Menzner",
    "No space for PixarLog state block",           // tiff
    "^Error when TiXmlDocument added to document", // tinyxml
    "^Error null (0) or unexpected EOF found in input stream.",
    ZLIB[0],
    ZLIB[1],
];

/// What stands before the version of zlib in its notes of copyright.
const ZLIB: [&str; 2] = ["inflate ", "deflate "];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = SENTENCES
        .iter()
        .map(|it| it.strip_prefix('^').unwrap_or(it));
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .build(words)
        .expect("a few words")
});

/// Returns whether one of the libraries is in an ELF file.
pub(super) fn is_in(bytes: &[u8]) -> bool {
    FINDER.find_overlapping_iter(bytes).any(|found| {
        let (before, after) = (&bytes[..found.start()], &bytes[found.end()..]);
        let sentence = SENTENCES[found.pattern().as_usize()];
        if ZLIB.contains(&sentence) {
            // Pascal writes the length before a string.
            !before.ends_with(b"4 ") && begins_with_version(after)
        } else {
            !sentence.starts_with('^') || !before.last().is_some_and(|byte| is_in_string(*byte))
        }
    })
}

/// Returns whether a byte is one of those that strings(1) prints.
fn is_in_string(byte: u8) -> bool {
    byte == b'\t' || (b' '..=b'~').contains(&byte)
}

/// Returns whether a text begins as `1.2.13` does: a digit, and three letters or more in all.
fn begins_with_version(text: &[u8]) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
    let Some((first, rest)) = text.split_first() else {
        return false;
    };
    let rest = &rest[..rest.len().min(22)];
    let run = rest
        .iter()
        .take_while(|byte| is_word(byte) || **byte == b' ');
    first.is_ascii_digit() && run.skip(1).any(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_of_the_library_gives_it_away() {
        for text in [
            "\0did not find expected <stream-start>\0\x01",
            "\0Times HuaTianSongTi?\0",
            "\0 deflate 1.2.13 Copyright 1995-2022\0",
            "\0 inflate 1.3\0",
            "\0see You need to read the OpenSSL FAQ\0",
        ] {
            assert!(is_in(format!("\x7fELF{text}").as_bytes()), "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_it_do_not() {
        for text in [
            "\0did not find expected <stream-end>\0\x01",
            "\0it did not find expected <stream-start>\0",
            "\0HuaTianSongTi\0",
            "\0inflate failed\0",
            "\0inflate 1\0",
            "\x004 deflate 1.2.11\0",
        ] {
            assert!(!is_in(format!("\x7fELF{text}").as_bytes()), "{text}");
        }
    }
}
