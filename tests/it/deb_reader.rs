//! The reader and its rules, judged by dpkg on packages that are wrong in one way each.

use crate::hostile::hostile;
use crate::raw_deb::{
    CONTROL, ar, ar_header, control_tar, deb_of, deb_with, deb_with_control, directory, entry,
    header, link, padded, patched, tar,
};
use crate::support::{dpkg, output_of, written};
use deb_build_app::deb::check_package;
use deb_build_app::deb::read::{Kind, Severity, read};
use proptest::prelude::*;
use std::path::Path;

/// What dpkg does with a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dpkg {
    /// It is unpacked.
    Takes,
    /// `dpkg --unpack` fails.
    Refuses,
    /// Another version than Debian 12's, or apt, has something against it.
    NotAsked,
}
use Dpkg::{NotAsked, Refuses, Takes};

/// Returns the rules that a package breaks apart from those that every small package here breaks, or `unreadable`.
fn broken(deb: &[u8]) -> String {
    let package = match read(deb) {
        Ok(package) => package,
        Err(error) => return format!("unreadable: {}", error.root_cause()),
    };
    let expected = [
        "no-copyright",
        "no-changelog",
        "no-md5sums",
        "installed-size",
    ];
    let mut rules = check_package(&package)
        .into_iter()
        .filter(|finding| !expected.contains(&finding.rule))
        .map(|finding| format!("{} {}", finding.severity.as_str(), finding.rule))
        .collect::<Vec<_>>();
    rules.dedup();
    rules.join(", ")
}

