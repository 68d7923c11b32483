//! From the installation to the purge: ordered, delivered, looked at, rotated, without Redis for a while, rebooted.

use super::super::host::{left_behind, page, pleases_lintian, wait};
use super::app::{FIRST, administrator, file, host, install, is_delivered, one_clock, order, site};
use super::browser::Browser;
use super::logs;
use deb_build_app::target::Root;

/// What the servers keep, and the logs of the host that were rotated with ours.
const SERVERS: &[&str] = &[
    "/run/proftpd.pid",
    "/run/proftpd.scoreboard",
    "/run/redis/redis-server.pid",
    "/var/lib/redis",
    "/var/log/alternatives.log.1",
    "/var/log/btmp.1",
    "/var/log/dpkg.log.1",
    "/var/log/nginx/access.log.1",
    "/var/log/nginx/error.log.1",
    "/var/log/proftpd",
    "/var/log/redis",
    "/var/log/wtmp.1",
];

#[test]
fn orders_are_placed_delivered_and_seen_until_the_purge() {
    pleases_lintian(&FIRST);
    let root = host().boot().unwrap();
    let before = root.snapshot().unwrap();
    assert_eq!(install(&root, &FIRST), Vec::<String>::new());
    site(&root);
    // The app as it is installed passes its own tests.
    root.sh("cd /tmp; PYOSEO_SECRET_KEY=x /opt/pyoseo/bin/pyoseo test orders")
        .unwrap();
    let fetched = an_order_is_fetched_by_ftp(&root);
    a_visitor_makes_mistakes(&root);
    accounts_and_files_of_others_are_as_they_should_be(&root, &fetched);
    nginx_serves_static_files_without_the_site(&root);
    the_administrator_sees_orders_and_sweeps(&root);
    there_is_never_a_second_clock(&root);
    flower_is_started_by_hand(&root);
    each_service_has_its_settings(&root);
    logs::are_rotated_in_two_ways(&root, &fetched);
    orders_wait_for_redis(&root);
    no_page_waits_for_redis(&root);

    let root = root.halt().unwrap().boot().unwrap();
    site(&root);
    is_delivered(&root, &order(&root, "lst"));
    one_clock(&root);
    assert_eq!(states(&root), "active active active inactive");

    root.sh("dpkg -r pyoseo").unwrap();
    assert_eq!(root.sh("pgrep -u pyoseo || echo none").unwrap(), "none");
    assert!(root.exists("/var/lib/pyoseo/pyoseo.sqlite3").unwrap());
    root.sh("nginx -t 2>&1; systemctl restart proftpd; logrotate -f /etc/logrotate.conf")
        .unwrap();
    root.sh("dpkg -P pyoseo").unwrap();
    assert_eq!(
        left_behind(&before, &root, &[&["/srv/ftpuser"], SERVERS].concat()),
        Vec::<String>::new()
    );
    // What was delivered is the other user's, and the server that delivers is another package's: it has forgotten ours.
    assert!(root.exists(&format!("/srv/ftpuser/{fetched}")).unwrap());
    let fetch = format!("curl -sS ftp://127.0.0.1/{fetched} 2>&1");
    wait(&root, &fetch, |refused| {
        refused == "curl: (67) Access denied: 530"
    });
    assert_eq!(
        root.sh("systemctl is-active proftpd nginx redis-server")
            .unwrap(),
        "active\nactive\nactive"
    );
}

fn states(root: &Root) -> String {
    let services = ["web", "worker", "beat", "flower"].map(|name| format!("pyoseo-{name}"));
    let mut words = vec!["systemctl", "is-active"];
    words.extend(services.iter().map(String::as_str));
    root.run(&words)
        .unwrap()
        .stdout
        .trim_end()
        .replace('\n', " ")
}

/// As a browser does it; a form that is sent from elsewhere is refused, and nobody finds the orders of others.
///
/// Returns the name of the file.
fn an_order_is_fetched_by_ftp(root: &Root) -> String {
    let stranger = Browser::new(root, "stranger");
    let page = stranger.ask("/orders/", &["-d", "product=lst", "-d", "customer=Eve"]);
    assert_eq!(page.status, 403, "{page:?}");
    let path = order(root, "lst");
    is_delivered(root, &path);
    assert_eq!(stranger.get("/orders/1/").status, 404);
    let name = file(root, &path);
    // proftpd has been told to read our file, and does so in its own time.
    let fetch = format!("curl -fsS ftp://127.0.0.1/{name}");
    wait(root, &fetch, |file| {
        file == "Land surface temperature, hourly\nfor Ada Lovelace"
    });
    let written = root
        .run(&["curl", "-sS", "-T", "/etc/hostname", "ftp://127.0.0.1/x"])
        .unwrap();
    assert_ne!(written.status, 0, "nobody writes by FTP");
    // curl takes the answer to a listing that is denied for an empty one.
    let listed = root.run(&["curl", "-sS", "ftp://127.0.0.1/"]).unwrap();
    assert_eq!(listed.stdout, "", "nobody sees the names of others' files");
    name
}

