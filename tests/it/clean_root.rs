use anyhow::Result;
use deb_build_app::target::{Access, Root};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_booted_root_runs_systemd_and_has_the_loopback_only() -> Result<()> {
    let root = Root::new("bookworm")?.boot()?;
    assert_eq!(root.sh("systemctl is-system-running")?, "running");
    assert_eq!(root.sh("ps -o comm= -p 1")?, "systemd");
    assert_eq!(root.sh("hostname")?, "target");
    assert_loopback_only(&root)
}

#[test]
fn an_unbooted_root_has_the_loopback_only_and_a_clean_environment() -> Result<()> {
    let root = Root::new("bookworm")?;
    assert_loopback_only(&root)?;
    assert_eq!(
        root.run(&["env"])?.succeeded()?.stdout,
        "DEBIAN_FRONTEND=noninteractive\nLC_ALL=C.UTF-8\n\
         PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
    );
    assert_eq!(root.sh("pwd; id -u; hostname")?, "/\n0\ntarget");
    Ok(())
}

fn assert_loopback_only(root: &Root) -> Result<()> {
    assert_eq!(root.sh("ls /sys/class/net")?, "lo");
    assert_eq!(root.sh("ip -4 route; ip -6 route show default")?, "");
    assert_eq!(
        root.sh("ip -br -4 address | tr -s ' '")?.trim_end(),
        "lo UNKNOWN 127.0.0.1/8"
    );
    // A server and a client meet there.
    assert_eq!(
        root.sh(
            "cd /etc; python3 -m http.server --bind 127.0.0.1 8000 >/dev/null 2>&1 & \
             curl -fsS --retry 20 --retry-delay 1 --retry-connrefused http://127.0.0.1:8000/hostname; kill $!"
        )?,
        "target"
    );
    Ok(())
}

#[test]
fn a_file_of_one_root_is_not_in_the_next() -> Result<()> {
    let first = Root::new("bookworm")?;
    first.write("/srv/new/file", "here")?;
    first.sh("rm /usr/bin/curl; echo more >>/etc/hostname")?;
    assert_eq!(first.read("/srv/new/file")?, "here");
    let second = Root::new("bookworm")?;
    assert!(!second.exists("/srv/new")?);
    assert!(second.exists("/usr/bin/curl")?);
    assert_eq!(second.read("/etc/hostname")?, "target\n");
    Ok(())
}

#[test]
fn a_failing_script_shows_all_it_wrote() -> Result<()> {
    let root = Root::new("bookworm")?;
    let error = root.sh("echo out; echo err >&2; exit 3").unwrap_err();
    assert_eq!(
        error.to_string(),
        "a command inside the root exited with status 3\n  command:\n  | sh -euc 'echo out; echo err >&2; exit 3'\n  \
         standard output:\n  | out\n  standard error:\n  | err"
    );
    assert_eq!(root.run(&["sh", "-c", "exit 9"])?.status, 9);
    assert_eq!(root.run(&["no-such-program"])?.status, 127);
    Ok(())
}

#[test]
fn paths_that_lead_out_of_a_root_are_not_followed() -> Result<()> {
    let root = Root::new("bookworm")?;
    root.sh("ln -s /etc/marker /root/link; ln -s ../../../../.. /root/up")?;
    root.write("/root/link", "inside")?;
    assert_eq!(root.read("/etc/marker")?, "inside");
    assert_eq!(root.read("/root/up/etc/marker")?, "inside");
    assert!(!Path::new("/etc/marker").exists());
    assert!(root.path("/root/../etc").is_err());
    assert!(root.path("etc").is_err());
    Ok(())
}

#[test]
fn a_snapshot_sees_what_was_added_changed_and_removed() -> Result<()> {
    let root = Root::new("bookworm")?;
    let before = root.snapshot()?;
    assert!(before.paths().count() > 5000);
    root.sh(
        "echo x >/srv/added; chmod 600 /etc/fstab /etc/hosts; echo y >>/etc/hosts; rm /etc/issue; \
         chown 1:2 /srv; ln -sfn /elsewhere /etc/os-release; echo z >/var/tmp/noise; touch /run/lock/volatile",
    )?;
    assert_eq!(
        before.difference(&root.snapshot()?, &["/var/tmp", "/etc/fstab"]),
        [
            "changed /etc/hosts (mode 0644 → 0600, content)",
            "removed /etc/issue",
            "changed /etc/os-release (link ../usr/lib/os-release → /elsewhere)",
            "changed /srv (owner 0:0 → 1:2)",
            "added /srv/added",
        ]
    );
    Ok(())
}

