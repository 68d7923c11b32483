//! What is left out, what stays because something needs it, and what is said of both.

use super::tree::{Maker, PREFIX, SITE, Tree, bytes, text};
use super::wheel::probe;
use deb_build_app::recipe::Prune;

#[test]
fn pip_goes_unless_a_distribution_requires_it() {
    let tree = Tree::made_by(Maker::Pip, "stage", &[probe()]);
    let read = tree.read_without(&[Prune::Pip]).unwrap();
    let [pruned] = read.pruned.as_slice() else {
        panic!("{:?}", read.pruned);
    };
    assert_eq!(pruned.group, "pip");
    assert!(pruned.files > 300 && pruned.bytes > 5_000_000, "{pruned:?}");
    assert!(pruned.kept.is_empty());
    assert_eq!(bytes(&read, "bin/pip"), None, "its scripts go, too");

    let metadata = format!("{SITE}/probe-1.0.dist-info/METADATA");
    tree.write(
        &metadata,
        "Name: probe\nVersion: 1.0\nRequires-Dist: pip (>=20) ; python_version > '3'\n",
    );
    let read = tree.read_without(&[Prune::Pip]).unwrap();
    assert_eq!(read.pruned[0].files, 0);
    assert_eq!(read.pruned[0].kept[0].needed_by, "probe requires it");
    assert!(bytes(&read, "bin/pip").is_some());
    tree.write(
        &metadata,
        "Name: probe\nVersion: 1.0\nRequires-Dist: pip; extra == 'x'\n",
    );
    assert!(
        tree.read_without(&[Prune::Pip]).unwrap().pruned[0]
            .kept
            .is_empty()
    );
}

#[test]
fn setuptools_stays_while_a_module_imports_it() {
    let tree = Tree::made_by(Maker::Pip, "stage", &[probe()]);
    let groups = [Prune::Pip, Prune::Setuptools];
    let read = tree.read_without(&groups).unwrap();
    assert!(read.pruned[1].files > 100, "{:?}", read.pruned);
    tree.write(
        &format!("{SITE}/probe.py"),
        "def main():\n    from pkg_resources import require\n",
    );
    let read = tree.read_without(&groups).unwrap();
    assert_eq!(
        read.pruned[1].kept[0].needed_by,
        "`lib/python3.11/site-packages/probe.py` imports it"
    );
    let python = format!("{PREFIX}/bin/python");
    assert_eq!(
        tree.output(
            &read,
            &[&python, "-W", "ignore", "-c", "import probe; probe.main()"]
        ),
        ""
    );
}

#[test]
fn tests_stubs_and_translations_go_by_their_own_rules_and_record_follows() {
    let tree = Tree::by_hand();
    let site = |path: &str| format!("{SITE}/{path}");
    let gone = [
        "a/tests/__init__.py",
        "a/tests/data/x.txt",
        "a/m.pyi",
        "a/n.pyx",
        "a/locale/de/LC_MESSAGES/a.mo",
        "a/locale/de/LC_MESSAGES/a.po",
        "a/locale/a.pot",
    ];
    let stays = [
        "a/__init__.py",
        "a/m.py",
        "a/n.cpython-311-x86_64-linux-gnu.so",
        "a/locale/en/LC_MESSAGES/a.mo",
        "a/locale/de/formats.py",
        "a/test/__init__.py",
        "b/__init__.py",
        "b/tests/__init__.py",
        "typeshed/os.pyi",
    ];
    let files: Vec<_> = gone.iter().chain(&stays).map(|path| site(path)).collect();
    for file in &files {
        tree.write(file, "");
    }
    tree.write(&site("b/__init__.py"), "from .tests import x\n");
    let names: Vec<_> = files.iter().map(String::as_str).collect();
    tree.distribution("x", &names).compile();
    let read = tree
        .read_without(&[Prune::Activate, Prune::Tests, Prune::Stubs, Prune::Locales])
        .unwrap();
    let record = text(&read, &site("x-1.0.dist-info/RECORD"));
    for path in gone {
        assert_eq!(bytes(&read, &site(path)), None, "{path}");
        assert!(!record.contains(&format!("{path},")), "{path}");
    }
    assert_eq!(
        bytes(&read, &site("a/tests/__pycache__/__init__.cpython-311.pyc")),
        None
    );
    for path in stays {
        assert!(bytes(&read, &site(path)).is_some(), "{path}");
        assert!(record.contains(&format!("{path},")), "{path}");
    }
    let counts: Vec<_> = read
        .pruned
        .iter()
        .map(|group| (group.group, group.files))
        .collect();
    assert_eq!(counts, [("tests", 3), ("stubs", 2), ("locales", 3)]);
    let kept = &read.pruned[0].kept[0];
    assert_eq!(kept.what, "lib/python3.11/site-packages/b/tests");
    assert_eq!(
        kept.needed_by,
        "`lib/python3.11/site-packages/b/__init__.py` imports it"
    );
}
