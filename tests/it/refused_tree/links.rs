//! Links, and what lies below them.

use super::{Tried, build, refused_by_the_library};
use crate::support::{file, layer, link, package, path};
use std::fs;
use std::process::Command;

#[test]
fn item_20_and_21_nothing_lies_below_a_file_or_a_link() {
    let below = |entry| {
        refused_by_the_library(&package(vec![
            layer("one", [(path(b"usr/a"), entry)]),
            layer("two", [(path(b"usr/a/b"), file(b"2"))]),
        ]))
    };
    let hint = "hint: a path is a file, a link or a directory: dpkg cannot unpack anything below a file or link";
    assert_eq!(
        below(file(b"1")),
        format!(
            "error: `/usr/a` is a file of `one`, but `two` has `/usr/a/b` below it\n\n{hint}\n"
        )
    );
    assert_eq!(
        below(link(b"c")),
        format!(
            "error: `/usr/a` is a symbolic link of `one`, but `two` has `/usr/a/b` below it\n\n{hint}\n"
        )
    );
}

#[test]
fn item_22_a_link_points_to_a_place_of_the_target() {
    let hint = "let the link point to a path of the target machine, or remove it";
    assert_eq!(
        refused_by_the_library(&package(vec![layer("one", [(path(b"usr/l"), link(b""))])])),
        format!("error: the link `/usr/l` points nowhere\n\nhint: {hint}\n")
    );
    assert_eq!(
        Tried::new().link("usr/l", "../../x").refused(""),
        build(&format!(
            "error: the link `/usr/l` points to `../../x`, which goes up beyond `/`\n\nhint: {hint}\n"
        ))
    );
    let tried = Tried::new();
    let tree = tried.context.path("tree");
    let home = tried.context.path("home/x");
    let tried = tried
        .link("usr/a", tree.join("usr/b").to_str().unwrap())
        .link("usr/h", home.to_str().unwrap())
        .link("usr/t", "/var/tmp/x");
    assert_eq!(
        tried.refused(""),
        build(
            "error: 3 entries of the tree cannot be packed\n  \
             | `/usr/a` points to `[TEST]/tree/usr/b`, which is in `[TEST]/tree` of this machine\n  \
             | `/usr/h` points to `[TEST]/home/x`, which is in `[TEST]/home` of this machine\n  \
             | `/usr/t` points to `/var/tmp/x`, which is in `/var/tmp` of this machine\n\n\
             hint: make the link relative, or let it point to where its target will be installed\n"
        )
    );
    let tried = Tried::new()
        .link("usr/share/demo/none", "nothing")
        .link("usr/share/demo/python", "/usr/bin/python3");
    assert_eq!(
        tried.warned(&mut tried.command("")),
        [
            "the link `/usr/share/demo/none` leads to `/usr/share/demo/nothing`, which is not in the package"
        ]
    );
}

#[test]
fn item_23_a_hard_link_to_a_conffile_is_a_file_of_its_own() {
    let tried = Tried::new();
    let tree = tried.context.path("tree");
    fs::hard_link(tree.join("etc/demo.conf"), tree.join("etc/other.conf")).unwrap();
    assert_eq!(tried.warned(&mut tried.command("")), [""; 0]);
    let list = Command::new("dpkg-deb")
        .arg("-c")
        .arg(tried.context.path("out/demo_2.0-1_all.deb"))
        .output()
        .unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    assert_eq!(list.lines().filter(|line| line.starts_with('-')).count(), 2);
    assert!(!list.contains("link to"), "{list}");
}
