//! A package with names that break whatever quotes, splits or cuts, and what must come out of it.

use crate::support::{file, layer, link, package, path};
use deb_build_app::deb::{Archive, Content, Entry, Mode, ScriptName};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Directories with modes of their own: with something in them, and empty.
const MODES: [(&[u8], u32); 3] = [
    (b"opt/demo/bin", 0o750),
    (b"opt/demo/many", 0o700),
    (b"opt/demo/private", 0o500),
];

/// Names around every limit, and names that break whatever quotes or splits.
pub(crate) fn hostile() -> Archive {
    let mut names = vec![
        b"caf\xe9".to_vec(), // Latin-1
        "ünï/日本".as_bytes().to_vec(),
        b"back\\slash \\n".to_vec(),
        b" leading and trailing ".to_vec(),
        b"tab\there".to_vec(),
        b"$(reboot) `x` 'a' \"b\" *?[".to_vec(),
        b"-rf".to_vec(),
        b"...".to_vec(),
        b"#x".to_vec(),
        [
            b"deep".to_vec(),
            vec![b'd'; 246],
            vec![b'e'; 246],
            vec![b'f'; 246],
        ]
        .join(&b'/'),
        ["level"; 400].join("/").into_bytes(),
        b"quotes'\"`".to_vec(),
        b"  ".to_vec(),
        b"percent%20%s".to_vec(),
        b"a,b;c&d|e>f<g!h=i@j:k".to_vec(),
        b"~".to_vec(),
    ];
    // With `./opt/demo/` in front: 99, 100 and 101 bytes, and then as much alone; then the longest name dpkg can unpack.
    names.extend([88, 89, 90, 99, 100, 101, 245, 246].map(|length| vec![b'n'; length]));
    // As long as a path may be.
    names.push([vec![vec![b'p'; 98]; 40].join(&b'/'), vec![b'q'; 32]].concat());
    names.extend((0..2500).map(|number| format!("many/{:02}/{number}", number % 50).into_bytes()));
    // Directories around the limit, with their final `/`.
    names.extend([87, 88, 89].map(|length| [vec![b'm'; length], b"x".to_vec()].join(&b'/')));
    let files = names.iter().enumerate().map(|(at, name)| {
        let content = format!("content of {at}").into_bytes();
        (path(b"opt/demo").join(name).unwrap(), file(&content))
    });
    let program = Entry::File {
        mode: Mode::EXECUTABLE,
        content: Content::Bytes(b"#!/bin/sh\n".to_vec()),
    };
    let more = [
        (path(b"opt/demo/empty"), file(b"")),
        (path(b"opt/demo/block"), file(&[7; 512])),
        (path(b"opt/demo/kib"), file(&[7; 1024])),
        (path(b"opt/demo/large"), file(&vec![7; 3_000_001])),
        (path(b"opt/demo/bin/run"), program),
    ];
    let links = [
        ("a", b"/usr/bin/python3.11".to_vec()),
        ("b", b"sp ace\\ \xff".to_vec()),
        ("c", vec![b'l'; 100]),
        ("d", vec![b'l'; 101]),
        ("e", vec!["x"; 1500].join("/").into_bytes()),
        ("f", vec![b'l'; 99]),
        (
            "g",
            vec![vec![b'y'; 99]; 40]
                .join(&b'/')
                .into_iter()
                .chain([b'/'])
                .collect(),
        ),
    ];
    let links = links.map(|(name, target)| (path(b"opt/demo").join(name).unwrap(), link(&target)));
    let both = (
        path(b"opt/demo").join(vec![b'k'; 200]).unwrap(),
        link(&[b'l'; 200]),
    );
    let mut archive = package(vec![
        layer("app", files.chain(more)),
        layer(
            "configuration",
            [(path(b"etc/demo/a b.conf"), file(b"x=1\n"))],
        ),
        layer("links", links.into_iter().chain([both])),
    ]);
    archive.conffiles = vec![path(b"etc/demo/a b.conf")];
    archive
        .directories
        .insert(path(b"opt/demo/none"), Mode::DIRECTORY);
    for (name, bits) in MODES {
        let mode = Mode::explicit(bits).unwrap();
        archive.directories.insert(path(name), mode);
    }
    archive.triggers = vec!["activate-noawait ldconfig".to_owned()];
    archive
        .scripts
        .insert(ScriptName::Postinst, b"#!/bin/sh\nexit 0\n".to_vec());
    archive
}

/// What is below a directory: type and mode, then the target or the content.
pub(crate) fn listing(root: &Path) -> BTreeMap<Vec<u8>, (String, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let here = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&here).unwrap();
            let content = if metadata.is_dir() {
                folders.push(here.clone());
                Vec::new()
            } else if metadata.is_symlink() {
                fs::read_link(&here)
                    .unwrap()
                    .as_os_str()
                    .as_bytes()
                    .to_vec()
            } else {
                fs::read(&here).unwrap()
            };
            // A directory's time is that of the last file made in it, in any order of entries.
            let kind = if metadata.is_dir() {
                format!("{:o}", metadata.mode())
            } else {
                format!("{:o} {}", metadata.mode(), metadata.mtime())
            };
            let name = here.strip_prefix(root).unwrap().as_os_str();
            found.insert(name.as_bytes().to_vec(), (kind, content));
        }
    }
    found
}

/// What [`listing`] must find.
pub(crate) fn expected(archive: &Archive) -> BTreeMap<Vec<u8>, (String, Vec<u8>)> {
    let mut all = BTreeMap::new();
    let mut paths = archive.directories.keys().cloned().collect::<Vec<_>>();
    for layer in &archive.layers {
        for (path, entry) in &layer.entries {
            let (mode, content) = match entry {
                Entry::File {
                    mode,
                    content: Content::Bytes(bytes),
                } => (0o100_000 | mode.bits(), bytes),
                Entry::Link { target } => (0o120_777, target),
                Entry::File { .. } => panic!("the test has none on disk"),
            };
            let kind = format!("{mode:o} {}", layer.mtime.seconds());
            all.insert(path.as_bytes().to_vec(), (kind, content.clone()));
            paths.extend(path.parent());
        }
    }
    while let Some(path) = paths.pop() {
        paths.extend(path.parent());
        let mode = archive
            .directories
            .get(&path)
            .copied()
            .unwrap_or(Mode::DIRECTORY);
        let kind = format!("{:o}", 0o040_000 | mode.bits());
        all.insert(path.as_bytes().to_vec(), (kind, Vec::new()));
    }
    all
}
