//! Commands in `/usr/bin`: as the service user with its environment for root, with a clear refusal for all others.

use super::{PACKAGE, booted, install};

#[test]
fn a_command_becomes_the_service_user_for_root_and_refuses_all_others() {
    let root = booted();
    install(&root, &PACKAGE);
    let said = root
        .sh("cd /tmp && LEAK=1 LD_LIBRARY_PATH=/x TERM=xterm life-shell \"it's\" '' '$x'")
        .unwrap();
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said[0], serde_json::json!(["fixed", "it's", "", "$x"]));
    assert_eq!(said[1], "life");
    let names: Vec<_> = said[2].as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        names,
        [
            "GREETING",
            "HOME",
            "LANG",
            "LOGNAME",
            "LOUD",
            "OTHER_KEY",
            "PATH",
            "PLAIN",
            "SECRET_KEY",
            "SHARED",
            "TERM",
            "TOKEN",
            "USER"
        ]
    );
    assert_eq!(said[2]["SHARED"], "of the recipe");
    assert_eq!(said[3], true);

    for user in ["lifeguest", "life"] {
        let ran = root
            .run(&["runuser", "-u", user, "--", "life-shell"])
            .unwrap();
        assert_eq!(
            (ran.status, ran.stderr.as_str()),
            (
                1,
                "life-shell: only root may run this, because it becomes the user life: try sudo life-shell\n"
            )
        );
    }
    assert_eq!(
        root.sh("runuser -u lifeguest -- life-plain 'b c'").unwrap(),
        "['a', 'b c']"
    );
}
