//! What git's words mean when it fails, and what the user is told instead.
//!
//! Git is run with `LC_ALL=C`, so its words are those of its source; those of curl, OpenSSH and the usual servers are
//! known too. What nobody has seen before is shown as it is, without users and passwords.

use crate::failure::{Failure, Kind};
use crate::recipe::{GitAddress, Transport};
use crate::sys::watch::End;

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

/// Words by which a fault is known, in lower case; the first that is found counts.
const WORDS: &[(&str, Fault)] = &[
    ("no space left on device", Fault::DiskFull),
    ("disk quota exceeded", Fault::DiskFull),
    ("could not resolve host", Fault::HostNotFound),
    ("unable to look up", Fault::HostNotFound),
    ("could not resolve proxy", Fault::HostNotFound),
    ("name or service not known", Fault::HostNotFound),
    ("temporary failure in name resolution", Fault::HostNotFound),
    ("host key verification failed", Fault::HostKey),
    ("remote host identification has changed", Fault::HostKey),
    ("server certificate verification failed", Fault::Certificate),
    ("ssl certificate problem", Fault::Certificate),
    ("certificate subject name", Fault::Certificate),
    ("does not match target host name", Fault::Certificate),
    ("error setting certificate", Fault::Certificate),
    ("problem with the ssl ca cert", Fault::Certificate),
    ("certificate verify", Fault::Certificate),
    ("permission denied (", Fault::Authentication),
    ("too many authentication failures", Fault::Authentication),
    ("authentication failed", Fault::Authentication),
    ("terminal prompts disabled", Fault::Authentication),
    ("could not read username", Fault::Authentication),
    ("could not read password", Fault::Authentication),
    ("returned error: 301", Fault::LeadsElsewhere),
    ("returned error: 302", Fault::LeadsElsewhere),
    ("returned error: 303", Fault::LeadsElsewhere),
    ("returned error: 307", Fault::LeadsElsewhere),
    ("returned error: 308", Fault::LeadsElsewhere),
    ("returned error: 401", Fault::Authentication),
    ("returned error: 403", Fault::Forbidden),
    ("returned error: 404", Fault::NotFound),
    ("returned error: 410", Fault::NotFound),
    ("returned error: 429", Fault::Server),
    ("returned error: 5", Fault::Server),
    ("does not support shallow", Fault::NoShallow),
    ("dumb http transport does not support", Fault::NoShallow),
    ("unadvertised object", Fault::OnlyByName),
    ("not our ref", Fault::NoSuchCommit),
    ("couldn't find remote ref", Fault::NoSuchCommit),
    ("unable to find remote ref", Fault::NoSuchCommit),
    ("transport '", Fault::Redirected),
    ("not supported or disabled in libcurl", Fault::Redirected),
    ("unsupported protocol", Fault::Redirected),
    ("connection refused", Fault::Refused),
    ("failed to connect to", Fault::Refused),
    ("couldn't connect to server", Fault::Refused),
    ("no route to host", Fault::Unreachable),
    ("network is unreachable", Fault::Unreachable),
    ("connection timed out", Fault::Silent),
    ("operation timed out", Fault::Silent),
    ("operation too slow", Fault::Silent),
    ("timeout was reached", Fault::Silent),
    ("repository not found", Fault::NotFound),
    ("access denied or repository not exported", Fault::NotFound),
    ("does not appear to be a git repository", Fault::NotFound),
    (
        "project you were looking for could not be found",
        Fault::NotFound,
    ),
    ("' not found", Fault::NotFound),
    ("is this a git repository", Fault::NotGit),
    // Before the protocol error that half an answer is to git as well, or not: it
    // depends on how much of it had come.
    ("early eof", Fault::BrokenOff),
    ("unexpected disconnect", Fault::BrokenOff),
    ("bad pack header", Fault::BrokenOff),
    ("protocol error", Fault::NotGit),
    ("invalid server response", Fault::NotGit),
    ("hung up", Fault::BrokenOff),
    ("rpc failed", Fault::BrokenOff),
    ("connection reset", Fault::BrokenOff),
    ("broken pipe", Fault::BrokenOff),
    ("closed by remote host", Fault::BrokenOff),
    ("connection closed by", Fault::BrokenOff),
    ("empty reply from server", Fault::BrokenOff),
    ("gnutls recv error", Fault::BrokenOff),
    ("transfer closed", Fault::BrokenOff),
    (
        "the tls connection was non-properly terminated",
        Fault::BrokenOff,
    ),
];

