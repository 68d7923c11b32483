//! A dashboard of the host under Passenger: behind nginx as the user of the web server, and in Apache.

use super::host::{build, build_from, host_for, install, left_behind, page, pleases_lintian, wait};
use crate::context::{TestContext, repository, succeed};
use deb_build_app::target::{Root, Snapshot};
use std::path::{Path, PathBuf};
use std::process::Command;

const SITE: &str = "http://psdash.example.org";

/// Prints the process ids of the workers, whichever Python they are.
const WORKERS: &str = "pgrep -u www-data -f '^[^ ]*/python[^ ]* .*/wsgi-loader.py'";

/// A log for the group alone, and one for root alone.
const ADM: &str = "/var/log/auth.log";
const ROOT: &str = "/var/log/closed.log";

/// What the administrator says in the settings, as sed puts it there.
const SETTING: &str =
    "sed -i 's/^# PSDASH_TITLE.*/PSDASH_TITLE = \"Bridge\"/' /etc/psdash/psdash.cfg";

/// Builds the next version from other code, whose pages say that they are of it.
fn next(recipe: &str) -> PathBuf {
    let context = TestContext::new();
    let app = context.path("next/fixtures/apps/psdash");
    std::fs::create_dir_all(app.parent().unwrap()).unwrap();
    let ours = repository().join("fixtures/apps/psdash");
    succeed(Command::new("cp").arg("-r").arg(ours).arg(&app));
    let project = app.join("pyproject.toml");
    let text = std::fs::read_to_string(&project).unwrap();
    let version = ("version = \"0.7\"", "version = \"0.8\"");
    assert!(text.contains(version.0));
    std::fs::write(&project, text.replace(version.0, version.1)).unwrap();
    let page = app.join("src/psdash/templates/overview.html");
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(text.contains("<h2>Load</h2>"));
    std::fs::write(
        &page,
        text.replace("<h2>Load</h2>", "<h2>Load of late</h2>"),
    )
    .unwrap();
    context.commit("next");
    build_from(&context.path("next"), recipe, "0.8", &[version])
}

/// Boots a host with what the package depends on and nothing else, which has a name for the site, and logs.
fn booted(package: &Path) -> Root {
    let root = host_for(package).boot().unwrap();
    root.sh(&format!(
        "echo 127.0.0.1 psdash.example.org >>/etc/hosts
         echo 'su: session opened for root' >{ADM}; chown root:adm {ADM}; chmod 640 {ADM}
         echo 'for root' >{ROOT}; chmod 600 {ROOT}"
    ))
    .unwrap();
    root
}

/// A host on which the dashboard is installed, how it and its user were before, and the next version.
struct Installed {
    root: Root,
    before: Snapshot,
    user: String,
    next: PathBuf,
}

/// Builds a recipe, asks lintian, and installs the package on a host of its own.
fn installed(recipe: &str) -> Installed {
    let package = build(recipe, "0.7", &[]);
    let next = next(recipe);
    pleases_lintian(&package);
    let root = booted(&package);
    let user = root.sh("getent passwd www-data; id www-data").unwrap();
    let before = root.snapshot().unwrap();
    install(&root, &package);
    root.sh("touch /root/installed").unwrap();
    Installed {
        root,
        before,
        user,
        next,
    }
}

/// Reads the password as the description of the package says. From then on root's curl gives it, unless it is told `-q`.
fn password_is_asked_for(root: &Root) {
    for path in [
        "/",
        "/processes",
        "/process/1",
        "/logs",
        &format!("/log?path={ADM}"),
        "/network",
        "/settings",
        "/about",
        "/nowhere",
    ] {
        wait(
            root,
            &format!(
                "curl -qsS -i '{SITE}{path}'; curl -qsS -u admin: -o /dev/null -w '%{{http_code}}' '{SITE}{path}'"
            ),
            |text| {
                text.starts_with("HTTP/1.1 401 ")
                    && text
                        .to_lowercase()
                        .contains("\nwww-authenticate: basic realm=\"psdash\"")
                    && text.ends_with("say where they are.\n401")
            },
        );
    }
    root.sh(
        "grep PSDASH_PASSWORD /etc/psdash/secrets.env >/root/password
         echo \"user = \\\"admin:$(sed \"s/.*='\\(.*\\)'/\\1/\" /root/password)\\\"\" >/root/.curlrc; chmod 600 /root/.curlrc",
    )
    .unwrap();
}

