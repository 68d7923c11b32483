//! The outer archive.

use super::Dpkg::{NotAsked, Refuses, Takes};
use super::{good_control, good_data, judge};
use crate::raw_deb::{ar, ar_header};
use crate::support::run;
use std::ffi::OsStr;

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
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
            "names that a NUL ends",
            with(&[version, ("control.tar\0", &control), ("data.tar\0x", &data)]),
            "error ar-name",
            Takes,
        ),
        (
            "a slash before a NUL",
            with(&[version, control_member, ("data.tar/\0", &data)]),
            "unreadable: `data.tar/` has an extension that dpkg does not know, which is not read here",
            Refuses,
        ),
        (
            "a space inside a name",
            with(&[version, control_member, ("data.tar x", &data)]),
            "unreadable: `data.tar x` has an extension that dpkg does not know, which is not read here",
            Refuses,
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
fn apt_finds_no_member_whose_name_a_nul_ends() {
    let room = tempfile::tempdir().unwrap();
    let scan = |name: &str| {
        let members: [(&str, &[u8]); 3] = [
            ("debian-binary", b"2.0\n"),
            ("control.tar", &good_control()),
            (name, &good_data()),
        ];
        std::fs::write(room.path().join("demo.deb"), ar(&members)).unwrap();
        let words = ["apt-ftparchive", "packages", "."].map(OsStr::new);
        run(&words, room.path())
    };
    let found = scan("data.tar/");
    assert!(found.stdout.starts_with(b"Package: demo\n"));
    let lost = scan("data.tar\0");
    let said = String::from_utf8_lossy(&lost.stderr).into_owned();
    assert!(
        lost.stdout.is_empty() && said.contains("missing 'data.tar' member"),
        "{said}"
    );
}
