//! The `git` program as it is run here: every command, as a value.
//!
//! The words name what is fetched and nothing else: what leads to the server is in the environment
//! ([`super::variables`]).

use super::variables::{CONFIGURATION, clean};
use crate::sys::git_environment::GitEnvironment;
use crate::sys::process::Cmd;
use std::ffi::OsString;
use std::path::Path;

/// What the server is called in our own configuration.
pub(super) const REMOTE: &str = "source";

/// What a fetch brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// The files of one commit.
    Snapshot,
    /// Commits and files, as far back as there are any: for servers that cannot give less.
    Everything,
    /// Commits as far back as there are any, and all tags; without files where the server can leave them out.
    Commits,
    /// The same with files: for servers that know nothing of leaving out.
    History,
}

/// Git, as it is run for one address.
#[derive(Clone, Debug)]
pub(super) struct Client {
    env: Vec<(String, OsString)>,
}

impl Client {
    /// Makes git as it is run for an address, in the environment that [`super::variables`] makes.
    pub(super) fn new(env: Vec<(String, OsString)>) -> Self {
        Client { env }
    }

    /// Asks what the server has.
    pub(super) fn list(&self) -> Cmd {
        self.git().args(["ls-remote", "--quiet", REMOTE])
    }

    /// Brings `name`, a full name or an id, to [`INCOMING`] in the repository at `store`.
    pub(super) fn fetch(&self, store: &Path, name: &str, depth: &Depth) -> Cmd {
        let cmd = self.fetching(store);
        let one = format!("+{name}:{INCOMING}");
        match depth {
            Depth::Snapshot => cmd.args(["--depth=1", REMOTE, &one]),
            Depth::Everything => cmd.args([REMOTE, &one]),
            Depth::Commits => cmd.args(["--prune", NO_LIMIT, NO_FILES, REMOTE, &one, ALL_TAGS]),
            Depth::History => cmd.args(["--prune", REMOTE, &one, ALL_TAGS]),
        }
    }

    /// Brings all branches and tags, for servers that give a commit by no other way.
    pub(super) fn fetch_all(&self, store: &Path, depth: &Depth) -> Cmd {
        let cmd = self.fetching(store).arg("--prune");
        let cmd = match depth {
            Depth::Snapshot | Depth::Everything | Depth::History => cmd,
            Depth::Commits => cmd.args([NO_LIMIT, NO_FILES]),
        };
        cmd.args([REMOTE, "+refs/heads/*:refs/incoming/heads/*", ALL_TAGS])
    }

    fn fetching(&self, store: &Path) -> Cmd {
        within(self.git(), store).args([
            "fetch",
            "--force",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--no-recurse-submodules",
            "--update-shallow",
            "--progress",
        ])
    }

    fn git(&self) -> Cmd {
        Cmd::new("git").envs(self.env.clone())
    }
}

/// Where a fetch puts the one thing that it brings.
pub(super) const INCOMING: &str = "refs/incoming/one";

/// All tags, under their own names.
const ALL_TAGS: &str = "+refs/tags/*:refs/tags/*";

/// The whole history (git-fetch(1), `--depth`). A server that could not give less says so at once; without this word, one that
/// only gives files as they are would have git look for what it was told to leave out, for ever.
const NO_LIMIT: &str = "--depth=2147483647";

/// Leaves out what belongs to no commit that is asked for: folders and files.
const NO_FILES: &str = "--filter=tree:0";

/// Asks for the caller's configuration, where the caller's git would find it.
pub(super) fn configuration(caller: &GitEnvironment) -> Cmd {
    Cmd::new("git").envs(caller.configuration.clone()).args([
        "config",
        "--list",
        "--includes",
        "-z",
    ])
}

/// Asks where a commit of the repository at `store` stands.
pub(super) fn describe(store: &Path, commit: &str) -> Cmd {
    let cmd = Cmd::new("git").envs(clean(CONFIGURATION, "none"));
    within(cmd.env("GIT_NO_LAZY_FETCH", "1"), store).args([
        "describe",
        "--tags",
        "--long",
        "--abbrev=40",
        commit,
    ])
}

fn within(cmd: Cmd, store: &Path) -> Cmd {
    let mut word = OsString::from("--git-dir=");
    word.push(store);
    cmd.arg(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::remote::limits::Limits;
    use crate::source::remote::variables;

    #[test]
    fn no_helper_is_a_word_of_the_command() {
        let address = "https://example.org/a".parse().expect("it is an address");
        let settings = [("credential.helper".to_owned(), "!s3cret".to_owned())];
        let client = Client::new(variables::reaching(
            &address,
            &GitEnvironment::default(),
            &settings,
            Vec::new(),
            None,
            &Limits::default(),
        ));
        let store = Path::new("/cache/a.git");
        assert_eq!(client.list().display(), "git ls-remote --quiet source");
        assert_eq!(
            client
                .fetch(store, "refs/tags/v1", &Depth::Snapshot)
                .display(),
            "git '--git-dir=/cache/a.git' fetch --force --no-tags --no-write-fetch-head --no-auto-maintenance \
             --no-recurse-submodules --update-shallow --progress '--depth=1' source +refs/tags/v1:refs/incoming/one"
        );
    }
}
