//! The list of keys in the order of a book: one section for each table, as the page and the manual show them.

use super::prose::paragraphs;
use super::{Key, Map, Shape, TableSpec};
use std::ops::Range;
use std::ptr;
use toml::de::{DeTable, DeValue};

/// A section: a table, and what it may hold.
#[derive(Debug)]
pub(super) struct Section {
    /// How the table is written: `[service.NAME]`.
    pub(super) title: String,
    /// Whether it is a table in the table of a section before it.
    pub(super) nested: bool,
    /// Whether its stage does not exist yet.
    pub(super) later: bool,
    /// Paragraphs.
    pub(super) doc: Vec<String>,
    /// Lines of TOML that show it.
    pub(super) example: Vec<String>,
    /// What may be in it.
    pub(super) content: Content,
}

/// What a section's table may hold.
#[derive(Debug)]
pub(super) enum Content {
    /// Names of the user's own, each with a value that needs no more words.
    Free,
    /// The keys of the section with this title.
    Same(String),
    /// Tables that have sections of their own; these are their names.
    Tables(Vec<&'static str>),
    /// These keys.
    Keys(Vec<Entry>),
}

/// A key of a table.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key.
    pub(super) key: &'static Key,
    /// A line of TOML that shows it.
    pub(super) example: Option<String>,
    /// The title of the section that says what it holds.
    pub(super) section: Option<String>,
}

/// Returns the sections of a document.
pub(super) fn sections(root: &'static TableSpec) -> Vec<Section> {
    let mut book = Book {
        sections: Vec::new(),
        written: Vec::new(),
    };
    for key in root.keys {
        book.add(key, None, false);
    }
    book.sections
}

/// The sections so far, and in which of them each table is.
struct Book {
    sections: Vec<Section>,
    written: Vec<(&'static TableSpec, String)>,
}

impl Book {
    /// Adds the section of a key that holds a table, and those of the tables in it.
    fn add(&mut self, key: &'static Key, parent: Option<&Place>, in_later: bool) {
        let place = Place::of(key, parent.map_or("", |parent| &parent.header));
        let spec = key.shape.table();
        let known = spec.and_then(|spec| self.section_of(spec));
        // What the key of a nested table is for has been said in the section around it.
        let mut doc = if parent.is_none() {
            paragraphs(key.doc)
        } else {
            Vec::new()
        };
        if let (Some(spec), None) = (spec, &known) {
            for paragraph in paragraphs(spec.doc) {
                if !doc.contains(&paragraph) {
                    doc.push(paragraph);
                }
            }
        }
        let later = key.later || in_later;
        let content = match (spec, known) {
            (None, _) => Content::Free,
            (Some(_), Some(title)) => Content::Same(title),
            (Some(spec), None) if spec.keys.iter().all(Key::is_reference) => {
                Content::Tables(spec.keys.iter().map(|key| key.name).collect())
            }
            (Some(spec), None) => {
                self.written.push((spec, place.title.clone()));
                Content::Keys(place.entries(spec))
            }
        };
        let nested_keys = match content {
            Content::Keys(_) => spec.map_or(&[][..], |spec| spec.keys),
            _ => &[],
        };
        let mut example = key.example.map_or_else(Vec::new, |example| {
            expand(&place.header, key.shape, example)
        });
        if let Some(parent) = parent.filter(|parent| parent.title.starts_with("[["))
            && !example.is_empty()
        {
            // TOML adds a table to the last item of a list.
            example.insert(0, parent.title.clone());
        }
        self.sections.push(Section {
            title: place.title.clone(),
            nested: parent.is_some(),
            later,
            doc,
            example,
            content,
        });
        for nested in nested_keys {
            if nested.shape.table().is_some() {
                self.add(nested, Some(&place), later);
            }
        }
    }

    fn section_of(&self, spec: &TableSpec) -> Option<String> {
        let known = self.written.iter().find(|(known, _)| ptr::eq(*known, spec));
        known.map(|(_, title)| title.clone())
    }
}

/// How a table is written.
struct Place {
    /// The title of its section.
    title: String,
    /// Its name in TOML.
    header: String,
    /// What stands before and behind a key of it, where it is written in one line.
    inline: Option<(String, &'static str)>,
}

impl Place {
    fn of(key: &Key, parent: &str) -> Self {
        let mut header = if parent.is_empty() {
            key.name.to_owned()
        } else {
            format!("{parent}.{}", key.name)
        };
        let mut inline = None;
        let mut title = None;
        match key.shape {
            Shape::List(_) => title = Some(format!("[[{header}]]")),
            Shape::Map(Map { key, value }) if is_header(key, *value) => {
                header = format!("{header}.{key}");
            }
            Shape::Map(Map { key, .. }) => {
                let quoted = if key == "PATH" {
                    format!("{key:?}")
                } else {
                    key.to_owned()
                };
                inline = Some((format!("{quoted} = {{ "), " }"));
            }
            Shape::Either(shapes) if shapes.iter().any(|shape| matches!(shape, Shape::Text)) => {
                title = Some(format!("{} in [{parent}]", key.name));
                inline = Some((format!("{} = {{ ", key.name), " }"));
            }
            _ => {}
        }
        Place {
            title: title.unwrap_or_else(|| format!("[{header}]")),
            header,
            inline,
        }
    }

