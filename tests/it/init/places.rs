//! Where `init` writes and where it does not, and what it says of the folder it was sent to.

use super::{committed, context, copy, has, init};
use crate::context::{TestContext, repository, succeed};
use std::process::Command;

#[test]
fn what_is_there_is_never_overwritten() {
    let context = context();
    committed(&context, "greeter");
    context.write("greeter/deb-build-app.toml", "mine\n");
    std::os::unix::fs::symlink("nowhere", context.path("link.toml")).unwrap();
    let refusal = |path: &str| {
        format!(
            "error: `{path}` is there already, and will not be overwritten\n\nhint: move it away, or name another file with `--output`\n"
        )
    };
    assert_eq!(
        context.said(&["init", "greeter"]),
        (
            Some(1),
            String::new(),
            refusal("greeter/deb-build-app.toml")
        )
    );
    assert_eq!(
        context.said(&["init", "greeter", "-o", "link.toml"]),
        (Some(1), String::new(), refusal("link.toml"))
    );
    assert_eq!(
        context.said(&["init", "greeter", "-o", "out"]),
        (Some(1), String::new(), refusal("out"))
    );
    assert_eq!(
        std::fs::read_to_string(context.path("greeter/deb-build-app.toml")).unwrap(),
        "mine\n"
    );
    assert!(!context.path("nowhere").exists());
}

#[test]
fn a_recipe_elsewhere_leads_to_the_repository_and_the_folder_in_it() {
    let context = context();
    copy(
        &repository().join("fixtures/apps/greeter"),
        &context.path("mono/services/greeter"),
    );
    context.commit("mono");
    context.write("mono/recipes/README", "");
    let (code, out, _) = context.said(&[
        "init",
        "mono/services/greeter",
        "-o",
        "mono/recipes/greeter.toml",
    ]);
    assert_eq!(
        (code, out.as_str()),
        (Some(0), "mono/recipes/greeter.toml\n")
    );
    let recipe = context.path("mono/recipes/greeter.toml");
    let text = std::fs::read_to_string(&recipe).unwrap();
    assert!(
        text.contains("\n[source]\ngit = \"..\"\nsubdirectory = \"services/greeter\"\n"),
        "{text}"
    );
    assert!(has(&context.build(&recipe), "/opt/greeter/app/words.py"));
}

#[test]
fn the_recipe_can_be_printed_and_then_nothing_is_written() {
    let context = context();
    committed(&context, "greeter");
    let (code, out, said) = context.said(&["init", "greeter", "--output", "-"]);
    assert_eq!(code, Some(0));
    let expected =
        std::fs::read_to_string(repository().join("tests/it/init/greeter.toml")).unwrap();
    assert_eq!(out, expected);
    assert!(
        said.starts_with("the recipe is there; before you ship it:\n- "),
        "{said}"
    );
    let mut git = Command::new("git");
    git.args(["status", "--porcelain"])
        .current_dir(context.path("greeter"));
    assert_eq!(succeed(&mut git), "");
    let (_, _, quiet) = context.said(&["init", "greeter", "--output", "-", "--quiet"]);
    assert_eq!(quiet, "");
}

#[test]
fn what_git_lacks_is_said() {
    let context = context();
    copy(
        &repository().join("fixtures/apps/greeter"),
        &context.path("greeter"),
    );
    let todo = |context: &TestContext| {
        let (code, _, said) = context.said(&["init", "greeter", "-o", "-"]);
        assert_eq!(code, Some(0), "{said}");
        said.lines()
            .find(|line| line.contains("commit"))
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(
        todo(&context),
        "- the folder is in no git repository, and what is packaged is a commit: `git init`, `git add -A` and `git commit` make one"
    );
    let git = |words: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(words)
            .current_dir(context.path("greeter"));
        succeed(&mut git);
    };
    git(&["init", "-q"]);
    assert_eq!(
        todo(&context),
        "- nothing is committed yet, and what is packaged is a commit: `git add -A` and `git commit`"
    );
    git(&["add", "app.py"]);
    git(&["commit", "-q", "-m", "half"]);
    assert_eq!(
        todo(&context),
        "- `requirements.txt` is not committed: only what is committed is packaged"
    );
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "whole"]);
    assert_eq!(todo(&context), "");
}

#[test]
fn a_tag_is_the_version_and_the_remote_is_told_without_its_password() {
    let context = context();
    committed(&context, "greeter");
    for words in [
        &["tag", "v3.1"][..],
        &[
            "remote",
            "add",
            "origin",
            "https://ada:secret@example.org/ada/greeter.git",
        ],
    ] {
        succeed(
            Command::new("git")
                .args(words)
                .current_dir(context.path("greeter")),
        );
    }
    let (recipe, said) = init(&context, "greeter");
    let text = std::fs::read_to_string(recipe).unwrap();
    for line in [
        "version = { from = \"git\" }  # 3.1 now, by the tag v3.1\n",
        "homepage = \"https://example.org/ada/greeter\"\n",
        "# A clone of https://example.org/ada/greeter.git.\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert!(
        !text.contains("secret") && !said.contains("version"),
        "{text}{said}"
    );
}

#[test]
fn a_place_that_is_no_app_says_so() {
    let context = context();
    assert_eq!(
        context.said(&["init", "none"]),
        (
            Some(1),
            String::new(),
            "error: there is no folder `none`\n\nhint: name the folder of the app\n".to_owned()
        )
    );
    let (code, out, said) = context.said(&["init", "out"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert_eq!(
        said,
        "error: there is no app in Python in `[TEST]/out`\n\nhint: name the folder that holds its pyproject.toml, setup.py, \
         manage.py, requirements.txt, Procfile or modules\n"
    );
    context.write("app/app.py", "print()\n");
    assert_eq!(
        context.said(&["init", "app", "-o", "no/recipe.toml"]).2,
        "error: the folder of `no/recipe.toml` is not there\n\nhint: make it first, or name another file with `--output`\n"
    );
}
