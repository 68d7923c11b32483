//! Recipes of every kind: each file is a test, and what `check` says of it is compared whole.
//!
//! `fixtures/recipes/invalid/NAME.toml` has one cause for one error, or few; `NAME.stderr` is what the user sees.
//! `fixtures/recipes/valid/NAME.toml` is accepted; where there are warnings, they are in `NAME.stderr`.

use crate::context::{TestContext, repository, succeed};
use deb_build_app::recipe::Code;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

/// Set this to write the texts anew; the change is then reviewed as a document.
const ACCEPT: &str = "DEB_BUILD_APP_ACCEPT";

/// A recipe, and everything that `check` says of it.
struct Checked {
    path: PathBuf,
    code: Option<i32>,
    stderr: String,
    /// Its entry in the document of `check --json`.
    json: Value,
}

/// Checks every recipe of a folder, one by one for people and all at once for programs.
fn checked(folder: &str) -> Vec<Checked> {
    let folder = repository().join("fixtures/recipes").join(folder);
    let mut recipes: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    recipes.sort();
    let names: Vec<_> = recipes
        .iter()
        .map(|path| path.file_name().unwrap())
        .collect();
    let context = TestContext::new();
    let run = |words: &[&str], names: &[&std::ffi::OsStr]| {
        let mut command = context.command(words);
        command.args(names).current_dir(&folder);
        command.output().unwrap()
    };
    let all = run(&["check", "--json"], &names);
    assert_eq!(String::from_utf8_lossy(&all.stderr), "");
    let document: Value = serde_json::from_slice(&all.stdout).unwrap();
    assert_eq!(document["format"], 1);
    let entries = document["recipes"].as_array().unwrap();
    assert_eq!(entries.len(), recipes.len());
    recipes
        .iter()
        .zip(&names)
        .zip(entries)
        .map(|((path, name), json)| {
            let output = run(&["check"], &[name]);
            assert_eq!(output.stdout, b"", "{}", path.display());
            assert_eq!(json["file"], name.to_str().unwrap());
            Checked {
                path: path.clone(),
                code: output.status.code(),
                stderr: String::from_utf8(output.stderr).unwrap(),
                json: json.clone(),
            }
        })
        .collect()
}

/// Compares what was said with the text beside the recipe, which may be written anew.
fn compare(recipe: &Checked, said: &str, wrong: &mut Vec<String>) {
    let expected = recipe.path.with_extension("stderr");
    if std::env::var_os(ACCEPT).is_some() {
        if said.is_empty() {
            let _ = std::fs::remove_file(&expected);
        } else {
            std::fs::write(&expected, said).unwrap();
        }
    }
    let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
    if said != wanted {
        wrong.push(format!(
            "--- {}\n{wanted}+++ found\n{said}",
            expected.display()
        ));
    }
}

/// Takes the head lines and places from what a person sees: severity, code, message, line and column.
fn heads(stderr: &str) -> Vec<(String, String, String, u64, u64)> {
    let lines: Vec<_> = stderr.lines().collect();
    let mut heads = Vec::new();
    for pair in lines.windows(2) {
        let Some((severity, rest)) = pair[0]
            .split_once('[')
            .filter(|(severity, _)| ["error", "warning"].contains(severity))
        else {
            continue;
        };
        let (code, message) = rest.split_once("]: ").unwrap();
        let mut place = pair[1].rsplit(':');
        // A recipe without text has no line to show.
        let column = place.next().unwrap().parse().unwrap_or(1);
        let line = place.next().map_or(1, |line| line.parse().unwrap());
        let [severity, code, message] = [severity, code, message].map(str::to_owned);
        heads.push((severity, code, message, line, column));
    }
    heads
}