fn dpkg_takes(deb: &[u8]) -> (bool, String) {
    let room = tempfile::tempdir().unwrap();
    std::fs::write(room.path().join("demo.deb"), deb).unwrap();
    let root = room.path().join("root");
    std::fs::create_dir(&root).unwrap();
    let path = room.path().join("demo.deb");
    let output = dpkg(&root, &["--unpack", path.to_str().unwrap()]);
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Checks what is said of each package, and what dpkg does with it.
fn judge(cases: &[(&str, Vec<u8>, &str, Dpkg)]) {
    let mut wrong = Vec::new();
    for (name, deb, expected, verdict) in cases {
        let found = broken(deb);
        if found != *expected {
            wrong.push(format!("{name}: {found:?}, not {expected:?}"));
        }
        let (takes, said) = dpkg_takes(deb);
        if *verdict != NotAsked && takes != (*verdict == Takes) {
            wrong.push(format!("{name}: dpkg takes it: {takes}, {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn good_control() -> Vec<u8> {
    control_tar(&[("control", CONTROL)])
}

fn good_data() -> Vec<u8> {
    tar(&[directory("./")])
}

#[test]
fn the_outer_archive_is_read_as_dpkg_reads_it() {
    let (control, data) = (good_control(), good_data());
    let with = |members: &[(&str, &[u8])]| ar(members);
    let version: (&str, &[u8]) = ("debian-binary", b"2.0\n");
    let (control_member, data_member) = (
        ("control.tar", control.as_slice()),
        ("data.tar", data.as_slice()),
    );
    let good = with(&[version, control_member, data_member]);
    let replaced = |from: &[u8], to: &[u8]| {
        let at = good
            .windows(from.len())
            .position(|window| window == from)
            .unwrap();
        [&good[..at], to, &good[at + from.len()..]].concat()
    };
    let cases = [
        ("good", good.clone(), "", Takes),
        (
            "empty file",
            Vec::new(),
            "unreadable: this is not a .deb: it is empty",
            Refuses,
        ),
        (
            "no archive",
            b"PK\x03\x04\x1b[1m".to_vec(),
            "unreadable: this is not a .deb: it begins with `PK\u{3}\u{4}\u{1b}[1m`, not with `!<arch>`",
            Refuses,
        ),
        (
            "other archive",
            with(&[("x", b"y\n"), version]),
            "unreadable: this is not a .deb: the first member of the archive is `x`, not `debian-binary`",
            Refuses,
        ),
        (
            "format 3.0",
            with(&[("debian-binary", b"3.0\n"), control_member, data_member]),
            "error format-version",
            Refuses,
        ),
        (
            "format 2.1",
            with(&[
                ("debian-binary", b"2.1\nfoo\n"),
                control_member,
                data_member,
            ]),
            "warning format-version-minor",
            Takes,
        ),
        (
            "format without a line feed",
            with(&[("debian-binary", b"2.0"), control_member, data_member]),
            "error format-version",
            Refuses,
        ),
        (
            "skipped members",
            with(&[
                version,
                ("_a", b"x"),
                control_member,
                ("_b", b"yy"),
                data_member,
                ("_gpg", b"z"),
            ]),
            "",
            Takes,
        ),
        (
            "a member between",
            with(&[version, control_member, ("x", b"y"), data_member]),
            "error member-order",
            Refuses,
        ),
        (
            "data first",
            with(&[version, data_member, control_member]),
            "error member-order",
            Refuses,
        ),
        (
            "a member after",
            with(&[version, control_member, data_member, ("x", b"yy")]),
            "warning member-after-data",
            Takes,
        ),
        (
            "two control members",
            with(&[version, control_member, control_member, data_member]),
            "error member-twice",
            NotAsked,
        ),
        (
            "names of GNU ar",
            with(&[
                ("debian-binary/", b"2.0\n"),
                ("control.tar/", &control),
                ("data.tar/", &data),
            ]),
            "",
            Takes,
        ),
        (
            "no data",
            with(&[version, control_member]),
            "unreadable: the package has no member `data.tar`",
            Refuses,
        ),
        (
            "no control",
            with(&[version, data_member]),
            "unreadable: the package has no member `control.tar`",
            Refuses,
        ),
        (
            "lz4",
            with(&[version, control_member, ("data.tar.lz4", &data)]),
            "unreadable: `data.tar.lz4` is compressed with lz4, which is not read here",
            Refuses,
        ),
        (
            "bzip2 control",
            with(&[version, ("control.tar.bz2", &control), data_member]),
            "unreadable: `control.tar.bz2` is compressed with bzip2, which is not read here",
            Refuses,
        ),
        (
            "nothing in data",
            with(&[version, control_member, ("data.tar", b"")]),
            "error empty-member, warning root-directory",
            NotAsked,
        ),
        (
            "a size that is none",
            replaced(b"4         `", b"4x        `"),
            "unreadable: the member `debian-binary` at byte 8 has the size `4x        `, which is not a number",
            Refuses,
        ),
        (
            "a time that is none",
            replaced(b"1500000000  ", b"x           "),
            "error ar-number",
            NotAsked,
        ),
        (
            "a mode that is none",
            replaced(b"100644  ", b"100648  "),
            "warning ar-number-end",
            Takes,
        ),
        (
            "no padding",
            [
                b"!<arch>\n".to_vec(),
                ar_header("debian-binary", "3"),
                b"2.0".to_vec(),
                ar_header("control.tar", "0"),
            ]
            .concat(),
            "unreadable: the header of a member at byte 72 is cut off",
            Refuses,
        ),
        (
            "cut in a header",
            good[..100].to_vec(),
            "unreadable: the header of a member at byte 72 is cut off",
            Refuses,
        ),
        (
            "cut in a member",
            good[..good.len() - 1536].to_vec(),
            "unreadable: the member `data.tar` at byte 2692 has 0 of its 1536 bytes",
            Refuses,
        ),
        (
            "an odd member last",
            with(&[version, control_member, data_member, ("_a", b"x")])
                .split_last()
                .unwrap()
                .1
                .to_vec(),
            "error odd-size",
            NotAsked,
        ),
    ];
    // Control characters are shown as a replacement.
    let cases = cases.map(|(name, deb, expected, verdict)| {
        (
            name,
            deb,
            expected.replace(['\u{3}', '\u{4}', '\u{1b}'], "\u{fffd}"),
            verdict,
        )
    });
    let cases = cases
        .iter()
        .map(|(name, deb, expected, verdict)| (*name, deb.clone(), expected.as_str(), *verdict));
    judge(&cases.collect::<Vec<_>>());
}

#[test]
fn tar_is_read_as_dpkg_reads_it() {
    let file = |name: &str| entry(name, b'0', b"x");
    let typed = |kind: u8| deb_with(&[header(b"./opt/a", kind, 0).to_vec()]);
    let data = |bytes: Vec<u8>| deb_of(&good_control(), &bytes);
    let root = || [directory("./"), directory("./opt/")].concat();
    let long = |name: &str| {
        let record = [
            header(b"././@LongLink", b'L', name.len() as u64 + 1).to_vec(),
            padded(format!("{name}\0").as_bytes()),
        ];
        [record.concat(), entry("./opt/cut", b'0', b"x")].concat()
    };
    let mut cases = vec![
        ("a file", deb_with(&[file("./opt/a")]), "", Takes),
        (
            "an old header",
            deb_with(&[patched(header(b"./opt/a", 0, 0), 257, &[0; 8]).to_vec()]),
            "",
            Takes,
        ),
        (
            "a prefix",
            deb_with(&[patched(
                patched(header(b"a", b'0', 0), 257, b"ustar\x0000"),
                345,
                b"./opt",
            )
            .to_vec()]),
            "warning tar-ustar-prefix",
            Takes,
        ),
        (
            "a long name",
            deb_with(&[long(&format!("./opt/{}", "n".repeat(200)))]),
            "",
            Takes,
        ),
        (
            "the longest name",
            deb_with(&[long(&format!("./opt/{}", "n".repeat(246)))]),
            "",
            Takes,
        ),
        (
            "a name too long",
            deb_with(&[long(&format!("./opt/{}", "n".repeat(247)))]),
            "error path",
            Refuses,
        ),
        (
            "a line break in a name",
            deb_with(&[file("./opt/a\nb")]),
            "error path, warning path-control-character",
            Refuses,
        ),
        (
            "no name",
            deb_with(&[file("")]),
            "error tar-empty-name, error path-twice, warning path-prefix",
            Refuses,
        ),
        (
            "a wrong checksum",
            deb_with(&[[&header(b"./opt/a", b'0', 0)[..200], &[1; 312]].concat()]),
            "unreadable: its header does not have the checksum that it says",
            Refuses,
        ),
        (
            "no number",
            deb_with(&[patched(header(b"./opt/a", b'0', 0), 124, b"9").to_vec()]),
            "unreadable: its size is not a number",
            Refuses,
        ),
        (
            "a size beyond all",
            deb_with(&[patched(
                header(b"./opt/a", b'0', 0),
                124,
                &[0x80, 0xff, 0xff, 0xff, 0xff, 0xff],
            )
            .to_vec()]),
            "unreadable: its size is not a number",
            Refuses,
        ),
        (
            "a size that lies",
            deb_with(&[patched(
                header(b"./opt/a", b'0', 0),
                124,
                &[0x80, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0, 0, 0, 0],
            )
            .to_vec()]),
            "unreadable: the archive is cut off in its content",
            Refuses,
        ),
        (
            "a number in base 256",
            deb_with(&[patched(
                header(b"./opt/a", b'0', 0),
                136,
                &[0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0],
            )
            .to_vec()]),
            "",
            Takes,
        ),
        (
            "a time before 1970",
            deb_with(&[patched(header(b"./opt/a", b'0', 0), 136, &[0xff; 12]).to_vec()]),
            "warning tar-time-before-1970",
            Takes,
        ),
        (
            "a name without dot",
            deb_with(&[file("opt/a")]),
            "warning path-prefix",
            Takes,
        ),
        (
            "two dots",
            deb_with(&[file("./opt/../opt/a")]),
            "error path, error parent-directory",
            NotAsked,
        ),
        (
            "a directory as a file",
            deb_with(&[entry("./opt/a/", b'0', b"")]),
            "warning tar-file-with-slash, warning mode",
            Takes,
        ),
        (
            "no parent",
            deb_with(&[file("./opt/a/b")]),
            "error parent-directory",
            Refuses,
        ),
        (
            "a late parent",
            deb_with(&[file("./opt/a/b"), directory("./opt/a/")]),
            "error parent-directory",
            Refuses,
        ),
        (
            "below a link",
            deb_with(&[link("./opt/a", b'2', "b"), file("./opt/a/b")]),
            "error below-non-directory",
            Refuses,
        ),
        (
            "twice",
            deb_with(&[file("./opt/a"), file("./opt/a")]),
            "error path-twice",
            Takes,
        ),
        (
            "a link to nowhere",
            deb_with(&[link("./opt/a", b'2', "")]),
            "error link-target",
            Refuses,
        ),
        (
            "a hard link",
            deb_with(&[file("./opt/a"), link("./opt/b", b'1', "./opt/a")]),
            "",
            Takes,
        ),
        (
            "a hard link to nothing",
            deb_with(&[link("./opt/b", b'1', "./opt/a")]),
            "error hard-link",
            Refuses,
        ),
        (
            "a hard link to a link",
            deb_with(&[link("./opt/a", b'2', "x"), link("./opt/b", b'1', "./opt/a")]),
            "error hard-link",
            Refuses,
        ),
        (
            "a size without content",
            deb_with(&[header(b"./opt/a/", b'5', 512).to_vec()]),
            "error tar-stray-size",
            Takes,
        ),
        ("no end", data(root()), "warning tar-end", Takes),
        (
            "half an end",
            data([root(), vec![0; 512]].concat()),
            "warning tar-end",
            Takes,
        ),
        (
            "something after the end",
            data([tar(&[root()]), vec![7; 512]].concat()),
            "warning tar-after-end",
            Takes,
        ),
        (
            "cut in a header",
            data([root(), vec![7; 100]].concat()),
            "unreadable: the archive is cut off 100 bytes later",
            Refuses,
        ),
        (
            "cut in content",
            data([root(), header(b"./opt/a", b'0', 600).to_vec(), vec![7; 512]].concat()),
            "unreadable: the archive is cut off in its content",
            Refuses,
        ),
        (
            "another owner",
            deb_with(&[patched(header(b"./opt/a", b'0', 0), 265, b"ada\0").to_vec()]),
            "error owner",
            Takes,
        ),
        (
            "a device",
            deb_with(&[header(b"./opt/a", b'6', 0).to_vec()]),
            "error special-file",
            Takes,
        ),
    ];
    for kind in [b'x', b'g', b'X', b'A'] {
        cases.push((
            "an extended header",
            typed(kind),
            "error tar-pax-header",
            Refuses,
        ));
    }
    for kind in [b'7', b'S', b'D', b'M', b'V', b'?'] {
        cases.push((
            "an unknown type",
            typed(kind),
            "error tar-entry-type",
            Refuses,
        ));
    }
    judge(&cases);
}

#[test]
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

#[test]
fn packages_of_this_program_have_no_errors() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("demo.deb");
    let report = written(&hostile(), &path);
    let package = read(std::fs::File::open(&path).unwrap()).unwrap();
    let errors = check_package(&package)
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error);
    assert_eq!(errors.collect::<Vec<_>>(), []);
    assert_eq!(package.size, report.size);
    let links = |kind: Kind| {
        package
            .entries
            .iter()
            .filter(move |entry| entry.kind == kind)
            .count()
    };
    assert_eq!(links(Kind::File) + links(Kind::Symlink), report.files);
}

/// Makes a folder that `dpkg-deb -b` takes, and nothing is wrong with.
fn sane_tree(root: &Path) {
    let make = "umask 022; mkdir -p tree/DEBIAN tree/usr/bin tree/usr/share/doc/demo tree/etc
        printf '#!/bin/sh\\n' >tree/usr/bin/demo; chmod 755 tree/usr/bin/demo; ln -s demo tree/usr/bin/second
        ln tree/usr/bin/demo tree/usr/bin/third
        echo a=1 >tree/etc/demo; echo /etc/demo >tree/DEBIAN/conffiles
        head -c 300000 /dev/zero >tree/usr/share/doc/demo/zeros
        echo MIT >tree/usr/share/doc/demo/copyright; echo x >tree/usr/share/doc/demo/changelog
        printf '#!/bin/sh\\nset -e\\n' >tree/DEBIAN/postinst; chmod 755 tree/DEBIAN/postinst
        cd tree; find usr -type f -exec md5sum {} + >DEBIAN/md5sums";
    output_of(&["sh", "-ec", make], root);
    let control = CONTROL.replace("Size: 1", "Size: 305");
    std::fs::write(root.join("tree/DEBIAN/control"), control).unwrap();
}

#[test]
fn packages_of_dpkg_deb_have_nothing_wrong_in_every_compression() {
    let room = tempfile::tempdir().unwrap();
    sane_tree(room.path());
    for method in ["none", "gzip", "xz", "zstd"] {
        let deb = format!("{method}.deb");
        let option = format!("-Z{method}");
        output_of(
            &[
                "dpkg-deb",
                "--root-owner-group",
                &option,
                "-b",
                "tree",
                &deb,
            ],
            room.path(),
        );
        let bytes = std::fs::read(room.path().join(&deb)).unwrap();
        let package = read(bytes.as_slice()).unwrap();
        assert_eq!(check_package(&package), [], "{method}");
        let methods = package.members.iter().filter_map(|member| member.method);
        assert_eq!(
            methods.map(|it| it.as_str()).collect::<Vec<_>>(),
            [method, method]
        );
    }
}

#[test]
fn a_second_stream_is_read_and_found() {
    let room = tempfile::tempdir().unwrap();
    std::fs::write(room.path().join("control.tar"), good_control()).unwrap();
    let file = entry("./opt/a", b'0', &vec![b'x'; 100_000]);
    let data = tar(&[directory("./"), directory("./opt/"), file]);
    std::fs::write(room.path().join("one"), &data[..2000]).unwrap();
    std::fs::write(room.path().join("two"), &data[2000..]).unwrap();
    for (program, extension) in [("gzip", "gz"), ("xz", "xz"), ("zstd -q", "zst")] {
        let make = format!(
            "{program} -c one >data.tar.{extension}; {program} -c two >>data.tar.{extension}"
        );
        output_of(&["sh", "-ec", &make], room.path());
        let name = format!("data.tar.{extension}");
        let member = std::fs::read(room.path().join(&name)).unwrap();
        let deb = |member: &[u8]| {
            ar(&[
                ("debian-binary", b"2.0\n"),
                ("control.tar", &good_control()),
                (&name, member),
            ])
        };
        assert_eq!(
            broken(&deb(&member)),
            "error compression-streams",
            "{extension}"
        );
        let rest = [member.as_slice(), b"rest"].concat();
        let found = broken(&deb(&rest));
        assert_eq!(
            found, "error compression-rest, error compression-streams",
            "{extension}"
        );
        let cut = broken(&deb(&member[..member.len() - 9]));
        assert!(cut.starts_with("unreadable: "), "{extension}: {cut}");
    }
}

#[test]
fn a_bomb_is_refused_or_read_without_much_memory() {
    let room = tempfile::tempdir().unwrap();
    let huge = header(b"./huge", b'0', 300 << 20);
    std::fs::write(
        room.path().join("header"),
        [directory("./"), huge.to_vec()].concat(),
    )
    .unwrap();
    let make = "{ cat header; head -c 315000000 /dev/zero; } | zstd -q -1 >bomb.zst";
    output_of(&["sh", "-ec", make], room.path());
    let bomb = std::fs::read(room.path().join("bomb.zst")).unwrap();
    let in_control = ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar.zst", &bomb),
        ("data.tar", &good_data()),
    ]);
    let said = broken(&in_control);
    assert_eq!(
        said,
        "unreadable: `control.tar.zst` has more than 64 MiB when it is unpacked, which apt refuses"
    );
    let in_data = ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar", &good_control()),
        ("data.tar.zst", &bomb),
    ]);
    assert_eq!(broken(&in_data), "warning top-level-directory");
}

