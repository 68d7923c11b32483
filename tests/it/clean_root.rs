mod asked;
mod traces;

use anyhow::Result;
use deb_build_app::target::Root;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use traces::traces;

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
             curl -fsS --retry 120 --retry-delay 1 --retry-connrefused http://127.0.0.1:8000/hostname; kill $!"
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
            "curl -fsS --retry 120 --retry-delay 1 --retry-connrefused http://127.0.0.1:8000/";
        assert_eq!(root.sh(fetch)?, page);
    }
    assert_ne!(one.name(), two.name());
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
