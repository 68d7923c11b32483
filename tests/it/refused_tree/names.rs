//! Names: their characters, their length, their twins.

use super::{Tried, build, one_entry, refused_by_the_library};
use crate::support::{file, layer, package, path};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;

#[test]
fn item_17_control_characters_are_in_no_name_and_no_target() {
    assert_eq!(
        Tried::new()
            .with(&["usr/a\nb", "usr/c\u{1b}[2J"])
            .refused(""),
        build(
            "error: 2 entries of the tree cannot be packed\n  | `/usr/a\u{fffd}b` has a line break, which dpkg refuses\n  \
             | `/usr/c\u{fffd}[2J` has the control character U+001B\n\nhint: rename it\n"
        )
    );
    assert_eq!(
        Tried::new().link("usr/l", "a\nb").refused(""),
        build(
            "error: the link `/usr/l` points to `a\u{fffd}b`, which has a line break or NUL\n\n\
             hint: let the link point to a path of the target machine, or remove it\n"
        )
    );
}

#[test]
fn item_18_names_paths_and_lines_have_limits() {
    let long = "n".repeat(247);
    assert_eq!(
        Tried::new().with(&[&format!("usr/{long}")]).refused(""),
        one_entry(
            &format!(
                "`/usr/{long}` has a component longer than 246 bytes, which dpkg cannot unpack"
            ),
            "rename it"
        )
    );
    let deep = "d/".repeat(2000) + "d";
    let (start, end) = ("d/".repeat(73), "/d".repeat(75));
    assert_eq!(
        Tried::new().with(&[&format!("usr/{deep}")]).refused(""),
        one_entry(
            &format!("`/usr/{start}…{end}` is longer than 4000 bytes"),
            "rename it"
        )
    );
    let deep = ["d"; 494].join("/");
    assert_eq!(
        Tried::new().with(&[&format!("etc/{deep}")]).refused(""),
        build(&format!(
            "error: the conffile `/etc/{deep}` has a path longer than 990 bytes\n\n\
             hint: dpkg cannot read a longer line: shorten the path\n"
        ))
    );
    let trigger = format!("interest /{}", "t".repeat(245));
    assert_eq!(
        Tried::new().refused(&format!("triggers = [\"{trigger}\"]\n")),
        build(&format!(
            "error: the trigger `{trigger}` is too long for dpkg\n\n\
             hint: a line has at most 254 bytes: name a folder above\n"
        ))
    );
}

#[test]
fn item_19_one_path_has_one_origin_and_twins_are_doubted() {
    let twice = package(vec![
        layer("one", [(path(b"usr/a"), file(b"1"))]),
        layer("two", [(path(b"usr/a"), file(b"2"))]),
    ]);
    assert_eq!(
        refused_by_the_library(&twice),
        "error: `/usr/a` is in both `one` and `two`\n\n\
         hint: leave it out of one of them: dpkg would silently take the last\n"
    );
    let tried = Tried::new().with(&["usr/Read", "usr/read", "usr/caf\u{e9}", "usr/cafe\u{301}"]);
    assert_eq!(
        tried.warned(&mut tried.command("")),
        [
            "`/usr/cafe\u{301}` and `/usr/caf\u{e9}` are one name where case or the form of accents does not count",
            "`/usr/Read` and `/usr/read` are one name where case or the form of accents does not count",
        ]
    );
}

#[test]
fn a_name_that_is_not_utf8_is_packed_and_doubted() {
    let tried = Tried::new();
    let name = tried
        .context
        .path("tree/etc")
        .join(OsStr::from_bytes(b"caf\xe9"));
    fs::write(name, "x").unwrap();
    assert_eq!(
        tried.warned(&mut tried.command("")),
        ["the name of `/etc/caf\u{fffd}` is not UTF-8"]
    );
}