/// A byte string that a package is changed with.
#[derive(Clone, Debug)]
enum Change {
    Flip(usize, u8),
    Cut(usize),
    Splice(usize, usize, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<usize>(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        any::<usize>().prop_map(Change::Cut),
        (
            any::<usize>(),
            0..64_usize,
            prop::collection::vec(any::<u8>(), 0..64)
        )
            .prop_map(|(at, length, bytes)| Change::Splice(at, length, bytes)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match change {
        Change::Flip(at, bit) => bytes[at % length] ^= 1 << bit,
        Change::Cut(at) => bytes.truncate(at % length),
        Change::Splice(at, gone, new) => {
            let at = at % length;
            bytes.splice(at..(at + gone).min(length), new.iter().copied());
        }
    }
}

/// Reads and judges: neither may panic, and whatever is said must be fit for a terminal.
fn survive(bytes: &[u8]) {
    let said = match read(bytes) {
        Ok(package) => {
            let findings = check_package(&package);
            let words = findings
                .iter()
                .map(|finding| format!("{} {}", finding.place, finding.problem));
            words.collect::<String>()
        }
        Err(error) => deb_build_app::failure::render(&error).replace('\n', ""),
    };
    let is_control = |c: char| c.is_control() && c != '\t';
    assert!(!said.contains(is_control), "{said:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_package_makes_the_reader_panic(
        changes in prop::collection::vec(change(), 1..4),
        compression in 0..4_usize,
    ) {
        static PACKAGES: std::sync::LazyLock<Vec<Vec<u8>>> = std::sync::LazyLock::new(|| {
            let room = tempfile::tempdir().unwrap();
            sane_tree(room.path());
            let build = |method: &str| {
                let option = format!("-Z{method}");
                output_of(&["dpkg-deb", "--root-owner-group", &option, "-b", "tree", "x.deb"], room.path());
                std::fs::read(room.path().join("x.deb")).unwrap()
            };
            ["none", "gzip", "xz", "zstd"].map(build).to_vec()
        });
        let mut bytes = PACKAGES[compression].clone();
        for change in &changes {
            apply(&mut bytes, change);
        }
        survive(&bytes);
    }

    #[test]
    fn no_header_makes_the_reader_panic(
        patches in prop::collection::vec((0..512_usize, prop::collection::vec(any::<u8>(), 1..12)), 1..5),
        kind in prop::sample::select(b"0123456LKxgSDM\0".to_vec()),
        content in prop::collection::vec(any::<u8>(), 0..1500),
    ) {
        let mut block = header(b"./opt/a", kind, content.len() as u64);
        for (at, bytes) in patches {
            let length = bytes.len().min(512 - at);
            block = patched(block, at, &bytes[..length]);
        }
        let odd = [block.to_vec(), padded(&content)].concat();
        survive(&deb_with(&[odd, entry("./opt/b", b'0', b"x")]));
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        control in prop::collection::vec(any::<u8>(), 0..200),
        lines in "[ -~\\t\\n#:/]{0,200}",
        list in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let member = |name: &str, bytes: &[u8]| entry(name, b'0', bytes);
        let text = [CONTROL.as_bytes(), lines.as_bytes()].concat();
        for control in [&control, &text] {
            let files = ["./control", "./conffiles", "./md5sums", "./triggers", "./postinst"];
            let entries = files.iter().enumerate().map(|(at, name)| {
                member(name, if at == 0 { control } else { &list })
            });
            survive(&deb_of(&tar(&entries.collect::<Vec<_>>()), &good_data()));
        }
        survive(&[b"!<arch>\n".as_slice(), &list].concat());
        survive(&list);
    }
}
