//! Scripts: whatever an installer or an author wrote into the first lines, they run at the final path.

use super::tree::{MAKERS, Maker, PREFIX, SITE, Tree, all, bytes, text};
use super::wheel::{Wheel, probe};
use deb_build_app::recipe::Prune;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

/// Returns a script of `bin/` as the package holds it.
fn fixed(script: impl AsRef<[u8]>) -> Vec<u8> {
    let tree = Tree::by_hand();
    tree.write("bin/x", script).distribution("x", &["bin/x"]);
    bytes(&tree.read(), "bin/x").unwrap()
}

fn fixed_text(script: &str) -> String {
    String::from_utf8(fixed(script)).unwrap()
}

/// Makes trees with all makers in a stage of this name: they become equal, and their scripts run.
fn moves(name: &str, makers: &[Maker]) {
    let mut first = None;
    for maker in makers {
        let tree = Tree::made_by(*maker, name, &[probe()]);
        // What pip has compiled names the stage, and is compiled again as in a build.
        let groups = [Prune::Pip, Prune::Activate, Prune::Setuptools];
        let compiled = tree.compile_below(&format!("{SITE}/probe.py"));
        let read = compiled.read_without(&groups).unwrap();
        for script in ["probe", "plain"] {
            let line = format!("#!{PREFIX}/bin/python\n");
            assert!(
                text(&read, &format!("bin/{script}")).starts_with(&line),
                "{maker:?}"
            );
            let run = format!("{PREFIX}/bin/{script}");
            assert_eq!(
                tree.output(&read, &[&run]),
                "probed\n",
                "{maker:?} {script}"
            );
        }
        let files = all(&read);
        let stage = tree.stage.as_os_str().as_bytes();
        for (path, bytes) in &files {
            let leaks = bytes.windows(stage.len()).any(|window| window == stage);
            assert!(!leaks, "{maker:?}: {path} names the stage");
        }
        // setuptools and pip are seeds of the makers: what was asked for is the same.
        let own =
            |(path, _): &(String, Vec<u8>)| path.starts_with("bin/p") || path.contains("probe");
        let files: Vec<_> = files
            .into_iter()
            .filter(own)
            .filter(|(path, _)| !path.starts_with("bin/pip"))
            .collect();
        match &first {
            None => first = Some(files),
            Some(first) => assert_eq!(&files, first, "{maker:?}"),
        }
    }
}

#[test]
fn test_10_1_a_stage_with_a_path_that_no_first_line_can_hold() {
    moves(&"long".repeat(35), &MAKERS);
    // Python cannot make a virtualenv deeper than the longest name of a file, so the folders are many.
    moves(
        &vec!["deep".repeat(30); 3].join("/"),
        &[Maker::Pip, Maker::Uv],
    );
}

#[test]
fn test_10_2_a_stage_with_blanks_quotes_and_letters_of_shells() {
    moves("a b's & c|d", &MAKERS);
    moves("größe $x", &MAKERS);
}

#[test]
fn test_10_2_a_stage_that_is_no_utf_8() {
    let mut tree = Tree::by_hand();
    let moved = tree.stage.with_file_name(OsStr::from_bytes(b"a\xff b"));
    std::fs::rename(&tree.stage, &moved).unwrap();
    tree.stage = moved;
    let mut script = b"#!".to_vec();
    script.extend_from_slice(tree.venv().join("bin/python").as_os_str().as_bytes());
    script.extend_from_slice(b" -u\nbody\n");
    tree.write("bin/x", script).distribution("x", &["bin/x"]);
    assert_eq!(
        text(&tree.read(), "bin/x"),
        format!("#!{PREFIX}/bin/python -u\nbody\n")
    );
}

#[test]
fn test_10_3_a_final_path_longer_or_shorter_than_the_stage() {
    use deb_build_app::recipe::Prefix;
    // Both directions: the stage is below a temporary folder of any length, and no byte is padded.
    let script = fixed_text("#!python\n");
    assert_eq!(script, format!("#!{PREFIX}/bin/python\n"));
    // A path that would need a header of sh is refused where it is read, so that no script needs one.
    let longest = format!("/opt/{}", "x".repeat(127 - "#!/opt//bin/python\n".len()));
    assert_eq!(format!("#!{longest}/bin/python\n").len(), 127);
    assert!(longest.parse::<Prefix>().is_ok());
    assert!(format!("{longest}x").parse::<Prefix>().is_err());
    assert!("/opt/a b".parse::<Prefix>().is_err());
}

#[test]
fn test_10_4_a_stage_that_is_the_beginning_of_another_path() {
    let tree = Tree::by_hand();
    let venv = tree.venv().display().to_string();
    let script = format!("#!{venv}2/bin/python\nx = '{venv}2/lib'\n");
    tree.write("bin/x", script).distribution("x", &["bin/x"]);
    assert_eq!(
        text(&tree.read(), "bin/x"),
        format!("#!{PREFIX}/bin/python\nx = '{venv}2/lib'\n"),
        "the line is that of another virtualenv, and what is below it is nobody's to edit"
    );
    // The stage inside the text of the final path, and the stage that is the final path.
    assert_eq!(
        fixed_text(&format!("#!{PREFIX}/bin/python\n")),
        format!("#!{PREFIX}/bin/python\n")
    );
}

