//! What is wrong with a recipe, shown as rustc shows it: where, what was found, and what to write instead.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::cell::RefCell;
use std::ops::Range;

/// One thing that is wrong, with a stable code that tests and documents can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Stable name, such as `recipe::unknown-key`.
    pub(super) code: &'static str,
    /// One lowercase sentence without a full stop.
    pub(super) title: String,
    /// The bytes of the recipe it is about.
    pub(super) span: Range<usize>,
    /// What stands at the caret; may be empty.
    pub(super) label: String,
    /// What the user can do; may be empty.
    pub(super) help: String,
}

/// Collects problems, so that one run shows all of them.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// Adds a problem.
    pub(super) fn add(&self, problem: Problem) {
        self.0.borrow_mut().push(problem);
    }

    /// Returns them in the order of the recipe.
    pub(super) fn into_sorted(self) -> Vec<Problem> {
        let mut problems = self.0.into_inner();
        problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        problems
    }
}

/// Renders problems for a person; `path` is how the user calls the recipe.
pub(super) fn render(problems: &[Problem], path: &str, text: &str) -> String {
    let renderer = Renderer::plain();
    problems
        .iter()
        .map(|problem| {
            let mut annotation =
                AnnotationKind::Primary.span(problem.span.start..problem.span.end.min(text.len()));
            if !problem.label.is_empty() {
                annotation = annotation.label(problem.label.as_str());
            }
            let mut group = Level::ERROR
                .primary_title(problem.title.as_str())
                .id(problem.code)
                .element(Snippet::source(text).path(path).annotation(annotation));
            if !problem.help.is_empty() {
                group = group.element(Level::HELP.message(problem.help.as_str()));
            }
            renderer.render(&[group]).clone()
        })
        .collect::<Vec<_>>()
        .join("\n\n")
}
