//! Small packages that unpack to very much: the tool runs with as much memory as its module docs promise, and no more.

use super::{good_control, good_data};
use crate::context::{TestContext, tool};
use crate::raw_deb::{ar, directory, header};
use std::io::Write as _;
use std::process::{Command, Stdio};

const MIB: u64 = 1 << 20;

/// Compresses what `write` writes.
fn compressed(
    write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()> + Send,
) -> Vec<u8> {
    let mut zstd = Command::new("zstd")
        .args(["-q", "-1", "-c"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = zstd.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || write(&mut input).unwrap());
        let output = zstd.wait_with_output().unwrap();
        assert!(output.status.success());
        output.stdout
    })
}

/// Says that a file of 300 MiB follows, and lets zeros follow.
fn huge_file(output: &mut dyn std::io::Write) -> std::io::Result<()> {
    output.write_all(&directory("./"))?;
    output.write_all(&header(b"./huge", b'0', 300 * MIB))?;
    (0..301).try_for_each(|_| output.write_all(&vec![0; 1 << 20]))
}

/// Writes empty files, all of different names.
fn empty_files(number: u32, output: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut buffer = std::io::BufWriter::new(output);
    buffer.write_all(&directory("./"))?;
    for at in 0..number {
        buffer.write_all(&header(format!("./{at:07}").as_bytes(), b'0', 0))?;
    }
    buffer.write_all(&[0; 1024])
}

/// Runs the tool on a package with so much memory for its data; returns the exit code and the last line of errors.
fn told(deb: &[u8], memory: u64, words: &[&str]) -> (Option<i32>, String) {
    let context = TestContext::new();
    std::fs::write(context.path("x.deb"), deb).unwrap();
    let mut command = Command::new("prlimit");
    context.set_environment(&mut command);
    let output = command
        .arg(format!("--data={memory}"))
        .arg(tool())
        .args(words)
        .current_dir(context.path("."))
        .stdout(Stdio::null())
        .output()
        .unwrap();
    let said = context.plain(&output.stderr);
    let mut causes = said
        .lines()
        .filter_map(|line| line.strip_prefix("  caused by: "));
    (
        output.status.code(),
        causes.next_back().unwrap_or(&said).to_owned(),
    )
}

#[test]
fn a_large_file_takes_no_memory_and_a_large_control_member_is_refused() {
    let bomb = compressed(huge_file);
    let in_data = ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar", &good_control()),
        ("data.tar.zst", &bomb),
    ]);
    let shown = told(&in_data, 16 * MIB, &["inspect", "--check", "x.deb"]);
    assert_eq!(shown, (Some(0), String::new()));
    let in_control = ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar.zst", &bomb),
        ("data.tar", &good_data()),
    ]);
    let refused = "`control.tar.zst` has more than 64 MiB when it is unpacked, which apt refuses";
    assert_eq!(
        told(&in_control, 144 * MIB, &["inspect", "x.deb"]),
        (Some(1), refused.to_owned())
    );
}

#[test]
fn the_list_of_entries_is_bounded_and_copied_nowhere() {
    let deb = |number: u32| {
        ar(&[
            ("debian-binary", b"2.0\n"),
            ("control.tar", &good_control()),
            (
                "data.tar.zst",
                &compressed(|output| empty_files(number, output)),
            ),
        ])
    };
    let refused = "the list of entries takes more than 128 MiB";
    assert_eq!(
        told(
            &deb(520_000),
            192 * MIB,
            &["inspect", "--check", "--json", "x.deb"]
        ),
        (Some(1), refused.to_owned())
    );
    // A fifth of what is taken, with about a fifth of the memory.
    let fifth = deb(100_000);
    for words in [
        &["inspect", "--check", "--json", "x.deb"][..],
        &["inspect", "--check", "--files", "x.deb"],
        &["diff", "x.deb", "x.deb"],
    ] {
        assert_eq!(
            told(&fifth, 72 * MIB, words),
            (Some(0), String::new()),
            "{words:?}"
        );
    }
}
