//! Versions of Python projects as Python's own `packaging` reads and orders them, and their Debian versions as dpkg does.

use crate::judges::{dpkg_compares, dpkg_orders, pairs, python_normal_forms, python_orders};
use deb_build_app::recipe::PythonVersion;
use proptest::prelude::*;

/// Every kind of version and their combinations, in the order of PEP 440.
pub(crate) const VERSIONS: [&str; 42] = [
    "1.0.dev1",
    "1.0.dev2",
    "1.0a1.dev1",
    "1.0a1",
    "1.0a1+local",
    "1.0a1.post1.dev1",
    "1.0a1.post1",
    "1.0a2",
    "1.0a10",
    "1.0b1.dev2",
    "1.0b1",
    "1.0b2.post345",
    "1.0rc1.dev1",
    "1.0rc1",
    "1.0rc1.post1",
    "1.0rc2",
    "1.0",
    "1.0.0",
    "1.0+abc",
    "1.0+abc.5",
    "1.0+abc.10",
    "1.0+g12ab34c",
    "1.0+post1",
    "1.0+ubuntu.1",
    "1.0+zz",
    "1.0+1",
    "1.0+5",
    "1.0.post1.dev1",
    "1.0.post1",
    "1.0.post1+local",
    "1.0.post1+r1",
    "1.0.post2",
    "1.0.post10",
    "1.0.1.dev1",
    "1.0.1a1",
    "1.0.1",
    "1.1.dev1",
    "1.1",
    "1.10",
    "2026.2.3",
    "1!0.5.dev1",
    "1!0.5",
];

fn debian(text: &str) -> String {
    let version: PythonVersion = text.parse().unwrap();
    version.to_debian("1").unwrap().to_string()
}

/// Pairs that dpkg orders in another way than Python: one version, a colon, and those of the others that come later in
/// [`VERSIONS`]. In the first two lines zeros at the end of the release are to blame, in the others local labels of one release.
const DIFFER: &str = "\
1.0: 1.0.0
1.0.0: 1.0+abc 1.0+abc.5 1.0+abc.10 1.0+g12ab34c 1.0+post1 1.0+ubuntu.1 1.0+zz 1.0+1 1.0+5 1.0.post1.dev1 1.0.post1 1.0.post1+local 1.0.post1+r1 1.0.post2 1.0.post10
1.0+abc: 1.0+post1 1.0+ubuntu.1 1.0+zz 1.0+1 1.0+5
1.0+abc.5: 1.0+post1 1.0+ubuntu.1 1.0+zz 1.0+1 1.0+5
1.0+abc.10: 1.0+post1 1.0+ubuntu.1 1.0+zz 1.0+1 1.0+5
1.0+g12ab34c: 1.0+post1 1.0+ubuntu.1 1.0+zz 1.0+1 1.0+5
1.0.post1+local: 1.0.post1+r1
";

#[test]
fn dpkg_orders_all_pairs_as_python_does_but_for_zeros_and_labels() {
    let pairs = pairs(&VERSIONS.map(str::to_owned));
    assert_eq!(pairs.len(), 42 * 41 / 2 + 42);
    let mut differ = String::new();
    let mut last = "";
    for ((left, right), python) in pairs.iter().zip(python_orders(&pairs)) {
        if python == dpkg_compares(&debian(left), &debian(right)) {
            continue;
        }
        if left != last {
            differ.push_str(if last.is_empty() { "" } else { "\n" });
            differ.extend([left, ":"]);
            last = left;
        }
        differ.extend([" ", right]);
    }
    assert_eq!(differ + "\n", DIFFER);
}

/// What may come after the release: every phase in every spelling.
const PHASES: &str = "([-_.]?(a|B|c|rc|alpha|Beta|pre|preview)[-_.]?[0-9]{0,2})?\
                      (-[0-9]{1,2}|[-_.]?(post|rev|r)[-_.]?[0-9]{0,2})?([-_.]?dev[-_.]?[0-9]{0,2})?";

/// A version without a zero at the end of its release.
fn version() -> impl Strategy<Value = String> {
    let release = r"v?([01]!)?[12]((\.[0-2]){0,2}\.[12])?";
    let label = r"(\+[a-z0-9]{1,3}([-_.][a-z0-9]{1,2})?)?";
    let plain = format!("{release}{PHASES}");
    let text = |pattern: &str| proptest::string::string_regex(pattern).unwrap();
    prop_oneof![2 => text(&plain), 1 => text(&format!("{plain}{label}"))]
}

/// Returns whether both have a local label, and nothing else is different.
fn differ_in_label_only(left: &str, right: &str) -> bool {
    let normal = |text: &str| text.parse::<PythonVersion>().unwrap().to_string();
    let (left, right) = (normal(left), normal(right));
    match (left.split_once('+'), right.split_once('+')) {
        (Some((left, _)), Some((right, _))) => left == right,
        _ => false,
    }
}

/// Something like a version: most are none.
const NEARLY: &str = "v?([0-9]!)?[0-9]{1,2}(\\.[0-9]){0,2}([-_.]{0,2}(a|rc|pre|post|r|dev|x)[-_.]?[0-9]?){0,3}(\\+[a-c0-9._-]{0,4})?";

proptest! {
    #![proptest_config(ProptestConfig { cases: 1, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_two_versions_are_ordered_by_dpkg_as_by_python(
        versions in proptest::collection::vec((version(), version()), 4000),
    ) {
        let debians: Vec<_> =
            versions.iter().map(|(left, right)| (debian(left), debian(right))).collect();
        let judged = python_orders(&versions).into_iter().zip(dpkg_orders(&debians));
        for ((pair, debians), (python, dpkg)) in versions.iter().zip(&debians).zip(judged) {
            if differ_in_label_only(&pair.0, &pair.1) {
                continue;
            }
            prop_assert_eq!(python, dpkg, "{:?} {:?}", pair, debians);
        }
    }

    #[test]
    fn any_text_is_a_version_in_the_same_words_as_for_python(
        texts in proptest::collection::vec(NEARLY, 4000),
    ) {
        for (text, python) in texts.iter().zip(python_normal_forms(&texts)) {
            let ours = text.parse::<PythonVersion>().ok().map(|version| version.to_string());
            prop_assert_eq!(ours, python, "{}", text);
        }
    }
}
