//! Readers that share no code with dpkg agree about a package of hostile names: Python's tarfile, libarchive, apt, and
//! lintian, which complains of the names themselves alone.

use crate::hostile::{expected, hostile, listing};
use crate::support::{file, good, layer, output_of, path, run, written};
use deb_build_app::deb::{Archive, write};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// What a reader says of an entry: its type, mode and time in the words of [`listing`], and the hash of its content.
type Said = BTreeMap<Vec<u8>, (String, String)>;

/// Prints a line for each member of a tar stream: name, type, mode, owner, time, and the hash of target or content.
const TARFILE: &str = r#"
import hashlib, sys, tarfile
kinds = {tarfile.DIRTYPE: 0o40000, tarfile.SYMTYPE: 0o120000, tarfile.REGTYPE: 0o100000}
with tarfile.open(fileobj=sys.stdin.buffer, mode="r|", encoding="utf-8", errors="surrogateescape") as tar:
    for member in tar:
        assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "root", "root"), member
        assert not member.pax_headers and not member.issparse(), member
        content = tar.extractfile(member).read() if member.isfile() else member.linkname.encode(errors="surrogateescape")
        kind = "%o" % (kinds[member.type] | member.mode)
        time = "" if member.isdir() else " %d" % member.mtime
        print(member.name.encode(errors="surrogateescape").hex(), kind + time, hashlib.sha256(content).hexdigest(), sep="\t")
"#;

/// Prints the same but for times, and the control file in the end.
const APT_INST: &str = r#"
import apt_inst, hashlib, os
def show(item, content):
    if item.isdir():
        content = b""
    elif item.issym():
        content = os.fsencode(item.linkname)
    kind = 0o40000 if item.isdir() else 0o120000 if item.issym() else 0o100000
    print(os.fsencode(item.name).hex(), "%o" % (kind | item.mode), hashlib.sha256(content).hexdigest(), sep="\t")
deb = apt_inst.DebFile("demo.deb")
deb.data.go(show)
control = deb.control.extractdata("control")
print("control", "", hashlib.sha256(control).hexdigest(), sep="\t")
"#;

