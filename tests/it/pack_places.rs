//! What `pack` meets on a machine: links in place of the output, limits, ignored signals, trees that change.

use crate::context::{TestContext, outcome, succeed};
use crate::pack::HEAD;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

/// A tree with a file of 12 MB that cannot be compressed, and its description.
fn context() -> TestContext {
    let context = TestContext::new();
    let noise: Vec<u8> = (0..12_000_000_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0])
        .collect();
    context.write("tree/opt/demo/small", "small\n");
    fs::write(context.path("tree/opt/demo/large"), noise).unwrap();
    context.write("demo.toml", HEAD);
    context
}

/// Runs `pack` through a shell that sets something first, and returns standard error, the code, and what is in `out`.
fn packed_after(
    context: &TestContext,
    before: &str,
    options: &[&str],
) -> (String, Option<i32>, Vec<String>) {
    let pack = context.command(["pack", "-q", "-o", "out", "demo.toml", "tree"]);
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{before}; exec \"$@\""), "sh"])
        .arg(pack.get_program())
        .args(pack.get_args())
        .args(options)
        .current_dir(context.path(""));
    context.set_environment(&mut command);
    let (output, code) = outcome(&mut command);
    let names = fs::read_dir(context.path("out")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    (context.plain(&output.stderr), code, names.collect())
}

#[test]
fn a_link_in_the_place_of_the_package_is_not_replaced() {
    let context = context();
    for target in ["/proc/self/fd/1", "real.deb", "nowhere"] {
        context.write("real.deb", "real");
        let link = context.path("link.deb");
        symlink(target, &link).unwrap();
        let mut command = context.command(["pack", "-q", "-o", "link.deb", "demo.toml", "tree"]);
        let (output, code) = outcome(&mut command);
        assert_eq!(
            (context.plain(&output.stderr), code),
            (
                "error: `[TEST]/link.deb` is a symbolic link, and will not be replaced\n\n\
                 hint: name a folder or a new file with `--output`\n"
                    .to_owned(),
                Some(1)
            )
        );
        assert_eq!(fs::read_link(&link).unwrap().to_str(), Some(target));
        fs::remove_file(link).unwrap();
    }
    assert_eq!(
        fs::read_to_string(context.path("real.deb")).unwrap(),
        "real"
    );
}

#[test]
fn a_name_that_no_file_can_have_is_refused_before_the_work() {
    let context = context();
    let name = format!("{}.deb", "n".repeat(300));
    let mut command = context.command(["pack", "-q", "-o", &name, "demo.toml", "tree"]);
    let (output, code) = outcome(&mut command);
    assert_eq!(
        (context.plain(&output.stderr), code),
        (
            "error: the name of the package would have 304 bytes, and a file can have 255\n\n\
             hint: give it a shorter one with `--output`\n"
                .to_owned(),
            Some(1)
        )
    );
}

#[test]
fn the_path_is_printed_as_the_bytes_it_is() {
    use std::os::unix::ffi::OsStrExt as _;
    let context = context();
    let mut command = context.command(["pack", "-q", "demo.toml", "tree", "-o"]);
    let name = std::ffi::OsStr::from_bytes(b"x\xff.deb");
    let (output, code) = outcome(command.arg(name));
    assert_eq!(code, Some(0));
    assert!(output.stdout.ends_with(b"/x\xff.deb\n"));
}

#[test]
fn a_file_larger_than_the_limit_is_an_error_and_leaves_nothing() {
    let (said, code, left) = packed_after(&context(), "ulimit -f 2000", &["--compression", "none"]);
    assert!(
        said.starts_with("error: writing the compressed data failed\n"),
        "{said}"
    );
    assert_eq!((code, left), (Some(1), Vec::<String>::new()));
}

