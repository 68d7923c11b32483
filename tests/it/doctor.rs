use crate::context::{TestContext, tool};
use deb_build_app::target::Root;

const MISSING: &str = include_str!("../../fixtures/doctor/missing.txt");
const MISSING_JSON: &str = include_str!("../../fixtures/doctor/missing.json");
const WELL: &str = include_str!("../../fixtures/doctor/well.txt");

const RECIPE: &str = r#"
[package]
name = "demo"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "small thing"

[build]
apt = ["tree", "coreutils"]

[venv]
packages = ["six==1.17.0"]
"#;

/// Replaces how much is free by `N`.
fn without_room(text: &str) -> String {
    let (before, after) = text
        .split_once("deb-build-app`, with ")
        .expect("room is told of");
    let (_, after) = after.split_once(" free").expect("room is told of");
    format!("{before}deb-build-app`, with N free{after}")
}

#[test]
fn in_an_empty_root_all_that_is_missing_is_told_and_its_line_mends_it() {
    let root = Root::builder("bookworm")
        .share_host_network()
        .on_disk()
        .start()
        .unwrap();
    root.put(&tool(), "/usr/bin/").unwrap();
    root.write("/srv/recipe.toml", RECIPE).unwrap();
    // Whatever the root has of what doctor looks for, but for the certificates, which are those of the machine.
    root.sh(
        "for package in git python3.11 python3.11-venv tree mmdebstrap systemd-container; do
             apt-get -q -y --autoremove purge $package || true
         done",
    )
    .unwrap();
    // How full the disk of this machine is changes nothing.
    root.sh("mkdir -p /root/.cache && mount -t tmpfs -o size=4g tmpfs /root/.cache")
        .unwrap();
    // What the machine is set up with is its own business: here nothing is.
    let doctor = |words: &str| {
        let words = format!(
            "cd /srv && env -u PIP_INDEX_URL -u UV_DEFAULT_INDEX -u SSL_CERT_FILE -u PIP_CERT -u REQUESTS_CA_BUNDLE \
             HOME=/root deb-build-app doctor {words}"
        );
        let ran = root.run(&["sh", "-c", &words]).unwrap();
        (ran.status, without_room(&ran.stdout), ran.stderr)
    };
    let ok = |text: &str| (0, text.to_owned(), String::new());
    let missing = |text: &str| (4, text.to_owned(), String::new());

    assert_eq!(doctor("recipe.toml"), missing(MISSING));
    assert_eq!(doctor("recipe.toml --json"), missing(MISSING_JSON));
    let (status, said, _) = doctor("");
    assert_eq!(status, 4);
    let line = said.lines().last().unwrap();
    assert_eq!(
        line,
        "apt-get update && apt-get install -y python3.11 python3.11-venv git"
    );
    root.sh(line).unwrap();
    // The recipe asks for more.
    let (status, said, _) = doctor("recipe.toml");
    assert_eq!(status, 4);
    let line = said.lines().last().unwrap();
    assert_eq!(line, "apt-get install -y tree");
    root.sh(line).unwrap();
    assert_eq!(doctor("recipe.toml"), ok(WELL));
}

#[test]
fn a_recipe_that_is_not_valid_is_shown_as_check_shows_it() {
    let context = TestContext::new();
    context.write("recipe.toml", &RECIPE.replace("name =", "nmae ="));
    let (code, stdout, stderr) = context.said(&["doctor", "recipe.toml"]);
    assert_eq!(code, Some(3));
    // What the machine has and lacks is told all the same.
    assert!(stdout.contains("  release  "), "{stdout}");
    let (_, _, by_check) = context.said(&["check", "recipe.toml"]);
    for line in by_check.lines().filter(|line| line.contains("nmae")) {
        assert!(stderr.contains(line), "{line}\n{stderr}");
    }
    assert!(
        stderr.contains("error[recipe::unknown-key]: unknown key `package.nmae`"),
        "{stderr}"
    );
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let context = TestContext::new();
    context.write("file", "");
    let output = context
        .command(["doctor", "--cache-dir", "file/cache"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    let said = context.plain(&output.stdout);
    let lines: Vec<_> = said
        .lines()
        .filter(|line| line.starts_with("missing"))
        .collect();
    assert_eq!(
        lines,
        [
            "missing  cache            `[TEST]/file/cache` cannot be written: give another place with `--cache-dir`"
        ]
    );
    assert_eq!(
        said.lines().last(),
        Some("1 thing is missing, and apt cannot mend that")
    );
}

#[test]
fn the_index_is_asked_only_when_that_is_wanted() {
    let context = TestContext::new();
    // A proxy that refuses every connection: whoever goes over the network fails.
    let doctor = |words: &[&str]| {
        let mut command = context.command(words);
        for name in ["https_proxy", "http_proxy", "HTTPS_PROXY", "HTTP_PROXY"] {
            command.env(name, "http://127.0.0.1:9");
        }
        let output = command
            .env_remove("no_proxy")
            .env("PIP_INDEX_URL", "https://user:secret@index.invalid/simple")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(!said.contains("secret"), "{said}");
        let line = said.lines().find(|line| line.contains("  index  "));
        let words = line
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        (output.status.code(), words)
    };
    assert_eq!(
        doctor(&["doctor"]),
        (
            Some(0),
            "ok index the one that `PIP_INDEX_URL` names; it is asked only with `--online`"
                .to_owned()
        )
    );
    let (code, said) = doctor(&["doctor", "--online"]);
    assert_eq!(code, Some(4));
    assert!(
        said.starts_with("missing index the one that `PIP_INDEX_URL` names; it does not answer ("),
        "{said}"
    );
}

#[test]
fn the_index_that_the_machine_is_set_up_with_answers() {
    let output = TestContext::new()
        .command(["doctor", "--online"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("; it answers\n"), "{said}");
}
