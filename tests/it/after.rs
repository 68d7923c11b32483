//! `[build] after`: commands that see the package at its final path, and what becomes of what they write.

use crate::context::{TestContext, TinyApp, succeed};
use std::path::{Path, PathBuf};
use std::process::Command;

const SITE: &str = "@prefix@/lib/python3.11/site-packages";

/// An app that needs `alpha`, which is in a folder of wheels. With hashes, so that uv takes what it has of them in its cache.
fn app() -> TestContext {
    let context = TestContext::new().with_only_uv();
    crate::locks::app::make(&context.path("wheels"), &["alpha==1.0", "beta==1.5"]);
    let pin = |name: &str, version: &str| {
        let wheel = format!("wheels/{name}-{version}-py3-none-any.whl");
        let sha256 = crate::locks::app::sha256(&context.path(&wheel));
        format!("{name}=={version} --hash=sha256:{sha256}\n")
    };
    context.write(
        "app/requirements.txt",
        &(pin("alpha", "1.0") + &pin("beta", "1.5")),
    );
    TinyApp {
        name: "thing",
        module: "thing.py",
        text: "\"x = 1\\n\"",
        metadata: "Requires-Dist: alpha\\nRequires-Dist: beta\\n",
        before: "pass",
    }
    .commit(&context);
    context
}

fn recipe(context: &TestContext, after: &[String]) -> PathBuf {
    let after: Vec<_> = after.iter().map(|line| format!("'''{line}'''")).collect();
    let text = format!(
        "find-links = [\"wheels\"]\nrequirements = [\"requirements.txt\"]\noffline = true\ninstaller = \"uv\"\n[venv.verify]\ncommands = [\"@prefix@/bin/python -c 'import alpha, made_here'\"]\n\
         [build]\nenv = {{ WORD = \"it's\" }}\nafter = [{}]",
        after.join(", ")
    );
    crate::locks::app::recipe(context, "recipe.toml", &text)
}

