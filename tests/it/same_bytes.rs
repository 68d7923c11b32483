//! Every compression and level: the same bytes on any number of threads, in another folder, under another umask, as
//! another user; and other programs unpack what went in.

use crate::context::{TestContext, succeed};
use crate::pack::HEAD;
use crate::support::output_of;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const NOBODY: &str = "65534";

fn every_level() -> Vec<String> {
    let levels = |method, levels: std::ops::RangeInclusive<u32>| {
        levels.map(move |level| format!("{method}:{level}"))
    };
    let all = levels("zstd", 1..=19)
        .chain(levels("xz", 0..=9))
        .chain(levels("gzip", 1..=9));
    all.chain(["none".to_owned()]).collect()
}

/// A tree that two users can read, in two places, with the program beside the second.
struct Trees {
    context: TestContext,
    first: PathBuf,
    second: PathBuf,
}

impl Trees {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let context = TestContext::new();
        context.write("first/demo.toml", HEAD);
        for (name, content) in files {
            context.write(&format!("first/tree/opt/demo/{name}"), "");
            fs::write(context.path("first/tree/opt/demo").join(name), content).unwrap();
        }
        let (first, second) = (context.path("first"), context.path("another place"));
        succeed(Command::new("cp").arg("-a").args([&first, &second]));
        let program = second.join("deb-build-app");
        fs::copy(env!("CARGO_BIN_EXE_deb-build-app"), &program).unwrap();
        succeed(Command::new("chown").args(["-R", NOBODY]).arg(&second));
        succeed(
            Command::new("chmod")
                .args(["-R", "o+rX"])
                .arg(context.path("")),
        );
        Trees {
            context,
            first,
            second,
        }
    }

    fn pack(&self, compression: &str, jobs: &str) -> Vec<u8> {
        let mut command = self.context.command(["pack", "-q", "-o", "out"]);
        command.args([
            "--compression",
            compression,
            "--jobs",
            jobs,
            "demo.toml",
            "tree",
        ]);
        fs::create_dir_all(self.first.join("out")).unwrap();
        read(
            succeed(command.current_dir(&self.first)).trim_end(),
            &self.first,
        )
    }

    fn pack_elsewhere(&self, compression: &str) -> Vec<u8> {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--"])
            .args([
                "sh",
                "-c",
                "umask 077; exec \"$@\"",
                "sh",
                "./deb-build-app",
            ])
            .args(["pack", "-q", "-o", "other", "--jobs", "2"])
            .args(["--compression", compression, "demo.toml", "tree"])
            .current_dir(&self.second);
        self.context.set_environment(&mut command);
        read(
            succeed(command.env("LANG", "de_DE.UTF-8")).trim_end(),
            &self.second,
        )
    }
}

fn read(path: &str, folder: &Path) -> Vec<u8> {
    fs::read(folder.join(path)).unwrap()
}

#[test]
fn every_level_gives_the_same_bytes_on_any_threads_in_any_place_for_any_user() {
    let text = b"the quick brown fox jumps over the lazy dog\n".repeat(1000);
    let trees = Trees::new(&[("a", &text), ("b", b""), ("c", &[0; 300])]);
    for compression in every_level() {
        let one = trees.pack(&compression, "1");
        for jobs in ["2", "8"] {
            assert!(
                one == trees.pack(&compression, jobs),
                "{compression}: {jobs} threads"
            );
        }
        assert!(
            one == trees.pack_elsewhere(&compression),
            "{compression}: elsewhere"
        );
    }
}

#[test]
fn several_segments_give_the_same_bytes_too_and_are_unpacked_by_the_program_of_each_method() {
    // 36 MB: more than one segment at every level below, and repetitions from one to the next.
    let noise: Vec<u8> = (0..1_000_003_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0])
        .collect();
    let large = noise.repeat(36);
    let trees = Trees::new(&[("large", &large)]);
    for (compression, member, program) in [
        ("zstd:1", "data.tar.zst", "zstd -dc"),
        ("zstd:9", "data.tar.zst", "zstd -dc"),
        ("zstd:19", "data.tar.zst", "zstd -dc"),
        ("xz:1", "data.tar.xz", "xz -dc"),
        ("xz:6", "data.tar.xz", "xz -dc"),
        ("gzip:9", "data.tar.gz", "gzip -dc"),
        ("none", "data.tar", "cat"),
    ] {
        let one = trees.pack(compression, "1");
        assert!(
            one == trees.pack(compression, "8"),
            "{compression}: 8 threads"
        );
        assert!(
            one == trees.pack_elsewhere(compression),
            "{compression}: elsewhere"
        );
        let unpack = format!("ar p out/*.deb {member} | {program} | tar -xOf - ./opt/demo/large");
        assert!(
            output_of(&["sh", "-c", &unpack], &trees.first) == large,
            "{compression}: {program}"
        );
        let unpack = "dpkg-deb --fsys-tarfile out/*.deb | tar -xOf - ./opt/demo/large";
        assert!(
            output_of(&["sh", "-c", unpack], &trees.first) == large,
            "{compression}: dpkg-deb"
        );
    }
}
