//! The demo's package on hosts: installed, used, upgraded, removed, purged.
//!
//! Three hosts: one with systemd, one without an init, one with systemd where a `policy-rc.d` forbids to start anything.

mod calls;

use crate::context::{DEMOSITE, DEMOSITE_NEXT};
use deb_build_app::target::{Root, Snapshot};
use std::time::{Duration, Instant};

const TAGLINE: &str = "Small sites, carefully served.";

/// What may be different after a purge: the user stays, `/opt` is nobody's, and dpkg, apt and systemd keep their books.
pub(crate) const NOT_THE_PACKAGES: &[&str] = &[
    "/etc/.pwd.lock",
    "/etc/group",
    "/etc/group-",
    "/etc/gshadow",
    "/etc/gshadow-",
    "/etc/passwd",
    "/etc/passwd-",
    "/etc/shadow",
    "/etc/shadow-",
    "/etc/subgid",
    "/etc/subgid-",
    "/etc/subuid",
    "/etc/subuid-",
    "/opt",
    "/run/adduser",
    "/var/cache/apt",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/log/apt",
    "/var/log/dpkg.log",
];

fn booted() -> Root {
    Root::builder("bookworm")
        .packages(["python3.11"])
        .boot()
        .unwrap()
}

fn install(root: &Root, package: &std::path::Path) {
    root.install(package).unwrap().succeeded().unwrap();
}

