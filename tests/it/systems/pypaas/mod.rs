//! A deployer under daemontools, to which a person pushes by git over ssh.

mod cut;
mod host;
mod life;
mod pushes;
mod sites;

use crate::context::{repository, succeed};
use std::process::Command;

#[test]
fn its_own_tests_pass() {
    succeed(
        Command::new("python3")
            .args(["-B", "-m", "unittest", "discover", "-s", "tests"])
            .current_dir(repository().join("fixtures/apps/pypaas")),
    );
}
