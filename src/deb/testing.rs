//! Small packages for the tests of this module.

use super::{Archive, Content, Control, Entry, Layer, Mode, Timestamp};
use std::collections::BTreeMap;

/// Makes a file.
pub(super) fn file(text: &str) -> Entry {
    Entry::File {
        mode: Mode::FILE,
        content: Content::Bytes(text.as_bytes().to_vec()),
    }
}

/// Makes a layer from `name: path path=target ...`; every file holds its own path.
pub(super) fn layer(words: &str) -> Layer {
    let (name, paths) = words.split_once(": ").expect("it has a name");
    let entries = paths.split(' ').map(|word| {
        let (path, entry) = match word.split_once('=') {
            Some((path, target)) => {
                let target = target.as_bytes().to_vec();
                (path, Entry::Link { target })
            }
            None => (word, file(word)),
        };
        (path.parse().expect("it is valid"), entry)
    });
    Layer {
        name: name.to_owned(),
        mtime: Timestamp::new(1).expect("it is in range"),
        mtimes: BTreeMap::new(),
        entries: entries.collect(),
    }
}

/// Makes a package of these layers.
pub(super) fn archive(layers: Vec<Layer>) -> Archive {
    let valid = "it is valid";
    Archive {
        control: Control::new(
            "demo".parse().expect(valid),
            "1.0".parse().expect(valid),
            "all".parse().expect(valid),
            "Ada <ada@example.org>".parse().expect(valid),
            "web".parse().expect(valid),
            "small web service".parse().expect(valid),
        ),
        scripts: BTreeMap::new(),
        conffiles: Vec::new(),
        triggers: Vec::new(),
        templates: None,
        layers,
        directories: BTreeMap::new(),
        time: Timestamp::new(2).expect("it is in range"),
    }
}
