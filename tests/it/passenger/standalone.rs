//! Passenger's own server as a service, behind nginx.

use super::app::{
    CAPTAINS, STANDALONE, STANDALONE_NEXT, install, is_as_asked, left, listed, once, status, worker,
};
use deb_build_app::target::Root;

const SITE: &str = "http://glance.example.org";

const MAIN_PID: &str = "systemctl show -P MainPID glance-passenger";

#[test]
fn the_dashboard_runs_behind_nginx_and_is_upgraded_removed_and_purged() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "nginx", "passenger"])
        .boot()
        .unwrap();
    let before = root.snapshot().unwrap();
    assert_eq!(install(&root, &STANDALONE), "");
    is_as_asked(&root, SITE);
    assert_eq!(
        status(&root, &format!("{SITE}/public/style.css"), "200"),
        "body {}\n"
    );
    // Of all that Passenger starts nothing is root's, and it listens on this machine alone.
    for (user, command) in listed(&root, SITE) {
        assert!(
            !command.contains("assenger") || user == "glance",
            "{user}: {command}"
        );
    }
    assert_eq!(
        root.sh("ss -Hltn sport = :8000 | awk '{print $4}'")
            .unwrap(),
        "127.0.0.1:8000"
    );

    // The administrator says how many workers there are at most.
    root.sh(
        "sed -i \"s/='6'/='1'/\" /etc/default/glance-passenger; systemctl restart glance-passenger",
    )
    .unwrap();
    let words = format!("tr '\\0' ' ' </proc/$({MAIN_PID})/environ | grep -o 'POOL_SIZE=.'");
    assert_eq!(root.sh(&words).unwrap(), "POOL_SIZE=1");
    let environment = &worker(&root, SITE)["environment"];
    assert_eq!(environment["PASSENGER_MAX_POOL_SIZE"], "1");
    // Without that file it is as Passenger has it.
    root.sh("mv /etc/default/glance-passenger /root; systemctl restart glance-passenger")
        .unwrap();
    assert_eq!(
        worker(&root, SITE)["environment"]["PASSENGER_MAX_POOL_SIZE"],
        "6"
    );
    root.sh("mv /root/glance-passenger /etc/default; systemctl restart glance-passenger")
        .unwrap();

    let pid = root.sh(MAIN_PID).unwrap();
    assert_eq!(install(&root, &STANDALONE_NEXT), "");
    is_as_asked(&root, SITE);
    assert_ne!(root.sh(MAIN_PID).unwrap(), pid);

    root.sh("touch /opt/glance/passenger/tmp/restart.txt; dpkg -r glance")
        .unwrap();
    assert!(!root.exists("/opt/glance").unwrap());
    assert_eq!(root.sh("pgrep -l assenger || true").unwrap(), "");
    // Debian's own site is all that answers.
    let (answer, _) = once(&root, &format!("{SITE}/worker"));
    assert_eq!(answer, "404");
    root.sh("dpkg -P glance").unwrap();
    assert_eq!(left(&root, &before), Vec::<String>::new());
}

#[test]
fn an_existing_user_with_a_group_of_another_name_listens_where_nginx_asks() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "nginx", "passenger"])
        .boot()
        .unwrap();
    root.sh("groupadd --system crew; useradd --system -g crew -M captain")
        .unwrap();
    assert_eq!(install(&root, &CAPTAINS), "");
    assert_eq!(worker(&root, SITE)["user"], "captain");
    assert_eq!(
        root.sh(
            "stat -c '%a %U:%G' /opt/glance/passenger/passenger_wsgi.py
             ss -Hltn sport = :8000 | awk '{print $4}'; grep 'server 127' /etc/nginx/sites-available/glance"
        )
        .unwrap(),
        "640 root:crew\n127.0.0.2:8000\n    server 127.0.0.2:8000;"
    );
}
