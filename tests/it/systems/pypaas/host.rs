//! A host with pypaas, and a person who pushes an app to it from her own account.

use super::super::host::{build, build_from, host_for, install, page};
use crate::context::{TestContext, repository, succeed};
use deb_build_app::target::{Ran, Root};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The page of the app.
pub(super) const SITE: &str = "http://hello.localhost";

/// What the administrator writes for the app: its hooks are those of the sample and some that leave a trace.
const REPO: &str = "\
branch: main
env: {GREETING: Moin}
hooks:
  before_build: [echo \"$GREETING first\", test ! -e broken, echo second]
  after_build: echo built >>public/built.txt
  maintenance:
    - if pgrep -f work[.]py; then exit 1; fi
    - echo 'nothing runs now'
processes:
  web: {command: exec python3 serve.py \"$PORT\", process_count: 2}
  worker: exec python3 work.py
custom_cmds:
  greet: echo \"$GREETING from $PYPAAS_COMMIT in $(pwd) as $(id -un)\"
";

/// Boots a host of all that `Depends` of the package names, and nothing else.
pub(super) fn booted(package: &Path) -> Root {
    host_for(package).boot().unwrap()
}

/// The recipe as it is.
pub(super) static FIRST: LazyLock<PathBuf> = LazyLock::new(|| build("pypaas", "0.1", &[]));

/// Builds the next version, whose code says that it is.
pub(super) fn next() -> PathBuf {
    let context = TestContext::new();
    let app = context.path("next/fixtures/apps/pypaas");
    std::fs::create_dir_all(app.parent().unwrap()).unwrap();
    let ours = repository().join("fixtures/apps/pypaas");
    succeed(Command::new("cp").arg("-r").arg(ours).arg(&app));
    let module = app.join("src/pypaas/__init__.py");
    let text = std::fs::read_to_string(&module).unwrap();
    assert!(text.contains("__version__ = \"0.1\""), "{text}");
    std::fs::write(&module, text.replace("\"0.1\"", "\"0.2\"")).unwrap();
    context.commit("next");
    let version = ("version = \"0.1\"", "version = \"0.2\"");
    build_from(&context.path("next"), "pypaas", "0.2", &[version])
}

/// Installs a version, which answers at once.
pub(super) fn install_well(root: &Root, package: &Path) {
    let ran = install(root, package);
    let said: Vec<_> = ran
        .stderr
        .lines()
        .filter(|line| line.starts_with("pypaas"))
        .collect();
    assert_eq!(said, ["pypaas: running the task keys"]);
}

/// Gives Ada an account with a key, the key to the host, and her app a place there.
pub(super) fn welcome_ada(root: &Root) {
    root.write("/etc/pypaas/repos/hello.yml", REPO).unwrap();
    root.write(
        "/etc/pypaas/repos/bank.yml",
        "keys: [bob]\nprocesses: {web: exec false}\n",
    )
    .unwrap();
    root.sh(
        "useradd -m -s /bin/sh ada
         runuser -u ada -- sh -euc 'mkdir -m 700 ~/.ssh; ssh-keygen -q -t ed25519 -N \"\" -f ~/.ssh/id_ed25519
            echo StrictHostKeyChecking accept-new >~/.ssh/config
            git config --global user.name Ada; git config --global user.email ada@example.org
            git config --global protocol.file.allow always; git config --global init.defaultBranch main'
         cp /home/ada/.ssh/id_ed25519.pub /srv/deploy/authorized_keys.d/ada.pub
         # A submodule of a repository on the host itself, which git asks to be allowed.
         runuser -u deploy -- sh -euc 'cd; git config --global protocol.file.allow always
            git init -q theme; cd theme; echo blue >colour.txt
            git add -A; git -c user.name=Ada -c user.email=ada@example.org commit -qm theme'",
    )
    .unwrap();
    assert_eq!(root.sh("pypaas keys").unwrap(), "keys that may push: 1");
    assert_eq!(
        root.sh("pypaas check").unwrap(),
        "in order: repositories 2, sites 1"
    );
    for file in ["serve.py", "work.py", "public/site.css"] {
        let from = repository().join("fixtures/apps/pypaas/example").join(file);
        root.put(&from, &format!("/home/ada/hello/{file}")).unwrap();
    }
    // What is a deploy user's own is not Ada's for git.
    root.sh(
        "git config --system safe.directory '*'; chown -R ada:ada /home/ada/hello
         runuser -u ada -- sh -euc 'cd ~/hello; git init -q
            git submodule --quiet add file:///srv/deploy/theme public/theme; git add -A; git commit -qm first'",
    )
    .unwrap();
}

/// Changes the app by lines of sh, commits, and pushes; what the terminal shows is on standard error.
pub(super) fn push(root: &Root, change: &str) -> Ran {
    let script = format!(
        "cd ~/hello; {change}; git add -A; git commit -q --allow-empty -m change; git push deploy@127.0.0.1:hello main"
    );
    as_ada(root, &script)
}

/// Runs lines of sh as Ada.
pub(super) fn as_ada(root: &Root, script: &str) -> Ran {
    let home = "cd; set -eu; export GIT_TERMINAL_PROMPT=0; ";
    root.run(&[
        "runuser",
        "-u",
        "ada",
        "--",
        "sh",
        "-c",
        &format!("{home}{script}"),
    ])
    .unwrap()
}

/// Returns the ids of all processes of the app, each with its program.
pub(super) fn processes(root: &Root) -> Vec<String> {
    let said = root
        .sh("pgrep -u deploy -fa 'python3 (serve|work)[.]py|sleep 100000' || true")
        .unwrap();
    said.lines().map(str::to_owned).collect()
}

/// Asks the site until each of the two processes has answered, and returns their ports.
pub(super) fn both_answer(root: &Root, words: &str) -> BTreeSet<String> {
    let wanted = format!("Moin from {words}\n");
    let mut ports = BTreeSet::new();
    for _ in 0..200 {
        let text = page(root, &format!("{SITE}/"), &wanted);
        let port = text.lines().find_map(|line| line.strip_prefix("port "));
        ports.insert(port.unwrap().to_owned());
        if ports.len() == 2 {
            return ports;
        }
    }
    panic!("only {ports:?} answer");
}
