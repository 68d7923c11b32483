use super::Workshop;
use deb_build_app::deb::Version;
use deb_build_app::failure;
use deb_build_app::source::git_version::TagPattern;
use deb_build_app::source::{Tree, version_of};
use std::fmt::Write as _;
use std::process::Command;

/// A repository state: what made it, what is asked, and what comes out.
struct State {
    /// Lines of `git fast-import`, in short: `c NAME [PARENT…]` a commit, `t TAG NAME` a tag, `a TAG NAME` an annotated one.
    history: &'static str,
    /// The commit that is packaged.
    at: &'static str,
    tree: Tree,
    tags: &'static str,
    /// The version, with `ID` for the short id of the commit.
    expected: &'static str,
}

const fn state(history: &'static str, at: &'static str, expected: &'static str) -> State {
    State {
        history,
        at,
        tree: Tree::Clean,
        tags: "*",
        expected,
    }
}

const fn dirty(history: &'static str, at: &'static str, expected: &'static str) -> State {
    State {
        tree: Tree::Dirty,
        ..state(history, at, expected)
    }
}

const fn tagged(
    tags: &'static str,
    history: &'static str,
    at: &'static str,
    expected: &'static str,
) -> State {
    State {
        tags,
        ..state(history, at, expected)
    }
}

/// Each comes after the one above it, as dpkg sorts.
const STATES: &[State] = &[
    state("c a", "a", "0~git20260101.000001.gID"),
    dirty("c a", "a", "0~git20260101.000001.gID.dirty"),
    state("c a; c b a", "b", "0~git20260101.000002.gID"),
    // Tags that are no versions, of other branches, and behind the commit count for nothing.
    state(
        "c a; c b a; c x b; t latest x; t release x",
        "x",
        "0~git20260101.000003.gID",
    ),
    state(
        "c a; c b a; c x b; c y x; c z a; t 1.0 z",
        "y",
        "0~git20260101.000004.gID",
    ),
    state(
        "c a; c b a; c x b; c y x; c z y; t 1.0 z; c w y",
        "w",
        "0~git20260101.000006.gID",
    ),
    tagged(
        "demo-*",
        "c a; c b a; c x b; c y x; c z y; c w z; c v w; t 1.0 v",
        "v",
        "0~git20260101.000007.gID",
    ),
    state("c a; t v0.1.dev1 a", "a", "0.1~~dev1"),
    state("c a; t v0.1.dev1 a; c b a", "b", "0.1~~dev1+1.gID"),
    state("c a; t 0.1a1.dev3 a", "a", "0.1~a1~dev3"),
    state("c a; t 0.1a1 a", "a", "0.1~a1"),
    dirty("c a; t 0.1a1 a", "a", "0.1~a1+0.gID.dirty"),
    state("c a; t 0.1-alpha.2 a; c b a; c x b", "x", "0.1~a2+2.gID"),
    state("c a; t 0.1b1 a", "a", "0.1~b1"),
    state("c a; t 0.1rc1 a; c b a; t 0.1rc2 b", "b", "0.1~rc2"),
    // An annotated tag, and several on one commit.
    state("c a; a 0.1 a", "a", "0.1"),
    dirty("c a; a 0.1 a", "a", "0.1+0.gID.dirty"),
    state("c a; a v0.1 a; t latest a; c b a", "b", "0.1+1.gID"),
    dirty("c a; a v0.1 a; c b a; c x b", "x", "0.1+2.gID.dirty"),
    state(
        "c a; t 0.1 a; c b1 a; c b2 b1; c b3 b2; c b4 b3; c b5 b4; c b6 b5; c b7 b6; c b8 b7; c b9 b8; c c1 b9",
        "c1",
        "0.1+10.gID",
    ),
    state("c a; t 0.1+local.1 a", "a", "0.1+local.1"),
    state("c a; t 0.1.post1.dev2 a", "a", "0.1+post1~dev2"),
    state("c a; t 0.1.post1 a", "a", "0.1+post1"),
    state("c a; t 0.1.post1 a; c b a", "b", "0.1+post1+1.gID"),
    state("c a; t 0.1 a; t 0.1.1 a", "a", "0.1.1"),
    state("c a; t 0.2rc1 a; c b a; t 0.2 b", "b", "0.2"),
    // An old branch was merged after a newer release: its tag is nearer, and the version does not go back.
    state(
        "c a; t 0.9 a; c b a; t 1.0 b; c old a; t 0.9.1 old; c m b old",
        "m",
        "1.0+2.gID",
    ),
    state(
        "c a; t 1.0 a; c b a; c x a; c m b x; c n m x",
        "n",
        "1.0+4.gID",
    ),
    // The higher one counts although it is further away.
    state(
        "c a; t 1.9 a; c b a; t 1.10 b; c x b; t 1.9.5 x; c y x",
        "y",
        "1.10+2.gID",
    ),
    tagged("v*", "c a; t v2.0 a; c b a; t 9.0 b", "b", "2.0+1.gID"),
    tagged(
        "demo-*",
        "c a; t demo-2.1 a; c b a; t other-3.0 b",
        "b",
        "2.1+1.gID",
    ),
    tagged(
        "demo-*-final",
        "c a; t demo-2.2-final a; c b a; t demo-2.3 b",
        "b",
        "2.2+1.gID",
    ),
    tagged("demo/v*", "c a; a demo/v2.4 a", "a", "2.4"),
    state("c a; t 2026.11.21 a", "a", "2026.11.21"),
    state("c a; t 1!0.1 a", "a", "1:0.1"),
    state("c a; t 1!0.1 a; c b a; t 5.0 b", "b", "1:0.1+1.gID"),
];

