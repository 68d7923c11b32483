//! What the caller's machine says about git: what leads to a server counts, and nothing else does.

use super::export::{Export, Exported, files};
use super::network::{Network, Repository, SECRET, USER};
use std::process::{Command, Stdio};

/// A global configuration in which everything that could change a clone does.
fn hostile_configuration(network: &Network) -> String {
    let at = |name: &str| network.path(name).display().to_string();
    let evil = format!("touch {}", at("was-run"));
    for hook in ["reference-transaction", "post-checkout", "pre-auto-gc"] {
        let path = network.path("home/hooks").join(hook);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{evil}\n")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, mode).unwrap();
    }
    let template = network.path("home/template");
    std::fs::create_dir_all(template.join("info")).unwrap();
    std::fs::write(template.join("from-the-template"), "").unwrap();
    std::fs::write(
        network.path("home/attributes"),
        "* filter=evil ident text eol=crlf\n",
    )
    .unwrap();
    format!(
        "[core]\n\thooksPath = {hooks}\n\tautocrlf = true\n\teol = crlf\n\tattributesFile = {attributes}\n\tfsmonitor = {evil}\n\
         [init]\n\ttemplateDir = {template}\n[fetch]\n\tprune = true\n\tfsckObjects = true\n\
         [filter \"evil\"]\n\tsmudge = {evil}; tr a-z A-Z\n\tclean = {evil}\n\trequired = true\n\
         [url \"git://localhost/evil\"]\n\tinsteadOf = git://localhost/demo\n\
         [gc]\n\tauto = 1\n[alias]\n\tls-remote = !{evil}\n\tfetch = !{evil}\n\
         [protocol]\n\tallow = never\n[http]\n\tsslVerify = false\n[transfer]\n\tcredentialsInUrl = die\n",
        hooks = at("home/hooks"),
        attributes = at("home/attributes"),
        template = at("home/template"),
    )
}

#[test]
fn a_hostile_configuration_changes_nothing() {
    let mut network = Network::new();
    network.git_daemon();
    let repository = Repository::new(&network, "demo");
    Repository::new(&network, "evil").commit("file", "evil\n");
    repository.commit(".gitattributes", "*.txt text eol=crlf ident\n");
    let commit = repository.commit("a.txt", "$Id$\nline\n");
    let export = |cache| Export::new(&network, "git://localhost/demo", &commit).cache(cache);
    let calm = export("calm").run();
    assert_eq!(calm.files["a.txt"], b"$Id$\nline\n");

    let configuration = hostile_configuration(&network);
    let config = network.path("home/.gitconfig");
    std::fs::write(&config, configuration).unwrap();
    let elsewhere = network.path("srv/evil/.git").display().to_string();
    let hostile = export("hostile")
        .env("GIT_DIR", &elsewhere)
        .env("GIT_WORK_TREE", &elsewhere)
        .env("GIT_INDEX_FILE", &elsewhere)
        .env("GIT_OBJECT_DIRECTORY", &format!("{elsewhere}/objects"))
        .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &elsewhere)
        .env("GIT_NAMESPACE", "evil")
        .env(
            "GIT_TEMPLATE_DIR",
            network.path("home/template").to_str().unwrap(),
        )
        .env("GIT_EXEC_PATH", "/nonexistent")
        .env("GIT_SHALLOW_FILE", "/nonexistent")
        .env("GIT_DEFAULT_HASH", "sha256")
        .env("GIT_TRACE", network.path("was-run").to_str().unwrap())
        .env("GIT_CONFIG_PARAMETERS", "'core.bare'='false'")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "url.git://localhost/evil.insteadOf")
        .env("GIT_CONFIG_VALUE_0", "git://localhost/demo")
        .run();
    assert_eq!(hostile, calm);
    assert!(
        !network.path("was-run").exists(),
        "a program of the configuration was run"
    );
    let names = |cache| -> Vec<String> {
        let cached = files(&network.path(cache)).into_keys();
        // Packs are named by what is in them.
        cached.filter(|name| !name.contains("/pack/")).collect()
    };
    assert_eq!(names("hostile"), names("calm"));
    assert_eq!(network.count("daemon", "evil"), 0);
}

