//! `check`: which recipes it looks at, what it writes where, and its exit codes.

use crate::context::TestContext;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;

const GOOD: &str = "venv.packages = [\"flask==3.1.0\"]\n[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n";

/// The document for recipes, each a pair of its name and its problems.
fn document(recipes: &[(&str, Value)]) -> Value {
    let entries: Vec<_> = recipes
        .iter()
        .map(|(file, problems)| {
            json!({ "file": file, "valid": problems.as_array().unwrap().is_empty(), "problems": problems })
        })
        .collect();
    json!({ "format": 1, "recipes": entries })
}

#[test]
fn every_recipe_is_looked_at_and_the_verdicts_come_last() {
    let context = TestContext::new();
    context.write("one.toml", GOOD);
    context.write("two.toml", &GOOD.replace("summary", "sumary"));
    context.write("sub/three.toml", GOOD);
    let said = context.said(&[
        "check",
        "two.toml",
        "none.toml",
        "one.toml",
        "sub",
        "sub/three.toml",
    ]);
    assert_eq!(
        said,
        (
            Some(3),
            String::new(),
            "\
error[recipe::unknown-key]: unknown key `package.sumary`
 --> two.toml:6:1
  |
6 | sumary = \"small thing\"
  | ^^^^^^
  |
  = help: did you mean `summary`?

error[recipe::unreadable]: there is no such recipe
--> none.toml
 = help: name a recipe file, such as `recipes/demosite.toml`

error[recipe::unreadable]: this is a folder, and no recipe
--> sub
 = help: name the recipes in it one by one

two.toml: 1 error
none.toml: 1 error
one.toml is valid
sub: 1 error
sub/three.toml is valid
"
            .to_owned()
        )
    );
}

#[test]
fn warnings_fail_only_when_asked_and_are_not_told_to_who_wants_errors_alone() {
    let context = TestContext::new();
    context.write(
        "one.toml",
        &format!("{GOOD}[service.web]\ncommand = \"@prefix@/bin/web ${{NOPE}}\"\n"),
    );
    let warning = "\
warning[recipe::undefined-variable]: nothing defines `NOPE`, which `service.web.command` uses
 --> one.toml:8:11
  |
8 | command = \"@prefix@/bin/web ${NOPE}\"
  |           ^^^^^^^^^^^^^^^^^^^^^^^^^^
";
    for (words, code, told) in [
        (&["check"][..], 0, true),
        (&["check", "--strict"], 5, true),
        (&["check", "-q"], 0, true),
        (&["check", "-qq", "--strict"], 5, false),
    ] {
        let words = [words, &["one.toml"]].concat();
        let (found, stdout, stderr) = context.said(&words);
        assert_eq!((found, stdout.as_str()), (Some(code), ""), "{words:?}");
        assert_eq!(stderr.starts_with(warning), told, "{words:?}: {stderr}");
        let quiet = words.iter().any(|word| word.starts_with("-q"));
        assert_eq!(
            stderr.ends_with("\n\none.toml: 1 warning\n"),
            !quiet,
            "{words:?}: {stderr}"
        );
    }
}

#[test]
fn quiet_leaves_only_what_is_wrong() {
    let context = TestContext::new();
    context.write("one.toml", GOOD);
    context.write("two.toml", "");
    let said = context.said(&["check", "--quiet", "one.toml", "two.toml"]);
    let error = "error[recipe::missing-key]: `package` is missing\n--> two.toml\n \
        = help: a recipe starts with `[package]`, `name`, `version`, `maintainer` and `summary`\n\n";
    assert_eq!(said, (Some(3), String::new(), error.to_owned()));
    let said = context.said(&["check", "--quiet", "one.toml"]);
    assert_eq!(said, (Some(0), String::new(), String::new()));
}

