//! The control member: fields, scripts and lists.

use super::Dpkg::{Refuses, Takes};
use super::{broken, good_data, judge};
use crate::raw_deb::{CONTROL, deb_of, deb_with_control, directory, entry, tar};

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
    let conffiles = |text: &str| deb_with_control(&[("control", CONTROL), ("conffiles", text)]);
    let triggers = |text: &str| {
        deb_with_control(&[
            ("control", CONTROL),
            ("conffiles", "/etc/demo\n"),
            ("triggers", text),
        ])
    };
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
            "error control-syntax, error field-missing",
            Refuses,
        ),
        ("no colon", added("x"), "error control-syntax", Refuses),
        (
            "a status",
            added("Status: install ok installed"),
            "error field-reserved",
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
        (
            "a relative conffile",
            conffiles("etc/demo\n"),
            "error conffiles-line, warning etc-file-not-conffile",
            Refuses,
        ),
        (
            "a conffile without a line feed",
            conffiles("/etc/demo"),
            "error conffiles-line",
            Refuses,
        ),
        (
            "an unknown flag",
            conffiles("/etc/demo\nkeep /etc/x\n"),
            "error conffiles-line",
            Refuses,
        ),
        (
            "a shipped file to remove",
            conffiles("remove-on-upgrade /etc/demo\n"),
            "error conffile-shipped, warning etc-file-not-conffile",
            Refuses,
        ),
        (
            "a gone file to remove",
            conffiles("/etc/demo\nremove-on-upgrade /etc/x\n"),
            "",
            Takes,
        ),
        (
            "a conffile that is not there",
            conffiles("/etc/demo\n/etc/x\n"),
            "error conffile-shipped",
            Takes,
        ),
        (
            "a conffile outside",
            conffiles("/etc/demo\n/opt/file\n"),
            "warning conffile-outside-etc",
            Takes,
        ),
        (
            "a link as a conffile",
            conffiles("/etc/demo\n/opt/link\n"),
            "error conffile-shipped",
            Takes,
        ),
        (
            "a conffile twice",
            conffiles("/etc/demo\n/etc/demo \n\n"),
            "warning conffiles-untidy",
            Takes,
        ),
        (
            "triggers",
            triggers("# x\n\n activate-noawait\tldconfig\ninterest-noawait /usr/bin\n"),
            "",
            Takes,
        ),
        (
            "an unknown directive",
            triggers("watch /usr\n"),
            "error triggers-line",
            Refuses,
        ),
        (
            "a trigger without a name",
            triggers("interest\n"),
            "error triggers-line",
            Refuses,
        ),
        (
            "a trigger without a line feed",
            triggers("interest /usr"),
            "error triggers-line",
            Refuses,
        ),
        (
            "a trigger that is too long",
            triggers(&format!("interest /{}\n", "a".repeat(260))),
            "error triggers-line",
            Refuses,
        ),
        (
            "a name outside ASCII",
            triggers("interest /ü\n"),
            "error triggers-line",
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
fn md5sums_must_say_what_is_in_the_package() {
    let sums = |text: &str| {
        broken(&deb_with_control(&[
            ("control", CONTROL),
            ("conffiles", "/etc/demo\n"),
            ("md5sums", text),
        ]))
    };
    let right = "9dd4e461268c8034f5c8564e155c67a6";
    assert_eq!(sums(&format!("{right}  opt/file\n")), "");
    assert_eq!(sums(""), "warning md5sums-list");
    assert_eq!(
        sums(&format!("{right}  ./opt/file\n")),
        "warning md5sums-list"
    );
    assert_eq!(
        sums(&format!("{right}  opt/file\n{right}  etc/demo\n")),
        "error md5sums-differ"
    );
    assert_eq!(
        sums(&format!("{right}  opt/file\n{right}  opt/gone\n")),
        "error md5sums-differ"
    );
    assert_eq!(
        sums(&format!("{right}  opt/file\n{right}  opt/link\n")),
        "error md5sums-differ"
    );
    let wrong = [
        format!("{right} opt/file\n"),
        format!("{right} *opt/file\n"),
        format!("\\{right}  opt/file\n"),
        format!("{}  opt/file\n", right.to_uppercase()),
        "\n".to_owned(),
    ];
    for bad in wrong {
        assert_eq!(
            sums(&bad),
            "error md5sums-line, warning md5sums-list",
            "{bad:?}"
        );
    }
    assert_eq!(sums(&format!("{right}  opt/file")), "error md5sums-line");
}
