//! `inspect`: the whole of what it prints, for a person and for a program, and its exit codes.

use crate::context::TestContext;
use crate::hostile::hostile;
use crate::raw_deb::{
    CONTROL, control_tar, deb_of, deb_with, deb_with_control, directory, entry, header, link,
    padded, patched, tar,
};
use crate::support::written;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

/// A package with something of everything, and a name that is no text and would ring a bell.
fn sample() -> Vec<u8> {
    let control = control_tar(&[
        (
            "control",
            &CONTROL
                .replace("Section", "Depends: libc6 (>= 2.34), aa | bb\nSection")
                .replace("service\n", "service\n It serves.\n"),
        ),
        ("conffiles", "/etc/demo\n"),
        ("postinst", "#!/bin/sh -e\nprintf '\u{7}'\n"),
        ("triggers", "# x\ninterest-noawait /usr/bin\n"),
    ]);
    let setuid = patched(header(b"./opt/set-id", b'0', 1500), 100, b"0004755");
    let data = tar(&[
        directory("./"),
        directory("./etc/"),
        entry("./etc/demo", b'0', b"a=1\n"),
        directory("./opt/"),
        patched(header(b"./opt/caf\xe9\x07", b'0', 0), 265, b"ada\0").to_vec(),
        directory("./opt/Flask-3.0.dist-info/"),
        [setuid.to_vec(), padded(&[7; 1500])].concat(),
        link("./opt/hard", b'1', "./opt/set-id"),
        link("./opt/link", b'2', "/usr/bin/x"),
    ]);
    deb_of(&control, &data)
}

/// Runs `inspect` and returns the exit code, standard output and standard error.
fn inspect(context: &TestContext, words: &[&str]) -> (Option<i32>, String, String) {
    context.said(&[&["inspect"], words].concat())
}