#[test]
fn a_pipe_that_took_the_place_of_a_file_is_noticed() {
    let context = context();
    succeed(Command::new("mkfifo").arg(context.path("pipe")));
    // What the walk saw as a file is a pipe when it is opened: swapped while the large one is compressed.
    let (pipe, file) = (context.path("pipe"), context.path("tree/opt/demo/small"));
    let mut command = context.command([
        "pack",
        "-q",
        "-o",
        "out",
        "--jobs",
        "1",
        "--compression",
        "xz:6",
    ]);
    command.args(["demo.toml", "tree"]).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let wait = crate::interrupted::PATIENCE;
    let started = std::time::Instant::now();
    // The temporary file is there when the walk is over; the small file comes after the large one.
    while fs::read_dir(context.path("out")).map_or(0, Iterator::count) == 0 {
        assert!(started.elapsed() < wait, "it does not begin");
    }
    fs::rename(&pipe, &file).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = context.plain(&output.stderr);
    // On a machine that is quick enough the file was read before.
    let expected = "error: the tree changed while it was packed\n  \
        caused by: `[TEST]/tree/opt/demo/small` is not a regular file\n  | `/opt/demo/small`\n";
    assert!(
        output.status.success() || said.starts_with(expected),
        "{said}"
    );
}

#[test]
fn a_signal_that_was_ignored_stays_ignored_and_another_one_ends_it() {
    let context = context();
    for (ignored, sent, ends) in [
        ("HUP", "HUP", false),
        ("INT", "INT", false),
        ("HUP", "TERM", true),
    ] {
        fs::remove_dir_all(context.path("out")).unwrap();
        fs::create_dir(context.path("out")).unwrap();
        let pack = context.command([
            "pack",
            "-q",
            "-o",
            "out",
            "--jobs",
            "1",
            "--compression",
            "xz:6",
            "demo.toml",
            "tree",
        ]);
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("trap '' {ignored}; exec \"$@\""), "sh"])
            .arg(pack.get_program())
            .args(pack.get_args())
            .current_dir(context.path(""))
            .stdout(Stdio::null());
        context.set_environment(&mut command);
        let mut child = command.spawn().unwrap();
        let started = std::time::Instant::now();
        while fs::read_dir(context.path("out")).map_or(0, Iterator::count) == 0 {
            assert!(
                started.elapsed() < crate::interrupted::PATIENCE,
                "it does not begin"
            );
        }
        succeed(Command::new("kill").args([&format!("-{sent}"), &child.id().to_string()]));
        let status = child.wait().unwrap();
        let left = fs::read_dir(context.path("out")).unwrap().count();
        if ends {
            assert_eq!((status.signal(), left), (Some(15), 0));
        } else {
            assert!(status.success(), "{ignored}: {status}");
            assert_eq!(left, 1);
        }
    }
}

#[test]
fn few_processes_are_enough_and_none_is_an_error() {
    let context = context();
    succeed(
        Command::new("chmod")
            .args(["-R", "a+rwX"])
            .arg(context.path("")),
    );
    let tool = context.path("tool");
    fs::copy(crate::context::tool(), &tool).unwrap();
    let pack = |limit: u32| {
        succeed(Command::new("chmod").arg("a+rwX").arg(context.path("out")));
        let mut command = Command::new("setpriv");
        // A user of the test's own, because the kernel counts the processes of all programs of a user.
        command
            .args([
                "--reuid",
                "61987",
                "--regid",
                "61987",
                "--clear-groups",
                "prlimit",
            ])
            .arg(format!("--nproc={limit}"))
            .arg(&tool)
            .args([
                "pack",
                "-q",
                "-o",
                "out",
                "--jobs",
                "64",
                "--compression",
                "gzip:1",
                "demo.toml",
                "tree",
            ])
            .current_dir(context.path(""));
        context.set_environment(&mut command);
        let (output, code) = outcome(&mut command);
        (context.plain(&output.stderr), code)
    };
    assert_eq!(pack(100), (String::new(), Some(0)));
    assert_eq!(pack(8), (String::new(), Some(0)));
    let (said, code) = pack(2);
    assert!(code == Some(1) || code == Some(4), "{code:?}: {said}");
    assert!(
        said.starts_with("error: ") && !said.contains("panicked"),
        "{said}"
    );
}
