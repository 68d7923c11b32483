//! Values of a table that have a grammar, and what is said of those that have not.

use super::{Located, Table};
use crate::recipe::code::Code;
use crate::recipe::cure;
use crate::recipe::entry::NamedEntry;
use crate::recipe::key_name::joined;
use crate::recipe::substitutions::Substitutions;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

impl Table<'_> {
    /// Says why the value of a key is not valid.
    pub(in crate::recipe) fn refuse(
        &self,
        key: &str,
        span: Range<usize>,
        why: &str,
        help: impl Into<String>,
    ) {
        self.invalid(&self.full(key), span, why, help.into());
    }

    /// Says why the name of an entry, or the text it holds, is not valid.
    pub(in crate::recipe) fn refuse_entry(
        &self,
        key: &str,
        entry: &NamedEntry<'_>,
        span: Range<usize>,
        why: &str,
        help: impl Into<String>,
    ) {
        let name = joined(&self.full(key), &entry.name.value);
        self.invalid(&name, span, why, help.into());
    }

    /// Says why what this whole name stands for is not valid.
    pub(in crate::recipe) fn invalid(
        &self,
        name: &str,
        span: Range<usize>,
        why: &str,
        help: String,
    ) {
        self.problem(
            Code::InvalidValue,
            span,
            format!("`{name}` is not valid"),
            why,
            help,
        );
    }

    /// Says that two things in the recipe do not go together.
    pub(in crate::recipe) fn conflict(
        &self,
        span: Range<usize>,
        title: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        self.problem(Code::Conflict, span, title.into(), label, help.into());
    }

    /// Turns text into a checked value; what it is not becomes a problem.
    pub(in crate::recipe) fn check<T: FromStr>(
        &self,
        key: &str,
        text: &Located<String>,
    ) -> Option<T>
    where
        T::Err: Display,
    {
        let parsed = text.value.parse();
        self.checked(parsed, &self.full(key), &joined(&self.path, key), text)
    }

    /// Turns the name of an entry of `key`, or the text that it holds, into a checked value.
    pub(in crate::recipe) fn check_entry<T: FromStr>(
        &self,
        key: &str,
        entry: &NamedEntry<'_>,
        text: &Located<String>,
    ) -> Option<T>
    where
        T::Err: Display,
    {
        let name = joined(&self.full(key), &entry.name.value);
        let path = format!("{}.*", joined(&self.path, key));
        self.checked(text.value.parse(), &name, &path, text)
    }

    fn checked<T, E: Display>(
        &self,
        parsed: Result<T, E>,
        name: &str,
        path: &str,
        text: &Located<String>,
    ) -> Option<T> {
        parsed
            .map_err(|error| {
                let why = format!("{error:#}");
                self.invalid(name, text.span.clone(), &why, cure::of(path, &text.value));
            })
            .ok()
    }

    /// Returns a checked value.
    pub(in crate::recipe) fn parsed<T: FromStr>(&self, key: &'static str) -> Option<T>
    where
        T::Err: Display,
    {
        let text = self.string(key)?;
        self.check(key, &text)
    }

    /// Returns a checked value with its place.
    pub(in crate::recipe) fn located<T: FromStr>(&self, key: &'static str) -> Option<Located<T>>
    where
        T::Err: Display,
    {
        let text = self.string(key)?;
        let value = self.check(key, &text)?;
        Some(Located {
            value,
            span: text.span,
        })
    }

    /// Returns a checked value in which `@prefix@` and `@name@` may stand.
    pub(in crate::recipe) fn substituted<T: FromStr>(
        &self,
        key: &'static str,
        substitutions: &Substitutions,
    ) -> Option<T>
    where
        T::Err: Display,
    {
        let mut text = self.string(key)?;
        if !substitutions.apply_or_refuse(self, &self.full(key), &mut text) {
            return None;
        }
        self.check(key, &text)
    }

    /// Returns a list of checked values in which `@prefix@` and `@name@` may stand.
    pub(in crate::recipe) fn substituted_list<T: FromStr>(
        &self,
        key: &'static str,
        substitutions: &Substitutions,
    ) -> Vec<T>
    where
        T::Err: Display,
    {
        let mut texts = self.strings(key);
        texts.retain_mut(|text| substitutions.apply_or_refuse(self, &self.full(key), text));
        self.check_list(key, &texts)
    }

    /// Returns what one of the choices stands for; what is none of them is reported before anything is read.
    pub(in crate::recipe) fn choice<T: Copy>(
        &self,
        key: &'static str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let text = self.string(key)?;
        choices
            .iter()
            .find(|(name, _)| *name == text.value)
            .map(|(_, value)| *value)
    }

    /// Returns a whole number; what does not fit is reported before anything is read.
    pub(in crate::recipe) fn number<T: TryFrom<i64>>(
        &self,
        key: &'static str,
    ) -> Option<Located<T>> {
        let number = self.integer(key)?;
        Some(Located {
            value: T::try_from(number.value).ok()?,
            span: number.span,
        })
    }

    /// Returns a list of checked values.
    pub(in crate::recipe) fn parsed_list<T: FromStr>(&self, key: &'static str) -> Vec<T>
    where
        T::Err: Display,
    {
        self.check_list(key, &self.strings(key))
    }

    /// Turns the items of a list into checked values; what stands there twice is reported.
    fn check_list<T: FromStr>(&self, key: &'static str, texts: &[Located<String>]) -> Vec<T>
    where
        T::Err: Display,
    {
        let mut seen = BTreeSet::new();
        let mut values = Vec::new();
        for text in texts {
            if !seen.insert(text.value.as_str()) {
                self.conflict(
                    text.span.clone(),
                    format!("`{}` stands in `{}` twice", text.value, self.full(key)),
                    "",
                    "remove one of the two",
                );
                continue;
            }
            values.extend(self.check(key, text));
        }
        values
    }
}
