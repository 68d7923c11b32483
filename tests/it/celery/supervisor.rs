//! Under supervisor: the same environment, and one clock.

use super::app::{PORTS, build, clock, clocks, has_its_environment, install, instance, sum, wait};
use deb_build_app::target::Root;

#[test]
fn the_environment_is_the_same_and_a_second_clock_is_refused() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "redis-server", "supervisor", "tzdata"])
        .boot()
        .unwrap();
    install(&root, &build("supervisor", "0.1"));
    for port in PORTS {
        has_its_environment(&root, instance(&root, port), Some(port));
        has_its_environment(&root, sum(&root, port), None);
    }
    let first = clock(&root);
    has_its_environment(&root, first, None);
    let by_hand = root.run(&["/opt/tally/libexec/run-beat"]).unwrap();
    assert_eq!(
        (by_hand.status, by_hand.stderr.as_str()),
        (
            75,
            "tally-beat runs already: another process holds /run/tally-beat.lock\n"
        )
    );
    assert_eq!(clocks(&root), [first]);

    root.sh("echo \"PORT='9'\" >>/etc/default/tally; supervisorctl restart tally-web:*")
        .unwrap();
    let all = super::app::instances(&root);
    root.sh(&format!("kill -9 $(ps -o ppid= -p {})", all[1]))
        .unwrap();
    wait(&root, "another process", || {
        (instance(&root, PORTS[1]) != all[1]).then_some(())
    });
    assert_eq!(instance(&root, PORTS[0]), all[0]);
    root.sh("dpkg -P tally").unwrap();
    assert_eq!(clocks(&root), Vec::<u64>::new());
    assert!(!root.exists("/run/tally-beat.lock").unwrap());
}
