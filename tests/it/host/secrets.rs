//! Secrets are made on each host, kept by upgrades, in no package, and gone with a purge.

use super::{NEXT, PACKAGE, booted, install};
use crate::context::succeed;
use deb_build_app::target::Root;
use std::process::Command;

const FILE: &str = "/etc/life/secrets.env";

fn secrets(root: &Root) -> Vec<String> {
    let text = root.read(FILE).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn two_hosts_have_two_secrets_which_an_upgrade_keeps_and_a_purge_takes() {
    let (one, other) = (booted(), booted());
    install(&one, &PACKAGE);
    install(&other, &PACKAGE);
    let made = secrets(&one);
    let names: Vec<_> = made
        .iter()
        .map(|line| (line.split('=').next().unwrap(), line.len()))
        .collect();
    assert_eq!(
        names,
        [("SECRET_KEY", 10 + 3 + 50), ("OTHER_KEY", 9 + 3 + 50)]
    );
    for (line, others) in made.iter().zip(secrets(&other)) {
        assert_ne!(*line, others);
        let value = line.split('\'').nth(1).unwrap();
        assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
    assert_eq!(
        one.sh(&format!("stat -c '%a %U:%G' {FILE}; ls -A /etc/life"))
            .unwrap(),
        "640 root:life\nanswers.env\nconf.d\nkey.cfg\nsecrets.env"
    );
    // No byte of the packages is of them.
    for package in [&*PACKAGE, &*NEXT] {
        let folder = tempfile::tempdir().unwrap();
        succeed(
            Command::new("dpkg-deb")
                .arg("-R")
                .arg(package)
                .arg(folder.path().join("x")),
        );
        let has = |text: &str| {
            let mut grep = Command::new("grep");
            grep.args(["-rqaF", text]).arg(folder.path().join("x"));
            grep.status().unwrap().success()
        };
        assert!(has("of the recipe"), "what is there is found");
        for line in made.iter().chain(&secrets(&other)) {
            assert!(!has(line.split('\'').nth(1).unwrap()));
        }
    }
    // Who is neither root nor the service reads nothing.
    assert!(
        !one.run(&["runuser", "-u", "lifeguest", "--", "cat", FILE])
            .unwrap()
            .success()
    );

    // A removal keeps them, and an upgrade adds only what is missing.
    one.sh(&format!(
        "sed -i '/OTHER_KEY/d' {FILE}; echo \"MINE='x'\" >>{FILE}"
    ))
    .unwrap();
    one.sh("dpkg -r life").unwrap();
    install(&one, &NEXT);
    let kept = secrets(&one);
    assert_eq!(kept[..2], [made[0].clone(), "MINE='x'".to_owned()]);
    assert!(kept[2].starts_with("OTHER_KEY='") && kept[2] != made[1]);

    one.sh("dpkg -P life").unwrap();
    assert!(!one.exists("/etc/life").unwrap());
}
