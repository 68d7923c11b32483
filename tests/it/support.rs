//! Running the programs that judge, and packages for them to judge.

use crate::context::succeed;
use deb_build_app::deb::{
    Archive, ArchivePath, Content, Control, Entry, Invalid, Layer, Mode, Timestamp, Written, write,
};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};
use std::str::FromStr;

/// Parses words of the test itself.
pub(crate) fn good<T: FromStr<Err = Invalid>>(text: &str) -> T {
    text.parse().expect("the test's own words are valid")
}

/// Makes a path of bytes that need not be text.
pub(crate) fn path(bytes: &[u8]) -> ArchivePath {
    ArchivePath::new(bytes).expect("the test's own paths are valid")
}

/// Makes a file.
pub(crate) fn file(bytes: &[u8]) -> Entry {
    Entry::File {
        mode: Mode::FILE,
        content: Content::Bytes(bytes.to_vec()),
    }
}

/// Makes a symbolic link.
pub(crate) fn link(target: &[u8]) -> Entry {
    Entry::Link {
        target: target.to_vec(),
    }
}

/// Makes a layer.
pub(crate) fn layer(name: &str, entries: impl IntoIterator<Item = (ArchivePath, Entry)>) -> Layer {
    Layer {
        name: name.to_owned(),
        mtime: Timestamp::new(1_234_567_890).unwrap(),
        mtimes: BTreeMap::new(),
        entries: entries.into_iter().collect(),
    }
}

/// Makes a package of these layers.
pub(crate) fn package(layers: Vec<Layer>) -> Archive {
    Archive {
        control: Control::new(
            good("demo"),
            good("1:2.0-1"),
            good("all"),
            good("Ada <ada@example.org>"),
            good("web"),
            good("small web service"),
        ),
        scripts: BTreeMap::new(),
        conffiles: Vec::new(),
        triggers: Vec::new(),
        templates: None,
        layers,
        directories: BTreeMap::new(),
        time: Timestamp::new(1_500_000_000).unwrap(),
    }
}

/// Writes a package that is valid, at a level that takes no time.
pub(crate) fn written(archive: &Archive, output: &Path) -> Written {
    write(archive, good("zstd:1"), 2, output).expect("the package is valid")
}

/// Runs a program in the C locale; the words are its name and its arguments.
pub(crate) fn run(words: &[&OsStr], directory: &Path) -> Output {
    Command::new(words[0])
        .args(&words[1..])
        .current_dir(directory)
        .env("LC_ALL", "C")
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .output()
        .unwrap_or_else(|error| panic!("{} cannot be run: {error}", words[0].display()))
}

/// Runs a program that must succeed in silence on standard error, and returns its output.
pub(crate) fn output_of(words: &[&str], directory: &Path) -> Vec<u8> {
    let words = words.iter().map(OsStr::new).collect::<Vec<_>>();
    let output = run(&words, directory);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.is_empty(),
        "{words:?}: {} {said}",
        output.status
    );
    output.stdout
}

/// Returns the table that every recipe begins with.
pub(crate) fn described(name: &str, version: &str, summary: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"{summary}\"\n"
    )
}

/// Returns what lintian says of a package, with these options of its own besides; nothing when it is pleased.
pub(crate) fn lintian(package: &Path, options: &[&str]) -> String {
    let mut command = Command::new("lintian");
    command.args(["--allow-root", "--fail-on", "none"]);
    command.args(["--tag-display-limit", "0"]).args(options);
    succeed(command.arg(package))
}

/// Asserts that each override of a package hides something that lintian would say: each tag, and each line with the place that it names.
pub(crate) fn every_override_fires(package: &Path, name: &str, overrides: &str) {
    let shown = lintian(package, &["--show-overrides", "--display-info"]);
    let lines: Vec<_> = overrides
        .lines()
        .filter_map(|line| line.strip_prefix(&format!("{name}: ")))
        .collect();
    assert!(!lines.is_empty());
    for line in lines {
        let tag = line.split(' ').next().unwrap();
        let fired = format!("O: {name}: {tag}");
        assert!(
            shown.lines().any(|line| line.starts_with(&fired)),
            "the override of {tag} did not fire"
        );
    }
    for idle in ["unused-override", "mismatched-override"] {
        assert!(!shown.contains(idle), "{shown}");
    }
}

/// Runs dpkg on a root of its own, made on first use, in a user namespace when the tests do not run as root.
pub(crate) fn dpkg(root: &Path, words: &[&str]) -> Output {
    for folder in ["updates", "info", "triggers"] {
        std::fs::create_dir_all(root.join("var/lib/dpkg").join(folder)).unwrap();
    }
    let status = root.join("var/lib/dpkg/status");
    if !status.exists() {
        std::fs::write(status, "").unwrap();
    }
    let rooted = format!("--root={}", root.display());
    let user = output_of(&["id", "-u"], root);
    let mut all = match user.as_slice() {
        b"0\n" => vec![],
        _ => vec!["unshare", "--map-root-user"],
    };
    all.extend([
        "dpkg",
        rooted.as_str(),
        "--log=/dev/null",
        "--force-depends",
    ]);
    all.extend(words);
    run(&all.iter().map(OsStr::new).collect::<Vec<_>>(), root)
}
