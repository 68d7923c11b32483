//! The README, followed word for word: a fresh clone, empty caches, a clean root with nothing but the Rust toolchain bound in.
//!
//! Not among the tests that `cargo test` runs, because it compiles everything anew: `cargo test --test newcomer`, or
//! `tests/run --full`.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests look at the machine from outside, and a panic is how they fail"
)]

use deb_build_app::target::{Access, Root};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The commands of the README, block by block.
fn blocks() -> Vec<Vec<String>> {
    let readme =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    readme
        .split("```sh\n")
        .skip(1)
        .map(|block| {
            block
                .split("```")
                .next()
                .unwrap()
                .lines()
                .map(str::to_owned)
                .collect()
        })
        .collect()
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}

#[test]
fn the_readme_leads_from_a_fresh_clone_to_a_site_that_answers() {
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("deb-build-app");
    said(
        Command::new("git")
            .args(["clone", "-q", env!("CARGO_MANIFEST_DIR")])
            .arg(&clone),
    );
    let toolchain = said(Command::new("rustc").args(["--print", "sysroot"]));
    let blocks = blocks();
    let [prepare, build, install, check, plan, pack, look, tests] = blocks.as_slice() else {
        panic!("the README has other commands than this test knows: {blocks:?}");
    };
    assert_eq!(tests.as_slice(), ["tests/run"]);

    let builder = Root::builder("bookworm")
        .share_host_network()
        .on_disk()
        .time_limit(Duration::from_secs(1800))
        .bind(&toolchain, "/usr/local/rust", Access::ReadOnly)
        .bind(&clone, "/src", Access::ReadWrite)
        .env("HOME", "/root")
        .env("PATH", "/usr/local/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .start()
        .unwrap();
    builder.sh("apt-get -q update").unwrap();
    for line in prepare {
        builder.sh(line).unwrap();
    }
    // The clone has another owner inside: git would ask whether that is meant.
    builder.sh("chown -R root:root /src").unwrap();
    let printed = builder
        .sh(&format!("cd /src && {}", build.join("\n")))
        .unwrap();
    let package = PathBuf::from(printed.trim_end());
    let name = package.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(
        package,
        Path::new("/src").join(&name),
        "the path of the package alone"
    );
    assert!(
        install[0].ends_with(&format!("./{name}")),
        "the README names the package: {name}"
    );
    assert_eq!(
        builder.sh("cd /src && git status --short").unwrap(),
        "",
        "the checkout is untouched"
    );
    builder
        .sh(&format!("cd /src && {}", check.join("\n")))
        .unwrap();
    let planned = builder
        .sh(&format!("cd /src && {}", plan.join("\n")))
        .unwrap();
    assert!(
        planned.starts_with("demosite 0.1-1 for bookworm"),
        "{planned}"
    );
    let printed = builder
        .sh(&format!("cd /src && {}", pack.join("\n")))
        .unwrap();
    let hello = printed.trim_end().to_owned();
    builder
        .sh(&format!(
            "dpkg -i {hello} && test \"$(hello)\" = 'hello, world'"
        ))
        .unwrap();
    let seen = builder
        .sh(&format!("cd /src && {}", look.join("\n")))
        .unwrap();
    for word in ["Package: demosite", "Findings: none", "hello"] {
        assert!(seen.contains(word), "{word:?} is not in {seen}");
    }
    drop(builder);

    let host = Root::builder("bookworm")
        .packages(["python3.11"])
        .boot()
        .unwrap();
    host.put(&clone.join(&name), "/root/").unwrap();
    let mut answers = Vec::new();
    for line in install {
        // A person types slower than gunicorn starts.
        let line = line.replace(
            "curl ",
            "curl --silent --retry 20 --retry-connrefused --retry-delay 1 ",
        );
        answers.push(host.sh(&format!("cd /root && {line}")).unwrap());
    }
    assert!(
        answers[1].contains("Small sites, carefully served."),
        "{}",
        answers[1]
    );
    assert!(!host.exists("/opt/demosite").unwrap());
}
