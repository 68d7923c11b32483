//! What is true of the dashboard behind either server: its own tests, its code, the next version, the purge.

use super::super::host::{install, left_behind, page};
use super::app::SITE;
use super::visitor::{likes_pages, still_likes_pages};
use crate::context::repository;
use deb_build_app::target::{Root, Snapshot};
use std::path::Path;

/// What the administrator says in the settings, as sed puts it there.
pub(super) const SETTING: &str =
    "sed -i 's/^# PSDASH_TITLE.*/PSDASH_TITLE = \"Bridge\"/' /etc/psdash/psdash.cfg";

fn secret(root: &Root) -> String {
    root.sh("cat /etc/psdash/secrets.env; stat -c '%n %a %U:%G' /etc/psdash/*")
        .unwrap()
}

/// The code is root's, and what runs has written nothing into it.
pub(super) fn code_is_untouched(root: &Root) {
    assert_eq!(
        root.sh(
            "find /opt ! -user root; find /opt -newer /root/installed; dpkg -V psdash | grep -v ' c /etc/' || true
             cd /opt/psdash/passenger; stat -c '%n %a %U:%G' passenger_wsgi.py public tmp"
        )
        .unwrap(),
        "passenger_wsgi.py 640 root:www-data\npublic 755 root:root\ntmp 755 root:root"
    );
}

/// Runs the app's own tests with what was installed.
pub(super) fn passes_its_own_tests(root: &Root) {
    let source = repository().join("fixtures/apps/psdash");
    root.sh("mkdir -p /srv/psdash/tests /srv/psdash/etc")
        .unwrap();
    for file in ["tests/test_psdash.py", "etc/psdash.cfg"] {
        root.put(&source.join(file), &format!("/srv/psdash/{file}"))
            .unwrap();
    }
    let ran = root
        .run(&[
            "sh",
            "-c",
            "cd /srv/psdash && chmod -R a+rX . && runuser -u www-data -- /opt/psdash/bin/python -m unittest discover tests",
        ])
        .unwrap();
    assert!(ran.stderr.ends_with("\nOK\n"), "{}", ran.stderr);
    root.sh("rm -r /srv/psdash").unwrap();
}

/// Replaces the version by the next, which finds the settings and the secret as they were.
pub(super) fn upgraded(root: Root, next: &Path) -> Root {
    likes_pages(&root);
    let before = secret(&root);
    let owners =
        "/etc/psdash/psdash.cfg 640 root:www-data\n/etc/psdash/secrets.env 640 root:www-data";
    assert!(before.ends_with(&format!("'\n{owners}")), "{before}");
    install(&root, next);
    page(&root, &format!("{SITE}/"), "<h2>Load of late</h2>");
    page(&root, &format!("{SITE}/"), "<strong>Bridge</strong>");
    page(
        &root,
        &format!("{SITE}/about"),
        "<footer>psdash 0.8</footer>",
    );
    assert_eq!(
        root.sh(&format!(
            "curl -qsS -o /dev/null -w '%{{http_code}}' {SITE}/"
        ))
        .unwrap(),
        "401"
    );
    assert_eq!(secret(&root), before);
    still_likes_pages(&root);
    let root = root.halt().unwrap().boot().unwrap();
    root.sh("grep -q psdash /etc/hosts || echo 127.0.0.1 psdash.example.org >>/etc/hosts")
        .unwrap();
    page(&root, &format!("{SITE}/"), "<strong>Bridge</strong>");
    still_likes_pages(&root);
    root
}

/// Nothing of the package is left but what is the web server's own, and the user that was there before it is as it was.
pub(super) fn is_purged(root: &Root, before: &Snapshot, user: &str, servers: &[&str]) {
    root.sh("dpkg -P psdash").unwrap();
    assert_eq!(left_behind(before, root, &[]), servers);
    assert!(!root.exists("/opt/psdash").unwrap());
    assert_eq!(
        root.sh("getent passwd www-data; id www-data").unwrap(),
        user
    );
}