#[test]
fn json_is_one_document_and_standard_error_is_silent() {
    let context = TestContext::new();
    context.write("one.toml", GOOD);
    // Columns are characters: the tab and each letter is one. Lines may end as on Windows.
    let lines = format!("{GOOD}fields = {{ \"Größe\" = \"x\",\t\"日本\" = 1 }}\n");
    context.write("two.toml", &lines.replace('\n', "\r\n"));
    let (code, stdout, stderr) = context.said(&["check", "--json", "one.toml", "two.toml"]);
    assert_eq!((code, stderr.as_str()), (Some(3), ""));
    let said: Value = serde_json::from_str(&stdout).unwrap();
    let problems = json!([
        {
            "line": 7, "column": 12, "end_line": 7, "end_column": 19,
            "severity": "error", "code": "recipe::invalid-value",
            "message": "`package.fields.\"Größe\"` is not valid",
            "label": "is not two or more letters, digits, `-` and `_` that begin with a letter or digit",
            "help": "name a field of your own, such as `XB-Team`, with one line of text",
        },
        {
            "line": 7, "column": 34, "end_line": 7, "end_column": 35,
            "severity": "error", "code": "recipe::wrong-type",
            "message": "`package.fields.\"日本\"` must be a string",
            "label": "this is an integer",
            "help": "put it in quotes: `\"1\"`",
        },
    ]);
    assert_eq!(
        said,
        document(&[("one.toml", json!([])), ("two.toml", problems)])
    );
    assert!(
        stdout.starts_with("{\n  \"format\": 1,\n"),
        "the format comes first"
    );
}

#[test]
fn a_recipe_that_nobody_may_read_is_a_problem_like_others() {
    let context = TestContext::new();
    let path = context.write("one.toml", GOOD);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(context.path("."), open).unwrap();
    // Root may read everything; the tests may run as root.
    let tool = context.path("tool");
    std::fs::copy(crate::context::tool(), &tool).unwrap();
    let mut command = std::process::Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(tool)
        .args(["check", "one.toml"])
        .current_dir(context.path("."));
    let output = command.output().unwrap();
    assert_eq!(
        (output.status.code(), context.plain(&output.stderr).as_str()),
        (
            Some(3),
            "error[recipe::unreadable]: the recipe cannot be read: permission denied\n--> one.toml\n \
             = help: run this as a user who may read it, or change its mode\n\none.toml: 1 error\n"
        )
    );
}

#[test]
fn without_a_name_the_usual_recipe_is_checked() {
    let context = TestContext::new();
    let none = "error: there is no recipe here: neither `deb-build-app.toml` nor a `.toml` file in `recipes`\n\n\
        hint: name a recipe, or write one with `deb-build-app init`\n";
    assert_eq!(
        context.said(&["check"]),
        (Some(3), String::new(), none.to_owned())
    );
    context.write("recipes/one.toml", GOOD);
    context.write("recipes/README.md", "");
    let valid = |name: &str| (Some(0), String::new(), format!("{name} is valid\n"));
    assert_eq!(context.said(&["check"]), valid("recipes/one.toml"));
    context.write("recipes/two.toml", GOOD);
    let two = "error: no recipe is named, there is no `deb-build-app.toml`, and there are several in `recipes`\n  \
        | recipes/one.toml\n  | recipes/two.toml\n\nhint: name one or more of them\n";
    assert_eq!(
        context.said(&["check"]),
        (Some(3), String::new(), two.to_owned())
    );
    context.write("deb-build-app.toml", GOOD);
    assert_eq!(context.said(&["check"]), valid("deb-build-app.toml"));
}

#[test]
fn files_beside_the_recipe_are_looked_for_from_its_folder() {
    let context = TestContext::new();
    context.write(
        "sub/one.toml",
        &format!("{GOOD}[files]\n\"/etc/demo/a\" = \"a.cfg\"\n"),
    );
    let missing = "\
error[recipe::missing-file]: there is no file `a.cfg` beside the recipe
 --> sub/one.toml:8:17
  |
8 | \"/etc/demo/a\" = \"a.cfg\"
  |                 ^^^^^^^
  |
  = help: make it, or mend the name: it is looked up from the recipe's own folder

sub/one.toml: 1 error
";
    let said = context.said(&["check", "sub/one.toml"]);
    assert_eq!(said, (Some(3), String::new(), missing.to_owned()));
    context.write("sub/a.cfg", "");
    assert_eq!(context.said(&["check", "sub/one.toml"]).0, Some(0));
}