    fn entries(&self, spec: &'static TableSpec) -> Vec<Entry> {
        let (before, behind) = self
            .inline
            .as_ref()
            .map_or(("", ""), |(before, behind)| (before.as_str(), *behind));
        let entry = |key: &'static Key| {
            let has_section = key.shape.table().is_some() && !key.is_reference();
            Entry {
                key,
                // A table is shown in its own section, but for one that can be a string too.
                example: key
                    .example
                    .filter(|example| !has_section || example.starts_with('"'))
                    .map(|example| format!("{before}{} = {example}{behind}", key.name)),
                section: has_section.then(|| Place::of(key, &self.header).title),
            }
        };
        spec.keys.iter().map(entry).collect()
    }
}

/// Returns whether each table of a map is written with a header of its own.
fn is_header(key: &str, value: Shape) -> bool {
    matches!(key, "NAME" | "RELEASE") && matches!(value, Shape::Table(_))
}

/// Writes the value of a key as the lines of a table: with a header, and one line for each of its keys.
fn expand(header: &str, shape: Shape, value: &str) -> Vec<String> {
    let text = format!("value = {value}");
    let document = DeTable::parse(&text).expect("a test reads every example");
    let Some(value) = document.get_ref().get("value") else {
        return Vec::new();
    };
    match (shape, value.get_ref()) {
        (Shape::List(_), DeValue::Array(tables)) => tables
            .iter()
            .filter_map(|each| each.get_ref().as_table())
            .flat_map(|each| table_lines(&text, &format!("[[{header}]]"), each))
            .collect(),
        (Shape::Map(Map { key, value: inner }), DeValue::Table(table))
            if is_header(key, *inner) =>
        {
            let parent = header.trim_end_matches(key);
            table
                .iter()
                .filter_map(|(name, each)| Some((name, each.get_ref().as_table()?)))
                .flat_map(|(name, each)| {
                    table_lines(&text, &format!("[{parent}{}]", name.get_ref()), each)
                })
                .collect()
        }
        (_, DeValue::Table(table)) => table_lines(&text, &format!("[{header}]"), table),
        _ => Vec::new(),
    }
}

/// Writes a table in the order and with the spelling of its author.
fn table_lines(text: &str, header: &str, table: &DeTable<'_>) -> Vec<String> {
    let mut spans: Vec<(Range<usize>, Range<usize>)> = table
        .iter()
        .map(|(key, value)| (key.span(), value.span()))
        .collect();
    spans.sort_by_key(|(key, _)| key.start);
    let lines = spans
        .into_iter()
        .map(|(key, value)| format!("{} = {}", &text[key], &text[value]));
    std::iter::once(header.to_owned()).chain(lines).collect()
}

impl Key {
    /// Returns whether its description only says where another one is.
    fn is_reference(&self) -> bool {
        self.doc
            .first()
            .is_some_and(|line| line.starts_with(" See `["))
    }
}

impl Shape {
    /// Returns the table that this holds, or whose items it holds.
    pub(super) fn table(&self) -> Option<&'static TableSpec> {
        match self {
            Shape::Table(spec) => Some(spec),
            Shape::List(inner) => inner.table(),
            Shape::Map(map) => map.value.table(),
            Shape::Either(shapes) => shapes.iter().find_map(Shape::table),
            Shape::Text
            | Shape::Pattern(_)
            | Shape::Choice(_)
            | Shape::Boolean
            | Shape::Integer(..) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::schema::RECIPE;

    #[test]
    fn examples_of_tables_are_written_line_by_line_in_their_author_s_order() {
        let shape = |name| RECIPE.key(name).expect("it is a key").shape;
        assert_eq!(
            expand(
                "package",
                shape("package"),
                r#"{ name = "b", "Ä" = [1, 2] }"#
            ),
            ["[package]", r#"name = "b""#, r#""Ä" = [1, 2]"#]
        );
        assert_eq!(
            expand("task", shape("task"), r"[{ z = 1, a = 2 }, { z = 3 }]"),
            ["[[task]]", "z = 1", "a = 2", "[[task]]", "z = 3"]
        );
        assert_eq!(
            expand(
                "service.NAME",
                shape("service"),
                "{ web = { command = 'c' } }"
            ),
            ["[service.web]", "command = 'c'"]
        );
    }

    #[test]
    fn every_table_has_one_section() {
        let sections = sections(&RECIPE);
        let titles: Vec<_> = sections
            .iter()
            .map(|section| section.title.as_str())
            .collect();
        let mut once = titles.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), titles.len());
        for title in [
            "[package]",
            "version in [package]",
            "[release.RELEASE]",
            "[[source.extra]]",
            "[directories]",
            "[service.NAME.hardening]",
            "[nginx.locations]",
        ] {
            assert!(titles.contains(&title), "{title} of {titles:?}");
        }
    }
}
