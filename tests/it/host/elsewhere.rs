//! What is true of the package under systemd is true of it under another manager: supervisord stands for them all, because
//! nothing but the verbs differs between them.

use super::{PACKAGE, build, install};
use deb_build_app::target::Root;
use serde_json::{Map, Value};
use std::path::Path;

/// The environment of the process that answers.
const SERVICE: &str = "pid=$(pgrep -u life -f serve_forever | head -n 1)
    tr '\\0' '\\n' <\"/proc/$pid/environ\"";

fn booted(packages: &[&str]) -> Root {
    let all = ["python3.11", "debconf", "cron", "procps"];
    Root::builder("bookworm")
        .packages(all.iter().chain(packages).copied())
        .boot()
        .unwrap()
}

/// Returns what the service has in its environment, and what the first task had, but for what only the task says.
fn environments(root: &Root) -> (Map<String, Value>, Map<String, Value>) {
    let of_service = root.sh(SERVICE).unwrap();
    let of_service = of_service
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect();
    let run = root.read("/var/lib/life/runs").unwrap();
    let run: Value = serde_json::from_str(run.lines().next().unwrap()).unwrap();
    let mut of_task = run[1].as_object().unwrap().clone();
    of_task.remove("ONLY_HERE").unwrap();
    of_task.insert("SHARED".to_owned(), "of the recipe".into());
    (of_service, of_task)
}

/// Installs a package, and asks what services, tasks and the health check have to do with each other.
fn holds(root: &Root, package: &Path) {
    install(root, package);
    let (of_service, of_task) = environments(root);
    assert_eq!(of_service, of_task);

    // Questions that are asked anew reach the service, which starts anew.
    let pid = || root.sh("pgrep -u life -f serve_forever").unwrap();
    let before = pid();
    let reconfigure = || root.sh("dpkg-reconfigure -f noninteractive life 2>&1");
    reconfigure().unwrap();
    assert_ne!(pid(), before);

    // What answers with an error is not healthy.
    root.sh("mv /usr/share/life/plain.txt /root/").unwrap();
    let refused = format!("{:#}", reconfigure().unwrap_err());
    assert!(
        refused.contains("life: nothing healthy answered within 20 seconds: http://127.0.0.1:8123/plain.txt: status 404, not 200"),
        "{refused}"
    );

    // What may not start is not asked.
    root.sh(
        "printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d",
    )
    .unwrap();
    reconfigure().unwrap();
}

#[test]
fn services_and_tasks_have_one_environment_and_only_what_started_is_asked_for_its_health() {
    holds(&booted(&[]), &PACKAGE);
}

#[test]
fn under_supervisor_services_and_tasks_have_one_environment_too() {
    let package = build("1.2", |recipe| {
        recipe.replacen(
            "[venv]",
            "[target]\nservice-manager = \"supervisor\"\n\n[venv]",
            1,
        )
    });
    holds(&booted(&["supervisor"]), &package);
}
