//! A root that is gone has left nothing on this machine, however its test has ended.

use anyhow::Result;
use deb_build_app::target::Root;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_root_that_was_dropped_has_left_nothing() -> Result<()> {
    let cache = tempfile::tempdir()?;
    link_trees(cache.path());
    let root = Root::builder("bookworm").cache(cache.path()).boot()?;
    let name = root.name().to_owned();
    let leader = root.leader().unwrap();
    root.sh("systemd-run --quiet sleep 600")?;
    assert!(!traces(&name).is_empty());
    drop(root);
    assert_eq!(traces(&name), Vec::<String>::new());
    assert!(!Path::new(&format!("/proc/{leader}")).exists());
    assert_eq!(fs::read_dir(cache.path().join("instances"))?.count(), 0);
    Ok(())
}

#[test]
fn a_root_whose_test_panics_has_left_nothing() {
    let panic = std::panic::catch_unwind(|| {
        let root = Root::new("bookworm").unwrap().boot().unwrap();
        std::panic::panic_any(root.name().to_owned());
    });
    let name = panic.unwrap_err().downcast::<String>().unwrap();
    assert_eq!(traces(&name), Vec::<String>::new());
}

/// Starts a process of its own that boots a root: the example, which cargo compiles with the tests.
fn victim(cache: &Path) -> Result<(std::process::Child, String)> {
    let tests = std::env::current_exe()?;
    let example = tests.ancestors().nth(2).unwrap().join("examples/boot");
    // It takes the signals that a shell's `&` has its programs ignore.
    let mut child = Command::new("env")
        .arg("--default-signal")
        .arg(example)
        .arg("bookworm")
        .arg(cache)
        .stdout(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen = String::new();
    for line in lines {
        let line = line?;
        if let Some((_, name)) = line.split_once("booted ") {
            return Ok((child, name.to_owned()));
        }
        seen.push_str(&line);
    }
    anyhow::bail!("the victim did not boot: {seen}")
}

#[test]
fn a_process_that_is_killed_leaves_nothing() -> Result<()> {
    let cache = tempfile::tempdir()?;
    link_trees(cache.path());
    for signal in ["-INT", "-KILL"] {
        let (mut child, name) = victim(cache.path())?;
        assert!(!traces(&name).is_empty());
        kill(signal, child.id());
        child.wait()?;
        assert_gone(&name);
        assert_eq!(fs::read_dir(cache.path().join("instances"))?.count(), 0);
    }
    Ok(())
}

#[test]
fn what_is_left_when_the_supervisor_is_killed_too_is_cleared_by_the_next_root() -> Result<()> {
    let cache = tempfile::tempdir()?;
    link_trees(cache.path());
    let (mut child, name) = victim(cache.path())?;
    for pid in processes(&name) {
        if fs::read_to_string(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|words| words.starts_with("sh\0-c\0") && words.contains("\0supervise\0"))
        {
            kill("-KILL", pid);
        }
    }
    kill("-KILL", child.id());
    child.wait()?;
    let started = Instant::now();
    while !processes(&name).is_empty() {
        assert!(
            started.elapsed() < Duration::from_mins(2),
            "{:?}",
            traces(&name)
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let folder = cache.path().join("instances").join(&name);
    assert!(folder.exists());
    let root = Root::builder("bookworm").cache(cache.path()).start()?;
    assert_eq!(traces(&name), Vec::<String>::new());
    assert!(!folder.exists());
    drop(root);
    Ok(())
}

fn kill(signal: &str, pid: u32) {
    // The shell's own: a small machine has no other.
    let status = Command::new("sh")
        .args(["-c", "kill \"$0\" \"$1\"", signal, &pid.to_string()])
        .status();
    assert!(status.unwrap().success());
}

fn assert_gone(name: &str) {
    let started = Instant::now();
    while !traces(name).is_empty() {
        assert!(
            started.elapsed() < Duration::from_mins(2),
            "{:?}",
            traces(name)
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whatever names a root on this machine: mounts, processes, cgroups.
pub(super) fn traces(name: &str) -> Vec<String> {
    let mut traces: Vec<String> = processes(name)
        .iter()
        .map(|pid| format!("process {pid}"))
        .collect();
    let mounts = fs::read_to_string("/proc/mounts").unwrap();
    traces.extend(
        mounts
            .lines()
            .filter(|line| line.contains(name))
            .map(|line| format!("mount {line}")),
    );
    for line in mounts.lines().filter(|line| line.contains("cgroup")) {
        let path = Path::new(line.split(' ').nth(1).unwrap()).join(name);
        if path.exists() {
            traces.push(format!("cgroup {}", path.display()));
        }
    }
    for folder in ["/run/systemd/nspawn", "/dev/shm", "/tmp", "/var/tmp"] {
        for entry in walkdir::WalkDir::new(folder)
            .max_depth(2)
            .into_iter()
            .flatten()
        {
            if entry.file_name().to_string_lossy().contains(name)
                && entry.path().parent().unwrap().file_name().unwrap() != "instances"
            {
                traces.push(format!("file {}", entry.path().display()));
            }
        }
    }
    traces
}

fn processes(name: &str) -> Vec<u32> {
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid: &u32| {
            ["cmdline", "cgroup", "mounts"].iter().any(|file| {
                fs::read(format!("/proc/{pid}/{file}"))
                    .is_ok_and(|text| String::from_utf8_lossy(&text).contains(name))
            })
        })
        .collect()
}

/// Gives a cache of its own the trees of the usual one, so that they are not made again.
pub(super) fn link_trees(cache: &Path) {
    let usual = Root::new("bookworm").unwrap();
    drop(usual);
    let roots = std::env::var_os("DEB_BUILD_APP_ROOTS").map_or_else(
        || {
            std::env::var_os("XDG_CACHE_HOME")
                .map_or_else(
                    || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"),
                    PathBuf::from,
                )
                .join("deb-build-app/roots")
        },
        PathBuf::from,
    );
    std::os::unix::fs::symlink(roots.join("trees"), cache.join("trees")).unwrap();
}