/// Uses every page as a person would; `log` is the web server's own.
fn is_used(root: &Root, log: &str) {
    password_is_asked_for(root);
    for (path, wanted) in [
        ("/", "<h2>Load</h2>"),
        ("/", "is up for"),
        ("/", "<tr><th>Swap</th>"),
        ("/", "<tr><th>/</th>"),
        ("/", "Nobody is logged in."),
        ("/processes?sort=pid&order=asc", "/process/1\">1</a>"),
        ("/processes?q=wsgi-loader", "<td>www-data</td>"),
        ("/network", "<td>lo</td><td>up</td><td>127.0.0.1"),
        ("/network", "<td>LISTEN</td>"),
        ("/about", "<tr><th>Virtualenv</th><td>/opt/psdash</td>"),
        ("/about", "<tr><th>User</th><td>www-data</td>"),
        ("/about", "<tr><th>Groups</th><td>adm www-data</td>"),
        ("/about", "<tr><th>Home</th><td>/var/lib/psdash</td>"),
        ("/about", "<footer>psdash 0.7</footer>"),
        ("/static/psdash.css", "Content-Type: text/css"),
        ("/nowhere", "HTTP/1.1 404 "),
    ] {
        page(root, &format!("{SITE}{path}"), wanted);
    }
    processes_are_shown_to_their_owner(root);
    logs_are_those_that_may_be_read(root, log);
}