impl Fault {
    /// Returns what the end of a command and its last lines mean.
    pub(super) fn of(end: End, lines: &[String]) -> Self {
        match end {
            End::Silent => return Fault::Silent,
            End::TooLong | End::TooMuch => return Fault::TooLong,
            End::Success | End::Failure => {}
        }
        let text = lines.join("\n").to_lowercase();
        WORDS
            .iter()
            .find(|(words, _)| text.contains(words))
            .map_or(Fault::Other, |(_, fault)| *fault)
    }

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

    fn of(text: &str) -> Fault {
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        Fault::of(End::Failure, &lines)
    }

    #[test]
    fn words_of_git_curl_and_ssh_are_understood() {
        for (text, fault) in [
            (
                "fatal: unable to access 'https://x.invalid/a/': Could not resolve host: x.invalid",
                Fault::HostNotFound,
            ),
            (
                "fatal: unable to look up x.invalid (port 9418) (Name or service not known)",
                Fault::HostNotFound,
            ),
            (
                "ssh: Could not resolve hostname x.invalid: Name or service not known\nfatal: Could not read from remote repository.",
                Fault::HostNotFound,
            ),
            (
                "fatal: unable to access 'https://localhost/': Failed to connect to localhost port 443: Connection refused",
                Fault::Refused,
            ),
            (
                "fatal: unable to access 'https://h/a/': server certificate verification failed. CAfile: none CRLfile: none",
                Fault::Certificate,
            ),
            (
                "No ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed.\nfatal: Could not read from remote repository.",
                Fault::HostKey,
            ),
            (
                "git@h: Permission denied (publickey,password).\nfatal: Could not read from remote repository.",
                Fault::Authentication,
            ),
            (
                "fatal: could not read Username for 'https://h': terminal prompts disabled",
                Fault::Authentication,
            ),
            (
                "remote: Invalid username or password\nfatal: Authentication failed for 'https://h/a/'",
                Fault::Authentication,
            ),
            (
                "fatal: unable to access 'https://h/a/': The requested URL returned error: 403",
                Fault::Forbidden,
            ),
            (
                "fatal: unable to access 'https://h/a/': The requested URL returned error: 503",
                Fault::Server,
            ),
            (
                "fatal: unable to access 'https://h/a/': The requested URL returned error: 302",
                Fault::LeadsElsewhere,
            ),
            (
                "fatal: repository 'https://h/a/' not found",
                Fault::NotFound,
            ),
            (
                "fatal: remote error: access denied or repository not exported: /a",
                Fault::NotFound,
            ),
            (
                "fatal: '/a' does not appear to be a git repository\nfatal: Could not read from remote repository.",
                Fault::NotFound,
            ),
            (
                "fatal: remote error: upload-pack: not our ref a1",
                Fault::NoSuchCommit,
            ),
            (
                "fetch-pack: unexpected disconnect while reading sideband packet\nfatal: protocol error: bad pack header",
                Fault::BrokenOff,
            ),
            (
                "error: Server does not allow request for unadvertised object a1",
                Fault::OnlyByName,
            ),
            (
                "fatal: dumb http transport does not support shallow capabilities",
                Fault::NoShallow,
            ),
            (
                "fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF",
                Fault::BrokenOff,
            ),
            (
                "fatal: the remote end hung up unexpectedly",
                Fault::BrokenOff,
            ),
            ("fatal: transport 'http' not allowed", Fault::Redirected),
            (
                "fatal: protocol error: bad line length character: <htm",
                Fault::NotGit,
            ),
            (
                "error: file write error: No space left on device\nfatal: early EOF",
                Fault::DiskFull,
            ),
            ("fatal: bad object refs/kept/x", Fault::Other),
        ] {
            assert_eq!(of(text), fault, "{text}");
        }
        assert_eq!(Fault::of(End::Silent, &[]), Fault::Silent);
    }

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
