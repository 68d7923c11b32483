//! Tasks run in order, as the service user, with the environment of the services; a failure stops the configuration.

use super::{NEXT, PACKAGE, booted, install, status};

#[test]
fn tasks_run_as_the_service_user_with_the_environment_of_the_services() {
    let root = booted();
    let said = install(&root, &PACKAGE);
    assert!(said.contains("life: running the task record\n"), "{said}");
    let run = root.read("/var/lib/life/runs").unwrap();
    let run: serde_json::Value = serde_json::from_str(run.lines().next().unwrap()).unwrap();
    let secret = root
        .sh("sed -n \"s/^SECRET_KEY='\\(.*\\)'/\\1/p\" /etc/life/secrets.env")
        .unwrap();
    let other = root
        .sh("sed -n \"s/^OTHER_KEY='\\(.*\\)'/\\1/p\" /etc/life/secrets.env")
        .unwrap();
    let plain = "it's \"a\" $HOME `id` \\ 100% %h";
    assert_eq!(
        run,
        serde_json::json!([
            ["one", "two  words", plain, secret, "xhello therey"],
            {
                "GREETING": "hello there",
                "HOME": "/var/lib/life",
                "LANG": "C.UTF-8",
                "LOGNAME": "life",
                "LOUD": "false",
                "ONLY_HERE": "it's here",
                "OTHER_KEY": other,
                "PATH": "/opt/life/bin:/usr/local/bin:/usr/bin:/bin",
                "PLAIN": plain,
                "SECRET_KEY": secret,
                "SHARED": "of the task",
                "TOKEN": "",
                "USER": "life",
            },
            "/var/lib/life",
            true,
            false,
        ])
    );
    assert_eq!(
        root.sh("stat -c %U /var/lib/life/runs; cat /var/lib/life/order")
            .unwrap(),
        "life\nfirst\nonce\nafter"
    );
    install(&root, &NEXT);
    assert_eq!(
        root.read("/var/lib/life/order").unwrap(),
        "first\nonce\nafter\nnext\nafter\n"
    );
}

#[test]
fn a_migration_that_fails_leaves_the_package_unconfigured_and_is_finished_later() {
    let root = booted();
    root.sh("mkdir -p /srv/life; touch /srv/life/broken /srv/life/closed")
        .unwrap();
    let ran = root.install(&PACKAGE).unwrap();
    assert_ne!(ran.status, 0);
    let said = ran.stdout + &ran.stderr;
    for part in [
        "the table is locked\n",
        "life: the task one-time failed with status 1; the installation goes on\n",
        "life: the task gate failed with status 3; when its cause is mended, 'dpkg --configure -a' goes on\n",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(status(&root), "1.0-1 install ok half-configured");
    assert!(
        !root
            .run(&["systemctl", "is-active", "life"])
            .unwrap()
            .success()
    );

    root.sh("rm /srv/life/broken /srv/life/closed").unwrap();
    root.sh("dpkg --configure -a").unwrap();
    assert_eq!(status(&root), "1.0-1 install ok installed");
    root.sh("systemctl is-active life").unwrap();
    // What had failed and only warned is run until it has succeeded.
    assert_eq!(
        root.read("/var/lib/life/order").unwrap(),
        "first\nfirst\nonce\nafter\n"
    );

    // The same in an upgrade by apt: the new version stays unconfigured, with the service down, and goes on later.
    root.sh("touch /srv/life/broken").unwrap();
    root.put(&NEXT, "/tmp/next.deb").unwrap();
    let ran = root
        .run(&[
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "install",
            "-y",
            "/tmp/next.deb",
        ])
        .unwrap();
    assert_ne!(ran.status, 0);
    // apt gives dpkg a terminal.
    let said = (ran.stdout + &ran.stderr).replace('\r', "");
    for part in [
        "the table is locked\n",
        "life: the task gate failed with status 3; when its cause is mended, 'dpkg --configure -a' goes on\n",
        "Errors were encountered while processing:\n life\n",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(status(&root), "1.1-1 install ok half-configured");
    assert!(
        !root
            .run(&["systemctl", "is-active", "life"])
            .unwrap()
            .success()
    );
    root.sh("rm /srv/life/broken; dpkg --configure -a").unwrap();
    assert_eq!(status(&root), "1.1-1 install ok installed");
    root.sh("systemctl is-active life").unwrap();
}

#[test]
fn a_health_check_that_is_required_fails_the_installation_with_the_reason() {
    let root = booted();
    install(&root, &PACKAGE);
    root.sh("mv /usr/share/life/plain.txt /usr/share/life/away; sed -i 's/ 20 / 2 /' /var/lib/dpkg/info/life.postinst")
        .unwrap();
    root.sh("sed -i \"s/'20'/'2'/\" /var/lib/dpkg/info/life.postinst")
        .unwrap();
    let ran = root
        .run(&["dpkg-reconfigure", "-fnoninteractive", "life"])
        .unwrap();
    assert_ne!(ran.status, 0);
    assert!(
        ran.stderr.contains("life: nothing healthy answered within 2 seconds: http://127.0.0.1:8123/plain.txt: status 404, not 200"),
        "{}",
        ran.stderr
    );
    // What the administrator keeps from running is not asked.
    root.sh("systemctl disable --now life; dpkg-reconfigure -fnoninteractive life")
        .unwrap();
}

#[test]
fn scripts_of_the_recipe_run_at_their_points_and_cannot_skip_what_comes_after() {
    let root = booted();
    install(&root, &PACKAGE);
    install(&root, &NEXT);
    assert_eq!(
        root.read("/root/hooks").unwrap(),
        "before-configure it's configure \nbefore-start ) ;; esac\nbefore-stop\nbefore-configure it's configure 1.0-1\n\
         before-start ) ;; esac\n"
    );
    root.sh("systemctl is-active life; dpkg -P life").unwrap();
    assert!(!root.exists("/root/hooks").unwrap());
}
