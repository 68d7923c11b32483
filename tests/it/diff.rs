//! `diff`: the whole of what it prints, and its exit codes.

use crate::context::TestContext;
use crate::raw_deb::{
    CONTROL, control_tar, deb_of, directory, entry, header, link, padded, patched, tar,
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

fn diff(context: &TestContext, words: &[&str]) -> (Option<i32>, String, String) {
    let output = context
        .command(["diff"].iter().chain(words))
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
        context.plain(&output.stderr),
    )
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
        (&["old.deb", "new.deb", "--exit-code"], 1),
        (&["old.deb", "old.deb", "--exit-code"], 0),
        (&["old.deb", "new.deb", "--exit-code", "--json"], 1),
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
