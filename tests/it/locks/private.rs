//! Indexes behind a name and password: where those come from, and that nobody sees them.

use super::app::{distributions, make, recipe};
use crate::context::{TestContext, TinyApp, repository, succeed};
use crate::git::network::Network;
use std::path::Path;
use std::process::{Command, Output};

const USER: &str = "ada";
const SECRET: &str = "s3cr3t-t0ken";

/// What a build is given besides the recipe.
#[derive(Clone, Copy, Debug)]
enum Given {
    Netrc(&'static str),
    Variable(&'static str),
    Nothing,
}

/// A private index at 8450 and one for everybody at 8451, and an app that needs `alpha` of the first.
fn private_index(network: &mut Network) -> TestContext {
    network.make_certificates();
    make(&network.path("srv"), &["alpha==1.0", "needs:beta"]);
    make(&network.path("open"), &["beta==1.5"]);
    let path = |name: &str| network.path(name).to_str().unwrap().to_owned();
    let servers = [
        (
            "8450",
            path("srv"),
            format!("{USER}:{SECRET}"),
            path("closed-log"),
        ),
        ("8451", path("open"), "-".to_owned(), path("open-log")),
    ];
    let (certificate, key) = (path("server.pem"), path("server.key"));
    for (port, folder, credentials, log) in servers {
        let mut command = network.command("/usr/bin/python3");
        command
            .arg(repository().join("tests/it/locks/index.py"))
            .args([port, &folder, &certificate, &key, &credentials, &log]);
        network.start(command, &format!("index-{port}"), "up\n");
    }
    // There is no index in this network that has uv.
    let context = TestContext::new().with_only_uv();
    TinyApp {
        name: "thing",
        module: "thing.py",
        text: "\"x = 1\\n\"",
        metadata: "Requires-Dist: alpha\\n",
        before: "pass",
    }
    .commit(&context);
    context
}

fn build(network: &Network, context: &TestContext, installer: &str, given: Given) -> Output {
    let venv = format!(
        "installer = \"{installer}\"\nindex-url = \"https://localhost:8450/simple\"\nextra-index-url = [\"https://localhost:8451/simple\"]\n"
    );
    recipe(context, "recipe.toml", &venv);
    let mut command = network.command(crate::context::tool());
    command
        .args(["build", "-v", "-o", "out", "--keep-work", "recipe.toml"])
        .current_dir(context.path(""));
    context.set_environment(&mut command);
    for name in ["PIP_INDEX_URL", "http_proxy", "https_proxy"] {
        command.env_remove(name);
    }
    command.env("SSL_CERT_FILE", network.path("ca.pem"));
    let netrc = context.path("home/.netrc");
    let _ = std::fs::remove_file(&netrc);
    match given {
        Given::Netrc(password) => {
            let text = format!("machine localhost login {USER} password {password}\n");
            std::fs::write(&netrc, text).unwrap();
            succeed(Command::new("chmod").arg("600").arg(&netrc));
        }
        Given::Variable(password) => {
            let address = format!("https://{USER}:{password}@localhost:8450/elsewhere");
            command.env("PIP_INDEX_URL", address);
        }
        Given::Nothing => {}
    }
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Returns the files below a folder that have the secret.
fn holders(folder: &Path) -> String {
    let mut grep = Command::new("grep");
    grep.args(["-r", "-l", "-a", "-F", "-e", SECRET, "-e", "wr0ng"])
        .arg(folder);
    String::from_utf8(grep.output().unwrap().stdout).unwrap()
}

#[test]
fn credentials_come_from_netrc_or_the_environment_and_are_seen_nowhere() {
    let mut network = Network::new();
    let context = private_index(&mut network);
    let package = context.path("out/thing_1.0-1_all.deb");
    for installer in ["uv", "pip"] {
        for given in [Given::Netrc(SECRET), Given::Variable(SECRET)] {
            let _ = std::fs::remove_file(&package);
            let output = build(&network, &context, installer, given);
            let said = text(&output);
            assert!(output.status.success(), "{installer} {given:?}: {said}");
            assert_eq!(
                distributions(&context, &package),
                ["alpha 1.0", "beta 1.5", "thing 1.0"]
            );
            let unpacked = context.path(format!("unpacked-{installer}-{given:?}").as_str());
            succeed(
                Command::new("dpkg-deb")
                    .arg("-R")
                    .arg(&package)
                    .arg(&unpacked),
            );
            assert!(!said.contains(SECRET), "{said}");
            assert_eq!(holders(&unpacked), "");
            assert_eq!(holders(&context.path("out")), "");
            assert_eq!(holders(context.cache()), "");
            let _ = std::fs::remove_dir_all(context.cache().join(installer));
        }
    }
    let asked = std::fs::read_to_string(network.path("closed-log")).unwrap();
    assert!(
        asked.contains("200 /files/alpha-1.0-py3-none-any.whl"),
        "{asked}"
    );
    let written = context.path("out/thing_1.0-1_all.requirements.txt");
    let written = std::fs::read_to_string(written).unwrap();
    assert!(
        written.contains("\nalpha==1.0 \\\n    --hash=sha256:") && !written.contains("://"),
        "{written}"
    );
}

#[test]
fn a_wrong_password_and_none_are_one_clear_error() {
    let mut network = Network::new();
    let context = private_index(&mut network);
    for installer in ["uv", "pip"] {
        for given in [
            Given::Netrc("wr0ng"),
            Given::Variable("wr0ng"),
            Given::Nothing,
        ] {
            let output = build(&network, &context, installer, given);
            let said = text(&output);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(
                said.contains("hint: the index wants a name and password, or takes none of those it was given: put them into netrc"),
                "{installer} {given:?}: {said}"
            );
            assert!(!said.contains("wr0ng"), "{said}");
            assert_eq!(holders(context.cache()), "");
        }
    }
}
