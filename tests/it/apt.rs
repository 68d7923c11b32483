//! Debian packages of the build machine, installed in a clean root that shares this machine's network.

use crate::context::tool;
use deb_build_app::target::Root;

const RECIPE: &str = r#"
[package]
name = "demo"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "small thing"

[build]
apt = ["tree", "coreutils"]

[venv]
packages = ["six==1.17.0"]
"#;

#[test]
fn a_user_with_sudo_installs_what_is_missing_and_one_without_is_told_the_command() {
    let root = Root::builder("bookworm")
        .packages(["sudo", "python3.11"])
        .share_host_network()
        .start()
        .unwrap();
    root.put(&tool(), "/usr/bin/").unwrap();
    root.write("/srv/recipe.toml", RECIPE).unwrap();
    root.sh(
        "useradd -m with; useradd -m without; echo 'with ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/with
         apt-get -q -y purge tree python3.11-venv >/dev/null 2>&1 || true",
    )
    .unwrap();
    let build = |user: &str| {
        let words = format!(
            "cd /home/{user} && runuser -u {user} -- env HOME=/home/{user} deb-build-app build -q /srv/recipe.toml -o /home/{user}/"
        );
        root.run(&["sh", "-c", &words]).unwrap()
    };
    let ran = build("without");
    assert_eq!(
        (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
        (
            4,
            "",
            "error: the build needs packages that are not installed: `python3.11-venv`, `tree`\n\n\
             hint: run `sudo apt-get install -y python3.11-venv tree` and build again\n"
        )
    );
    let installed = || root.sh("dpkg-query -W -f '${Package}\\n'").unwrap();
    let before = installed();
    let ran = build("with").succeeded().unwrap();
    assert_eq!(ran.stdout, "/home/with/demo_1.0-1_all.deb\n");
    let after = installed();
    let added: Vec<_> = after
        .lines()
        .filter(|name| !before.lines().any(|old| old == *name))
        .collect();
    assert!(
        added.contains(&"tree") && added.contains(&"python3.11-venv"),
        "{added:?}"
    );
    // Now nothing is missing, and nobody needs to be asked.
    let ran = build("without").succeeded().unwrap();
    assert_eq!(ran.stdout, "/home/without/demo_1.0-1_all.deb\n");
    assert_eq!(installed(), after);
}
