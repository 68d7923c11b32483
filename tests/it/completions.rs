use crate::context::{TestContext, succeed};
use deb_build_app::cli::command;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Makes a folder with the script of a shell, a recipe and a folder of recipes.
fn folder_for(shell: &str) -> TestContext {
    let context = TestContext::new();
    let script = succeed(&mut context.command(["completions", shell]));
    context.write("script", &script);
    context.write("demo.toml", "");
    context.write("other/one.toml", "");
    context
}

fn program(shell: &str, context: &TestContext) -> Command {
    let mut command = Command::new(shell);
    command.current_dir(context.path(""));
    context.set_environment(&mut command);
    command.env("TERM", "xterm").env("COLUMNS", "200");
    command
}

/// The names of all commands, sorted, with clap's own `help`.
fn commands() -> Vec<String> {
    let mut tree = command();
    tree.build();
    let mut names: Vec<_> = tree
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    names.sort();
    names
}

/// Types keys into a shell on a terminal; after `setup` the program is a function that prints each of its words in `<>`. Returns
/// what it printed.
fn typed(context: &TestContext, shell: &[&str], setup: &str, keys: &str) -> String {
    let mut script = program("script", context);
    let mut child = script
        .args([
            "--quiet",
            "--return",
            "--command",
            &shell.join(" "),
            "/dev/null",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let function = "deb-build-app() { printf '<%s>' \"$@\"; echo; }";
    let input = format!("{setup}; {function}\n{keys}\nexit\n");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let seen = child.wait_with_output().unwrap().stdout;
    let seen = String::from_utf8_lossy(&seen).into_owned();
    let printed = seen
        .split(['\r', '\n'])
        .filter(|line| line.starts_with('<') && line.ends_with('>'));
    let printed: Vec<_> = printed.collect();
    assert_eq!(printed.len(), 1, "{seen:?}");
    printed[0].to_owned()
}

/// Calls the function that bash would call for these words, the last of which is being typed.
fn bash_offers(context: &TestContext, words: &[&str]) -> Vec<String> {
    let script = r#"
        source ./script
        set -- deb-build-app "$@"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        function=$(complete -p deb-build-app | sed 's/.* -F \([^ ]*\) .*/\1/')
        "$function" deb-build-app "${@: -1}" "${@: -2:1}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let mut bash = program("bash", context);
    let said = succeed(
        bash.args(["--norc", "--noprofile", "-c", script, "bash"])
            .args(words),
    );
    said.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_and_values() {
    let context = folder_for("bash");
    assert_eq!(bash_offers(&context, &["ins"]), ["inspect"]);
    let all = bash_offers(&context, &[""]);
    for name in commands() {
        assert!(all.contains(&name), "{name} is not in {all:?}");
    }
    assert_eq!(
        bash_offers(&context, &["completions", ""])
            .into_iter()
            .filter(|word| !word.starts_with('-'))
            .collect::<Vec<_>>(),
        ["bash", "elvish", "fish", "powershell", "zsh"]
    );
    assert_eq!(
        bash_offers(&context, &["build", "--cache"]),
        ["--cache-dir"]
    );
    assert_eq!(
        bash_offers(&context, &["doctor", "--color", ""]),
        ["auto", "always", "never"]
    );
}

#[test]
fn bash_completes_recipes_to_files() {
    let context = folder_for("bash");
    let shell = ["bash", "--norc", "--noprofile", "-i"];
    // Without a letter the files are offered, and not the flags.
    assert_eq!(bash_offers(&context, &["check", ""]), Vec::<String>::new());
    assert!(bash_offers(&context, &["check", "--"]).contains(&"--json".to_owned()));
    for (keys, expected) in [
        ("deb-build-app build dem\t", "<build><demo.toml>"),
        ("deb-build-app build oth\to\t", "<build><other/one.toml>"),
        (
            "deb-build-app doc\t --jso\t dem\t",
            "<doctor><--json><demo.toml>",
        ),
        (
            "deb-build-app build --output oth\t",
            "<build><--output><other/>",
        ),
        (
            "deb-build-app -C oth\t build one.toml",
            "<-C><other/><build><one.toml>",
        ),
    ] {
        assert_eq!(
            typed(&context, &shell, "source ./script", keys),
            expected,
            "{keys:?}"
        );
    }
}

#[test]
fn zsh_completes_commands_flags_values_and_files() {
    let context = folder_for("zsh");
    let shell = ["zsh", "-f", "-i"];
    let setup = "autoload -U compinit; compinit -D -u; source ./script";
    for (keys, expected) in [
        ("deb-build-app ins\t", "<inspect>"),
        (
            "deb-build-app completions po\t",
            "<completions><powershell>",
        ),
        (
            "deb-build-app build --cach\tother dem\t",
            "<build><--cache-dir=other><demo.toml>",
        ),
        ("deb-build-app build oth\to\t", "<build><other/one.toml>"),
        (
            "deb-build-app doc\t --jso\t dem\t",
            "<doctor><--json><demo.toml>",
        ),
        (
            "deb-build-app --color alw\t doc\t",
            "<--color><always><doctor>",
        ),
    ] {
        assert_eq!(typed(&context, &shell, setup, keys), expected, "{keys:?}");
    }
}

/// Returns the words that fish offers for a line, without their descriptions.
fn fish_offers(context: &TestContext, line: &str) -> Vec<String> {
    let mut fish = program("fish", context);
    let said = succeed(fish.args([
        "--no-config",
        "-c",
        "source ./script; complete -C $argv[1]",
        line,
    ]));
    let words = said.lines().map(|line| line.split('\t').next().unwrap());
    words.map(str::to_owned).collect()
}

#[test]
fn fish_completes_commands_flags_values_and_files() {
    let context = folder_for("fish");
    let mut all = fish_offers(&context, "deb-build-app ");
    all.sort();
    assert_eq!(all, commands());
    for (line, expected) in [
        ("deb-build-app ins", &["inspect"][..]),
        (
            "deb-build-app completions ",
            &["bash", "elvish", "fish", "powershell", "zsh"],
        ),
        ("deb-build-app build --cache", &["--cache-dir"]),
        (
            "deb-build-app doctor --color ",
            &["always", "auto", "never"],
        ),
        ("deb-build-app build dem", &["demo.toml"]),
        ("deb-build-app build other/", &["other/one.toml"]),
        ("deb-build-app build --output oth", &["other/"]),
    ] {
        assert_eq!(fish_offers(&context, line), expected, "{line:?}");
    }
}

#[test]
fn there_is_a_script_for_every_shell_that_is_offered() {
    let context = TestContext::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = succeed(&mut context.command(["completions", shell]));
        for name in commands() {
            assert!(
                script.contains(&name),
                "{name} is not in the script for {shell}"
            );
        }
        let written = context.write("script", &script);
        // Of elvish and PowerShell Debian has no package to ask.
        if Path::new("/usr/bin").join(shell).exists() {
            succeed(Command::new(shell).arg("-n").arg(written));
        }
    }
}
