//! Each transport against a real server: what is cloned, when the server is asked again, and what a change of it gives.

use super::export::{Export, Exported};
use super::network::{Network, Repository, SECRET, USER};
use std::collections::BTreeMap;

/// A server, as a test speaks to it.
struct Server<'a> {
    network: &'a Network,
    address: String,
    env: Vec<(&'static str, String)>,
    /// Which output counts its requests, and by which word.
    requests: (&'static str, &'static str),
}

impl Server<'_> {
    fn export(&self, reference: &str) -> Exported {
        let export = Export::new(self.network, &self.address, reference);
        let env = self.env.iter();
        env.fold(export, |export, (name, value)| export.env(name, value))
            .run()
    }

    fn requests(&self) -> usize {
        self.network.count(self.requests.0, self.requests.1)
    }

    /// Takes the server through everything that may happen to a repository.
    fn is_followed(&self, repository: &Repository, doubt: &str) {
        let one = repository.commit("file", "one\n");
        repository.git(&["tag", "-a", "v1", "-m", "first"]);
        let files = |text: &str| BTreeMap::from([("file".to_owned(), text.as_bytes().to_vec())]);
        let exported = |commit: &str, describe: &str, text: &str, reference: &str| Exported {
            said: format!(
                "commit {commit}\ndescribe {describe}\n{}",
                doubt.replace("REF", reference)
            ),
            files: files(text),
        };
        let without_doubt = |exported: Exported| Exported {
            said: exported.said.split("warning").next().unwrap().to_owned(),
            ..exported
        };

        assert_eq!(self.export("main"), exported(&one, "v1", "one\n", "main"));
        assert_eq!(self.export("v1"), exported(&one, "v1", "one\n", "v1"));
        assert_eq!(self.export("HEAD"), exported(&one, "v1", "one\n", "HEAD"));
        let short = &one[..9];
        assert_eq!(self.export(short), exported(&one, "v1", "one\n", short));

        // In the cache, and named by all of its id: no traffic.
        let before = self.requests();
        assert!(before > 0, "requests are not counted");
        let by_id = without_doubt(exported(&one, &one[..7], "one\n", ""));
        assert_eq!(self.export(&one), by_id);
        assert_eq!(self.requests(), before);

        // A branch that moved.
        let two = repository.commit("file", "two\n");
        let moved = exported(&two, &two[..7], "two\n", "main");
        assert_eq!(self.export("main"), moved);
        assert!(self.requests() > before);

        // A tag that was deleted, while the commit stays.
        repository.git(&["tag", "-d", "v1"]);
        assert_eq!(
            self.export("v1").said,
            format!(
                "error: `v1` is not a tag, branch or commit of `{}`\n\n\
                 hint: `git ls-remote` with this address lists what there is; set `ref` in `[source]`\n{}",
                self.address,
                doubt.replace("REF", "v1")
            )
        );
        assert_eq!(
            self.export("mian").said.lines().nth(2),
            Some("hint: did you mean `main`? set `ref` in `[source]`")
        );

        // A branch that was pushed with force: the server has forgotten the commit, the cache has not.
        repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
        let three = repository.commit("file", "three\n");
        repository.git(&["reflog", "expire", "--expire=now", "--all"]);
        repository.git(&["gc", "-q", "--prune=now"]);
        assert_eq!(
            self.export("main"),
            exported(&three, &three[..7], "three\n", "main")
        );
        let before = self.requests();
        let forgotten = exported(&two, &two[..7], "two\n", "");
        assert_eq!(self.export(&two), without_doubt(forgotten));
        assert_eq!(self.requests(), before);

        // A commit that no branch begins with, by its whole id.
        let four = repository.commit("file", "four\n");
        repository.commit("file", "five\n");
        let inner = without_doubt(exported(&four, &four[..7], "four\n", ""));
        assert_eq!(self.export(&four), inner);
        let nowhere = "0123456789012345678901234567890123456789";
        assert_eq!(
            self.export(nowhere).said.lines().next().map(str::to_owned),
            Some(format!(
                "error: fetching `{}` failed: it has no such commit",
                self.address
            ))
        );
    }
}