#[test]
fn nothing_changes_by_looking_or_by_booting_twice() -> Result<()> {
    let root = Root::new("bookworm")?;
    let before = root.snapshot()?;
    assert_eq!(
        before.difference(&root.snapshot()?, &[]),
        Vec::<String>::new()
    );
    let root = root.boot()?;
    root.sh("echo kept >/etc/kept; systemctl is-active dbus.socket")?;
    let leader = root.leader().unwrap();
    let root = root.halt()?;
    assert!(!Path::new(&format!("/proc/{leader}")).exists());
    assert_eq!(root.leader(), None);
    let root = root.boot()?;
    assert_eq!(root.read("/etc/kept")?, "kept\n");
    assert_eq!(root.sh("systemctl is-system-running")?, "running");
    Ok(())
}

#[test]
fn dpkg_installs_and_purges_in_a_root_that_is_not_booted() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let deb = small_deb(folder.path())?;
    let root = Root::new("bookworm")?;
    root.forbid_services()?;
    assert_eq!(root.sh("invoke-rc.d demo start || echo $?")?, "");
    root.allow_services()?;
    let before = root.snapshot()?;
    let ran = root.install(&deb)?.succeeded()?;
    assert!(ran.stdout.contains("Setting up demo (1)"), "{}", ran.stdout);
    assert_eq!(root.read("/opt/demo/hello")?, "hello\n");
    assert!(!root.exists("/root/demo.deb")?);
    assert!(root.install(&folder.path().join("missing.deb")).is_err());
    root.run(&["dpkg", "--purge", "demo"])?.succeeded()?;
    let ignore = ["/var/lib/dpkg", "/var/log/dpkg.log"];
    // dpkg removes a directory that it knows to have emptied, /opt too.
    assert_eq!(
        before.difference(&root.snapshot()?, &ignore),
        ["removed /opt"]
    );
    Ok(())
}

fn small_deb(folder: &Path) -> Result<PathBuf> {
    let tree = folder.join("tree");
    fs::create_dir_all(tree.join("DEBIAN"))?;
    fs::create_dir_all(tree.join("opt/demo"))?;
    fs::write(tree.join("opt/demo/hello"), "hello\n")?;
    fs::write(
        tree.join("DEBIAN/control"),
        "Package: demo\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: demo\n",
    )?;
    let deb = folder.join("demo.deb");
    let status = Command::new("dpkg-deb")
        .args(["--root-owner-group", "--build"])
        .args([&tree, &deb])
        .stdout(Stdio::null())
        .status()?;
    assert!(status.success());
    Ok(deb)
}

#[test]
fn orphans_are_reaped_and_daemons_are_not_waited_for() -> Result<()> {
    let root = Root::new("bookworm")?;
    let started = Instant::now();
    // The daemon keeps the script's output open.
    let pid = root.sh("setsid sleep 600 & echo $!")?;
    assert!(started.elapsed() < Duration::from_mins(1));
    root.sh(&format!(
        "kill {pid}; sleep 0.2; ! kill -0 {pid} 2>/dev/null"
    ))?;
    Ok(())
}

#[test]
fn a_command_that_hangs_is_ended() -> Result<()> {
    let root = Root::builder("bookworm")
        .time_limit(Duration::from_millis(300))
        .start()?;
    assert_eq!(root.run(&["sleep", "600"])?.status, 124);
    Ok(())
}

#[test]
fn two_roots_run_at_once_on_the_same_port() -> Result<()> {
    let make = || -> Result<Root> { Root::new("bookworm")?.boot() };
    let other = std::thread::spawn(make);
    let one = make()?;
    let two = other.join().expect("no panic")?;
    // The thread that made the second one has ended: the root has not.
    for (root, page) in [(&one, "one"), (&two, "two")] {
        root.write("/srv/www/index.html", page)?;
        root.sh("systemd-run --quiet --unit=www python3 -m http.server --directory /srv/www 8000")?;
    }
    for (root, page) in [(&one, "one"), (&two, "two")] {
        let fetch =
            "curl -fsS --retry 20 --retry-delay 1 --retry-connrefused http://127.0.0.1:8000/";
        assert_eq!(root.sh(fetch)?, page);
    }
    assert_ne!(one.name(), two.name());
    Ok(())
}

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
    let mut child = Command::new(example)
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
            started.elapsed() < Duration::from_secs(10),
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
            started.elapsed() < Duration::from_secs(10),
            "{:?}",
            traces(name)
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whatever names a root on this machine: mounts, processes, cgroups.
fn traces(name: &str) -> Vec<String> {
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
fn link_trees(cache: &Path) {
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

#[test]
fn folders_of_the_machine_are_bound_as_asked() -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("file"), "of the machine")?;
    let root = Root::builder("bookworm")
        .bind(folder.path(), "/srv/read", Access::ReadOnly)
        .bind(folder.path(), "/srv/write", Access::ReadWrite)
        .start()?;
    assert_eq!(root.sh("cat /srv/read/file")?, "of the machine");
    assert!(!root.run(&["touch", "/srv/read/new"])?.success());
    root.sh("touch /srv/write/new")?;
    assert!(folder.path().join("new").exists());
    let root = root.boot()?;
    assert_eq!(root.sh("cat /srv/read/file")?, "of the machine");
    drop(root);
    assert!(folder.path().join("file").exists());
    Ok(())
}

