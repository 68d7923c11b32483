//! A Python out of a folder: what becomes part of the package, and what is refused.

use super::tiny;
use crate::context::{TestContext, succeed};
use std::path::Path;
use std::process::Command;

/// Makes a folder with a Python that can be moved: it finds its library beside itself.
fn python_home(folder: &Path) {
    let library = folder.join("lib/python3.11");
    for path in [
        folder.join("bin"),
        library.join("site-packages/pip"),
        folder.join("include"),
    ] {
        std::fs::create_dir_all(path).unwrap();
    }
    std::fs::copy("/usr/bin/python3.11", folder.join("bin/python3.11")).unwrap();
    std::os::unix::fs::symlink("python3.11", folder.join("bin/python3")).unwrap();
    succeed(
        Command::new("sh")
            .arg("-euc")
            .arg("cp -a /usr/lib/python3.11/. \"$1\"; rm -r \"$1\"/config-*; find \"$1\" -name __pycache__ -prune -exec rm -r {} +")
            .args(["sh"])
            .arg(&library),
    );
    std::fs::write(library.join("site-packages/pip/__init__.py"), "").unwrap();
    std::fs::write(folder.join("bin/pip3"), "#!/usr/bin/python3\n").unwrap();
}

#[test]
fn the_python_of_a_folder_becomes_part_of_the_package() {
    let context = TestContext::new();
    let home = context.path("python");
    python_home(&home);
    let listing = || {
        succeed(
            Command::new("find")
                .arg(&home)
                .args(["-printf", "%p %s %T@\n"]),
        )
    };
    let before = listing();
    let recipe = tiny(
        &context,
        "python-home = \"python\"\n[venv.verify]\nimports = [\"tiny\", \"sqlite3\"]\n\
         commands = [\"test $(@prefix@/bin/python -c 'import sys; print(sys.base_prefix)') = @prefix@/python\"]",
    );
    let package = context.build(&recipe);
    assert_eq!(listing(), before, "the folder is as it was");
    let text = std::fs::read_to_string(&recipe).unwrap();
    let text = text.replace("[venv]\n", "[venv]\ninstaller = \"pip\"\n");
    context.build(&context.write("with-pip.toml", &text));
    assert_eq!(
        listing(),
        before,
        "neither does making and running pip leave anything there"
    );
    let depends = succeed(
        Command::new("dpkg-deb")
            .arg("-f")
            .arg(&package)
            .arg("Depends"),
    );
    assert!(
        !depends.contains("python") && depends.contains("libssl3"),
        "{depends}"
    );
    let files = succeed(Command::new("dpkg-deb").arg("-c").arg(&package));
    for absent in [
        "site-packages/pip/",
        "include/",
        "EXTERNALLY-MANAGED",
        "ensurepip/",
        "bin/pip3",
    ] {
        assert!(!files.contains(&format!("/{absent}")), "{absent}");
    }
    assert!(files.contains("./opt/tiny/python/bin/python3.11\n"));
    assert!(files.contains("./opt/tiny/python/bin/python -> python3.11\n"));
    assert!(files.contains("./opt/tiny/bin/python -> ../python/bin/python3.11\n"));
    // It says which Python it brings, as far as anybody knows.
    let read = "dpkg-deb --fsys-tarfile \"$0\" | tar -xO ./usr/share/doc/tiny/copyright | sed -n '/^Comment: Python/,/^$/p'";
    let said = succeed(Command::new("sh").args(["-c", read]).arg(&package));
    let mut lines = said.lines();
    assert_eq!(lines.next(), Some("Comment: Python 3.11.2"));
    assert_eq!(
        lines.next(),
        Some(" from a folder whose files have the SHA-256")
    );
    let is_sum = |it: &str| it.len() == 65 && it[1..].bytes().all(|it| it.is_ascii_hexdigit());
    assert!(lines.next().is_some_and(is_sum), "{said}");
}

#[test]
fn a_folder_whose_python_cannot_be_moved_is_refused() {
    let context = TestContext::new();
    let recipe = tiny(&context, "python-home = \"python\"");
    let refusal = || {
        let (code, _, said) = context.said(&["plan", recipe.to_str().unwrap()]);
        assert_eq!(code, Some(4), "{said}");
        said.lines().next().unwrap().to_owned()
    };
    assert_eq!(
        refusal(),
        "error: `python-home` is `[TEST]/python`, which has no `bin/python3`"
    );
    std::fs::create_dir_all(context.path("python/bin")).unwrap();
    let program = context.path("python/bin/python3");
    std::os::unix::fs::symlink("/usr/bin/python3.11", &program).unwrap();
    assert_eq!(
        refusal(),
        "error: `python-home` is `[TEST]/python`, whose Python has its library in `/usr`"
    );
    std::fs::remove_file(&program).unwrap();
    std::fs::write(&program, "#!/bin/sh\necho broken >&2\nexit 1\n").unwrap();
    succeed(Command::new("chmod").arg("+x").arg(&program));
    assert_eq!(
        refusal(),
        "error: `python-home` is `[TEST]/python`, whose Python does not run: it says `broken`"
    );
}

#[test]
fn a_lock_is_read_for_the_full_version_of_the_python_in_a_folder() {
    let context = TestContext::new();
    context.write(
        "app/pylock.toml",
        r#"lock-version = "1.0"
created-by = "hand"
[[packages]]
name = "older"
version = "1.0"
marker = "python_full_version < '3.12.5'"
wheels = [{ name = "older-1.0-py3-none-any.whl", path = "older-1.0-py3-none-any.whl", hashes = { sha256 = "SUM" } }]
[[packages]]
name = "newer"
version = "1.0"
marker = "python_full_version >= '3.12.5'"
wheels = [{ name = "newer-1.0-cp312-cp312-manylinux_2_36_x86_64.whl", path = "newer-1.0-cp312-cp312-manylinux_2_36_x86_64.whl", hashes = { sha256 = "SUM" } }]
"#
        .replace("SUM", &"0".repeat(64))
        .as_str(),
    );
    let recipe = tiny(
        &context,
        "python-home = \"python\"\nproject = false\nlock = \"pylock.toml\"",
    );
    // A Python that only says what it is: nothing is built.
    std::fs::create_dir_all(context.path("python/bin")).unwrap();
    let program = context.path("python/bin/python3");
    std::fs::write(
        &program,
        "#!/bin/sh\ncd \"${0%/bin/*}\"\npwd\necho 3.12\necho 3.12.7\n",
    )
    .unwrap();
    succeed(Command::new("chmod").arg("+x").arg(&program));
    std::fs::copy(&program, context.path("python/bin/python3.12")).unwrap();
    let (code, plan, said) = context.said(&["plan", recipe.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        plan.contains("| newer @ file:///") && !plan.contains("| older"),
        "{plan}"
    );
}
