//! What segments promise, judged by the programs that will read them.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the judges are programs that read files"
)]

use super::segment::{Filling, Frame, Segment};
use super::{Compression, Decoder, Method, Segmenter, compress};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;

/// The levels that DESIGN 2 was measured at.
const COMPRESSIONS: [&str; 8] = [
    "zstd:1", "zstd:3", "zstd:9", "zstd:19", "xz:1", "xz:6", "gzip:1", "gzip:9",
];

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

/// One tar header and 300 zero bytes: begins with a repeat offset when it is the first of a frame.
pub(super) fn header_and_zeros() -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_size(300);
    header.set_mode(0o644);
    header.set_cksum();
    [&header.as_bytes()[..], &[0; 300]].concat()
}

/// Bytes that cannot be compressed.
fn noise(length: usize) -> Vec<u8> {
    let mut seed = 1_u32;
    let next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// Layers that tempt an encoder to refer to what came before: the same beginnings, short distances, a long repetition.
fn hostile_layers(repetitions: usize) -> [Vec<u8>; 5] {
    let noise = noise(5000);
    [
        header_and_zeros(),
        [&header_and_zeros(), &noise[..]].concat(),
        b"abcdabcdabcdabc".repeat(repetitions),
        vec![0],
        [&noise[..], &header_and_zeros(), &noise[..]].concat(),
    ]
}

fn segments(compression: Compression, layer: &[u8]) -> Vec<Segment> {
    let (mut before, mut spare) = (Vec::new(), None);
    let chunks = layer.chunks(compression.segment_bytes());
    let segment = chunks.map(|bytes| {
        let before_this = std::mem::take(&mut before);
        let (mut filling, early) =
            Filling::begin(compression, before_this, spare.take()).expect("memory takes it");
        filling.push(bytes).expect("memory takes it");
        before = filling.look_behind();
        let late = filling.end().expect("somebody listens");
        let work = early.or(late).expect("there is work");
        let (segment, left) = work.compress().expect("memory takes it");
        spare = left;
        segment
    });
    segment.collect()
}

fn stream<'a>(compression: Compression, segments: impl Iterator<Item = &'a Segment>) -> Vec<u8> {
    let (mut frame, mut bytes) = Frame::begin(compression);
    for segment in segments {
        frame.add(segment);
        bytes.extend_from_slice(&segment.bytes);
    }
    bytes.extend(frame.end());
    bytes
}

/// Returns every order of five.
fn permutations() -> Vec<[usize; 5]> {
    let all = (0..5_usize.pow(5)).map(|number| {
        let digit = |place: u32| number / 5_usize.pow(place) % 5;
        [digit(0), digit(1), digit(2), digit(3), digit(4)]
    });
    let each_once = |order: &[usize; 5]| (0..5).all(|layer| order.contains(&layer));
    all.filter(each_once).collect()
}

fn output_of(command: &mut Command) -> Vec<u8> {
    let output = command.env("LC_ALL", "C").output().expect("it can be run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.is_empty(),
        "{command:?}: {said}"
    );
    output.stdout
}

/// Returns a package around data that need not be an archive.
fn package(method: Method, data: &[u8], room: &Path) -> Vec<u8> {
    let control = room.join("control.tar.gz");
    if !control.exists() {
        std::fs::write(room.join("control"), "Package: a\n").expect("there is room");
        output_of(
            Command::new("tar")
                .args(["-czf", "control.tar.gz", "./control"])
                .current_dir(room),
        );
    }
    let mut bytes = b"!<arch>\n".to_vec();
    let control = std::fs::read(control).expect("it is there");
    let data_name = format!("data.tar{}", method.extension());
    for (name, content) in [
        ("debian-binary", &b"2.0\n"[..]),
        ("control.tar.gz", &control),
        (&data_name, data),
    ] {
        let size = content.len();
        bytes.extend(format!("{name:<16}0           0     0     100644  {size:<10}`\n").bytes());
        bytes.extend(content);
        bytes.resize(bytes.len().next_multiple_of(2), b'\n');
    }
    bytes
}

