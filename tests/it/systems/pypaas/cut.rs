//! Deployments that are cut off: the line of who pushes breaks, the deployer is killed, all is killed at once as in a power cut.
//!
//! A program of the host waits in the part of a deployment that what is pushed names; there it is cut off.

use super::super::host::{page, wait};
use super::host::{
    FIRST, SITE, as_ada, booted, both_answer, install_well, processes, push, welcome_ada,
};
use deb_build_app::target::Root;
use std::cell::Cell;

/// Waits where it is told to until it may go on, and tells that it does.
const HOLD: &str = "\
#!/bin/sh
[ \"$(cat hold)\" = \"$1\" ] || exit 0
: >/srv/deploy/held
until [ -e /srv/deploy/go ]; do sleep 0.1; done
";

/// Asks for the page again and again.
const VISIT: &str = r"
while :; do
    curl -sS -o /dev/null -w '%{http_code}\n' http://hello.localhost/ >>/root/visits 2>&1
    sleep 0.05
done
";

const REPO: &str = "\
env: {GREETING: Moin}
hooks:
  before_build: [hold before_build, test ! -e broken]
  maintenance: []
processes:
  web: {command: hold web; exec python3 serve.py \"$PORT\", process_count: 2}
  worker: exec python3 work.py
";

/// A host where a push can be cut off.
struct Host {
    root: Root,
    pushes: Cell<u32>,
}

impl Host {
    fn new() -> Self {
        let root = booted(&FIRST);
        install_well(&root, &FIRST);
        welcome_ada(&root);
        root.write("/etc/pypaas/repos/hello.yml", REPO).unwrap();
        root.write("/usr/local/bin/hold", HOLD).unwrap();
        // However long a process is held, it is waited for.
        root.sh(
            "chmod 755 /usr/local/bin/hold; sed -i 's/^start_timeout: .*/start_timeout: 3600/' /etc/pypaas/pypaas.yml",
        )
        .unwrap();
        let ran = push(&root, "echo nowhere >hold");
        assert!(ran.status == 0, "{}", ran.stderr);
        let pushes = Cell::new(0);
        Host { root, pushes }
    }

    /// Begins to push a version of the app, and returns the unit that does it.
    fn begin(&self, version: &str, hold: &str) -> String {
        let number = self.pushes.get() + 1;
        self.pushes.set(number);
        let unit = format!("push{number}");
        let change = format!("sed -i \"s/the [a-z]* version/the {version} version/\" serve.py");
        let script = format!(
            "cd hello; {change}; echo {hold} >hold; git add -A; git commit -qm {version}; git push deploy@127.0.0.1:hello main"
        );
        self.root
            .sh(&format!(
                "rm -f /srv/deploy/held /srv/deploy/go
                 systemd-run -q -r --unit {unit} --uid ada -p StandardOutput=file:/root/{unit} -p StandardError=file:/root/{unit} \\
                     sh -euc 'cd; {script}'"
            ))
            .unwrap();
        unit
    }

    /// Does the same, and waits until it is held.
    fn hold(&self, version: &str, hold: &str) -> String {
        let unit = self.begin(version, hold);
        let held = format!("ls /srv/deploy/held 2>&1 || cat /root/{unit}");
        self.wait(&held, |held| held == "/srv/deploy/held");
        unit
    }

    /// Lets what is held go on.
    fn go(&self) {
        self.root.sh(": >/srv/deploy/go").unwrap();
    }

    fn wait(&self, script: &str, wanted: impl Fn(&str) -> bool) {
        wait(&self.root, script, wanted);
    }

    /// Returns the status of a push that has come to its end, and what it said.
    fn end(&self, unit: &str) -> (String, String) {
        self.wait(&format!("systemctl show -P SubState {unit}"), |state| {
            matches!(state, "exited" | "failed")
        });
        let status = format!("systemctl show -P ExecMainStatus {unit}");
        let said = format!("/root/{unit}");
        (
            self.root.sh(&status).unwrap(),
            self.root.read(&said).unwrap(),
        )
    }

    /// Asserts that this version runs as this release, as if there had never been another: the site, the processes, the folders,
    /// and the branch, which is at its commit.
    fn is_at(&self, version: &str, release: u32) {
        let words = format!("the {version} version");
        self.wait(
            "head -n 1 /var/lib/pypaas/nginx/hello.conf; svstat /etc/service/pypaas-* /srv/deploy/service/*; ps -ef
             tail -n 30 /var/log/daemontools/pypaas-apps/current; cat /srv/deploy/apps/hello/state",
            |now| now.starts_with(&format!("# hello {release}\n")),
        );
        both_answer(&self.root, &words);
        let folders =
            format!("hello.{release}.web.1 hello.{release}.web.2 hello.{release}.worker.1");
        self.wait("echo $(ls -A /srv/deploy/service)", |now| now == folders);
        self.wait("pgrep -fc work[.]py || true", |count| count == "1");
        self.wait("pgrep -fc 'hold [a-z]' || true", |count| count == "0");
        self.wait(
            "cd /srv/deploy; ls -A repos/hello.git/pushes; ls apps/hello/pending 2>&1",
            |left| left == "ls: cannot access 'apps/hello/pending': No such file or directory",
        );
        assert_eq!(
            self.root
                .sh("runuser -u deploy -- git -C /srv/deploy/repos/hello.git show main:serve.py | grep -o 'the [a-z]* version'")
                .unwrap(),
            words
        );
    }

    /// Pushes once more what was cut off.
    fn again(&self) {
        self.go();
        let ran = as_ada(&self.root, "git -C hello push deploy@127.0.0.1:hello main");
        assert!(
            ran.status == 0 && ran.stderr.contains(" runs"),
            "{}",
            ran.stderr
        );
    }

    /// Kills all that is of the apps and their deployer in one moment.
    fn power_cut(&self) {
        self.root
            .sh("pkill -9 -f 'pypaas (received|push-as)'; pkill -9 -f '[b]in/pypaas-web' || true; pkill -9 -u deploy")
            .unwrap();
    }

    /// Keeps nginx from changing until [`Host::let_nginx_change`], and waits until a push is where it would.
    fn hold_before_nginx(&self, version: &str, release: u32) {
        self.root
            .sh("systemd-run -q --unit nginx-held flock /var/lib/pypaas/nginx/.lock sleep 100000")
            .unwrap();
        self.wait(
            "flock -n /var/lib/pypaas/nginx/.lock true; echo $?",
            |held| held == "1",
        );
        self.begin(version, "nowhere");
        let written = format!("\"release\": {release},");
        self.wait("cat /srv/deploy/apps/hello/state", |state| {
            state.contains(&written)
        });
        self.wait("pgrep -fc '[b]in/python.*pypaas-web' || true", |count| {
            count == "1"
        });
    }

    fn let_nginx_change(&self) {
        self.root.sh("systemctl stop nginx-held").unwrap();
    }
}

#[test]
fn a_deployment_goes_on_without_who_pushes_and_what_is_cut_off_leaves_what_ran() {
    let host = Host::new();
    host.is_at("first", 1);
    the_line_breaks(&host);
    the_deployer_is_killed_while_nothing_runs(&host);
    the_power_goes_while_processes_start(&host);
    the_power_goes_before_nginx_changes(&host);
    the_next_push_fails_after_one_that_was_cut_off(&host);
}

/// With it the terminal of the deployment, if it has one: what has begun comes to its end, good or bad.
fn the_line_breaks(host: &Host) {
    let hang_up = "pkill -HUP -f 'pypaas (received|push-as)|git[ -]receive-pack'";
    let unit = host.hold("second", "before_build");
    host.root
        .sh(&format!("systemctl kill -s KILL {unit}; {hang_up}"))
        .unwrap();
    host.end(&unit);
    host.go();
    host.wait("tail -n 1 /srv/deploy/apps/hello/log", |line| {
        line == "hello: release 2 runs"
    });
    let ran = as_ada(&host.root, "git -C hello push deploy@127.0.0.1:hello main");
    assert_eq!(
        (ran.status, ran.stderr.as_str()),
        (0, "Everything up-to-date\n")
    );
    host.is_at("second", 2);

    as_ada(&host.root, "touch hello/broken");
    let unit = host.hold("third", "before_build");
    host.root
        .sh(&format!("systemctl kill -s KILL {unit}; {hang_up}"))
        .unwrap();
    host.go();
    host.wait("tail -n 1 /srv/deploy/apps/hello/log", |line| {
        line == "hello: release 2 goes on"
    });
    as_ada(&host.root, "rm hello/broken");
}

/// Its hook goes on without it, and is ended before the old release comes back.
fn the_deployer_is_killed_while_nothing_runs(host: &Host) {
    let root = &host.root;
    root.sh(
        "sed -i 's/maintenance: .*/maintenance: hold maintenance/' /etc/pypaas/repos/hello.yml",
    )
    .unwrap();
    let unit = host.hold("third", "maintenance");
    page(root, &format!("{SITE}/"), "502 Bad Gateway");
    root.sh("pkill -9 -f 'pypaas [r]eceived'").unwrap();
    let (status, said) = host.end(&unit);
    assert_eq!(status, "1", "{said}");
    assert!(
        said.contains("pypaas: the deployment of hello was cut off\n")
            && said.contains("pypaas: hello: release 2 runs\n"),
        "{said}"
    );
    host.is_at("second", 2);
    host.again();
    host.is_at("third", 4);
    root.sh("sed -i 's/maintenance: .*/maintenance: []/' /etc/pypaas/repos/hello.yml")
        .unwrap();
}

fn the_power_goes_while_processes_start(host: &Host) {
    host.hold("fourth", "web");
    host.power_cut();
    host.is_at("third", 4);
    host.again();
    host.is_at("fourth", 6);
}

/// What is written down as what runs was up by then: the site follows it.
fn the_power_goes_before_nginx_changes(host: &Host) {
    host.hold_before_nginx("fifth", 7);
    host.power_cut();
    host.let_nginx_change();
    host.is_at("fifth", 7);
}

/// Nothing but the push was killed, and at no moment a visitor sees that.
fn the_next_push_fails_after_one_that_was_cut_off(host: &Host) {
    let root = &host.root;
    root.write("/usr/local/bin/visit", VISIT).unwrap();
    root.sh("systemd-run -q --unit visitor sh /usr/local/bin/visit")
        .unwrap();
    host.hold_before_nginx("sixth", 8);
    root.sh("pkill -9 -f 'pypaas (received|push-as)'; pkill -9 -f '[b]in/pypaas-web'")
        .unwrap();
    host.let_nginx_change();
    both_answer(root, "the fifth version");
    let ran = push(root, "touch broken");
    assert!(
        ran.status != 0 && ran.stderr.contains("hello: release 8 goes on"),
        "{}",
        ran.stderr
    );
    host.is_at("sixth", 8);
    let ran = push(root, "git rm -q broken; sed -i s/sixth/last/ serve.py");
    assert!(ran.status == 0, "{}", ran.stderr);
    both_answer(root, "the last version");
    root.sh("pypaas deploy hello; systemctl stop visitor")
        .unwrap();
    assert_eq!(root.sh("sort -u /root/visits").unwrap(), "200");
    the_administrator_ends_it(host);
}

/// What was pushed stays, and is there again when it is deployed.
fn the_administrator_ends_it(host: &Host) {
    let root = &host.root;
    root.sh("pypaas restart hello").unwrap();
    both_answer(root, "the last version");
    root.sh("pypaas remove hello").unwrap();
    assert_eq!(processes(root), Vec::<String>::new());
    assert_eq!(
        root.sh("ls -A /srv/deploy/service /var/lib/pypaas/nginx; pypaas status")
            .unwrap(),
        "/srv/deploy/service:\n\n/var/lib/pypaas/nginx:\n.lock\nnothing was deployed yet"
    );
    page(root, &format!("{SITE}/"), "Welcome to nginx!");
    root.sh("pypaas deploy hello").unwrap();
    both_answer(root, "the last version");
}
