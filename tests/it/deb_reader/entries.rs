//! The data member, entry by entry.

use super::Dpkg::{NotAsked, Refuses, Takes};
use super::{good_control, judge};
use crate::raw_deb::{deb_of, deb_with, directory, entry, header, link, padded, patched, tar};

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
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
    let code = [b"\x7fELF\x02\x01".as_slice(), &[0; 12], &[62, 0]].concat();
    let program = deb_with(&[entry("./opt/a", b'0', &code)]);
    cases.push(("machine code", program, "error machine-code-in-all", Takes));
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
