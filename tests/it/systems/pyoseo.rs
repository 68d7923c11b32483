//! The catalogue: Django behind nginx, a worker and a clock on Redis, deliveries by FTP.

use super::host::{build, build_from, install, left_behind, page, pleases_lintian, wait};
use crate::context::{TestContext, repository};
use deb_build_app::target::Root;
use std::path::{Path, PathBuf};
use std::process::Command;

const HOST: &str = "Host: pyoseo.example.org";

/// Copies the app into a repository of its own, with one more migration, and builds it as version `version`.
fn next(version: &str, migration: &str) -> PathBuf {
    let context = TestContext::new();
    let folder = context.path("next");
    let app = folder.join("fixtures/apps/pyoseo");
    std::fs::create_dir_all(app.parent().unwrap()).unwrap();
    let copied = Command::new("cp")
        .arg("-r")
        .arg(repository().join("fixtures/apps/pyoseo"))
        .arg(&app)
        .status()
        .unwrap();
    assert!(copied.success());
    std::fs::write(app.join("orders/migrations/0002_next.py"), migration).unwrap();
    for words in [
        &["init", "-q"][..],
        &["add", "-A"],
        &[
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.org",
            "commit",
            "-qm",
            "next",
        ],
    ] {
        let git = Command::new("git")
            .args(words)
            .current_dir(&folder)
            .status()
            .unwrap();
        assert!(git.success());
    }
    build_from(
        &folder,
        "pyoseo",
        version,
        &[("version = \"1.0\"", &format!("version = \"{version}\""))],
    )
}

/// A migration that adds a field to the orders.
const FIELD: &str = r#"
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.AddField("order", "remark", models.TextField(default="none yet"))]
"#;

/// The same, but only where the administrator has made room.
const FAILS: &str = r#"
import os
from django.db import migrations, models
def check(apps, schema_editor):
    if not os.path.exists("/var/lib/pyoseo/room"):
        raise RuntimeError("there is no room for remarks")
class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunPython(check), migrations.AddField("order", "remark", models.TextField(default="none yet"))]
"#;

fn root() -> Root {
    Root::builder("bookworm")
        .packages([
            "python3.11",
            "redis-server",
            "proftpd-core",
            "nginx",
            "tzdata",
            "logrotate",
            "procps",
        ])
        .boot()
        .unwrap()
}

