//! The whole life of the app under each manager: installed, killed, upgraded, downgraded, stopped, disabled, rebooted, removed,
//! purged.

use super::app::{HOSTILE, PORTS, ask, package, processes, runs, wait};
use deb_build_app::target::Root;
use serde_json::json;

/// A manager on a host.
struct Manager {
    /// Its name in recipes.
    name: &'static str,
    /// The packages that bring it.
    packages: &'static [&'static str],
    /// Whether it starts again what was killed.
    revives: bool,
    /// What an administrator does: stop and start `web`; disable and enable `beat`.
    stop: &'static str,
    start: &'static str,
    disable: &'static str,
    enable: &'static str,
    /// Prints what `beat` wrote.
    log: &'static str,
}

fn install(root: &Root, manager: &str, version: &str) {
    let said = root
        .install(&package(manager, version))
        .unwrap()
        .succeeded()
        .unwrap();
    assert!(!said.stderr.contains("does not run"), "{}", said.stderr);
}

/// The environment is this, and nothing else, whoever starts the program.
fn has_its_environment(root: &Root) {
    for (port, shared) in [(61500, "package"), (61501, "package"), (61510, "beat's")] {
        let answer = wait(root, port, "an answer", |_| true);
        let mut expected = json!({
            "HOME": "/var/lib/fleet",
            "HOSTILE": HOSTILE,
            "LANG": "C.UTF-8",
            "LOGNAME": "fleet",
            "PATH": "/opt/fleet/bin:/usr/local/bin:/usr/bin:/bin",
            "PORT": port.to_string(),
            "SHARED": shared,
            "SPACES": "  two  ",
            "USER": "fleet",
        });
        let mut argv = json!([port.to_string(), "1.0"]);
        if port == 61510 {
            expected["OWN"] = json!("1");
            assert_eq!(answer["cwd"], "/var/lib/fleet");
        } else {
            argv = json!([
                port.to_string(),
                "1.0",
                "two words",
                "",
                "$HOME",
                "xpackagey",
                "100%",
                ";",
                "it's",
                "\\n",
                "%(x)s"
            ]);
            assert_eq!(answer["cwd"], "/opt/fleet");
        }
        assert_eq!(answer["environ"], expected);
        assert_eq!(answer["argv"], argv);
        assert_eq!(answer["umask"], "0o22");
        let uid = root.sh("id -u fleet").unwrap();
        assert_eq!(answer["uid"].to_string(), uid);
        assert_eq!(answer["run"].to_string(), uid, "/run/fleet is the user's");
    }
}

