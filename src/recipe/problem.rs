//! What is wrong with a recipe: where, what was found, and what to write instead. Shown as rustc shows it, or as data.

use super::key_name::joined;
use super::place::Lines;
use super::schema::RECIPE;
use super::spans::Spans;
use crate::failure::printable;
use crate::recipe::code::Code;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::DeValue;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The recipe cannot be built.
    Error,
    /// It can, and hardly anybody wants what it says.
    Warning,
}

/// One thing that is wrong, with a stable code that scripts and documents can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// What sort of problem it is; its name is stable.
    pub code: Code,
    /// One lowercase sentence without a full stop.
    pub title: String,
    /// The bytes of the recipe it is about.
    pub span: Range<usize>,
    /// What stands at the caret; may be empty.
    pub label: String,
    /// What the user can do; may be empty.
    pub help: String,
}

/// Makes words of a problem such that a terminal shows them as they are: the renderer leaves tabs in them.
fn in_a_line(text: &str) -> String {
    printable(text).replace('\t', " ")
}

impl Problem {
    /// Makes one that stops a build. What the recipe puts into the words cannot drive a terminal.
    pub(super) fn error(
        code: Code,
        span: Range<usize>,
        title: impl AsRef<str>,
        label: &str,
        help: impl AsRef<str>,
    ) -> Self {
        Problem {
            severity: Severity::Error,
            code,
            title: in_a_line(title.as_ref()),
            span,
            label: in_a_line(label),
            help: in_a_line(help.as_ref()),
        }
    }

    /// Makes one of a recipe whose text nobody could read.
    pub fn unreadable(title: &str, help: &str) -> Self {
        Problem::error(Code::Unreadable, 0..0, title, "", help)
    }

