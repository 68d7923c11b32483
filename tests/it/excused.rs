//! What lintian is told to leave unsaid: what distributions bring, and never what the app or the recipe brings.

use crate::context::{TestContext, TinyApp, succeed};
use crate::support::{described, every_override_fires, lintian};
use std::process::Command;

/// A wheel with everything that its packager could have done better.
const WHEEL: &str = r##"
import os, zipfile
info = "kit-1.0.dist-info"
files = {
    "kit/__init__.py": ("", 0o644),
    "kit/run.sh": ("#!/bin/sh\ntrue\n", 0o644),
    "kit/hints.pyi": ("#!/usr/bin/env python3\n", 0o644),
    "kit/odd": ("nobody runs this\n", 0o755),
    "kit/jquery.min.js": ("//\n", 0o644),
    f"{info}/METADATA": ("Metadata-Version: 2.1\nName: kit\nVersion: 1.0\nLicense: Apache License 2.0\n", 0o644),
    f"{info}/WHEEL": ("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n", 0o644),
}
files[f"{info}/RECORD"] = ("".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"]), 0o644)
os.mkdir("wheels")
with zipfile.ZipFile("wheels/kit-1.0-py3-none-any.whl", "w") as wheel:
    for name, (text, mode) in files.items():
        member = zipfile.ZipInfo(name)
        member.external_attr = (0o100000 | mode) << 16
        wheel.writestr(member, text)
"##;

#[test]
fn distributions_are_excused_and_the_app_and_the_recipe_are_not() {
    let context = TestContext::new();
    let mut python = Command::new("/usr/bin/python3");
    succeed(python.args(["-c", WHEEL]).current_dir(context.path("")));
    TinyApp {
        name: "tiny",
        module: "start.py",
        text: r"'#!/usr/bin/env python3\nanswer = 42\n'",
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    context.write(
        "tiny.toml",
        &format!(
            "{}license = \"GPL-3.0-or-later\"\n[source]\ngit = \"app\"\n\
             [venv]\npackages = [\"kit==1.0\"]\nfind-links = [\"wheels\"]\noffline = true\n\
             [build]\nafter = [\"cp @prefix@/lib/python3.11/site-packages/kit/jquery.min.js @prefix@/jquery.js\"]\n\
             [files]\n\"/etc/tiny/hooks/run-it\" = {{ content = \"run-it\\n\", mode = \"0755\" }}\n\
             \"@prefix@/own/jquery.js\" = {{ content = \"// mine\\n\" }}\n",
            described("tiny", "1.0", "thing of its own")
        ),
    );
    let package = context.build(&context.path("tiny.toml"));
    let site = "opt/tiny/lib/python3.11/site-packages";
    let mut said: Vec<_> = lintian(&package, &[]).lines().map(str::to_owned).collect();
    said.sort();
    assert_eq!(
        said,
        [
            "W: tiny: embedded-javascript-library please use libjs-jquery [opt/tiny/own/jquery.js]"
                .to_owned(),
            "W: tiny: executable-not-elf-or-script [etc/tiny/hooks/run-it]".to_owned(),
            format!("W: tiny: script-not-executable [{site}/start.py]"),
        ]
    );
    let read = |path: &str| {
        let script = format!("dpkg-deb --fsys-tarfile \"$0\" | tar -xO ./usr/share/{path}");
        succeed(Command::new("sh").args(["-c", &script]).arg(&package))
    };
    let overrides = read("lintian/overrides/tiny");
    every_override_fires(&package, "tiny", &overrides);
    let lines: Vec<_> = overrides
        .lines()
        .filter(|line| line.contains('['))
        .collect();
    assert_eq!(
        lines,
        [
            "tiny: embedded-javascript-library * [opt/tiny/jquery.js]".to_owned(),
            format!("tiny: embedded-javascript-library * [{site}/kit/*]"),
            format!("tiny: executable-not-elf-or-script [{site}/kit/*]"),
            format!("tiny: script-not-executable [{site}/kit/*]"),
        ]
    );
    // Debian has the text of the recipe's own licence, too, and of one with a name of long ago.
    let copyright = read("doc/tiny/copyright");
    for (stated, file) in [
        ("The recipe states: GPL-3.0-or-later", "GPL-3"),
        ("Its metadata states: Apache License 2.0", "Apache-2.0"),
    ] {
        let lines =
            format!(" {stated}\n On Debian systems it is in /usr/share/common-licenses/{file}\n");
        assert!(copyright.contains(&lines), "{copyright}");
    }
}
