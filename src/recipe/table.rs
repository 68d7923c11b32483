//! Reads one TOML table key by key, remembering which keys were asked for, so that none is silently ignored.
//!
//! Types are checked here by hand and not by serde: serde stops at the first error, and a missing field would point at
//! the wrong place.

use super::cure;
use super::entry::{NamedEntry, describe};
use super::problem::{Problem, Problems};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value of the recipe and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located<T> {
    /// The value.
    pub(super) value: T,
    /// Its bytes in the recipe.
    pub(super) span: Range<usize>,
}

/// One table of the recipe.
pub(super) struct Table<'a> {
    keys: &'a DeTable<'a>,
    span: Range<usize>,
    name: String,
    asked: RefCell<BTreeSet<&'static str>>,
    problems: &'a Problems,
}

impl<'a> Table<'a> {
    /// Wraps the whole document.
    pub(super) fn document(document: &'a Spanned<DeTable<'a>>, problems: &'a Problems) -> Self {
        Table {
            keys: document.get_ref(),
            span: 0..0,
            name: String::new(),
            asked: RefCell::default(),
            problems,
        }
    }

    /// Reports a problem at `span`.
    pub(super) fn problem(
        &self,
        code: &'static str,
        span: Range<usize>,
        title: String,
        label: &str,
        help: String,
    ) {
        self.problems.add(Problem {
            code,
            title,
            span,
            label: label.to_owned(),
            help,
        });
    }

    /// Returns the name of a key with that of its table: `package.name`.
    pub(super) fn full(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().insert(key);
        self.keys.get(key)
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        self.problem(
            "recipe::wrong-type",
            value.span(),
            format!("`{}` must be {wanted}", self.full(key)),
            &format!("this is {}", describe(value.get_ref())),
            String::new(),
        );
    }

    /// Returns a string.
    pub(super) fn string(&self, key: &'static str) -> Option<Located<String>> {
        let value = self.get(key)?;
        if let DeValue::String(text) = value.get_ref() {
            Some(located(text.to_string(), value))
        } else {
            self.wrong_type(key, value, "a string");
            None
        }
    }

    /// Returns a string without complaint: what is wrong with it is reported where it is read.
    pub(super) fn peek(&self, key: &'static str) -> Option<Located<String>> {
        let value = self.get(key)?;
        value
            .get_ref()
            .as_str()
            .map(|text| located(text.to_owned(), value))
    }

    /// Returns a string that must be there.
    pub(super) fn required(&self, key: &'static str) -> Option<Located<String>> {
        if self.get(key).is_none() {
            self.problem(
                "recipe::missing-key",
                self.span.clone(),
                format!("`{}` is missing", self.full(key)),
                "in this table",
                String::new(),
            );
        }
        self.string(key)
    }

