//! Whole packages: what the proof finds, what the trials say, and what happens on hosts.

use crate::context::{TestContext, TinyApp, succeed};
use deb_build_app::target::Root;
use std::path::{Path, PathBuf};
use std::process::Command;

const HEAD: &str = "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n\
    [source]\ngit = \"app\"\n";

fn app<'a>(module: &'a str, text: &'a str) -> TinyApp<'a> {
    TinyApp {
        name: "tiny",
        module,
        text,
        metadata: "",
        before: "import io, gzip, sqlite3, base64; here = os.getcwd()",
    }
}

/// Builds an app of one file with more of a recipe; returns the exit code and what is said on standard error.
fn built(module: &str, text: &str, recipe: &str) -> (Option<i32>, String) {
    let context = TestContext::new();
    app(module, text).commit(&context);
    let recipe = context.write("recipe.toml", &format!("{HEAD}{recipe}"));
    let (code, _, said) = context.said(&["build", "-q", "-o", "out", recipe.to_str().unwrap()]);
    (code, said)
}

const LEAK: &str = "of the build machine is still named in 1 place of the package\n";

#[test]
fn test_10_8_a_path_in_the_body_of_a_script_is_reported_and_not_edited() {
    let text = r##""#!python\nx = %r\n" % here"##;
    let script = "tiny-1.0.data/scripts/run";
    let (code, said) = built(script, text, "");
    assert_eq!(code, Some(1));
    assert!(
        said.contains(LEAK) && said.contains("  | opt/demo/bin/run:2: [WORK]/demo\n"),
        "{said}"
    );
    // The recipe may say that it knows.
    let allowed = built(script, text, "[venv.verify]\nallow-leaks = [\"bin/r*\"]\n");
    assert_eq!(allowed, (Some(0), String::new()));
    // A pattern that allows nothing is older than the file it was for.
    let allowed = built(
        script,
        text,
        "[venv.verify]\nallow-leaks = [\"bin/r*\", \"lib/**/tiny*\", \"lib/x\"]\n",
    );
    let idle = |pattern: &str| {
        format!(
            "warning: `{pattern}` of `allow-leaks` in `[venv.verify]` allows nothing: no file that it fits names a path of the build machine; \
             remove it\n"
        )
    };
    assert_eq!(allowed, (Some(0), idle("lib/**/tiny*") + &idle("lib/x")));
}