#[test]
fn a_package_is_told_to_a_person() {
    let context = TestContext::new();
    fs::write(context.path("demo.deb"), sample()).unwrap();
    let (code, said, error) = inspect(&context, &["demo.deb", "--scripts"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert_eq!(
        said,
        "demo 1.0 (all), 13.2 KiB
sha256 SHA

Fields:
  Package: demo
  Version: 1.0
  Architecture: all
  Maintainer: Ada <ada@example.org>
  Installed-Size: 1
  Depends:
    libc6 (>= 2.34)
    aa | bb
  Section: web
  Priority: optional
  Description: small web service
   It serves.

Members:
  debian-binary      4 B
  control.tar    5.5 KiB  none  5.5 KiB unpacked, 100 %
  data.tar       7.5 KiB  none  7.5 KiB unpacked, 100 %

Scripts:
  postinst: /bin/sh -e, 2 lines
    | #!/bin/sh -e
    | printf '\u{fffd}'

Conffiles:
  /etc/demo

Triggers:
  interest-noawait /usr/bin

Python distributions:
  flask 3.0

Contents: 3 files, 4 directories, 2 links, 1.5 KiB
      4 B  /etc  1 file
  1.5 KiB  /opt  2 files

Largest files:
  1.5 KiB  /opt/set-id
      4 B  /etc/demo
      0 B  /opt/caf\\xe9\\x07
"
        .replace("SHA", &said.lines().nth(1).unwrap()["sha256 ".len()..])
    );
}

#[test]
fn every_entry_is_listed_as_ls_does_it() {
    let context = TestContext::new();
    fs::write(context.path("demo.deb"), sample()).unwrap();
    let (_, said, _) = inspect(&context, &["demo.deb", "--files"]);
    let (_, list) = said.split_once("1.5 KiB\n").unwrap();
    assert_eq!(
        list,
        "  drwxr-xr-x  root/root     0  2017-07-14 02:40  /
  drwxr-xr-x  root/root     0  2017-07-14 02:40  /etc
  -rw-r--r--  root/root     4  2017-07-14 02:40  /etc/demo
  drwxr-xr-x  root/root     0  2017-07-14 02:40  /opt
  -rw-r--r--  ada/root      0  2017-07-14 02:40  /opt/caf\\xe9\\x07
  drwxr-xr-x  root/root     0  2017-07-14 02:40  /opt/Flask-3.0.dist-info
  -rwsr-xr-x  root/root  1500  2017-07-14 02:40  /opt/set-id
  hrw-r--r--  root/root     0  2017-07-14 02:40  /opt/hard link to ./opt/set-id
  lrwxrwxrwx  root/root     0  2017-07-14 02:40  /opt/link -> /usr/bin/x
"
    );
}

#[test]
fn findings_name_the_place_the_rule_and_the_cure() {
    let context = TestContext::new();
    fs::write(context.path("demo.deb"), sample()).unwrap();
    let (code, said, error) = inspect(&context, &["demo.deb", "--check"]);
    assert_eq!((code, error.as_str()), (Some(1), ""));
    let (_, findings) = said.split_once("\nFindings:\n").unwrap();
    let places: Vec<&str> = findings
        .lines()
        .filter(|line| !line.starts_with("    "))
        .collect();
    assert_eq!(
        places,
        [
            "  error: `/opt/caf\u{fffd}\u{fffd}`: it belongs to the user `ada`, 0 [owner]",
            "  warning: `Installed-Size`: it is 1, and the files take 8 [installed-size]",
            "  warning: the control member: it has no `md5sums` [no-md5sums]",
            "  warning: `/opt/caf\u{fffd}\u{fffd}`: its name is not UTF-8 [path-encoding]",
            "  warning: `/opt/caf\u{fffd}\u{fffd}`: its name has a control character [path-control-character]",
            "  warning: `/opt/set-id`: its mode is 4755 [set-id]",
            "  warning: the package: `/usr/share/doc/demo/copyright` is not in it [no-copyright]",
            "  warning: the package: `/usr/share/doc/demo/changelog.Debian.gz` is not in it [no-changelog]",
        ]
    );
    assert!(findings.contains("\n    take the set-user-id, set-group-id or sticky bit away, unless it is the very purpose\n"));
}

#[test]
fn the_exit_code_tells_errors_from_warnings() {
    let context = TestContext::new();
    fs::write(context.path("warned.deb"), deb_with(&[])).unwrap();
    fs::write(
        context.path("wrong.deb"),
        deb_with(&[entry("./opt/a/b", b'0', b"")]),
    )
    .unwrap();
    for (words, expected) in [
        (&["warned.deb"][..], 0),
        (&["warned.deb", "--check"], 0),
        (&["warned.deb", "--check", "--strict"], 5),
        (&["wrong.deb"], 0),
        (&["wrong.deb", "--check"], 1),
        (&["wrong.deb", "--check", "--strict", "--json"], 1),
    ] {
        let (code, said, error) = inspect(&context, words);
        assert_eq!((code, error.as_str()), (Some(expected), ""), "{words:?}");
        assert!(!said.is_empty(), "{words:?}");
    }
    let (code, _, error) = inspect(&context, &["wrong.deb", "--strict"]);
    assert_eq!(code, Some(2), "{error}");
}

#[test]
fn json_has_everything_with_names_that_stand_for_one_file_only() {
    let context = TestContext::new();
    fs::write(context.path("demo.deb"), sample()).unwrap();
    let (code, said, _) = inspect(&context, &["demo.deb", "--check", "--json"]);
    assert_eq!(code, Some(1));
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(json["format"], 1);
    assert_eq!(json["package"], "demo");
    assert_eq!(
        json["relations"]["Depends"],
        serde_json::json!(["libc6 (>= 2.34)", "aa | bb"])
    );
    assert_eq!(json["scripts"][0]["text"], "#!/bin/sh -e\nprintf '\u{7}'\n");
    assert_eq!(
        json["conffiles"],
        serde_json::json!([{"path": "/etc/demo", "remove_on_upgrade": false}])
    );
    assert_eq!(
        json["files"][4],
        serde_json::json!({
            "path": "/opt/caf\\xe9\u{7}", "kind": "file", "mode": "0644", "owner": "ada/root", "uid": 0, "gid": 0,
            "size": 0, "mtime": 1_500_000_000, "md5": "d41d8cd98f00b204e9800998ecf8427e",
        })
    );
    assert_eq!(json["files"][7]["target"], "./opt/set-id");
    assert_eq!(json["findings"][0]["rule"], "owner");
    assert_eq!(json["findings"][0]["severity"], "error");
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    let expected = [
        "architecture",
        "conffiles",
        "control_files",
        "deb_format",
        "distributions",
        "fields",
        "files",
        "findings",
        "format",
        "members",
        "package",
        "relations",
        "scripts",
        "sha256",
        "size",
        "totals",
        "triggers",
        "version",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn a_package_of_this_program_can_come_from_standard_input() {
    let context = TestContext::new();
    let report = written(&hostile(), &context.path("demo.deb"));
    let mut command = context.command(["inspect", "-", "--check", "--json"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let bytes = fs::read(context.path("demo.deb")).unwrap();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["sha256"], report.sha256.as_str());
    assert_eq!(json["size"], report.size);
}

#[test]
fn what_is_no_package_is_named_with_its_place() {
    let context = TestContext::new();
    fs::write(context.path("text.deb"), "hello\n").unwrap();
    let whole = deb_with_control(&[("control", CONTROL)]);
    fs::write(context.path("cut.deb"), &whole[..whole.len() - 1800]).unwrap();
    for (name, expected) in [
        (
            "text.deb",
            "error: `text.deb` cannot be read\n  caused by: this is not a .deb: it begins with `hello\u{fffd}`, not with `!<arch>`\n\n\
             hint: see what it is with `file`; a package that was cut off or changed on its way has to be fetched again\n",
        ),
        (
            "cut.deb",
            "error: `cut.deb` cannot be read\n  caused by: `data.tar` cannot be read at its entry 5, byte 2560 when it is unpacked\n  \
             caused by: `./opt/file`\n  caused by: the archive is cut off in its content\n\n\
             hint: the package is damaged, or was not made by a program that knows the format: fetch or build it again\n",
        ),
        (
            "gone.deb",
            "error: `gone.deb` cannot be opened\n  caused by: failed to open file `gone.deb`: No such file or directory (os error 2)\n\n\
             hint: name a .deb file, or `-` for standard input\n",
        ),
        (
            "home",
            "error: `home` cannot be opened\n  caused by: `home` is a directory\n\nhint: name a .deb file, or `-` for standard input\n",
        ),
    ] {
        assert_eq!(
            inspect(&context, &[name]),
            (Some(1), String::new(), expected.to_owned())
        );
    }
}
