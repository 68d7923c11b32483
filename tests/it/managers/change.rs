//! What changes from one version to the next: the manager, the names of services, which services there are.

use super::app::{PORTS, build, package, processes, recipe, runs};
use deb_build_app::target::Root;
use std::path::Path;

fn install(root: &Root, package: &Path) {
    root.install(package).unwrap().succeeded().unwrap();
}

fn root() -> Root {
    Root::builder("bookworm")
        .packages(["python3.11", "cron", "supervisor", "runit", "runit-run"])
        .boot()
        .unwrap()
}

#[test]
fn a_service_moves_from_one_manager_to_another_and_runs_once() {
    let root = root();
    let before = root.snapshot().unwrap();
    for (manager, version) in [
        ("systemd", "1.0"),
        ("supervisor", "2.0"),
        ("runit", "1.0"),
        ("sysv", "2.0"),
        ("systemd", "1.0"),
    ] {
        install(&root, &package(manager, version));
        runs(&root, version, &PORTS);
    }
    let root = root.halt().unwrap().boot().unwrap();
    runs(&root, "1.0", &PORTS);
    root.sh("dpkg -P fleet").unwrap();
    assert_eq!(processes(&root), 0);
    let left: Vec<_> = before
        .difference(&root.snapshot().unwrap(), &["/var/lib/dpkg"])
        .into_iter()
        .filter(|line| line.contains("fleet") || line.contains("deb-build-app"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn going_back_to_an_earlier_manager_tells_what_is_missing_and_how_it_comes_back() {
    let root = root();
    for (manager, files) in [
        (
            "supervisor",
            "/etc/fleet/supervisor/fleet-web.conf /etc/fleet/supervisor/fleet-beat.conf /etc/cron.d/fleet-job",
        ),
        (
            "sysv",
            "/etc/init.d/fleet-web /etc/init.d/fleet-beat /etc/cron.d/fleet-job",
        ),
        (
            "runit",
            "/etc/sv/fleet-web-61500/run /etc/sv/fleet-web-61500/log/run /etc/sv/fleet-web-61500/finish \
             /etc/sv/fleet-web-61501/run /etc/sv/fleet-web-61501/log/run /etc/sv/fleet-web-61501/finish \
             /etc/sv/fleet-beat/run /etc/sv/fleet-beat/log/run /etc/cron.d/fleet-job",
        ),
    ] {
        let said = |words: &[&str]| -> Vec<String> {
            let package = package(manager, "1.0");
            root.put(&package, "/root/fleet.deb").unwrap();
            let words = [&["dpkg"], words, &["-i", "/root/fleet.deb"]].concat();
            let ran = root.run(&words).unwrap().succeeded().unwrap();
            let lines = ran.stderr.lines();
            let lines = lines.filter(|line| line.starts_with("fleet: "));
            lines.map(str::to_owned).collect()
        };
        let told = format!(
            "fleet: not everything can run, because these files were removed: {files}: 'dpkg --force-confmiss -i' of the package brings them back"
        );
        assert_eq!(said(&[]), Vec::<String>::new(), "{manager}");
        runs(&root, "1.0", &PORTS);
        install(&root, &package("systemd", "2.0"));
        assert_eq!(said(&[]), [told.as_str()]);
        assert_eq!(processes(&root), 0, "{manager}");
        assert_eq!(said(&["--force-confmiss"]), Vec::<String>::new());
        runs(&root, "1.0", &PORTS);
        root.sh("dpkg -P fleet").unwrap();
        assert_eq!(processes(&root), 0, "{manager}");
    }
}

#[test]
fn services_that_are_renamed_or_gone_stop_and_do_not_come_back() {
    let root = root();
    for manager in ["systemd", "supervisor", "runit", "sysv"] {
        install(&root, &package(manager, "1.0"));
        runs(&root, "1.0", &PORTS);
        // `web` is gone, `beat` has another name and the same port.
        let text = recipe(manager, "2.0");
        let (head, rest) = text.split_once("[service.web]").unwrap();
        let (_, beat) = rest.split_once("[service.beat]").unwrap();
        install(&root, &build(&format!("{head}[service.clock]{beat}")));
        runs(&root, "2.0", &PORTS[2..]);
        root.sh("dpkg -P fleet").unwrap();
        assert_eq!(processes(&root), 0, "{manager}");
    }
}

#[test]
fn what_the_administrator_stopped_stays_so_when_another_service_goes() {
    let root = root();
    for (manager, stop, start) in [
        (
            "systemd",
            "systemctl stop fleet-web.target",
            "systemctl start fleet-web.target",
        ),
        (
            "supervisor",
            "supervisorctl stop fleet-web:*",
            "supervisorctl start fleet-web:*",
        ),
        (
            "runit",
            "sv down fleet-web-61500 fleet-web-61501",
            "sv up fleet-web-61500 fleet-web-61501",
        ),
        ("sysv", "service fleet-web stop", "service fleet-web start"),
    ] {
        install(&root, &package(manager, "1.0"));
        runs(&root, "1.0", &PORTS);
        root.sh(stop).unwrap();
        // `beat` is gone.
        let text = recipe(manager, "2.0");
        let (head, rest) = text.split_once("[service.beat]").unwrap();
        let (_, job) = rest.split_once("[service.job]").unwrap();
        install(&root, &build(&format!("{head}[service.job]{job}")));
        assert_eq!(processes(&root), 0, "{manager}");
        root.sh(start).unwrap();
        runs(&root, "2.0", &PORTS[..2]);
        root.sh("dpkg -P fleet").unwrap();
    }
}
