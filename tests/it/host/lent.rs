//! Groups that a user of another package joins for the time that ours wants it: whose a membership is, after everything that can
//! happen to a package, and whatever the administrator does meanwhile.

use super::calls::CALLS;
use crate::context::TestContext;
use deb_build_app::target::Root;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Builds a package of one service, which never starts here, whose user is `captain`.
fn build(name: &str, version: &str, user: &str) -> PathBuf {
    let context = TestContext::new();
    let recipe = format!(
        r#"
[package]
name = "{name}"
version = "{version}"
maintainer = "Ada <ada@example.org>"
summary = "sails with the captain"

[venv]
packages = ["six==1.17.0"]

[service.sail]
command = "/bin/sleep 1000"

[user]
name = "captain"
{user}
"#
    );
    let built = context.build(&context.write("recipe.toml", &recipe));
    let kept = crate::context::kept().join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
}

const LENT: &str = "existing = true\ngroups = [\"adm\"]";

static ALOFT: LazyLock<PathBuf> = LazyLock::new(|| build("ship", "1.0", LENT));
static WITHOUT: LazyLock<PathBuf> = LazyLock::new(|| build("ship", "1.1", "existing = true"));
static OWN: LazyLock<PathBuf> = LazyLock::new(|| build("ship", "1.2", "groups = [\"adm\"]"));
static TENDER: LazyLock<PathBuf> = LazyLock::new(|| build("tender", "1.0", LENT));

/// A host that has the user, and no init.
fn host() -> Root {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "busybox"])
        .start()
        .unwrap();
    root.sh("useradd --system -M captain").unwrap();
    root
}

fn install(root: &Root, package: &Path) {
    root.install(package).unwrap().succeeded().unwrap();
}

/// Returns whether the user is in the group, as `id` says.
fn is_in(root: &Root) -> bool {
    let groups = root.sh("id -Gn captain").unwrap();
    groups.split(' ').any(|group| group == "adm")
}

/// Returns the notes of a package.
fn notes(root: &Root, package: &str) -> String {
    root.sh(&format!(
        "cd /var/lib/deb-build-app/{package}; grep -H . group* || true"
    ))
    .unwrap()
}

/// Puts a script in the place of a program, and the program beside it.
fn replace(root: &Root, program: &str, script: &str) {
    root.sh(&format!(
        "test -e {program}.real || mv {program} {program}.real
         printf '%s\\n' '#!/bin/sh' '{script}' >{program}; chmod 0755 {program}"
    ))
    .unwrap();
}

fn put_back(root: &Root, program: &str) {
    root.sh(&format!("mv {program}.real {program}")).unwrap();
}

const ADDUSER: &str = "/usr/sbin/adduser";
const GPASSWD: &str = "/usr/bin/gpasswd";

#[test]
fn a_package_takes_no_group_from_a_user_that_a_recipe_makes() {
    let root = host();
    // The next version makes the user itself.
    install(&root, &ALOFT);
    assert_eq!(notes(&root, "ship"), "group:captain:adm:made");
    install(&root, &OWN);
    assert_eq!(notes(&root, "ship"), "group:captain:adm:own");
    assert!(is_in(&root));
    root.sh("dpkg -P ship").unwrap();
    assert!(is_in(&root));

    // Another package has lent it before.
    root.sh("gpasswd -d captain adm").unwrap();
    install(&root, &TENDER);
    install(&root, &OWN);
    root.sh("dpkg -P tender").unwrap();
    assert!(is_in(&root));
    assert_eq!(notes(&root, "ship"), "group:captain:adm:own");

    // When it is nobody's own any more, it is as if the administrator had made it so.
    install(&root, &TENDER);
    root.sh("dpkg -P ship").unwrap();
    assert_eq!(notes(&root, "tender"), "group:captain:adm:found");
    root.sh("dpkg -P tender; test ! -e /var/lib/deb-build-app")
        .unwrap();
    assert!(is_in(&root));
}

#[test]
fn what_any_version_lent_ends_with_the_package() {
    let root = host();
    install(&root, &ALOFT);
    root.put(&WITHOUT, "/root/without.deb").unwrap();
    root.sh("dpkg --unpack /root/without.deb; dpkg -r ship")
        .unwrap();
    assert!(!is_in(&root));
    assert_eq!(notes(&root, "ship"), "");

    // A package that is removed and not purged wants nothing.
    install(&root, &ALOFT);
    install(&root, &TENDER);
    root.sh("dpkg -r tender").unwrap();
    assert!(is_in(&root));
    root.sh("dpkg -r ship").unwrap();
    assert!(!is_in(&root));

    // The one that is left takes over what the other had made.
    install(&root, &ALOFT);
    install(&root, &TENDER);
    root.sh("dpkg -P ship").unwrap();
    assert!(is_in(&root));
    assert_eq!(notes(&root, "tender"), "group:captain:adm:made");
    root.sh("dpkg -P tender; test ! -e /var/lib/deb-build-app")
        .unwrap();
    assert!(!is_in(&root));
}