/// Takes the same from the document.
fn entries(json: &Value) -> Vec<(String, String, String, u64, u64)> {
    let problems = json["problems"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    problems
        .iter()
        .map(|problem| {
            let number = |key: &str| problem[key].as_u64().unwrap();
            let (line, column) = (number("line"), number("column"));
            assert!(
                (line, column) <= (number("end_line"), number("end_column")),
                "{problem}"
            );
            (
                text(&problem["severity"]),
                text(&problem["code"]),
                text(&problem["message"]),
                line,
                column,
            )
        })
        .collect()
}

#[test]
fn every_invalid_recipe_is_refused_with_its_text() {
    let recipes = checked("invalid");
    assert!(recipes.len() >= 280, "the fixtures are there");
    let mut wrong = Vec::new();
    for recipe in &recipes {
        let name = recipe.path.display();
        assert_eq!(recipe.code, Some(3), "{name}");
        assert_eq!(recipe.json["valid"], false, "{name}");
        assert_eq!(heads(&recipe.stderr), entries(&recipe.json), "{name}");
        assert!(
            !recipe
                .stderr
                .contains(|c: char| c.is_control() && c != '\n'),
            "{name} drives the terminal"
        );
        compare(recipe, &recipe.stderr, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_valid_recipe_is_accepted() {
    let recipes = checked("valid");
    assert!(recipes.len() >= 28, "the fixtures are there");
    let mut wrong = Vec::new();
    for recipe in &recipes {
        let name = recipe.path.file_name().unwrap().to_str().unwrap();
        assert_eq!(recipe.code, Some(0), "{name}: {}", recipe.stderr);
        assert_eq!(recipe.json["valid"], true, "{name}");
        assert_eq!(heads(&recipe.stderr), entries(&recipe.json), "{name}");
        if recipe.json["problems"].as_array().unwrap().is_empty() {
            assert_eq!(recipe.stderr, format!("{name} is valid\n"));
            compare(recipe, "", &mut wrong);
        } else {
            compare(recipe, &recipe.stderr, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Says of each recipe whether Python reads it, and whether the schema takes it.
const JUDGE: &str = r#"
import json, sys, tomllib
from jsonschema import Draft7Validator

with open(sys.argv[1]) as file:
    validator = Draft7Validator(json.load(file))
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        # Some editors put a mark in front, which is no part of the text.
        data = file.read().removeprefix(b"\xef\xbb\xbf")
    try:
        document = tomllib.loads(data.decode())
    except ValueError:
        print("syntax")
    else:
        print("taken" if validator.is_valid(document) else "refused")
"#;

/// Asks Python's TOML reader and its schema validator, which share no code with ours.
fn judged(recipes: &[Checked]) -> Vec<String> {
    let mut command = Command::new("python3");
    command
        .args(["-c", JUDGE])
        .arg(repository().join("recipe.schema.json"))
        .args(recipes.iter().map(|recipe| &recipe.path));
    let verdicts: Vec<_> = succeed(&mut command).lines().map(str::to_owned).collect();
    assert_eq!(verdicts.len(), recipes.len());
    verdicts
}

/// Returns whether a problem is one of shape, which a schema can see: not what a value means, or what goes together.
fn is_of_shape(problem: &Value) -> bool {
    let label = problem["label"].as_str().unwrap_or_default();
    let is_range = label.starts_with("it must be a whole number from ");
    let is_choice = label.starts_with("it must be `");
    match problem["code"].as_str().unwrap() {
        "recipe::unknown-key" | "recipe::missing-key" | "recipe::wrong-type" => true,
        "recipe::invalid-value" => is_range || is_choice,
        _ => false,
    }
}

#[test]
fn the_schema_takes_every_valid_recipe_and_sees_every_fault_of_shape() {
    let valid = checked("valid");
    let verdicts = judged(&valid);
    for (recipe, verdict) in valid.iter().zip(&verdicts) {
        assert_eq!(verdict, "taken", "{}", recipe.path.display());
    }
    let invalid = checked("invalid");
    let verdicts = judged(&invalid);
    let mut of_shape = 0;
    let mut wrong = Vec::new();
    for (recipe, verdict) in invalid.iter().zip(&verdicts) {
        let problems = recipe.json["problems"].as_array().unwrap();
        // The depth is a limit of our parser alone.
        let is_syntax = problems.iter().any(|problem| {
            problem["code"] == "recipe::syntax"
                && problem["message"] != "tables or lists are nested too deep"
        });
        let wanted = if is_syntax {
            "syntax"
        } else if problems.iter().any(is_of_shape) {
            of_shape += 1;
            "refused"
        } else {
            // What a pattern of the schema sees, an editor shows.
            assert_ne!(verdict, "syntax", "{}", recipe.path.display());
            continue;
        };
        if verdict != wanted {
            wrong.push(format!(
                "{}: {verdict}, not {wanted}",
                recipe.path.display()
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(of_shape >= 40, "the fixtures are there");
}

#[test]
fn every_code_has_a_recipe() {
    let recipes = [checked("invalid"), checked("valid")].into_iter().flatten();
    let shown: BTreeSet<_> = recipes
        .flat_map(|recipe| entries(&recipe.json))
        .map(|(_, code, ..)| code)
        .collect();
    // Nothing is said of keys that are not supported yet: what only they can be is shown by `together.txt`.
    let of_later = [Code::SamePort, Code::PrivilegedPort, Code::NotSoOften];
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !shown.contains(code.as_str()) && !of_later.contains(code))
        .collect();
    // A recipe that cannot be read is no file of the fixtures: see `check.rs`. The last one is a fault of ours.
    assert_eq!(missing, [&Code::Unreadable, &Code::Refused]);
}

#[test]
fn every_expected_text_belongs_to_a_recipe() {
    for folder in ["invalid", "valid"] {
        let folder = repository().join("fixtures/recipes").join(folder);
        let files = std::fs::read_dir(folder).unwrap();
        let names: BTreeSet<_> = files.map(|entry| entry.unwrap().path()).collect();
        for path in &names {
            if path
                .extension()
                .is_some_and(|extension| extension == "stderr")
            {
                assert!(
                    names.contains(&path.with_extension("toml")),
                    "{}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn a_recipe_that_is_not_there_says_so() {
    let context = TestContext::new();
    assert_eq!(
        context.said(&["build", "none.toml"]),
        (
            Some(3),
            String::new(),
            "error: `none.toml`: there is no such recipe\n\nhint: name a recipe file, such as `recipes/demosite.toml`\n"
                .to_owned()
        )
    );
}
