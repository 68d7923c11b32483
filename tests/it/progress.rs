//! What a build says while it works, and when it is done. Each has a cache of its own, so that no other test's build is waited for.

use crate::context::{TestContext, demosite_recipe, repository, tool};
use std::process::Command;

/// Replaces numbers and hashes, which differ from run to run, by `N`.
pub(crate) fn without_numbers(text: &str) -> String {
    let mut plain = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let core = word.trim_end();
        let number = core.trim_start_matches('(');
        if number.starts_with(|c: char| c.is_ascii_hexdigit())
            && number.contains(|c: char| c.is_ascii_digit())
        {
            plain.push_str(&word.replace(core, "N"));
        } else {
            plain.push_str(word);
        }
    }
    plain
}

#[test]
fn a_build_prints_a_line_for_each_stage_a_summary_and_the_path_alone() {
    let context = TestContext::new().with_empty_cache();
    let recipe = demosite_recipe(&context, &repository(), "0.1", "1");
    let output = context
        .command(["build", "-o", "out"])
        .arg(&recipe)
        .output()
        .unwrap();
    let name = std::fs::read_dir(context.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        // What was installed is written beside it.
        .find(|path| path.extension().is_some_and(|it| it == "deb"))
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("{}\n", name.display())
    );
    let said = without_numbers(&context.plain(&output.stderr));
    let said: Vec<_> = said.lines().collect();
    assert_eq!(
        said[..5],
        [
            "[1/5] checking Debian packages … N s",
            "[2/5] exporting the source … N s",
            "[3/5] building the virtualenv … N s",
            "[4/5] assembling the package … N s",
            "[5/5] writing the archive … N s",
        ]
    );
    assert!(said[5].starts_with("      commit N"), "{said:?}");
    assert!(
        said[6].starts_with("      N distributions by uv N"),
        "{said:?}"
    );
    assert_eq!(said[7], "      sha256 N");
    assert_eq!(
        said[8..],
        ["built demosite N N MiB, installed N MiB) in N s"]
    );
}

#[test]
fn quiet_prints_the_path_and_nothing_else() {
    let context = TestContext::new().with_only_uv();
    let recipe = demosite_recipe(&context, &repository(), "0.1", "1");
    let output = context
        .command(["build", "-q", "-o", "out"])
        .arg(&recipe)
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
}

#[test]
fn on_a_terminal_a_spinner_shows_what_the_installer_says() {
    let context = TestContext::new().with_only_uv();
    let recipe = demosite_recipe(&context, &repository(), "0.1", "1");
    let mut script = Command::new("script");
    script
        .args(["--quiet", "--return", "--command"])
        .arg(format!(
            "{} build -o out {}",
            tool().display(),
            recipe.display()
        ))
        .arg("/dev/null")
        .current_dir(context.path(""));
    context.set_environment(&mut script);
    script.env("TERM", "xterm");
    let output = script.output().unwrap();
    let seen = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{seen}");
    let spinning = seen
        .split(['\r', '\n'])
        .filter(|line| {
            line.contains("[3/5] building the virtualenv …") && !line.trim_end().ends_with(" s")
        })
        .count();
    assert!(spinning >= 2, "no spinner turned: {seen}");
    assert!(seen.contains(" demosite 0.1-1 ("), "{seen}");
}
