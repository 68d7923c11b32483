//! A file larger than eleven octal digits of a tar header can say (8 GiB), through dpkg and Python, and in little memory.
//!
//! Not among the tests that `cargo test` runs, because it writes 9 GiB: `cargo test --release --test large`, or
//! `tests/run --full`. It needs 25 GiB where temporary files are (`TMPDIR`), and fails where there are less.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests look at the machine from outside, and a panic is how they fail"
)]

use deb_build_app::deb::{
    Archive, ArchivePath, Content, Control, Entry, Layer, Mode, Timestamp, write,
};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

/// 9 GiB and a little, so that the last block is not full.
const SIZE: u64 = (9 << 30) + 7;

/// What must be free: the unpacked file, what the file system may hold back, and as much again for a dpkg that copies.
const FREE: u64 = 25 << 30;

/// More than two threads and their segments of 4 MiB need, and nothing beside the package: 60 times less than the file.
const MOST_MEMORY: u64 = 150 << 20;

/// What is at the end of the file; all before it is a hole, and zeros.
const END: &[u8] = b"the end";

/// Reads a stream without seeking, and prints name, size and last bytes of every file.
const TARFILE: &str = r#"
import sys, tarfile
with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as tar:
    for member in tar:
        if not member.isfile():
            continue
        content, size, last = tar.extractfile(member), 0, b""
        while block := content.read(1 << 20):
            size, last = size + len(block), block
        print(member.name, member.size, size, last[-7:].decode(errors="replace"))
"#;

fn archive(file: &Path) -> Archive {
    let content = Content::OnDisk {
        path: file.to_path_buf(),
        size: SIZE,
    };
    let mode = Mode::FILE;
    let small = Content::Bytes(b"after\n".to_vec());
    let entries = [("opt/demo/large", content), ("opt/demo/small", small)];
    let control = Control::new(
        "demo".parse().unwrap(),
        "1.0-1".parse().unwrap(),
        "all".parse().unwrap(),
        "Ada <ada@example.org>".parse().unwrap(),
        "web".parse().unwrap(),
        "small web service".parse().unwrap(),
    );
    let time = Timestamp::new(1_500_000_000).unwrap();
    Archive {
        control,
        scripts: BTreeMap::new(),
        conffiles: Vec::new(),
        triggers: Vec::new(),
        templates: None,
        layers: vec![Layer {
            name: "app".to_owned(),
            mtime: time,
            mtimes: BTreeMap::new(),
            entries: entries
                .map(|(path, content)| {
                    let path: ArchivePath = path.parse().unwrap();
                    (path, Entry::File { mode, content })
                })
                .into(),
        }],
        directories: BTreeMap::new(),
        time,
    }
}

fn succeed(command: &mut Command) -> String {
    let output = command.env("LC_ALL", "C").output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the largest resident set that this process had, in bytes.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib: u64 = line
        .unwrap()
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    kib << 10
}

/// Fails where the file would not fit.
fn check_free(folder: &Path) {
    let free = succeed(
        Command::new("df")
            .args(["--output=avail", "-B1"])
            .arg(folder),
    );
    let free: u64 = free.lines().last().unwrap().trim().parse().unwrap();
    assert!(
        free >= FREE,
        "`{}` has {} GiB free, and this test needs {}: set TMPDIR to a folder that has more",
        folder.display(),
        free >> 30,
        FREE >> 30
    );
}

/// Runs dpkg on a root of its own, in a user namespace when the test does not run as root.
fn dpkg(root: &Path, words: &[&str]) -> String {
    let user = succeed(Command::new("id").arg("-u"));
    let mut command = match user.trim() {
        "0" => Command::new("dpkg"),
        _ => {
            let mut command = Command::new("unshare");
            command.args(["--map-root-user", "dpkg"]);
            command
        }
    };
    command
        .arg(format!("--root={}", root.display()))
        .args(["--log=/dev/null", "--force-unsafe-io"])
        .args(words)
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    succeed(&mut command)
}

#[test]
fn a_file_of_nine_gib_is_packed_read_and_installed() {
    let room = tempfile::tempdir().unwrap();
    check_free(room.path());
    let source = room.path().join("large");
    let mut file = File::create(&source).unwrap();
    file.seek(SeekFrom::Start(SIZE - END.len() as u64)).unwrap();
    file.write_all(END).unwrap();
    drop(file);
    assert!(
        fs::metadata(&source).unwrap().blocks() < 1000,
        "it is a hole"
    );

    let deb = room.path().join("demo.deb");
    let report = write(&archive(&source), "zstd:1".parse().unwrap(), 2, &deb).unwrap();
    assert!(
        peak_memory() < MOST_MEMORY,
        "it took {} MiB at the most",
        peak_memory() >> 20
    );
    // The file, the small one, `/`, `/opt` and `/opt/demo`.
    assert_eq!(report.installed_size_kib, SIZE.div_ceil(1024) + 1 + 3);

    fs::write(room.path().join("read.py"), TARFILE).unwrap();
    let read = "dpkg-deb --fsys-tarfile demo.deb | python3 read.py";
    let said = succeed(
        Command::new("sh")
            .args(["-euc", read])
            .current_dir(room.path()),
    );
    assert_eq!(
        said,
        format!("./opt/demo/large {SIZE} {SIZE} the end\n./opt/demo/small 6 6 after\n\n")
    );

    let root = room.path().join("root");
    for folder in ["updates", "info", "triggers"] {
        fs::create_dir_all(root.join("var/lib/dpkg").join(folder)).unwrap();
    }
    fs::write(root.join("var/lib/dpkg/status"), "").unwrap();
    dpkg(&root, &["-i", deb.to_str().unwrap()]);
    let installed = root.join("opt/demo/large");
    assert_eq!(fs::metadata(&installed).unwrap().len(), SIZE);
    assert_eq!(
        dpkg(&root, &["--verify", "demo"]),
        "",
        "every byte is as it was hashed"
    );
}