    /// Says in one line what is wrong.
    pub fn sentence(&self) -> String {
        match self.label.as_str() {
            "" => self.title.clone(),
            label => format!("{}: {label}", self.title),
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
    /// What is refused as not supported yet: nothing more is said of what is in there.
    refused: RefCell<Spans>,
    /// The release whose own part of the recipe is read now, and where that part is.
    release: RefCell<Option<(String, Spans)>>,
    /// Keys that were read, as the schema names them: a test compares them with the schema.
    read: RefCell<BTreeSet<String>>,
}

impl Problems {
    /// Adds a problem.
    pub(super) fn add(&self, mut problem: Problem) {
        if let Some((release, spans)) = &*self.release.borrow()
            && spans.hold(&problem.span)
        {
            problem.title = in_release(&problem.title, release);
        }
        self.found.borrow_mut().push(problem);
    }

    /// Remembers that a key with this value is refused as not supported yet.
    pub(super) fn note_refused(&self, key: &Range<usize>, value: &Spanned<DeValue<'_>>) {
        let mut refused = self.refused.borrow_mut();
        refused.add(key.clone());
        refused.add_value(value);
    }

    /// Returns what is refused as not supported yet.
    pub(super) fn refused(&self) -> Spans {
        let mut refused = self.refused.take();
        refused.sort();
        refused
    }

    /// Says that the recipe is read for a release now: keys that stand in its part are named with it.
    pub(super) fn read_for(&self, release: Option<(String, Spans)>) {
        self.release.replace(release);
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
        let mut problems = self.found.into_inner();
        sort(&mut problems);
        problems
    }
}

/// Puts the release in front of the first key that a title names: `release.trixie.package.name`.
fn in_release(title: &str, release: &str) -> String {
    let Some((before, name)) = title.split_once('`') else {
        return title.to_owned();
    };
    let table = name.split(['.', '`', ' ']).next().unwrap_or_default();
    if table == "release" || RECIPE.key(table).is_none() {
        return title.to_owned();
    }
    format!("{before}`{}.{name}", joined("release", release))
}

/// Leaves out what is said of keys that are refused anyhow.
pub(super) fn without_refused(problems: &[Problem], refused: &Spans) -> Vec<Problem> {
    let told =
        |problem: &&Problem| problem.code == Code::NotSupportedYet || !refused.hold(&problem.span);
    problems.iter().filter(told).cloned().collect()
}

/// Brings problems into the order of the text; what was found twice is there once.
pub(super) fn sort(problems: &mut Vec<Problem>) {
    problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
    let mut kept: Vec<Problem> = Vec::with_capacity(problems.len());
    for problem in problems.drain(..) {
        let mut same_place = kept
            .iter()
            .rev()
            .take_while(|other| other.span == problem.span);
        if !same_place.any(|other| *other == problem) {
            kept.push(problem);
        }
    }
    *problems = kept;
}

/// How many problems of one recipe are told: whoever gives a wrong file meets its end on the screen.
const MOST: usize = 200;

/// Leaves [`MOST`] of sorted problems, errors before warnings, and says how many more there are.
pub(super) fn limit(mut problems: Vec<Problem>) -> Vec<Problem> {
    if problems.len() <= MOST {
        return problems;
    }
    let more = problems.len() - MOST;
    problems.sort_by_key(|problem| problem.severity);
    problems.truncate(MOST);
    sort(&mut problems);
    let last = problems.last().map_or(0..0, |problem| problem.span.clone());
    let title = format!("there are {more} more problems, which are not shown");
    let help = "mend these first; is it a recipe at all?";
    problems.push(Problem::error(Code::ManyMore, last, title, "", help));
    problems
}

/// Renders problems for a person; `path` is how the user calls the recipe. A recipe without text has nothing to point at.
/// Passwords in addresses are not shown.
pub fn render(problems: &[Problem], path: &str, text: &str, renderer: &Renderer) -> String {
    let text = without_passwords(text);
    let lines = Lines::of(&text);
    let path = printable(path);
    problems
        .iter()
        .map(|problem| render_one(problem, &path, &lines, renderer))
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn render_one(problem: &Problem, path: &str, lines: &Lines<'_>, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(problem.title.as_str())
        .id(problem.code.as_str());
    // Only these lines: to look through the whole recipe for each problem would take long where there are many.
    let (first, start, text) = lines.around(&problem.span);
    let mut group = if text.is_empty() && first == 1 {
        title.element(Origin::path(path))
    } else {
        let span = lines.clamp(&problem.span);
        let mut annotation = AnnotationKind::Primary.span(span.start - start..span.end - start);
        if !problem.label.is_empty() {
            annotation = annotation.label(problem.label.as_str());
        }
        title.element(
            Snippet::source(text)
                .line_start(first)
                .path(path)
                .annotation(annotation),
        )
    };
    if !problem.help.is_empty() {
        group = group.element(Level::HELP.message(problem.help.as_str()));
    }
    keep_printable(&renderer.render(&[group]))
}

/// Replaces what the renderer lets through of a line of the recipe and a terminal may obey: control characters from U+0080,
/// and marks of direction. The escapes that are left are the renderer's own colours.
fn keep_printable(rendered: &str) -> String {
    let mut text = String::with_capacity(rendered.len());
    for part in rendered.split_inclusive(['\n', '\u{1b}']) {
        let (foreign, own) = match part.char_indices().next_back() {
            Some((at, '\n' | '\u{1b}')) => part.split_at(at),
            _ => (part, ""),
        };
        text.push_str(&printable(foreign));
        text.push_str(own);
    }
    text
}

/// Replaces what stands before the `@` of an address, so that every place stays where it is, in bytes and in characters.
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
        shown.extend(after[..secret].chars().map(veil));
        rest = &after[secret..];
    }
    shown + rest
}

/// Returns a character that says nothing and has as many bytes.
fn veil(c: char) -> char {
    match c.len_utf8() {
        1 => '*',
        2 => '\u{d7}',
        3 => '\u{2217}',
        _ => '\u{1f7b6}',
    }
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
                "https://×****@h/ and https://*@h",
            ),
            ("https://example.org/a@b", "https://example.org/a@b"),
            ("Ada <ada@example.org> ://", "Ada <ada@example.org> ://"),
        ] {
            assert_eq!(without_passwords(text), shown);
            assert_eq!(text.len(), shown.len());
        }
    }

    #[test]
    fn what_a_recipe_puts_into_a_message_does_not_move_the_cursor() {
        let text = "description = \"\"\"\n\tIndented\n\"\"\"\n";
        let problem = Problem::error(
            Code::InvalidValue,
            14..29,
            "a\tb",
            "line `\tIndented`",
            "c\td",
        );
        let shown = render(&[problem], "r.toml", text, &Renderer::plain());
        assert_eq!(shown.matches('\t').count(), 0, "{shown}");
        assert!(
            shown.contains("a b") && shown.contains("line ` Indented`") && shown.contains("c d"),
            "{shown}"
        );
    }

    #[test]
    fn of_very_many_problems_the_errors_are_shown_and_the_rest_is_counted() {
        let mut problems: Vec<_> = (0..MOST + 7)
            .map(|at| Problem::error(Code::UnknownKey, at..at + 1, "x", "", ""))
            .collect();
        assert_eq!(limit(problems[..MOST].to_vec()).len(), MOST);
        problems[0] = problems[0].clone().into_warning();
        let shown = limit(problems);
        assert_eq!(shown.len(), MOST + 1);
        assert_eq!(shown[0].span, 1..2, "the warning went first");
        assert_eq!(
            shown[MOST].title,
            "there are 7 more problems, which are not shown"
        );
    }

    #[test]
    fn what_was_found_twice_is_shown_once_whatever_stands_between() {
        let problems = Problems::default();
        for title in ["a", "b", "a", "b"] {
            problems.add(Problem::error(
                Code::Conflict,
                0..1,
                title,
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
