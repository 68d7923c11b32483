//! What is wrong with a recipe: where, what was found, and what to write instead. Shown as rustc shows it, or as data.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The recipe cannot be built.
    Error,
    /// It can, and hardly anybody wants what it says.
    Warning,
}

/// One thing that is wrong, with a stable code that tests and documents can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Stable name, such as `recipe::unknown-key`.
    pub code: &'static str,
    /// One lowercase sentence without a full stop.
    pub title: String,
    /// The bytes of the recipe it is about.
    pub span: Range<usize>,
    /// What stands at the caret; may be empty.
    pub label: String,
    /// What the user can do; may be empty.
    pub help: String,
}

impl Problem {
    /// Makes one that stops a build.
    pub(super) fn error(
        code: &'static str,
        span: Range<usize>,
        title: String,
        label: &str,
        help: String,
    ) -> Self {
        Problem {
            severity: Severity::Error,
            code,
            title,
            span,
            label: label.to_owned(),
            help,
        }
    }

    /// Returns the same as a warning.
    #[must_use]
    pub(super) fn into_warning(self) -> Self {
        Problem {
            severity: Severity::Warning,
            ..self
        }
    }
}

/// Collects problems, so that one run shows all of them.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: RefCell<Vec<Problem>>,
    /// Keys that were read, as the schema names them: a test compares them with the schema.
    read: RefCell<BTreeSet<String>>,
}

impl Problems {
    /// Adds a problem.
    pub(super) fn add(&self, problem: Problem) {
        self.found.borrow_mut().push(problem);
    }

    /// Remembers that a key was read.
    pub(super) fn note_read(&self, path: String) {
        if cfg!(test) {
            self.read.borrow_mut().insert(path);
        }
    }

    /// Returns the keys that were read.
    #[cfg(test)]
    pub(super) fn read(&self) -> BTreeSet<String> {
        self.read.borrow().clone()
    }

    /// Returns them in the order of the recipe; what was found twice is there once.
    pub(super) fn into_sorted(self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = Vec::new();
        for problem in self.found.into_inner() {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        problems
    }
}

/// Renders problems for a person; `path` is how the user calls the recipe.
/// Passwords in addresses are not shown.
pub fn render(problems: &[Problem], path: &str, text: &str, renderer: &Renderer) -> String {
    let text = &without_passwords(text);
    problems
        .iter()
        .map(|problem| {
            let mut annotation =
                AnnotationKind::Primary.span(problem.span.start..problem.span.end.min(text.len()));
            if !problem.label.is_empty() {
                annotation = annotation.label(problem.label.as_str());
            }
            let level = match problem.severity {
                Severity::Error => Level::ERROR,
                Severity::Warning => Level::WARNING,
            };
            let mut group = level
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

/// Replaces what stands before the `@` of an address by as many `*`, so that every place stays where it is.
fn without_passwords(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + "://".len());
        shown.push_str(before);
        let end = after
            .find(|c: char| c.is_whitespace() || "/?#\"'`".contains(c))
            .unwrap_or(after.len());
        let secret = after[..end].rfind('@').unwrap_or(0);
        shown.push_str(&"*".repeat(secret));
        rest = &after[secret..];
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_are_not_shown() {
        for (text, shown) in [
            (
                "git = \"https://ada:pw@example.org/x\"",
                "git = \"https://******@example.org/x\"",
            ),
            (
                "https://ü:p@w@h/ and https://t@h",
                "https://******@h/ and https://*@h",
            ),
            ("https://example.org/a@b", "https://example.org/a@b"),
            ("Ada <ada@example.org> ://", "Ada <ada@example.org> ://"),
        ] {
            assert_eq!(without_passwords(text), shown);
            assert_eq!(text.len(), shown.len());
        }
    }

    #[test]
    fn what_was_found_twice_is_shown_once_whatever_stands_between() {
        let problems = Problems::default();
        for title in ["a", "b", "a", "b"] {
            problems.add(Problem::error(
                "x",
                0..1,
                title.to_owned(),
                "",
                String::new(),
            ));
        }
        let titles: Vec<_> = problems
            .into_sorted()
            .into_iter()
            .map(|problem| problem.title)
            .collect();
        assert_eq!(titles, ["a", "b"]);
    }
}