/// Orders a product as a browser does, and returns the page of the order.
fn order(root: &Root, product: &str) -> String {
    let script = format!(
        "rm -f /tmp/jar
         token=$(curl -fsS -c /tmp/jar -H '{HOST}' http://127.0.0.1/ | sed -n 's/.*csrfmiddlewaretoken\" value=\"\\([^\"]*\\).*/\\1/p' | head -n 1)
         curl -fsS -b /tmp/jar -H '{HOST}' -o /dev/null -w '%{{redirect_url}}' -d csrfmiddlewaretoken=\"$token\" -d product={product} -d customer=Ada http://127.0.0.1/orders/"
    );
    let address = root.sh(&script).unwrap();
    let (_, path) = address.split_once("example.org").unwrap();
    path.to_owned()
}

fn delivered(root: &Root, path: &str) {
    wait(
        root,
        &format!("curl -sS -H '{HOST}' http://127.0.0.1{path}"),
        |page| page.contains("<strong>delivered</strong>"),
    );
}

/// Logs in as the administrator, and returns a page of the admin.
fn admin(root: &Root, path: &str) -> String {
    root.sh(&format!(
        "rm -f /tmp/jar
         token=$(curl -fsS -c /tmp/jar -H '{HOST}' http://127.0.0.1/admin/login/ | sed -n 's/.*csrfmiddlewaretoken\" value=\"\\([^\"]*\\).*/\\1/p' | head -n 1)
         curl -fsS -b /tmp/jar -c /tmp/jar -H '{HOST}' -o /dev/null -d csrfmiddlewaretoken=\"$token\" -d username=ada -d password=secret-word-1 -d next=/admin/ http://127.0.0.1/admin/login/
         curl -fsS -b /tmp/jar -H '{HOST}' http://127.0.0.1/admin/{path}"
    ))
    .unwrap()
}

fn secret(root: &Root) -> String {
    root.sh("cat /etc/pyoseo/secrets.env").unwrap()
}

fn site(root: &Root) {
    wait(
        root,
        &format!("curl -sS -H '{HOST}' http://127.0.0.1/"),
        |page| page.contains("Land surface temperature"),
    );
}

fn beats(root: &Root) -> String {
    root.sh("pgrep -c -u pyoseo -f 'celery.* beat' || true")
        .unwrap()
}

#[test]
fn orders_are_placed_delivered_and_seen_through_upgrades_and_a_purge() {
    let quick = ("PYOSEO_SWEEP = \"3600\"", "PYOSEO_SWEEP = \"2\"");
    let package = build("pyoseo", "1.0", &[quick]);
    pleases_lintian(&package);
    let root = root();
    let before = root.snapshot().unwrap();
    install(&root, &package);
    site(&root);

    // An order goes through the worker to the folder of the FTP server.
    let path = order(&root, "lst");
    delivered(&root, &path);
    assert_eq!(
        root.sh("curl -fsS ftp://127.0.0.1/1-lst.txt").unwrap(),
        "Land surface temperature, hourly\nfor Ada"
    );
    assert_eq!(
        root.sh("stat -c '%a %U:%G' /srv/ftpuser; stat -c '%U' /srv/ftpuser/1-lst.txt; dpkg -V proftpd-core redis-server nginx")
            .unwrap(),
        "775 ftpuser:ftpuser\npyoseo"
    );
    assert_eq!(
        root.sh("systemctl show -P ExecStartPre proftpd | grep -c 'sleep 2'")
            .unwrap(),
        "1"
    );
    // nginx serves the static files itself: also when the site is stopped.
    root.sh("systemctl stop pyoseo-web").unwrap();
    for file in ["orders/site.css", "admin/css/base.css"] {
        let said = root
            .sh(&format!(
                "curl -fsSI -H '{HOST}' http://127.0.0.1/static/{file}"
            ))
            .unwrap();
        assert!(said.contains("Content-Type: text/css"), "{said}");
    }
    root.sh("systemctl start pyoseo-web").unwrap();
    site(&root);

    // The administrator sees the order, and what the clock did.
    root.sh("echo secret-word-1 | pyoseo-admin ada").unwrap();
    let orders = admin(&root, "orders/order/");
    assert!(
        orders.contains("Land surface temperature") && orders.contains("Delivered"),
        "{orders}"
    );
    wait(&root, "true", |_| {
        admin(&root, "orders/sweep/").contains("field-removed")
    });
    assert_eq!(beats(&root), "1");
    assert_eq!(
        root.sh("systemctl is-enabled pyoseo-flower; systemctl is-active pyoseo-flower; true")
            .unwrap(),
        "disabled\ninactive"
    );
    root.sh("systemctl start pyoseo-flower").unwrap();
    page(&root, "http://127.0.0.1:5555/", "Flower");
    root.sh("systemctl stop pyoseo-flower").unwrap();

    // The worker goes on writing into a log that was rotated, and reads its own settings.
    root.sh("logrotate -f /etc/logrotate.d/pyoseo; test -e /var/log/celery/worker.log.1")
        .unwrap();
    let path = order(&root, "ndvi");
    delivered(&root, &path);
    wait(&root, "cat /var/log/celery/worker.log", |log| {
        log.contains("2-ndvi.txt")
    });
    root.sh("sed -i \"s/CONCURRENCY=.*/CONCURRENCY='1'/\" /etc/default/pyoseo-worker; systemctl restart pyoseo-worker").unwrap();
    wait(
        &root,
        "tr '\\0' ' ' </proc/$(pgrep -o -u pyoseo -f 'celery.* worker')/cmdline",
        |words| words.contains("--concurrency 1"),
    );

    // Redis goes away and comes back.
    root.sh("systemctl stop redis-server").unwrap();
    root.sh("systemctl start redis-server").unwrap();
    let path = order(&root, "albedo");
    delivered(&root, &path);

    // A new migration, first one that fails: the old data and the reason are there, and the next try goes through.
    let key = secret(&root);
    let failing = next("2.0", FAILS);
    let said = root.install(&failing).unwrap();
    assert_ne!(said.status, 0);
    assert!(
        format!("{}{}", said.stdout, said.stderr).contains("there is no room for remarks"),
        "{said:?}"
    );
    assert_eq!(
        root.sh("dpkg-query -W -f '${db:Status-Status}' pyoseo")
            .unwrap(),
        "half-configured"
    );
    root.sh("touch /var/lib/pyoseo/room; dpkg --configure -a")
        .unwrap();
    site(&root);
    assert!(admin(&root, "orders/order/1/change/").contains("none yet"));
    assert_eq!(secret(&root), key);
    let path = order(&root, "lst");
    delivered(&root, &path);
    assert_eq!(beats(&root), "1");

    root.sh("dpkg -r pyoseo").unwrap();
    assert_eq!(root.sh("pgrep -u pyoseo || echo none").unwrap(), "none");
    assert!(root.exists("/var/lib/pyoseo/pyoseo.sqlite3").unwrap());
    root.sh("dpkg -P pyoseo").unwrap();
    assert_eq!(left_behind(&before, &root, "pyoseo"), Vec::<String>::new());
    assert!(
        root.exists("/srv/ftpuser").unwrap(),
        "what was delivered is another user's"
    );

    // Another host has another key; this package has none.
    let other = self::root();
    install(&other, &next("2.1", FIELD));
    site(&other);
    assert_ne!(secret(&other), key);
    has_no_secret(&package, &key);
}

/// Looks for a secret in all that a package holds.
fn has_no_secret(package: &Path, secret: &str) {
    let value = secret.split('\'').nth(1).expect("a value in quotes");
    assert!(value.len() >= 50, "{secret}");
    let found = Command::new("sh")
        .args([
            "-c",
            "dpkg-deb --fsys-tarfile \"$1\" | grep -c -F -- \"$2\"",
            "-",
        ])
        .arg(package)
        .arg(value)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout).trim(), "0");
}
