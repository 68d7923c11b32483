//! `/usr/share/lintian/overrides/NAME`: a closed list of tags that a virtualenv package cannot avoid, each with its reason.
//!
//! An override is written only when the package holds what fires the tag: one that fires for nothing is itself a fault.

use crate::deb::{Entry, Layer};
use std::fmt::Write as _;

/// A tag that is overridden, why, and when.
struct Override {
    tag: &'static str,
    reason: &'static str,
    applies: fn(&Contents) -> bool,
}

/// What the conditions look at.
#[derive(Default)]
struct Contents {
    below_opt: bool,
    bytecode: bool,
    python_scripts: bool,
}

const OVERRIDES: &[Override] = &[
    Override {
        tag: "dir-or-file-in-opt",
        reason: "/opt is where the FHS puts software that is not part of the distribution",
        applies: |contents| contents.below_opt,
    },
    Override {
        tag: "package-installs-python-pycache-dir",
        reason: "the bytecode is dpkg's: the service user could not write it, and every start would compile",
        applies: |contents| contents.bytecode,
    },
    Override {
        tag: "unusual-interpreter",
        reason: "scripts of a virtualenv run with its own bin/python",
        applies: |contents| contents.python_scripts,
    },
];

/// Renders the overrides that these layers need; `None` when there are none.
pub(super) fn overrides(package: &str, layers: &[Layer]) -> Option<String> {
    let contents = look(layers);
    let mut text = String::new();
    for entry in OVERRIDES.iter().filter(|entry| (entry.applies)(&contents)) {
        let _ = writeln!(text, "# {}\n{package}: {} *", entry.reason, entry.tag);
    }
    (!text.is_empty()).then_some(text)
}

fn look(layers: &[Layer]) -> Contents {
    let mut contents = Contents::default();
    for (path, entry) in layers.iter().flat_map(|layer| &layer.entries) {
        let path = path.as_bytes();
        contents.below_opt |= path.starts_with(b"opt/");
        contents.bytecode |= path.ends_with(b".pyc");
        if let Entry::File {
            content: crate::deb::Content::Bytes(bytes),
            ..
        } = entry
        {
            contents.python_scripts |=
                bytes.starts_with(b"#!/opt/") || bytes.starts_with(b"#!/srv/");
        }
    }
    contents
}
