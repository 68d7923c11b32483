//! Pushes, as the person who pushes and the visitors of the site see them, and what a key is not good for.

use super::super::host::{page, wait};
use super::host::{SITE, as_ada, both_answer, processes, push};
use deb_build_app::target::Root;

pub(super) fn the_first(root: &Root) {
    let ran = push(root, "true");
    assert!(
        ran.status == 0 && ran.stderr.contains("remote: hello: release 1 runs"),
        "{}",
        ran.stderr
    );
    let hooks: Vec<_> = ran
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("remote:   "))
        .map(str::trim_end)
        .collect();
    assert_eq!(hooks, ["Moin first", "second", "nothing runs now"]);
    // Those of the range that /etc/pypaas/pypaas.yml has.
    for port in both_answer(root, "the first version") {
        assert!((62000..=62999).contains(&port.parse().unwrap()), "{port}");
    }
    let style = page(root, &format!("{SITE}/static/site.css"), "#1f4e79");
    assert!(style.contains("Server: nginx"), "{style}");
    page(root, &format!("{SITE}/static/built.txt"), "built");
    page(root, &format!("{SITE}/static/theme/colour.txt"), "blue");
    wait(root, "pypaas logs hello worker", |log| {
        log.contains("worked for release 1")
    });
    // The processes are the user's, have their variables and no other, and nothing of git is beside them.
    assert_eq!(
        root.sh(
            "ps -o user= -p \"$(pgrep -d, -f '(serve|work)[.]py')\" | sort -u
             tr '\\0' '\\n' </proc/$(pgrep -f work[.]py)/environ | cut -d= -f1 | sort | tr '\\n' ' '
             find /srv/deploy/apps -name .git; sed -n 's/^NoNewPrivs:\t//p' /proc/$(pgrep -f work[.]py)/status; ls /srv/deploy/service"
        )
        .unwrap(),
        "deploy\nGREETING HOME LANG LOGNAME PATH PORT PWD PYPAAS_COMMIT PYPAAS_PROCESS PYPAAS_RELEASE PYPAAS_REPO SHELL USER \
         1\nhello.1.web.1\nhello.1.web.2\nhello.1.worker.1"
    );
    let head = as_ada(root, "git -C hello rev-parse HEAD").stdout;
    assert_eq!(
        root.sh("pypaas custom hello greet 'more than' '; id'")
            .unwrap(),
        format!(
            "Moin from {} in /srv/deploy/apps/hello/1 as deploy more than ; id",
            head.trim_end()
        )
    );
    let unknown = root.run(&["pypaas", "custom", "hello", "dance"]).unwrap();
    assert_eq!(
        (unknown.status, unknown.stderr.as_str()),
        (1, "pypaas: hello has no command dance: there is greet\n")
    );
}

/// Of what was pushed nginx shows what is the app's own, however the address or a link is written; and what a visitor says of
/// the way that he came does not reach the app.
pub(super) fn static_files_lead_nowhere_else(root: &Root) {
    let get = |path: &str| {
        let address = format!("{SITE}{path}");
        root.run(&["curl", "-sS", "--path-as-is", &address])
            .unwrap()
            .succeeded()
            .unwrap()
            .stdout
    };
    assert_eq!(get("/static/alias.txt"), "built\n");
    for path in [
        "/static/passwd",
        "/static/etc/passwd",
        "/static/up/etc/passwd",
        "/static/",
    ] {
        let text = get(path);
        assert!(text.contains("403 Forbidden"), "{path}: {text}");
    }
    for path in [
        "/static/../state",
        "/static../state",
        "/static/..%2fstate",
        "/static/%2e%2e/state",
    ] {
        let text = get(path);
        assert!(text.starts_with("Moin from "), "{path}: {text}");
    }
    let far = get("/static/..%2f..%2f..%2fetc/passwd");
    assert!(far.contains("400 Bad Request"), "{far}");
    let told = root
        .sh(&format!(
            "curl -sS -H 'X-Forwarded-Proto: https' -H 'X-Forwarded-Host: example.org' {SITE}/"
        ))
        .unwrap();
    assert!(
        told.ends_with("\nhost hello.localhost\nscheme http"),
        "{told}"
    );
}

/// What the terminal of a push shows.
fn refused(root: &Root, script: &str, why: &str) {
    let ran = as_ada(root, script);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(ran.status != 0 && said.contains(why), "{script}: {said}");
}

