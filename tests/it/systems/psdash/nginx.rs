//! Behind nginx, by Passenger standalone.

use super::super::host::page;
use super::app::{ADM, Installed, SITE, installed};
use super::life::{SETTING, code_is_untouched, is_purged, passes_its_own_tests, upgraded};
use super::visitor::is_used;

#[test]
fn the_dashboard_runs_behind_nginx_shows_what_it_may_and_leaves_the_user() {
    let Installed {
        root,
        before,
        user,
        next,
    } = installed("psdash");
    is_used(&root, "/var/log/nginx/access.log");
    assert_eq!(
        root.sh("ss -Hltn sport = :8000 | awk '{print $4}'")
            .unwrap(),
        "127.0.0.1:8000"
    );
    passes_its_own_tests(&root);

    root.sh(&format!("{SETTING}; systemctl restart psdash-passenger"))
        .unwrap();
    page(&root, &format!("{SITE}/"), "<strong>Bridge</strong>");
    root.sh("systemctl stop psdash-passenger").unwrap();
    page(&root, &format!("{SITE}/"), "HTTP/1.1 502 ");
    page(&root, &format!("{SITE}/static/psdash.css"), "Server: nginx");

    // Root is refused, also when an administrator insists: by Passenger, and by the app.
    root.sh("mkdir -p /etc/systemd/system/psdash-passenger.service.d
         printf '[Service]\\nUser=root\\n' >/etc/systemd/system/psdash-passenger.service.d/root.conf
         systemctl daemon-reload; systemctl start psdash-passenger")
        .unwrap();
    page(&root, &format!("{SITE}/"), "HTTP/1.1 500 ");
    assert_eq!(
        root.sh("pgrep -u root -f [w]sgi-loader || echo none")
            .unwrap(),
        "none"
    );
    let ran = root
        .run(&["/opt/psdash/bin/python", "-B", "-c", "import psdash.wsgi"])
        .unwrap();
    assert!(
        ran.stderr
            .contains("SettingsError: psdash does not run as root"),
        "{}",
        ran.stderr
    );
    root.sh(
        "rm -r /etc/systemd/system/psdash-passenger.service.d; systemctl daemon-reload; systemctl restart psdash-passenger",
    )
    .unwrap();
    page(&root, &format!("{SITE}/"), "<strong>Bridge</strong>");
    code_is_untouched(&root);

    // Without the group its logs are absent, and the next version does not bring back what was taken away.
    root.sh("gpasswd -d www-data adm; systemctl restart psdash-passenger")
        .unwrap();
    let root = upgraded(root, &next);
    let listed = page(&root, &format!("{SITE}/logs"), "/var/log/dpkg.log");
    assert!(!listed.contains(ADM), "{listed}");
    page(&root, &format!("{SITE}/log?path={ADM}"), "HTTP/1.1 404 ");

    // What the administrator gave back is the administrator's.
    root.sh("adduser --quiet www-data adm; dpkg -r psdash; gpasswd -d www-data adm")
        .unwrap();
    assert_eq!(
        root.sh("pgrep -l assenger || echo none; getent passwd www-data; id www-data")
            .unwrap(),
        format!("none\n{user}")
    );
    // Debian's own site is all that answers.
    page(&root, &format!("{SITE}/about"), "HTTP/1.1 404 ");
    assert!(root.exists("/etc/psdash/psdash.cfg").unwrap());
    is_purged(&root, &before, &user, &[]);
}
