//! `/usr/share/lintian/overrides/NAME`: a closed list of tags that a virtualenv package cannot avoid, each with its reason.
//!
//! An override is written only when the package holds what fires the tag: one that fires for nothing is itself a fault. Where only
//! distributions are excused, it names their folders.

mod context;
mod script;

pub(super) use script::wants_to_run;

use super::layers::is_from_index;
use super::made::MADE;
use super::scan::Scanned;
use crate::deb::{ArchivePath, Content, Entry, Layer};
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
    InitScripts,
    OwnModes,
    VirtualenvScripts,
}

/// What distributions bring that fires tags.
#[derive(Clone, Copy)]
enum Brought {
    EmbeddedLibraries,
    ImportedScripts,
    Jquery,
    OddPrograms,
}

/// Why a tag is overridden.
#[derive(Clone, Copy)]
enum Fired {
    /// Every package of ours fires it.
    Always,
    /// This does, anywhere in the package.
    By(Feature),
    /// Files of distributions do; elsewhere it is not overridden.
    Within(Brought),
}

/// A tag that is overridden, and why.
struct Override {
    tag: &'static str,
    reason: &'static str,
    fired: Fired,
}

const OVERRIDES: &[Override] = &[
    Override {
        tag: "dir-or-file-in-opt",
        reason: "/opt is where the FHS puts software that is not part of the distribution",
        fired: Fired::By(Feature::BelowOpt),
    },
    Override {
        tag: "embedded-javascript-library",
        reason: "a distribution brings the jQuery that its pages were written for",
        fired: Fired::Within(Brought::Jquery),
    },
    Override {
        tag: "embedded-library",
        reason: "wheels, and Python itself, bring libraries of their own, which no package of the distribution can stand in for",
        fired: Fired::Within(Brought::EmbeddedLibraries),
    },
    Override {
        tag: "executable-not-elf-or-script",
        reason: "modes are those of the distributions, which mark modules that nobody runs",
        fired: Fired::Within(Brought::OddPrograms),
    },
    Override {
        tag: "hardening-no-pie",
        reason: "the interpreter is the one of python3-minimal, which Debian builds so",
        fired: Fired::By(Feature::DebianPython),
    },
    Override {
        tag: "initial-upload-closes-no-bugs",
        reason: "the package is not uploaded to Debian",
        fired: Fired::Always,
    },
    Override {
        tag: "library-not-linked-against-libc",
        reason: "modules of Debian's Python find the C library in the interpreter",
        fired: Fired::By(Feature::DebianPython),
    },
    Override {
        tag: "malformed-deb-archive",
        reason: "dpkg of this release reads zstd, and its lintian does not know so",
        fired: Fired::By(Feature::Bookworm),
    },
    Override {
        tag: "missing-systemd-service-for-init.d-script",
        reason: "the recipe chose init scripts; where systemd is, it reads them too",
        fired: Fired::By(Feature::InitScripts),
    },
    Override {
        tag: "no-manual-page",
        reason: "a command of the app explains itself, with --help or not at all",
        fired: Fired::By(Feature::Commands),
    },
    Override {
        tag: "non-standard-file-perm",
        reason: "the recipe says who may read the file",
        fired: Fired::By(Feature::OwnModes),
    },
    Override {
        tag: "package-installs-python-pycache-dir",
        reason: "the bytecode is dpkg's: the service user could not write it, and every start would compile",
        fired: Fired::By(Feature::Bytecode),
    },
    Override {
        tag: "shared-library-lacks-prerequisites",
        reason: "modules of Debian's Python find the C library in the interpreter",
        fired: Fired::By(Feature::DebianPython),
    },
    Override {
        tag: "script-in-etc-init.d-not-registered-via-update-rc.d",
        reason: "postinst registers it in a function of its own, which takes the name as a word",
        fired: Fired::By(Feature::InitScripts),
    },
    Override {
        tag: "script-not-executable",
        reason: "a module with a first line for those who run it from its source is imported",
        fired: Fired::Within(Brought::ImportedScripts),
    },
    Override {
        tag: "unstripped-binary-or-object",
        reason: "stripping what a wheel brings breaks libraries that were patched after linking",
        fired: Fired::By(Feature::ElfSymbols),
    },
    Override {
        tag: "unusual-interpreter",
        reason: "scripts of a virtualenv run with its own bin/python",
        fired: Fired::By(Feature::VirtualenvScripts),
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
    let mut text = String::new();
    for Override { tag, reason, fired } in OVERRIDES {
        let contexts = match fired {
            Fired::By(feature) if !features.contains(feature) => continue,
            Fired::Always | Fired::By(_) => BTreeSet::from(["*".to_owned()]),
            Fired::Within(brought) => {
                let contexts = context::contexts(files(*brought, layers, scanned), prefix);
                let noted = contexts
                    .into_iter()
                    .map(|it| brought.note().to_owned() + &it);
                noted.collect()
            }
        };
        if !contexts.is_empty() {
            let _ = writeln!(text, "# {reason}");
        }
        for context in contexts {
            let _ = writeln!(text, "{package}: {tag} {context}");
        }
    }
    text
}

impl Brought {
    /// Returns what lintian says before the path: which library it is.
    fn note(self) -> &'static str {
        match self {
            Brought::EmbeddedLibraries | Brought::Jquery => "* ",
            Brought::ImportedScripts | Brought::OddPrograms => "",
        }
    }
}

