//! Compares a document with the list of keys: what is unknown, missing, of a wrong type, none of the choices, or not
//! supported yet. What a value means is checked where it is read.

use super::advice::{self, nearest, one_of};
use super::{Key, Map, Shape, TableSpec};
use crate::recipe::code::Code;
use crate::recipe::entry::describe;
use crate::recipe::key_name::joined;
use crate::recipe::problem::{Problem, Problems};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Checks a whole document.
pub(in crate::recipe) fn check(
    document: &Spanned<DeTable<'_>>,
    spec: &'static TableSpec,
    problems: &Problems,
) {
    let walk = Walk {
        problems,
        root: spec,
        in_refused: false,
    };
    walk.table("", 0..0, document.get_ref(), spec);
}

/// The table of what differs for releases.
const RELEASE: &str = "release";

/// Where the walk is.
#[derive(Clone, Copy)]
struct Walk<'a> {
    problems: &'a Problems,
    /// The keys of the whole document.
    root: &'static TableSpec,
    /// Whether a table around this one is refused as not supported yet, which is said once.
    in_refused: bool,
}

impl Walk<'_> {
    fn problem(self, code: Code, span: Range<usize>, title: String, label: &str, help: String) {
        self.problems
            .add(Problem::error(code, span, title, label, help));
    }

    fn table(self, name: &str, span: Range<usize>, table: &DeTable<'_>, spec: &'static TableSpec) {
        for key in spec.keys.iter().filter(|key| key.required) {
            let mut unknown = table.keys().filter(|key| spec.key(key.get_ref()).is_none());
            if !table.contains_key(key.name)
                && !unknown.any(|word| advice::is_meant(spec, word.get_ref(), key.name))
            {
                self.missing(&joined(name, key.name), span.clone(), key);
            }
        }
        for (key, value) in table {
            if let Some(known) = spec.key(key.get_ref()) {
                self.key(name, key.span(), known, value);
            } else {
                self.unknown(name, key, spec);
                self.misspelt(name, key, value, spec);
            }
        }
    }

    /// Looks into a table whose name is misspelt as if it had the name that is meant, so that one run shows what is wrong in
    /// both.
    fn misspelt(
        self,
        name: &str,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        spec: &'static TableSpec,
    ) {
        if let Some(meant) = advice::misspelt(spec, key.get_ref())
            && meant.shape.is_of_type(value.get_ref())
            && matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_))
        {
            let full = joined(name, key.get_ref());
            self.value(&full, key.span(), meant.shape, value, meant.shape);
        }
    }

    fn key(self, table: &str, span: Range<usize>, key: &'static Key, value: &Spanned<DeValue<'_>>) {
        let full = joined(table, key.name);
        if let (Shape::Map(releases), DeValue::Table(found), true) = (
            key.shape,
            value.get_ref(),
            key.name == RELEASE && table.is_empty(),
        ) {
            self.releases(&full, releases, found);
            return;
        }
        let mut inner = self;
        if key.later && !self.in_refused {
            inner.in_refused = true;
            self.problem(
                Code::NotSupportedYet,
                span.clone(),
                format!("`{full}` is not supported yet"),
                "",
                "remove it until a later version supports it".to_owned(),
            );
            self.problems.note_refused(&span, value);
        } else if let DeValue::String(text) = value.get_ref()
            && !self.in_refused
            && key.is_later_value(text)
        {
            self.problem(
                Code::NotSupportedYet,
                value.span(),
                format!("`{full} = \"{text}\"` is not supported yet"),
                "",
                key.default.map_or_else(
                    || "write another value until a later version supports it".to_owned(),
                    |default| format!("use `{default}` until a later version supports it"),
                ),
            );
            self.problems.note_refused(&value.span(), value);
        }
        inner.value(&full, span, key.shape, value, key.shape);
    }

    /// Checks a value; `whole` is what the key holds, of which this may be an item.
    fn value(
        self,
        name: &str,
        span: Range<usize>,
        shape: Shape,
        value: &Spanned<DeValue<'_>>,
        whole: Shape,
    ) {
        match (shape, value.get_ref()) {
            (Shape::Text | Shape::Pattern(_), DeValue::String(_))
            | (Shape::Boolean, DeValue::Boolean(_)) => {}
            (Shape::Choice(choices), DeValue::String(text)) => {
                self.choice(name, choices, text, value.span());
            }
            (Shape::Integer(least, most), DeValue::Integer(number)) => {
                let fits = i64::from_str_radix(number.as_str(), number.radix())
                    .is_ok_and(|number| (least..=most).contains(&number));
                if !fits {
                    self.problem(
                        Code::InvalidValue,
                        value.span(),
                        format!("`{name}` is not valid"),
                        &format!("it must be a whole number from {least} to {most}"),
                        String::new(),
                    );
                }
            }
            (Shape::List(item), DeValue::Array(items)) => {
                for each in items {
                    self.value(name, each.span(), *item, each, whole);
                }
            }
            (Shape::Table(spec), DeValue::Table(table)) => self.table(name, span, table, spec),
            (Shape::Map(map), DeValue::Table(table)) => self.map(name, map, table),
            (Shape::Either(shapes), found) => {
                match shapes.iter().find(|shape| shape.is_of_type(found)) {
                    Some(shape) => self.value(name, span, *shape, value, whole),
                    None => self.wrong_type(name, shape, whole, value),
                }
            }
            _ => self.wrong_type(name, shape, whole, value),
        }
    }

    fn map(self, name: &str, map: Map, table: &DeTable<'_>) {
        for (key, value) in table {
            let full = joined(name, key.get_ref());
            if let Some(help) = advice::unnamed(name, *map.value, key.get_ref(), value.get_ref()) {
                let title = format!("`{full}` must be {}", map.value.describe());
                self.problem(Code::WrongType, key.span(), title, "", help);
                continue;
            }
            self.value(&full, key.span(), *map.value, value, *map.value);
        }
    }

    /// Checks what differs for releases: only that it can be merged, since the merged document is checked as a whole.
    fn releases(self, name: &str, releases: Map, found: &DeTable<'_>) {
        for (release, value) in found {
            let full = joined(name, release.get_ref());
            let (Shape::Table(spec), DeValue::Table(tables)) = (*releases.value, value.get_ref())
            else {
                self.wrong_type(&full, *releases.value, *releases.value, value);
                continue;
            };
            for (key, value) in tables {
                match spec.key(key.get_ref()) {
                    None => self.unknown(&full, key, spec),
                    Some(known) if !known.shape.is_of_type(value.get_ref()) => {
                        self.wrong_type(
                            &joined(&full, known.name),
                            known.shape,
                            known.shape,
                            value,
                        );
                    }
                    Some(_) => {}
                }
            }
        }
    }

    fn choice(self, name: &str, choices: &[&'static str], text: &str, span: Range<usize>) {
        if choices.contains(&text) {
            return;
        }
        self.problem(
            Code::InvalidValue,
            span,
            format!("`{name}` is not valid"),
            &format!("it must be {}", one_of(choices)),
            nearest(choices.iter().copied(), text)
                .map_or_else(String::new, |known| format!("did you mean `{known}`?")),
        );
    }

    fn wrong_type(self, name: &str, shape: Shape, whole: Shape, value: &Spanned<DeValue<'_>>) {
        self.problem(
            Code::WrongType,
            value.span(),
            format!("`{name}` must be {}", whole.describe()),
            &format!("this is {}", describe(value.get_ref())),
            advice::wrong_type(name, shape, value.get_ref()),
        );
    }

    fn missing(self, name: &str, span: Range<usize>, key: &Key) {
        let (label, help) = match name {
            "package" => (
                "",
                "a recipe starts with `[package]`, `name`, `version`, `maintainer` and `summary`"
                    .to_owned(),
            ),
            _ => ("in this table", advice::missing(key)),
        };
        self.problem(
            Code::MissingKey,
            span,
            format!("`{name}` is missing"),
            label,
            help,
        );
    }

    fn unknown(
        self,
        table: &str,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        spec: &'static TableSpec,
    ) {
        self.problem(
            Code::UnknownKey,
            key.span(),
            format!("unknown key `{}`", joined(table, key.get_ref())),
            "",
            advice::unknown(self.root, spec, key.get_ref()),
        );
    }
}