fn hash(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Reads the lines of the two programs above; the name is without `./`.
fn said(lines: &[u8]) -> Vec<(Vec<u8>, String, String)> {
    std::str::from_utf8(lines)
        .unwrap()
        .lines()
        .map(|line| {
            let words: Vec<_> = line.split('\t').collect();
            let name = match words[0] {
                "control" => b"control".to_vec(),
                digits => (0..digits.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
                    .collect(),
            };
            (name, words[1].to_owned(), words[2].to_owned())
        })
        .collect()
}

fn wanted(archive: &Archive) -> Said {
    expected(archive)
        .into_iter()
        .map(|(name, (kind, content))| (name, (kind, hash(&content))))
        .collect()
}

/// Compares without printing thousands of names.
fn assert_same(found: &Said, wanted: &Said) {
    let shown = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    for (name, said) in wanted {
        assert_eq!(found.get(name), Some(said), "{}", shown(name));
    }
    let names: BTreeSet<_> = found
        .keys()
        .filter(|name| !wanted.contains_key(*name))
        .collect();
    assert!(
        names.is_empty(),
        "{:?}",
        names.iter().map(|name| shown(name)).collect::<Vec<_>>()
    );
}

#[test]
fn pythons_tarfile_reads_what_was_written() {
    let room = tempfile::tempdir().unwrap();
    let archive = hostile();
    written(&archive, &room.path().join("demo.deb"));
    fs::write(room.path().join("read.py"), TARFILE).unwrap();
    for stream in [
        "dpkg-deb --fsys-tarfile demo.deb",
        "ar p demo.deb data.tar.zst | zstd -dc",
    ] {
        let lines = output_of(
            &["sh", "-c", &format!("{stream} | python3 read.py")],
            room.path(),
        );
        let mut found = Said::new();
        for (name, kind, content) in said(&lines) {
            let name = match name.strip_prefix(b"./") {
                Some(name) => name.to_vec(),
                None if name == b"." => continue,
                None => panic!("{} has no `./`", String::from_utf8_lossy(&name)),
            };
            assert!(
                found.insert(name, (kind, content)).is_none(),
                "every name once"
            );
        }
        assert_same(&found, &wanted(&archive));
    }
}

#[test]
fn libarchive_unpacks_what_was_written() {
    let room = tempfile::tempdir().unwrap();
    let archive = hostile();
    written(&archive, &room.path().join("demo.deb"));
    let members = output_of(&["bsdtar", "-tf", "demo.deb"], room.path());
    assert_eq!(members, b"debian-binary\ncontrol.tar.gz\ndata.tar.zst\n");
    fs::create_dir(room.path().join("out")).unwrap();
    let unpack = "bsdtar -xOf demo.deb data.tar.zst | bsdtar -xpf - -C out";
    output_of(&["sh", "-c", unpack], room.path());
    assert!(
        listing(&room.path().join("out")) == expected(&archive),
        "libarchive found something else"
    );
}

#[test]
fn apt_reads_the_control_fields_and_every_name() {
    let room = tempfile::tempdir().unwrap();
    let archive = hostile();
    let report = written(&archive, &room.path().join("demo.deb"));
    let packages = output_of(&["apt-ftparchive", "packages", "."], room.path());
    let fields = output_of(&["dpkg-deb", "-f", "demo.deb"], room.path());
    let packages = String::from_utf8(packages).unwrap();
    for field in String::from_utf8(fields).unwrap().lines() {
        assert!(packages.contains(field), "{field} is not in {packages}");
    }
    assert!(packages.contains(&format!("\nSHA256: {}\n", report.sha256)));
}

#[test]
fn apt_lists_every_name_of_less_than_a_kib() {
    let room = tempfile::tempdir().unwrap();
    let mut archive = hostile();
    // With a longer one, apt-ftparchive 2.6 writes beyond its buffer and is aborted.
    for layer in &mut archive.layers {
        layer.entries.retain(|path, _| path.as_bytes().len() < 1000);
    }
    written(&archive, &room.path().join("demo.deb"));
    let contents = output_of(&["apt-ftparchive", "contents", "."], room.path());
    let found: BTreeSet<_> = contents
        .split(|b| *b == b'\n')
        .filter_map(listed_name)
        .collect();
    let files = expected(&archive)
        .into_iter()
        .filter(|(_, (kind, _))| !kind.starts_with('4'));
    assert!(
        found == files.map(|(name, _)| name).collect(),
        "apt lists other names"
    );
}

/// Returns the name in a line of `Contents`: tabs and blanks come after it, or one blank after a long one.
fn listed_name(line: &[u8]) -> Option<Vec<u8>> {
    let columns = line.strip_suffix(b"demo")?;
    let mut name = match columns.strip_suffix(b"    ") {
        Some(before) if before.ends_with(b"\t") => before,
        _ => columns.strip_suffix(b" ")?,
    };
    while let Some(before) = name.strip_suffix(b"\t") {
        name = before;
    }
    Some(name.to_vec())
}

#[test]
fn apt_inst_reads_every_entry() {
    let room = tempfile::tempdir().unwrap();
    let archive = hostile();
    written(&archive, &room.path().join("demo.deb"));
    fs::write(room.path().join("read.py"), APT_INST).unwrap();
    let lines = output_of(&["python3", "read.py"], room.path());
    let mut entries = said(&lines);
    let (_, _, control) = entries.pop().unwrap();
    let fields = output_of(
        &[
            "sh",
            "-c",
            "ar p demo.deb control.tar.gz | tar -xzOf - ./control",
        ],
        room.path(),
    );
    assert_eq!(control, hash(&fields));
    let found: Said = entries
        .into_iter()
        .map(|(name, kind, content)| {
            (
                name.strip_suffix(b"/").unwrap_or(&name).to_vec(),
                (kind, content),
            )
        })
        .filter(|(name, _)| name != b".")
        .collect();
    let mut wanted = wanted(&archive);
    for (kind, _) in wanted.values_mut() {
        // Times are not told.
        kind.truncate(kind.find(' ').unwrap_or(kind.len()));
    }
    assert_same(&found, &wanted);
}

/// Returns the tags that lintian has for a package.
fn lintian(deb: &Path) -> BTreeSet<String> {
    let room = deb.parent().unwrap();
    let words = [
        "lintian",
        "--no-cfg",
        "--allow-root",
        "--fail-on",
        "none",
        "--display-info",
        "--pedantic",
        "demo.deb",
    ];
    let output = run(&words.map(OsStr::new), room);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said.lines()
        .filter_map(|line| Some(line.split_once(": demo: ")?.1.split(' ').next()?.to_owned()))
        .collect()
}

/// Tags that names and modes of the hostile package cause, and nothing else in it.
const OF_THE_NAMES: [&str; 14] = [
    // `~` and `  `.
    "backup-file-in-package",
    "file-name-ends-in-whitespace",
    "file-name-contains-wildcard-character",
    // A conffile with a blank: lintian, unlike dpkg, splits the line there.
    "file-in-etc-not-marked-as-conffile",
    "file-missing-in-md5sums",
    "missing-conffile",
    "non-etc-file-marked-as-conffile",
    "relative-conffile",
    "unknown-conffile-instruction",
    "non-standard-dir-perm",
    "package-contains-empty-directory",
    "repeated-path-segment",
    "shipped-file-without-utf8-name",
    "symlink-ends-with-slash",
];

#[test]
fn lintian_complains_of_the_names_alone() {
    let room = tempfile::tempdir().unwrap();
    let deb = room.path().join("demo.deb");
    // lintian of Debian 12 knows no zstd.
    let tags = |archive: &Archive| {
        write(archive, good("gzip:1"), 2, &deb).unwrap();
        lintian(&deb)
    };
    let mut tame = hostile();
    tame.directories.clear();
    tame.conffiles = vec![path(b"etc/demo/plain.conf")];
    tame.layers = vec![
        layer("app", [(path(b"opt/demo/plain"), file(b"x"))]),
        layer(
            "configuration",
            [(path(b"etc/demo/plain.conf"), file(b"x"))],
        ),
    ];
    let (hostile, tame) = (tags(&hostile()), tags(&tame));
    let mut found: BTreeSet<_> = hostile.difference(&tame).map(String::as_str).collect();
    for tag in OF_THE_NAMES {
        assert!(found.remove(tag), "{tag} did not fire");
    }
    assert_eq!(found, BTreeSet::new());
}
