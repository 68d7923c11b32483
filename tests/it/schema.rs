//! The JSON schema of a recipe against Python's validator, which shares no code with the reader of recipes.

use crate::context::repository;
use deb_build_app::recipe::schema::json_schema;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Checks the schema, every default and example in it, and the documents that are named; says what is wrong, one line each.
const JUDGE: &str = r#"
import json, re, sys, tomllib
from jsonschema import Draft7Validator, RefResolver

schema = json.load(sys.stdin)
Draft7Validator.check_schema(schema)
resolver = RefResolver("", schema)
values = 0

def walk(node, place):
    global values
    if isinstance(node, list):
        for at, each in enumerate(node):
            walk(each, f"{place}/{at}")
        return
    if not isinstance(node, dict):
        return
    if "description" in node and isinstance(node["description"], str):
        validator = Draft7Validator(node, resolver=resolver)
        for value in [node[word] for word in ["default"] if word in node] + node.get("examples", []):
            values += 1
            for error in validator.iter_errors(value):
                print(f"{place}: {error.message}")
    for name, each in node.items():
        if name not in ("default", "examples", "enum", "required"):
            walk(each, f"{place}/{name}")

for pattern in set(re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', json.dumps(schema))):
    re.compile(json.loads(f'"{pattern}"'))
walk(schema, "")
print(f"{values} values")
validator = Draft7Validator(schema)
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        document = tomllib.load(file)
    errors = sorted(validator.iter_errors(document), key=str)
    print(path, "refused" if errors else "accepted", *[error.message for error in errors][:3], sep=" | ")
"#;

/// Lets the judge look at documents; returns how many values there are in the schema, and what is said of each document.
fn judge(documents: &[PathBuf]) -> (usize, Vec<String>) {
    let mut child = Command::new("python3")
        .args(["-W", "ignore", "-c", JUDGE])
        .args(documents)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(json_schema().as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the schema is not valid");
    let said = String::from_utf8(output.stdout).unwrap();
    let mut lines = said.lines().map(str::to_owned);
    let first = lines.next().unwrap_or_default();
    let values = first
        .strip_suffix(" values")
        .and_then(|count| count.parse().ok())
        .unwrap_or_else(|| panic!("{said}"));
    (values, lines.collect())
}

fn recipes_in(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(repository().join(folder)).unwrap();
    let mut found: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    found.sort();
    found
}

#[test]
fn the_schema_is_a_draft_07_schema_and_its_examples_fit_it() {
    let (values, said) = judge(&[]);
    assert_eq!(said, Vec::<String>::new());
    assert!(values > 100, "only {values} defaults and examples");
}

#[test]
fn recipes_that_build_are_accepted() {
    let recipes = recipes_in("recipes");
    let (_, said) = judge(&recipes);
    let wanted: Vec<_> = recipes
        .iter()
        .map(|path| format!("{} | accepted", path.display()))
        .collect();
    assert!(!wanted.is_empty());
    assert_eq!(said, wanted);
}

#[test]
fn recipes_that_are_wrong_in_names_and_types_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let good = std::fs::read_to_string(repository().join("recipes/demosite.toml")).unwrap();
    let mut documents = Vec::new();
    let mut wanted = Vec::new();
    for (name, from, to, said) in [
        (
            "misspelt key",
            "maintainer =",
            "maintaner =",
            "'maintainer' is a required property | \
             Additional properties are not allowed ('maintaner' was unexpected)",
        ),
        (
            "misspelt table",
            "[output]",
            "[outptu]",
            "Additional properties are not allowed ('outptu' was unexpected)",
        ),
        (
            "misspelt key of a table in a table",
            "{ mode =",
            "{ moed =",
            "Additional properties are not allowed ('moed' was unexpected)",
        ),
        (
            "misspelt key of what can be a string too",
            "{ from-source = \"etc/config",
            "{ from-sorce = \"etc/config",
            "Additional properties are not allowed ('from-sorce' was unexpected)",
        ),
        (
            "number in place of a string",
            "\"0750\"",
            "750",
            "750 is not of type 'string'",
        ),
        (
            "string in place of a list",
            "[\"requirements.txt\"]",
            "\"requirements.txt\"",
            "'requirements.txt' is not of type 'array'",
        ),
        (
            "name that dpkg refuses",
            "\"demosite\"",
            "\"Demo_Site\"",
            "'Demo_Site' does not match '^[a-z0-9][a-z0-9+.-]+$'",
        ),
        (
            "service without a command",
            "command =",
            "directory =",
            "'command' is a required property",
        ),
    ] {
        let good = format!("{good}\n[output]\ncompression = \"xz\"\n");
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{name}");
        let path = folder.path().join(format!("{name}.toml"));
        std::fs::write(&path, bad).unwrap();
        wanted.push(format!("{} | refused | {said}", path.display()));
        documents.push(path);
    }
    let (_, said) = judge(&documents);
    assert_eq!(said, wanted);
}
