//! Under systemd: installed, attacked with a second clock, upgraded, killed, rebooted, purged.

use super::app::{
    PORTS, build, clock, clocks, has_its_environment, install, instance, instances, sum, ticked_by,
    wait,
};
use deb_build_app::target::Root;

#[test]
fn a_site_a_worker_and_one_clock_live_through_an_upgrade_and_a_reboot() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "redis-server", "tzdata", "logrotate"])
        .boot()
        .unwrap();
    let before = root.snapshot().unwrap();
    let mut known = Vec::new();

    install(&root, &build("systemd", "0.1"));
    for port in PORTS {
        has_its_environment(&root, instance(&root, port), Some(port));
        has_its_environment(&root, sum(&root, port), None);
    }
    known.push(clock(&root));
    has_its_environment(&root, known[0], None);
    listens_on_this_machine_only(&root);
    files_of_another_package_have_files_of_ours_beside_them(&root);
    known.extend(a_second_clock_waits_until_the_first_has_ended(&root));

    // What the administrator writes there is for all programs, but each instance keeps its own port.
    root.sh("echo \"PORT='9'\" >>/etc/default/tally").unwrap();
    install(&root, &build("systemd", "0.2"));
    instances(&root);
    known.push(clock(&root));
    let port_of_the_clock = format!(
        "tr '\\0' '\\n' </proc/{}/environ | grep ^PORT=",
        clocks(&root)[0]
    );
    assert_eq!(root.sh(&port_of_the_clock).unwrap(), "PORT=9");

    let all = instances(&root);
    root.sh("systemctl kill --signal KILL tally-web@61502")
        .unwrap();
    wait(&root, "another process", || {
        (instance(&root, 61502) != all[2]).then_some(())
    });
    for at in [0, 1, 3] {
        assert_eq!(instance(&root, PORTS[at]), all[at], "the others went on");
    }

    // Redis may forget by a power cut what it has not written yet.
    let sent = ticked_by(&root);
    assert!(
        sent.iter().all(|pid| known.contains(pid)),
        "{sent:?} {known:?}"
    );
    let root = root.halt().unwrap().boot().unwrap();
    instances(&root);
    sum(&root, 61503);
    known.push(clock(&root));
    let sent = ticked_by(&root);
    assert!(
        sent.iter().all(|pid| known.contains(pid)),
        "{sent:?} {known:?}"
    );
    assert_eq!(
        root.sh("stat -c '%U:%G %a' /run/tally /run/tally-beat.lock")
            .unwrap(),
        "tally:tally 755\nroot:tally 640"
    );
    each_started_after_what_it_needs(&root);
    nothing_is_written_into_the_code(&root);

    root.sh("dpkg -P tally").unwrap();
    assert_eq!(clocks(&root), Vec::<u64>::new());
    assert_eq!(
        root.sh("systemctl show -P OOMScoreAdjust redis-server; systemctl is-active redis-server")
            .unwrap(),
        "0\nactive"
    );
    let left: Vec<_> = before
        .difference(&root.snapshot().unwrap(), &["/var/lib/dpkg", "/var/log"])
        .into_iter()
        .filter(|line| line.contains("tally") || line.contains("deb-build-app"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

fn listens_on_this_machine_only(root: &Root) {
    let found = root
        .sh("ss -ltnH | awk '{ print $4 }' | grep -v ':6379$' | sort")
        .unwrap();
    let expected: Vec<_> = PORTS.map(|port| format!("127.0.0.1:{port}")).to_vec();
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}

/// Its unit is another one, and a log that it does not know is rotated: none of its own files was changed for that.
fn files_of_another_package_have_files_of_ours_beside_them(root: &Root) {
    assert_eq!(
        root.sh("systemctl show -P OOMScoreAdjust redis-server; systemctl show -P NeedDaemonReload redis-server")
            .unwrap(),
        "-100\nno"
    );
    let rotated = root
        .sh("runuser -u redis -- sh -c 'echo slow >/var/log/redis/slow.log'; logrotate -d /etc/logrotate.conf 2>&1 | grep -i error: || true
             logrotate -f /etc/logrotate.d/tally; cat /var/log/redis/slow.log.1; dpkg -V redis-server")
        .unwrap();
    assert_eq!(rotated, "slow");
}

/// By hand it fails and says why; a unit that was copied tries again and again, and has its turn when the first has ended.
/// Returns the processes that were the clock in the end.
fn a_second_clock_waits_until_the_first_has_ended(root: &Root) -> Vec<u64> {
    let first = clocks(root);
    let by_hand = root
        .run(&[
            "runuser",
            "-u",
            "tally",
            "--",
            "/opt/tally/libexec/only-beat",
            "/bin/true",
        ])
        .unwrap();
    assert_eq!(
        (by_hand.status, by_hand.stderr.as_str()),
        (
            75,
            "tally-beat runs already: another process holds /run/tally-beat.lock\n"
        )
    );
    // Nobody else can take the lock from the service.
    let stranger = root
        .run(&[
            "runuser",
            "-u",
            "nobody",
            "--",
            "flock",
            "-n",
            "/run/tally-beat.lock",
            "true",
        ])
        .unwrap();
    assert_ne!(stranger.status, 0);
    root.sh("cp /usr/lib/systemd/system/tally-beat.service /run/systemd/system/copied.service; systemctl daemon-reload; systemctl start --no-block copied")
        .unwrap();
    let refusals = || {
        let said = root.sh("journalctl -o cat -u copied").unwrap();
        said.lines()
            .filter(|line| line.starts_with("tally-beat runs already"))
            .count()
    };
    wait(root, "two refusals", || (refusals() > 1).then_some(()));
    assert_eq!(clocks(root), first);
    root.sh("systemctl stop tally-beat").unwrap();
    let second = clock(root);
    assert_ne!(vec![second], first);
    root.sh("systemctl start --no-block tally-beat; systemctl stop copied; rm /run/systemd/system/copied.service; systemctl daemon-reload")
        .unwrap();
    let third = clock(root);
    assert_ne!(third, second);
    vec![second, third]
}

/// systemd waited at the boot: for Redis until it was ready.
fn each_started_after_what_it_needs(root: &Root) {
    let time = |unit: &str, property: &str| -> u64 {
        let found = root.sh(&format!("systemctl show -P {property} {unit}"));
        found.unwrap().parse().unwrap()
    };
    let redis = time("redis-server", "ActiveEnterTimestampMonotonic");
    let worker = time("tally-worker", "ExecMainStartTimestampMonotonic");
    assert!(redis > 0 && redis <= worker, "{redis} {worker}");
    for after in ["tally-beat", "tally-web@61500", "tally-web@61503"] {
        let after = time(after, "ExecMainStartTimestampMonotonic");
        assert!(worker <= after, "{worker} {after}");
    }
}

/// What is below the prefix is what dpkg put there; what the clock writes is in the home.
fn nothing_is_written_into_the_code(root: &Root) {
    assert_eq!(
        root.sh("find /opt/tally | sort >/tmp/found; dpkg -L tally | grep ^/opt/tally | sort | comm -3 - /tmp/found; rm /tmp/found")
            .unwrap(),
        ""
    );
    let verified = root.run(&["dpkg", "-V", "tally"]).unwrap();
    assert_eq!(verified.stdout, "??5?????? c /etc/default/tally\n");
    root.sh("find /var/lib/tally -name 'schedule*' -user tally | grep -q .")
        .unwrap();
}
