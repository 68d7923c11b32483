//! `diff`: the whole of what it prints, and its exit codes.

use crate::context::TestContext;
use crate::raw_deb::{
    CONTROL, control_tar, deb_of, deb_with_control, directory, entry, header, link, padded,
    patched, tar,
};
use std::fs;

fn old() -> Vec<u8> {
    let control = control_tar(&[
        (
            "control",
            &CONTROL.replace("Section", "Depends: libc6 (>= 2.34), gone, same\nSection"),
        ),
        ("conffiles", "/etc/demo\n"),
        ("postinst", "#!/bin/sh\nset -e\nexit 0\n"),
        ("prerm", "#!/bin/sh\n"),
        ("triggers", "interest /usr\n"),
    ]);
    let data = tar(&[
        directory("./"),
        directory("./etc/"),
        entry("./etc/demo", b'0', b"a=1\n"),
        directory("./opt/"),
        directory("./opt/Flask-3.0.dist-info/"),
        directory("./opt/gone-1.dist-info/"),
        directory("./opt/lib/"),
        entry("./opt/bytes", b'0', &[7; 3000]),
        entry("./opt/mode", b'0', b"x"),
        entry("./opt/same", b'0', b"x"),
        link("./opt/link", b'2', "one"),
        link("./opt/lib64", b'2', "lib"),
    ]);
    deb_of(&control, &data)
}

fn new() -> Vec<u8> {
    let fields = CONTROL.replace("1.0\n", "1.1\n");
    let fields = fields.replace(
        "Section",
        "Depends: same, libc6 (>= 2.36), come\nHomepage: https://example.org\nSection",
    );
    let control = control_tar(&[
        ("control", &fields),
        ("conffiles", "/etc/new\n"),
        ("postinst", "#!/bin/sh\nset -eu\nexit 0\n"),
        ("triggers", "interest-noawait /usr\n"),
    ]);
    let program = patched(header(b"./opt/mode", b'0', 1), 100, b"0000755");
    let data = tar(&[
        directory("./"),
        directory("./etc/"),
        entry("./etc/new", b'0', b"a=1\n"),
        directory("./opt/"),
        directory("./opt/Flask-3.1.dist-info/"),
        directory("./opt/come-2.dist-info/"),
        link("./opt/lib", b'2', "lib64"),
        entry("./opt/bytes", b'0', &[7; 1000]),
        [program.to_vec(), padded(b"x")].concat(),
        entry("./opt/same", b'0', b"x"),
        link("./opt/link", b'2', "two"),
        directory("./opt/lib64/"),
    ]);
    deb_of(&control, &data)
}

/// Runs `diff` and returns the exit code, standard output and standard error.
fn diff(context: &TestContext, words: &[&str]) -> (Option<i32>, String, String) {
    context.said(&[&["diff"], words].concat())
}

fn context() -> TestContext {
    let context = TestContext::new();
    fs::write(context.path("old.deb"), old()).unwrap();
    fs::write(context.path("new.deb"), new()).unwrap();
    context
}

