//! A deployer under daemontools, to which a person pushes by git over ssh.

mod host;

use super::host::{build, left_behind, page, pleases_lintian, wait};
use crate::context::{TestContext, repository, succeed};
use deb_build_app::target::Root;
use host::{SITE, as_ada, booted, install_well, processes, push, welcome_ada};
use std::collections::BTreeSet;
use std::process::Command;

/// Asks the site until each of the two processes has answered, and returns their ports.
fn both_answer(root: &Root, words: &str) -> BTreeSet<String> {
    let wanted = format!("Moin from {words}\n");
    let mut ports = BTreeSet::new();
    for _ in 0..200 {
        let text = page(root, &format!("{SITE}/"), &wanted);
        let port = text.lines().find_map(|line| line.strip_prefix("port "));
        ports.insert(port.unwrap().to_owned());
        if ports.len() == 2 {
            return ports;
        }
    }
    panic!("only {ports:?} answer");
}

/// What the terminal of a push shows.
fn refused(root: &Root, script: &str, why: &str) {
    let ran = as_ada(root, script);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(ran.status != 0 && said.contains(why), "{script}: {said}");
}

#[test]
fn its_own_tests_pass() {
    succeed(
        Command::new("python3")
            .args(["-B", "-m", "unittest", "discover", "-s", "tests"])
            .current_dir(repository().join("fixtures/apps/pypaas")),
    );
}

#[test]
fn an_app_is_pushed_replaced_kept_and_taken_away() {
    let [package, next] = ["0.1", "0.2"].map(|version| {
        let hooks = format!("\"{}/pypaas/", repository().join("recipes").display());
        let written = format!("version = \"{version}\"");
        let changes = [
            ("\"pypaas/", hooks.as_str()),
            ("version = \"0.1\"", &written),
        ];
        build("pypaas", version, &changes)
    });
    pleases_lintian(&package);
    let root = booted();
    let before = root.snapshot().unwrap();
    install_well(&root, &package);
    page(&root, "http://127.0.0.1:61800/", "<h1>apps: 0</h1>");
    assert_eq!(
        root.sh(
            "visudo -cf /etc/sudoers.d/pypaas; stat -c '%a %U' /srv/deploy /srv/deploy/authorized_keys.d
             dpkg-query -W -f '${Conffiles}\\n' pypaas | cut -d ' ' -f 2 | grep /etc/pypaas | sort"
        )
        .unwrap(),
        "/etc/sudoers.d/pypaas: parsed OK\n711 deploy\n750 deploy\n\
         /etc/pypaas/domains/hello.yml\n/etc/pypaas/pypaas.yml\n/etc/pypaas/repos/hello.yml"
    );
    welcome_ada(&root);

    first_push(&root);
    a_key_is_for_pushes_alone(&root);
    a_push_that_fails_changes_nothing(&root);
    second_push(&root);
    sites_that_are_not_in_order(&root);

    who_looks_after_them_is_killed_and_stopped(&root);

    // The apps run on while pypaas is upgraded, and are there after a reboot.
    let running = processes(&root);
    install_well(&root, &next);
    assert_eq!(processes(&root), running);
    both_answer(&root, "the second version");
    let root = root.halt().unwrap().boot().unwrap();
    both_answer(&root, "the second version");
    wait(&root, "pgrep -fc work[.]py || true", |count| count == "1");
    page(&root, "http://127.0.0.1:61800/", "worker.1 on port");

    a_removal_that_is_given_up_leaves_the_site(&root);
    is_removed(&root);
    install_well(&root, &next);
    both_answer(&root, "the second version");
    root.sh("rm /etc/pypaas/repos/bank.yml; dpkg -P pypaas")
        .unwrap();
    assert_eq!(left_behind(&before, &root, "pypaas"), Vec::<String>::new());
    root.sh("nginx -tq; test -d /srv/deploy/repos/hello.git; getent passwd deploy")
        .unwrap();
}

fn first_push(root: &Root) {
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
    assert_eq!(hooks, ["first", "second", "nothing runs now"]);
    assert_eq!(both_answer(root, "the first version").len(), 2);
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
             find /srv/deploy/apps -name .git; ls /srv/deploy/service"
        )
        .unwrap(),
        "deploy\nGREETING HOME LANG LOGNAME PATH PORT PWD PYPAAS_COMMIT PYPAAS_PROCESS PYPAAS_RELEASE PYPAAS_REPO SHELL USER \
         hello.1.web.1\nhello.1.web.2\nhello.1.worker.1"
    );
    let head = as_ada(root, "git -C hello rev-parse HEAD").stdout;
    assert_eq!(
        root.sh("pypaas custom hello greet").unwrap(),
        format!("Moin from {} in /srv/deploy/apps/hello/1", head.trim_end())
    );
    let unknown = root.run(&["pypaas", "custom", "hello", "dance"]).unwrap();
    assert_eq!(
        (unknown.status, unknown.stderr.as_str()),
        (1, "pypaas: hello has no command dance: there is greet\n")
    );
}

fn a_key_is_for_pushes_alone(root: &Root) {
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
        assert_ne!(ran.status, 0, "{command}: {}", ran.stdout);
    }
    root.sh("runuser -u deploy -- sudo -n /usr/bin/pypaas-web")
        .unwrap();
}

