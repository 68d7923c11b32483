//! Templates for CI services and pre-commit: they are what those read, and say nothing that the tool does not know.

use crate::context::{TestContext, repository};
use crate::support::{output_of, run};
use clap::Parser as _;
use deb_build_app::cli::Cli;
use serde_json::Value;
use std::ffi::OsStr;

const GITHUB: &str = "contrib/ci/github.yml";
const GITLAB: &str = "contrib/ci/gitlab.yml";
const HOOKS: &str = ".pre-commit-hooks.yaml";

/// What `check --json` says of a recipe with an error and a warning.
const PROBLEMS: &str = r#"{
  "format": 1,
  "recipes": [{
    "file": "recipes/a.toml",
    "valid": false,
    "problems": [
      {"line": 3, "column": 1, "end_line": 3, "end_column": 9, "severity": "error", "code": "recipe::unknown-key",
       "message": "unknown key `100%`", "label": null, "help": null},
      {"line": 9, "column": 5, "end_line": 9, "end_column": 6, "severity": "warning", "code": "recipe::doubt",
       "message": "hardly anybody wants this", "label": null, "help": null}
    ]
  }, {"file": "recipes/b.toml", "valid": true, "problems": []}]
}"#;

/// Reads a file with the YAML of Python, as these services do with theirs.
fn read(file: &str) -> Value {
    let path = repository().join(file);
    let script = "import json, sys, yaml; json.dump(yaml.load(open(sys.argv[1]), Loader=yaml.BaseLoader), sys.stdout)";
    let json = output_of(
        &["python3", "-c", script, path.to_str().unwrap()],
        &repository(),
    );
    serde_json::from_slice(&json).unwrap()
}

/// Collects the scripts in a template: what is below these keys, each text or list of texts one script.
fn scripts(value: &Value, keys: &[&str], found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if keys.contains(&name.as_str()) => {
                        found.push(text.clone());
                    }
                    Value::Array(lines) if keys.contains(&name.as_str()) => {
                        let lines = lines.iter().map(|line| line.as_str().unwrap());
                        found.push(lines.collect::<Vec<_>>().join("\n"));
                    }
                    _ => scripts(member, keys, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| scripts(item, keys, found)),
        _ => {}
    }
}

fn all_scripts() -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for (file, keys) in [
        (GITHUB, &["run"][..]),
        (GITLAB, &["before_script", "script", "after_script"]),
        (HOOKS, &["entry"]),
    ] {
        let mut found = Vec::new();
        scripts(&read(file), keys, &mut found);
        all.extend(found.into_iter().map(|script| (file, script)));
    }
    all
}

#[test]
fn templates_call_the_tool_as_it_is_called() {
    let mut called = Vec::new();
    for (file, script) in all_scripts() {
        for line in script
            .lines()
            .filter(|line| line.starts_with("deb-build-app "))
        {
            let command = line.split(" > ").next().unwrap();
            let words = shlex::split(command).unwrap();
            if let Err(error) = Cli::try_parse_from(words) {
                panic!("{file}: {line}: {error}");
            }
            called.push((file, command.to_owned()));
        }
    }
    called.sort();
    let wanted = [
        (HOOKS, "deb-build-app check"),
        (GITHUB, "deb-build-app build -o dist/ --json"),
        (GITHUB, "deb-build-app check --json"),
        (GITLAB, "deb-build-app build -o dist/ --json"),
        (GITLAB, "deb-build-app check --json"),
    ]
    .map(|(file, command)| (file, command.to_owned()));
    assert_eq!(called, wanted);
}

#[test]
fn shellcheck_has_nothing_against_the_scripts_of_templates() {
    let context = TestContext::new();
    for (file, script) in all_scripts() {
        let path = context.write("script", &script);
        let words = ["shellcheck", "-s", "bash", path.to_str().unwrap()];
        let output = run(&words.map(OsStr::new), &repository());
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "",
            "{file}: {script}"
        );
    }
}

/// Runs the script of a template that holds `jq`, beside the problems of two recipes.
fn run_jq(file: &str) -> (TestContext, String) {
    let context = TestContext::new();
    context.write("problems.json", PROBLEMS);
    let script = all_scripts()
        .into_iter()
        .find(|(of, script)| *of == file && script.starts_with("jq "))
        .map(|(_, script)| script)
        .unwrap();
    let said = output_of(&["bash", "-euc", &script], &context.path(""));
    (context, String::from_utf8(said).unwrap())
}

#[test]
fn github_is_told_of_problems_at_their_lines() {
    let (_context, said) = run_jq(GITHUB);
    assert_eq!(
        said,
        "::error file=recipes/a.toml,line=3,col=1,title=recipe::unknown-key::unknown key `100%25`\n\
         ::warning file=recipes/a.toml,line=9,col=5,title=recipe::doubt::hardly anybody wants this\n"
    );
}

#[test]
fn gitlab_is_told_of_problems_at_their_lines() {
    let (context, said) = run_jq(GITLAB);
    assert_eq!(said, "");
    let report = std::fs::read(context.path("codequality.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let entries: Vec<_> = report
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            assert!(!text("fingerprint").is_empty());
            (
                text("description"),
                text("check_name"),
                text("severity"),
                entry["location"].to_string(),
            )
        })
        .collect();
    let entry = |description: &str, code: &str, severity: &str, line: u32| {
        (
            description.to_owned(),
            code.to_owned(),
            severity.to_owned(),
            format!(r#"{{"lines":{{"begin":{line}}},"path":"recipes/a.toml"}}"#),
        )
    };
    assert_eq!(
        entries,
        [
            entry("unknown key `100%`", "recipe::unknown-key", "major", 3),
            entry("hardly anybody wants this", "recipe::doubt", "minor", 9),
        ]
    );
}

#[test]
fn the_toolchain_of_the_templates_is_the_oldest_that_compiles_the_tool() {
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let oldest = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .unwrap()
        .trim_matches('"');
    let image = format!("rust:{oldest}-bookworm");
    for file in [GITHUB, GITLAB] {
        let text = std::fs::read_to_string(repository().join(file)).unwrap();
        assert!(text.contains(&image), "{file} has no {image}");
    }
}
