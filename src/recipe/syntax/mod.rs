//! The document that a text holds: TOML 1.0, which every editor and Python's `tomllib` read too.

mod explained;
mod newer;

use super::place::Lines;
use super::problem::Problem;
use crate::recipe::code::Code;
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
        explain(text, &errors)
    };
    if problems.is_empty() {
        Ok(document)
    } else {
        Err(problems)
    }
}

fn explain(text: &str, errors: &[toml::de::Error]) -> Vec<Problem> {
    let lines = Lines::of(text);
    let mut errors: Vec<_> = errors.iter().collect();
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    // What the parser says next of the same line mostly follows from the first error.
    let mut told = BTreeSet::new();
    let mut problems = Vec::new();
    for error in errors {
        let (problem, go_on) = explained::explain(text, error);
        if told.insert(lines.place(&problem.span).line) {
            problems.push(problem);
        }
        if !go_on {
            break;
        }
    }
    problems
}

fn problem(span: Range<usize>, title: impl Into<String>, help: &str) -> Problem {
    Problem::error(Code::Syntax, span, title.into(), "", help)
}
