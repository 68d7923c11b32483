//! `/usr/share/lintian/overrides/NAME`: a closed list of tags that a virtualenv package cannot avoid, each with its reason.
//!
//! An override is written only when the package holds what fires the tag: one that fires for nothing is itself a fault.

use super::scan::Scanned;
use crate::deb::{Content, Entry, Layer};
use crate::plan::OWN_PYTHON;
use crate::recipe::Prefix;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Something in a package that fires tags.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Feature {
    BelowOpt,
    Bytecode,
    Bookworm,
    Commands,
    DebianPython,
    ElfSymbols,
    EmbeddedLibraries,
    ImportedScripts,
    InitScripts,
    Jquery,
    OddPrograms,
    OwnModes,
    VirtualenvScripts,
}

/// A tag that is overridden, and why.
struct Override {
    tag: &'static str,
    reason: &'static str,
    /// What fires it; `None` when every package of ours does.
    fired_by: Option<Feature>,
}

const OVERRIDES: &[Override] = &[
    Override {
        tag: "dir-or-file-in-opt",
        reason: "/opt is where the FHS puts software that is not part of the distribution",
        fired_by: Some(Feature::BelowOpt),
    },
    Override {
        tag: "embedded-javascript-library",
        reason: "a distribution brings the jQuery that its pages were written for",
        fired_by: Some(Feature::Jquery),
    },
    Override {
        tag: "embedded-library",
        reason: "the interpreter is the one of python3-minimal, which Debian builds so",
        fired_by: Some(Feature::DebianPython),
    },
    Override {
        tag: "embedded-library",
        reason: "wheels bring libraries of their own, which no package of the distribution can stand in for",
        fired_by: Some(Feature::EmbeddedLibraries),
    },
    Override {
        tag: "executable-not-elf-or-script",
        reason: "modes are those of the distributions, which mark modules that nobody runs",
        fired_by: Some(Feature::OddPrograms),
    },
    Override {
        tag: "hardening-no-pie",
        reason: "the interpreter is the one of python3-minimal, which Debian builds so",
        fired_by: Some(Feature::DebianPython),
    },
    Override {
        tag: "initial-upload-closes-no-bugs",
        reason: "the package is not uploaded to Debian",
        fired_by: None,
    },
    Override {
        tag: "library-not-linked-against-libc",
        reason: "modules of Debian's Python find the C library in the interpreter",
        fired_by: Some(Feature::DebianPython),
    },
    Override {
        tag: "malformed-deb-archive",
        reason: "dpkg of this release reads zstd, and its lintian does not know so",
        fired_by: Some(Feature::Bookworm),
    },
    Override {
        tag: "missing-systemd-service-for-init.d-script",
        reason: "the recipe chose init scripts; where systemd is, it reads them too",
        fired_by: Some(Feature::InitScripts),
    },
    Override {
        tag: "no-manual-page",
        reason: "a command of the app explains itself, with --help or not at all",
        fired_by: Some(Feature::Commands),
    },
    Override {
        tag: "non-standard-file-perm",
        reason: "the recipe says who may read the file",
        fired_by: Some(Feature::OwnModes),
    },
    Override {
        tag: "package-installs-python-pycache-dir",
        reason: "the bytecode is dpkg's: the service user could not write it, and every start would compile",
        fired_by: Some(Feature::Bytecode),
    },
    Override {
        tag: "shared-library-lacks-prerequisites",
        reason: "modules of Debian's Python find the C library in the interpreter",
        fired_by: Some(Feature::DebianPython),
    },
    Override {
        tag: "script-in-etc-init.d-not-registered-via-update-rc.d",
        reason: "postinst registers it in a function of its own, which takes the name as a word",
        fired_by: Some(Feature::InitScripts),
    },
    Override {
        tag: "script-not-executable",
        reason: "a module with a first line for those who run it from its source is imported",
        fired_by: Some(Feature::ImportedScripts),
    },
    Override {
        tag: "unstripped-binary-or-object",
        reason: "stripping what a wheel brings breaks libraries that were patched after linking",
        fired_by: Some(Feature::ElfSymbols),
    },
    Override {
        tag: "unusual-interpreter",
        reason: "scripts of a virtualenv run with its own bin/python",
        fired_by: Some(Feature::VirtualenvScripts),
    },
];

