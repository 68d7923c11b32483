//! Which keys a recipe may hold: one list, from which the reader's checks, the JSON schema and the manual page are made.
//!
//! The doc comment of a key is its description everywhere. A key whose stage does not exist yet is marked
//! [`later`](Key::later): it is checked like the others, and refused, so that nothing is silently ignored.

mod advice;
mod host;
mod json;
mod manual;
mod package;
mod packing;
mod page;
mod prose;
mod recipe;
mod sections;
mod service;
mod source;
#[cfg(test)]
mod tests;
mod venv;
mod walk;
mod web;
mod words;

pub(super) use advice::nearest;
pub use json::json_schema;
pub use manual::manual;
pub(super) use package::OVERRIDES;
pub(super) use packing::PACKING;
pub use page::page;
pub(super) use recipe::RECIPE;
pub(super) use service::SERVICE;
pub(super) use walk::check;

/// What a user has to know beside the keys, in the Markdown of [`prose`].
const RULES: &str = include_str!("rules.md");

/// What is said of a key whose stage does not exist yet.
const LATER: &str = "Not supported by this version.";

/// A whole recipe, which is built and installed by the tests.
const WHOLE: &str = include_str!("../../../recipes/demosite.toml");

/// A table of the recipe: what it is for, and its keys in the order of the manual.
#[derive(Debug)]
pub struct TableSpec {
    /// Lines of its description, in Markdown.
    pub doc: &'static [&'static str],
    /// Its keys.
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Lines of its description, in Markdown.
    pub doc: &'static [&'static str],
    /// What it holds.
    pub shape: Shape,
    /// Whether the table is wrong without it.
    pub required: bool,
    /// Whether its stage does not exist yet.
    pub later: bool,
    /// Values whose stage does not exist yet; `*/` is any that ends in a `/`.
    pub later_values: &'static [&'static str],
    /// What holds without it, in TOML, where it is always the same.
    pub default: Option<&'static str>,
    /// A value that is allowed, in TOML.
    pub example: Option<&'static str>,
}

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string.
    Text,
    /// A string that matches this regular expression (ECMA 262, as JSON schema has it), and may have to fit more.
    Pattern(&'static str),
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Boolean,
    /// A whole number from the first to the second, both included.
    Integer(i64, i64),
    /// A list of these; a list of tables is written as `[[key]]`.
    List(&'static Shape),
    /// A table with keys of ours.
    Table(&'static TableSpec),
    /// A table whose keys are the user's own.
    Map(Map),
    /// Any of these, told apart by their type.
    Either(&'static [Shape]),
}

/// A table whose keys are the user's own.
#[derive(Clone, Copy, Debug)]
pub struct Map {
    /// What a key is, in capitals: `NAME`, `PATH`.
    pub key: &'static str,
    /// What it holds.
    pub value: &'static Shape,
}

impl Key {
    /// Starts a key that holds `shape`.
    const fn of(shape: Shape) -> Self {
        Key {
            name: "",
            doc: &[],
            shape,
            required: false,
            later: false,
            later_values: &[],
            default: None,
            example: None,
        }
    }

    /// Starts a key that holds a table with keys of the user's own.
    const fn map(key: &'static str, value: &'static Shape) -> Self {
        Key::of(Shape::Map(Map { key, value }))
    }

    /// Says that the table is wrong without it.
    const fn required(self) -> Self {
        Key {
            required: true,
            ..self
        }
    }

    /// Says that its stage does not exist yet.
    const fn later(self) -> Self {
        Key {
            later: true,
            ..self
        }
    }

    /// Says for which values the stage does not exist yet: a word that is taken away makes its value supported.
    #[expect(dead_code, reason = "no key has values that wait at the moment")]
    const fn later_values(self, values: &'static [&'static str]) -> Self {
        Key {
            later_values: values,
            ..self
        }
    }

    /// Returns whether the stage for this value does not exist yet.
    fn is_later_value(&self, value: &str) -> bool {
        self.later_values
            .iter()
            .any(|later| match later.strip_prefix('*') {
                Some(end) => value.ends_with(end),
                None => *later == value,
            })
    }

    /// Lists the values whose stage does not exist yet, as they are written.
    fn listed_later_values(&self) -> String {
        let quoted: Vec<_> = self
            .later_values
            .iter()
            .map(|value| format!("`\"{}\"`", value.replace('*', "…")))
            .collect();
        quoted.join(", ")
    }

    /// Says what holds without it.
    const fn default(self, toml: &'static str) -> Self {
        Key {
            default: Some(toml),
            ..self
        }
    }

    /// Gives a value that is allowed.
    const fn example(self, toml: &'static str) -> Self {
        Key {
            example: Some(toml),
            ..self
        }
    }

    const fn named(self, name: &'static str, doc: &'static [&'static str]) -> Self {
        Key { name, doc, ..self }
    }
}

impl TableSpec {
    /// Returns whether it has a key of this name whose stage exists.
    pub(super) fn supports(&self, name: &str) -> bool {
        self.key(name).is_some_and(|key| !key.later)
    }

    /// Returns the key of this name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// A list of strings.
const TEXTS: Shape = Shape::List(&Shape::Text);

/// Makes a [`TableSpec`]: doc comments are descriptions, the order is that of the manual.
macro_rules! table {
    (
        $(#[doc = $doc:literal])+
        $visibility:vis $name:ident {
            $(
                $(#[doc = $key_doc:literal])+
                $key:literal = $built:expr;
            )*
        }
    ) => {
        $(#[doc = $doc])+
        $visibility static $name: $crate::recipe::schema::TableSpec = $crate::recipe::schema::TableSpec {
            doc: &[$($doc),+],
            keys: &[
                $(($built).named($key, &[$($key_doc),+])),*
            ],
        };
    };
}
use table;