fn lives(manager: &Manager) {
    let mut packages = vec!["python3.11", "cron"];
    packages.extend(manager.packages);
    let root = Root::builder("bookworm").packages(packages).boot().unwrap();
    let before = root.snapshot().unwrap();
    let name = manager.name;

    install(&root, name, "1.0");
    runs(&root, "1.0", &PORTS);
    has_its_environment(&root);
    let said = root.sh(manager.log).unwrap();
    assert!(said.lines().any(|line| line.ends_with("asked")), "{said}");

    if manager.revives {
        let pid = ask(&root, 61510).unwrap()["pid"].clone();
        root.sh(&format!("kill -9 {pid}")).unwrap();
        wait(&root, 61510, "another process", |answer| {
            answer["pid"] != pid
        });
    }

    install(&root, name, "2.0");
    runs(&root, "2.0", &PORTS);
    install(&root, name, "1.0");
    runs(&root, "1.0", &PORTS);

    // A file of another package at one of ours makes dpkg go back in the middle of unpacking.
    root.sh(
        "mkdir -p /tmp/clash/DEBIAN /tmp/clash/usr/share/doc/fleet
         printf 'Package: clash\\nVersion: 1\\nArchitecture: all\\nMaintainer: A <a@b.c>\\nDescription: x\\n' >/tmp/clash/DEBIAN/control
         echo x >/tmp/clash/usr/share/doc/fleet/copyright
         dpkg-deb -b /tmp/clash /tmp/clash.deb >/dev/null
         dpkg -i --force-overwrite /tmp/clash.deb",
    )
    .unwrap();
    assert_ne!(root.install(&package(name, "2.0")).unwrap().status, 0);
    runs(&root, "1.0", &PORTS);
    root.sh("dpkg -P clash; rm -r /tmp/clash /tmp/clash.deb")
        .unwrap();

    root.sh(manager.stop).unwrap();
    install(&root, name, "2.0");
    runs(&root, "2.0", &PORTS[2..]);
    root.sh(manager.start).unwrap();
    runs(&root, "2.0", &PORTS);

    root.sh(manager.disable).unwrap();
    runs(&root, "2.0", &PORTS[..2]);
    install(&root, name, "1.0");
    runs(&root, "1.0", &PORTS[..2]);
    let root = root.halt().unwrap().boot().unwrap();
    runs(&root, "1.0", &PORTS[..2]);
    root.sh(manager.enable).unwrap();
    runs(&root, "1.0", &PORTS);
    let root = root.halt().unwrap().boot().unwrap();
    runs(&root, "1.0", &PORTS);

    root.sh("dpkg -r fleet").unwrap();
    assert_eq!(processes(&root), 0);
    install(&root, name, "2.0");
    runs(&root, "2.0", &PORTS);
    root.sh("dpkg -P fleet").unwrap();
    assert_eq!(processes(&root), 0);
    let left: Vec<_> = before
        .difference(
            &root.snapshot().unwrap(),
            &["/var/lib/dpkg", "/var/log/journal"],
        )
        .into_iter()
        .filter(|line| line.contains("fleet") || line.contains("deb-build-app"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn under_systemd() {
    lives(&Manager {
        name: "systemd",
        packages: &[],
        revives: true,
        stop: "systemctl stop fleet-web.target",
        start: "systemctl start fleet-web.target",
        disable: "systemctl disable --now fleet-beat",
        enable: "systemctl enable --now fleet-beat",
        log: "journalctl -o cat -u fleet-beat",
    });
}

#[test]
fn under_supervisor() {
    lives(&Manager {
        name: "supervisor",
        packages: &["supervisor"],
        revives: true,
        stop: "supervisorctl stop fleet-web:*",
        start: "supervisorctl start fleet-web:*",
        disable: "rm /etc/supervisor/conf.d/fleet-beat.conf; supervisorctl update",
        enable: "ln -s /etc/fleet/supervisor/fleet-beat.conf /etc/supervisor/conf.d/; supervisorctl update",
        log: "cat /var/log/supervisor/fleet-beat.log",
    });
}

#[test]
fn under_sysvinit() {
    lives(&Manager {
        name: "sysv",
        packages: &["sysvinit-core"],
        revives: false,
        stop: "service fleet-web stop",
        start: "service fleet-web start",
        disable: "service fleet-beat stop; update-rc.d fleet-beat disable",
        enable: "update-rc.d fleet-beat enable; service fleet-beat start",
        log: "cat /var/log/fleet-beat.output",
    });
}

#[test]
fn under_runit() {
    lives(&Manager {
        name: "runit",
        packages: &["runit", "runit-run"],
        revives: true,
        stop: "sv down fleet-web-61500 fleet-web-61501",
        start: "sv up fleet-web-61500 fleet-web-61501",
        disable: "rm /etc/service/fleet-beat; sv -w 30 force-stop /etc/sv/fleet-beat",
        enable: "ln -s /etc/sv/fleet-beat /etc/service/",
        log: "cat /var/log/runit/fleet-beat/current",
    });
}

#[test]
fn under_daemontools() {
    lives(&Manager {
        name: "daemontools",
        packages: &["daemontools", "daemontools-run"],
        revives: true,
        stop: "svc -d /etc/service/fleet-web-61500 /etc/service/fleet-web-61501",
        start: "svc -u /etc/service/fleet-web-61500 /etc/service/fleet-web-61501",
        disable: "rm /etc/service/fleet-beat; svc -dx /etc/sv/fleet-beat /etc/sv/fleet-beat/log; sleep 1",
        enable: "ln -s /etc/sv/fleet-beat /etc/service/",
        log: "cat /var/log/daemontools/fleet-beat/current",
    });
}
