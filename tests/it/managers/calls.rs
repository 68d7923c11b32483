//! Every call that dpkg can make, for packages of every manager, where no manager runs or is even installed; and what foreign
//! checkers say of the scripts.

use super::app::{PORTS, package, processes, runs, until};
use crate::context::{TestContext, succeed};
use deb_build_app::target::Root;
use std::process::Command;

const MANAGERS: [&str; 5] = ["systemd", "supervisor", "sysv", "runit", "daemontools"];

pub(crate) const CALLS: [&str; 21] = [
    "postinst configure ''",
    "postinst configure 0.1-1",
    "postinst reconfigure 0.1-1",
    "postinst abort-upgrade 0.2-1",
    "postinst abort-remove",
    "postinst abort-remove in-favour other 1.0",
    "postinst abort-deconfigure in-favour other 1.0 removing third 1.0",
    "postinst triggered '/usr/bin/python3.11'",
    "prerm upgrade 0.2-1",
    "prerm failed-upgrade 0.1-1 0.2-1",
    "prerm deconfigure in-favour other 1.0 removing third 1.0",
    "prerm remove",
    "prerm remove in-favour other 1.0",
    "postrm upgrade 0.2-1",
    "postrm failed-upgrade 0.1-1 0.2-1",
    "postrm abort-install",
    "postrm abort-install 0.1-1 0.2-1",
    "postrm abort-upgrade 0.1-1 0.2-1",
    "postrm disappear other 1.0",
    "postrm remove",
    "postrm purge",
];

#[test]
fn every_call_succeeds_twice_under_dash_and_busybox_where_nothing_runs() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "busybox"])
        .start()
        .unwrap();
    for manager in MANAGERS {
        for shell in ["dash", "busybox sh"] {
            let before = root.snapshot().unwrap();
            root.put(&package(manager, "1.0"), "/root/fleet.deb")
                .unwrap();
            // The manager is not even there.
            root.sh("dpkg --force-depends -i /root/fleet.deb; rm /root/fleet.deb")
                .unwrap();
            for call in CALLS {
                for time in ["first", "second"] {
                    root.sh(&format!(
                        "export DPKG_MAINTSCRIPT_PACKAGE=fleet; {shell} -u /var/lib/dpkg/info/fleet.{call} </dev/null"
                    ))
                    .unwrap_or_else(|error| panic!("{manager}, {shell}, {time}: {call}: {error:#}"));
                }
            }
            root.sh("dpkg --force-depends -P fleet").unwrap();
            let left: Vec<_> = before
                .difference(&root.snapshot().unwrap(), &["/var/lib/dpkg"])
                .into_iter()
                .filter(|line| line.contains("fleet") || line.contains("deb-build-app"))
                .collect();
            assert_eq!(left, Vec::<String>::new(), "{manager}, {shell}");
        }
    }
}

#[test]
fn where_a_policy_forbids_to_start_nothing_is_started() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "cron", "supervisor", "runit", "runit-run"])
        .boot()
        .unwrap();
    root.forbid_services().unwrap();
    for manager in ["systemd", "supervisor", "sysv"] {
        root.install(&package(manager, "1.0"))
            .unwrap()
            .succeeded()
            .unwrap();
        assert_eq!(processes(&root), 0, "{manager}");
        root.sh("dpkg -P fleet").unwrap();
    }
}

#[test]
fn what_a_policy_forbids_to_start_is_started_by_the_next_boot() {
    for (manager, packages, states) in [
        ("runit", ["runit", "runit-run"], "sv status /etc/sv/fleet-*"),
        (
            "daemontools",
            ["daemontools", "daemontools-run"],
            "svstat /etc/sv/fleet-*",
        ),
    ] {
        let root = Root::builder("bookworm")
            .packages(["python3.11", "cron", packages[0], packages[1]])
            .boot()
            .unwrap();
        // Only then its link starts anything.
        until(&root, "pgrep -x 'runsvdir|svscan'");
        root.forbid_services().unwrap();
        root.install(&package(manager, "1.0"))
            .unwrap()
            .succeeded()
            .unwrap();
        let states = root.sh(states).unwrap();
        assert_eq!(states.matches("down").count(), 3, "{states}");
        assert_eq!(processes(&root), 0, "{manager}");
        root.sh("! ls /etc/sv/fleet-*/down").unwrap();
        let root = root.halt().unwrap().boot().unwrap();
        runs(&root, "1.0", &PORTS);
        root.sh("dpkg -P fleet; ! ls -d /etc/sv/fleet-*").unwrap();
    }
}

#[test]
fn every_script_of_every_package_is_plain_sh() {
    for manager in MANAGERS {
        let context = TestContext::new();
        let whole = context.path(manager);
        succeed(
            Command::new("dpkg-deb")
                .arg("-R")
                .arg(package(manager, "1.0"))
                .arg(&whole),
        );
        let found = succeed(
            Command::new("grep")
                .args(["-rlE", "^#!/bin/sh$"])
                .arg(&whole),
        );
        assert!(found.lines().count() >= 3, "{found}");
        for script in found.lines() {
            // The files that launchers read are the host's, and a `$` in a word of a command is the program's.
            succeed(Command::new("shellcheck").args(["-s", "sh", "-e", "SC1091,SC2016", script]));
            succeed(Command::new("checkbashisms").args(["--posix", script]));
        }
    }
}