/// Asks for a page until the site answers: a started gunicorn still has to load the app.
fn page(root: &Root, path: &str) -> String {
    let start = Instant::now();
    loop {
        let ran = root
            .run(&["curl", "-fsS", &format!("http://127.0.0.1:8000{path}")])
            .unwrap();
        if ran.success() || start.elapsed() > Duration::from_mins(3) {
            return ran.succeeded().unwrap().stdout;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn show(root: &Root, property: &str) -> String {
    root.sh(&format!("systemctl show -P {property} demosite.service"))
        .unwrap()
}

fn state(root: &Root) -> (String, String) {
    let word = |verb: &str| {
        let ran = root.run(&["systemctl", verb, "demosite.service"]).unwrap();
        ran.stdout.trim_end().to_owned()
    };
    (word("is-active"), word("is-enabled"))
}

fn is(active: &str, enabled: &str) -> (String, String) {
    (active.to_owned(), enabled.to_owned())
}

/// Returns what is installed and how, for comparing two installations: files, modes, owners, users, enablement.
fn installed(root: &Root) -> String {
    root.sh(
        "dpkg -L demosite | xargs stat -c '%n %a %U:%G %N'
         stat -c '%n %a %U:%G' /var/log/demosite /var/lib/demosite
         getent passwd demosite; getent group demosite; id demosite
         systemctl is-enabled demosite.service
         find /etc/systemd /var/lib/systemd/deb-systemd-helper-enabled -name '*demosite*' -printf '%p %l\\n' | sort",
    )
    .unwrap()
}

fn left_behind(before: &Snapshot, root: &Root) -> Vec<String> {
    before.difference(&root.snapshot().unwrap(), NOT_THE_PACKAGES)
}

#[test]
fn a_package_is_installed_used_upgraded_removed_and_purged_under_systemd() {
    let root = booted();
    let before = root.snapshot().unwrap();

    install(&root, &DEMOSITE);
    assert_eq!(state(&root), is("active", "enabled"));
    assert!(page(&root, "/").contains(TAGLINE));
    assert!(page(&root, "/static/site.css").contains('{'));
    for log in ["site.log", "access.log"] {
        let lines = root
            .read(&format!("/var/log/demosite/{log}"))
            .unwrap()
            .lines()
            .count();
        assert!(lines >= 1, "{log} has no line");
    }
    let pid = show(&root, "MainPID");
    let process = root
        .sh(&format!("ps -o user= -p {pid}; readlink /proc/{pid}/cwd; tr '\\0' '\\n' </proc/{pid}/cmdline | head -2"))
        .unwrap();
    assert_eq!(
        process,
        "demosite\n/opt/demosite\n/opt/demosite/bin/python\n/opt/demosite/bin/gunicorn"
    );
    let verified = root.run(&["dpkg", "--verify", "demosite"]).unwrap();
    assert_eq!((verified.status, verified.stdout.as_str()), (0, ""));

    // The administrator's tagline survives, and the new version's process serves it.
    root.sh("sed -i 's/carefully served/served by the admin/' /etc/demosite/config.cfg")
        .unwrap();
    install(&root, &DEMOSITE_NEXT);
    assert_eq!(state(&root), is("active", "enabled"));
    assert!(page(&root, "/").contains("Small sites, served by the admin."));
    assert_ne!(show(&root, "MainPID"), pid);
    assert_eq!(
        root.sh("dpkg-query -W -f '${Version}' demosite").unwrap(),
        "0.2-1"
    );

    root.sh("dpkg -r demosite").unwrap();
    assert_eq!(state(&root).0, "inactive");
    assert!(
        !root
            .run(&["curl", "-sS", "http://127.0.0.1:8000/"])
            .unwrap()
            .success()
    );
    assert!(
        root.read("/etc/demosite/config.cfg")
            .unwrap()
            .contains("served by the admin")
    );
    assert!(root.exists("/etc/default/demosite").unwrap());
    assert!(root.exists("/var/log/demosite/site.log").unwrap());
    assert!(!root.exists("/opt/demosite").unwrap());

    root.sh("dpkg -P demosite").unwrap();
    assert_eq!(left_behind(&before, &root), Vec::<String>::new());
    assert_eq!(
        root.sh("getent passwd demosite | cut -d: -f6,7").unwrap(),
        "/var/lib/demosite:/usr/sbin/nologin"
    );
}

#[test]
fn the_same_package_again_changes_nothing_and_restarts_once() {
    let root = booted();
    install(&root, &DEMOSITE);
    page(&root, "/");
    let (files, pid) = (installed(&root), show(&root, "MainPID"));
    let starts = || {
        root.sh("journalctl -o cat -u demosite.service | grep -c '^Started '")
            .unwrap()
    };
    assert_eq!(starts(), "1");
    install(&root, &DEMOSITE);
    page(&root, "/");
    let other = installed(&root);
    let changed: Vec<_> = files
        .lines()
        .zip(other.lines())
        .filter(|(a, b)| a != b)
        .collect();
    assert_eq!(changed, []);
    assert_eq!(other.lines().count(), files.lines().count());
    assert_eq!(starts(), "2");
    assert_ne!(show(&root, "MainPID"), pid);
    assert_eq!(show(&root, "NRestarts"), "0");
}

#[test]
fn what_the_administrator_stopped_disabled_or_masked_stays_so() {
    let root = booted();
    install(&root, &DEMOSITE);

    root.sh("systemctl stop demosite").unwrap();
    install(&root, &DEMOSITE_NEXT);
    assert_eq!(state(&root), is("inactive", "enabled"));
    root.sh("systemctl start demosite").unwrap();
    install(&root, &DEMOSITE);
    assert_eq!(
        state(&root),
        is("active", "enabled"),
        "the next upgrade has forgotten it"
    );

    root.sh("systemctl disable --now demosite").unwrap();
    install(&root, &DEMOSITE_NEXT);
    assert_eq!(state(&root), is("inactive", "disabled"));

    root.sh("systemctl mask demosite").unwrap();
    install(&root, &DEMOSITE);
    assert_eq!(state(&root), is("inactive", "masked"));
    root.sh("dpkg -P demosite").unwrap();
    assert!(!root.exists("/run/demosite.deb-build-app").unwrap());
}

#[test]
fn an_override_of_a_directory_and_a_link_in_its_place_are_the_administrators() {
    let root = booted();
    install(&root, &DEMOSITE);
    root.sh(
        "dpkg-statoverride --update --add root demosite 0770 /var/log/demosite
         mkdir -m 0711 /srv/data && rm -r /var/lib/demosite && ln -s /srv/data /var/lib/demosite",
    )
    .unwrap();
    install(&root, &DEMOSITE_NEXT);
    let modes = root
        .sh("stat -c '%n %a %U:%G' /var/log/demosite /srv/data; readlink /var/lib/demosite")
        .unwrap();
    assert_eq!(
        modes,
        "/var/log/demosite 770 root:demosite\n/srv/data 711 root:root\n/srv/data"
    );
    root.sh("dpkg -P demosite").unwrap();
    assert!(
        root.exists("/srv/data").unwrap(),
        "purge removes the link and not what it points to"
    );
    assert!(!root.exists("/var/lib/demosite").unwrap());
}

#[test]
fn a_persons_account_of_the_same_name_is_not_taken_over() {
    let root = booted();
    root.sh("adduser --quiet --disabled-password --gecos '' demosite")
        .unwrap();
    let ran = root.install(&DEMOSITE).unwrap();
    assert_eq!(ran.status, 1);
    assert!(
        ran.stderr
            .contains("demosite: the user demosite is a person's account"),
        "{}",
        ran.stderr
    );
    root.sh("dpkg -P demosite && id demosite && test -d /home/demosite")
        .unwrap();
}

#[test]
fn a_site_that_cannot_start_is_reported_and_the_package_stays_configured() {
    let root = booted();
    install(&root, &DEMOSITE);
    // It fails before systemd calls it started: how long Python takes to say so does not matter.
    root.sh(
        "mkdir /etc/systemd/system/demosite.service.d
         printf '[Service]\\nExecStartPre=/usr/bin/test -e /etc/demosite/mended\\n' >/etc/systemd/system/demosite.service.d/strict.conf",
    )
    .unwrap();
    let ran = root.install(&DEMOSITE_NEXT).unwrap().succeeded().unwrap();
    assert!(
        ran.stderr.contains(
            "demosite: demosite.service does not run: see 'systemctl status demosite.service'"
        ),
        "{}",
        ran.stderr
    );
    assert_eq!(
        root.sh("dpkg-query -W -f '${Status}' demosite").unwrap(),
        "install ok installed"
    );
    // It is tried again until the administrator has mended it.
    root.sh("touch /etc/demosite/mended").unwrap();
    assert!(page(&root, "/").contains(TAGLINE));
    root.sh("rm -r /etc/demosite/mended /etc/systemd/system/demosite.service.d; dpkg -r demosite && dpkg -P demosite")
        .unwrap();
}

#[test]
fn an_installation_that_failed_starts_the_service_when_it_is_tried_again() {
    let root = booted();
    root.sh("adduser --quiet --disabled-password --gecos '' demosite")
        .unwrap();
    assert_eq!(root.install(&DEMOSITE).unwrap().status, 1);
    root.sh("deluser --quiet --remove-home demosite 2>/dev/null")
        .unwrap();
    install(&root, &DEMOSITE);
    assert_eq!(state(&root), is("active", "enabled"));

    // The same in the middle of an upgrade.
    root.sh("mv /usr/sbin/adduser /usr/sbin/adduser.away; userdel --force demosite 2>/dev/null")
        .unwrap();
    assert_eq!(root.install(&DEMOSITE_NEXT).unwrap().status, 1);
    root.sh("mv /usr/sbin/adduser.away /usr/sbin/adduser")
        .unwrap();
    install(&root, &DEMOSITE_NEXT);
    assert_eq!(state(&root), is("active", "enabled"));
}

#[test]
fn an_upgrade_that_cannot_be_unpacked_leaves_the_old_version_running() {
    let root = booted();
    install(&root, &DEMOSITE);
    page(&root, "/");
    // A file of another package at one of ours makes dpkg go back in the middle of unpacking.
    root.sh(
        "mkdir -p /tmp/clash/DEBIAN /tmp/clash/usr/share/doc/demosite
         printf 'Package: clash\\nVersion: 1\\nArchitecture: all\\nMaintainer: A <a@b.c>\\nDescription: x\\n' >/tmp/clash/DEBIAN/control
         echo x >/tmp/clash/usr/share/doc/demosite/copyright
         dpkg-deb -b /tmp/clash /tmp/clash.deb >/dev/null
         dpkg -i --force-overwrite /tmp/clash.deb",
    )
    .unwrap();
    assert_ne!(root.install(&DEMOSITE_NEXT).unwrap().status, 0);
    assert_eq!(
        root.sh("dpkg-query -W -f '${Version} ${Status}' demosite")
            .unwrap(),
        "0.1-1 install ok installed"
    );
    assert_eq!(state(&root), is("active", "enabled"));
    assert!(page(&root, "/").contains(TAGLINE));
}
