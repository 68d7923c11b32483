//! Servers that hang, break off, ask for what nobody has, or are not there: one clear sentence, within the time limit.

use super::export::Export;
use super::network::{Network, Repository, SECRET, USER};
use std::time::{Duration, Instant};

/// Limits that a test can wait for.
const IMPATIENT: (&str, &str) = (
    "DEB_BUILD_APP_GIT_LIMITS",
    "silence=2,total=20,attempts=2,pause=0",
);

/// How long two attempts of two seconds may take on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// Checks that an export fails in time with this sentence and returns the hint.
fn fails(export: Export<'_>, expected: &str) -> String {
    let start = Instant::now();
    let exported = export.env(IMPATIENT.0, IMPATIENT.1).run();
    assert!(start.elapsed() < PATIENCE, "{exported:?}");
    assert!(exported.files.is_empty(), "{exported:?}");
    let mut lines = exported.said.lines();
    let error = lines.next().and_then(|line| line.strip_prefix("error: "));
    assert_eq!(error, Some(expected), "{}", exported.said);
    let hint = lines.find_map(|line| line.strip_prefix("hint: "));
    hint.unwrap_or_else(|| panic!("no hint: {exported:?}"))
        .to_owned()
}

/// Returns the sentence of a fetch that failed.
fn failed(address: &str, what: &str) -> String {
    format!("fetching `{address}` failed: {what}")
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let mut network = Network::new();
    network.https();
    let ssh = network.sshd();
    network.python(&["hang", "9000"]);
    for address in [
        "git://localhost:9000/demo",
        "https://localhost:9000/demo",
        "ssh://root@localhost:9000/demo",
    ] {
        let export = Export::new(&network, address, "main").env("GIT_SSH_COMMAND", &ssh);
        let said = "`localhost` said nothing for too long";
        fails(export, &failed(address, said));
    }
}

#[test]
fn an_answer_that_breaks_off_is_an_error_and_leaves_nothing_behind() {
    let mut network = Network::new();
    network.git_daemon();
    network.https();
    let ssh = network.sshd();
    let repository = Repository::new(&network, "demo");
    // What cannot be compressed: the pack is as large as the file.
    let noise = (0..200_000u32).scan(1u32, |state, _| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some(char::from(b' ' + (state.to_be_bytes()[0] % 90)))
    });
    let text: String = noise.collect();
    let commit = repository.commit("noise", &text[..]);
    network.python(&["cut", "9001", "9418", "60000"]);
    network.python(&["cut", "9002", "8443", "60000"]);
    network.python(&["cut", "9003", "2222", "60000"]);
    let path = network.path("srv/demo");
    for (address, whole) in [
        (
            "git://localhost:9001/demo".to_owned(),
            "git://localhost/demo".to_owned(),
        ),
        (
            "https://localhost:9002/demo".to_owned(),
            "https://localhost:8443/demo".to_owned(),
        ),
        (
            format!("ssh://root@localhost:9003{}", path.display()),
            format!("ssh://root@localhost{}", path.display()),
        ),
    ] {
        // ssh is told the port by its configuration, unless the address has one.
        let ssh = format!("{ssh} -o HostKeyAlias=[localhost]:2222");
        let export = Export::new(&network, &address, "main").env("GIT_SSH_COMMAND", &ssh);
        let said = "the connection ended in the middle";
        fails(export, &failed(&address, said));
        let export = Export::new(&network, &whole, &commit).env("GIT_SSH_COMMAND", &ssh);
        assert_eq!(export.run().files["noise"], text.as_bytes());
    }
}

#[test]
fn a_network_that_fails_for_a_moment_is_tried_again() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    let commit = repository.commit("file", "text");
    network.python(&["busy", "9004", "2", "9418"]);
    let address = "git://localhost:9004/demo";
    let again = Export::new(&network, address, &commit);
    let again = again
        .env(IMPATIENT.0, "silence=20,attempts=3,pause=0")
        .run();
    assert_eq!(
        again.said,
        format!("commit {commit}\ndescribe {}\n", &commit[..7])
    );
}

