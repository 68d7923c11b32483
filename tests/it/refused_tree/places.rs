//! Modes and places, and trees that are none.

use super::{Tried, build, one_entry, recipe};
use crate::context::TestContext;
use crate::pack::HEAD;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

#[test]
fn item_25_dangerous_modes_are_written_down() {
    let tried = Tried::new().with(&["usr/bin/su"]);
    let program = tried.context.path("tree/usr/bin/su");
    fs::set_permissions(program, fs::Permissions::from_mode(0o4755)).unwrap();
    assert_eq!(
        tried.refused(""),
        one_entry(
            "`/usr/bin/su` has the mode 4755",
            "a program that runs as another user is named: `\"/PATH\" = \"4755\"` in `[modes]`; else remove the bit"
        )
    );
    assert_eq!(
        tried.refused("[modes]\n\"/usr/bin/su\" = \"rwsr-xr-x\"\n\"/usr/x\" = \"0644\"\n"),
        recipe(
            "error[recipe::invalid-value]: `modes.\"/usr/bin/su\"` is not valid\n  --> demo.toml:10:17\n   |\n\
             10 | \"/usr/bin/su\" = \"rwsr-xr-x\"\n   |                 ^^^^^^^^^^^ is not three or four octal digits, such as `0640`\n"
        )
    );
    assert_eq!(
        tried.refused("[modes]\n\"/usr/bin/su\" = \"4755\"\n\"/usr/x\" = \"0644\"\n"),
        recipe(
            "error: `/usr/x` of `[modes]` is not in the tree\n\n\
             hint: name a file or directory of the tree, as it will be installed\n"
        )
    );
}

#[test]
fn item_26_places_of_the_system_are_forced_or_refused() {
    let tried = Tried::new().with(&["run/x", "usr/local/bin/y", "srv-demo/z", "usr/local/w"]);
    assert_eq!(
        tried.refused(""),
        build(
            "error: the tree has something where packages install nothing\n  | `/run/x` and 1 more in `/run`\n  \
             | `/srv-demo/z` and 1 more in `/srv-demo`\n  | `/usr/local/bin/y` and 3 more in `/usr/local`\n\n\
             hint: install it below `/usr`, `/opt`, `/etc`, `/srv` or `/var`, or write \
             `force = [\"/run\", \"/srv-demo\", \"/usr/local\"]` in `[places]`\n"
        )
    );
    let force = "[places]\nforce = [\"/run\", \"/srv-demo\", \"/usr/local\"]\n";
    assert_eq!(tried.warned(&mut tried.command(force)), [""; 0]);
}

#[test]
fn item_27_names_of_dpkg_are_refused() {
    let names = ["new", "old", "tmp", "dist", "bak"];
    for suffix in names {
        assert_eq!(
            Tried::new()
                .with(&[&format!("etc/x.dpkg-{suffix}")])
                .refused(""),
            one_entry(
                &format!(
                    "`/etc/x.dpkg-{suffix}` has a name ending in `.dpkg-{suffix}`, which is dpkg's own"
                ),
                "rename it"
            )
        );
    }
}

#[test]
fn item_42_the_package_does_not_go_into_the_tree() {
    let tried = Tried::new();
    tried.context.write("demo.toml", HEAD);
    for (output, shown) in [
        ("tree", "tree"),
        ("tree/etc/new/demo.deb", "tree/etc/new/demo.deb"),
        ("tree/", "tree"),
        ("link", "link"),
    ] {
        let _ = symlink("tree/etc", tried.context.path("link"));
        let mut command = tried
            .context
            .command(["pack", "-o", output, "demo.toml", "tree"]);
        assert_eq!(
            tried.refused_by(&mut command),
            build(&format!(
                "error: the package would be written to `[TEST]/{shown}`, in the tree that is packed\n\n\
                 hint: name a place outside of the tree with `--output`\n"
            ))
        );
    }
    assert!(!tried.context.path("tree/etc/new").exists());
}

#[test]
fn item_44_a_package_of_nothing_is_refused() {
    let context = TestContext::new();
    fs::create_dir(context.path("tree")).unwrap();
    assert_eq!(
        Tried { context }.refused(""),
        build(
            "error: there is nothing in `[TEST]/tree`\n\n\
             hint: a package of relations alone has its documents at least, in `/usr/share/doc/NAME`\n"
        )
    );
}

#[test]
fn control_files_are_not_taken_out_of_the_tree() {
    assert_eq!(
        Tried::new().with(&["DEBIAN/control"]).refused(""),
        build(
            "error: there is a `DEBIAN` in `[TEST]/tree`\n\n\
             hint: control files go into the description: fields into `[package]`, maintainer scripts into `[scripts]`; remove the folder\n"
        )
    );
}
