//! Keys that do not go together, and values that their reader would misread: what is said of each, in one line.
//!
//! `fixtures/recipes/together.txt` holds, for each part between `---`, lines that are added to a good recipe, and then with
//! `!` in front what is said of them. That a key is not supported yet is left out.

use crate::recipe::Recipe;
use crate::recipe::code::Code;
use crate::recipe::problem::{Problem, Severity};
use std::path::Path;

const CASES: &str = include_str!("../../../fixtures/recipes/together.txt");

const GOOD: &str = "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n";

fn told(problem: &Problem) -> String {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let label = if problem.label.is_empty() {
        String::new()
    } else {
        format!(" ({})", problem.label)
    };
    format!("! {level}: {}{label}", problem.title)
}

#[test]
fn what_does_not_go_together_is_told_apart() {
    let mut found = Vec::new();
    for case in CASES.trim_end().split("\n---\n") {
        let recipe: Vec<_> = case
            .lines()
            .filter(|line| !line.starts_with("! "))
            .collect();
        let text = format!("{GOOD}{}\n", recipe.join("\n"));
        let reading = Recipe::read_for(&text, Path::new(""), Some("bookworm"));
        let mut lines: Vec<_> = recipe.into_iter().map(ToOwned::to_owned).collect();
        let problems = reading.problems.iter();
        lines.extend(
            problems
                .filter(|problem| problem.code != Code::NotSupportedYet)
                .map(told),
        );
        found.push(lines.join("\n"));
    }
    assert_eq!(found.join("\n---\n"), CASES.trim_end());
}
