//! What is written is read: by our own reader, and by `ar` and Python's tarfile.

use crate::support::{output_of, package, path};
use deb_build_app::deb::read::{Kind, read};
use deb_build_app::deb::{
    Archive, ArchivePath, Compression, Content, Entry, Layer, Mode, ScriptName, Timestamp, write,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;

/// What a reader says of an entry: name, kind, mode, time, and content or target.
type Seen = (Vec<u8>, char, u32, u64, Vec<u8>);

/// Prints each entry of a tar archive on standard input as one line of hexadecimal fields.
const TARFILE: &str = r#"
import sys, tarfile
with tarfile.open(fileobj=sys.stdin.buffer, mode="r|", errors="surrogateescape") as tar:
    for m in tar:
        assert (m.uid, m.gid, m.uname, m.gname) == (0, 0, "root", "root")
        kind = {tarfile.REGTYPE: "f", tarfile.DIRTYPE: "d", tarfile.SYMTYPE: "l"}[m.type]
        content = tar.extractfile(m).read() if kind == "f" else m.linkname.encode(errors="surrogateescape")
        name = m.name.encode(errors="surrogateescape")
        print(name.hex(), kind, m.mode, int(m.mtime), content.hex(), sep=",")
"#;

/// A component of a path: short, or around the lengths where headers and file systems change their mind.
fn component() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop::sample::select(b"ab.-~ \\\"'$%*\t\xe9\xc3".to_vec());
    prop_oneof![
        4 => prop::collection::vec(byte.clone(), 1..12),
        1 => prop::collection::vec(byte.clone(), 90..104),
        1 => prop::collection::vec(byte, 240..247),
    ]
}

/// Files and links that cannot be in each other's way: each has a folder of its own.
fn entries() -> impl Strategy<Value = Vec<(ArchivePath, Entry, Option<u64>)>> {
    let inside = prop::collection::vec(component(), 1..4);
    let bits = prop::sample::select(vec![0o644, 0o755, 0o600, 0o4755, 0o1777, 0]);
    let content = prop::collection::vec(any::<u8>(), 0..1600);
    let target = component();
    let time = prop::option::of(prop_oneof![0..2_000_000_000_u64, Just(8_589_934_591)]);
    let entry = (inside, bits, content, target, any::<bool>(), time);
    prop::collection::vec(entry, 0..12).prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        let valid = numbered.filter_map(|(at, (inside, bits, content, target, is_link, time))| {
            let name = [format!("opt/{at}/").into_bytes(), inside.join(&b'/')].concat();
            let entry = if is_link {
                Entry::Link { target }
            } else {
                Entry::File {
                    mode: Mode::deliberate(bits).ok()?,
                    content: Content::Bytes(content),
                }
            };
            Some((ArchivePath::new(name).ok()?, entry, time))
        });
        valid.collect()
    })
}

/// Spreads the entries over layers.
fn archive(entries: &[(ArchivePath, Entry, Option<u64>)], layers: usize) -> Archive {
    let all = (0..layers).map(|number| {
        let own = || entries.iter().skip(number).step_by(layers);
        let times = own().filter_map(|(path, _, time)| Some((path.clone(), (*time)?)));
        Layer {
            name: format!("layer {number}"),
            mtime: Timestamp::new(1_234_567_890 + number as u64).unwrap(),
            mtimes: times
                .map(|(path, time)| (path, Timestamp::new(time).unwrap()))
                .collect(),
            entries: own()
                .map(|(path, entry, _)| (path.clone(), entry.clone()))
                .collect(),
        }
    });
    let mut archive = package(all.collect());
    archive.directories = BTreeMap::from([(path(b"opt/0"), Mode::deliberate(0o2750).unwrap())]);
    let script = b"#!/bin/sh\nexit 0\n".to_vec();
    archive.scripts.insert(ScriptName::Postrm, script);
    archive
}

