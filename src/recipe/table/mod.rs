//! Reads one TOML table key by key, each value with its place.
//!
//! Unknown and missing keys and wrong types are found by [`schema::check`](super::schema::check) before anything is read: here
//! such a value is as good as absent. What a value means is checked by its type. Names in messages are written as TOML writes
//! them; cures are looked up by the name in the schema.

mod checked;

use super::entry::NamedEntry;
use super::key_name::joined;
use super::problem::{Problem, Problems};
use crate::recipe::code::Code;
use std::ops::Range;
use std::sync::LazyLock;
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

/// What stands for a table that the recipe does not have.
static EMPTY: LazyLock<DeTable<'static>> = LazyLock::new(DeTable::new);

/// One table of the recipe.
pub(super) struct Table<'a> {
    keys: &'a DeTable<'a>,
    span: Range<usize>,
    /// Its name as the user has it: `service.web`.
    name: String,
    /// Its name in the schema: `service.*`.
    path: String,
    problems: &'a Problems,
}

impl<'a> Table<'a> {
    /// Wraps the whole document.
    pub(super) fn document(document: &'a Spanned<DeTable<'a>>, problems: &'a Problems) -> Self {
        Table {
            keys: document.get_ref(),
            span: 0..0,
            name: String::new(),
            path: String::new(),
            problems,
        }
    }

    /// Reports a problem at `span`.
    pub(super) fn problem(
        &self,
        code: Code,
        span: Range<usize>,
        title: String,
        label: &str,
        help: String,
    ) {
        self.problems
            .add(Problem::error(code, span, title, label, help));
    }

    /// Reports something that is allowed and hardly ever meant.
    pub(super) fn warning(
        &self,
        code: Code,
        span: Range<usize>,
        title: String,
        label: &str,
        help: String,
    ) {
        self.problems
            .add(Problem::error(code, span, title, label, help).into_warning());
    }

    /// Returns where the table begins.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Returns its name, as the user has it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name of a key with that of its table: `package.name`.
    pub(super) fn full(&self, key: &str) -> String {
        joined(&self.name, key)
    }

    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.problems.note_read(joined(&self.path, key));
        self.keys.get(key)
    }

    /// Returns a string.
    pub(super) fn string(&self, key: &'static str) -> Option<Located<String>> {
        let value = self.get(key)?;
        let text = value.get_ref().as_str()?;
        Some(located(text.to_owned(), value))
    }

    /// Returns a boolean.
    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        self.get(key)?.get_ref().as_bool()
    }

    /// Returns a whole number with its place.
    pub(super) fn integer(&self, key: &'static str) -> Option<Located<i64>> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer()?;
        let number = i64::from_str_radix(number.as_str(), number.radix()).ok()?;
        Some(located(number, value))
    }

    /// Returns where the key is when it is there, whatever it holds.
    pub(super) fn place_of(&self, key: &'static str) -> Option<Range<usize>> {
        self.get(key).map(|_| key_span(self.keys, key))
    }

    /// Returns a list of strings; an absent key is an empty list.
    pub(super) fn strings(&self, key: &'static str) -> Vec<Located<String>> {
        self.items(key)
            .filter_map(|item| Some(located(item.get_ref().as_str()?.to_owned(), item)))
            .collect()
    }

    /// Returns the tables of a list, in the order of the recipe.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        self.items(key)
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(table) => Some(self.inner(key, item.span(), table)),
                _ => None,
            })
            .collect()
    }

    /// Returns what a list holds, of any type.
    pub(super) fn items(
        &self,
        key: &'static str,
    ) -> impl Iterator<Item = &'a Spanned<DeValue<'a>>> + use<'a> {
        let items = match self.get(key).map(Spanned::get_ref) {
            Some(DeValue::Array(items)) => Some(items),
            _ => None,
        };
        items.into_iter().flat_map(|items| items.iter())
    }

    /// Returns what a key holds as a list: its items, or the value itself.
    pub(super) fn values(&self, key: &'static str) -> Vec<&'a Spanned<DeValue<'a>>> {
        match self.get(key) {
            None => Vec::new(),
            Some(value) => match value.get_ref() {
                DeValue::Array(items) => items.iter().collect(),
                _ => vec![value],
            },
        }
    }

    /// Returns a table.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        match self.get(key)?.get_ref() {
            DeValue::Table(table) => Some(self.inner(key, key_span(self.keys, key), table)),
            _ => None,
        }
    }

    /// Returns a table, without keys when the recipe has none.
    pub(super) fn table_or_empty(&self, key: &'static str) -> Table<'a> {
        self.table(key)
            .unwrap_or_else(|| self.inner(key, self.span.clone(), &EMPTY))
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

    /// Returns the table that an entry of `key` holds.
    pub(super) fn entry_table(&self, key: &str, entry: &NamedEntry<'a>) -> Option<Table<'a>> {
        let DeValue::Table(table) = entry.value.get_ref() else {
            return None;
        };
        let name = joined(&self.full(key), &entry.name.value);
        let path = format!("{}.*", joined(&self.path, key));
        Some(self.child(name, path, entry.name.span.clone(), table))
    }

    /// Wraps the table that `key` holds, or that is an item of its list.
    fn inner(&self, key: &str, span: Range<usize>, table: &'a DeTable<'a>) -> Table<'a> {
        self.child(self.full(key), joined(&self.path, key), span, table)
    }

    fn child(
        &self,
        name: String,
        path: String,
        span: Range<usize>,
        table: &'a DeTable<'a>,
    ) -> Table<'a> {
        Table {
            keys: table,
            span,
            name,
            path,
            problems: self.problems,
        }
    }
}
/// Gives a value the place of what holds it.
pub(super) fn located<T>(value: T, at: &Spanned<DeValue<'_>>) -> Located<T> {
    Located {
        value,
        span: at.span(),
    }
}

fn key_span(table: &DeTable<'_>, key: &str) -> Range<usize> {
    table.get_key_value(key).map_or(0..0, |(key, _)| key.span())
}