/// Returns the files of distributions that are such.
fn files<'a>(brought: Brought, layers: &'a [Layer], scanned: &'a Scanned) -> Vec<&'a ArchivePath> {
    let is_theirs = |path: &ArchivePath| {
        let mut layers = layers.iter().filter(|layer| is_from_index(layer));
        layers.any(|layer| layer.entries.contains_key(path))
    };
    match brought {
        Brought::EmbeddedLibraries => {
            let elf = scanned.elf.iter().filter(|file| {
                let object = file.object.as_ref();
                object.is_ok_and(|object| object.embeds_library)
            });
            elf.map(|file| &file.path)
                .filter(|path| is_theirs(path))
                .collect()
        }
        Brought::ImportedScripts => {
            let scripts = scanned.imported_scripts.iter();
            scripts.filter(|path| is_theirs(path)).collect()
        }
        Brought::OddPrograms => {
            let programs = scanned.odd_programs.iter();
            programs.filter(|path| is_theirs(path)).collect()
        }
        Brought::Jquery => jquery(layers, scanned),
    }
}

/// Returns the files of jQuery of distributions, and the copies that commands of the build made of them, as `collectstatic` does.
fn jquery<'a>(layers: &'a [Layer], scanned: &Scanned) -> Vec<&'a ArchivePath> {
    let named = |layer: &'a Layer| {
        let entries = layer.entries.iter().filter(|(path, entry)| {
            matches!(entry, Entry::File { .. }) && is_jquery(path.as_bytes())
        });
        entries.map(|(path, _)| path)
    };
    let theirs = layers.iter().filter(|layer| is_from_index(layer));
    let mut found: Vec<_> = theirs.flat_map(named).collect();
    let digest = |path: &ArchivePath| scanned.digests.get(path);
    let contents: BTreeSet<_> = found.iter().filter_map(|path| digest(path)).collect();
    let made = layers.iter().filter(|layer| layer.name == MADE);
    let copies = made.flat_map(named);
    found.extend(copies.filter(|path| digest(path).is_some_and(|it| contents.contains(it))));
    found
}

fn features(prefix: &Prefix, layers: &[Layer], scanned: &Scanned) -> BTreeSet<Feature> {
    let interpreter = format!("#!{prefix}/bin/python");
    let mut features = BTreeSet::new();
    let objects = || scanned.elf.iter().flat_map(|file| &file.object);
    if objects().any(|object| object.has_symbol_table) {
        features.insert(Feature::ElfSymbols);
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