#[test]
fn a_membership_that_the_administrator_gave_back_is_the_administrators() {
    let root = host();
    install(&root, &ALOFT);
    root.sh("gpasswd -d captain adm").unwrap();
    install(&root, &ALOFT);
    assert!(!is_in(&root));
    assert_eq!(notes(&root, "ship"), "group:captain:adm:found");
    root.sh("adduser --quiet captain adm; dpkg -r ship")
        .unwrap();
    assert!(is_in(&root));

    // Who is out already leaves nothing to take over.
    root.sh("gpasswd -d captain adm").unwrap();
    install(&root, &ALOFT);
    install(&root, &TENDER);
    root.sh("gpasswd -d captain adm; dpkg -P ship").unwrap();
    assert_eq!(notes(&root, "tender"), "group:captain:adm:found");
    root.sh("adduser --quiet captain adm; dpkg -P tender")
        .unwrap();
    assert!(is_in(&root));
}

#[test]
fn a_group_that_cannot_be_joined_is_told_of_and_is_the_administrators_then() {
    let root = host();
    replace(&root, ADDUSER, "exit 1");
    let ran = root.install(&ALOFT).unwrap().succeeded().unwrap();
    assert_eq!(
        ran.stderr
            .lines()
            .filter(|line| line.starts_with("ship: "))
            .collect::<Vec<_>>(),
        [
            "ship: captain could not join the group adm, and goes on without it; run 'adduser captain adm', and restart what is to be in it"
        ]
    );
    assert_eq!(notes(&root, "ship"), "");
    put_back(&root, ADDUSER);
    root.sh("adduser --quiet captain adm").unwrap();
    install(&root, &ALOFT);
    root.sh("dpkg -P ship").unwrap();
    assert!(is_in(&root));
}

#[test]
fn an_attempt_that_was_killed_is_ended_by_whatever_comes_next() {
    let root = host();
    let killed = |script: &str| {
        replace(&root, ADDUSER, script);
        let ran = root.install(&ALOFT).unwrap();
        assert_ne!(ran.status, 0, "{}", ran.stderr);
        put_back(&root, ADDUSER);
        assert_eq!(notes(&root, "ship"), "group:captain:adm:joining");
    };
    let before = "kill -9 $PPID";
    let after = "/usr/sbin/adduser.real \"$@\"; kill -9 $PPID";
    for script in [before, after] {
        killed(script);
        root.sh("dpkg --configure -a").unwrap();
        assert_eq!(notes(&root, "ship"), "group:captain:adm:made");
        assert!(is_in(&root));
        root.sh("dpkg -P ship").unwrap();
        assert!(!is_in(&root));

        killed(script);
        install(&root, &WITHOUT);
        assert_eq!(notes(&root, "ship"), "");
        assert!(!is_in(&root));

        killed(script);
        root.sh("dpkg -r ship").unwrap();
        assert_eq!(notes(&root, "ship"), "");
        assert!(!is_in(&root));
    }
}

#[test]
fn a_group_that_cannot_be_left_is_told_of_and_left_at_the_purge() {
    let root = host();
    let told = "ship: captain could not leave the group adm, which it joined for this package; run 'gpasswd -d captain adm'";
    for call in ["dpkg -r ship", "dpkg -i /root/without.deb"] {
        root.put(&WITHOUT, "/root/without.deb").unwrap();
        install(&root, &ALOFT);
        replace(&root, GPASSWD, "exit 1");
        let said = root.sh(&format!("{call} 2>&1 >/dev/null")).unwrap();
        assert!(said.lines().any(|line| line == told), "{call}: {said}");
        assert_eq!(notes(&root, "ship"), "group:captain:adm:made");
        put_back(&root, GPASSWD);
        root.sh("dpkg -P ship; test ! -e /var/lib/deb-build-app")
            .unwrap();
        assert!(!is_in(&root), "{call}");
    }
}

#[test]
fn every_call_can_be_made_twice_and_says_who_is_in_the_group() {
    let root = host();
    root.put(&ALOFT, "/root/ship.deb").unwrap();
    // This package asks nothing.
    let calls = || {
        CALLS
            .iter()
            .filter(|(call, _)| !call.starts_with("config "))
    };
    for shell in ["/bin/dash", "/bin/busybox sh"] {
        root.sh("dpkg --unpack /root/ship.deb").unwrap();
        let mut configured = false;
        for (call, _) in calls() {
            for _ in 0..2 {
                root.sh(&format!(
                    "export DPKG_MAINTSCRIPT_PACKAGE=ship
                     {shell} -u /var/lib/dpkg/info/ship.{call} </dev/null"
                ))
                .unwrap_or_else(|error| panic!("{shell}: {call}: {error:#}"));
            }
            configured |= call.starts_with("postinst configure");
            let removed = ["postrm remove", "postrm purge"].contains(call);
            assert_eq!(is_in(&root), configured && !removed, "{shell}: {call}");
        }
        // At a purge few commands may be left.
        root.sh(&format!(
            "export DPKG_MAINTSCRIPT_PACKAGE=ship; {shell} -u /var/lib/dpkg/info/ship.postinst configure ''
             mkdir -p /tmp/few; ln -sf /usr/bin/rm /usr/bin/rmdir /tmp/few
             PATH=/tmp/few {shell} -u /var/lib/dpkg/info/ship.postrm purge; test ! -e /var/lib/deb-build-app
             gpasswd -d captain adm; dpkg -P ship"
        ))
        .unwrap();
    }
}
