//! Why git failed, and what the user is told instead of its words.
//!
//! What git's words mean is in [`super::words`]. What nobody has seen before is shown as it is, without users and passwords.

use crate::failure::{Failure, Kind};
use crate::recipe::{GitAddress, Transport};

/// Why a command of git failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Its name is not known.
    HostNotFound,
    /// Nobody listens there.
    Refused,
    /// No way leads there.
    Unreachable,
    /// It is not who it says, or nobody vouches for it.
    Certificate,
    /// ssh does not know its key, or knows another one.
    HostKey,
    /// A password or key is wanted, or the one that was given is wrong.
    Authentication,
    /// It knows who we are, and says no.
    Forbidden,
    /// There is no such repository, or we may not see it.
    NotFound,
    /// It has no such commit, branch or tag.
    NoSuchCommit,
    /// It gives a commit only by the name of a branch or tag.
    OnlyByName,
    /// It cannot give a part of the history.
    NoShallow,
    /// It said nothing for too long.
    Silent,
    /// It took too long.
    TooLong,
    /// The connection ended in the middle.
    BrokenOff,
    /// The server has a fault of its own, or too much to do.
    Server,
    /// It leads to another protocol, which would be less safe.
    Redirected,
    /// It leads to another address, where a header with the caller's token would be carried along.
    LeadsElsewhere,
    /// What it answers is not git's.
    NotGit,
    /// The cache has no room.
    DiskFull,
    /// Anything else: also a cache that is not whole.
    Other,
}

impl Fault {
    /// Returns whether it may go better in a moment.
    pub(super) fn may_pass(self) -> bool {
        matches!(
            self,
            Fault::HostNotFound
                | Fault::Refused
                | Fault::Unreachable
                | Fault::Silent
                | Fault::BrokenOff
                | Fault::Server
        )
    }

    /// Returns the sentence, with what to do about it.
    pub(super) fn failure(self, address: &GitAddress, lines: &[String]) -> Failure {
        let host = address.host();
        let build = |what: &str| {
            Failure::build(format!("fetching `{address}` failed: {what}")).details(shown(lines))
        };
        let network = "check the network, the address and the proxy (`https_proxy`)";
        match self {
            Fault::HostNotFound => build(&format!("there is no server `{host}`")).hint(network),
            Fault::Refused => build(&format!("`{host}` takes no connection")).hint(network),
            Fault::Unreachable => build(&format!("no way leads to `{host}`")).hint(network),
            Fault::Certificate => build(&format!("nobody vouches for `{host}`")).hint(
                "name the file of its certificate authority in `GIT_SSL_CAINFO`, or install it in the machine",
            ),
            Fault::HostKey => build(&format!("ssh does not know the key of `{host}`")).hint(format!(
                "connect once with `ssh {host}` and compare the key, or put it into `~/.ssh/known_hosts`"
            )),
            Fault::Authentication | Fault::Forbidden => {
                let what = if self == Fault::Authentication {
                    "it asks for credentials, and takes none that git was given"
                } else {
                    "the credentials that git was given may not read it"
                };
                build(what).hint(access(address.transport()))
            }
            Fault::NotFound => build("there is no such repository, or it is not shown to everybody")
                .hint(format!("check the address; {}", access(address.transport()))),
            Fault::NoSuchCommit | Fault::OnlyByName => build("it has no such commit").hint(
                "was it pushed? a branch that was pushed with force may have left it behind",
            ),
            Fault::Silent => build(&format!("`{host}` said nothing for too long")).hint(network),
            Fault::TooLong => build("it took too long").hint(
                "`DEB_BUILD_APP_GIT_LIMITS=total=SECONDS` gives it more time",
            ),
            Fault::BrokenOff => build("the connection ended in the middle").hint(network),
            Fault::Server => build(&format!("`{host}` has a fault, or too much to do"))
                .hint("try again later; its log says more"),
            Fault::Redirected => build("the server leads elsewhere, by another protocol")
                .hint("name the address that it leads to"),
            Fault::LeadsElsewhere => build(
                "the server leads elsewhere, and the header of `http.extraHeader` would be carried there",
            )
            .hint("name the address that it leads to: `curl -I` with this one and `/info/refs` behind it shows it"),
            Fault::NotGit => build("what answers there is no git server")
                .hint("check the address: it is what `git clone` takes, not the page of the project"),
            Fault::NoShallow => build("the server cannot give a part of the history")
                .hint("clone it yourself and name the folder"),
            Fault::DiskFull => Failure::new(
                Kind::Build,
                format!("fetching `{address}` failed: there is no room left in the cache"),
            )
            .details(shown(lines))
            .hint("make room, or give another place with `--cache-dir DIR`"),
            Fault::Other => build("git says no").hint(
                "the lines above are git's own; the log of the build has all of them",
            ),
        }
    }
}

fn access(transport: Transport) -> &'static str {
    match transport {
        Transport::Https => {
            "give git a credential helper (`git config --global credential.helper …`), or the server's line in `~/.netrc`"
        }
        Transport::Ssh => {
            "load a key that the server knows into the ssh agent: `ssh-add`; keys with a passphrase work only from there"
        }
        Transport::Http | Transport::Git => "credentials are sent by https:// and ssh:// only",
    }
}

/// Returns lines of git that say something, without users and passwords.
fn shown(lines: &[String]) -> Vec<String> {
    let last = lines.len().saturating_sub(MOST_LINES);
    lines[last..]
        .iter()
        .map(|line| without_users(line))
        .collect()
}

/// How many of git's last lines are shown.
const MOST_LINES: usize = 12;

/// Returns a text in which no address has a user or password.
pub(super) fn without_users(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + "://".len());
        plain.push_str(before);
        let end = after
            .find(|c: char| "/'\"`<>".contains(c) || c.is_whitespace())
            .unwrap_or(after.len());
        let user = after[..end].rfind('@').map_or(0, |at| at + 1);
        rest = &after[user..];
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_user_or_password_of_an_address_is_shown() {
        for (text, plain) in [
            (
                "fatal: 'https://u:p@h/a' x ssh://git@h/b",
                "fatal: 'https://h/a' x ssh://h/b",
            ),
            ("https://a@b@h", "https://h"),
            ("no address, mail@h", "no address, mail@h"),
            ("https://h/a@b", "https://h/a@b"),
        ] {
            assert_eq!(without_users(text), plain);
        }
    }
}
