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
            .replace("\"/etc/life/conf.d\" = \"conf.d/\"\n", "")
            .replace("\"/srv/life\" = { owner", "\"/srv/other\" = { owner");
        without(
            &recipe,
            &["[[logrotate]]", "[users.lifeguest]", "[scripts]"],
        )
    });
    let root = booted();
    let before = root.snapshot().unwrap();
    install(&root, &PACKAGE);
    root.sh("echo '# mine' >>/etc/life/conf.d/10-first.cfg")
        .unwrap();
    let said = install(&root, &bare);
    assert!(
        said.contains("life: /etc/life/conf.d/10-first.cfg is not used any more; your version of it is /etc/life/conf.d/10-first.cfg.dpkg-bak"),
        "{said}"
    );
    assert_eq!(
        root.sh("cd /etc; find life logrotate.d/life 2>/dev/null | sort")
            .unwrap(),
        "life\nlife/answers.env\nlife/conf.d\nlife/conf.d/10-first.cfg.dpkg-bak\nlife/key.cfg\nlife/secrets.env"
    );
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