#[test]
fn a_build_root_has_the_network_of_the_machine_and_its_certificates() -> Result<()> {
    let root = Root::builder("bookworm").share_host_network().start()?;
    assert_eq!(root.sh("ls /sys/class/net")?, {
        let mut names: Vec<_> = fs::read_dir("/sys/class/net")?
            .flatten()
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names.join("\n")
    });
    assert_eq!(
        root.read("/etc/resolv.conf")?,
        fs::read_to_string("/etc/resolv.conf")?
    );
    let certificates = "/etc/ssl/certs/ca-certificates.crt";
    if Path::new(certificates).exists() {
        assert_eq!(root.read(certificates)?, fs::read_to_string(certificates)?);
        assert!(!root.run(&["touch", "/etc/ssl/certs/x"])?.success());
    }
    assert!(root.boot().is_err());
    Ok(())
}

#[test]
fn further_packages_are_in_a_layer_of_their_own() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("script");
    fs::write(&script, "#!/bin/sh\necho ran\n")?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o750))?;
    let root = Root::builder("bookworm").packages(["runit"]).start()?;
    root.sh("dpkg-query -W runit; test ! -e /usr/sbin/policy-rc.d; test ! -e /etc/resolv.conf")?;
    root.put(&script, "/usr/local/bin/")?;
    assert_eq!(root.sh("script")?, "ran");
    assert_eq!(
        fs::metadata(root.path("/usr/local/bin/script")?)?.mode() & 0o7777,
        0o750
    );
    let root = root.boot()?;
    assert_eq!(root.sh("systemctl is-system-running")?, "running");
    Ok(())
}

#[test]
fn a_root_on_disk_in_a_folder_with_an_odd_name_works_as_any_other() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let cache = folder.path().join("a: b,c\\d 'e'");
    fs::create_dir(&cache)?;
    link_trees(&cache);
    let root = Root::builder("bookworm").cache(&cache).on_disk().boot()?;
    root.write("/srv/file", "here")?;
    assert_eq!(root.sh("cat /srv/file; rm /srv/file")?, "here");
    drop(root);
    assert_eq!(fs::read_dir(cache.join("instances"))?.count(), 0);
    Ok(())
}

#[test]
fn a_failed_unit_fails_the_boot_unless_it_was_expected() -> Result<()> {
    let unit = "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo my reason; exit 5'\n\
                [Install]\nWantedBy=multi-user.target\n";
    let enable = |root: &Root| -> Result<String> {
        root.write("/etc/systemd/system/broken.service", unit)?;
        root.sh("systemctl enable --quiet broken")
    };
    let root = Root::new("bookworm")?;
    enable(&root)?;
    let name = root.name().to_owned();
    let error = root.boot().unwrap_err().to_string();
    assert!(error.contains("its state is `degraded`"), "{error}");
    assert!(
        error.contains("failed units:\n  | broken.service"),
        "{error}"
    );
    assert!(error.contains("my reason"), "{error}");
    assert_eq!(traces(&name), Vec::<String>::new());

    let root = Root::builder("bookworm")
        .may_fail(["broken.service"])
        .start()?;
    enable(&root)?;
    let root = root.boot()?;
    assert_eq!(
        root.run(&["systemctl", "is-failed", "broken"])?.stdout,
        "failed\n"
    );
    Ok(())
}

#[test]
fn binds_that_lead_out_of_a_root_are_refused() -> Result<()> {
    // /bin is a link in every release since buster.
    for inside in ["/bin/x", "/srv/../etc", "srv"] {
        let refused = Root::builder("bookworm")
            .bind("/etc/hostname", inside, Access::ReadOnly)
            .start();
        assert!(refused.is_err(), "{inside}");
    }
    let root = Root::builder("bookworm")
        .bind("/etc/passwd", "/srv/one file", Access::ReadOnly)
        .env("NAME", "value of a variable")
        .start()?;
    assert_eq!(
        root.read("/srv/one file")?,
        fs::read_to_string("/etc/passwd")?
    );
    assert_eq!(root.sh("echo $NAME")?, "value of a variable");
    Ok(())
}