    /// Turns text into a checked value; what it is not becomes a problem.
    pub(super) fn check<T: FromStr>(&self, key: &str, text: &Located<String>) -> Option<T>
    where
        T::Err: Display,
    {
        match text.value.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let name = self.full(key);
                self.problem(
                    "recipe::invalid-value",
                    text.span.clone(),
                    format!("`{name}` is not valid"),
                    &format!("{error:#}"),
                    cure::of(&name, &text.value),
                );
                None
            }
        }
    }

    /// Returns a checked value.
    pub(super) fn parsed<T: FromStr>(&self, key: &'static str) -> Option<T>
    where
        T::Err: Display,
    {
        let text = self.string(key)?;
        self.check(key, &text)
    }

    /// Returns a checked value that must be there.
    pub(super) fn required_parsed<T: FromStr>(&self, key: &'static str) -> Option<T>
    where
        T::Err: Display,
    {
        let text = self.required(key)?;
        self.check(key, &text)
    }

    /// Returns a boolean.
    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let boolean = value.get_ref().as_bool();
        if boolean.is_none() {
            self.wrong_type(key, value, "`true` or `false`");
        }
        boolean
    }

    /// Returns where the key is when it is there, whatever it holds.
    pub(super) fn place_of(&self, key: &'static str) -> Option<Range<usize>> {
        self.get(key).map(|_| key_span(self.keys, key))
    }

    /// Returns a list of strings; an absent key is an empty list.
    pub(super) fn strings(&self, key: &'static str) -> Vec<Located<String>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, value, "a list of strings");
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| {
                if let DeValue::String(text) = item.get_ref() {
                    Some(located(text.to_string(), item))
                } else {
                    self.wrong_type(key, item, "a list of strings");
                    None
                }
            })
            .collect()
    }

    /// Returns a list of checked values.
    pub(super) fn parsed_list<T: FromStr>(&self, key: &'static str) -> Vec<T>
    where
        T::Err: Display,
    {
        self.strings(key)
            .iter()
            .filter_map(|text| self.check(key, text))
            .collect()
    }

    /// Returns a table; an absent key is `None`.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let value = self.get(key)?;
        self.peek_table(key).or_else(|| {
            self.wrong_type(key, value, "a table");
            None
        })
    }

    /// Returns a table without complaint about another type.
    pub(super) fn peek_table(&self, key: &'static str) -> Option<Table<'a>> {
        match self.get(key)?.get_ref() {
            DeValue::Table(table) => Some(self.child(key, key_span(self.keys, key), table)),
            _ => None,
        }
    }

    /// Returns the entries of a table whose keys are the user's own names, in the order of the recipe.
    pub(super) fn entries(&self, key: &'static str) -> Vec<NamedEntry<'a>> {
        let Some(table) = self.table(key) else {
            return Vec::new();
        };
        let mut entries: Vec<_> = table
            .keys
            .iter()
            .map(|(name, value)| NamedEntry {
                name: Located {
                    value: name.get_ref().to_string(),
                    span: name.span(),
                },
                value,
            })
            .collect();
        entries.sort_by_key(|entry| entry.name.span.start);
        entries
    }

    /// Returns the table that an entry holds.
    pub(super) fn entry_table(&self, key: &str, entry: &NamedEntry<'a>) -> Option<Table<'a>> {
        let name = format!("{key}.{}", entry.name.value);
        if let DeValue::Table(table) = entry.value.get_ref() {
            Some(self.child(&name, entry.name.span.clone(), table))
        } else {
            self.wrong_type(&name, entry.value, "a table");
            None
        }
    }

    fn child(&self, key: &str, span: Range<usize>, table: &'a DeTable<'a>) -> Table<'a> {
        Table {
            keys: table,
            span,
            name: self.full(key),
            asked: RefCell::default(),
            problems: self.problems,
        }
    }

    /// Refuses keys of the design whose stage does not exist yet: nothing is silently ignored.
    pub(super) fn not_yet(&self, keys: &[&'static str]) {
        for key in keys {
            if self.get(key).is_some() {
                self.problem(
                    "recipe::not-supported-yet",
                    key_span(self.keys, key),
                    format!("`{}` is not supported yet", self.full(key)),
                    "",
                    "remove it: this version of deb-build-app would ignore it".to_owned(),
                );
            }
        }
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.keys {
            let name: &str = key.get_ref();
            if asked.contains(name) {
                continue;
            }
            let nearest = asked
                .iter()
                .map(|known| (strsim::damerau_levenshtein(known, name), *known))
                .filter(|(distance, known)| *distance <= 1 + known.len().max(name.len()) / 4)
                .min();
            let help = match nearest {
                Some((_, known)) => format!("did you mean `{known}`?"),
                None => format!(
                    "known here: {}",
                    asked
                        .iter()
                        .map(|known| format!("`{known}`"))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            };
            self.problem(
                "recipe::unknown-key",
                key.span(),
                format!("unknown key `{}`", self.full(name)),
                "",
                help,
            );
        }
    }
}

pub(super) fn located<T>(value: T, at: &Spanned<DeValue<'_>>) -> Located<T> {
    Located {
        value,
        span: at.span(),
    }
}

fn key_span(table: &DeTable<'_>, key: &str) -> Range<usize> {
    table.get_key_value(key).map_or(0..0, |(key, _)| key.span())
}