/// Returns what readers are to see, sorted by name.
fn expected(archive: &Archive) -> Vec<Seen> {
    let mut seen = BTreeMap::new();
    let mut see_directory = |path: &[u8], mode: u32| {
        let name = [b"./", path].concat();
        seen.entry(name.clone())
            .or_insert((name, 'd', mode, archive.time.seconds(), Vec::new()));
    };
    for (path, mode) in &archive.directories {
        see_directory(path.as_bytes(), mode.bits());
    }
    see_directory(b"", 0o755);
    let paths = archive.layers.iter().flat_map(|layer| layer.entries.keys());
    for path in paths.chain(archive.directories.keys()) {
        for (at, _) in path
            .as_bytes()
            .iter()
            .enumerate()
            .filter(|(_, b)| **b == b'/')
        {
            see_directory(&path.as_bytes()[..at], 0o755);
        }
    }
    for layer in &archive.layers {
        for (path, entry) in &layer.entries {
            let name = [b"./", path.as_bytes()].concat();
            let time = layer.mtimes.get(path).unwrap_or(&layer.mtime).seconds();
            let (kind, mode, content) = match entry {
                Entry::File {
                    mode,
                    content: Content::Bytes(bytes),
                } => ('f', mode.bits(), bytes),
                Entry::Link { target } => ('l', 0o777, target),
                Entry::File { .. } => panic!("the test has none on disk"),
            };
            seen.insert(name.clone(), (name, kind, mode, time, content.clone()));
        }
    }
    seen.into_values().collect()
}

fn sorted(mut seen: Vec<Seen>) -> Vec<Seen> {
    seen.sort();
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_what_every_reader_sees(
        entries in entries(),
        layers in 1..4_usize,
        compression in prop::sample::select(vec!["zstd:1", "zstd:19", "xz:0", "gzip:1", "gzip:9", "none"]),
    ) {
        let room = tempfile::tempdir().unwrap();
        let deb = room.path().join("a.deb");
        let archive = archive(&entries, layers);
        let compression: Compression = compression.parse().unwrap();
        write(&archive, compression, 2, &deb).unwrap();
        let wanted = expected(&archive);

        let package = read(&fs::read(&deb).unwrap()[..]).unwrap();
        let ours = package.entries.iter().map(|entry| {
            let kind = match entry.kind {
                Kind::File => 'f',
                Kind::Directory => 'd',
                _ => 'l',
            };
            let name = entry.name.strip_suffix(b"/").filter(|name| *name != b".").unwrap_or(&entry.name);
            let content = match entry.md5 {
                Some(md5) => md5.to_vec(),
                None => entry.target.clone(),
            };
            (name.to_vec(), kind, entry.mode, u64::try_from(entry.mtime).unwrap(), content)
        });
        let hashed = wanted.iter().map(|(name, kind, mode, time, content)| {
            let content = if *kind == 'f' { md5::compute(content).0.to_vec() } else { content.clone() };
            (name.clone(), *kind, *mode, *time, content)
        });
        prop_assert_eq!(sorted(ours.collect()), sorted(hashed.collect()));

        let data = format!("data.tar{}", compression.method().extension());
        let members = output_of(&["ar", "t", "a.deb"], room.path());
        prop_assert_eq!(members, format!("debian-binary\ncontrol.tar.gz\n{data}\n").into_bytes());
        fs::write(room.path().join("read.py"), TARFILE).unwrap();
        let lines = output_of(&["sh", "-euc", "dpkg-deb --fsys-tarfile a.deb | python3 read.py"], room.path());
        let python = String::from_utf8(lines).unwrap();
        let python = python.lines().map(|line| {
            let fields: Vec<_> = line.split(',').collect();
            let bytes = |text: &str| -> Vec<u8> {
                let pairs = (0..text.len()).step_by(2);
                pairs.map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
            };
            let name = match bytes(fields[0]) {
                name if name == b"." => b"./".to_vec(),
                name => name,
            };
            let kind = fields[1].chars().next().unwrap();
            (name, kind, fields[2].parse().unwrap(), fields[3].parse().unwrap(), bytes(fields[4]))
        });
        prop_assert_eq!(sorted(python.collect()), sorted(wanted));
    }
}
