//! The app on a host, and what can be asked of it.

use crate::context::{TestContext, repository};
use deb_build_app::target::Root;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Ports of the site, each an instance's own.
pub(super) const PORTS: [u16; 4] = [61500, 61501, 61502, 61503];

/// Builds `recipes/tally.toml` in a version for a manager, with a clock that ticks each second, a drop-in for the unit of
/// another package, and a rotation of logs in its folder; the compressor is quick.
pub(super) fn build(manager: &str, version: &str) -> PathBuf {
    let mut text = std::fs::read_to_string(repository().join("recipes/tally.toml")).unwrap();
    let git = format!("git = \"{}\"", repository().display());
    for (old, new) in [
        ("version = \"0.1\"", format!("version = \"{version}\"")),
        ("git = \"..\"", git),
        ("TALLY_TICK = \"60\"", "TALLY_TICK = \"1\"".to_owned()),
        // A machine that is busy takes its time.
        ("timeout = 60", "timeout = 600".to_owned()),
        (
            "[source]",
            format!(
                "[target]\nservice-manager = \"{manager}\"\n\n[output]\ncompression = \"zstd:1\"\n\n[source]"
            ),
        ),
    ] {
        assert!(text.contains(old), "the recipe has changed: {old}");
        text = text.replacen(old, &new, 1);
    }
    text.push_str(
        "\n[[logrotate]]\nfiles = [\"/var/log/redis/slow*.log\"]\nsu = \"redis adm\"\n\n[files]\n\"/usr/lib/systemd/system/redis-server.service.d/tally.conf\" = { content = \"[Service]\\nOOMScoreAdjust=-100\\n\" }\n",
    );
    let context = TestContext::new();
    let built = context.build(&context.write("tally.toml", &text));
    // Two tests build the same version for two managers.
    let folder = crate::context::kept().join(format!("tally-{manager}"));
    std::fs::create_dir_all(&folder).unwrap();
    let kept = folder.join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
}

/// Installs a package that must have nothing to complain about: its services run, and its worker answers.
pub(super) fn install(root: &Root, package: &std::path::Path) {
    let said = root.install(package).unwrap().succeeded().unwrap();
    let complaints: Vec<_> = said
        .stderr
        .lines()
        .filter(|line| !line.starts_with("Created symlink "))
        .collect();
    assert_eq!(complaints, Vec::<&str>::new());
}

/// Waits until something is there.
pub(super) fn wait<T>(root: &Root, what: &str, wanted: impl Fn() -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < Duration::from_mins(10) {
        if let Some(found) = wanted() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let seen =
        root.sh("ps axf; journalctl -n 60; tail -n 20 /var/log/supervisor/* 2>/dev/null || true");
    panic!("{what}:\n{}", seen.unwrap_or_default());
}

fn get(root: &Root, port: u16, path: &str) -> Option<Value> {
    let address = format!("http://127.0.0.1:{port}/{path}");
    let ran = root.run(&["curl", "-fsS", &address]).unwrap();
    ran.success()
        .then(|| serde_json::from_str(&ran.stdout).unwrap())
}

/// Waits until an instance answers, and returns which process does.
pub(super) fn instance(root: &Root, port: u16) -> u64 {
    let said = wait(root, "an instance answers", || get(root, port, ""));
    assert_eq!(said["port"], port.to_string());
    said["pid"].as_u64().unwrap()
}

/// Waits until all instances answer.
pub(super) fn instances(root: &Root) -> Vec<u64> {
    PORTS.map(|port| instance(root, port)).to_vec()
}

/// Has a sum done by way of an instance, and returns which process of the worker did it.
pub(super) fn sum(root: &Root, port: u16) -> u64 {
    let address = format!("http://127.0.0.1:{port}/sums");
    let asked = root
        .run(&[
            "curl",
            "-fsS",
            "--json",
            &json!({"left": port, "right": 1}).to_string(),
            &address,
        ])
        .unwrap()
        .succeeded()
        .unwrap();
    let asked: Value = serde_json::from_str(&asked.stdout).unwrap();
    let path = format!("sums/{}", asked["id"].as_str().unwrap());
    let done = wait(root, "the worker has done the sum", || {
        get(root, port, &path).filter(|answer| answer["state"] == "SUCCESS")
    });
    assert_eq!(done["result"]["sum"], port + 1);
    done["result"]["pid"].as_u64().unwrap()
}

/// Returns the processes that are clocks.
pub(super) fn clocks(root: &Root) -> Vec<u64> {
    let ran = root
        .run(&["pgrep", "-f", "python.* tally.jobs:queue beat"])
        .unwrap();
    ran.stdout.lines().map(|pid| pid.parse().unwrap()).collect()
}

/// Waits until there is a clock and it has ticked, and returns which process it is.
pub(super) fn clock(root: &Root) -> u64 {
    wait(root, "one clock, which ticks", || match clocks(root)[..] {
        [pid] => ticked_by(root).contains(&pid).then_some(pid),
        [] => None,
        _ => panic!("there are several clocks: {:?}", clocks(root)),
    })
}

/// Returns the processes that have sent ticks.
pub(super) fn ticked_by(root: &Root) -> Vec<u64> {
    let Some(ticks) = get(root, PORTS[0], "ticks") else {
        return Vec::new();
    };
    let mut pids: Vec<u64> = ticks["ticks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|origin| {
            let origin = origin.as_str().unwrap();
            let pid = origin
                .strip_prefix("gen")
                .and_then(|rest| rest.split_once('@'));
            pid.unwrap().0.parse().unwrap()
        })
        .collect();
    pids.sort_unstable();
    pids.dedup();
    pids
}

/// The environment of a process is that of the recipe and ours, `PORT` only where there are instances, and nothing else.
pub(super) fn has_its_environment(root: &Root, pid: u64, port: Option<u16>) {
    let mut expected = vec![
        "HOME=/var/lib/tally".to_owned(),
        "LANG=C.UTF-8".to_owned(),
        "LOGNAME=tally".to_owned(),
        "PATH=/opt/tally/bin:/usr/local/bin:/usr/bin:/bin".to_owned(),
    ];
    expected.extend(port.map(|port| format!("PORT={port}")));
    expected.extend([
        "TALLY_BROKER=redis://127.0.0.1:6379/0".to_owned(),
        "TALLY_TICK=1".to_owned(),
        "USER=tally".to_owned(),
    ]);
    let found = root
        .sh(&format!("tr '\\0' '\\n' </proc/{pid}/environ | sort"))
        .unwrap();
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}
