//! What a key holds, in a few words: `list of strings`, `whole number from 1 to 9`.

use super::sections::Entry;
use super::{Map, Shape};

impl Entry {
    /// Says in a few words each, what the key holds, and what holds without it.
    pub(super) fn facts(&self) -> Vec<String> {
        let mut facts = vec![self.key.shape.words()];
        if self.key.required {
            facts.push("required".to_owned());
        }
        if let Some(default) = self.key.default {
            facts.push(format!("default `{default}`"));
        }
        if !self.key.later && !self.key.later_values.is_empty() {
            facts.push(format!(
                "not supported by this version: {}",
                self.key.listed_later_values()
            ));
        }
        facts
    }
}

impl Shape {
    /// Says in a few words what it is: `` `"a"` or `"b"` ``, `whole number from 1 to 9`, `list of strings`.
    fn words(&self) -> String {
        joined(&self.alternatives())
    }

    /// Says in a few words each, what it may be.
    fn alternatives(&self) -> Vec<String> {
        let only = |text: &str| vec![text.to_owned()];
        match self {
            Shape::Text | Shape::Pattern(_) => only("string"),
            Shape::Choice(choices) => choices
                .iter()
                .map(|choice| format!("`\"{choice}\"`"))
                .collect(),
            Shape::Boolean => vec!["`true`".to_owned(), "`false`".to_owned()],
            Shape::Integer(least, most) => vec![format!("whole number from {least} to {most}")],
            Shape::List(Shape::Text | Shape::Pattern(_)) => only("list of strings"),
            Shape::List(Shape::Table(_)) => only("list of tables"),
            Shape::List(item @ Shape::Choice(_)) => vec![format!("list of {}", item.words())],
            Shape::List(_) => only("list of these"),
            Shape::Map(Map {
                value: Shape::Text, ..
            }) => only("table of strings"),
            Shape::Table(_) | Shape::Map(_) => only("table"),
            Shape::Either(shapes) => shapes.iter().flat_map(Shape::alternatives).collect(),
        }
    }
}

/// Lists alternatives: `a, b or c`.
fn joined(words: &[String]) -> String {
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
