//! Upgrades: with a migration while an order waits, with one that fails, back and forth; and another host.

use super::super::host::wait;
use super::app::{
    Change, FIRST, administrator, file, host, install, is_delivered, next, one_clock, order,
    secret, site,
};
use super::browser::Browser;
use deb_build_app::target::Root;
use std::process::Command;

/// A migration that adds a field to the orders.
const REMARK: Change = Change {
    field: r#"remark = models.TextField(default="none yet")"#,
    migration: "0003_remark",
    text: r#"
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("orders", "0002_token")]
    operations = [migrations.AddField("order", "remark", models.TextField(default="none yet"))]
"#,
};

/// A migration that adds another one, and then fails where the administrator has not made room.
const PLACE: Change = Change {
    field: r#"place = models.TextField(default="")"#,
    migration: "0004_place",
    text: r#"
import os
from django.db import migrations, models
def check(apps, schema_editor):
    if not os.path.exists("/var/lib/pyoseo/room"):
        raise RuntimeError("there is no room for places: make /var/lib/pyoseo/room")
class Migration(migrations.Migration):
    dependencies = [("orders", "0003_remark")]
    operations = [
        migrations.AddField("order", "place", models.TextField(default="")),
        migrations.RunPython(check),
    ]
"#,
};

/// Prints how many orders there are, and their columns.
const TABLE: &str = r#"python3 -c '
import sqlite3
database = sqlite3.connect("file:/var/lib/pyoseo/pyoseo.sqlite3?mode=ro", uri=True)
count = database.execute("SELECT count(*) FROM orders_order").fetchone()[0]
print(count, *sorted(row[1] for row in database.execute("PRAGMA table_info(orders_order)")))'"#;

/// What a service sees of the settings of a host.
const SETTINGS: &str = "set -a; . /etc/default/pyoseo; . /etc/pyoseo/secrets.env; cd /tmp;";

const WITH_REMARK: &str = "customer delivered file_name id product_id remark state submitted token";

#[test]
fn a_migration_comes_while_an_order_waits_and_one_that_fails_destroys_nothing() {
    let root = host().boot().unwrap();
    install(&root, &FIRST);
    site(&root);
    let key = secret(&root);
    let first = order(&root, "lst");
    is_delivered(&root, &first);
    let browser = administrator(&root);
    let waiting = order_for_a_worker_that_is_stopped(&root);

    // The administrator is told of two things: that no worker answers, and that proftpd has another reason not to start.
    let second = next("2.0", &[&REMARK]);
    root.write(
        "/etc/proftpd/conf.d/zz-broken.conf",
        "<Anonymous ~nobody>\n",
    )
    .unwrap();
    let told = install(&root, &second);
    let [of_proftpd, of_the_worker] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(
        of_proftpd,
        "pyoseo: proftpd refuses its configuration and was not reloaded: see proftpd -t"
    );
    // What it said in these three seconds, if anything, stands at the end.
    let (no_answer, _) = of_the_worker.rsplit_once(": ").unwrap();
    assert!(
        no_answer.starts_with("pyoseo: nothing healthy answered within 3 seconds"),
        "{of_the_worker}"
    );
    site(&root);
    root.sh(&format!(
        "rm /etc/proftpd/conf.d/zz-broken.conf; curl -fsS ftp://127.0.0.1/{}",
        file(&root, &first)
    ))
    .unwrap();
    assert!(
        !root
            .run(&["systemctl", "is-active", "pyoseo-worker"])
            .unwrap()
            .success(),
        "who stopped it starts it"
    );
    root.sh("systemctl start pyoseo-worker").unwrap();
    is_delivered(&root, &waiting);
    assert_eq!(root.sh(TABLE).unwrap(), format!("2 {WITH_REMARK}"));
    let page = browser.get("/admin/orders/order/1/change/");
    assert!(
        page.shows(&["Remark:", ">\nnone yet</textarea>"]),
        "{page:?}"
    );

    let third = next("3.0", &[&REMARK, &PLACE]);
    a_failure_leaves_the_old_data(&root, &third);
    // The way back is open, and the way on when there is room.
    install(&root, &second);
    site(&root);
    is_delivered(&root, &order(&root, "ndvi"));
    assert_eq!(root.sh(TABLE).unwrap(), format!("3 {WITH_REMARK}"));
    assert_ne!(root.install(&third).unwrap().status, 0);
    root.sh("touch /var/lib/pyoseo/room; dpkg --configure pyoseo")
        .unwrap();
    site(&root);
    is_delivered(&root, &order(&root, "albedo"));
    one_clock(&root);
    assert_eq!(
        root.sh(TABLE).unwrap(),
        "4 customer delivered file_name id place product_id remark state submitted token"
    );
    // Who was logged in still is, because the key is the same.
    assert_eq!(secret(&root), key);
    let page = browser.get("/admin/orders/order/");
    assert!(page.shows(&["4 orders"]), "{page:?}");
    another_host_has_another_key(&root, &key);
}

