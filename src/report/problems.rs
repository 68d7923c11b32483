//! What `check` found, for a person and for programs.

use super::Verbosity;
use super::page::count;
use crate::failure::printable;
use crate::paint::Paint;
use crate::recipe::{Lines, Problem, Severity, render};
use annotate_snippets::Renderer;
use serde::Serialize;

/// A recipe that was looked at, and everything that is wrong with it.
#[derive(Clone, Debug)]
pub struct CheckedRecipe {
    /// How the user calls it.
    pub file: String,
    /// Its text, to which the places of the problems belong; empty when it could not be read.
    pub text: String,
    /// Errors and warnings, in the order of the text.
    pub problems: Vec<Problem>,
}

impl CheckedRecipe {
    /// Returns how many problems of this severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        let of = |problem: &&Problem| problem.severity == severity;
        self.problems.iter().filter(of).count()
    }

    /// Returns whether it can be built.
    pub fn is_valid(&self) -> bool {
        self.count(Severity::Error) == 0
    }

    /// Renders what is wrong as rustc shows it, each problem with a blank line behind it; warnings are for those who want them.
    pub fn render(&self, verbosity: Verbosity, paint: Paint) -> String {
        let renderer = match paint {
            Paint::Plain => Renderer::plain(),
            Paint::Colour => Renderer::styled(),
        };
        let told: Vec<_> = self
            .problems
            .iter()
            .filter(|problem| {
                problem.severity == Severity::Error || verbosity >= Verbosity::Warnings
            })
            .cloned()
            .collect();
        let mut text = render(&told, &self.file, &self.text, &renderer);
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text
    }

    /// Returns the verdict in one line: `recipes/x.toml: 3 errors, 1 warning`, or `recipes/x.toml is valid`.
    pub fn verdict(&self) -> String {
        let file = printable(&self.file);
        let counted = [
            (Severity::Error, "error", "errors"),
            (Severity::Warning, "warning", "warnings"),
        ]
        .map(|(severity, one, many)| match self.count(severity) {
            0 => None,
            number => Some(count(number, one, many)),
        });
        let counted: Vec<_> = counted.into_iter().flatten().collect();
        if counted.is_empty() {
            format!("{file} is valid")
        } else {
            format!("{file}: {}", counted.join(", "))
        }
    }
}

/// The document of `check --json`. Keys are only ever added; `format` changes when one is taken away.
#[derive(Debug, Serialize)]
pub struct CheckDocument<'a> {
    format: u32,
    recipes: Vec<RecipeEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct RecipeEntry<'a> {
    file: &'a str,
    valid: bool,
    problems: Vec<ProblemEntry<'a>>,
}

/// Lines and columns as [`Place`](crate::recipe::Place) counts them; the end is behind the last character.
#[derive(Debug, Serialize)]
struct ProblemEntry<'a> {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    severity: &'static str,
    code: &'a str,
    message: &'a str,
    label: Option<&'a str>,
    help: Option<&'a str>,
}

impl<'a> CheckDocument<'a> {
    /// Makes the document of these recipes.
    pub fn of(recipes: &'a [CheckedRecipe]) -> Self {
        CheckDocument {
            format: 1,
            recipes: recipes.iter().map(RecipeEntry::of).collect(),
        }
    }
}

impl<'a> RecipeEntry<'a> {
    fn of(recipe: &'a CheckedRecipe) -> Self {
        let lines = Lines::of(&recipe.text);
        let entries = recipe.problems.iter();
        RecipeEntry {
            file: &recipe.file,
            valid: recipe.is_valid(),
            problems: entries
                .map(|problem| ProblemEntry::of(problem, &lines))
                .collect(),
        }
    }
}

impl<'a> ProblemEntry<'a> {
    fn of(problem: &'a Problem, lines: &Lines<'_>) -> Self {
        let place = lines.place(&problem.span);
        let unless_empty = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        ProblemEntry {
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
            severity: match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            code: problem.code.as_str(),
            message: &problem.title,
            label: unless_empty(&problem.label),
            help: unless_empty(&problem.help),
        }
    }
}
