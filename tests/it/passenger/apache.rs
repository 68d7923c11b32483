//! Apache with `mod_passenger`: served, broken by hand, switched off, upgraded, removed.

use super::app::{
    APACHE2, APACHE2_NEXT, STANDALONE_NEXT, ask, install, is_as_asked, left, once, own_words,
    status, worker,
};
use deb_build_app::target::Root;

const SITE: &str = "http://127.0.0.1:8000";

/// Debian's own page.
const OTHER: &str = "http://127.0.0.1/";

const FILE: &str = "/etc/apache2/sites-available/glance.conf";

fn booted() -> Root {
    Root::builder("bookworm")
        .packages(["python3.11", "apache2", "libapache2-mod-passenger"])
        .boot()
        .unwrap()
}

fn enabled(root: &Root) -> String {
    root.sh("ls /etc/apache2/sites-enabled").unwrap()
}

fn reconfigure(root: &Root) -> String {
    let ran = root.run(&["dpkg-reconfigure", "glance"]).unwrap();
    own_words(&ran.succeeded().unwrap().stderr)
}

/// Waits until nobody listens any more.
fn is_silent(root: &Root) {
    ask(root, SITE, |status, _| status == "000");
}

#[test]
fn the_dashboard_runs_under_apache_and_is_upgraded_moved_removed_and_purged() {
    let root = booted();
    let before = root.snapshot().unwrap();
    assert_eq!(install(&root, &APACHE2), "");
    is_as_asked(&root, SITE);
    assert_eq!(
        status(&root, &format!("{SITE}/style.css"), "200"),
        "body {}\n"
    );
    // Of Apache's own environment and Passenger's, the application has what it needs.
    let first = worker(&root, SITE)["environment"].clone();
    let names: Vec<_> = first.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "GLANCE_KEY",
            "GLANCE_TITLE",
            "HOME",
            "IN_PASSENGER",
            "LANG",
            "LOGNAME",
            "PASSENGER_APP_ENV",
            "PASSENGER_SPAWN_WORK_DIR",
            "PASSENGER_USE_FEEDBACK_FD",
            "PATH",
            "PORT",
            "PYTHONUNBUFFERED",
            "SERVER_SOFTWARE",
            "USER",
            "WSGI_ENV",
        ]
    );

    // The workers of the old version do not outlive the upgrade.
    assert_eq!(install(&root, &APACHE2_NEXT), "");
    let old = first["PASSENGER_SPAWN_WORK_DIR"].as_str().unwrap();
    ask(&root, &format!("{SITE}/worker"), |status, text| {
        status == "200" && !text.contains(old)
    });
    is_as_asked(&root, SITE);

    // With the next version it is a service of its own, on the same port.
    assert_eq!(
        install(&root, &STANDALONE_NEXT),
        "glance: nginx is not here yet: the site is served as soon as it is"
    );
    is_as_asked(&root, SITE);
    assert_eq!(enabled(&root), "000-default.conf");
    assert!(!root.exists(FILE).unwrap());
    // Back again, dpkg takes the site for one that the administrator has removed.
    assert_eq!(
        install(&root, &APACHE2),
        format!(
            "glance: the site glance is not served, because {FILE} was removed: 'dpkg --force-confmiss -i' of the package brings it back"
        )
    );
    root.put(&APACHE2, "/root/glance.deb").unwrap();
    root.sh("dpkg --force-confmiss -i /root/glance.deb; rm /root/glance.deb")
        .unwrap();
    is_as_asked(&root, SITE);
    let service = root
        .run(&["systemctl", "is-active", "glance-passenger"])
        .unwrap();
    assert_eq!(service.stdout, "inactive\n");

    root.sh("touch /opt/glance/passenger/tmp/restart.txt; dpkg -r glance")
        .unwrap();
    is_silent(&root);
    assert_eq!(enabled(&root), "000-default.conf");
    status(&root, OTHER, "200");
    assert!(!root.exists("/opt/glance").unwrap());
    assert!(root.exists(FILE).unwrap());
    assert_eq!(install(&root, &APACHE2), "");
    is_as_asked(&root, SITE);
    root.sh("dpkg -P glance").unwrap();
    is_silent(&root);
    status(&root, OTHER, "200");
    assert_eq!(left(&root, &before), Vec::<String>::new());
}