impl Shape {
    /// Returns whether a value has the type that this holds, whatever is in it.
    pub(in crate::recipe) fn is_of_type(&self, value: &DeValue<'_>) -> bool {
        match self {
            Shape::Text | Shape::Pattern(_) | Shape::Choice(_) => {
                matches!(value, DeValue::String(_))
            }
            Shape::Boolean => matches!(value, DeValue::Boolean(_)),
            Shape::Integer(..) => matches!(value, DeValue::Integer(_)),
            Shape::List(_) => matches!(value, DeValue::Array(_)),
            Shape::Table(_) | Shape::Map(_) => matches!(value, DeValue::Table(_)),
            Shape::Either(shapes) => shapes.iter().any(|shape| shape.is_of_type(value)),
        }
    }

    /// Says what it holds, in words: `a list of strings`.
    pub(super) fn describe(&self) -> String {
        match self {
            Shape::Text | Shape::Pattern(_) | Shape::Choice(_) => "a string".to_owned(),
            Shape::Boolean => "`true` or `false`".to_owned(),
            Shape::Integer(..) => "a whole number".to_owned(),
            Shape::List(Shape::Text | Shape::Pattern(_) | Shape::Choice(_)) => {
                "a list of strings".to_owned()
            }
            Shape::List(Shape::Table(_)) => "a list of tables".to_owned(),
            Shape::List(item) => format!("a list, each {}", item.describe()),
            Shape::Table(_) | Shape::Map(_) => "a table".to_owned(),
            Shape::Either(shapes) => shapes
                .iter()
                .map(Shape::describe)
                .collect::<Vec<_>>()
                .join(" or "),
        }
    }
}
