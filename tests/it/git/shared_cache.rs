//! One cache for many builds: at the same time, after a killed one, broken, and with the history of a commit.

use super::export::{Export, Exported, files};
use super::network::{Network, Repository};
use crate::context::succeed;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const ADDRESS: &str = "git://localhost/demo";

#[test]
fn twenty_builds_of_different_refs_give_what_single_ones_give() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    repository.commit("shared", &"the same\n".repeat(1000));
    let mut references = Vec::new();
    for number in 0..20 {
        let commit = repository.commit("file", &format!("{number}\n"));
        let name = format!("r{number}");
        match number % 4 {
            0 => repository.git(&["branch", &name]),
            1 => repository.git(&["tag", &name]),
            2 => repository.git(&["tag", "-a", "-m", "a tag", &name]),
            _ => String::new(),
        };
        references.push(if number % 4 == 3 { commit } else { name });
    }
    let single: Vec<Exported> = references
        .iter()
        .enumerate()
        .map(|(number, reference)| {
            let cache = format!("cache-{number}");
            Export::new(&network, ADDRESS, reference)
                .cache(&cache)
                .run()
        })
        .collect();
    let running: Vec<_> = references
        .iter()
        .map(|reference| Export::new(&network, ADDRESS, reference).start())
        .collect();
    let together: Vec<_> = running
        .into_iter()
        .map(super::export::Running::end)
        .collect();
    assert_eq!(together, single);
    for (number, exported) in single.iter().enumerate() {
        assert_eq!(exported.files["file"], format!("{number}\n").as_bytes());
    }
}

/// Returns the packs of the cache's snapshots.
fn packs(network: &Network) -> Vec<PathBuf> {
    let cache = network.path("cache/git");
    let names = files(&cache).into_keys();
    names
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "pack"))
        .map(|name| cache.join(name))
        .collect()
}

#[test]
fn a_cache_that_is_broken_is_fetched_anew() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    let commit = repository.commit("file", "text\n");
    let whole = Export::new(&network, ADDRESS, &commit).run();
    assert_eq!(whole.files["file"], b"text\n");
    let again = || Export::new(&network, ADDRESS, &commit).run();
    let writable = |path: &Path| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(path, mode).unwrap();
    };
    let cache = network.path("cache/git");
    let store = || {
        let mut names = std::fs::read_dir(&cache).unwrap();
        let found =
            names.find(|entry| entry.as_ref().unwrap().path().extension().unwrap() == "git");
        found.unwrap().unwrap().path()
    };
    let damages: [(&str, &dyn Fn()); 7] = [
        ("a bit is turned", &|| {
            for pack in packs(&network) {
                writable(&pack);
                let mut bytes = std::fs::read(&pack).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 0x10;
                std::fs::write(&pack, bytes).unwrap();
            }
        }),
        ("half of it is gone", &|| {
            for pack in packs(&network) {
                writable(&pack);
                let bytes = std::fs::read(&pack).unwrap();
                std::fs::write(&pack, &bytes[..bytes.len() / 2]).unwrap();
            }
        }),
        ("the packs are gone", &|| {
            for pack in packs(&network) {
                std::fs::remove_file(pack).unwrap();
            }
        }),
        ("there is no HEAD", &|| {
            std::fs::remove_file(store().join("HEAD")).unwrap();
        }),
        ("there are no objects", &|| {
            std::fs::remove_dir_all(store().join("objects")).unwrap();
        }),
        ("the configuration is none", &|| {
            std::fs::write(store().join("config"), "[core\n").unwrap();
        }),
        ("a fetch was killed", &|| {
            let name = store().with_extension("unfinished");
            std::fs::write(name, "").unwrap();
            std::fs::write(store().join("shallow.lock"), "").unwrap();
            std::fs::remove_dir_all(store().join("refs/kept")).unwrap();
        }),
    ];
    for (damage, inflict) in damages {
        inflict();
        assert_eq!(again(), whole, "{damage}");
        let by_branch = Export::new(&network, ADDRESS, "main").run();
        assert_eq!(by_branch.files, whole.files, "{damage}");
    }
    // One that is broken while the server is asked for more.
    std::fs::remove_dir_all(store().join("objects")).unwrap();
    let next = repository.commit("file", "next\n");
    assert_eq!(
        Export::new(&network, ADDRESS, "main").run().files["file"],
        b"next\n"
    );
    assert_eq!(
        Export::new(&network, ADDRESS, &next).run().files["file"],
        b"next\n"
    );
}

#[test]
fn a_folder_whose_name_is_no_text_is_no_damage() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    let folder = network.path("srv/demo").join(OsStr::from_bytes(b"caf\xe9"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("x"), "x\n").unwrap();
    let commit = repository.commit("file", "text\n");
    let exported = Export::new(&network, ADDRESS, &commit).run();
    assert_eq!(
        exported.said,
        format!("commit {commit}\ndescribe {}\n", &commit[..7])
    );
    assert_eq!(exported.files["caf\u{fffd}/x"], b"x\n");
    // The server was asked what it has, and for the commit, once.
    assert_eq!(network.count("daemon", "Request upload-pack"), 2);
}