pub(super) fn a_key_is_for_pushes_alone(root: &Root) {
    refused(
        root,
        "ssh deploy@127.0.0.1",
        "hello ada: this key is for git push, and gets no shell",
    );
    let terminal = "PTY allocation request failed";
    refused(root, "ssh -tt deploy@127.0.0.1", terminal);
    for script in [
        "ssh deploy@127.0.0.1 id",
        "git ls-remote deploy@127.0.0.1:hello",
    ] {
        refused(root, script, "hello ada: this key is for git push alone");
    }
    refused(
        root,
        "scp deploy@127.0.0.1:/srv/deploy/apps/hello/state .",
        "scp: Connection closed",
    );
    for path in [
        "../repos/hello",
        "hello/../bank",
        "/srv/deploy/repos/hello.git",
        "/etc/passwd",
    ] {
        refused(
            root,
            &format!("git -C hello push deploy@127.0.0.1:{path} main"),
            "that is no repository of this host",
        );
    }
    refused(
        root,
        "ssh deploy@127.0.0.1 \"git-receive-pack 'hello'; id\"",
        "that is no repository of this host",
    );
    for name in ["bank", "nothing"] {
        refused(
            root,
            &format!("git -C hello push deploy@127.0.0.1:{name} main"),
            &format!("there is no repository {name} here"),
        );
    }
    // Nor does the user of the apps become root but for the one thing.
    for command in ["id", "/usr/bin/pypaas-web --withdraw", "nginx -s stop"] {
        let ran = root
            .run(&[
                "runuser",
                "-u",
                "deploy",
                "--",
                "sh",
                "-c",
                &format!("sudo -n {command}"),
            ])
            .unwrap();
        assert_eq!(
            (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
            (1, "", "sudo: a password is required\n"),
            "{command}"
        );
    }
    root.sh("runuser -u deploy -- sudo -n /usr/bin/pypaas-web")
        .unwrap();
}

pub(super) fn one_that_fails_changes_nothing(root: &Root) {
    let running = processes(root);
    let ran = push(root, "touch broken; sed -i s/first/third/ serve.py");
    assert!(ran.status != 0, "{}", ran.stderr);
    let said: Vec<_> = ran
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("remote: "))
        .map(str::trim_end)
        .collect();
    assert!(
        said.ends_with(&[
            "  Moin first",
            "-> before_build: test ! -e broken",
            "hello: NOT deployed: before_build failed with status 1: test ! -e broken",
            "hello: release 1 goes on",
        ]),
        "{said:#?}"
    );
    assert_eq!(processes(root), running);
    both_answer(root, "the first version");

    // A program that ends at once is not waited for as long as one may take.
    root.sh("sed -i 's/^start_timeout: .*/start_timeout: 3/' /etc/pypaas/pypaas.yml")
        .unwrap();
    let ran = push(
        root,
        "git rm -q broken; sed -i '1i raise SystemExit(\"no luck\")' serve.py",
    );
    assert!(
        ran.status != 0
            && ran.stderr.contains("no luck")
            && ran.stderr.contains("does not listen on port"),
        "{}",
        ran.stderr
    );
    root.sh("sed -i 's/^start_timeout: .*/start_timeout: 120/' /etc/pypaas/pypaas.yml")
        .unwrap();
    both_answer(root, "the first version");
    wait(root, "pgrep -fc work[.]py || true", |count| count == "1");
    assert_eq!(
        root.sh("ls /srv/deploy/service; ls -d /srv/deploy/apps/hello/[0-9]*")
            .unwrap(),
        "hello.1.web.1\nhello.1.web.2\nhello.1.worker.1\n/srv/deploy/apps/hello/1"
    );
}

pub(super) fn the_second(root: &Root) {
    let (running, ports) = (processes(root), both_answer(root, "the first version"));
    let ran = push(
        root,
        "sed -i 1d serve.py; sed -i s/third/second/ serve.py; git rm -q public/site.css
         ln -s built.txt public/alias.txt; ln -s /etc/passwd public/passwd; ln -s /etc public/etc; ln -s ../../../../../.. public/up",
    );
    assert!(
        ran.status == 0 && ran.stderr.contains("remote: hello: release "),
        "{}",
        ran.stderr
    );
    assert!(both_answer(root, "the second version").is_disjoint(&ports));
    page(root, &format!("{SITE}/static/site.css"), "404 Not Found");
    let now = processes(root);
    assert_eq!(now.len(), 4, "{now:#?}");
    assert!(now.iter().all(|one| !running.contains(one)), "{now:#?}");
    assert_eq!(
        root.sh("ls -A /srv/deploy/service | wc -l; ls -d /srv/deploy/apps/hello/[0-9]* | wc -l")
            .unwrap(),
        "3\n1"
    );
}
