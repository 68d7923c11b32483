//! `[tool.poetry]` of `pyproject.toml`, in everybody's words: dependencies as requirements (PEP 508).
//!
//! # Limits
//! What is optional, or from elsewhere than the index, is no dependency here.

use super::metadata::Metadata;
use super::pyproject::{keys, string, strings};
use toml::{Table, Value};

/// Reads what Poetry says of a project.
pub(super) fn of_poetry(poetry: &Table) -> Metadata {
    let dependencies = poetry.get("dependencies").and_then(Value::as_table);
    Metadata {
        name: string(poetry, "name"),
        version: string(poetry, "version").filter(|version| version != "0.0.0"),
        description: string(poetry, "description"),
        license: string(poetry, "license"),
        homepage: string(poetry, "homepage").or_else(|| string(poetry, "repository")),
        people: [
            strings(poetry.get("maintainers")),
            strings(poetry.get("authors")),
        ]
        .concat(),
        python: dependencies.and_then(|table| string(table, "python")),
        dependencies: dependencies
            .into_iter()
            .flatten()
            .filter(|(name, _)| *name != "python")
            .filter_map(|(name, constraint)| poetry_requirement(name, constraint))
            .collect(),
        extras: keys(poetry.get("extras")),
        scripts: keys(poetry.get("scripts")),
        ..Metadata::default()
    }
}

/// Turns a dependency of Poetry's into a requirement of everybody's (PEP 508); nothing for one that is optional, or from
/// elsewhere than the index.
fn poetry_requirement(name: &str, value: &Value) -> Option<String> {
    let (constraint, extras) = match value {
        Value::String(text) => (text.clone(), Vec::new()),
        Value::Table(table) => {
            if table.get("optional").and_then(Value::as_bool) == Some(true) {
                return None;
            }
            (string(table, "version")?, strings(table.get("extras")))
        }
        _ => return None,
    };
    let extras = if extras.is_empty() {
        String::new()
    } else {
        format!("[{}]", extras.join(","))
    };
    let bounds: Option<Vec<_>> = constraint
        .split(',')
        .map(|part| poetry_bound(part.trim()))
        .collect();
    let bounds: Vec<_> = bounds?
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    Some(format!("{name}{extras}{}", bounds.join(",")))
}

fn poetry_bound(bound: &str) -> Option<String> {
    if bound == "*" || bound.is_empty() {
        return Some(String::new());
    }
    if bound.starts_with(['<', '>', '=', '!']) {
        return Some(bound.replace(' ', ""));
    }
    let (sign, version) = match bound.strip_prefix(['^', '~']) {
        Some(version) => (&bound[..1], version.trim()),
        None => ("", bound),
    };
    let numbers: Option<Vec<u64>> = version.split('.').map(|part| part.parse().ok()).collect();
    if sign.is_empty() {
        return version
            .starts_with(|c: char| c.is_ascii_digit())
            .then(|| format!("=={version}"));
    }
    let numbers = numbers?;
    // `^0.2.3` ends before 0.3, `^1.2` before 2; `~1.2.3` before 1.3, `~1` before 2.
    let last = match sign {
        "^" => numbers
            .iter()
            .position(|number| *number > 0)
            .unwrap_or(numbers.len() - 1),
        _ => usize::from(numbers.len() > 1),
    };
    let mut upper: Vec<_> = numbers[..=last].to_vec();
    upper[last] = upper[last].checked_add(1)?;
    let upper: Vec<_> = upper.iter().map(ToString::to_string).collect();
    Some(format!(">={version},<{}", upper.join(".")))
}

#[cfg(test)]
mod tests {
    use crate::init::folder::testing::folder;

    #[test]
    fn poetrys_words_are_everybodys() {
        let text = r#"
[tool.poetry]
name = "demo"
package-mode = false
authors = ["Ada <ada@example.org>"]
[tool.poetry.dependencies]
python = "^3.11"
a = "^1.2.3"
b = "^0.2.3"
c = "~1.2.3"
d = { version = "1.0", extras = ["x"] }
e = "*"
f = ">=1, <2"
g = { git = "https://example.org/g" }
h = { version = "1", optional = true }
"#;
        let found = super::super::pyproject::read(&folder("demo", &[("pyproject.toml", text)]))
            .expect("a project");
        assert!(!found.installable);
        assert_eq!(
            found.dependencies,
            [
                "a>=1.2.3,<2",
                "b>=0.2.3,<0.3",
                "c>=1.2.3,<1.3",
                "d[x]==1.0",
                "e",
                "f>=1,<2"
            ]
        );
        assert_eq!(found.people, ["Ada <ada@example.org>"]);
    }
}
