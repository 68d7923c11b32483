//! Somebody at a browser, who knows the password or does not, and how that visitor likes the pages.

use super::super::host::{page, wait};
use super::app::{ADM, ROOT, SITE, WORKERS};
use deb_build_app::target::Root;

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
pub(super) fn is_used(root: &Root, log: &str) {
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
    // Whoever may write where a pattern looks puts a link there, or a name that is no text.
    root.sh(
        "ln -s /etc/passwd /var/log/passwd.log; ln -s /etc/psdash/secrets.env /var/log/secrets.log
         echo odd >\"$(printf '/var/log/odd\\377<b>.log')\"",
    )
    .unwrap();
    let listed = page(root, &format!("{SITE}/logs"), "HTTP/1.1 200 ");
    assert!(
        listed.contains(">/var/log/odd\u{fffd}&lt;b&gt;.log</a>")
            && !listed.contains("passwd.log")
            && !listed.contains("secrets.log"),
        "{listed}"
    );
    page(
        root,
        &format!("{SITE}/log?path=/var/log/odd%EF%BF%BD%3Cb%3E.log"),
        "<pre>odd\n",
    );
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
    for path in [
        ROOT,
        "/etc/passwd",
        "/var/log/../../etc/passwd",
        "/var/log/passwd.log",
        "/var/log/secrets.log",
        "%2fvar%2flog%2fdpkg.log%00",
        "",
    ] {
        page(root, &format!("{SITE}/log?path={path}"), "HTTP/1.1 404 ");
    }
    root.sh("rm /var/log/passwd.log /var/log/secrets.log /var/log/odd*.log")
        .unwrap();
}

/// Sets a setting of a visitor's own, which is in a cookie that the host's secret signs.
pub(super) fn likes_pages(root: &Root) {
    // It may have been started just now.
    page(root, &format!("{SITE}/settings"), "name=\"token\"");
    let sent = root
        .sh(&format!(
            "cd /root; token=$(curl -fsS -c jar {SITE}/settings | sed -n 's/.*name=\"token\" value=\"\\([^\"]*\\)\".*/\\1/p')
             test -n \"$token\"; grep -c '^#HttpOnly_' jar
             curl -fsS -b jar -c jar -d \"token=$token&refresh=60&rows=25\" -o /dev/null -w '%{{http_code}} %header{{location}}\n' {SITE}/settings
             curl -fsS -b jar -c jar {SITE}/settings | grep -c Kept.
             curl -fsS -b jar -c jar {SITE}/settings | grep -c Kept. || true"
        ))
        .unwrap();
    // It is said once, and not again to who goes back.
    assert_eq!(sent, "1\n303 /settings\n1\n0");
    still_likes_pages(root);
    // Nobody but the host signs a cookie.
    root.sh(&format!(
        "sed 's/\\tpsdash\\t.../\\tpsdash\\tXXX/' /root/jar >/root/forged; ! cmp -s /root/jar /root/forged
         curl -fsS -b /root/forged {SITE}/settings | grep '<option value=\"10\" selected>'"
    ))
    .unwrap();
}

pub(super) fn still_likes_pages(root: &Root) {
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