#[test]
fn test_10_5_every_form_of_a_first_line() {
    let python = format!("#!{PREFIX}/bin/python");
    for (script, expected) in [
        ("#!python\nx\n", format!("{python}\nx\n")),
        ("#!python -u\nx\n", format!("{python} -u\nx\n")),
        (
            "#!/usr/bin/env -S python3 -u\nx\n",
            format!("{python} -u\nx\n"),
        ),
        ("#!/usr/bin/env python3\nx\n", format!("{python}\nx\n")),
        ("#! /path/python\nx\n", format!("{python}\nx\n")),
        ("#!python\r\nx\r\n", format!("{python}\nx\r\n")),
        ("\u{feff}#!python\n", "\u{feff}#!python\n".to_owned()),
        ("#!python", python.clone()),
        ("", String::new()),
        ("#", "#".to_owned()),
        ("#!", "#!".to_owned()),
    ] {
        assert_eq!(fixed_text(script), expected, "{script:?}");
    }
}

#[test]
fn test_10_6_what_is_no_script_of_python_stays_as_it_is() {
    for script in [
        &b"#!/bin/sh\nexec python \"$0\"\n"[..],
        b"#!/usr/bin/perl -w\nprint 1;\n",
        b"\x7fELF\x02\x01\x01\0#!python\n",
        b"\x1f\x8b\x08\0#!python\n",
    ] {
        assert_eq!(fixed(script), script);
    }
}

#[test]
fn test_10_6_a_zipapp_runs_with_a_first_line_of_another_length() {
    let tree = Tree::by_hand();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive
        .start_file("__main__.py", zip::write::SimpleFileOptions::default())
        .unwrap();
    std::io::Write::write_all(&mut archive, b"print('from the archive')\n").unwrap();
    let archive = archive.finish().unwrap().into_inner();
    let script = [
        &b"#!/a/long/path/of/another/virtualenv/bin/python3\n"[..],
        &archive,
    ]
    .concat();
    tree.write("bin/x", script).distribution("x", &["bin/x"]);
    let read = tree.read();
    assert_eq!(
        tree.output(&read, &[&format!("{PREFIX}/bin/x")]),
        "from the archive\n"
    );
}

#[test]
fn test_10_7_the_header_of_sh_in_each_quoting() {
    let tree = Tree::by_hand();
    let python = tree.venv().join("bin/python").display().to_string();
    for call in [
        python.clone(),
        format!("\"{python}\""),
        format!("'{python}'"),
        r#""$(dirname -- "$(realpath -- "$0")")"/'python'"#.to_owned(),
        r"'/it'\''s a/bin/python3.11'".to_owned(),
        r#"'/it'"'"'s a/bin/python3'"#.to_owned(),
    ] {
        let script = format!("#!/bin/sh\n'''exec' {call} \"$0\" \"$@\"\n' '''\nprint(1)\n");
        tree.write("bin/x", script).distribution("x", &["bin/x"]);
        assert_eq!(
            text(&tree.read(), "bin/x"),
            format!("#!{PREFIX}/bin/python\nprint(1)\n"),
            "{call}"
        );
    }
}

#[test]
fn test_10_9_a_line_of_an_older_virtualenv() {
    assert_eq!(
        fixed_text("#!/home/ada/old venv/bin/python\n"),
        "#!/home/ada/old venv/bin/python\n",
        "no kernel reads this as one path, so that the proof refuses it"
    );
    assert_eq!(
        fixed_text("#!/home/ada/venv/bin/python3.11 -u\n"),
        format!("#!{PREFIX}/bin/python -u\n")
    );
}

#[test]
fn test_10_10_words_behind_the_interpreter_stay_and_its_name_is_python() {
    let tree = Tree::by_hand();
    let bin = tree.venv().join("bin").display().to_string();
    for name in ["python", "python3", "python3.11", "pythonw"] {
        tree.write("bin/x", format!("#!{bin}/{name} -E  -s \nx\n"))
            .distribution("x", &["bin/x"]);
        assert_eq!(
            text(&tree.read(), "bin/x"),
            format!("#!{PREFIX}/bin/python -E  -s \nx\n"),
            "{name}"
        );
    }
}

/// `scripts=` and `data_files=` of old projects, and files that are no modules, as wheels carry them.
#[test]
fn data_files_and_kernels_are_at_home_below_the_prefix() {
    let wheel = Wheel {
        name: "kernels",
        files: vec![
            ("kernels.py", ""),
            (
                "DATA/data/share/jupyter/kernels/k/kernel.json",
                "{\"argv\": [\"python\", \"-m\", \"kernels\"]}",
            ),
            ("DATA/data/etc/kernels.conf", "a = 1\n"),
            ("kernels.pc", "prefix=${pcfiledir}/..\n"),
        ],
    };
    for maker in MAKERS {
        let tree = Tree::made_by(maker, "stage", std::slice::from_ref(&wheel));
        let read = tree.read();
        assert_eq!(
            text(&read, "share/jupyter/kernels/k/kernel.json"),
            format!("{{\"argv\": [\"{PREFIX}/bin/python\", \"-m\", \"kernels\"]}}"),
            "{maker:?}"
        );
        assert_eq!(text(&read, "etc/kernels.conf"), "a = 1\n");
        assert_eq!(
            text(&read, &format!("{SITE}/kernels.pc")),
            "prefix=${pcfiledir}/..\n"
        );
    }
}
