//! What runs before the build, what installers are given, and installing without syncs.

use super::app::{make, recipe};
use crate::context::{TestContext, succeed};
use std::path::Path;
use std::process::Command;

const OFFLINE: &str = "find-links = [\"wheels\"]\noffline = true\n";

#[test]
fn commands_before_the_build_run_in_the_source_with_its_variables() {
    let context = TestContext::new();
    // What needs logic is a script of the app.
    context.write(
        "app/tools/word.sh",
        "for word in no \"$WORD\"; do\n    case $word in\n        no) ;;\n        *) printf %s \"$word\" >\"$1\" ;;\n    esac\ndone\n",
    );
    crate::context::TinyApp {
        name: "thing",
        module: "thing.py",
        text: "f\"word = {open('word').read()!r}\\n\"",
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    let build = |before: &str| {
        let venv = format!("\n[build]\nenv = {{ WORD = \"it's\" }}\nbefore = [{before}]");
        let file = recipe(&context, "recipe.toml", &venv);
        let output = context
            .command(["build", "-q", "-o", "out"])
            .arg(file)
            .output()
            .unwrap();
        (output.status.code(), context.plain(&output.stderr))
    };
    let lines = "'sh tools/word.sh word', 'test -s word'";
    assert_eq!(build(lines), (Some(0), String::new()));
    let package = context.path("out/thing_1.0-1_all.deb");
    let mut extract = Command::new("sh");
    extract
        .args([
            "-c",
            "dpkg-deb --fsys-tarfile \"$0\" | tar -xO --wildcards '*/thing.py'",
        ])
        .arg(package);
    assert_eq!(succeed(&mut extract), "word = \"it's\"\n");

    let (code, said) = build("\"echo first; false; echo second\"");
    assert_eq!(code, Some(1));
    assert!(
        said.contains("a command of `[build] before` failed")
            && said.contains("first")
            && !said.contains("| second"),
        "{said}"
    );
}

/// Returns how many syncs a build asked the kernel for, by strace.
fn syncs(context: &TestContext, file: &Path, cache: &str) -> usize {
    let mut command = Command::new("strace");
    command
        .args([
            "-f",
            "-qq",
            "-e",
            "trace=fsync,fdatasync,sync,msync,syncfs",
            "-o",
            "trace",
        ])
        .arg(crate::context::tool())
        .args(["build", "-q", "-o", "out"])
        .arg(file)
        .current_dir(context.path(""));
    context.set_environment(&mut command);
    command.env("DEB_BUILD_APP_CACHE_DIR", context.path(cache));
    succeed(&mut command);
    let trace = std::fs::read_to_string(context.path("trace")).unwrap();
    trace.lines().filter(|line| line.contains("sync(")).count()
}

#[test]
fn with_eatmydata_there_are_fewer_syncs_and_no_trace_of_it() {
    let context = TestContext::new();
    // A backend that waits for the disk, as databases of build tools do.
    make(&context.path("wheels"), &["alpha==1.0"]);
    crate::context::TinyApp {
        name: "thing",
        module: "thing.py",
        text: "\"x = 1\\n\"",
        metadata: "",
        before: "[os.fsync(os.open(\"pyproject.toml\", os.O_RDONLY)) for _ in range(50)]",
    }
    .commit(&context);
    let mut counts = Vec::new();
    let mut sums = Vec::new();
    for choice in ["never", "auto", "always"] {
        let venv = format!("installer = \"pip\"\n{OFFLINE}\n[build]\neatmydata = \"{choice}\"");
        let file = recipe(&context, "recipe.toml", &venv);
        counts.push(syncs(&context, &file, &format!("cache-{choice}")));
        let package = context.path("out/thing_1.0-1_all.deb");
        sums.push(super::app::sha256(&package));
        let unpacked = context.path(choice);
        succeed(
            Command::new("dpkg-deb")
                .arg("-R")
                .arg(package)
                .arg(&unpacked),
        );
        let mut grep = Command::new("grep");
        grep.args(["-r", "-l", "-e", "eatmydata", "-e", "LD_PRELOAD"])
            .arg(unpacked);
        assert_eq!(grep.output().unwrap().stdout, b"");
    }
    assert!(
        counts[0] >= 50 && counts[1] < 50 && counts[2] < 50,
        "{counts:?}"
    );
    assert!(sums.iter().all(|sum| *sum == sums[0]), "{sums:?}");
}
