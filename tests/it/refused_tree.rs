//! Trees that `pack` refuses or doubts, each with the whole text that says why: items 16 to 32 and 40 to 44 of the list in
//! deb.md 6. What no tree can express is given to the library.

mod description;

use crate::context::{TestContext, outcome, tool};
use crate::pack::HEAD;
use crate::support::{file, layer, link, package, path};
use deb_build_app::deb::{Archive, Compression, Content, Entry, Mode, doubts, write};
use deb_build_app::failure;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

/// A tree with one good file, to which a test adds what is wrong.
struct Tried {
    context: TestContext,
}

impl Tried {
    fn new() -> Self {
        let context = TestContext::new();
        context.write("tree/etc/demo.conf", "x=1\n");
        Tried { context }
    }

    /// Writes files of the tree.
    fn with(self, paths: &[&str]) -> Self {
        for path in paths {
            self.context.write(&format!("tree/{path}"), "x\n");
        }
        self
    }

    /// Makes a link of the tree.
    fn link(self, path: &str, target: &str) -> Self {
        let path = self.context.path("tree").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
        self
    }

    fn command(&self, description: &str) -> Command {
        self.context
            .write("demo.toml", &format!("{HEAD}{description}"));
        self.context
            .command(["pack", "-o", "out", "demo.toml", "tree"])
    }

    /// Packs, which must fail and leave nothing, and returns the exit code and the errors.
    fn refused(&self, description: &str) -> (i32, String) {
        self.refused_by(&mut self.command(description))
    }

    fn refused_by(&self, command: &mut Command) -> (i32, String) {
        let (output, code) = outcome(command);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        let left: Vec<_> = fs::read_dir(self.context.path("out")).unwrap().collect();
        assert!(left.is_empty(), "a refused tree leaves {left:?}");
        (code.unwrap(), self.context.plain(&output.stderr))
    }

    /// Packs, which must succeed, and returns the warnings.
    fn warned(&self, command: &mut Command) -> Vec<String> {
        let (output, code) = outcome(command);
        let said = self.context.plain(&output.stderr);
        assert_eq!(code, Some(0), "{said}");
        let lines = said
            .lines()
            .filter_map(|line| line.strip_prefix("warning: "));
        lines.map(str::to_owned).collect()
    }
}

fn build(text: &str) -> (i32, String) {
    (1, text.to_owned())
}

fn recipe(text: &str) -> (i32, String) {
    (3, text.to_owned())
}

/// Returns what the library says to a package that it must refuse.
fn refused_by_the_library(archive: &Archive) -> String {
    let room = tempfile::tempdir().unwrap();
    let error = write(
        archive,
        Compression::default(),
        1,
        &room.path().join("demo.deb"),
    )
    .unwrap_err();
    assert_eq!(fs::read_dir(room.path()).unwrap().count(), 0);
    failure::render(&error)
}

/// The one entry that is refused, why, and what to do.
fn one_entry(why: &str, hint: &str) -> (i32, String) {
    build(&format!(
        "error: 1 entry of the tree cannot be packed\n  | {why}\n\nhint: {hint}\n"
    ))
}

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

#[test]
fn item_24_sockets_and_pipes_are_refused() {
    let tried = Tried::new();
    let _socket = std::os::unix::net::UnixListener::bind(tried.context.path("tree/etc/s")).unwrap();
    let made = Command::new("mkfifo")
        .arg(tried.context.path("tree/etc/p"))
        .status();
    assert!(made.unwrap().success());
    assert_eq!(
        tried.refused(""),
        build(
            "error: 2 entries of the tree cannot be packed\n  | `/etc/p` is a socket, pipe or device\n  \
             | `/etc/s` is a socket, pipe or device\n\n\
             hint: remove it from the tree, and let `postinst` or the service make it\n"
        )
    );
}

#[test]
fn item_24_files_that_cannot_be_read_are_all_named() {
    let tried = Tried::new().with(&["usr/secret", "usr/other"]);
    for name in ["secret", "other"] {
        let file = tried.context.path("tree/usr").join(name);
        fs::set_permissions(file, fs::Permissions::from_mode(0o000)).unwrap();
    }
    let mut plain = tried.command("");
    // Root may read everything: another user packs, with a tool that is in a folder of theirs.
    let output = Command::new("id").arg("-u").output().unwrap();
    if output.stdout == b"0\n" {
        fs::copy(tool(), tried.context.path("tool")).unwrap();
        let given = Command::new("chown")
            .args(["-R", "65534"])
            .arg(tried.context.path(""))
            .status();
        assert!(given.unwrap().success());
        plain = Command::new("setpriv");
        plain
            .args([
                "--reuid",
                "65534",
                "--regid",
                "65534",
                "--clear-groups",
                "--",
            ])
            .arg(tried.context.path("tool"))
            .args(["pack", "-o", "out", "demo.toml", "tree"])
            .current_dir(tried.context.path(""));
        tried.context.set_environment(&mut plain);
    }
    let (code, said) = tried.refused_by(&mut plain);
    assert_eq!(code, 1);
    let causes = said
        .lines()
        .filter(|line| !line.starts_with("  caused by: "));
    assert_eq!(
        causes.collect::<Vec<_>>().join("\n"),
        "error: the tree has files that cannot be read\n  | `/usr/other`\n  | `/usr/secret`\n\n\
         hint: pack as a user who may read them, or take them out of the tree"
    );
}

#[test]
fn item_24_a_file_that_changes_while_it_is_packed_is_an_error() {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicBool, Ordering};
    let tried = Tried::new().with(&["usr/log"]);
    let large = fs::OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(tried.context.path("tree/etc/a-large-one"));
    large.unwrap().set_len(40 << 20).unwrap();
    let mut command = tried.command("conffiles = []\n");
    let done = AtomicBool::new(false);
    let (code, said) = std::thread::scope(|scope| {
        scope.spawn(|| {
            let path = tried.context.path("tree/usr/log");
            let mut log = fs::OpenOptions::new().append(true).open(path).unwrap();
            while !done.load(Ordering::Relaxed) {
                log.write_all(b"another line\n").unwrap();
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        });
        let refused = tried.refused_by(&mut command);
        done.store(true, Ordering::Relaxed);
        refused
    });
    assert_eq!(code, 1);
    let causes = said
        .lines()
        .filter(|line| !line.starts_with("  caused by: "));
    assert_eq!(
        causes.collect::<Vec<_>>().join("\n"),
        "error: the tree changed while it was packed\n  | `/usr/log`\n\nhint: pack again when nothing writes to it"
    );
    assert!(
        said.contains("`[TEST]/tree/usr/log` changed while it was packed"),
        "{said}"
    );
}

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
fn item_30_a_file_that_apt_cannot_read_is_refused_before_it_is_read() {
    let entry = |size| Entry::File {
        mode: Mode::FILE,
        content: Content::OnDisk {
            path: "/nowhere".into(),
            size,
        },
    };
    let archive = package(vec![layer(
        "one",
        [(path(b"usr/large"), entry((1 << 37) + 1))],
    )]);
    assert_eq!(
        refused_by_the_library(&archive),
        "error: `/usr/large` has 137438953473 bytes, and apt reads files of at most 137438953472\n\n\
         hint: split it, or fetch it when the package is installed\n"
    );
    let largest = package(vec![layer("one", [(path(b"usr/large"), entry(1 << 37))])]);
    assert!(refused_by_the_library(&largest).contains("/nowhere"));
    assert_eq!(doubts(&largest), [""; 0]);
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