#[test]
fn a_configuration_that_cannot_be_read_is_said_to_be_left_out() {
    let mut network = Network::new();
    network.git_daemon();
    let commit = Repository::new(&network, "demo").commit("file", "text");
    std::fs::write(network.path("home/global"), "[core\n").unwrap();
    let broken = network.path("home/global").display().to_string();
    let exported = Export::new(&network, "git://localhost/demo", &commit)
        .env("GIT_CONFIG_GLOBAL", &broken)
        .run();
    assert_eq!(
        exported.said,
        format!(
            "commit {commit}\ndescribe {}\nwarning: git cannot read its configuration, so its credential helpers and proxies \
             are not used: `git config --list` says why\n",
            &commit[..7]
        )
    );
}

#[test]
fn every_place_where_credentials_are_kept_is_asked() {
    let mut network = Network::new();
    network.https();
    let ssh = network.sshd();
    let commit = Repository::new(&network, "demo").commit("file", "text");
    let good = |exported: Exported| {
        let described = format!("commit {commit}\ndescribe {}\n", &commit[..7]);
        assert_eq!(exported.said, described);
    };
    let web = |cache| Export::new(&network, "https://localhost:8444/demo", "main").cache(cache);
    let write = |name: &str, text: &str| std::fs::write(network.path(name), text).unwrap();

    let ask = network.path("home/ask");
    write(
        "home/ask",
        &format!("#!/bin/sh\ncase $1 in User*) echo {USER} ;; *) echo {SECRET} ;; esac\n"),
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&ask, mode).unwrap();
    good(web("asked").env("GIT_ASKPASS", ask.to_str().unwrap()).run());

    write(
        "home/.netrc",
        &format!("machine localhost login {USER} password {SECRET}\n"),
    );
    good(web("netrc").run());
    write("home/.netrc", "");

    write(
        "home/.git-credentials",
        &format!("https://{USER}:{SECRET}@localhost%3a8444\n"),
    );
    write("home/.gitconfig", "[credential]\n\thelper = store\n");
    good(web("store").run());
    write("home/.gitconfig", "");

    let header = Command::new("sh")
        .args(["-c", &format!("printf %s {USER}:{SECRET} | base64")])
        .output()
        .unwrap();
    let header = String::from_utf8(header.stdout).unwrap();
    good(
        web("header")
            .env("GIT_CONFIG_COUNT", "1")
            .env(
                "GIT_CONFIG_KEY_0",
                "http.https://localhost:8444/.extraHeader",
            )
            .env(
                "GIT_CONFIG_VALUE_0",
                &format!("Authorization: Basic {}", header.trim()),
            )
            .run(),
    );

    // A key that only the agent has.
    let socket = network.path("agent").display().to_string();
    let mut agent = Command::new("ssh-agent")
        .args(["-D", "-a", &socket])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The socket is there a moment before somebody listens at it.
    let ssh_add = |words: &[&str]| {
        let mut add = Command::new("ssh-add");
        let add = add.args(words).env("SSH_AUTH_SOCK", &socket);
        add.stdout(Stdio::null()).status().unwrap().code()
    };
    let start = std::time::Instant::now();
    while ssh_add(&["-l"]) == Some(2) {
        assert!(start.elapsed() < std::time::Duration::from_mins(1));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let key = network.path("user-key");
    assert_eq!(ssh_add(&["-q", key.to_str().unwrap()]), Some(0));
    let config = std::fs::read_to_string(network.path("ssh.conf")).unwrap();
    let config: String = config
        .lines()
        .filter(|line| !line.contains("Identit"))
        .map(|line| format!("{line}\n"))
        .collect();
    write("ssh.conf", &config);
    let address = format!("root@localhost:{}", network.path("srv/demo").display());
    let by_agent = Export::new(&network, &address, "main")
        .env("GIT_SSH_COMMAND", &ssh)
        .env("SSH_AUTH_SOCK", &socket)
        .run();
    agent.kill().unwrap();
    agent.wait().unwrap();
    good(by_agent);
}

#[test]
fn a_server_that_anybody_could_be_gets_no_credentials() {
    let mut network = Network::new();
    let log = network.path("http").display().to_string();
    let root = network.path("srv").display().to_string();
    network.python(&["http", "8080", &root, &log]);
    let commit = Repository::new(&network, "demo").commit("file", "text");
    let netrc = format!("machine localhost login {USER} password {SECRET}\n");
    std::fs::write(network.path("home/.netrc"), netrc).unwrap();
    let asked = network.path("was-asked");
    let helper = format!("[credential]\n\thelper = \"!touch {}\"\n", asked.display());
    std::fs::write(network.path("home/.gitconfig"), helper).unwrap();
    let exported = Export::new(&network, "http://localhost:8080/demo", "main").run();
    assert_eq!(
        exported.said,
        format!(
            "commit {commit}\ndescribe {}\nwarning: `http://localhost:8080/demo` comes by http://, where anybody on the way can \
             change what `main` is: use https:// or ssh://, or name the whole commit id\n",
            &commit[..7]
        )
    );
    assert!(!asked.exists());
}

#[test]
fn a_header_with_a_token_is_not_carried_to_another_server() {
    let mut network = Network::new();
    network.https();
    let commit = Repository::new(&network, "demo").commit("file", "text");
    let address = "https://localhost:8443/led/demo";
    let header = "[http \"https://localhost:8443/\"]\n\textraHeader = \"X-Token: s3cret\"\n";
    std::fs::write(network.path("home/.gitconfig"), header).unwrap();
    let exported = Export::new(&network, address, "main").run();
    assert_eq!(
        exported.said,
        format!(
            "error: fetching `{address}` failed: the server leads elsewhere, and the header of `http.extraHeader` would be \
             carried there\n  | fatal: unable to access '{address}/': The requested URL returned error: 302\n\n\
             hint: name the address that it leads to: `curl -I` with this one and `/info/refs` behind it shows it\n"
        )
    );
    assert_eq!(network.count("https-closed", ""), 0);
    // Without a header git goes there, and asks the helpers anew for the other server.
    let helper = format!(
        "[credential]\n\thelper = \"!f() {{ echo username={USER}; echo password={SECRET}; }}; f\"\n"
    );
    std::fs::write(network.path("home/.gitconfig"), helper).unwrap();
    let exported = Export::new(&network, address, "main").run();
    assert!(
        exported.said.starts_with(&format!("commit {commit}\n")),
        "{exported:?}"
    );
}

#[test]
fn what_the_caller_says_of_names_changes_no_repository_beside_an_export() {
    let network = Network::new();
    let repository = Repository::new(&network, "demo");
    repository.commit("name", "text");
    repository.commit("NAME", "TEXT");
    let config = "[core]\n\tignoreCase = true\n\tprecomposeUnicode = true\n\tsymlinks = false\n";
    std::fs::write(network.path("home/.gitconfig"), config).unwrap();
    let folder = network.path("srv/demo").display().to_string();
    let exported = Export::new(&network, &folder, "main").run();
    assert!(exported.said.starts_with("commit "), "{exported:?}");
    let mut exports = std::fs::read_dir(network.path("")).unwrap().flatten();
    let export = exports.find(|entry| entry.file_name().to_string_lossy().starts_with("export-"));
    let mut git = Command::new("git");
    git.arg("-C").arg(export.unwrap().path().join("tree"));
    assert_eq!(crate::context::succeed(git.arg("ls-files")), "NAME\nname\n");
}

#[test]
fn a_repository_of_another_user_is_refused_with_the_line_that_allows_it() {
    let network = Network::new();
    let commit = Repository::new(&network, "demo").commit("file", "text");
    let top = network.path("srv/demo").display().to_string();
    let below = format!("{top}/sub");
    std::fs::create_dir(&below).unwrap();
    crate::context::succeed(Command::new("chown").args(["-R", "12345", &top]));
    let allow = format!("git config --global --add safe.directory {top}");
    for folder in [&top, &below] {
        assert_eq!(
            Export::new(&network, folder, "main").run().said,
            format!(
                "error: the repository at `{folder}` belongs to another user\n\nhint: if you trust it: `{allow}`\n"
            )
        );
    }
    let mut sh = Command::new("sh");
    crate::context::succeed(sh.args(["-c", &allow]).env("HOME", network.path("home")));
    let exported = Export::new(&network, &below, "main").run();
    assert!(
        exported.said.starts_with(&format!("commit {commit}\n")),
        "{exported:?}"
    );
}
