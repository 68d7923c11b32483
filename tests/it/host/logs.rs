//! Rotation by the real logrotate, in a folder that is the service user's and that its group may write to.

use super::{PACKAGE, install};
use deb_build_app::target::Root;

#[test]
fn logrotate_rotates_as_the_service_user_and_runs_what_comes_after() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "debconf", "cron", "logrotate"])
        .boot()
        .unwrap();
    install(&root, &PACKAGE);
    root.sh("systemctl stop life; echo one >/var/log/life/life.log")
        .unwrap();
    let ran = root
        .run(&["logrotate", "-v", "-f", "/etc/logrotate.d/life"])
        .unwrap();
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(!ran.stderr.contains("error"), "{}", ran.stderr);
    root.sh("echo two >/var/log/life/life.log; logrotate -f /etc/logrotate.d/life")
        .unwrap();
    assert_eq!(
        root.sh("cd /var/log/life; stat -c '%n %a %U:%G' *; cat life.log.1; zcat life.log.2.gz; cat /srv/life/rotations")
            .unwrap(),
        "life.log 640 life:life\nlife.log.1 640 life:life\nlife.log.2.gz 644 life:life\ntwo\none\nrotated\nrotated"
    );
    // A link that the user plants is not followed with root's rights.
    root.sh(
        "rm -f /var/log/life/*; echo precious >/root/precious; chmod 600 /root/precious
         runuser -u life -- ln -s /root/precious /var/log/life/trap.log
         logrotate -f /etc/logrotate.d/life || true
         dpkg -r life; logrotate -f /etc/logrotate.d/life",
    )
    .unwrap();
    assert_eq!(
        root.sh("cat /root/precious; stat -c '%a %U' /root/precious")
            .unwrap(),
        "precious\n600 root"
    );
}
