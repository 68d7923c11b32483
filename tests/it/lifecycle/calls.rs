//! Every call that dpkg can make of the maintainer scripts (Policy 6.5), on each of the three hosts.

use super::{booted, install, is, left_behind, state};
use crate::context::{DEMOSITE, DEMOSITE_NEXT};
use crate::managers::calls::CALLS;
use deb_build_app::target::Root;

/// All calls that an administrator makes, on a host where nothing is started.
fn every_call_succeeds(root: &Root) {
    let before = root.snapshot().unwrap();
    install(root, &DEMOSITE);
    let again = |root: &Root| {
        root.sh("find /opt/demosite /etc/demosite /var/log/demosite /var/lib/demosite -printf '%p %m %u:%g %l\\n' | sort")
            .unwrap()
    };
    let files = again(root);
    install(root, &DEMOSITE);
    assert_eq!(again(root), files);
    root.sh("echo '# mine' >>/etc/demosite/config.cfg").unwrap();
    install(root, &DEMOSITE_NEXT);
    assert!(
        root.read("/etc/demosite/config.cfg")
            .unwrap()
            .ends_with("# mine\n")
    );
    install(root, &DEMOSITE);
    root.sh("dpkg -r demosite").unwrap();
    assert!(root.exists("/etc/demosite/config.cfg").unwrap());
    install(root, &DEMOSITE);
    root.sh("dpkg -P demosite").unwrap();
    assert_eq!(left_behind(&before, root), Vec::<String>::new());
    // Whether the app itself runs does not depend on an init.
    install(root, &DEMOSITE_NEXT);
    assert_eq!(
        root.sh("/opt/demosite/bin/demosite --version").unwrap(),
        "demosite 0.1"
    );
    root.sh("dpkg -P demosite").unwrap();
}

#[test]
fn every_call_succeeds_without_an_init() {
    let root = Root::builder("bookworm")
        .packages(["python3.11"])
        .start()
        .unwrap();
    every_call_succeeds(&root);
}

#[test]
fn every_call_succeeds_where_a_policy_forbids_to_start() {
    let root = booted();
    root.forbid_services().unwrap();
    install(&root, &DEMOSITE);
    assert_eq!(state(&root), is("inactive", "enabled"));
    root.sh("dpkg -P demosite").unwrap();
    every_call_succeeds(&root);
}

/// Makes every call that dpkg can make twice, and returns what the service is after each.
fn every_call_of_dpkg(root: &Root) -> Vec<String> {
    install(root, &DEMOSITE);
    let mut states = Vec::new();
    let mut calls = CALLS.to_vec();
    calls.insert(0, "postinst a-word-of-a-later-dpkg");
    for call in calls {
        for _ in 0..2 {
            root.sh(&format!(
                "export DPKG_MAINTSCRIPT_PACKAGE=demosite; sh -u /var/lib/dpkg/info/demosite.{call} </dev/null"
            ))
            .unwrap_or_else(|error| panic!("{call}: {error:#}"));
        }
        states.push(format!("{call}: {}", state(root).0));
    }
    // Purge may run while dpkg's own commands may already be gone.
    root.sh("mkdir /tmp/few && ln -s /usr/bin/rm /usr/bin/rmdir /tmp/few; PATH=/tmp/few /bin/sh -u /var/lib/dpkg/info/demosite.postrm purge")
        .unwrap();
    states
}

#[test]
fn maintainer_scripts_survive_every_call_without_an_init() {
    let root = Root::builder("bookworm")
        .packages(["python3.11"])
        .start()
        .unwrap();
    every_call_of_dpkg(&root);
}

#[test]
fn maintainer_scripts_survive_every_call_and_the_service_follows_them() {
    let states = every_call_of_dpkg(&booted());
    for state in states {
        let (call, state) = state.split_once(": ").unwrap();
        let expected = match call.split(' ').collect::<Vec<_>>()[..] {
            ["postinst", ..] => "active",
            _ => "inactive",
        };
        assert_eq!(state, expected, "{call}");
    }
}