/// Renders the stream of a history; commits are a second apart.
fn stream(history: &str) -> String {
    let mut stream = String::new();
    let mut marks: Vec<&str> = Vec::new();
    let mark =
        |marks: &[&str], name: &str| marks.iter().position(|known| *known == name).expect(name) + 1;
    for line in history.split("; ") {
        let words: Vec<_> = line.split(' ').collect();
        let time = 1_767_225_600 + marks.len() + 1;
        let who = format!("Ada <ada@example.org> {time} +0000");
        match words.as_slice() {
            ["c", name, parents @ ..] => {
                marks.push(name);
                let number = marks.len();
                let _ = write!(
                    stream,
                    "commit refs/heads/{name}\nmark :{number}\ncommitter {who}\ndata 0\n"
                );
                for (index, parent) in parents.iter().enumerate() {
                    let verb = if index == 0 { "from" } else { "merge" };
                    let _ = writeln!(stream, "{verb} :{}", mark(&marks, parent));
                }
                let _ = write!(stream, "M 644 inline {name}\ndata 1\nx\n");
            }
            ["t", tag, name] => {
                let _ = write!(
                    stream,
                    "reset refs/tags/{tag}\nfrom :{}\n\n",
                    mark(&marks, name)
                );
            }
            ["a", tag, name] => {
                let number = mark(&marks, name);
                let _ = write!(stream, "tag {tag}\nfrom :{number}\ntagger {who}\ndata 0\n");
            }
            other => panic!("{other:?}"),
        }
    }
    stream
}

fn import(workshop: &Workshop, folder: &str, history: &str) {
    workshop.write(&format!("{folder}.stream"), stream(history));
    workshop.sh(&format!(
        "git init -q --bare {folder}; git -C {folder} fast-import --quiet < {folder}.stream"
    ));
}

#[test]
fn every_state_of_a_repository_has_its_version_and_dpkg_sorts_them() {
    let workshop = Workshop::new();
    let mut before: Option<String> = None;
    assert!(STATES.len() >= 30);
    for (number, state) in STATES.iter().enumerate() {
        let folder = format!("r{number}");
        import(&workshop, &folder, state.history);
        let id = workshop.sh(&format!("git -C {folder} rev-parse {}", state.at));
        let id = id.trim();
        let repository = git2::Repository::open(workshop.path(&folder)).unwrap();
        let pattern: TagPattern = state.tags.parse().unwrap();
        let found = version_of(&repository, id, state.tree, &pattern, "1").unwrap();
        let found = found.version.to_string();
        let expected = format!("{}-1", state.expected.replace("ID", &id[..7]));
        assert_eq!(found, expected, "{}", state.history);
        if let Some(before) = before {
            let sorted = Command::new("dpkg")
                .args(["--compare-versions", &before, "lt", &found])
                .status()
                .unwrap();
            assert!(sorted.success(), "{before} is not before {found}");
            assert!(
                before.parse::<Version>().unwrap() < found.parse().unwrap(),
                "{before} {found}"
            );
        }
        before = Some(found);
    }
}

#[test]
fn a_shallow_clone_knows_only_the_tag_of_its_commit() {
    let workshop = Workshop::new();
    import(
        &workshop,
        "whole",
        "c a; t 1.0 a; c b a; c x b; t 1.1 x; c y x",
    );
    workshop.sh(
        "git clone -q --bare --depth 1 --branch x file://$PWD/whole at-tag; \
         git clone -q --bare --depth 1 --branch y file://$PWD/whole behind; \
         git clone -q --bare --branch y file://$PWD/whole full",
    );
    let version = |folder: &str| {
        let id = workshop.sh(&format!("git -C {folder} rev-parse HEAD"));
        let repository = git2::Repository::open(workshop.path(folder)).unwrap();
        let pattern = TagPattern::default();
        match version_of(&repository, id.trim(), Tree::Clean, &pattern, "2") {
            Ok(version) => version.version.to_string().replace(&id[..7], "ID"),
            Err(error) => failure::render(&error).replace(id.trim(), "ID"),
        }
    };
    assert_eq!(version("full"), "1.1+1.gID-2");
    assert_eq!(version("at-tag"), "1.1-2");
    assert_eq!(
        version("behind"),
        "error: the clone is shallow: which tag of the form `*` comes before the commit ID is not known\n\n\
         hint: bring the history: `git fetch --unshallow --tags`; in a CI job, check out with all of it (`fetch-depth: 0`)\n"
    );
}