#[test]
fn whoever_lacks_credentials_is_told_how_to_give_them() {
    let mut network = Network::new();
    network.https();
    let ssh = network.sshd();
    let repository = Repository::new(&network, "demo");
    repository.commit("file", "text");
    let web = "https://localhost:8444/demo";
    let wanted = "it asks for credentials, and takes none that git was given";
    let helpers = "give git a credential helper (`git config --global credential.helper …`), or the server's line in `~/.netrc`";
    let asks = || fails(Export::new(&network, web, "main"), &failed(web, wanted));
    assert_eq!(asks(), helpers);
    let netrc = format!("machine localhost login {USER} password not-{SECRET}\n");
    std::fs::write(network.path("home/.netrc"), netrc).unwrap();
    assert_eq!(asks(), helpers);
    let may_not = "https://localhost:8443/forbidden";
    let no = "the credentials that git was given may not read it";
    fails(Export::new(&network, may_not, "main"), &failed(may_not, no));

    // A server that would take a password, from a user without a key.
    let address = format!("ssh://root@localhost{}", network.path("srv/demo").display());
    let keyless = ssh.replace("ssh.conf", "keyless.conf");
    let config = std::fs::read_to_string(network.path("ssh.conf")).unwrap();
    std::fs::write(
        network.path("keyless.conf"),
        config.replace("user-key", "no-key"),
    )
    .unwrap();
    let export = Export::new(&network, &address, "main").env("GIT_SSH_COMMAND", &keyless);
    let agent = "load a key that the server knows into the ssh agent: `ssh-add`; keys with a passphrase work only from there";
    assert_eq!(fails(export, &failed(&address, wanted)), agent);
}

#[test]
fn a_server_that_nobody_vouches_for_is_not_spoken_to() {
    let mut network = Network::new();
    network.https();
    let ssh = network.sshd();
    Repository::new(&network, "demo").commit("file", "text");
    let web = "https://localhost:8443/demo";
    let export = Export::new(&network, web, "main");
    let public = "/etc/ssl/certs/ca-certificates.crt";
    let nobody = failed(web, "nobody vouches for `localhost`");
    fails(export.env("GIT_SSL_CAINFO", public), &nobody);
    std::fs::write(network.path("known-hosts"), "").unwrap();
    let address = format!("ssh://root@localhost{}", network.path("srv/demo").display());
    let export = Export::new(&network, &address, "main").env("GIT_SSH_COMMAND", &ssh);
    fails(
        export,
        &failed(&address, "ssh does not know the key of `localhost`"),
    );
    // From https to http: whoever listens there could send anything.
    let moved = "https://localhost:8443/moved/demo";
    let elsewhere = "the server leads elsewhere, by another protocol";
    fails(
        Export::new(&network, moved, "main"),
        &failed(moved, elsewhere),
    );
}

#[test]
fn what_is_not_there_is_said_to_be_missing() {
    let mut network = Network::new();
    network.git_daemon();
    network.https();
    let ssh = network.sshd();
    network.python(&["page", "9005"]);
    Repository::new(&network, "empty");
    let missing = "there is no such repository, or it is not shown to everybody";
    for (address, said) in [
        ("git://localhost/nothing", missing),
        ("https://localhost:8443/nothing", missing),
        ("ssh://root@localhost/nothing", missing),
        ("git://localhost:9/demo", "`localhost` takes no connection"),
        (
            "https://localhost:9/demo",
            "`localhost` takes no connection",
        ),
        (
            "ssh://root@localhost:9/demo",
            "`localhost` takes no connection",
        ),
        (
            "git://nowhere.invalid/demo",
            "there is no server `nowhere.invalid`",
        ),
        (
            "https://nowhere.invalid/demo",
            "there is no server `nowhere.invalid`",
        ),
        (
            "ssh://root@nowhere.invalid/demo",
            "there is no server `nowhere.invalid`",
        ),
        (
            "http://localhost:9005/demo",
            "what answers there is no git server",
        ),
    ] {
        let export = Export::new(&network, address, "main").env("GIT_SSH_COMMAND", &ssh);
        fails(export, &failed(address, said));
    }
    let empty = Export::new(&network, "https://localhost:8443/empty", "HEAD");
    let nothing = "the repository `https://localhost:8443/empty` has no commit yet";
    fails(empty, nothing);
}

#[test]
fn a_full_disk_is_said_to_be_full() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    let random = std::process::Command::new("head")
        .args(["-c", "4000000", "/dev/urandom"])
        .output()
        .unwrap();
    std::fs::write(network.path("srv/demo/random"), random.stdout).unwrap();
    let commit = repository.commit("file", "text");
    std::fs::create_dir(network.path("small")).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=1m tmpfs {}",
        network.path("small").display()
    );
    let export = Export::new(&network, "git://localhost/demo", &commit);
    let full = failed("git://localhost/demo", "there is no room left in the cache");
    assert_eq!(
        fails(export.cache("small").after(&script), &full),
        "make room, or give another place with `--cache-dir DIR`"
    );
}