#[test]
fn everything_that_changed_is_told_to_a_person() {
    let (code, said, error) = diff(&context(), &["old.deb", "new.deb"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert_eq!(
        said,
        r#"--- demo 1.0 (all)
+++ demo 1.1 (all)

Warnings:
  /opt/lib: it was a directory and is a link now: dpkg keeps the directory
    call `dpkg-maintscript-helper dir_to_symlink /opt/lib lib64 1.0~ demo -- "$@"` in preinst, postinst and postrm
  /opt/lib64: it was a link and is a directory now: dpkg keeps the link and unpacks through it
    call `dpkg-maintscript-helper symlink_to_dir /opt/lib64 lib 1.0~ demo -- "$@"` in preinst, postinst and postrm

Fields:
  - Version: 1.0
  + Version: 1.1
  + Homepage: https://example.org
  Depends:
    - gone
    + come
    libc6 (>= 2.34) → libc6 (>= 2.36)

Scripts:
  postinst was changed
    | --- old/postinst
    | +++ new/postinst
    | @@ -1,3 +1,3 @@
    |  #!/bin/sh
    | -set -e
    | +set -eu
    |  exit 0
  prerm was removed
    | --- old/prerm
    | +++ /dev/null
    | @@ -1 +0,0 @@
    | -#!/bin/sh

Conffiles:
  - /etc/demo
  + /etc/new

Triggers:
  - interest /usr
  + interest-noawait /usr

Python distributions:
  + come 2
  flask 3.0 → 3.1
  - gone 1

Files: 3 added, 3 removed, 5 changed
  D /etc/demo (4 B)
  A /etc/new (4 B)
  D /opt/Flask-3.0.dist-info (directory)
  A /opt/Flask-3.1.dist-info (directory)
  M /opt/bytes (content, -2.0 KiB)
  A /opt/come-2.dist-info (directory)
  D /opt/gone-1.dist-info (directory)
  M /opt/lib (directory → symlink)
  M /opt/lib64 (symlink → directory)
  M /opt/link (target one → two)
  M /opt/mode (mode 0644 → 0755)

Sizes:
  package:  18.2 KiB  →  15.2 KiB  (-3.0 KiB)
  files:     2.9 KiB  →    1006 B  (-2.0 KiB)
  the largest changes:
  -2.0 KiB  /opt/bytes
      -4 B  /etc/demo
      +4 B  /etc/new
"#
    );
}

#[test]
fn the_exit_code_tells_of_a_difference_only_when_asked() {
    let context = context();
    for (words, expected) in [
        (&["old.deb", "new.deb"][..], 0),
        (&["old.deb", "new.deb", "--exit-code"], 6),
        (&["old.deb", "old.deb", "--exit-code"], 0),
        (&["old.deb", "new.deb", "--exit-code", "--json"], 6),
    ] {
        let (code, _, error) = diff(&context, words);
        assert_eq!((code, error.as_str()), (Some(expected), ""), "{words:?}");
    }
    let (code, said, _) = diff(&context, &["old.deb", "old.deb"]);
    assert_eq!(code, Some(0));
    assert_eq!(
        said,
        "--- demo 1.0 (all)\n+++ demo 1.0 (all)\n\nSizes:\n  package:  18.2 KiB  →  18.2 KiB  (+0 B)\n  \
         files:     2.9 KiB  →   2.9 KiB  (+0 B)\n\nThe packages hold the same.\n"
    );
    let (code, ..) = diff(&context, &["old.deb", "gone.deb", "--exit-code"]);
    assert_eq!(code, Some(1));
    let (code, said, error) = diff(&context, &["-", "-"]);
    assert_eq!((code, said.as_str()), (Some(1), ""));
    assert_eq!(
        error,
        "error: both packages cannot be on standard input\n\nhint: name a file for one of them\n"
    );
}

#[test]
fn json_has_the_same_for_a_program() {
    let (code, said, _) = diff(&context(), &["old.deb", "new.deb", "--json"]);
    assert_eq!(code, Some(0));
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(json["format"], 1);
    assert_eq!(json["equal"], false);
    assert_eq!(
        json["relations"],
        serde_json::json!([{
            "field": "Depends", "removed": ["gone"], "added": ["come"],
            "changed": [["libc6 (>= 2.34)", "libc6 (>= 2.36)"]],
        }])
    );
    assert_eq!(
        json["conffiles"],
        serde_json::json!({"removed": ["/etc/demo"], "added": ["/etc/new"]})
    );
    let lib64 = json["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|file| file["path"] == "/opt/lib64");
    assert_eq!(
        lib64.unwrap(),
        &serde_json::json!({
            "path": "/opt/lib64",
            "old": {"kind": "symlink", "size": 0, "mode": "0777", "owner": "root/root", "target": "lib"},
            "new": {"kind": "directory", "size": 0, "mode": "0755", "owner": "root/root"},
            "ways": ["kind"],
        })
    );
    assert_eq!(json["warnings"][0]["path"], "/opt/lib");
    assert_eq!(json["sizes"]["new_files"], 1006);
}

/// Compares two packages, and returns the exit code and what is said between the first lines and the sizes.
fn compared(old: &[u8], new: &[u8]) -> (Option<i32>, String) {
    let context = TestContext::new();
    fs::write(context.path("old.deb"), old).unwrap();
    fs::write(context.path("new.deb"), new).unwrap();
    let (code, said, error) = diff(&context, &["old.deb", "new.deb", "--exit-code"]);
    assert_eq!(error, "");
    let (_, rest) = said.split_once("+++ demo 1.0 (all)\n").unwrap();
    let (told, _) = rest.split_once("\nSizes:\n").unwrap();
    (code, told.to_owned())
}

#[test]
fn md5sums_are_compared_where_the_files_are_the_same() {
    let deb = |content: &[u8], files: &[(&str, &str)]| {
        let data = tar(&[
            directory("./"),
            entry("./a", b'0', content),
            entry("./b", b'0', b"b"),
        ]);
        deb_of(
            &control_tar(&[&[("control", CONTROL)], files].concat()),
            &data,
        )
    };
    let (one, two) = ("0".repeat(32), "1".repeat(32));
    let sums = |a: &str, b: &str| format!("{a}  a\n{b}  b\n");
    let with = |content: &[u8], text: &str| deb(content, &[("md5sums", text)]);
    let none = deb(b"x", &[]);
    assert_eq!(compared(&none, &none), (Some(0), String::new()));
    let told = compared(
        &with(b"x", &sums(&one, &one)),
        &with(b"x", &sums(&one, &two)),
    );
    let expected = format!("\nmd5sums:\n  - {one}  b\n  + {two}  b\n");
    assert_eq!(told, (Some(6), expected));
    let told = compared(&none, &with(b"x", &format!("{one}  a\n")));
    let expected = format!("\nControl files:\n  A md5sums (36 B)\n\nmd5sums:\n  + {one}  a\n");
    assert_eq!(told, (Some(6), expected));
    let told = compared(
        &with(b"x", &sums(&one, &one)),
        &with(b"y", &sums(&two, &one)),
    );
    let expected = "\nFiles: 0 added, 0 removed, 1 changed\n  M /a (content, +0 B)\n";
    assert_eq!(told, (Some(6), expected.to_owned()));
}

#[test]
fn modes_and_owners_of_control_files_are_compared() {
    let deb = |at: usize, bytes: &[u8]| {
        let script = header(b"./postinst", b'0', 10);
        let control = tar(&[
            patched(header(b"./", b'5', 0), at, bytes).to_vec(),
            entry("./control", b'0', CONTROL.as_bytes()),
            [patched(script, at, bytes).to_vec(), padded(b"#!/bin/sh\n")].concat(),
        ]);
        deb_of(&control, &tar(&[directory("./")]))
    };
    assert_eq!(
        compared(&deb(100, b"0000755"), &deb(100, b"0000700")),
        (
            Some(6),
            "\nControl files:\n  M ./ (mode 0755 → 0700)\n  M postinst (mode 0755 → 0700)\n"
                .to_owned()
        )
    );
    assert_eq!(
        compared(&deb(265, b"root\0"), &deb(265, b"ada\0")).1,
        "\nControl files:\n  M ./ (owner root/root → ada/root)\n  M postinst (owner root/root → ada/root)\n"
    );
}

#[test]
fn a_script_that_is_too_long_to_compare_says_so() {
    let deb = |lines: usize| {
        let script = format!("#!/bin/sh\n{}", ":\n".repeat(lines));
        deb_with_control(&[("control", CONTROL), ("postinst", &script)])
    };
    let (_, told) = compared(&deb(1), &deb(5000));
    let start = "\nScripts:\n  postinst was changed; it is too long to be compared line by line\n    | --- old/postinst\n    \
                 | +++ new/postinst\n    | @@ -1,2 +1,5001 @@\n    | -#!/bin/sh\n    | -:\n    | +#!/bin/sh\n";
    assert!(told.starts_with(start), "{told:.300}");
}

#[test]
fn names_that_differ_in_a_control_character_look_different() {
    let deb = |name: &str| {
        let data = tar(&[directory("./"), entry(name, b'0', b"")]);
        deb_of(&control_tar(&[("control", CONTROL)]), &data)
    };
    let (_, told) = compared(&deb("./a\u{1}"), &deb("./a\u{2}"));
    let expected = "\nFiles: 1 added, 1 removed, 0 changed\n  D /a\\x01 (0 B)\n  A /a\\x02 (0 B)\n";
    assert_eq!(told, expected);
}
