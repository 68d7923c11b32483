//! Files that cannot be read as they are.

use super::{Tried, build, refused_by_the_library};
use crate::context::tool;
use crate::support::{layer, package, path};
use deb_build_app::deb::{Content, Entry, Mode, doubts};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

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