/// Forms that are wrong, addresses that are not for visitors, and names that somebody else's site or page is made of.
fn a_visitor_makes_mistakes(root: &Root) {
    let visitor = Browser::new(root, "visitor");
    let page = visitor.send("/", "/orders/", &["product=lst", "customer= "]);
    assert!(
        page.path == "/" && page.shows(&["Who is it for? Please give a name."]),
        "{page:?}"
    );
    let page = visitor.send("/", "/orders/", &["product=moon", "customer=Ada"]);
    assert_eq!(page.status, 404, "{page:?}");
    assert!(page.text.contains("There is nothing here"), "{page:?}");
    assert_eq!(visitor.get("/orders/").status, 405);
    assert_eq!(visitor.get("/static/..%2fpyoseo.sqlite3").status, 404);
    let page = visitor.get("/admin/orders/order/");
    assert!(
        page.path == "/admin/login/?next=/admin/orders/order/" && page.status == 200,
        "{page:?}"
    );
    // Who comes with the name of another site is led to no page of ours, and nobody says that he came by https.
    let other = visitor.ask("/", &["-H", "Host: example.org"]);
    assert!(!other.text.contains("pyoseo"), "{other:?}");
    let named = visitor.ask(
        "/admin",
        &[
            "-H",
            "X-Forwarded-Host: example.org",
            "-H",
            "X-Forwarded-Proto: https",
        ],
    );
    assert_eq!(
        (named.path.as_str(), named.status),
        ("/admin/login/?next=/admin/", 200)
    );
}

