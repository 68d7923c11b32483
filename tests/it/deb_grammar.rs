//! What this program accepts is what dpkg accepts, and it orders versions as dpkg does.

use crate::judges::{dpkg_compares, dpkg_orders, pairs};
use crate::python_versions;
use crate::support::{dpkg, file, good, layer, output_of, package, path, run, written};
use deb_build_app::deb::{Relation, Version};
use deb_build_app::recipe::PythonVersion;
use proptest::prelude::*;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

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

/// [`VERSIONS`] and the Debian versions of Python's.
fn all_versions() -> Vec<String> {
    let pythons = python_versions::VERSIONS
        .iter()
        .map(|text| text.parse::<PythonVersion>().unwrap());
    VERSIONS
        .iter()
        .map(|text| (*text).to_owned())
        .chain(pythons.map(|version| version.to_debian("1").unwrap().to_string()))
        .collect()
}

#[test]
fn the_judge_of_thousands_is_dpkg() {
    // Floating-point numbers hold fifteen digits.
    let short = |(left, right): &(String, String)| left.len() < 16 && right.len() < 16;
    let mut sample: Vec<_> = pairs(&all_versions()).into_iter().filter(short).collect();
    sample = sample.into_iter().step_by(5).collect();
    for ((left, right), judged) in sample.iter().zip(dpkg_orders(&sample)) {
        assert_eq!(judged, dpkg_compares(left, right), "{left} and {right}");
    }
}

#[test]
fn versions_are_ordered_as_dpkg_orders_them() {
    let pairs = pairs(&all_versions());
    let (long, short): (Vec<_>, Vec<_>) = pairs
        .into_iter()
        .partition(|(left, right)| left.len().max(right.len()) > 25);
    assert_eq!((long.len(), short.len()), (75, 2775));
    let by_dpkg = long.iter().map(|(left, right)| dpkg_compares(left, right));
    let judged = dpkg_orders(&short).into_iter().chain(by_dpkg);
    for ((left, right), judged) in short.iter().chain(&long).zip(judged) {
        let ours = good::<Version>(left).cmp(&good(right));
        assert_eq!(ours, judged, "{left} and {right}");
        assert_eq!(good::<Version>(right).cmp(&good(left)), ours.reverse());
    }
}

/// Two versions that begin alike, in the characters that sort in ways of their own.
fn alike() -> impl Strategy<Value = (String, String)> {
    let start = "([01]:)?[01][0a.~+Z]{0,4}";
    let end = "[0-2a-cp.~+Z]{0,4}(-[0a.~+]{1,3})?";
    (start, end, end)
        .prop_map(|(start, left, right)| (format!("{start}{left}"), format!("{start}{right}")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_two_versions_are_ordered_as_dpkg_orders_them(
        versions in proptest::collection::vec(alike(), 5000),
    ) {
        for ((left, right), judged) in versions.iter().zip(dpkg_orders(&versions)) {
            prop_assert_eq!(good::<Version>(left).cmp(&good(right)), judged, "{} and {}", left, right);
        }
    }

    #[test]
    fn any_relation_that_is_accepted_here_is_accepted_by_dpkg_in_silence(
        texts in proptest::collection::vec(relation(), 6000),
    ) {
        let accepted: Vec<_> = texts.iter().filter_map(|text| text.parse::<Relation>().ok()).collect();
        prop_assert!(accepted.len() > 500, "only {} are good", accepted.len());
        let room = tempfile::tempdir().unwrap();
        let lines: Vec<_> = accepted.iter().map(ToString::to_string).collect();
        prop_assert_eq!(dpkg_says(room.path(), &lines.join(", ")), "");
    }

    #[test]
    fn any_relation_that_is_refused_here_is_refused_or_warned_of_by_dpkg_or_of_a_known_kind(
        texts in proptest::collection::vec(relation(), 400),
    ) {
        let room = tempfile::tempdir().unwrap();
        for text in &texts {
            // An empty field is one without relations.
            let Err(why) = text.parse::<Relation>() else { continue };
            let why = why.to_string();
            if !text.is_empty() && !STRICTER.iter().any(|(_, kind)| why.contains(kind)) {
                prop_assert_ne!(dpkg_says(room.path(), text), "", "{}: {}", text, why);
            }
        }
    }
}

/// Relations that dpkg takes without a word, and why they are refused here.
const STRICTER: [(&str, &str); 6] = [
    ("Aa", "which has an upper-case letter"),
    ("a_b", "which has an underscore"),
    ("a", "which has only one character"),
    ("aa:vax", "is not an architecture that Debian knows"),
    ("aa | aa", "twice"),
    ("aa (>= 1:2:3)", "has a second colon"),
];

#[test]
fn what_is_refused_here_alone_is_known() {
    let room = tempfile::tempdir().unwrap();
    for (text, kind) in STRICTER {
        let why = text.parse::<Relation>().unwrap_err().to_string();
        assert!(why.contains(kind), "{text}: {why}");
        assert_eq!(dpkg_says(room.path(), text), "", "{text}");
    }
    // Of these dpkg warns only: it takes them for `>=` and `=`.
    for text in ["aa (> 1)", "aa (1)"] {
        assert!(text.parse::<Relation>().is_err());
        let said = dpkg_says(room.path(), text);
        assert!(
            said.contains("warning: ") && !said.contains("error: "),
            "{said}"
        );
    }
}

/// Something like a relation, of words that are right and words that are wrong.
fn relation() -> impl Strategy<Value = String> {
    let atom = "(aa|b1\\.c|a-|a\\+|Aa|a_b|a|-a|a b|\\$\\{a\\})?(:any|:amd64|:vax|:)?( ?\\( ?(<<|<=|=|>=|>>|<|>|==|=>|!=)? ?(1|1:2-3|1-a-2|1~~\\+|v1|1 2|1_2|1:|1-|1:2:3)?\\)?)?( ?\\[amd64\\]| ?<!nocheck>| x)?";
    let good = "(aa|b1\\.c|a-|a\\+|libc6)(:any|:amd64)?( ?\\( ?(<<|<=|=|>=|>>) ?(1|1:2-3|1-a-2|1~~\\+) ?\\))?";
    let atom = prop_oneof![good, good, good, atom];
    let sign = prop_oneof![4 => Just(" | "), 1 => Just("|"), 1 => Just("||")];
    (atom.clone(), proptest::option::weighted(0.3, (sign, atom))).prop_map(|(first, second)| {
        match second {
            None => first,
            Some((sign, second)) => format!("{first}{sign}{second}"),
        }
    })
}

/// Returns what `dpkg-deb --build` says of a package with these `Depends`, which reads them with dpkg's strict parser.
fn dpkg_says(room: &Path, depends: &str) -> String {
    let mut control =
        "Package: demo\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b.c>\n".to_owned();
    writeln!(control, "Depends: {depends}\nDescription: d").unwrap();
    let tree = room.join("tree/DEBIAN");
    std::fs::create_dir_all(&tree).unwrap();
    std::fs::write(tree.join("control"), control).unwrap();
    let words = ["dpkg-deb", "-Znone", "--build", "tree", "demo.deb"].map(OsStr::new);
    let output = run(&words, room);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.success(),
        !said.contains("error: "),
        "{depends}: {said}"
    );
    said
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