/// Returns the page of an order that is in the queue, which another app's worker on the same Redis leaves alone.
fn order_for_a_worker_that_is_stopped(root: &Root) -> String {
    root.sh("systemctl stop pyoseo-worker").unwrap();
    let celery = "/opt/pyoseo/bin/celery --broker redis://127.0.0.1:6379/0";
    root.sh(&format!(
        "systemd-run -q --unit another --uid nobody --working-directory /tmp {celery} worker --concurrency 1"
    ))
    .unwrap();
    wait(root, &format!("cd /tmp; {celery} inspect ping"), |said| {
        said.contains("1 node online")
    });
    let path = order(root, "ndvi");
    let asked = root
        .run(&[
            "sh",
            "-c",
            &format!("{SETTINGS} /opt/pyoseo/bin/celery --app pyoseo inspect ping --timeout 5"),
        ])
        .unwrap();
    assert_eq!(
        (asked.status, asked.stderr.trim_end()),
        (69, "Error: No nodes replied within time constraint"),
        "{asked:?}"
    );
    assert_eq!(
        root.sh("redis-cli -n 1 lrange pyoseo 0 -1 | grep -c orders.tasks.deliver; systemctl stop another")
            .unwrap(),
        "1"
    );
    assert!(
        Browser::new(root, "visitor")
            .get(&path)
            .shows(&["submitted"])
    );
    path
}

fn a_failure_leaves_the_old_data(root: &Root, package: &std::path::Path) {
    let failed = root.install(package).unwrap();
    assert_ne!(failed.status, 0);
    assert!(
        failed
            .stderr
            .contains("RuntimeError: there is no room for places: make /var/lib/pyoseo/room"),
        "{failed:?}"
    );
    assert_eq!(
        root.sh("dpkg-query -W -f '${db:Status-Status} ${Version}' pyoseo")
            .unwrap(),
        "half-configured 3.0-1"
    );
    // SQLite takes back what the migration had done before it failed.
    assert_eq!(root.sh(TABLE).unwrap(), format!("2 {WITH_REMARK}"));
    let visitor = Browser::new(root, "visitor");
    assert_eq!(visitor.get("/").status, 502);
    assert!(visitor.get("/static/orders/site.css").shows(&["body {"]));
}

/// Without systemd too; the package has neither key, and what the first host has signed the second one refuses.
fn another_host_has_another_key(root: &Root, first: &str) {
    let other = host().start().unwrap();
    assert_eq!(install(&other, &FIRST), Vec::<String>::new());
    let second = secret(&other);
    assert_ne!(first, second);
    let session = root.sh(SESSION).unwrap();
    assert_eq!(
        session_on(root, &session),
        "_auth_user_backend _auth_user_hash _auth_user_id"
    );
    assert_eq!(session_on(&other, &session), "");
    let tar = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(&*FIRST)
        .output()
        .unwrap();
    for text in [first, &second] {
        let (_, value) = text.split_once("PYOSEO_SECRET_KEY='").unwrap();
        let (key, _) = value.split_once('\'').unwrap();
        assert_eq!(key.len(), 50, "{text}");
        let key = key.as_bytes();
        assert!(!tar.stdout.windows(key.len()).any(|bytes| bytes == key));
    }
}

/// Prints the session of the administrator, signed.
const SESSION: &str = r#"python3 -c '
import sqlite3
database = sqlite3.connect("file:/var/lib/pyoseo/pyoseo.sqlite3?mode=ro", uri=True)
print(*(row[0] for row in database.execute("SELECT session_data FROM django_session")))'"#;

/// Returns what a host reads from a session, as if it were in its database.
fn session_on(root: &Root, session: &str) -> String {
    root.sh(&format!(
        r#"{SETTINGS} DJANGO_SETTINGS_MODULE=pyoseo.settings /opt/pyoseo/bin/python -B -c '
import django
django.setup()
from django.contrib.sessions.backends.db import SessionStore
print(*sorted(SessionStore().decode("{session}")))'"#
    ))
    .unwrap()
}