/// Renders the overrides that these layers need under the lintian of `release`.
pub(super) fn overrides(
    package: &str,
    prefix: &Prefix,
    release: &str,
    layers: &[Layer],
    scanned: &Scanned,
) -> String {
    let mut features = features(prefix, layers, scanned);
    if release == "bookworm" {
        features.insert(Feature::Bookworm);
    }
    // Both fire the same tag, and its line is written once.
    if features.contains(&Feature::DebianPython) {
        features.remove(&Feature::EmbeddedLibraries);
    }
    let mut text = String::new();
    for entry in OVERRIDES {
        if entry
            .fired_by
            .is_none_or(|feature| features.contains(&feature))
        {
            let _ = writeln!(text, "# {}\n{package}: {} *", entry.reason, entry.tag);
        }
    }
    text
}

fn features(prefix: &Prefix, layers: &[Layer], scanned: &Scanned) -> BTreeSet<Feature> {
    let interpreter = format!("#!{prefix}/bin/python");
    let mut features = BTreeSet::new();
    let objects = || scanned.elf.iter().flat_map(|file| &file.object);
    if objects().any(|object| object.has_symbol_table) {
        features.insert(Feature::ElfSymbols);
    }
    if scanned.has_imported_script {
        features.insert(Feature::ImportedScripts);
    }
    if scanned.has_odd_program {
        features.insert(Feature::OddPrograms);
    }
    if objects().any(|object| object.embeds_library) {
        features.insert(Feature::EmbeddedLibraries);
    }
    for (path, entry) in layers.iter().flat_map(|layer| &layer.entries) {
        let path = path.as_bytes();
        if path.starts_with(b"opt/") {
            features.insert(Feature::BelowOpt);
        }
        if path.starts_with(b"etc/init.d/") {
            features.insert(Feature::InitScripts);
        }
        if path.starts_with(b"usr/bin/") {
            features.insert(Feature::Commands);
        }
        if let Entry::File { mode, .. } = entry
            && ![0o644, 0o755].contains(&mode.bits())
            && !path.starts_with(b"etc/sudoers.d/")
        {
            features.insert(Feature::OwnModes);
        }
        if path.ends_with(b"-minimal/copyright")
            && path.starts_with(format!("{}/{OWN_PYTHON}/share/doc/", prefix.inside()).as_bytes())
        {
            features.insert(Feature::DebianPython);
        }
        if path.ends_with(b".pyc") {
            features.insert(Feature::Bytecode);
        }
        if matches!(entry, Entry::File { .. }) && is_jquery(path) {
            features.insert(Feature::Jquery);
        }
        if let Entry::File {
            content: Content::Bytes(bytes),
            ..
        } = entry
            && bytes.starts_with(interpreter.as_bytes())
        {
            features.insert(Feature::VirtualenvScripts);
        }
    }
    features
}

/// Returns whether a file is named as jQuery is: `jquery.js`, `jquery-3.7.1.min.js`.
fn is_jquery(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    let Some(rest) = name.strip_prefix(b"jquery") else {
        return false;
    };
    let rest = rest.strip_suffix(b".js").unwrap_or_default();
    let rest = rest.strip_suffix(b".min").unwrap_or(rest);
    let version = rest.strip_prefix(b"-").unwrap_or(rest);
    name.ends_with(b".js")
        && version
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.')
        && (version.is_empty() || rest != version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jquery_is_known_by_its_name() {
        for name in ["jquery.js", "a/jquery.min.js", "a/b/jquery-3.6.4.min.js"] {
            assert!(is_jquery(name.as_bytes()), "{name}");
        }
        for name in [
            "jquery",
            "jquery.ui.js",
            "a/jquery/x.js",
            "jquery-ui.js",
            "jquery3.js",
            "jquery.js.map",
        ] {
            assert!(!is_jquery(name.as_bytes()), "{name}");
        }
    }
}
