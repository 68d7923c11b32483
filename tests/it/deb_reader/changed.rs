//! Packages that were changed by chance: no panic, and no word that could drive a terminal.

use super::good_data;
use super::packages::sane_tree;
use crate::raw_deb::{CONTROL, deb_of, deb_with, entry, header, padded, patched, tar};
use crate::support::output_of;
use deb_build_app::deb::check_package;
use deb_build_app::deb::read::read;
use proptest::prelude::*;

/// A byte string that a package is changed with.
#[derive(Clone, Debug)]
enum Change {
    Flip(usize, u8),
    Cut(usize),
    Splice(usize, usize, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<usize>(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        any::<usize>().prop_map(Change::Cut),
        (
            any::<usize>(),
            0..64_usize,
            prop::collection::vec(any::<u8>(), 0..64)
        )
            .prop_map(|(at, length, bytes)| Change::Splice(at, length, bytes)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match change {
        Change::Flip(at, bit) => bytes[at % length] ^= 1 << bit,
        Change::Cut(at) => bytes.truncate(at % length),
        Change::Splice(at, gone, new) => {
            let at = at % length;
            bytes.splice(at..(at + gone).min(length), new.iter().copied());
        }
    }
}

/// Reads and judges: neither may panic, and whatever is said must be fit for a terminal.
fn survive(bytes: &[u8]) {
    let said = match read(bytes) {
        Ok(package) => {
            let findings = check_package(&package);
            let words = findings
                .iter()
                .map(|finding| format!("{} {}", finding.place, finding.problem));
            words.collect::<String>()
        }
        Err(error) => deb_build_app::failure::render(&error).replace('\n', ""),
    };
    let is_control = |c: char| c.is_control() && c != '\t';
    assert!(!said.contains(is_control), "{said:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_package_makes_the_reader_panic(
        changes in prop::collection::vec(change(), 1..4),
        compression in 0..4_usize,
    ) {
        static PACKAGES: std::sync::LazyLock<Vec<Vec<u8>>> = std::sync::LazyLock::new(|| {
            let room = tempfile::tempdir().unwrap();
            sane_tree(room.path());
            let build = |method: &str| {
                let option = format!("-Z{method}");
                output_of(&["dpkg-deb", "--root-owner-group", &option, "-b", "tree", "x.deb"], room.path());
                std::fs::read(room.path().join("x.deb")).unwrap()
            };
            ["none", "gzip", "xz", "zstd"].map(build).to_vec()
        });
        let mut bytes = PACKAGES[compression].clone();
        for change in &changes {
            apply(&mut bytes, change);
        }
        survive(&bytes);
    }

    #[test]
    fn no_header_makes_the_reader_panic(
        patches in prop::collection::vec((0..512_usize, prop::collection::vec(any::<u8>(), 1..12)), 1..5),
        kind in prop::sample::select(b"0123456LKxgSDM\0".to_vec()),
        content in prop::collection::vec(any::<u8>(), 0..1500),
    ) {
        let mut block = header(b"./opt/a", kind, content.len() as u64);
        for (at, bytes) in patches {
            let length = bytes.len().min(512 - at);
            block = patched(block, at, &bytes[..length]);
        }
        let odd = [block.to_vec(), padded(&content)].concat();
        survive(&deb_with(&[odd, entry("./opt/b", b'0', b"x")]));
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        control in prop::collection::vec(any::<u8>(), 0..200),
        lines in "[ -~\\t\\n#:/]{0,200}",
        list in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let member = |name: &str, bytes: &[u8]| entry(name, b'0', bytes);
        let text = [CONTROL.as_bytes(), lines.as_bytes()].concat();
        for control in [&control, &text] {
            let files = ["./control", "./conffiles", "./md5sums", "./triggers", "./postinst"];
            let entries = files.iter().enumerate().map(|(at, name)| {
                member(name, if at == 0 { control } else { &list })
            });
            survive(&deb_of(&tar(&entries.collect::<Vec<_>>()), &good_data()));
        }
        survive(&[b"!<arch>\n".as_slice(), &list].concat());
        survive(&list);
    }
}
