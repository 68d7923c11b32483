//! Flags and the variables that stand for them.

use crate::context::TestContext;
use deb_build_app::cli::command;

#[test]
fn a_strict_variable_that_is_meant_for_another_command_refuses_nothing() {
    let context = TestContext::new();
    let mut command = context.command(["inspect", "nowhere.deb"]);
    let output = command.env("DEB_BUILD_APP_STRICT", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn relative_paths_are_looked_up_in_the_folder_that_is_named() {
    let context = TestContext::new();
    context.write("one/two/demo.deb", "no package");
    for words in [
        &["-C", "one/two", "inspect", "demo.deb"][..],
        &["-C", "one", "-C", "two", "inspect", "demo.deb"],
        &["inspect", "demo.deb", "-C", "one/two"],
    ] {
        let (code, _, said) = context.said(words);
        assert_eq!(code, Some(1));
        assert!(
            said.starts_with("error: `demo.deb` cannot be read\n"),
            "{words:?}: {said}"
        );
    }
    let mut command = context.command(["inspect", "demo.deb"]);
    let output = command
        .env("DEB_BUILD_APP_DIRECTORY", "one/two")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("error: `demo.deb` cannot be read\n"),
        "{said}"
    );
}

/// Adds the flags of a command and of those below it, each as `COMMAND --FLAG VARIABLE`.
fn flags(command: &clap::Command, found: &mut Vec<(String, String, Option<String>)>) {
    for arg in command.get_arguments() {
        let Some(long) = arg.get_long() else { continue };
        if !["help", "version"].contains(&long) {
            let variable = arg.get_env().map(|name| name.to_str().unwrap().to_owned());
            found.push((command.get_name().to_owned(), long.to_owned(), variable));
        }
    }
    for command in command.get_subcommands() {
        flags(command, found);
    }
}

#[test]
fn every_flag_of_every_command_has_a_variable_that_stands_for_it_alone() {
    let mut tree = command();
    tree.build();
    let mut found = Vec::new();
    flags(&tree, &mut found);
    assert!(found.len() > 50, "{found:?}");
    for (command, long, variable) in &found {
        let name = long.to_uppercase().replace('-', "_");
        let mut expected = format!("DEB_BUILD_APP_{name}");
        // Where a recipe goes is not where a package goes.
        if (command.as_str(), long.as_str()) == ("init", "output") {
            expected = "DEB_BUILD_APP_INIT_OUTPUT".to_owned();
        }
        assert_eq!(variable.as_ref(), Some(&expected), "{command} --{long}");
    }
}

#[test]
fn a_wrong_value_that_nobody_typed_is_that_of_its_variable() {
    let context = TestContext::new();
    let output = context
        .command(["check"])
        .env("DEB_BUILD_APP_COLOR", "alwys")
        .output()
        .unwrap();
    let said = context.plain(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("invalid value 'alwys' for '--color <WHEN>'"),
        "{said}"
    );
    assert!(
        said.contains("the value is that of the variable `DEB_BUILD_APP_COLOR`"),
        "{said}"
    );
    // Typed, it is nobody else's.
    let output = context
        .command(["--color=alwys", "check"])
        .env("DEB_BUILD_APP_COLOR", "always")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("invalid value") && !said.contains("variable"),
        "{said}"
    );
}

#[test]
fn an_empty_variable_is_none() {
    let context = TestContext::new();
    let mut command = context.command(["doctor"]);
    for name in [
        "CACHE_DIR",
        "OUTPUT",
        "DIRECTORY",
        "COLOR",
        "JSON",
        "JOBS",
        "VERBOSE",
    ] {
        command.env(format!("DEB_BUILD_APP_{name}"), "");
    }
    let output = command.output().unwrap();
    let said = context.plain(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
}

#[test]
fn of_two_flags_that_exclude_each_other_the_typed_one_wins() {
    let context = TestContext::new();
    context.write(
        "deb-build-app.toml",
        "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n\
         [venv]\npackages = [\"six==1.17.0\"]\n",
    );
    let plan = |words: &[&str], variables: &[(&str, &str)]| {
        let mut command = context.command(["plan", "--json"]);
        command.args(words).envs(variables.iter().copied());
        let output = command.output().unwrap();
        let version = serde_json::from_slice::<serde_json::Value>(&output.stdout)
            .map(|plan| plan["packages"][0]["version"].to_string())
            .unwrap_or_default();
        (output.status.code(), version)
    };
    let version = |text: &str| (Some(0), format!("\"{text}\""));
    let revision = ("DEB_BUILD_APP_REVISION", "7");
    let whole = ("DEB_BUILD_APP_DEB_VERSION", "3-1");
    assert_eq!(plan(&[], &[revision]), version("1.0-7"));
    assert_eq!(plan(&["--deb-version", "3-1"], &[revision]), version("3-1"));
    assert_eq!(plan(&["--revision", "7"], &[whole]), version("1.0-7"));
    let both = (Some(2), String::new());
    assert_eq!(
        plan(&["--revision", "7", "--deb-version", "3-1"], &[]),
        both
    );
    assert_eq!(plan(&[], &[revision, whole]), both);
}
