//! What reading a document gives: a value, or every problem with its place.
//!
//! Pure. A value is only there when nothing is wrong; of what is in keys that are not supported yet, nothing is said.

use super::code::Code;
use super::problem::{self, Problem, Problems, Severity};
use super::spans::Spans;
use super::syntax;
use crate::failure::Failure;
use annotate_snippets::Renderer;
use toml::Spanned;
use toml::de::DeTable;

/// What reading a document gave: the value unless there are errors, and everything that is wrong.
#[derive(Debug)]
pub struct Reading<T> {
    /// The value, when it can be used.
    pub value: Option<T>,
    /// Errors and warnings, in the order of the text.
    pub(super) problems: Vec<Problem>,
    /// What is refused as not supported yet.
    pub(super) refused: Spans,
}

impl<T> Reading<T> {
    /// Returns errors and warnings in the order of the text; nothing is said of what is in keys that are not supported yet.
    pub fn problems(&self) -> Vec<Problem> {
        problem::limit(self.told())
    }

    /// Returns all of them, in the order of the text.
    pub(super) fn told(&self) -> Vec<Problem> {
        problem::without_refused(&self.problems, &self.refused)
    }

    /// Returns the value, or one [`Failure`] that shows every problem.
    ///
    /// # Errors
    /// When there is no value.
    pub fn into_value(self, path: &str, text: &str) -> Result<T, Failure> {
        let problems = self.problems();
        self.value.ok_or_else(|| {
            let rendered = |renderer| problem::render(&problems, path, text, &renderer);
            Failure::recipe(rendered(Renderer::plain())).coloured(rendered(Renderer::styled()))
        })
    }
}

/// Parses a document, reads it with `read`, and collects every problem.
pub(super) fn read_document<T>(
    text: &str,
    read: impl FnOnce(&Spanned<DeTable<'_>>, &Problems) -> Option<T>,
) -> Reading<T> {
    let document = match syntax::parse(text) {
        Ok(document) => document,
        Err(problems) => {
            return Reading {
                value: None,
                problems,
                refused: Spans::default(),
            };
        }
    };
    let problems = Problems::default();
    let value = read(&document, &problems);
    let unsupported = problems.refused();
    let mut problems = problems.into_sorted();
    let refused = problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    if value.is_none() && !refused {
        problems.push(Problem::error(
            Code::Refused,
            0..0,
            "the recipe was refused without a reason",
            "",
            "this is a fault of deb-build-app, please report it",
        ));
    }
    Reading {
        value: value.filter(|_| !refused),
        problems,
        refused: unsupported,
    }
}
