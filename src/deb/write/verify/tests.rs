//! What is broken on purpose is noticed.

use super::super::ar_members;
use super::super::control_member::{ControlFiles, pack};
use super::super::tap::{Passed, Tap};
use super::{Meant, agree, read_data, read_package};
use crate::deb::compression::{Segmenter, compress};
use crate::deb::tar_writer::TarWriter;
use crate::deb::{ArchivePath, Compression, Method, Mode, Timestamp};
use std::io::Write as _;

const MD5_OF_X: &str = "9dd4e461268c8034f5c8564e155c67a6";

/// An entry of the data archive: a directory ends in `/`, a link has `=`, any other is a file that holds `x`.
fn tar(entries: &[&str]) -> Vec<u8> {
    let time = Timestamp::new(0).expect("it is in range");
    let path = |text: &str| text.parse::<ArchivePath>().expect("it is valid");
    let mut tar = TarWriter::new(Vec::new());
    tar.root(time).expect("memory takes it");
    for entry in entries {
        let written = if let Some(name) = entry.strip_suffix('/') {
            tar.directory(&path(name), Mode::DIRECTORY, time)
        } else if let Some((name, target)) = entry.split_once('=') {
            tar.link(&path(name), target.as_bytes(), time)
        } else {
            let file = tar.file(&path(entry), Mode::FILE, time, 1, &mut &b"x"[..]);
            file.map(drop)
        };
        written.expect("memory takes it");
    }
    tar.finish().expect("memory takes it")
}

fn files(md5sums: &str) -> ControlFiles {
    ControlFiles::from([
        ("conffiles", (Mode::FILE, b"/a/c\n".to_vec())),
        ("control", (Mode::FILE, b"Package: a\n".to_vec())),
        ("md5sums", (Mode::FILE, md5sums.as_bytes().to_vec())),
    ])
}

fn control_with(md5sums: &str) -> Vec<u8> {
    let time = Timestamp::new(0).expect("it is in range");
    pack(&files(md5sums), time).expect("memory takes it")
}

fn packed(compression: &str, bytes: &[u8]) -> Vec<u8> {
    let compression = compression.parse::<Compression>().expect("it is valid");
    let mut packed = Vec::new();
    let produce = |segmenter: &mut Segmenter| Ok(segmenter.write_all(bytes)?);
    compress(compression, 1, &mut packed, produce).expect("memory takes it");
    packed
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    packed("zstd:1", bytes)
}

fn package(control: &[u8], data: &[u8]) -> Vec<u8> {
    package_of(Method::Zstd, control, data)
}

fn package_of(method: Method, control: &[u8], data: &[u8]) -> Vec<u8> {
    let time = Timestamp::new(0).expect("it is in range");
    let (mut bytes, size) = (Vec::new(), data.len() as u64);
    ar_members::write_members(&mut bytes, method, time, control, data, size)
        .expect("memory takes it");
    bytes
}

fn sound_control() -> Vec<u8> {
    control_with(&sound_sums())
}

fn sound_sums() -> String {
    format!("{MD5_OF_X}  a/b\n")
}

const SOUND: [&str; 4] = ["a/", "a/b", "a/c", "a/d=b"];

fn passed(bytes: &[u8]) -> Passed {
    let mut tap = Tap::new(Vec::new());
    tap.write_all(bytes).expect("memory takes it");
    tap.passed()
}

/// Returns the last reason of an error, without the place.
fn reason(result: &anyhow::Result<()>) -> String {
    result.as_ref().err().map_or_else(
        || "nothing".to_owned(),
        |error| error.root_cause().to_string(),
    )
}

/// Reads a package back that is meant to hold the sound tree.
fn judged(control: &[u8], data: &[u8], plain: &[u8]) -> anyhow::Result<()> {
    let meant = Meant {
        plain: passed(plain),
        packed: passed(data),
        files: 2,
        links: 1,
        control: &files(&sound_sums()),
    };
    let read = read_package(Method::Zstd, &package(control, data)[..])?;
    agree(&meant, &read_data(Method::Zstd, data)?, &read)
}