/// Has the program for each method, and dpkg-deb, unpack every order of the hostile layers.
fn check_every_order(compression: &str) {
    let compression = compression.parse::<Compression>().expect("it is valid");
    let program = match compression.method() {
        Method::Gzip => "gzip",
        Method::Xz => "xz",
        _ => "zstd",
    };
    let room = tempfile::tempdir().expect("there is room");
    let layers = hostile_layers(5000);
    let packed = layers.each_ref().map(|layer| segments(compression, layer));
    let (file, deb) = (room.path().join("file"), room.path().join("a.deb"));
    for order in permutations() {
        let wanted = order.map(|layer| &layers[layer][..]).concat();
        let bytes = stream(compression, order.iter().flat_map(|layer| &packed[*layer]));
        let mut decoder = Decoder::new(compression.method(), &bytes[..]).expect("it is a stream");
        let mut plain = Vec::new();
        decoder.read_to_end(&mut plain).expect("it is valid");
        assert!(plain == wanted, "{compression}: {order:?} by ourselves");
        std::fs::write(&file, &bytes).expect("there is room");
        let plain = output_of(
            Command::new(program)
                .arg("-dc")
                .stdin(std::fs::File::open(&file).expect("it is there")),
        );
        assert!(plain == wanted, "{compression}: {order:?} by {program}");
        std::fs::write(&deb, package(compression.method(), &bytes, room.path()))
            .expect("there is room");
        let plain = output_of(Command::new("dpkg-deb").arg("--fsys-tarfile").arg(&deb));
        assert!(plain == wanted, "{compression}: {order:?} by dpkg-deb");
    }
}

#[test]
fn every_order_of_hostile_layers_is_unpacked_by_zstd_and_dpkg_deb() {
    for compression in ["zstd:1", "zstd:3", "zstd:9", "zstd:19"] {
        check_every_order(compression);
    }
}

#[test]
fn every_order_of_hostile_layers_is_unpacked_by_xz_and_dpkg_deb() {
    for compression in ["xz:1", "xz:6"] {
        check_every_order(compression);
    }
}

#[test]
fn every_order_of_hostile_layers_is_unpacked_by_gzip_and_dpkg_deb() {
    for compression in ["gzip:1", "gzip:9"] {
        check_every_order(compression);
    }
}

/// Compresses layers given in pieces of `piece` bytes.
fn compressed(
    compression: Compression,
    layers: &[Vec<u8>],
    threads: usize,
    piece: usize,
) -> Vec<u8> {
    let mut packed = Vec::new();
    let produce = |segmenter: &mut Segmenter| {
        for layer in layers {
            for part in layer.chunks(piece) {
                segmenter.write_all(part)?;
            }
            segmenter.end_layer()?;
        }
        Ok(())
    };
    compress(compression, threads, &mut packed, produce).expect("memory takes it");
    packed
}

#[test]
fn neither_the_threads_nor_the_size_of_writes_change_a_byte() {
    // 9 MB: more than a segment of most.
    let layers = hostile_layers(600_000);
    for compression in COMPRESSIONS.into_iter().chain(["none"]) {
        let compression = compression.parse::<Compression>().expect("it is valid");
        let parts = layers.each_ref().map(|layer| segments(compression, layer));
        let wanted = stream(compression, parts.iter().flatten());
        let mut decoder = Decoder::new(compression.method(), &wanted[..]).expect("it is a stream");
        let mut plain = Vec::new();
        decoder.read_to_end(&mut plain).expect("it is valid");
        assert!(plain == layers.concat(), "{compression}");
        for (threads, piece) in [(1, usize::MAX), (2, 512), (8, 100_000)] {
            let packed = compressed(compression, &layers, threads, piece);
            assert!(
                packed == wanted,
                "{compression}: {threads} threads, {piece} bytes a write"
            );
        }
    }
}

#[test]
fn a_writer_that_fails_ends_everything_with_its_own_error() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self
                .0
                .checked_sub(bytes.len())
                .ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let compression = "none".parse::<Compression>().expect("it is valid");
    let noise = noise(1 << 20);
    let produce = |segmenter: &mut Segmenter| {
        for _ in 0..100 {
            segmenter.write_all(&noise)?;
        }
        Ok(())
    };
    let error =
        compress(compression, 2, &mut Full(3 << 20), produce).expect_err("there is no room");
    assert_eq!(
        format!("{error:#}"),
        "writing the compressed data failed: no storage space"
    );
}

#[test]
fn a_producer_that_fails_is_heard() {
    let mut sink = Vec::new();
    let produce = |_: &mut Segmenter| anyhow::bail!("the file is gone");
    let failed = compress::<()>(Compression::default(), 2, &mut sink, produce);
    let error = failed.expect_err("it failed");
    assert_eq!(format!("{error:#}"), "the file is gone");
}
