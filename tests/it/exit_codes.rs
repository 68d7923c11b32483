use crate::context::{TestContext, repository, succeed};
use deb_build_app::failure::exit_codes;
use std::process::Command;

/// The rows of the one table in the code, as Markdown has them.
fn rows() -> Vec<String> {
    exit_codes()
        .iter()
        .map(|(code, meaning)| format!("| {code} | {meaning} |"))
        .collect()
}

#[test]
fn the_readme_has_the_table_of_the_code() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let table: Vec<_> = readme
        .lines()
        .skip_while(|line| *line != "| exit code | meaning |")
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert_eq!(table, rows());
}

#[test]
fn the_help_has_the_table_of_the_code() {
    let context = TestContext::new();
    let mut help = context.command(["--help"]);
    // Without a width nothing is wrapped but at 100 columns, in which every row fits.
    let help = succeed(help.env("COLUMNS", "100"));
    let table: Vec<_> = help
        .lines()
        .skip_while(|line| *line != "Exit codes:")
        .skip(1)
        .map(str::to_owned)
        .collect();
    let expected: Vec<_> = exit_codes()
        .iter()
        .map(|(code, meaning)| format!("  {code:<14}{meaning}"))
        .collect();
    assert_eq!(table, expected);
}

#[test]
fn a_wrong_command_line_is_2_and_says_so_on_standard_error_alone() {
    let context = TestContext::new();
    for (words, expected) in [
        (
            &["--nope"][..],
            "error: unexpected argument '--nope' found\n\nUsage: deb-build-app [OPTIONS] <COMMAND>\n\n\
             For more information, try '--help'.\n",
        ),
        (
            &["-C", "nowhere", "doctor"],
            "error: `nowhere` cannot be entered\n  caused by: No such file or directory (os error 2)\n\n\
             hint: name a folder with `-C`\n",
        ),
    ] {
        assert_eq!(
            context.said(words),
            (Some(2), String::new(), expected.to_owned()),
            "{words:?}"
        );
    }
}

/// Runs the example that panics; returns the exit code and standard error, with the line of the panic as `N`.
fn bug(context: &TestContext, place: &str, backtrace: &str) -> (Option<i32>, String) {
    let tests = std::env::current_exe().unwrap();
    let example = tests.ancestors().nth(2).unwrap().join("examples/bug");
    let folder = context.path("begun");
    std::fs::create_dir_all(folder.join("inside")).unwrap();
    let mut command = Command::new(example);
    command.arg(place).arg(&folder);
    context.set_environment(&mut command);
    let output = command.env("RUST_BACKTRACE", backtrace).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert!(!folder.exists(), "what was begun is taken away");
    (output.status.code(), context.plain(&output.stderr))
}

#[test]
fn a_bug_is_70_with_one_message_in_whatever_thread_it_is() {
    let context = TestContext::new();
    let source = std::fs::read_to_string(repository().join("examples/bug.rs")).unwrap();
    let line = 1 + source
        .lines()
        .position(|line| line.contains("panic!("))
        .unwrap();
    let expected = |thread: &str| {
        format!(
            "error: deb-build-app {} has a bug: an invariant does not hold\n  \
             | at examples/bug.rs:{line}:5, in the thread `{thread}`\n\n\
             hint: the fault is ours, not yours: set `RUST_BACKTRACE=1`, run it again, and report what it prints\n",
            env!("CARGO_PKG_VERSION")
        )
    };
    assert_eq!(bug(&context, "main", "0"), (Some(70), expected("main")));
    let (code, said) = bug(&context, "thread", "0");
    assert_eq!(code, Some(70));
    // Both threads panic; which of them is told of is the machine's choice.
    assert!([expected("one"), expected("two")].contains(&said), "{said}");
}

#[test]
fn a_backtrace_is_shown_when_it_is_asked_for() {
    let (code, said) = bug(&TestContext::new(), "main", "1");
    assert_eq!(code, Some(70));
    // Addresses and names of the standard library differ from machine to machine.
    assert!(said.contains("bug::be_wrong"), "{said}");
    assert!(
        said.ends_with("\n\nhint: the fault is ours, not yours: report it with these lines\n"),
        "{said}"
    );
}