#[test]
fn a_sound_package_is_read_back_whole() {
    let (control, plain) = (sound_control(), tar(&SOUND));
    let data = zstd(&plain);
    judged(&control, &data, &plain).expect("nothing is wrong");
    let package = package(&control, &data);
    let read = read_package(Method::Zstd, &package[..]).expect("nothing is wrong");
    assert_eq!(read.size, package.len() as u64);
}

#[test]
fn every_disagreement_between_the_parts_is_found() {
    for (entries, why) in [
        (&SOUND[..], "nothing"),
        (&["a/b"], "it comes before its directory"),
        (&["a/", "a/"], "it is there twice"),
        (&["a/", "a/l=x", "a/l/m"], "it comes before its directory"),
        (&["a/", "a/b", "a/c"], "there are 0 links, not 1"),
        (&["a/", "a/b", "a/d=b"], "there are 1 files, not 2"),
    ] {
        let plain = tar(entries);
        let result = judged(&sound_control(), &zstd(&plain), &plain);
        assert_eq!(reason(&result), why, "{entries:?}");
    }
    let plain = tar(&SOUND);
    let data = zstd(&plain);
    let other = tar(&["a/", "a/b", "a/e", "a/d=b"]);
    assert_eq!(
        reason(&judged(&sound_control(), &data, &other)),
        "the data archive is unpacked to other bytes than were packed"
    );
    let disagree = "the control archive is not what was packed";
    for sums in ["", "\n", &"0".repeat(32), &(sound_sums() + &sound_sums())] {
        let result = judged(&control_with(sums), &data, &plain);
        assert_eq!(reason(&result), disagree);
    }
}

#[test]
fn what_dpkg_reads_in_part_only_is_refused() {
    let (control, plain) = (sound_control(), tar(&SOUND));
    let reading = |data: &[u8]| reason(&read_data(Method::Zstd, data).map(drop));
    let two_frames = [zstd(&plain[..1000]), zstd(&plain[1000..])].concat();
    assert_eq!(
        reading(&two_frames),
        "the archive is cut off 488 bytes later"
    );
    let trailing = [zstd(&plain), zstd(b"more")].concat();
    assert_eq!(
        reading(&trailing),
        "something follows the compressed stream"
    );
    let followed = [&plain[..], b"more"].concat();
    assert_eq!(
        reading(&zstd(&followed)),
        "the archive: something follows its end"
    );
    let trailing = [control, b"more".to_vec()].concat();
    assert_eq!(
        reason(&judged(&trailing, &zstd(&plain), &plain)),
        "something follows the compressed stream"
    );
}

#[test]
fn a_package_that_is_cut_off_anywhere_is_refused() {
    let package = package(&sound_control(), &zstd(&tar(&SOUND)));
    for length in 0..package.len() {
        assert!(
            read_package(Method::Zstd, &package[..length]).is_err(),
            "{length} bytes"
        );
    }
    for compression in ["zstd:1", "xz:0", "gzip:1", "none"] {
        let data = packed(compression, &tar(&SOUND));
        let method = compression
            .parse::<Compression>()
            .expect("it is valid")
            .method();
        read_data(method, &data[..]).expect("it is whole");
        for length in 0..data.len() {
            let read = read_data(method, &data[..length]);
            assert!(read.is_err(), "{compression}: {length} bytes");
        }
    }
}

#[test]
fn a_flipped_bit_of_a_segment_is_found_in_every_compression() {
    let plain = tar(&SOUND);
    let control = files(&sound_sums());
    for compression in ["zstd:1", "zstd:9", "xz:1", "gzip:9", "none"] {
        let method = compression
            .parse::<Compression>()
            .expect("it is valid")
            .method();
        let data = packed(compression, &plain);
        let meant = Meant {
            plain: passed(&plain),
            packed: passed(&data),
            files: 2,
            links: 1,
            control: &control,
        };
        // The disk flipped the bit: the data archive and the package have the same wrong bytes.
        let judged = |data: &[u8]| {
            let package = package_of(method, &sound_control(), data);
            let read = read_package(method, &package[..])?;
            agree(&meant, &read_data(method, data)?, &read)
        };
        judged(&data).expect("nothing is wrong");
        for bit in 0..data.len() * 8 {
            let mut broken = data.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert!(judged(&broken).is_err(), "{compression}: bit {bit}");
        }
    }
}
