//! Logs of two kinds: those that the app writes itself, and one that a program of another package writes for it.

use super::super::host::wait;
use super::app::{file, is_delivered, order};
use deb_build_app::target::Root;

/// The worker's own logs are copied and emptied while it writes; that of proftpd is made anew, and proftpd told.
///
/// `fetched` is a file that was fetched before.
pub(super) fn are_rotated_in_two_ways(root: &Root, fetched: &str) {
    let looked_at = root
        .run(&["logrotate", "-d", "/etc/logrotate.d/pyoseo"])
        .unwrap();
    assert_eq!(looked_at.status, 0, "{looked_at:?}");
    for words in [
        " weekly (7 rotations)",
        " after 1 days (5 rotations)",
        "/var/log/pyoseo/ftp.log",
    ] {
        assert!(looked_at.stderr.contains(words), "{}", looked_at.stderr);
    }
    let inode = "stat -c %i /var/log/celery/worker.log";
    let same = root.sh(inode).unwrap();
    let forced = root
        .run(&["logrotate", "-v", "-f", "/etc/logrotate.d/pyoseo"])
        .unwrap();
    assert_eq!(forced.status, 0, "{}", forced.stderr);
    assert!(
        forced.stderr.contains("running postrotate script"),
        "{}",
        forced.stderr
    );
    assert_eq!(root.sh(inode).unwrap(), same);
    let path = order(root, "albedo");
    is_delivered(root, &path);
    // Each delivery is in a log, once: those before in the old one, that after in the new one.
    wait(root, "cat /var/log/celery/worker.log", |log| {
        log.contains("order 3 is delivered")
    });
    assert_eq!(
        root.sh("cd /var/log/celery; cat worker.log.1 worker.log | grep -o 'order [0-9]* is delivered.*'")
            .unwrap(),
        "order 1 is delivered\norder 2 is delivered\norder 3 is delivered"
    );
    // Nothing was stopped under the worker so far.
    assert_eq!(
        root.sh(
            "cd /var/log/celery; cat worker.log.1 worker.log | grep -e ERROR -e CRITICAL || true"
        )
        .unwrap(),
        ""
    );
    let name = file(root, &path);
    let fetch = format!("curl -fsS ftp://127.0.0.1/{name}");
    wait(root, &fetch, |file| {
        file == "Surface albedo, ten days\nfor Ada Lovelace"
    });
    wait(root, "cat /var/log/pyoseo/ftp.log", |log| {
        log.contains(&format!("RETR {name}"))
    });
    assert_eq!(
        root.sh("cd /var/log/pyoseo; stat -c '%n %a %U:%G' ftp.log; grep -o RETR.*txt ftp.log.1")
            .unwrap(),
        format!("ftp.log 644 root:adm\nRETR {fetched}")
    );
    // The next time the older one is packed, without a word that cron would send to root.
    assert_eq!(
        root.sh(
            "logrotate -f /etc/logrotate.d/pyoseo; cd /var/log/celery; ls worker.log*
             for log in 'zcat worker.log.2.gz' 'cat worker.log.1'; do $log | grep -o 'order [0-9]* is delivered'; done"
        )
        .unwrap(),
        "worker.log\nworker.log.1\nworker.log.2.gz\norder 1 is delivered\norder 2 is delivered\norder 3 is delivered"
    );
}
