//! Every call that dpkg can make of every script (Policy §6.5, deb.md 3.1), twice, under dash and under busybox's sh, with what
//! is there afterwards; and what shellcheck and checkbashisms say of the scripts.

use super::{PACKAGE, install};
use crate::context::{TestContext, succeed};
use crate::support::lintian;
use deb_build_app::target::Root;
use std::process::Command;

/// Calls, and what is there after each: the user, the secrets, the state that was noted, whether the tasks ran, the data.
pub(super) const CALLS: &[(&str, &str)] = &[
    ("config configure ''", "- - -"),
    ("config reconfigure 1.0-1", "- - -"),
    ("postinst abort-upgrade 2.0-1", "- - -"),
    ("postinst abort-remove", "- - -"),
    ("postinst abort-remove in-favour other 1.0", "- - -"),
    (
        "postinst abort-deconfigure in-favour other 1.0 removing third 1.0",
        "- - -",
    ),
    ("postinst triggered /usr/bin/python3.11", "- - -"),
    ("postinst a-word-of-a-later-dpkg", "- - -"),
    (
        "postinst configure ''",
        "made first,once,after,first,after, stamped",
    ),
    (
        "postinst configure 1.0-1",
        "made next,after,next,after, stamped",
    ),
    (
        "postinst reconfigure 1.0-1",
        "made next,after,next,after, stamped",
    ),
    ("prerm upgrade 2.0-1", "made - stamped"),
    ("prerm failed-upgrade 1.0-1 2.0-1", "made - stamped"),
    (
        "prerm deconfigure in-favour other 1.0 removing third 1.0",
        "made - stamped",
    ),
    ("prerm remove", "made - stamped"),
    ("prerm remove in-favour other 1.0", "made - stamped"),
    ("postrm upgrade 2.0-1", "made - stamped"),
    ("postrm failed-upgrade 1.0-1 2.0-1", "made - stamped"),
    ("postrm abort-install", "made - stamped"),
    ("postrm abort-install 1.0-1 2.0-1", "made - stamped"),
    ("postrm abort-upgrade 1.0-1 2.0-1", "made - stamped"),
    ("postrm disappear other 1.0", "made - stamped"),
    ("postrm remove", "made - stamped"),
    ("postrm purge", "- - -"),
];

/// Makes every call under a shell, and returns what was there after each.
fn effects(shell: &str) -> Vec<String> {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "debconf", "busybox"])
        .start()
        .unwrap();
    // Only the files, as dpkg has them between unpacking and configuring.
    root.put(&PACKAGE, "/tmp/life.deb").unwrap();
    root.sh("dpkg --unpack /tmp/life.deb; mkdir -p /srv/life")
        .unwrap();
    let ask = "if [ -e /etc/life/secrets.env ]; then echo made; else echo -; fi
        if [ -s /var/lib/life/order ]; then tr '\\n' , </var/lib/life/order; echo; rm /var/lib/life/order; else echo -; fi
        if [ -e /var/lib/deb-build-app/life/done-one-time ]; then echo stamped; else echo -; fi";
    let mut effects = Vec::new();
    for (call, _) in CALLS {
        for _ in 0..2 {
            root.sh(&format!(
                "export DPKG_MAINTSCRIPT_PACKAGE=life DEBIAN_FRONTEND=noninteractive
                 sed -i '1s,.*,#!{shell},' /var/lib/dpkg/info/life.{}
                 /var/lib/dpkg/info/life.{call} </dev/null",
                call.split(' ').next().unwrap()
            ))
            .unwrap_or_else(|error| panic!("{shell}: {call}: {error:#}"));
        }
        effects.push(root.sh(ask).unwrap().replace('\n', " "));
    }
    effects
}

fn expected() -> Vec<String> {
    CALLS
        .iter()
        .map(|(_, effect)| (*effect).to_owned())
        .collect()
}

#[test]
fn every_call_can_be_made_twice_under_dash() {
    assert_eq!(effects("/bin/dash"), expected());
}

#[test]
fn every_call_can_be_made_twice_under_busybox() {
    assert_eq!(effects("/bin/busybox sh"), expected());
}

#[test]
fn foreign_checkers_find_nothing_in_scripts_and_launchers() {
    let context = TestContext::new();
    succeed(
        Command::new("dpkg-deb")
            .arg("-R")
            .arg(&*PACKAGE)
            .arg(context.path("x")),
    );
    let scripts = [
        "DEBIAN/config",
        "DEBIAN/postinst",
        "DEBIAN/prerm",
        "DEBIAN/postrm",
        "opt/life/libexec/task-record",
        "opt/life/libexec/health",
        "usr/bin/life-shell",
        "usr/bin/life-plain",
    ];
    let paths: Vec<_> = scripts
        .iter()
        .map(|name| context.path("x").join(name))
        .collect();
    for dialect in ["sh", "dash"] {
        succeed(
            Command::new("shellcheck")
                .args(["-s", dialect])
                .args(&paths),
        );
    }
    succeed(
        Command::new("checkbashisms")
            .args(["-f", "-p", "-x"])
            .args(&paths),
    );
    for shell in [&["dash", "-n"][..], &["busybox", "sh", "-n"]] {
        for path in &paths {
            succeed(Command::new(shell[0]).args(&shell[1..]).arg(path));
        }
    }
}

#[test]
fn lintian_finds_no_error() {
    let found = lintian(&PACKAGE, &[]);
    assert!(!found.contains("E: ") && !found.contains("W: "), "{found}");
}

#[test]
fn install_is_quiet_about_what_is_not_there() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "debconf"])
        .start()
        .unwrap();
    let said = install(&root, &PACKAGE);
    assert!(
        !said.contains("not found") && !said.contains("No such file"),
        "{said}"
    );
    root.sh("dpkg -r life && dpkg -P life").unwrap();
}