#[test]
fn apache_goes_on_whatever_becomes_of_the_site() {
    let root = booted();
    // Somebody else has the port already.
    root.sh(
        "systemd-run --quiet --unit squatter /usr/bin/python3 -m http.server --bind 127.0.0.1 8000",
    )
    .unwrap();
    status(&root, SITE, "200");
    assert_eq!(
        install(&root, &APACHE2),
        format!(
            "glance: the site glance is not served, because something else listens on 127.0.0.1:8000: free that, or change it in {FILE}, \
             and run 'dpkg-reconfigure glance'"
        )
    );
    status(&root, OTHER, "200");
    root.sh("systemctl stop squatter").unwrap();
    assert_eq!(reconfigure(&root), "");
    is_as_asked(&root, SITE);

    // Broken by hand.
    root.sh(&format!("cp {FILE} /root/kept; echo Nonsense on >>{FILE}"))
        .unwrap();
    let line = root.sh(&format!("wc -l <{FILE}")).unwrap();
    assert_eq!(
        install(&root, &APACHE2_NEXT),
        format!(
            "glance: Apache goes on without the site glance, which it refuses: mend {FILE} and run 'dpkg-reconfigure glance'\n  \
             AH00526: Syntax error on line {line} of /etc/apache2/sites-enabled/glance.conf:\n  \
             Invalid command 'Nonsense', perhaps misspelled or defined by a module not included in the server configuration"
        )
    );
    is_silent(&root);
    status(&root, OTHER, "200");
    root.sh("systemctl restart apache2").unwrap();
    status(&root, OTHER, "200");
    root.sh(&format!("cp /root/kept {FILE}")).unwrap();
    assert_eq!(reconfigure(&root), "");
    is_as_asked(&root, SITE);

    // What is broken elsewhere is not this site's fault.
    root.sh("echo Nonsense on >/etc/apache2/conf-enabled/other.conf")
        .unwrap();
    let said = reconfigure(&root);
    assert_eq!(
        said.lines().next(),
        Some(
            "glance: Apache refuses its configuration, also without the site glance: mend that and run 'systemctl reload apache2'"
        )
    );
    assert_eq!(enabled(&root), "000-default.conf\nglance.conf");
    is_as_asked(&root, SITE);
    root.sh("rm /etc/apache2/conf-enabled/other.conf").unwrap();

    // Without the module Apache starts, and the site is not there.
    root.sh("a2dismod -q passenger; systemctl restart apache2")
        .unwrap();
    status(&root, OTHER, "200");
    assert_eq!(once(&root, SITE).0, "000");
    assert_eq!(
        reconfigure(&root),
        "glance: the site glance is not served, because mod_passenger is switched off: run 'a2enmod passenger' and 'systemctl restart apache2'"
    );
    root.sh("a2enmod -q passenger; systemctl restart apache2")
        .unwrap();
    is_as_asked(&root, SITE);

    // What the administrator switches off stays off.
    root.sh("a2dissite -q glance; systemctl reload apache2")
        .unwrap();
    is_silent(&root);
    install(&root, &APACHE2);
    assert_eq!(enabled(&root), "000-default.conf");
    root.sh("a2ensite -q glance; systemctl reload apache2")
        .unwrap();
    is_as_asked(&root, SITE);

    // Apache may go first.
    root.sh("dpkg --force-depends -P apache2 libapache2-mod-passenger; dpkg -P glance")
        .unwrap();
    assert!(
        !root
            .exists("/etc/apache2/sites-available/glance.conf")
            .unwrap()
    );
}
