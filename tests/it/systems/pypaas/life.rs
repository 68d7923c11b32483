//! From the installation to the purge: pushed to, killed, upgraded while apps run, rebooted, removed and there again.

use super::super::host::{left_behind, page, pleases_lintian, wait};
use super::host::{
    FIRST, SITE, as_ada, booted, both_answer, install_well, next, processes, push, welcome_ada,
};
use super::{pushes, sites};
use deb_build_app::target::Root;
use serde_json::Value;
use std::path::Path;

#[test]
fn an_app_is_pushed_replaced_kept_and_taken_away() {
    let next = next();
    pleases_lintian(&FIRST);
    let root = booted(&FIRST);
    let before = root.snapshot().unwrap();
    install_well(&root, &FIRST);
    page(&root, "http://127.0.0.1:61800/", "<h1>apps: 0</h1>");
    assert_eq!(
        root.sh(
            "visudo -cf /etc/sudoers.d/pypaas; stat -c '%a %U:%G' /srv/deploy /srv/deploy/authorized_keys.d /etc/pypaas/repos
             dpkg-query -W -f '${Conffiles}\\n' pypaas | cut -d ' ' -f 2 | grep /etc/pypaas | sort"
        )
        .unwrap(),
        "/etc/sudoers.d/pypaas: parsed OK\n711 deploy:deploy\n750 deploy:deploy\n750 root:deploy\n\
         /etc/pypaas/domains/hello.yml\n/etc/pypaas/pypaas.yml\n/etc/pypaas/repos/hello.yml"
    );
    welcome_ada(&root);

    pushes::the_first(&root);
    pushes::a_key_is_for_pushes_alone(&root);
    pushes::one_that_fails_changes_nothing(&root);
    pushes::the_second(&root);
    pushes::static_files_lead_nowhere_else(&root);
    sites::slips_take_nothing_away(&root);
    sites::https_comes_with_its_certificate(&root);
    sites::leave_with_their_files(&root);

    who_looks_after_them_is_killed_and_stopped(&root);

    is_upgraded(&root, &next);
    // The apps are there after a reboot.
    let root = root.halt().unwrap().boot().unwrap();
    both_answer(&root, "the next version");
    wait(&root, "pgrep -fc work[.]py || true", |count| count == "1");
    page(&root, "http://127.0.0.1:61800/", "worker.1 on port");

    a_removal_that_is_given_up_leaves_the_site(&root);
    is_removed(&root);
    install_well(&root, &next);
    both_answer(&root, "the next version");
    root.sh("rm /etc/pypaas/repos/bank.yml /etc/pypaas/domains/site.yml; dpkg -P pypaas")
        .unwrap();
    // What was pushed, who pushed, and what runs still is of others.
    let kept = [
        "/etc/gitconfig",
        "/etc/ssl",
        "/home",
        "/run/sshd.pid",
        "/srv/deploy",
    ];
    assert_eq!(left_behind(&before, &root, &kept), Vec::<String>::new());
    assert!(!root.exists("/opt/pypaas").unwrap());
    root.sh("nginx -tq; test -d /srv/deploy/repos/hello.git; getent passwd deploy")
        .unwrap();
}

/// The apps run on while pypaas is upgraded, and a push by the new version finds its way while those of the old look after them.
fn is_upgraded(root: &Root, next: &Path) {
    let running = processes(root);
    let supervisor = root.sh("pgrep -fx '.*/pypaas apps'").unwrap();
    assert_eq!(root.sh("pypaas --version").unwrap(), "pypaas 0.1");
    install_well(root, next);
    assert_eq!(root.sh("pypaas --version").unwrap(), "pypaas 0.2");
    // An example that the administrator has taken away does not come back.
    assert_eq!(root.sh("ls /etc/pypaas/domains").unwrap(), "site.yml");
    page(root, "http://127.0.0.1:61800/", "<p>pypaas 0.2");
    assert_eq!(processes(root), running);
    both_answer(root, "the second version");
    let ran = push(root, "sed -i s/second/next/ serve.py");
    assert!(ran.status == 0, "{}", ran.stderr);
    both_answer(root, "the next version");
    let now = processes(root);
    assert!(
        now.len() == 4 && now.iter().all(|one| !running.contains(one)),
        "{now:#?}"
    );
    assert_eq!(
        root.sh("pgrep -fx '.*/pypaas apps'").unwrap(),
        supervisor,
        "it is the old one still"
    );
    page_has_what_runs(root);
}

/// `/apps.json` has each app as it is.
fn page_has_what_runs(root: &Root) {
    let found: Value = serde_json::from_str(
        &root
            .sh("curl -sS http://127.0.0.1:61800/apps.json")
            .unwrap(),
    )
    .unwrap();
    let state: Value =
        serde_json::from_str(&root.read("/srv/deploy/apps/hello/state").unwrap()).unwrap();
    let head = as_ada(root, "git -C hello rev-parse HEAD").stdout;
    let [app] = &found.as_array().unwrap()[..] else {
        panic!("{found}");
    };
    assert_eq!(app["app"], "hello");
    assert_eq!(app["commit"], head.trim_end());
    assert_eq!(
        (&app["release"], &app["since"]),
        (&state["release"], &state["since"])
    );
    assert_eq!(app["sites"], serde_json::json!(["hello.localhost"]));
    let shown: Vec<_> = app["processes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["process"], &one["port"], &one["state"]))
        .collect();
    let up = Value::from("up");
    let names = ["web.1", "web.2", "worker.1"].map(Value::from);
    let ports = &state["ports"];
    assert_eq!(
        shown,
        [
            (&names[0], &ports["web"][0], &up),
            (&names[1], &ports["web"][1], &up),
            (&names[2], &ports["worker"][0], &up)
        ]
    );
    for process in app["processes"].as_array().unwrap() {
        root.sh(&format!("test -d /proc/{}", process["pid"]))
            .unwrap();
    }
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
    both_answer(root, "the next version");
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
