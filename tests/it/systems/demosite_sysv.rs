//! The demo site on a host whose first program is sysvinit.

use super::host::{build, install, left_behind, page, pleases_lintian, wait};
use deb_build_app::target::Root;

const HOME: &str = "http://127.0.0.1:8000/";

fn pid(root: &Root) -> String {
    wait(root, "service demosite status", |said| {
        said.contains("is running")
    });
    root.sh("pgrep -o -u demosite gunicorn").unwrap()
}

/// What init writes at each boot, and insserv whenever a script comes or goes.
const INIT: &[&str] = &[
    "/etc/init.d/.depend.boot",
    "/etc/init.d/.depend.start",
    "/etc/init.d/.depend.stop",
    "/run/crond.pid",
    "/var/lib/urandom/random-seed",
    "/var/log/dmesg",
    "/var/log/dmesg.0",
];

#[test]
fn the_site_runs_from_its_init_script_is_upgraded_and_purged() {
    let package = build("demosite-sysv", "0.1", &[]);
    let next = build(
        "demosite-sysv",
        "0.2",
        &[("version = \"0.1\"", "version = \"0.2\"")],
    );
    pleases_lintian(&package);
    let root = Root::builder("bookworm")
        .packages(["python3.11", "sysvinit-core", "logrotate", "procps"])
        .boot()
        .unwrap();
    assert_eq!(root.sh("cat /proc/1/comm").unwrap(), "init");
    let before = root.snapshot().unwrap();

    install(&root, &package);
    page(&root, HOME, "Small sites, carefully served.");
    page(&root, &format!("{HOME}about"), "<strong>0.1</strong>");
    page(&root, &format!("{HOME}health"), "200 OK");
    page(&root, &format!("{HOME}nowhere"), "404 NOT FOUND");
    page(
        &root,
        &format!("{HOME}static/site.css"),
        "Content-Type: text/css",
    );
    let first = pid(&root);
    // Its user, and where it listens: on this machine only.
    assert_eq!(
        root.sh(&format!(
            "ps -o user= -p {first}; ss -Hltn 'sport = 8000' | awk '{{print $4}}'"
        ))
        .unwrap(),
        "demosite\n127.0.0.1:8000"
    );
    let environ = root
        .sh(&format!(
            "tr '\\0' '\\n' </proc/{first}/environ | grep ^DEMOSITE | sort"
        ))
        .unwrap();
    assert_eq!(
        environ,
        "DEMOSITE_CONFIG_PATH=/etc/demosite/config.cfg\nDEMOSITE_LOGGING_CONFIG_PATH=/etc/demosite/logging.ini"
    );
    // A request is a line of the log, also after the logs were rotated.
    let asked = root
        .sh("logrotate -f /etc/logrotate.d/demosite; ls /var/log/demosite")
        .unwrap();
    assert!(asked.contains("access.log.1"), "{asked}");
    page(&root, &format!("{HOME}about"), "<strong>0.1</strong>");
    wait(&root, "cat /var/log/demosite/access.log", |log| {
        log.contains("\"GET /about\" 200")
    });

    // The administrator's settings: another tagline, another variable.
    root.sh(
        "sed 's/carefully/slowly/' /etc/demosite/config.cfg >/etc/demosite/mine.cfg
         sed -i 's,/etc/demosite/config.cfg,/etc/demosite/mine.cfg,' /etc/default/demosite
         service demosite restart",
    )
    .unwrap();
    page(&root, HOME, "Small sites, slowly served.");
    let second = pid(&root);
    assert_ne!(second, first);

    install(&root, &next);
    assert_eq!(
        root.sh("dpkg-query -W -f '${Version}' demosite").unwrap(),
        "0.2-1"
    );
    page(&root, HOME, "Small sites, slowly served.");
    assert_ne!(pid(&root), second);
    let root = root.halt().unwrap().boot().unwrap();
    page(&root, HOME, "Small sites, slowly served.");

    root.sh("dpkg -r demosite").unwrap();
    assert_eq!(root.sh("pgrep -u demosite || echo none").unwrap(), "none");
    root.sh("rm /etc/demosite/mine.cfg; dpkg -P demosite")
        .unwrap();
    assert_eq!(left_behind(&before, &root, INIT), Vec::<String>::new());
}
