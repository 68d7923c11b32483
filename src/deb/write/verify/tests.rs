//! What is broken on purpose is noticed.

use super::super::ar_members;
use super::read_back;
use crate::deb::tar::TarWriter;
use crate::deb::{ArchivePath, Compression, Mode, Timestamp};
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

fn control(files: &[(&str, &str)]) -> Vec<u8> {
    let time = Timestamp::new(0).expect("it is in range");
    let mut tar = TarWriter::new(Vec::new());
    tar.root(time).expect("memory takes it");
    for (name, text) in files {
        let path = name.parse().expect("it is valid");
        let (size, mut bytes) = (text.len() as u64, text.as_bytes());
        tar.file(&path, Mode::FILE, time, size, &mut bytes)
            .expect("memory takes it");
    }
    tar.finish().expect("memory takes it")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).expect("memory takes it");
    gzip.finish().expect("memory takes it")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = Compression::default()
        .encoder(Vec::new(), 1)
        .expect("it is prepared");
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn package(control: &[u8], data: &[u8]) -> Vec<u8> {
    let time = Timestamp::new(0).expect("it is in range");
    let mut bytes = Vec::new();
    ar_members::write_members(&mut bytes, time, control, data, data.len() as u64)
        .expect("memory takes it");
    bytes
}

fn sound_control() -> Vec<u8> {
    let md5sums = format!("{MD5_OF_X}  a/b\n");
    control(&[
        ("conffiles", "/a/c\n"),
        ("control", ""),
        ("md5sums", &md5sums),
    ])
}

const SOUND: [&str; 4] = ["a/", "a/b", "a/c", "a/d=b"];

fn refusal(package: &[u8]) -> String {
    match read_back(package) {
        Ok(_) => "nothing".to_owned(),
        Err(error) => format!("{error:#}"),
    }
}

#[test]
fn a_sound_package_is_read_back_whole() {
    let package = package(&gzip(&sound_control()), &zstd(&tar(&SOUND)));
    let read = read_back(&package[..]).expect("nothing is wrong");
    assert_eq!((read.size, read.files), (package.len() as u64, 3));
}

#[test]
fn every_disagreement_between_the_parts_is_found() {
    for (entries, why) in [
        (&["a/", "a/b", "a/c"][..], "nothing"),
        (
            &["a/b", "a/c"],
            "data.tar.zst: ./a/b: it comes before its directory",
        ),
        (&["a/", "a/c"], "data.tar.zst: `a/b` is missing"),
        (&["a/", "a/b"], "data.tar.zst: `a/c` is missing"),
        (
            &["a/", "a/", "a/b", "a/c"],
            "data.tar.zst: ./a/: it is there twice",
        ),
        (
            &["a/", "a/b", "a/b", "a/c"],
            "data.tar.zst: ./a/b: it is not what `md5sums` says",
        ),
        (
            &["a/", "a/b", "a/c", "a/d"],
            "data.tar.zst: ./a/d: it is not what `md5sums` says",
        ),
        (
            &["a/", "a/b", "a/c", "a/l=x", "a/l/m"],
            "data.tar.zst: ./a/l/m: it comes before its directory",
        ),
    ] {
        let package = package(&gzip(&sound_control()), &zstd(&tar(entries)));
        assert_eq!(refusal(&package), why);
    }
    for (sums, why) in [
        (
            "0".repeat(32) + "  a/b\n",
            "data.tar.zst: ./a/b: it is not what `md5sums` says",
        ),
        (
            MD5_OF_X.to_uppercase() + "  a/b\n",
            "data.tar.zst: ./a/b: it is not what `md5sums` says",
        ),
        (
            format!("{MD5_OF_X} *a/b\n"),
            "data.tar.zst: a bad line in `md5sums`",
        ),
        (
            format!("{MD5_OF_X}  a/b"),
            "data.tar.zst: a bad line in `md5sums`",
        ),
        ("\n".to_owned(), "data.tar.zst: a short line in `md5sums`"),
    ] {
        let control = control(&[("conffiles", "/a/c\n"), ("control", ""), ("md5sums", &sums)]);
        let package = package(&gzip(&control), &zstd(&tar(&SOUND)));
        assert_eq!(refusal(&package), why);
    }
}

#[test]
fn what_dpkg_reads_in_part_only_is_refused() {
    let (control, data) = (sound_control(), tar(&SOUND));
    let two_frames = [zstd(&data[..1000]), zstd(&data[1000..])].concat();
    assert_eq!(
        refusal(&package(&gzip(&control), &two_frames)),
        "data.tar.zst: the archive is cut off: failed to fill whole buffer"
    );
    let trailing = [zstd(&data), zstd(b"more")].concat();
    assert_eq!(
        refusal(&package(&gzip(&control), &trailing)),
        "data.tar.zst: something follows the compressed stream"
    );
    let trailing = [gzip(&control), b"more".to_vec()].concat();
    assert_eq!(
        refusal(&package(&trailing, &zstd(&data))),
        "control.tar.gz: something follows the compressed stream"
    );
    let padded = [data, vec![0; 512]].concat();
    assert_eq!(
        refusal(&package(&gzip(&control), &zstd(&padded))),
        "data.tar.zst: something follows the end"
    );
}

#[test]
fn a_package_that_is_cut_off_anywhere_is_refused() {
    let package = package(&gzip(&sound_control()), &zstd(&tar(&SOUND)));
    for length in 0..package.len() {
        assert_ne!(refusal(&package[..length]), "nothing", "{length} bytes");
    }
}

#[test]
fn a_changed_byte_of_the_data_archive_is_found() {
    let data = tar(&SOUND);
    for at in 0..data.len() {
        let mut broken = data.clone();
        broken[at] ^= 0x41;
        let package = package(&gzip(&sound_control()), &zstd(&broken));
        match read_back(&package[..]) {
            Err(_) => {}
            // A conffile's hash is for the writer to compare.
            Ok(read) => {
                assert_eq!(at, 5 * 512, "byte {at}");
                let digest = md5::compute([b'x' ^ 0x41]);
                assert_eq!(read.conffiles[&b"a/c"[..]], digest);
            }
        }
    }
}