#[test]
fn test_10_26_two_builds_in_other_surroundings_give_the_same_bytes() {
    let sum = |prelude: &str| {
        let context = TestContext::new();
        app("tiny.py", r#""VALUES = frozenset(['a', 'b', 'c'])\n""#).commit(&context);
        let recipe = context.write("recipe.toml", HEAD);
        let mut shell = Command::new("sh");
        context.set_environment(&mut shell);
        let call = format!("{prelude}; exec \"$0\" build -q -o out \"$1\"");
        shell
            .args(["-c", &call])
            .arg(crate::context::tool())
            .arg(&recipe)
            .current_dir(context.path(""));
        let package = PathBuf::from(succeed(&mut shell).trim_end());
        succeed(Command::new("sha256sum").arg(package))
            .split(' ')
            .next()
            .unwrap()
            .to_owned()
    };
    // A file system in memory lists a folder from its newest file to its oldest, one on a disk by a hash of the names. Another user
    // is `reproducible::another_path_user_umask_time_zone_cache_and_number_of_threads_give_the_same_bytes`.
    let plain = sum("umask 022");
    let memory = "mkdir cache; export DEB_BUILD_APP_CACHE_DIR=$PWD/cache; \
        exec unshare --mount --map-root-user sh -c 'mount -t tmpfs none cache; exec \"$0\" build -q -o out \"$1\"' \"$0\" \"$1\"";
    let in_memory = sum(memory);
    assert_eq!(plain, in_memory);
    assert_eq!(
        plain,
        sum(
            "umask 077; export TZ=Pacific/Auckland LANG=de_DE.UTF-8 PYTHONHASHSEED=7 DEB_BUILD_APP_JOBS=5"
        )
    );
}

#[test]
fn test_10_3_the_shortest_and_the_longest_final_path_run_what_is_in_them() {
    let longest = format!("/opt/{}", "x".repeat(127 - "#!/opt//bin/python\n".len()));
    for prefix in ["/opt/x", &longest] {
        let context = TestContext::new();
        TinyApp {
            name: "tiny",
            module: "tiny-1.0.dist-info/entry_points.txt",
            text: r#""[console_scripts]\ntiny = tiny:main\n", "tiny.py": "import sys\ndef main():\n    sys.exit(0 if sys.prefix == sys.argv[1] else sys.prefix)\n""#,
            metadata: "",
            before: "pass",
        }
        .commit(&context);
        let recipe = context.write(
            "recipe.toml",
            &format!(
                "{HEAD}[venv]\nprefix = \"{prefix}\"\n[venv.verify]\ncommands = [\"@prefix@/bin/tiny @prefix@\"]\n"
            ),
        );
        let package = context.build(&recipe);
        let read = "dpkg-deb --fsys-tarfile \"$0\" | tar -xO --wildcards '*/bin/tiny' | head -n 1";
        let first = succeed(Command::new("sh").args(["-c", read]).arg(package));
        assert_eq!(first, format!("#!{prefix}/bin/python\n"));
    }
}

#[test]
fn test_10_27_a_package_of_pure_python_is_for_all_architectures() {
    let context = TestContext::new();
    app("tiny.py", r#""""#).commit(&context);
    let recipe = context.write("recipe.toml", HEAD);
    let package = context.build(&recipe);
    let field = succeed(
        Command::new("dpkg-deb")
            .arg("-f")
            .arg(package)
            .arg("Architecture"),
    );
    assert_eq!(field, "all\n");
}

#[test]
fn test_10_31_a_path_inside_archives_compressed_files_and_databases() {
    // Members of a zip, of a zip in a zip, of gzip; pages of a database; text of 16 bits.
    for (module, bytes, place) in [
        (
            "tiny/data.zip",
            "(lambda b: ([z.writestr('m.txt', here) or z.close() for z in [zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED)]], b.getvalue())[1])(io.BytesIO())",
            "tiny/data.zip → m.txt:1",
        ),
        (
            "tiny/data.egg",
            "(lambda b, c: ([z.writestr('m.txt', here) or z.close() for z in [zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED)]], \
             [z.writestr('in.zip', b.getvalue()) or z.close() for z in [zipfile.ZipFile(c, 'w', zipfile.ZIP_DEFLATED)]], \
             c.getvalue())[2])(io.BytesIO(), io.BytesIO())",
            "tiny/data.egg → in.zip → m.txt:1",
        ),
        (
            "tiny/data.gz",
            "gzip.compress(here.encode())",
            "tiny/data.gz → its content:1",
        ),
        (
            "tiny/data.sqlite",
            "(lambda d: (d.execute('create table t (a)'), d.execute('insert into t values (?)', [here]), d.commit(), d.serialize())[3])(sqlite3.connect(':memory:'))",
            "tiny/data.sqlite (binary, byte ",
        ),
        (
            "tiny/data.bin",
            "here.encode('utf-16-be')",
            "tiny/data.bin (binary, byte 0)",
        ),
        (
            "tiny/data.json",
            "'{\"a\": \"' + here.replace('/', '\\\\/') + '\"}'",
            "tiny/data.json:1",
        ),
    ] {
        let (code, said) = built(module, bytes, "");
        assert_eq!(code, Some(1), "{module}: {said}");
        assert!(said.contains(LEAK), "{module}: {said}");
        assert!(
            said.contains(&format!(
                "  | opt/demo/lib/python3.11/site-packages/{place}"
            )),
            "{module}: {said}"
        );
    }
}

/// Installs version 1.0 with a module, then 2.0 without it.
#[test]
fn test_10_30_compiled_modules_come_and_go_with_the_package() {
    let context = TestContext::new();
    let build = |version: &str, module: &str, context: &TestContext| -> PathBuf {
        let _ = std::fs::remove_dir_all(context.path("app"));
        app(module, r#""x = 1\n""#).commit(context);
        let recipe = HEAD.replace("version = \"1.0\"", &format!("version = \"{version}\""));
        context.build(&context.write("recipe.toml", &recipe))
    };
    let one = build("1.0", "first.py", &context);
    let two = build("2.0", "second.py", &context);
    let root = Root::builder("bookworm")
        .packages(["python3.11"])
        .start()
        .unwrap();
    let folder = "/opt/demo/lib/python3.11/site-packages/__pycache__";
    let list = || root.sh(&format!("ls {folder}")).unwrap();
    root.install(&one).unwrap().succeeded().unwrap();
    assert_eq!(list().trim(), "first.cpython-311.pyc");
    root.install(&two).unwrap().succeeded().unwrap();
    assert_eq!(list().trim(), "second.cpython-311.pyc");
    // A service of root's leaves bytecode of other optimisation levels.
    root.sh("/opt/demo/bin/python -O -c 'import second'")
        .unwrap();
    assert_eq!(list().lines().count(), 2);
    root.run(&["dpkg", "--remove", "demo"])
        .unwrap()
        .succeeded()
        .unwrap();
    assert!(!root.exists("/opt/demo").unwrap(), "nothing is left behind");
}

#[test]
fn test_10_34_a_host_without_the_interpreter_says_what_lacks() {
    let context = TestContext::new();
    app("tiny.py", r#""""#).commit(&context);
    let package = context.build(&context.write("recipe.toml", HEAD));
    let root = Root::builder("bookworm").start().unwrap();
    root.sh("dpkg --purge --force-depends python3.11 2>&1")
        .unwrap();
    root.put(&package, "/tmp/demo.deb").unwrap();
    let ran = root.run(&["dpkg", "-i", "/tmp/demo.deb"]).unwrap();
    assert!(!ran.success());
    assert!(
        ran.stderr.contains(
            "demo depends on python3.11; however:\n  Package python3.11 is not installed."
        ),
        "{}",
        ran.stderr
    );
}

/// A project of the old form, with a stale `build` folder that another virtualenv has left.
#[test]
fn test_10_9_a_stale_build_folder_and_the_source_stays_as_it_is() {
    let context = TestContext::new();
    context.write(
        "app/setup.py",
        "from setuptools import setup\nsetup(name='stale', version='1.0', py_modules=['stale'], scripts=['run'])\n",
    );
    context.write("app/stale.py", "print('fresh')\n");
    context.write("app/run", "#!/usr/bin/env python3 -u\nimport stale\n");
    context.write(
        "app/build/scripts-3.11/run",
        "#!/home/ada/venv/bin/python3.11 -u\nimport nothing\n",
    );
    context.commit("app");
    let recipe = context.write(
        "recipe.toml",
        &format!(
            "{HEAD}[venv.verify]\ncommands = [\"test \\\"$(@prefix@/bin/run)\\\" = fresh\"]\n"
        ),
    );
    let package = context.build(&recipe);
    let script = succeed(
        Command::new("sh")
            .args([
                "-c",
                "dpkg-deb --fsys-tarfile \"$0\" | tar -xO ./opt/demo/bin/run",
            ])
            .arg(&package),
    );
    assert!(script.starts_with("#!/opt/demo/bin/python"), "{script}");
    let status = succeed(
        Command::new("git")
            .args(["status", "--porcelain", "--ignored"])
            .current_dir(context.path("app")),
    );
    assert_eq!(status, "");
}

#[test]
fn what_verify_asks_for_works_at_the_final_path_and_all_that_does_not_is_named() {
    let text = r#""import os\nprint(os.environ['GREETING'], __file__)\n""#;
    let good = "[venv.verify]\nimports = [\"tiny\"]\n\
        commands = [\"test -d @prefix@/bin\", \"test \\\"$(@prefix@/bin/python -m tiny)\\\" = \\\"hello @prefix@/lib/python3.11/site-packages/tiny.py\\\"\"]\n\
        env = { GREETING = \"hello\" }\n";
    assert_eq!(built("tiny.py", text, good), (Some(0), String::new()));
    assert!(!Path::new("/opt/demo").exists(), "the machine is as it was");

    let bad = "[venv.verify]\nimports = [\"nothing\", \"tiny\"]\ncommands = [\"echo no; exit 3\", \"touch @prefix@/x\"]\nenv = { GREETING = \"x\" }\n";
    let (code, said) = built("tiny.py", text, bad);
    assert_eq!(code, Some(1));
    assert!(
        said.starts_with("error: 3 of 4 trials do not work in the virtualenv at its final path\n"),
        "{said}"
    );
    for line in [
        "  | $ import nothing\n",
        "  | ModuleNotFoundError: No module named 'nothing'\n",
        "  | $ echo no; exit 3\n  | no\n  | exited with status 3\n",
        "Read-only file system",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
}

#[test]
fn without_bytecode_no_compiled_module_is_in_the_package() {
    let context = TestContext::new();
    app("tiny.py", r#""""#).commit(&context);
    let recipe = context.write(
        "recipe.toml",
        &format!("{HEAD}[venv]\nbytecode = false\nprune = []\n"),
    );
    let package = context.build(&recipe);
    let names = succeed(Command::new("dpkg-deb").arg("-c").arg(&package));
    assert!(!names.contains(".pyc"), "{names}");
    assert!(names.contains("./opt/demo/bin/activate\n"), "{names}");
    let script = succeed(
        Command::new("sh")
            .args([
                "-c",
                "dpkg-deb --fsys-tarfile \"$0\" | tar -xO ./opt/demo/bin/activate",
            ])
            .arg(&package),
    );
    assert!(script.contains("VIRTUAL_ENV=/opt/demo\n"), "{script}");
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let text = r##""#!/nowhere/bin/ruby\n" + here"##;
    let (code, said) = built("tiny-1.0.data/scripts/run", text, "");
    assert_eq!(code, Some(1));
    assert!(
        said.starts_with("error: 2 things in the package are wrong\n")
            && said.contains("` of the build machine is named in opt/demo/bin/run:2\n")
            && said.contains("  | `/opt/demo/bin/run` names the interpreter `/nowhere/bin/ruby`, which nothing brings to the host\n"),
        "{said}"
    );
}
