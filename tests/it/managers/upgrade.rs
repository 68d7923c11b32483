//! What an upgrade does with services that go on in between, and what a service may that its user may not: the same under
//! every manager.

use super::app::{build, until};
use deb_build_app::target::Root;
use std::fmt::Write as _;

/// What `on-upgrade` can be.
const CHOICES: [&str; 3] = ["stop", "restart", "keep"];

/// What tells the sleepers apart: the seconds that they sleep.
fn seconds(manager: usize, choice: usize) -> usize {
    1_000_000 + 10 * manager + choice
}

/// A port that only root may listen on.
fn low_port(manager: usize) -> usize {
    80 + manager
}

/// Takes a while to end, and writes then which version of the package is there.
const SLOW: &str = r#"
import signal, sys, time
def end(number, frame):
    time.sleep(2)
    with open("/var/lib/stay/ended-" + sys.argv[1], "a") as ended:
        ended.write(open("/usr/share/stay/version").read())
    sys.exit()
signal.signal(signal.SIGTERM, end)
open("/var/lib/stay/ready-" + sys.argv[1], "w").close()
while True:
    time.sleep(60)
"#;

/// The ports, as numbers alone, of two copies of a program that ends slowly.
fn slow_ports(manager: usize) -> [usize; 2] {
    [7000 + 10 * manager, 7001 + 10 * manager]
}

/// Returns a recipe with one service for each choice under each manager, one that listens on a low port, one with two copies
/// that end slowly, and a task that looks around when the new files are there and nothing was started yet.
fn recipe(managers: &[&str], version: &str) -> String {
    let mut text = format!(
        r#"
[package]
name = "stay"
version = "{version}"
maintainer = "Ada <ada@example.org>"
summary = "sleepers"

[venv]
packages = ["six==1.17.0"]

[files]
"/usr/share/stay/version" = {{ content = "{version}\n" }}
"/usr/share/stay/slow.py" = {{ content = '''{SLOW}''' }}

[[task]]
name = "look"
when = ["upgrade"]
command = '''/bin/sh -c 'for pid in $(pgrep -x sleep); do tr "\\0" " " </proc/$pid/cmdline; echo $pid; done >/var/lib/stay/seen' '''
"#
    );
    for (at, manager) in managers.iter().enumerate() {
        for (number, choice) in CHOICES.iter().enumerate() {
            let seconds = seconds(at, number);
            write!(
                text,
                "\n[service.{manager}-{choice}]\nmanager = \"{manager}\"\non-upgrade = \"{choice}\"\ncommand = \"/bin/sleep {seconds}\"\n"
            )
            .unwrap();
        }
        let port = low_port(at);
        write!(
            text,
            "\n[service.{manager}-low]\nmanager = \"{manager}\"\nport = {port}\ncommand = \"@prefix@/bin/python -m http.server --bind 127.0.0.1 {port}\"\n\
             hardening = {{ capabilities = [\"CAP_NET_BIND_SERVICE\"] }}\n"
        )
        .unwrap();
        let [first, _] = slow_ports(at);
        write!(
            text,
            "\n[service.{manager}-slow]\nmanager = \"{manager}\"\non-upgrade = \"stop\"\ninstances = 2\nport = {first}\n\
             command = \"@prefix@/bin/python /usr/share/stay/slow.py ${{PORT}}\"\n"
        )
        .unwrap();
    }
    text
}

fn install(root: &Root, managers: &[&str], version: &str) {
    root.install(&build(&recipe(managers, version)))
        .unwrap()
        .succeeded()
        .unwrap();
}

/// Waits for a sleeper, and returns which process it is.
fn sleeper(root: &Root, seconds: usize) -> String {
    until(root, &format!("pgrep -fx '/bin/sleep {seconds}'"))
}

fn obeys(managers: &[&str], packages: &[&str]) {
    let mut all = vec!["python3.11"];
    all.extend(packages);
    let root = Root::builder("bookworm").packages(all).boot().unwrap();
    install(&root, managers, "1.0");
    let sleepers = || {
        let mut found = Vec::new();
        for at in 0..managers.len() {
            found.push([0, 1, 2].map(|choice| sleeper(&root, seconds(at, choice))));
        }
        found
    };
    let before = sleepers();
    for (at, manager) in managers.iter().enumerate() {
        may_only_listen(&root, manager, low_port(at));
    }
    slow_ones_are_ready(&root, managers);
    install(&root, managers, "2.0");
    let mut seen_by_slow = slow_ones_saw(&root, managers);
    assert!(
        seen_by_slow.iter().all(|(_, saw)| saw == "1.0\n"),
        "{seen_by_slow:?}"
    );
    let seen = root.read("/var/lib/stay/seen").unwrap();
    let after = sleepers();
    for (at, manager) in managers.iter().enumerate() {
        for (number, choice) in CHOICES.iter().enumerate() {
            let (old, new) = (&before[at][number], &after[at][number]);
            let went_on = seen.contains(&format!("/bin/sleep {} {old}\n", seconds(at, number)));
            assert_eq!(went_on, *choice != "stop", "{manager}: {choice}:\n{seen}");
            assert_eq!(old == new, *choice == "keep", "{manager}: {choice}");
        }
    }
    slow_ones_are_ready(&root, managers);
    root.sh("dpkg -r stay; ! pgrep -u stay").unwrap();
    seen_by_slow = slow_ones_saw(&root, managers);
    assert!(
        seen_by_slow.iter().all(|(_, saw)| saw == "1.0\n2.0\n"),
        "{seen_by_slow:?}"
    );
    root.sh("dpkg -P stay").unwrap();
}

fn slow_ones_are_ready(root: &Root, managers: &[&str]) {
    for port in (0..managers.len()).flat_map(slow_ports) {
        until(root, &format!("rm /var/lib/stay/ready-{port}"));
    }
}

/// Returns which versions of the package each copy that ended slowly saw at its end, by its port.
fn slow_ones_saw(root: &Root, managers: &[&str]) -> Vec<(usize, String)> {
    (0..managers.len())
        .flat_map(slow_ports)
        .map(|port| {
            let saw = root.read(&format!("/var/lib/stay/ended-{port}"));
            (port, saw.unwrap_or_default())
        })
        .collect()
}

/// It is no more than the user but for the one capability, and can get nothing more.
fn may_only_listen(root: &Root, manager: &str, port: usize) {
    until(
        root,
        &format!("curl -fsS http://127.0.0.1:{port}/ >/dev/null"),
    );
    let status = root
        .sh(&format!(
            "pid=$(pgrep -f 'python.* 127[.]0[.]0[.]1 {port}$'); awk '/^(NoNewPrivs|CapEff|CapPrm):/ {{ print $2 }}' /proc/$pid/status; stat -c %U /proc/$pid"
        ))
        .unwrap();
    assert_eq!(
        status, "0000000000000400\n0000000000000400\n1\nstay",
        "{manager}"
    );
}

/// Alone: what waits for the programs of another manager waits for those of systemd too.
#[test]
fn an_upgrade_stops_restarts_or_keeps_what_runs_under_systemd() {
    obeys(&["systemd"], &[]);
}

#[test]
fn an_upgrade_stops_restarts_or_keeps_what_runs_under_supervisor_init_and_runit() {
    obeys(
        &["supervisor", "sysv", "runit"],
        &["supervisor", "runit", "runit-run"],
    );
}

#[test]
fn an_upgrade_stops_restarts_or_keeps_what_runs_under_daemontools() {
    obeys(&["daemontools"], &["daemontools", "daemontools-run"]);
}
