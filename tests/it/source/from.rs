//! `version = { from = … }` through whole builds.

use crate::context::{TestContext, TinyApp};
use std::process::Command;

/// Makes an app that says it is 1.0, and a recipe for it.
fn app(source: &str, version: &str) -> TestContext {
    let context = TestContext::new();
    TinyApp {
        name: "demo",
        module: "demo.py",
        text: "\"x = 1\\n\"",
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    context.write(
        "recipe.toml",
        &format!(
            "[package]\nname = \"demo\"\nversion = {version}\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small app\"\n\n\
             [source]\n{source}\n"
        ),
    );
    context
}

fn git(context: &TestContext, words: &[&str]) {
    let mut git = Command::new("git");
    git.args(words).current_dir(context.path("app"));
    crate::context::succeed(&mut git);
}

fn build(context: &TestContext, words: &[&str]) -> (Option<i32>, String, String) {
    let all = [&["build", "-q", "-o", "out", "recipe.toml"], words].concat();
    context.said(&all)
}

/// Returns the names of the packages that were built.
fn built(context: &TestContext) -> Vec<String> {
    let entries = std::fs::read_dir(context.path("out"));
    let names = entries.into_iter().flatten().map(|entry| {
        let name = entry.unwrap().file_name();
        name.to_str().unwrap().to_owned()
    });
    names.collect()
}

#[test]
fn the_project_says_its_version_when_it_is_installed() {
    let context = app("git = \"app\"", "{ from = \"project\" }");
    let (code, plan, _) = context.said(&["plan", "--json", "recipe.toml"]);
    assert_eq!(code, Some(0));
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    let package = &plan["packages"][0];
    assert_eq!(package["version"], "<version of the installed project>");
    let (code, _, said) = build(&context, &["--revision", "2"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert_eq!(built(&context), ["demo_1.0-2_all.deb"]);
}

#[test]
fn a_tag_and_a_project_that_disagree_are_refused() {
    let context = app("git = \"app\"", "{ from = \"git\" }");
    git(&context, &["tag", "v1.1"]);
    let (code, _, said) = build(&context, &[]);
    assert_eq!(
        (code, said.as_str()),
        (
            Some(1),
            "error: the commit has the tag `v1.1`, and the project `demo` says that it is 1.0\n\n\
             hint: set the version in the project, commit that and tag anew; or say what the version is: `from = \"project\"`, or the version itself\n"
        )
    );
    assert_eq!(built(&context), Vec::<String>::new());
    // What is said on the command line needs no tag.
    let (code, _, said) = build(&context, &["--deb-version", "9-1"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert_eq!(built(&context), ["demo_9-1_all.deb"]);
}

#[test]
fn a_folder_with_changes_is_packaged_with_a_warning_and_a_version_that_says_so() {
    let context = app("path = \"app\"", "{ from = \"git\", tags = \"release-*\" }");
    git(&context, &["tag", "release-1.0"]);
    git(&context, &["tag", "v9"]);
    let (code, _, said) = build(&context, &["--lock", "demo.lock"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert_eq!(built(&context), ["demo_1.0-1_all.deb"]);
    std::fs::remove_dir_all(context.path("out")).unwrap();
    std::fs::create_dir(context.path("out")).unwrap();

    context.write("app/new.txt", "not committed\n");
    let (code, _, said) = build(&context, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        said,
        "warning: `[TEST]/app` has changes that are not committed: they are packaged\n"
    );
    let names = built(&context);
    assert!(
        matches!(names.as_slice(), [name] if name.starts_with("demo_1.0+0.g") && name.ends_with(".dirty-1_all.deb")),
        "{names:?}"
    );
    let (code, _, said) = build(&context, &["--locked", "demo.lock"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        said,
        "error: `[TEST]/app` has changes that are not committed, and a lock of sources takes commits only\n\n\
         hint: commit them, or build without `--lock` and `--locked`\n"
    );
}

#[test]
fn an_archive_is_built_with_its_sum_in_the_report_and_takes_no_ref() {
    let context = app("git = \"app\"", "\"1.0\"");
    let mut sh = Command::new("sh");
    sh.args(["-euc", "git -C app archive --format=tar.gz --prefix=demo-1.0/ -o ../demo.tar.gz HEAD; sha256sum demo.tar.gz | cut -c1-64"])
        .current_dir(context.path(""));
    let sum = crate::context::succeed(&mut sh);
    let sum = sum.trim();
    let recipe = std::fs::read_to_string(context.path("recipe.toml")).unwrap();
    let archive = format!("archive = \"demo.tar.gz\"\nsha256 = \"{sum}\"");
    context.write("recipe.toml", &recipe.replace("git = \"app\"", &archive));
    let (code, report, said) = build(&context, &["--json"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let source = &report["packages"][0]["source"];
    assert_eq!(source["commit"], format!("sha256:{sum}"));
    assert_eq!(built(&context), ["demo_1.0-1_all.deb"]);
    let (code, _, said) = build(&context, &["--ref", "main"]);
    assert_eq!(
        (code, said.as_str()),
        (
            Some(1),
            "error: `--ref` names a commit, and the source is an archive\n\n\
             hint: leave it away, or name a repository with `git` in `[source]`\n"
        )
    );
}