fn processes_are_shown_to_their_owner(root: &Root) {
    let own = root.sh(&format!("{WORKERS} | head -n 1")).unwrap();
    let text = page(root, &format!("{SITE}/process/{own}"), "HTTP/1.1 200 ");
    for wanted in [
        "/usr/share/passenger/helper-scripts/wsgi-loader.py",
        "<th>HOME</th><td class=\"command\">/var/lib/psdash</td>",
        "<th>PSDASH_CONFIG</th><td class=\"command\">(not shown)</td>",
        "<th>PSDASH_PASSWORD</th><td class=\"command\">(not shown)</td>",
        "<th>PSDASH_SECRET_KEY</th><td class=\"command\">(not shown)</td>",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    page(root, &format!("{SITE}/process/1"), "HTTP/1.1 401 ");
    page(
        root,
        &format!("{SITE}/process/1"),
        "The process 1 is somebody else&#39;s.",
    );
    page(root, &format!("{SITE}/process/99999999"), "HTTP/1.1 404 ");

    // What answers is the Python of the virtualenv, which is Debian's.
    for pid in root.sh(WORKERS).unwrap().lines() {
        assert_eq!(
            root.sh(&format!(
                "tr '\\0' ' ' </proc/{pid}/cmdline | cut -d ' ' -f 1; readlink /proc/{pid}/exe; readlink -f /opt/psdash/bin/python"
            ))
            .unwrap(),
            "/opt/psdash/bin/python\n/usr/bin/python3.11\n/usr/bin/python3.11"
        );
    }
}

fn logs_are_those_that_may_be_read(root: &Root, log: &str) {
    let listed = page(root, &format!("{SITE}/logs"), "HTTP/1.1 200 ");
    for path in [log, ADM, "/var/log/dpkg.log"] {
        assert!(listed.contains(&format!(">{path}</a>")), "{path}: {listed}");
    }
    assert!(!listed.contains(ROOT), "{listed}");
    page(
        root,
        &format!("{SITE}/log?path={ADM}"),
        "su: session opened",
    );
    page(
        root,
        &format!("{SITE}/log?path={ADM}&q=SESSION"),
        "1 lines with “SESSION”",
    );
    // What was just asked is in the log of the server.
    page(root, &format!("{SITE}/log?path={log}"), "GET /about");
    for path in [ROOT, "/etc/passwd", "/var/log/../../etc/passwd", ""] {
        page(root, &format!("{SITE}/log?path={path}"), "HTTP/1.1 404 ");
    }
}

/// Sets a setting of a visitor's own, which is in a cookie that the host's secret signs.
fn likes_pages(root: &Root) {
    root.sh(&format!(
        "cd /root; token=$(curl -fsS -c jar {SITE}/settings | sed -n 's/.*name=\"token\" value=\"\\([^\"]*\\)\".*/\\1/p')
         test -n \"$token\"
         curl -fsS -b jar -c jar -d \"token=$token&refresh=60&rows=25\" {SITE}/settings"
    ))
    .unwrap();
    still_likes_pages(root);
}

fn still_likes_pages(root: &Root) {
    wait(
        root,
        &format!("curl -sS -b /root/jar {SITE}/settings"),
        |text| text.contains("<option value=\"60\" selected>"),
    );
    let answer = root
        .sh(&format!("curl -sS -o /dev/null -w '%{{http_code}}' -b /root/jar -d 'token=other&refresh=2&rows=25' {SITE}/settings"))
        .unwrap();
    assert_eq!(answer, "400");
}

fn secret(root: &Root) -> String {
    root.sh("cat /etc/psdash/secrets.env; stat -c '%n %a %U:%G' /etc/psdash/*")
        .unwrap()
}

/// The code is root's, and what runs has written nothing into it.
fn code_is_untouched(root: &Root) {
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
fn passes_its_own_tests(root: &Root) {
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
fn upgraded(root: Root, next: &Path) -> Root {
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

/// Nothing of the package is left, and the user that was there before it is as it was.
fn is_purged(root: &Root, before: &Snapshot, user: &str) {
    root.sh("dpkg -P psdash").unwrap();
    assert_eq!(left_behind(before, root, "psdash"), Vec::<String>::new());
    assert!(!root.exists("/opt/psdash").unwrap());
    assert_eq!(
        root.sh("getent passwd www-data; id www-data").unwrap(),
        user
    );
}

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
    is_purged(&root, &before, &user);
}

#[test]
fn the_dashboard_runs_in_apache_as_its_user_and_never_as_root() {
    let Installed {
        root,
        before,
        user,
        next,
    } = installed("psdash-apache");
    is_used(&root, "/var/log/apache2/psdash-access.log");
    code_is_untouched(&root);

    root.sh(&format!("{SETTING}; systemctl reload apache2"))
        .unwrap();
    page(&root, &format!("{SITE}/"), "<strong>Bridge</strong>");
    let root = upgraded(root, &next);

    // Asked to run it as root, Passenger takes nobody, who cannot read the application.
    let site = "/etc/apache2/sites-available/psdash.conf";
    root.sh(&format!(
        "cp {site} /root/site; sed -i 's/PassengerUser .*/PassengerUser root/' {site}; systemctl restart apache2"
    ))
    .unwrap();
    page(&root, &format!("{SITE}/"), "HTTP/1.1 500 ");
    assert_eq!(
        root.sh("pgrep -u root -f [w]sgi-loader || echo none")
            .unwrap(),
        "none"
    );
    root.sh(&format!("cp /root/site {site}; systemctl restart apache2"))
        .unwrap();
    page(&root, &format!("{SITE}/"), "<strong>Bridge</strong>");

    root.sh("dpkg -r psdash").unwrap();
    wait(&root, &format!("{WORKERS} || echo none"), |pids| {
        pids == "none"
    });
    assert_eq!(
        root.sh("getent passwd www-data; id www-data").unwrap(),
        user
    );
    is_purged(&root, &before, &user);
}
