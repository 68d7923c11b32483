//! A Flask app and its second program under supervisord under systemd, which move to units of systemd.

use super::host::{build, install, left_behind, page, pleases_lintian, wait};
use deb_build_app::target::Root;

const HOME: &str = "http://127.0.0.1:8010";

/// Prints the process ids of gunicorn's workers or of the digest, one on each line.
const WORKERS: &str = "pgrep -u hello -f bin/gunicorn | sort -n | tail -n +2";
const DIGEST: &str = "pgrep -u hello -f bin/hello-digest";

fn greeted(root: &Root, name: &str, total: usize) {
    page(
        root,
        &format!("{HOME}/greet?name={name}"),
        &format!("<h1>Hello, {name}!</h1>"),
    );
    page(
        root,
        &format!("{HOME}/visitors"),
        &format!("<h1>{total} greetings</h1>"),
    );
}

/// What supervisord itself keeps.
const SUPERVISOR: &[&str] = &[
    "/run/supervisor.sock",
    "/run/supervisord.pid",
    "/var/log/supervisor/supervisord.log",
];

#[test]
fn an_app_lives_under_supervisord_under_systemd_and_moves_to_units() {
    let package = build("hello-supervisord", "1.0", &[]);
    let next = build(
        "hello-supervisord",
        "2.0",
        &[
            ("version = \"1.0\"", "version = \"2.0\""),
            (
                "service-manager = \"supervisor\"",
                "service-manager = \"systemd\"",
            ),
        ],
    );
    pleases_lintian(&package);
    pleases_lintian(&next);
    let root = Root::builder("bookworm")
        .packages(["python3.11", "supervisor", "procps"])
        .boot()
        .unwrap();
    let before = root.snapshot().unwrap();

    install(&root, &package);
    page(&root, &format!("{HOME}/"), "Your name");
    greeted(&root, "Ada", 1);
    greeted(&root, "Ada", 2);
    page(&root, &format!("{HOME}/visitors"), "<li>Ada: 2</li>");
    page(&root, &format!("{HOME}/health"), "\r\n\r\nok");
    // LESS has become CSS: the colours are computed.
    let style = page(&root, &format!("{HOME}/static/site.css"), "color: #123456;");
    assert!(style.contains("rgba(18, 52, 86, 0.4)"), "{style}");
    assert!(!style.contains("@ink"), "{style}");

    // supervisord is a child of systemd, and the app one of supervisord.
    let parents = root
        .sh(
            "for name in supervisord 'bin/gunicorn' 'bin/hello-digest'; do
                 pid=$(pgrep -o -f \"$name\"); ps -o ppid= -p \"$pid\" | xargs ps -o comm= -p
             done",
        )
        .unwrap();
    assert_eq!(parents, "systemd\nsupervisord\nsupervisord");
    wait(&root, "cat /var/log/supervisor/hello-digest.log", |log| {
        log.contains("digest: 2 greetings of 1 visitors")
    });

    // Workers that are killed come back: gunicorn's by gunicorn, gunicorn and the digest by supervisord.
    for (which, all) in [
        (WORKERS, 2),
        (DIGEST, 1),
        ("pgrep -o -u hello -f bin/gunicorn", 1),
    ] {
        let killed = root.sh(which).unwrap();
        root.sh(&format!("kill -9 {}", killed.replace('\n', " ")))
            .unwrap();
        wait(&root, which, |now| {
            now.lines().count() == all && now.lines().all(|pid| !killed.lines().any(|it| it == pid))
        });
    }
    greeted(&root, "Bob", 3);

    // What the administrator changes is read after a restart, and kept.
    root.sh("sed -i 's/^greeting = .*/greeting = Moin/' /etc/hello/hello.ini; supervisorctl restart hello-web")
        .unwrap();
    page(
        &root,
        &format!("{HOME}/greet?name=Eve"),
        "<h1>Moin, Eve!</h1>",
    );
    let root = root.halt().unwrap().boot().unwrap();
    page(
        &root,
        &format!("{HOME}/greet?name=Eve"),
        "<h1>Moin, Eve!</h1>",
    );
    page(&root, &format!("{HOME}/visitors"), "<h1>5 greetings</h1>");

    // The second version moves to systemd: one copy runs, and supervisord has none.
    install(&root, &next);
    page(
        &root,
        &format!("{HOME}/greet?name=Zoe"),
        "<h1>Moin, Zoe!</h1>",
    );
    page(&root, &format!("{HOME}/visitors"), "<h1>6 greetings</h1>");
    assert_eq!(
        root.sh("systemctl is-active hello-web hello-digest; supervisorctl status | grep -c hello || true")
            .unwrap(),
        "active\nactive\n0"
    );
    let count = |which: &str| root.sh(which).unwrap().lines().count();
    assert_eq!((count(WORKERS), count(DIGEST)), (2, 1));
    let digest = root.sh(DIGEST).unwrap();
    root.sh("systemctl stop hello-digest").unwrap();
    assert_eq!(
        root.sh("journalctl -o cat -u hello-digest | grep stopped")
            .unwrap(),
        "digest: stopped"
    );
    root.sh("systemctl start hello-digest").unwrap();
    assert_ne!(wait(&root, DIGEST, |pid| !pid.is_empty()), digest);

    root.sh("dpkg -r hello").unwrap();
    assert_eq!(root.sh("pgrep -u hello || echo none").unwrap(), "none");
    assert!(root.exists("/var/lib/hello/journal").unwrap());
    root.sh("dpkg -P hello").unwrap();
    assert_eq!(
        left_behind(&before, &root, SUPERVISOR),
        Vec::<String>::new()
    );
}
