//! The control member: fields and scripts.

use super::Dpkg::{Refuses, Takes};
use super::{broken, good_data, judge};
use crate::raw_deb::{CONTROL, deb_of, deb_with_control, directory, entry, tar};
use crate::support::output_of;
use deb_build_app::deb::read::read;

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn control_files_are_read_as_dpkg_reads_them() {
    let changed = |from: &str, to: &str| {
        deb_with_control(&[
            ("control", &CONTROL.replace(from, to)),
            ("conffiles", "/etc/demo\n"),
        ])
    };
    let added = |line: &str| changed("Section", &format!("{line}\nSection"));
    let with_directory = tar(&[
        directory("./"),
        directory("./x/"),
        entry("./control", b'0', CONTROL.as_bytes()),
    ]);
    let cases = [
        ("good", changed("", ""), "", Takes),
        (
            "no final line feed",
            changed("small web service\n", "small web service"),
            "error control-final-newline",
            Refuses,
        ),
        (
            "two stanzas",
            changed("Section", "\nSection"),
            "error control-stanzas, error field-missing, warning control-blank-lines, warning field-recommended",
            Refuses,
        ),
        (
            "a field twice",
            added("section: x"),
            "error control-field-twice",
            Refuses,
        ),
        (
            "a blank continuation",
            changed("service\n", "service\n \n more\n"),
            "error control-stanzas",
            Refuses,
        ),
        ("a comment", added("# x"), "error control-syntax", Refuses),
        (
            "a byte order mark",
            changed("Package", "\u{feff}Package"),
            "error field-missing, warning field-name",
            Refuses,
        ),
        (
            "a name that is not ASCII",
            added("X-\u{fc}: y"),
            "warning field-name",
            Takes,
        ),
        (
            "a name of one letter",
            added("X: y"),
            "error field-name-short",
            Refuses,
        ),
        (
            "a last field without a value",
            changed("small web service\n", "small web service\nDepends: \n"),
            "error control-last-value",
            Refuses,
        ),
        (
            "an empty field and a blank line",
            changed("small web service\n", "small web service\nDepends:\n\n"),
            "warning control-blank-lines",
            Takes,
        ),
        ("no colon", added("x"), "error control-syntax", Refuses),
        (
            "a status",
            added("Status: install ok installed"),
            "error field-reserved",
            Refuses,
        ),
        (
            "pending triggers",
            added("Triggers-Pending: /usr"),
            "error field-reserved",
            Refuses,
        ),
        (
            "awaited triggers",
            added("Triggers-Awaited: x"),
            "error field-reserved",
            Refuses,
        ),
        (
            "conffiles of the database",
            added("Conffiles:\n /etc/a b 0123\n /etc/x 0123 obsolete"),
            "warning field-of-archive",
            Takes,
        ),
        (
            "conffiles of the database in one line",
            added("Conffiles: /etc/x 0123"),
            "error field-reserved, warning field-of-archive",
            Refuses,
        ),
        (
            "conffiles of the database without a hash",
            added("Conffiles:\n /etc/x 0123\n /etc/y"),
            "error field-reserved, warning field-of-archive",
            Refuses,
        ),
        (
            "conffiles of the database with a flag for a hash",
            added("Conffiles:\n /etc/x obsolete"),
            "error field-reserved, warning field-of-archive",
            Refuses,
        ),
        (
            "conffiles of the database with the root",
            added("Conffiles:\n // 0123"),
            "error field-reserved, warning field-of-archive",
            Refuses,
        ),
        (
            "carriage returns",
            changed("\n", "\r\n"),
            "warning control-encoding",
            Takes,
        ),
        (
            "a bad version",
            changed("1.0", "v1.0"),
            "error field-value",
            Refuses,
        ),
        (
            "an empty revision",
            changed("1.0", "1.0-"),
            "error field-value",
            Refuses,
        ),
        (
            "no architecture",
            changed("Architecture: all\n", ""),
            "error field-missing",
            Refuses,
        ),
        (
            "an unknown architecture",
            changed(": all", ": x86_64"),
            "error field-value",
            Refuses,
        ),
        (
            "no maintainer",
            changed("Maintainer: Ada <ada@example.org>\n", ""),
            "error field-missing",
            Takes,
        ),
        (
            "a strange priority",
            changed("optional", "foo"),
            "warning field-style",
            Takes,
        ),
        (
            "a wrong Multi-Arch",
            added("Multi-Arch: some"),
            "error field-value",
            Refuses,
        ),
        (
            "Multi-Arch same for all",
            added("Multi-Arch: same"),
            "error field-value",
            Refuses,
        ),
        (
            "a trailing comma",
            added("Depends: a,"),
            "error relation",
            Refuses,
        ),
        (
            "an operator alone",
            added("Depends: a (> 1)"),
            "error relation",
            Takes,
        ),
        (
            "a substitution",
            added("Depends: ${shlibs:Depends}"),
            "error relation",
            Refuses,
        ),
        (
            "a choice of conflicts",
            added("Conflicts: a | b"),
            "error relation",
            Refuses,
        ),
        (
            "a bound of what is provided",
            added("Provides: a (>= 1)"),
            "error relation",
            Takes,
        ),
        (
            "itself",
            added("Depends: demo"),
            "warning relation-to-itself",
            Takes,
        ),
        (
            "a directory in control",
            deb_of(&with_directory, &good_data()),
            "error control-member, warning control-file-unknown",
            Refuses,
        ),
    ];
    judge(&cases);
}

#[test]
fn scripts_must_be_something_that_a_kernel_runs() {
    let script = |text: &str| {
        broken(&deb_with_control(&[
            ("control", CONTROL),
            ("conffiles", "/etc/demo\n"),
            ("postrm", text),
        ]))
    };
    assert_eq!(script("#!/bin/sh\n"), "");
    assert_eq!(script("#! /bin/sh -e\n"), "");
    assert_eq!(script("\x7fELF"), "");
    for bad in [
        "",
        "set -e\n",
        "#!sh\n",
        "\u{feff}#!/bin/sh\n",
        "#!/bin/sh\r\n",
    ] {
        assert!(
            script(bad).starts_with("error script-interpreter"),
            "{bad:?}: {}",
            script(bad)
        );
    }
    assert_eq!(
        script("#!/usr/bin/python3\n"),
        "warning script-interpreter-not-essential"
    );
}

#[test]
fn of_two_control_files_of_one_name_the_last_counts() {
    let second = CONTROL.replace("1.0", "2.0");
    let deb = deb_with_control(&[
        ("control", CONTROL),
        ("postinst", "#!/bin/sh\nexit 1\n"),
        ("conffiles", "/etc/demo\n"),
        ("control", &second),
        ("postinst", "#!/bin/sh\nexit 0\n"),
    ]);
    let room = tempfile::tempdir().unwrap();
    std::fs::write(room.path().join("x.deb"), &deb).unwrap();
    let asked = |words: &[&str]| output_of(words, room.path());
    let package = read(deb.as_slice()).unwrap();
    let version = asked(&["dpkg-deb", "-f", "x.deb", "Version"]);
    assert_eq!(version, b"2.0\n");
    assert_eq!(package.field("Version"), Some("2.0"));
    assert_eq!(
        package.control_file("postinst"),
        Some(asked(&["dpkg-deb", "-I", "x.deb", "postinst"]).as_slice())
    );
    assert_eq!(broken(&deb), "error control-member");
}