#[test]
fn a_cache_of_another_user_is_not_used() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    let commit = repository.commit("file", "text\n");
    let fetch = |reference: &str| Export::new(&network, ADDRESS, reference).run();
    fetch(&commit);
    let store = packs(&network)[0].ancestors().nth(3).unwrap().to_owned();
    // What git would run to get to the server.
    let program = network.path("evil");
    let was_run = network.path("was-run");
    let script = format!("#!/bin/sh\ntouch {}\n", was_run.display());
    std::fs::write(&program, script).unwrap();
    succeed(Command::new("chmod").arg("0755").arg(&program));
    let mut git = Command::new("git");
    git.arg("--git-dir").arg(&store);
    succeed(git.args(["config", "core.gitProxy", program.to_str().unwrap()]));
    succeed(Command::new("chown").args(["-R", "12345"]).arg(&store));
    let next = repository.commit("file", "next\n");
    for reference in [commit.as_str(), "main", &next] {
        let refused = fetch(reference).said;
        assert!(
            refused.starts_with(&format!(
                "error: the cache `{}` belongs to another user, who could have programs run by it\n\n\
                 hint: give a folder of your own with `--cache-dir DIR`, or remove that one\n",
                store.display()
            )),
            "{refused}"
        );
    }
    assert!(!was_run.exists());
}

#[test]
fn a_fetch_that_is_killed_is_begun_anew_by_the_next_one() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    let commit = repository.commit("file", "text\n");
    // The first connection asks for the list, the second one fetches.
    network.python(&["stall", "9006", "1", "9418"]);
    let export = || Export::new(&network, "git://localhost:9006/demo", &commit);
    let unfinished = || {
        let names = files(&network.path("cache/git")).into_keys();
        names.filter(|name| name.contains(".unfinished")).count()
    };
    let mut hanging = export().start();
    let start = std::time::Instant::now();
    while network.count("python-9006", "stalled") == 0 {
        assert!(
            start.elapsed() < crate::interrupted::PATIENCE,
            "it does not fetch"
        );
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    hanging.child.kill().unwrap();
    hanging.child.wait().unwrap();
    assert_eq!(unfinished(), 1);
    let described = format!("commit {commit}\ndescribe {}\n", &commit[..7]);
    assert_eq!(export().run().said, described);
    assert_eq!(unfinished(), 0);
}

#[test]
fn the_history_says_how_far_away_the_last_tag_is() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    repository.commit("file", "one\n");
    repository.git(&["tag", "-a", "v1.0-rc1", "-m", "first"]);
    for number in 0..3 {
        repository.commit("file", &format!("{number}\n"));
    }
    let commit = repository.commit("file", "four\n");
    let export = |reference: &str| Export::new(&network, ADDRESS, reference).history().run();
    let described = |exported: &Exported| {
        let lines = exported.said.lines();
        let mut lines = lines.filter_map(|line| line.strip_prefix("describe "));
        lines
            .next()
            .unwrap_or_else(|| panic!("{exported:?}"))
            .to_owned()
    };
    let expected = format!("v1.0-rc1-4-g{}", &commit[..7]);
    assert_eq!(
        repository.git(&["describe", "--tags", "--abbrev=7"]),
        expected
    );
    // A server that leaves files out, and one that does not know how.
    for filter in ["true", "false"] {
        repository.git(&["config", "uploadpack.allowFilter", filter]);
        assert_eq!(described(&export("main")), expected, "filter {filter}");
        assert_eq!(described(&export(&commit)), expected, "filter {filter}");
        std::fs::remove_dir_all(network.path("cache")).unwrap();
    }
    assert_eq!(described(&export("main")), expected);
    let requests = network.count("daemon", "Request");
    assert_eq!(described(&export(&commit)), expected);
    assert_eq!(
        network.count("daemon", "Request"),
        requests,
        "it is in the cache"
    );

    // Tags that came, moved and went: the cache follows, also where a name becomes a folder of names.
    repository.git(&["tag", "v1.1", "HEAD~1"]);
    assert_eq!(
        described(&export("main")),
        format!("v1.1-1-g{}", &commit[..7])
    );
    repository.git(&["tag", "-f", "v1.1", "HEAD"]);
    assert_eq!(described(&export("main")), "v1.1");
    repository.git(&["tag", "-d", "v1.1"]);
    repository.git(&["tag", "v1.1/final", "HEAD~2"]);
    assert_eq!(
        described(&export("main")),
        format!("v1.1/final-2-g{}", &commit[..7])
    );
    repository.git(&["tag", "-d", "v1.1/final", "v1.0-rc1"]);
    assert_eq!(described(&export("main")), commit[..7]);
}

#[test]
fn a_name_of_a_tag_and_a_branch_is_the_tag() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    let tagged = repository.commit("file", "tag\n");
    repository.git(&["tag", "twice"]);
    let branch = repository.commit("file", "branch\n");
    repository.git(&["branch", "twice"]);
    let exported = Export::new(&network, ADDRESS, "twice").run();
    assert_eq!(exported.files["file"], b"tag\n");
    let said: Vec<_> = exported.said.lines().collect();
    assert_eq!(said[0], format!("commit {tagged}"));
    assert_eq!(
        said.last(),
        Some(
            &"warning: `twice` is a tag and a branch of `git://localhost/demo`: the tag is taken; `refs/heads/twice` is the \
              branch"
        )
    );
    let exported = Export::new(&network, ADDRESS, "refs/heads/twice").run();
    assert!(
        exported.said.starts_with(&format!("commit {branch}\n")),
        "{exported:?}"
    );
}