#[test]
fn the_git_protocol_is_followed() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    let address = "git://localhost/demo".to_owned();
    let doubt = "warning: `git://localhost/demo` comes by git://, where anybody on the way can change what `REF` is: use \
                 https:// or ssh://, or name the whole commit id\n";
    Server {
        network: &network,
        address,
        env: Vec::new(),
        requests: ("daemon", "Request upload-pack"),
    }
    .is_followed(&repository, doubt);
}

#[test]
fn https_with_an_authority_of_its_own_is_followed() {
    let mut network = Network::new();
    network.https();
    let repository = Repository::new(&network, "demo");
    Server {
        network: &network,
        address: "https://localhost:8443/demo".to_owned(),
        env: Vec::new(),
        requests: ("https", "/demo/"),
    }
    .is_followed(&repository, "");
}

#[test]
fn https_with_a_password_is_followed() {
    let mut network = Network::new();
    network.https();
    let repository = Repository::new(&network, "demo");
    let helper = format!(
        "[credential]\n\thelper = \"!f() {{ echo username={USER}; echo password=$CI_TOKEN; }}; f\"\n"
    );
    std::fs::write(network.path("home/.gitconfig"), helper).unwrap();
    Server {
        network: &network,
        address: "https://localhost:8444/demo".to_owned(),
        env: vec![("CI_TOKEN", SECRET.to_owned())],
        requests: ("https-closed", "/demo/"),
    }
    .is_followed(&repository, "");
}

#[test]
fn ssh_with_a_key_is_followed() {
    let mut network = Network::new();
    let ssh = network.sshd();
    let repository = Repository::new(&network, "demo");
    Server {
        network: &network,
        address: format!("ssh://root@localhost{}", network.path("srv/demo").display()),
        env: vec![("GIT_SSH_COMMAND", ssh)],
        requests: ("sshd", "Accepted publickey"),
    }
    .is_followed(&repository, "");
}

#[test]
fn an_old_server_gives_a_commit_by_bringing_everything() {
    let mut network = Network::new();
    // Without the variable the protocol is the first one, which knows only the tips of branches and tags.
    let ssh = network.sshd_with("AcceptEnv NOTHING");
    let repository = Repository::new(&network, "demo");
    let inner = repository.commit("file", "inner\n");
    repository.git(&["tag", "-a", "v1", "-m", "first"]);
    repository.commit("file", "tip\n");
    repository.git(&["tag", "-d", "v1"]);
    let address = format!("ssh://root@localhost{}", network.path("srv/demo").display());
    let export =
        |reference| Export::new(&network, &address, reference).env("GIT_SSH_COMMAND", &ssh);
    assert_eq!(export(&inner).run().files["file"], b"inner\n");
    let described = export(&inner).history().cache("history").run();
    assert_eq!(
        described.said,
        format!("commit {inner}\ndescribe {}\n", &inner[..7])
    );
}

#[test]
fn a_server_that_knows_nothing_of_git_gives_everything() {
    let mut network = Network::new();
    network.https();
    let repository = Repository::new(&network, "plain/demo");
    repository.commit("file", "one\n");
    repository.git(&["tag", "-a", "v1", "-m", "first"]);
    let commit = repository.commit("file", "two\n");
    repository.git(&["update-server-info"]);
    let export = || Export::new(&network, "https://localhost:8443/plain/demo/.git", "main");
    let said = format!("commit {commit}\ndescribe {}\n", &commit[..7]);
    assert_eq!(export().run().said, said);
    let said = format!("commit {commit}\ndescribe v1-1-g{}\n", &commit[..7]);
    assert_eq!(export().history().run().said, said);
}
