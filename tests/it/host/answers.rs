//! Questions of debconf: preseeded, asked again, and edited by the administrator, whose file wins over the database.

use super::{NEXT, PACKAGE, booted, install};
use deb_build_app::target::Root;

const FILE: &str = "/etc/life/answers.env";

fn answers(root: &Root) -> String {
    root.sh(&format!("grep -v '^#' {FILE}")).unwrap()
}

fn reconfigure(root: &Root) {
    root.sh("dpkg-reconfigure -fnoninteractive life").unwrap();
}

/// Returns a variable of the running service.
fn of_service(root: &Root, name: &str) -> String {
    root.sh(&format!(
        "tr '\\0' '\\n' </proc/$(systemctl show -P MainPID life)/environ | sed -n 's/^{name}=//p'"
    ))
    .unwrap()
}

#[test]
fn preseeded_answers_reach_the_service_and_an_edit_of_the_administrator_wins() {
    let root = booted();
    root.write(
        "/tmp/preseed",
        "life life/greeting string it's \"a\" $HOME `id` \\ 100% café\nlife life/loud boolean true\nlife life/token password open'sesame\n",
    )
    .unwrap();
    root.sh("debconf-set-selections /tmp/preseed").unwrap();
    install(&root, &PACKAGE);
    assert_eq!(
        answers(&root),
        "GREETING='it'\"'\"'s \"a\" $HOME `id` \\ 100% café'\nLOUD='true'\nTOKEN='open'\"'\"'sesame'"
    );
    assert_eq!(
        of_service(&root, "GREETING"),
        "it's \"a\" $HOME `id` \\ 100% café"
    );
    assert_eq!(of_service(&root, "TOKEN"), "open'sesame");
    assert_eq!(
        root.sh(&format!(
            "stat -c '%a %U:%G' {FILE}; ! grep -r sesame /var/cache/debconf"
        ))
        .unwrap(),
        "640 root:life"
    );

    // The administrator writes in a way of their own; upgrades and another database change nothing.
    let edited =
        "# mine\nLOUD=true\nTOKEN='open'\"'\"'sesame'\nGREETING='two  blanks,\na new line'\n";
    root.write(FILE, edited).unwrap();
    install(&root, &NEXT);
    assert_eq!(root.read(FILE).unwrap(), edited);
    assert_eq!(of_service(&root, "LOUD"), "true");
    root.sh("echo 'life life/loud boolean false' | debconf-set-selections")
        .unwrap();
    reconfigure(&root);
    assert_eq!(root.read(FILE).unwrap(), edited);

    // What is answered anew is in the file and in the service; the rest of the file stays.
    root.sh("printf 'bye\\nno\\n\\n' | script -qec 'env DEBIAN_FRONTEND=teletype TERM=dumb dpkg-reconfigure -fteletype life' /dev/null")
        .unwrap();
    assert_eq!(
        root.read(FILE).unwrap(),
        "# mine\nTOKEN='open'\"'\"'sesame'\nGREETING='two  blanks,\na new line'\nGREETING='bye'\nLOUD='false'\n"
    );
    assert_eq!(of_service(&root, "GREETING"), "bye");

    root.sh("dpkg -P life").unwrap();
    assert!(!root.exists("/etc/life").unwrap());
    assert_eq!(
        root.sh("debconf-show life; ! grep -q life/ /var/cache/debconf/*.dat")
            .unwrap(),
        ""
    );
}

#[test]
fn without_an_answer_the_default_holds() {
    let root = booted();
    install(&root, &PACKAGE);
    assert_eq!(
        answers(&root),
        "GREETING='hello there'\nLOUD='false'\nTOKEN=''"
    );
    // A file that sh cannot read is the administrator's to mend.
    root.write(FILE, "GREETING='open\n").unwrap();
    let ran = root
        .run(&["dpkg-reconfigure", "-fnoninteractive", "life"])
        .unwrap();
    assert!(
        ran.stderr
            .contains("life: /etc/life/answers.env cannot be read and stays as it is"),
        "{}",
        ran.stderr
    );
    assert_eq!(root.read(FILE).unwrap(), "GREETING='open\n");
}