fn a_push_that_fails_changes_nothing(root: &Root) {
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
            "  first",
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

fn second_push(root: &Root) {
    let (running, ports) = (processes(root), both_answer(root, "the first version"));
    let ran = push(
        root,
        "sed -i 1d serve.py; sed -i s/third/second/ serve.py; git rm -q public/site.css",
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

fn sites_that_are_not_in_order(root: &Root) {
    let site = "/etc/pypaas/domains/hello.yml";
    let web = |status: i32, said: &str| {
        let ran = root.run(&["pypaas-web"]).unwrap();
        assert_eq!(ran.status, status, "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains(said), "{}", ran.stdout);
    };
    // A slip in a file takes nothing away, and what would leave its site behind is refused.
    root.sh(&format!("cp -p {site} /root/; echo 'extr: x' >>{site}"))
        .unwrap();
    web(
        3,
        "/etc/pypaas/domains/hello.yml: nothing is known of extr\n",
    );
    both_answer(root, "the second version");
    let ran = push(root, "true");
    assert!(
        ran.status != 0 && ran.stderr.contains("nothing is known of extr"),
        "{}",
        ran.stderr
    );

    root.sh(&format!("sed '$aextra: nonsense;' /root/hello.yml >{site}"))
        .unwrap();
    web(
        3,
        "hello: nginx refuses it, see /var/lib/pypaas/nginx/hello.conf.broken: ",
    );
    both_answer(root, "the second version");

    // Several names, and a certificate that is not there yet.
    root.sh(&format!(
        "sed -e 's/^ssl: .*/ssl: true/' -e 's/^names: .*/names: [hello.localhost, www.localhost]/' /root/hello.yml >{site}"
    ))
    .unwrap();
    web(
        0,
        "hello: https is not enabled, because /etc/ssl/private/httpd/hello.localhost/cert.pem is not there",
    );
    assert!(
        !root
            .exists("/var/lib/pypaas/nginx/hello.conf.broken")
            .unwrap()
    );
    both_answer(root, "the second version");
    page(
        root,
        "http://www.localhost/",
        "host www.localhost\nscheme http\n",
    );
    let made = TestContext::new();
    succeed(
        Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=hello.localhost",
            ])
            .args(["-keyout", "key.pem", "-out", "cert.pem"])
            .current_dir(made.path("")),
    );
    for file in ["key.pem", "cert.pem"] {
        root.put(&made.path(file), "/etc/ssl/private/httpd/hello.localhost/")
            .unwrap();
    }
    web(0, "");
    page(
        root,
        &format!("{SITE}/x?y"),
        "Location: https://hello.localhost/x?y",
    );
    let answer = root.sh("curl -sSk https://hello.localhost/").unwrap();
    assert!(
        answer.contains("the second version\n") && answer.ends_with("scheme https"),
        "{answer}"
    );
    root.sh(&format!("cp -p /root/hello.yml {site}; pypaas-web"))
        .unwrap();
}

fn who_looks_after_them_is_killed_and_stopped(root: &Root) {
    let running = processes(root);
    root.sh("kill -9 $(pgrep -fx '.*/pypaas apps')").unwrap();
    wait(
        root,
        "pgrep -u deploy -f 'python3 (serve|work)[.]py'",
        |now| {
            now.lines().count() == 3
                && !running
                    .iter()
                    .any(|one| now.lines().any(|pid| one.starts_with(&format!("{pid} "))))
        },
    );
    both_answer(root, "the second version");

    root.sh("svc -d /etc/service/pypaas-apps").unwrap();
    wait(root, "svstat /etc/service/pypaas-apps", |said| {
        said.contains(": down ")
    });
    assert_eq!(processes(root), Vec::<String>::new());
    let ran = push(root, "true");
    assert!(
        ran.status != 0 && ran.stderr.contains("svc -u /etc/service/pypaas-apps"),
        "{}",
        ran.stderr
    );
    root.sh("svc -u /etc/service/pypaas-apps").unwrap();
    both_answer(root, "the second version");
}

/// What dpkg calls when prerm fails, or another package would have replaced this one.
fn a_removal_that_is_given_up_leaves_the_site(root: &Root) {
    let call = |words: &str| {
        root.sh(&format!(
            "export DPKG_MAINTSCRIPT_PACKAGE=pypaas; /var/lib/dpkg/info/pypaas.{words} </dev/null"
        ))
        .unwrap()
    };
    call("prerm remove in-favour other 1.0");
    assert_eq!(root.sh("ls /var/lib/pypaas/nginx").unwrap(), "");
    call("postinst abort-remove in-favour other 1.0");
    both_answer(root, "the second version");
}

fn is_removed(root: &Root) {
    root.sh("dpkg -r pypaas").unwrap();
    assert_eq!(
        root.sh("pgrep -u deploy -a || echo none; systemctl is-active nginx; nginx -tq; ls /var/lib/pypaas/nginx")
            .unwrap(),
        "none\nactive"
    );
    let answer = root.sh(&format!("curl -sS {SITE}/")).unwrap();
    assert!(!answer.contains("version"), "{answer}");
}
