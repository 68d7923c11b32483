//! `docs/requirements.md` is true: every row of what is asked is there once, in order, and says which tests show it, or that it is
//! open or refused; every test that it names exists.

use crate::context::repository;

/// How many rows each part has.
const PARTS: [(char, usize); 7] = [
    ('A', 12),
    ('B', 10),
    ('C', 8),
    ('D', 17),
    ('E', 17),
    ('F', 17),
    ('G', 4),
];

/// The cells of every row: its name, what is asked, and what shows it.
fn rows() -> Vec<[String; 3]> {
    let text = std::fs::read_to_string(repository().join("docs/requirements.md")).unwrap();
    text.lines()
        .filter(|line| {
            line.starts_with("| ") && !line.starts_with("| row ") && !line.starts_with("| ---")
        })
        .map(|line| {
            let inner = line
                .strip_prefix("| ")
                .and_then(|line| line.strip_suffix(" |"));
            let cells: Vec<_> = inner.unwrap().split(" | ").map(str::to_owned).collect();
            cells
                .try_into()
                .unwrap_or_else(|cells| panic!("{cells:?} has three cells"))
        })
        .collect()
}

#[test]
fn every_requirement_is_there_once_and_in_order() {
    let wanted: Vec<_> = PARTS
        .iter()
        .flat_map(|(part, rows)| (1..=*rows).map(move |row| format!("{part}{row}")))
        .collect();
    let found: Vec<_> = rows().into_iter().map(|[name, ..]| name).collect();
    assert_eq!(found, wanted);
}

#[test]
fn every_requirement_is_shown_or_open_or_refused_for_a_reason() {
    for [name, asked, shown] in rows() {
        assert!(
            asked.ends_with('.') && asked.len() > 20,
            "{name} says what is asked"
        );
        let parts: Vec<_> = shown.split("<br>").collect();
        for (at, part) in parts.iter().enumerate() {
            let is_last = at + 1 == parts.len();
            let is_test = part.starts_with('`') && part.ends_with('`') && part.contains("::");
            let is_open = *part == "**open**" && at == 0 || part.starts_with("**open**: ");
            let is_refused = part.starts_with("**refused**: ");
            assert!(
                is_test || is_last && (is_open || is_refused),
                "{name}: {part}"
            );
        }
    }
}

/// Returns whether a file has this test: a function below `#[test]`, with or without other attributes.
fn has_test(text: &str, name: &str) -> bool {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let at = lines
        .iter()
        .position(|line| line.starts_with(&format!("fn {name}(")));
    at.is_some_and(|at| {
        let above = lines[..at].iter().rev();
        let mut attributes =
            above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        attributes.any(|line| *line == "#[test]")
    })
}

#[test]
fn every_test_that_is_named_exists() {
    let mut missing = Vec::new();
    for [row, _, shown] in rows() {
        for named in shown.split('`').filter(|word| word.contains("::")) {
            let (file, name) = named.rsplit_once("::").unwrap();
            let text = std::fs::read_to_string(repository().join(file)).unwrap_or_default();
            if !has_test(&text, name) {
                missing.push(format!("{row}: {named}"));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}
