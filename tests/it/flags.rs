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
            expected = "DEB_BUILD_APP_RECIPE".to_owned();
        }
        assert_eq!(variable.as_ref(), Some(&expected), "{command} --{long}");
    }
}
