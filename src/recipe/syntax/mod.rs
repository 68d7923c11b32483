//! The document that a text holds: TOML 1.0, which every editor and Python's `tomllib` read too.

mod explained;
mod newer;

use super::place::Lines;
use super::problem::{Problem, sort};
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::DeTable;

/// Parses a text, or says everything that is wrong with its syntax.
pub(super) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, Vec<Problem>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let problems = if errors.is_empty() {
        newer::find(text)
    } else {
        let lines = Lines::of(text);
        // What the parser says next of the same line mostly follows from the first error.
        let mut told = BTreeSet::new();
        let mut problems: Vec<_> = errors
            .iter()
            .map(|error| explained::explain(text, error))
            .collect();
        sort(&mut problems);
        problems.retain(|problem| told.insert(lines.place(&problem.span).line));
        problems
    };
    if problems.is_empty() {
        Ok(document)
    } else {
        Err(problems)
    }
}

fn problem(span: Range<usize>, title: impl Into<String>, help: &str) -> Problem {
    Problem::error("recipe::syntax", span, title.into(), "", help.to_owned())
}
