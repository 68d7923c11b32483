//! What only systemd has: timers, the target of a package, restrictions, reloads; and programs that fork, which init scripts
//! know too.

use super::app::{PORTS, build, package, processes, runs, until};
use crate::support::described;
use deb_build_app::target::Root;

fn booted(packages: &[&str]) -> Root {
    let mut all = vec!["python3.11", "cron"];
    all.extend(packages);
    Root::builder("bookworm").packages(all).boot().unwrap()
}

#[test]
fn a_timer_runs_its_job_and_the_target_of_the_package_reaches_all_services() {
    let root = booted(&[]);
    root.install(&package("systemd", "1.0"))
        .unwrap()
        .succeeded()
        .unwrap();
    runs(&root, "1.0", &PORTS);
    assert_eq!(
        root.sh("systemctl is-active fleet-job.timer; systemctl is-enabled fleet-job.timer; test ! -e /var/lib/fleet/worked")
            .unwrap(),
        "active\nenabled"
    );
    root.sh("systemctl start fleet-job.service; test -e /var/lib/fleet/worked")
        .unwrap();
    let pids = || {
        root.sh("cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -c '^61' || true; pgrep -f 'answer[.]py' | sort").unwrap()
    };
    let first = pids();
    root.sh("systemctl restart fleet.target").unwrap();
    runs(&root, "1.0", &PORTS);
    let second = pids();
    for pid in first.lines().skip(1) {
        assert!(
            !second.lines().skip(1).any(|other| other == pid),
            "{first}\n{second}"
        );
    }
    root.sh("systemctl stop fleet.target").unwrap();
    assert_eq!(processes(&root), 0);

    // One of two copies that cannot start is named.
    root.sh(
        "systemctl start fleet.target; mkdir /etc/systemd/system/fleet-web@61501.service.d
         printf '[Service]\\nExecStartPre=/bin/false\\n' >/etc/systemd/system/fleet-web@61501.service.d/strict.conf",
    )
    .unwrap();
    let ran = root.install(&package("systemd", "2.0")).unwrap();
    let said = ran.succeeded().unwrap().stderr;
    let said: Vec<_> = said.lines().filter(|line| line.contains("run")).collect();
    assert_eq!(
        said,
        [
            "fleet: fleet-web@61501.service does not run: see 'systemctl status fleet-web@61501.service' and 'journalctl -u fleet-web@61501.service'"
        ]
    );
    root.sh("rm -r /etc/systemd/system/fleet-web@61501.service.d; systemctl daemon-reload; systemctl restart fleet-web.target")
        .unwrap();
    runs(&root, "2.0", &PORTS);
    let verified = root
        .run(&[
            "sh",
            "-c",
            "systemd-analyze verify /usr/lib/systemd/system/fleet*",
        ])
        .unwrap();
    assert_eq!((verified.status, verified.stderr.as_str()), (0, ""));
}

/// A program that forks, writes its process id, and writes down each signal that it gets.
const FORKS: &str = r#"
import os, signal, sys, time
if os.fork():
    os._exit(0)
def note(number, frame):
    open("/var/lib/forks/signals", "a").write(signal.Signals(number).name + "\n")
    if number == signal.SIGINT:
        os._exit(0)
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    signal.signal(number, note)
try:
    open("/etc/forks-was-here", "w")
except OSError as error:
    open("/var/lib/forks/signals", "a").write(error.strerror + "\n")
os.umask(0o022)
open("/run/forks/forks.pid", "w").write(str(os.getpid()) + "\n")
while True:
    time.sleep(60)
"#;

fn forking(manager: &str) -> String {
    let head = described("forks", "1.0", "program that goes to the background");
    format!(
        r#"{head}
[venv]
packages = ["six==1.17.0"]

[files]
"/usr/share/forks/forks.py" = {{ content = '''{FORKS}''' }}

[service.forks]
command = "@prefix@/bin/python /usr/share/forks/forks.py"
manager = "{manager}"
type = "forking"
pid-file = "/run/forks/forks.pid"
stop-signal = "INT"
reload = "HUP"

[service.forks.hardening]
protect-home = "no"
private-devices = false
protect-system = "strict"
"#
    )
}

#[test]
fn a_program_that_forks_is_reloaded_and_stopped_by_the_signals_of_the_recipe() {
    for (manager, reload, denied) in [
        ("systemd", "systemctl reload forks", "Read-only file system"),
        ("sysv", "service forks reload", "Permission denied"),
    ] {
        let root = booted(if manager == "sysv" {
            &["sysvinit-core"]
        } else {
            &[]
        });
        root.install(&build(&forking(manager)))
            .unwrap()
            .succeeded()
            .unwrap();
        let before = until(
            &root,
            "grep . /run/forks/forks.pid; service forks status >/dev/null",
        );
        root.sh(reload).unwrap();
        until(&root, "grep -q SIGHUP /var/lib/forks/signals");
        root.sh("service forks restart").unwrap();
        until(
            &root,
            &format!(
                "test -s /run/forks/forks.pid && test \"$(cat /run/forks/forks.pid)\" != {before} && service forks status >/dev/null"
            ),
        );
        root.sh("service forks stop; ! service forks status >/dev/null")
            .unwrap();
        assert_eq!(
            root.read("/var/lib/forks/signals").unwrap(),
            format!("{denied}\nSIGHUP\nSIGINT\n{denied}\nSIGINT\n"),
            "{manager}"
        );
        root.sh("dpkg -P forks").unwrap();
    }
}