fn fails(context: &TestContext, after: &str) -> String {
    let file = recipe(context, &[after.to_owned()]);
    let (code, out, said) = context.said(&["build", "-o", "out", file.to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (Some(1), ""), "{said}");
    said
}

fn unpacked(context: &TestContext, package: &Path, name: &str) -> PathBuf {
    let folder = context.path(name);
    succeed(Command::new("dpkg-deb").arg("-x").arg(package).arg(&folder));
    folder.join("opt/thing")
}

/// Reads every `alpha.py` below a folder.
fn modules(folder: &Path) -> Vec<String> {
    let mut find = Command::new("find");
    let found = succeed(find.arg(folder).args(["-name", "alpha.py", "-type", "f"]));
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    found.lines().map(read).collect()
}

fn lines() -> Vec<String> {
    [
        // In place: a hard link would carry it into the cache of uv.
        format!("printf 'more = 1\\n' >> {SITE}/alpha.py"),
        format!("printf 'made = True\\n' > {SITE}/made_here.py; rm {SITE}/beta.py"),
        "mkdir @prefix@/static; printf %s \"$WORD\" > @prefix@/static/word; ln -s word @prefix@/static/link".to_owned(),
        "printf '#!/bin/sh\\necho ran\\n' > @prefix@/bin/made; chmod 700 @prefix@/bin/made; test -s thing.py || test -s backend.py".to_owned(),
        "@prefix@/bin/python -c 'import thing, alpha; assert alpha.__file__.startswith(\"@prefix@/\") and alpha.more'".to_owned(),
    ]
    .into()
}

#[test]
fn what_is_made_at_the_final_path_is_in_the_package_and_nothing_else_has_changed() {
    let context = app();
    let file = recipe(&context, &lines());
    let output = succeed(
        context
            .command(["build", "-o", "out", "--keep-work"])
            .arg(&file),
    );
    let package = PathBuf::from(output.trim_end());
    let root = unpacked(&context, &package, "unpacked");
    let site = root.join("lib/python3.11/site-packages");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    assert_eq!(read("static/word"), "it's");
    assert_eq!(
        std::fs::read_link(root.join("static/link")).unwrap(),
        Path::new("word")
    );
    assert_eq!(
        std::fs::read_to_string(site.join("alpha.py")).unwrap(),
        "version = '1.0'\nmore = 1\n"
    );
    assert!(!site.join("beta.py").exists());
    // Python does not compare bytecode of the package with its source.
    let stale = succeed(
        Command::new("find")
            .arg(&root)
            .args(["-name", "alpha.*.pyc"]),
    );
    assert_eq!(stale, "");
    // RECORD says what is there, by Python's own reader of it.
    let script = "import base64, hashlib, importlib.metadata as m, sys\n\
                  for d in m.distributions(path=[sys.argv[1]]):\n    \
                      for f in d.files:\n        \
                          data = f.locate().read_bytes()\n        \
                          want = f.hash and f.hash.value\n        \
                          got = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()\n        \
                          assert want in (None, got), f\n    \
                      print(d.name, *sorted(str(f) for f in d.files if str(f).endswith('.py')))\n";
    let said = succeed(Command::new("python3").args(["-c", script]).arg(&site));
    let mut said: Vec<_> = said.lines().collect();
    said.sort_unstable();
    assert_eq!(said, ["alpha alpha.py", "beta", "thing thing.py"]);
    let listed = succeed(Command::new("dpkg-deb").arg("-c").arg(&package));
    for (path, mode) in [
        ("./opt/thing/bin/made", "-rwxr-xr-x root/root"),
        ("./opt/thing/static/word", "-rw-r--r-- root/root"),
    ] {
        let line = listed.lines().find(|line| line.ends_with(path)).unwrap();
        assert!(
            line.starts_with(mode) && line.contains("2026-02-03"),
            "{line}"
        );
    }
    // Neither the stage nor the cache that it shares files with.
    for folder in ["uv", "work/thing/stage"] {
        let found = modules(&context.cache().join(folder));
        assert!(!found.is_empty(), "{folder}");
        assert!(
            found.iter().all(|text| text == "version = '1.0'\n"),
            "{folder}: {found:?}"
        );
    }
    assert!(!Path::new("/opt/thing").exists());

    // Another folder, another time of the files, the same bytes.
    let other = app();
    let again = other.build(&recipe(&other, &lines()));
    assert_eq!(
        crate::locks::app::sha256(&package),
        crate::locks::app::sha256(&again)
    );
    // What is tried afterwards saw what was made, and `plan` shows the commands before it.
    let said = succeed(context.command(["plan", "--json"]).arg(&file));
    let plan: serde_json::Value = serde_json::from_str(&said).unwrap();
    let stages = plan["packages"][0]["commands"].as_array().unwrap();
    let stages: Vec<_> = stages
        .iter()
        .map(|command| command["stage"].as_str().unwrap())
        .collect();
    assert_eq!(
        &stages[stages.len() - 6..],
        ["after", "after", "after", "after", "after", "package"]
    );
}

#[test]
fn what_commands_leave_is_proven_like_everything_else() {
    let context = app();
    let said = fails(&context, "pwd > @prefix@/where");
    assert!(
        said.contains("of the build machine is still named in 1 place of the package")
            && said.contains("| opt/thing/where:1: "),
        "{said}"
    );
    let said = fails(&context, "mkfifo @prefix@/pipe");
    assert!(
        said.contains(
            "`[build] after` has made `/opt/thing/pipe`, which is a pipe, a socket or a device"
        ),
        "{said}"
    );
    let said = fails(&context, "ln -s /nowhere @prefix@/link");
    assert!(
        said.contains(
            "the link `/opt/thing/link` leads to `/nowhere`, which is not in the package"
        ),
        "{said}"
    );
    let said = fails(&context, "echo first; false; echo second");
    assert!(
        said.contains("a command of `[build] after` failed")
            && said.contains("| first")
            && !said.contains("| second"),
        "{said}"
    );
}
