//! What git's words mean when it fails.
//!
//! Git is run with `LC_ALL=C`, so its words are those of its source; those of curl, OpenSSH and the usual servers are
//! known too. What nobody has seen before is [`Fault::Other`].

use super::fault::Fault;
use crate::sys::watch::End;

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
}
