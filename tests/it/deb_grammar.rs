//! What this program accepts is what dpkg accepts, and it orders versions as dpkg does.

use crate::support::{dpkg, file, good, layer, output_of, package, path, written};
use deb_build_app::deb::Version;
use proptest::prelude::*;
use std::cmp::Ordering;
use std::process::Command;

/// Judged by hand where Policy and deb-version(7) give examples, the rest to meet every branch.
const VERSIONS: [&str; 33] = [
    "0",
    "0~",
    "0~~",
    "0-0",
    "1",
    "1.0",
    "1.00",
    "1.01",
    "1.1",
    "1.10",
    "1.2",
    "1.0-0",
    "1.0-1",
    "1.0-1~bookworm1",
    "1.0-1~trixie1",
    "1.0-1ubuntu1",
    "1.0-1+deb12",
    "1.0~rc1",
    "1.0~rc1-1",
    "1.0~~dev1",
    "1.0~~",
    "1.0a",
    "1.0a1",
    "1.0+post1",
    "1.0.1",
    "1.0Z",
    "1.0z",
    "0:1.0",
    "1:0.1",
    "2:0",
    "00:1",
    "20240101",
    "99999999999999999999999999999",
];

fn dpkg_compares(left: &str, right: &str) -> Ordering {
    let holds = |operator| {
        let words = ["--compare-versions", left, operator, right];
        let output = Command::new("dpkg").args(words).output().unwrap();
        assert!(
            output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.status.success()
    };
    match (holds("lt"), holds("gt")) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

#[test]
fn versions_are_ordered_as_dpkg_orders_them() {
    for (at, left) in VERSIONS.iter().enumerate() {
        for right in &VERSIONS[at..] {
            let ours = good::<Version>(left).cmp(&good(right));
            assert_eq!(ours, dpkg_compares(left, right), "{left} and {right}");
            assert_eq!(good::<Version>(right).cmp(&good(left)), ours.reverse());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_two_versions_are_ordered_as_dpkg_orders_them(
        left in "([01]:)?[01][0a.~+Z]{0,4}(-[0a.~+]{1,2})?",
        right in "([01]:)?[01][0a.~+Z]{0,4}(-[0a.~+]{1,2})?",
    ) {
        let ours = good::<Version>(&left).cmp(&good(&right));
        prop_assert_eq!(ours, dpkg_compares(&left, &right));
    }
}

#[test]
fn every_control_field_is_read_back_by_dpkg() {
    let room = tempfile::tempdir().unwrap();
    let deb = room.path().join("demo.deb");
    let mut archive = package(vec![layer("app", [(path(b"opt/demo/a"), file(b"a"))])]);
    let control = &mut archive.control;
    control.pre_depends = vec![good("dpkg (>= 1.21.18)")];
    control.depends = [
        "libc6(>=2.34)",
        "python3:any",
        "aa:amd64 (<< 1:2-3)|b1",
        "cc (= 1-rc1-2)",
    ]
    .map(good)
    .to_vec();
    control.recommends = vec![good("dd (>> 0)")];
    control.suggests = vec![good("ee (<= 1)")];
    control.breaks = vec![good("ff (<< 2)")];
    control.conflicts = vec![good("gg")];
    control.replaces = vec![good("ff (<< 2)")];
    control.provides = vec![good("hh (= 3)")];
    control.homepage = Some(good("https://example.org/"));
    control.custom.insert(good("Python-Version"), good("3.11"));
    control.description = good("It serves:\n\n - one\n - two\n");
    written(&archive, &deb);

    let fields =
        String::from_utf8(output_of(&["dpkg-deb", "-f", "demo.deb"], room.path())).unwrap();
    assert_eq!(
        fields,
        "Package: demo\nVersion: 1:2.0-1\nArchitecture: all\nMaintainer: Ada <ada@example.org>\n\
         Installed-Size: 4\nPre-Depends: dpkg (>= 1.21.18)\n\
         Depends: libc6 (>= 2.34), python3:any, aa:amd64 (<< 1:2-3) | b1, cc (= 1-rc1-2)\n\
         Recommends: dd (>> 0)\nSuggests: ee (<= 1)\nBreaks: ff (<< 2)\nConflicts: gg\nReplaces: ff (<< 2)\n\
         Provides: hh (= 3)\nSection: web\nPriority: optional\nHomepage: https://example.org/\n\
         Python-Version: 3.11\nDescription: small web service\n It serves:\n .\n  - one\n  - two\n"
    );
    let root = room.path().join("root");
    std::fs::create_dir(&root).unwrap();
    let unpacked = dpkg(
        &root,
        &["--force-bad-version", "--unpack", deb.to_str().unwrap()],
    );
    let said = String::from_utf8_lossy(&unpacked.stderr);
    assert!(
        unpacked.status.success() && !said.contains("parsing file"),
        "{said}"
    );
}
