//! `build` with an address: what it says, what it keeps, and what must never be seen.

use super::network::{Network, Repository, SECRET};
use crate::context::{TestContext, TinyApp, succeed};
use std::path::Path;
use std::process::{Command, Output};

const RECIPE: &str = r#"
[package]
name = "fetched"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "thing from a server"

[source]
git = "https://localhost:8444/app"
ref = "main"
"#;

/// A tool in the network, with the caches of the other tests but for git's.
pub(super) fn command(network: &Network, context: &TestContext, words: &[&str]) -> Command {
    let mut command = network.command(crate::context::tool());
    command.args(words).current_dir(context.path(""));
    context.set_environment(&mut command);
    command
        .env("GIT_SSL_CAINFO", network.path("ca.pem"))
        .env("CI_TOKEN", SECRET);
    command
}

pub(super) fn app_on_a_server(network: &mut Network) -> (TestContext, Repository) {
    network.https();
    let context = TestContext::new().with_only_uv();
    let helper =
        "[credential]\n\thelper = \"!f() { echo username=ada; echo password=$CI_TOKEN; }; f\"\n";
    context.write("home/.gitconfig", helper);
    context.write("recipe.toml", RECIPE);
    TinyApp {
        name: "fetched",
        module: "fetched.py",
        text: "\"x = 1\\n\"",
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    succeed(
        Command::new("cp")
            .arg("-a")
            .arg(context.path("app"))
            .arg(network.path("srv")),
    );
    let repository = Repository::at(network, "app");
    (context, repository)
}

/// Returns what holds the secret, of everything below a folder.
fn holders(folder: &Path) -> String {
    let mut grep = Command::new("grep");
    grep.args(["-r", "-l", "-a", "-F", "-e", SECRET])
        .arg(folder);
    String::from_utf8(grep.output().unwrap().stdout).unwrap()
}

pub(super) fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_build_from_a_server_names_the_commit_and_keeps_the_credentials_to_itself() {
    let mut network = Network::new();
    let (context, repository) = app_on_a_server(&mut network);
    repository.git(&["tag", "v1"]);
    let words = ["build", "-v", "-o", "out", "--keep-work", "recipe.toml"];
    let output = command(&network, &context, &words).output().unwrap();
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    let commit = repository.git(&["rev-parse", "HEAD"]);
    assert!(
        said.contains(&format!("      commit {commit} (v1)\n")),
        "{said}"
    );
    let package = context.path("out/fetched_1.0-1_all.deb");
    let unpacked = context.path("unpacked");
    succeed(
        Command::new("dpkg-deb")
            .arg("-R")
            .arg(package)
            .arg(&unpacked),
    );

    // A wrong secret, so that what git says of it is seen too.
    let failing = command(&network, &context, &words)
        .env("CI_TOKEN", format!("wrong-{SECRET}"))
        .output()
        .unwrap();
    assert_eq!(failing.status.code(), Some(1));
    let failing = text(&failing);
    assert!(
        failing.contains(
            "error: fetching `https://localhost:8444/app` failed: it asks for credentials, and takes none that git was given\n"
        ),
        "{failing}"
    );
    assert!(
        !said.contains(SECRET) && !failing.contains(SECRET),
        "{said}{failing}"
    );
    // The cache has the log and the work folder too.
    assert_eq!(holders(context.cache()), "");
    assert_eq!(holders(&unpacked), "");
    let log = std::fs::read_to_string(context.cache().join("log/fetched.source.log")).unwrap();
    assert!(log.contains("ls-remote"), "{log}");
}

#[test]
fn a_build_takes_another_ref_and_refuses_one_that_moved_since_it_was_locked() {
    let mut network = Network::new();
    let (context, repository) = app_on_a_server(&mut network);
    let first = repository.git(&["rev-parse", "HEAD"]);
    let build = |words: &[&str]| {
        let words = [&["build", "-q", "-o", "out", "recipe.toml"], words].concat();
        let output = command(&network, &context, &words).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let done = (Some(0), String::new());
    assert_eq!(
        build(&["--locked", "demo.lock"]),
        (
            Some(1),
            "error: there is no lock of sources `demo.lock`\n\n\
             hint: `build --lock demo.lock` builds and writes it; commit it beside the recipe\n"
                .to_owned()
        )
    );
    assert_eq!(build(&["--lock", "demo.lock"]), done);
    assert_eq!(
        std::fs::read_to_string(context.path("demo.lock")).unwrap(),
        format!(
            "# Written by `deb-build-app build --lock`: `--locked` refuses to build from anything else.\n\
             version = 1\n\n[[source]]\ngit = \"https://localhost:8444/app\"\nref = \"main\"\ncommit = \"{first}\"\n"
        )
    );
    assert_eq!(build(&["--locked", "demo.lock"]), done);

    let second = repository.commit("more", "more");
    assert_eq!(
        build(&["--locked", "demo.lock"]),
        (
            Some(1),
            format!(
                "error: `main` is the commit {second} now, and `demo.lock` says {first}\n\n\
                 hint: if that is right, write it anew with `build --lock demo.lock`\n"
            )
        )
    );
    assert_eq!(build(&["--ref", &first, "--lock", "other.lock"]), done);
    let other = std::fs::read_to_string(context.path("other.lock")).unwrap();
    assert!(
        other.contains(&format!("ref = \"{first}\"\ncommit = \"{first}\"\n")),
        "{other}"
    );
}