/// The service writes into the other user's home through a group; nothing of proftpd, nginx and Redis was changed.
fn accounts_and_files_of_others_are_as_they_should_be(root: &Root, fetched: &str) {
    assert_eq!(
        root.sh(&format!("cd /srv/ftpuser; id -Gn pyoseo; stat -c '%a %U:%G' /srv/ftpuser /var/log/celery /var/log/pyoseo {fetched}
                 test -e /srv/ftpuser/.profile; getent passwd ftpuser | cut -d: -f6-
                 sed -n 's/^Groups://p' /proc/$(systemctl show -P MainPID pyoseo-worker)/status | grep -c -w \"$(getent group ftpuser | cut -d: -f3)\""))
            .unwrap(),
        "pyoseo ftpuser\n775 ftpuser:ftpuser\n755 pyoseo:pyoseo\n750 root:adm\n644 pyoseo:pyoseo\n/srv/ftpuser:/usr/sbin/nologin\n1"
    );
    // What is secret is the services', the database is theirs, and the code is nobody's who runs.
    assert_eq!(
        root.sh(
            "stat -c '%a %U:%G' /etc/pyoseo/secrets.env /var/lib/pyoseo/pyoseo.sqlite3
             find /opt/pyoseo ! -user root; dpkg -V pyoseo
             systemctl show -P After pyoseo-web pyoseo-worker pyoseo-beat | grep -c redis-server.service"
        )
        .unwrap(),
        "640 root:pyoseo\n644 pyoseo:pyoseo\n3"
    );
    assert_eq!(
        root.sh("dpkg -V proftpd-core nginx nginx-common redis-server logrotate; proftpd -t 2>&1
                 systemctl show -P NeedDaemonReload proftpd; systemctl show -P ExecStartPre proftpd | grep -o '/bin/sleep 2'")
            .unwrap(),
        "Checking syntax of configuration file\nno\n/bin/sleep 2"
    );
}

fn nginx_serves_static_files_without_the_site(root: &Root) {
    root.sh("systemctl stop pyoseo-web").unwrap();
    let visitor = Browser::new(root, "visitor");
    assert_eq!(visitor.get("/").status, 502);
    for (file, text) in [
        ("orders/site.css", "max-width: 40rem"),
        ("admin/css/base.css", "DJANGO Admin styles"),
    ] {
        let page = visitor.ask(&format!("/static/{file}"), &["-i"]);
        assert!(
            page.shows(&["Server: nginx", "Content-Type: text/css", text]),
            "{page:?}"
        );
    }
    root.sh("systemctl start pyoseo-web").unwrap();
    site(root);
}

fn the_administrator_sees_orders_and_sweeps(root: &Root) {
    let weak = root
        .run(&["sh", "-c", "echo short | pyoseo-admin ada"])
        .unwrap();
    assert_eq!(
        (weak.status, weak.stderr.as_str()),
        (
            1,
            "CommandError: This password is too short. It must contain at least 8 characters.\n"
        )
    );
    let browser = administrator(root);
    let orders = browser.get("/admin/orders/order/");
    assert!(
        orders.shows(&[
            "Land surface temperature, hourly",
            "Ada Lovelace",
            ">Delivered</td>",
            "1 order"
        ]),
        "{orders:?}"
    );
    wait(root, "true", |_| {
        let sweeps = browser.get("/admin/orders/sweep/");
        sweeps.shows(&["field-time", "field-removed\">0</td>"])
    });
    // Nobody makes a sweep up.
    assert_eq!(browser.get("/admin/orders/sweep/add/").status, 403);
    let page = browser.send("/admin/", "/admin/logout/", &[]);
    assert!(page.shows(&["Logged out"]), "{page:?}");
    // Who goes back then sees nothing more: no page of it is kept by a browser.
    let page = browser.get("/admin/orders/order/");
    assert!(page.path.starts_with("/admin/login/"), "{page:?}");
    assert!(browser.ask("/admin/", &["-i"]).shows(&["no-store"]));
}

fn there_is_never_a_second_clock(root: &Root) {
    let by_hand = root
        .run(&[
            "runuser",
            "-u",
            "pyoseo",
            "--",
            "/opt/pyoseo/libexec/only-beat",
            "/bin/true",
        ])
        .unwrap();
    assert_eq!(by_hand.status, 75, "{by_hand:?}");
    one_clock(root);
}

fn flower_is_started_by_hand(root: &Root) {
    assert_eq!(states(root), "active active active inactive");
    assert_eq!(
        root.run(&["systemctl", "is-enabled", "pyoseo-flower"])
            .unwrap()
            .stdout,
        "disabled\n"
    );
    root.sh("systemctl start pyoseo-flower").unwrap();
    page(root, "http://127.0.0.1:5555/workers", "celery@");
    assert_eq!(
        root.sh("ss -Hltn '( sport = 5555 or sport = 8020 )' | awk '{ print $4 }' | sort")
            .unwrap(),
        "127.0.0.1:5555\n127.0.0.1:8020"
    );
    root.sh("systemctl stop pyoseo-flower").unwrap();
}

fn each_service_has_its_settings(root: &Root) {
    assert_eq!(
        root.sh("cd /etc/default; grep -H ^[A-Z] pyoseo-*").unwrap(),
        "pyoseo-beat:LOGLEVEL='INFO'\npyoseo-flower:FLOWER_ADDRESS='127.0.0.1'\npyoseo-flower:FLOWER_PORT='5555'\n\
         pyoseo-web:WORKERS='2'\npyoseo-web:PYOSEO_BROKER_TIMEOUT='5'\npyoseo-worker:CONCURRENCY='2'\npyoseo-worker:LOGLEVEL='INFO'"
    );
    root.sh("sed -i \"s/CONCURRENCY=.*/CONCURRENCY='1'/\" /etc/default/pyoseo-worker; systemctl restart pyoseo-worker")
        .unwrap();
    let words = root
        .sh("tr '\\0' ' ' </proc/$(systemctl show -P MainPID pyoseo-worker)/cmdline")
        .unwrap();
    assert!(words.contains("--concurrency 1 "), "{words}");
    is_delivered(root, &order(root, "ndvi"));
}

/// While it is away, orders are taken and kept; the queue brings those that come later, and a sweep those that were kept.
fn orders_wait_for_redis(root: &Root) {
    sweep_every(root, 3600);
    root.sh("systemctl stop redis-server").unwrap();
    let browser = Browser::new(root, "customer");
    let kept = browser.send("/", "/orders/", &["product=lst", "customer=Bob"]);
    let submitted = "<strong>submitted</strong>";
    assert!(kept.shows(&["Your order is kept", submitted]), "{kept:?}");
    root.sh("systemctl start redis-server").unwrap();
    is_delivered(root, &order(root, "ndvi"));
    assert!(browser.get(&kept.path).shows(&[submitted]));
    sweep_every(root, 2);
    is_delivered(root, &kept.path);
    assert_eq!(states(root), "active active active inactive");
}

fn sweep_every(root: &Root, seconds: u32) {
    root.sh(&format!(
        "sed -i \"s/^PYOSEO_SWEEP=.*/PYOSEO_SWEEP='{seconds}'/\" /etc/default/pyoseo
         grep -q \"SWEEP='{seconds}'\" /etc/default/pyoseo; systemctl restart pyoseo-worker pyoseo-beat"
    ))
    .unwrap();
}

/// A Redis that takes connections and says nothing: gunicorn would end a page that waits for it.
fn no_page_waits_for_redis(root: &Root) {
    root.sh("systemctl kill -s STOP redis-server").unwrap();
    let browser = Browser::new(root, "customer");
    let page = browser.send("/", "/orders/", &["product=lst", "customer=Bob"]);
    root.sh("systemctl kill -s CONT redis-server").unwrap();
    assert!(page.shows(&["Your order is kept"]), "{page:?}");
    is_delivered(root, &page.path);
}
