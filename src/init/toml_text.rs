//! TOML written by hand: strings that no content can leave, comments that no content can end, sections that may be commented out.
//!
//! Comments of prose start with `# `. A key that waits for the user starts with `#` alone, as in Debian's own
//! configuration files, so that taking the `#` away makes it live.

use super::address::without_passwords;
use crate::failure::printable;
use std::fmt::Write as _;

/// How wide a comment is at most, in characters.
const WIDTH: usize = 100;

/// Renders a basic string (TOML 1.0, "String"). What would drive a terminal or turn text around is escaped as well.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || printable(c.encode_utf8(&mut [0; 4])) == "\u{fffd}" => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Renders a key: bare where that is allowed, else quoted.
pub(super) fn key(text: &str) -> String {
    let bare = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if bare { text.to_owned() } else { quote(text) }
}

/// Renders a list on one line where it fits, else one item a line.
pub(super) fn list<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<_> = items.iter().map(|item| quote(item.as_ref())).collect();
    let line = format!("[{}]", items.join(", "));
    if line.chars().count() < 80 {
        return line;
    }
    format!("[\n    {},\n]", items.join(",\n    "))
}

/// Renders text as one line for a comment or a message: blanks and line breaks become one blank, and no password is shown.
pub(super) fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    printable(&without_passwords(&line))
}

/// Renders prose as a comment, wrapped, with `mark` before it. One blank follows each `#`: more of them is a
/// list that waits.
pub(super) fn comment(mark: &str, text: &str) -> String {
    let mut lines = Vec::new();
    let mut line = mark.to_owned();
    let mut is_empty = true;
    for word in one_line(text).split(' ') {
        if !is_empty && line.chars().count() + 3 + word.chars().count() > WIDTH {
            lines.push(std::mem::take(&mut line));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line);
    lines.iter().map(|line| format!("# {line}\n")).collect()
}

/// One line of a section.
#[derive(Clone, Debug)]
enum Line {
    /// Prose, rendered.
    Comment(String),
    /// A key and its rendered value, which may have several lines.
    Live(String),
    /// The same, waiting for the user.
    Waiting(String),
}

/// A table with its comments.
#[derive(Clone, Debug)]
pub(super) struct Section {
    header: String,
    lines: Vec<Line>,
    waits: bool,
}

impl Section {
    /// Makes one under a header such as `[venv]`.
    pub(super) fn new(header: impl Into<String>) -> Self {
        Section {
            header: header.into(),
            lines: Vec::new(),
            waits: false,
        }
    }

    /// Makes all of it wait for the user.
    pub(super) fn waiting(mut self) -> Self {
        self.waits = true;
        self
    }

    /// Adds prose.
    pub(super) fn comment(&mut self, text: &str) {
        self.lines.push(Line::Comment(comment("", text)));
    }

    /// Adds what needs a human.
    pub(super) fn todo(&mut self, text: &str) {
        self.lines.push(Line::Comment(comment("TODO: ", text)));
    }

    /// Adds a key with a rendered value.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.lines
            .push(Line::Live(format!("{} = {value}\n", key(name))));
    }

    /// Adds a key with a string.
    pub(super) fn set_text(&mut self, name: &str, value: &str) {
        self.set(name, &quote(value));
    }

    /// Adds a key with a string, and where that comes from.
    pub(super) fn set_from(&mut self, name: &str, value: &str, from: &str) {
        self.set(name, &format!("{}  # {}", quote(value), one_line(from)));
    }

    /// Adds a key that waits for the user.
    pub(super) fn wait(&mut self, name: &str, value: &str) {
        self.lines
            .push(Line::Waiting(format!("{} = {value}\n", key(name))));
    }

    /// Renders it with an empty line before it; nothing when there is nothing to say.
    pub(super) fn render(&self) -> String {
        if self.lines.is_empty() {
            return String::new();
        }
        let any_live = self.lines.iter().any(|line| matches!(line, Line::Live(_)));
        let any_key = any_live
            || self
                .lines
                .iter()
                .any(|line| matches!(line, Line::Waiting(_)));
        let waits = self.waits || !any_live;
        let mut text = String::from("\n");
        if any_key {
            let first = self
                .lines
                .iter()
                .take_while(|line| waits && matches!(line, Line::Comment(_)));
            let first = first.count();
            for line in &self.lines[..first] {
                line.render(waits, &mut text);
            }
            let mark = if waits { "#" } else { "" };
            let _ = writeln!(text, "{mark}{}", self.header);
            for line in &self.lines[first..] {
                line.render(waits, &mut text);
            }
        } else {
            for line in &self.lines {
                line.render(waits, &mut text);
            }
        }
        text
    }
}

impl Line {
    fn render(&self, waits: bool, text: &mut String) {
        match self {
            Line::Live(lines) if !waits => text.push_str(lines),
            Line::Comment(lines) => text.push_str(lines),
            Line::Live(lines) | Line::Waiting(lines) => {
                for line in lines.lines() {
                    let _ = writeln!(text, "#{line}");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prose_is_wrapped_after_its_mark() {
        assert_eq!(comment("", "a\nb"), "# a b\n");
        let text = comment("TODO: ", &"word ".repeat(30));
        assert!(text.starts_with("# TODO: word word"), "{text}");
        assert_eq!(
            text.lines().nth(1).map(|line| &line[..13]),
            Some("# word word w")
        );
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
    }

    #[test]
    fn a_section_without_a_live_key_waits_with_its_header() {
        let mut section = Section::new("[build]");
        section.comment("Why.");
        section.wait("after", "[\n    \"x\",\n]");
        assert_eq!(
            section.render(),
            "\n# Why.\n#[build]\n#after = [\n#    \"x\",\n#]\n"
        );
        section.set_text("a b", "\u{202e}\"\\\n\u{7f}");
        assert_eq!(
            section.render(),
            "\n[build]\n# Why.\n#after = [\n#    \"x\",\n#]\n\"a b\" = \"\\U0000202E\\\"\\\\\\n\\U0000007F\"\n"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_a_string_a_key_and_a_comment(text in any::<String>()) {
            let document = format!(
                "{}{} = {}\nlist = {}\n",
                comment("TODO: ", &text),
                key(&format!("k{text}")),
                quote(&text),
                list(&[&text, "b"]),
            );
            let table: toml::Table = document.parse().expect("it is TOML");
            prop_assert_eq!(table[&format!("k{text}")].as_str(), Some(text.as_str()));
            prop_assert_eq!(table["list"][0].as_str(), Some(text.as_str()));
            prop_assert_eq!(table.len(), 2);
        }
    }
}
