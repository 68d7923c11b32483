use super::*;
use crate::sys::isolation::Isolation;

fn healthy() -> Facts {
    Facts {
        machine: Ok(Machine {
            release: "bookworm".to_owned(),
            architecture: "amd64".to_owned(),
            python: Some("3.11".to_owned()),
        }),
        needs: vec![need("python3.11", true)],
        own_python: None,
        refusals: Vec::new(),
        git: Git {
            found: true,
            needed: true,
        },
        uv: Uv::Found {
            program: "/usr/bin/uv".into(),
            version: "uv 1.0".to_owned(),
        },
        index: Index {
            variable: None,
            answer: IndexAnswer::Answers,
        },
        certificates: Some("/etc/certificates".into()),
        isolation: Isolation::PidNamespace,
        cache: Some(cache(true, Some(5 << 30))),
        rights: Rights::Root,
        has_apt_lists: true,
        test_programs: vec![program(true)],
    }
}

fn need(package: &str, installed: bool) -> Need {
    Need {
        package: package.to_owned(),
        purpose: "for a reason".to_owned(),
        installed,
    }
}

fn cache(writable: bool, free: Option<u64>) -> Cache {
    Cache {
        path: "/cache".into(),
        writable,
        free,
    }
}

fn program(found: bool) -> Program {
    Program {
        name: "tester".to_owned(),
        package: "test-tools".to_owned(),
        found,
    }
}

/// The findings that are not as they should be.
fn wrong(facts: &Facts) -> Vec<(Mark, String, String)> {
    Checkup::new(facts)
        .findings
        .into_iter()
        .filter(|finding| finding.mark != Mark::Ok)
        .map(|finding| (finding.mark, finding.subject, finding.text))
        .collect()
}

#[test]
fn a_healthy_machine_is_ready() {
    let checkup = Checkup::new(&healthy());
    assert_eq!(wrong(&healthy()), []);
    assert_eq!((checkup.ready, checkup.command), (true, None));
}

/// One change of a healthy machine, and the one finding that it leads to.
struct Case {
    change: fn(&mut Facts),
    mark: Mark,
    finding: (&'static str, &'static str),
}

const fn case(change: fn(&mut Facts), mark: Mark, finding: (&'static str, &'static str)) -> Case {
    Case {
        change,
        mark,
        finding,
    }
}

const CASES: &[Case] = &[
    case(
        |facts| facts.machine = Err("there is no dpkg".to_owned()),
        Mark::Missing,
        (
            "release",
            "there is no dpkg: build on `bookworm` or `trixie`, for example in a container",
        ),
    ),
    case(
        |facts| {
            facts.machine = Ok(Machine {
                release: "sid".to_owned(),
                architecture: "amd64".to_owned(),
                python: None,
            });
        },
        Mark::Missing,
        (
            "release",
            "packages for `sid` cannot be built: build on `bookworm` or `trixie`, for example in a container",
        ),
    ),
    case(
        |facts| facts.needs = vec![need("gcc", false)],
        Mark::Missing,
        ("gcc", "not installed: for a reason"),
    ),
    case(
        |facts| {
            facts.refusals = vec![Refusal {
                recipe: "a.toml".to_owned(),
                reason: "it is for another release".to_owned(),
            }];
        },
        Mark::Missing,
        ("a.toml", "it is for another release"),
    ),
    case(
        |facts| facts.git.found = false,
        Mark::Missing,
        (
            "git",
            "not found: it fetches repositories that a recipe names by an address",
        ),
    ),
    case(
        |facts| {
            facts.git = Git {
                found: false,
                needed: false,
            }
        },
        Mark::Note,
        (
            "git",
            "not found: it fetches repositories that a recipe names by an address, and none of these does",
        ),
    ),
    case(
        |facts| facts.index.answer = IndexAnswer::Silent("no route".to_owned()),
        Mark::Missing,
        (
            "index",
            "the default of uv and pip, or what pip.conf says; it does not answer (no route): check the network, \
                 `https_proxy`, `PIP_INDEX_URL` and the certificates",
        ),
    ),
    case(
        |facts| {
            facts.index = Index {
                variable: Some("PIP_INDEX_URL".to_owned()),
                answer: IndexAnswer::CannotAsk,
            }
        },
        Mark::Note,
        (
            "index",
            "the one that `PIP_INDEX_URL` names; it can be asked when what is missing is there",
        ),
    ),
    case(
        |facts| facts.certificates = None,
        Mark::Missing,
        (
            "certificates",
            "this machine trusts no certificate authority, so that no index is reached by https",
        ),
    ),
    case(
        |facts| facts.isolation = Isolation::ParentDeathSignal,
        Mark::Note,
        (
            "isolation",
            "PID namespaces are denied: a build that is killed may leave a program running",
        ),
    ),
    case(
        |facts| facts.cache = None,
        Mark::Missing,
        (
            "cache",
            "there is no place for it: set `HOME`, or give one with `--cache-dir`",
        ),
    ),
    case(
        |facts| facts.cache = Some(cache(false, None)),
        Mark::Missing,
        (
            "cache",
            "`/cache` cannot be written: give another place with `--cache-dir`",
        ),
    ),
    case(
        |facts| facts.cache = Some(cache(true, Some(10 << 20))),
        Mark::Missing,
        (
            "cache",
            "`/cache`, with 10 MiB free, and a small build takes 256 MiB",
        ),
    ),
    case(
        |facts| facts.cache = Some(cache(true, Some((2 << 30) - 1))),
        Mark::Note,
        (
            "cache",
            "`/cache`, with 1.9 GiB free; a large app takes 2.0 GiB",
        ),
    ),
    case(
        |facts| facts.rights = Rights::None,
        Mark::Note,
        (
            "root",
            "neither root nor `sudo` without a password: a build installs no packages, and names those that are missing",
        ),
    ),
    case(
        |facts| facts.test_programs = vec![program(false)],
        Mark::Note,
        (
            "tester",
            "not found: it tries packages in clean roots, and no build needs it",
        ),
    ),
];

#[test]
fn each_thing_that_is_not_well_is_one_finding() {
    for case in CASES {
        let mut facts = healthy();
        (case.change)(&mut facts);
        let (subject, text) = case.finding;
        assert_eq!(
            wrong(&facts),
            [(case.mark, subject.to_owned(), text.to_owned())]
        );
        assert_eq!(Checkup::new(&facts).ready, case.mark == Mark::Note);
    }
}

#[test]
fn one_line_installs_every_package_that_is_missing_and_each_once() {
    let mut facts = healthy();
    facts.needs = ["gcc", "python3.11", "git"]
        .map(|name| need(name, name == "python3.11"))
        .into();
    facts.git.found = false;
    facts.certificates = None;
    facts.test_programs = vec![program(false)];
    for (rights, has_apt_lists, expected) in [
        (
            Rights::Root,
            true,
            "apt-get install -y gcc git ca-certificates",
        ),
        (
            Rights::Sudo,
            true,
            "sudo apt-get install -y gcc git ca-certificates",
        ),
        (
            Rights::None,
            false,
            "sudo apt-get update && sudo apt-get install -y gcc git ca-certificates",
        ),
    ] {
        facts.rights = rights;
        facts.has_apt_lists = has_apt_lists;
        assert_eq!(
            Checkup::new(&facts).command.as_deref(),
            Some(expected),
            "{rights:?}"
        );
    }
}

#[test]
fn what_apt_cannot_mend_has_no_line() {
    let mut facts = healthy();
    facts.cache = None;
    let checkup = Checkup::new(&facts);
    assert_eq!((checkup.ready, checkup.command), (false, None));
}
