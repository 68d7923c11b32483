//! The reader and its rules, judged by dpkg on packages that are wrong in one way each.

mod changed;
mod container;
mod control;
mod entries;
mod lists;
mod memory;
mod packages;
mod streams;

use crate::raw_deb::{CONTROL, control_tar, directory, tar};
use crate::support::dpkg;
use deb_build_app::deb::check_package;
use deb_build_app::deb::read::read;

/// What dpkg does with a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dpkg {
    /// It is unpacked.
    Takes,
    /// `dpkg --unpack` fails.
    Refuses,
    /// Another version than Debian 12's, or apt, has something against it.
    NotAsked,
}

/// Returns the rules that a package breaks apart from those that every small package here breaks, or `unreadable`.
pub(super) fn broken(deb: &[u8]) -> String {
    let package = match read(deb) {
        Ok(package) => package,
        Err(error) => return format!("unreadable: {}", error.root_cause()),
    };
    let expected = [
        "no-copyright",
        "no-changelog",
        "no-md5sums",
        "installed-size",
    ];
    let mut rules = check_package(&package)
        .into_iter()
        .filter(|finding| !expected.contains(&finding.rule))
        .map(|finding| format!("{} {}", finding.severity.as_str(), finding.rule))
        .collect::<Vec<_>>();
    rules.dedup();
    rules.join(", ")
}

fn dpkg_takes(deb: &[u8]) -> (bool, String) {
    let room = tempfile::tempdir().unwrap();
    std::fs::write(room.path().join("demo.deb"), deb).unwrap();
    let root = room.path().join("root");
    std::fs::create_dir(&root).unwrap();
    let path = room.path().join("demo.deb");
    let output = dpkg(&root, &["--unpack", path.to_str().unwrap()]);
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Checks what is said of each package, and what dpkg does with it.
pub(super) fn judge(cases: &[(&str, Vec<u8>, &str, Dpkg)]) {
    let mut wrong = Vec::new();
    for (name, deb, expected, verdict) in cases {
        let found = broken(deb);
        if found != *expected {
            wrong.push(format!("{name}: {found:?}, not {expected:?}"));
        }
        let (takes, said) = dpkg_takes(deb);
        if *verdict != Dpkg::NotAsked && takes != (*verdict == Dpkg::Takes) {
            wrong.push(format!("{name}: dpkg takes it: {takes}, {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub(super) fn good_control() -> Vec<u8> {
    control_tar(&[("control", CONTROL)])
}

pub(super) fn good_data() -> Vec<u8> {
    tar(&[directory("./")])
}
