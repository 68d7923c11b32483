//! What the list of keys says of itself: defaults and examples are read without an error.

use super::sections::sections;
use super::{Key, RECIPE, TableSpec, check};
use crate::recipe::Recipe;
use crate::recipe::code::Code;
use crate::recipe::problem::{Problem, Problems, Severity};
use std::path::Path;
use std::ptr;
use toml::de::DeTable;

/// Returns every table of a recipe once.
fn tables() -> Vec<&'static TableSpec> {
    let mut found: Vec<&'static TableSpec> = vec![&RECIPE];
    let mut at = 0;
    while at < found.len() {
        for key in found[at].keys {
            if let Some(inner) = key.shape.table()
                && !found.iter().any(|known| ptr::eq(*known, inner))
            {
                found.push(inner);
            }
        }
        at += 1;
    }
    found
}

/// Returns what is wrong with a document, but for what is not supported yet or not there.
fn problems(text: &str, spec: &'static TableSpec) -> Vec<Problem> {
    let document = DeTable::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let problems = Problems::default();
    check(&document, spec, &problems);
    let mut problems = problems.into_sorted();
    problems.retain(|problem| ![Code::NotSupportedYet, Code::MissingKey].contains(&problem.code));
    problems
}

#[test]
fn every_default_and_example_has_the_shape_of_its_key() {
    let mut values = 0;
    for key in tables().into_iter().flat_map(|table| table.keys) {
        let keys: &'static [Key] = Box::leak(Box::new([Key {
            required: false,
            ..*key
        }]));
        let spec: &'static TableSpec = Box::leak(Box::new(TableSpec { doc: &[], keys }));
        for value in key.default.into_iter().chain(key.example) {
            let text = format!("{} = {value}", key.name);
            assert_eq!(problems(&text, spec), [], "{text}");
            values += 1;
        }
    }
    assert!(values > 100, "only {values} defaults and examples");
}

#[test]
fn the_example_of_every_table_is_a_piece_of_a_recipe() {
    for section in sections(&RECIPE) {
        let text = section.example.join("\n");
        assert_eq!(problems(&text, &RECIPE), [], "{text}");
    }
}

#[test]
fn the_examples_of_tables_that_are_supported_make_a_recipe() {
    let lines: Vec<_> = sections(&RECIPE)
        .into_iter()
        .filter(|section| !section.later && !section.nested)
        .flat_map(|section| section.example)
        .collect();
    let reading = Recipe::read(&lines.join("\n"), Path::new("recipes"));
    let errors: Vec<_> = reading
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let recipe = reading.value.expect("a recipe without errors is read");
    let names = recipe.services.iter().map(|service| service.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["web", "passenger"]);
}

#[test]
fn every_table_of_the_recipe_has_an_example() {
    for section in sections(&RECIPE) {
        assert!(
            section.nested || !section.example.is_empty(),
            "{}",
            section.title
        );
    }
}

#[test]
fn descriptions_are_sentences() {
    for table in tables() {
        let docs = table.keys.iter().map(|key| (key.name, key.doc));
        for (name, doc) in docs.chain([("", table.doc)]) {
            let last = doc.last().expect("a description has lines");
            assert!(last.ends_with('.'), "{name}: {doc:?}");
            assert_eq!(
                doc.iter()
                    .map(|line| line.matches('`').count())
                    .sum::<usize>()
                    % 2,
                0,
                "{name}: {doc:?}"
            );
        }
    }
}
