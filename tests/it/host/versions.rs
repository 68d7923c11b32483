//! From one version to the next: what the new one has no more, and what an interrupted installation leaves.

use super::{NEXT, PACKAGE, booted, build, install, status};

/// Removes tables from the recipe, up to the next of the same depth.
fn without(recipe: &str, tables: &[&str]) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for line in recipe.lines() {
        if line.starts_with('[') {
            inside = tables.contains(&line);
        }
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[test]
fn what_a_new_version_has_no_more_goes_and_what_was_changed_is_set_aside() {
    let bare = build("3.0", |recipe| {
        let recipe = recipe
            .replace(" \"${SECRET_KEY}\" x${GREETING}y ", "")
            .replace("\"/etc/life/conf.d\" = \"conf.d/\"\n", "")
            .replace("\"/srv/life\" = { owner", "\"/srv/other\" = { owner");
        without(
            &recipe,
            &[
                "[[logrotate]]",
                "[users.lifeguest]",
                "[scripts]",
                "[secrets]",
                "[questions.greeting]",
                "[questions.loud]",
                "[questions.token]",
                "[commands]",
            ],
        )
    });
    let root = booted();
    let before = root.snapshot().unwrap();
    install(&root, &PACKAGE);
    root.sh(
        "echo '# mine' >>/etc/life/conf.d/10-first.cfg; cd /etc/life/conf.d/sub; echo old >20-second.cfg.dpkg-old
         test -x /usr/bin/life-shell; test -x /usr/bin/life-plain",
    )
    .unwrap();
    let said = install(&root, &bare);
    assert!(
        said.contains("life: /etc/life/conf.d/10-first.cfg is not used any more; your version of it is /etc/life/conf.d/10-first.cfg.dpkg-bak"),
        "{said}"
    );
    assert_eq!(
        root.sh("cd /etc; find life logrotate.d/life 2>/dev/null | sort")
            .unwrap(),
        "life\nlife/answers.env\nlife/conf.d\nlife/conf.d/10-first.cfg.dpkg-bak\nlife/conf.d/sub\n\
         life/conf.d/sub/20-second.cfg.dpkg-old\nlife/key.cfg\nlife/secrets.env"
    );
    root.sh(
        "test ! -e /usr/bin/life-shell; test ! -e /usr/bin/life-plain; systemctl is-active life",
    )
    .unwrap();
    // An upgrade later, dpkg has forgotten the conffiles.
    install(&root, &bare);
    root.sh("rm -r /srv/life/guest /root/hooks; dpkg -P life")
        .unwrap();
    let left: Vec<_> = before
        .difference(
            &root.snapshot().unwrap(),
            crate::lifecycle::NOT_THE_PACKAGES,
        )
        .into_iter()
        .filter(|line| !line.contains("/var/cache/debconf"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
    assert_eq!(
        root.sh("debconf-show life; ! grep -q life/ /var/cache/debconf/*.dat")
            .unwrap(),
        ""
    );
}

#[test]
fn a_new_service_user_is_told_what_the_former_one_owns_and_takes_nothing_by_force() {
    let renamed = build("4.0", |recipe| {
        let recipe = recipe.replace("group = \"life\"", "group = \"lifenext\"");
        format!("{recipe}\n[user]\nname = \"lifenext\"\nhome = \"/var/lib/life\"\n")
    });
    let root = booted();
    install(&root, &PACKAGE);
    let ran = root.install(&renamed).unwrap();
    assert_ne!(ran.status, 0);
    let command =
        "find '/var/lib/life' '/var/log/life' -xdev -user life -exec chown -h lifenext: {} +";
    let told = format!(
        "life: lifenext is the service user now, and files of life are left; hand them over with\n  {command}\n"
    );
    assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    assert_eq!(
        root.sh("stat -c '%n %U' /var/lib/life /var/lib/life/order")
            .unwrap(),
        "/var/lib/life lifenext\n/var/lib/life/order life"
    );
    let settings = root
        .sh("stat -c %U:%G /etc/life/secrets.env /etc/life/answers.env /etc/life/key.cfg")
        .unwrap();
    assert_eq!(settings, "root:lifenext\nroot:lifenext\nroot:lifenext");

    root.sh(&format!("{command}; dpkg --configure -a")).unwrap();
    assert_eq!(status(&root), "4.0-1 install ok installed");
    assert_eq!(
        root.sh(
            "ps -o user= -p $(systemctl show -P MainPID life); getent passwd life | cut -d: -f1"
        )
        .unwrap(),
        "lifenext\nlife"
    );
    let again = install(&root, &renamed);
    assert!(!again.contains("hand them over"), "{again}");
}

#[test]
fn an_interrupted_installation_is_resumed() {
    let root = booted();
    for package in [&*PACKAGE, &*NEXT] {
        // The power goes while a task runs.
        root.sh("mkdir -p /srv/life; touch /srv/life/broken")
            .unwrap();
        assert_ne!(root.install(package).unwrap().status, 0);
        root.sh("rm -f /srv/life/broken /run/life.deb-build-app -r; rm -f /etc/life/secrets.env.new; echo half >/etc/life/secrets.env.new")
            .unwrap();
        root.sh("dpkg --configure -a").unwrap();
        assert!(status(&root).ends_with("install ok installed"));
        root.sh("systemctl is-active life").unwrap();
        assert!(!root.exists("/etc/life/secrets.env.new").unwrap());
    }
}
