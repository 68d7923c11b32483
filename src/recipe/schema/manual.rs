//! `deb-build-app.toml(5)`: the reference of the recipe as a manual page (man(7)).

use super::prose::{Block, Span, paragraphs, parse_blocks, parse_spans};
use super::sections::{Content, Entry, Section, sections};
use super::{LATER, RECIPE, RULES, WHOLE};
use clap_mangen::roff::{Inline, Roff, bold, roman};

/// The name of the page, without its section.
const NAME: &str = "deb-build-app.toml";

/// Returns the reference of the recipe as a manual page of section 5; `date` is when it was written, as `2026-01-31`.
pub fn manual(date: &str) -> String {
    let mut page = Page::default();
    let source = concat!("deb-build-app ", env!("CARGO_PKG_VERSION"));
    page.roff
        .control("TH", [NAME, "5", date, source, "File formats"]);
    page.heading("SH", "NAME");
    page.roff.text([roman(format!(
        "{NAME} - the recipe of a Debian package of a Python app"
    ))]);
    page.heading("SH", "DESCRIPTION");
    page.paragraphs(&paragraphs(RECIPE.doc));
    for block in parse_blocks(RULES) {
        page.block(&block);
    }
    page.heading("SH", "TABLES AND KEYS");
    for section in sections(&RECIPE) {
        page.section(&section);
    }
    page.heading("SH", "EXAMPLE");
    page.code(WHOLE.trim_end().lines());
    page.heading("SH", "SEE ALSO");
    page.paragraphs(&["`deb-build-app`(1), `deb-control`(5), `systemd.service`(5)".to_owned()]);
    in_ascii(&page.roff.render())
}

/// Spells characters that are not ASCII by their number, which needs no preprocessor (`groff_char(7)`).
fn in_ascii(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii() {
                c.to_string()
            } else {
                format!("\\[u{:04X}]", u32::from(c))
            }
        })
        .collect()
}

/// The page as far as it is written.
#[derive(Default)]
struct Page {
    roff: Roff,
    /// Whether a heading has just been written: behind it a paragraph needs no macro, and mandoc warns of one.
    starts: bool,
}

impl Page {
    fn heading(&mut self, level: &str, text: &str) {
        self.roff.control(level, [text]);
        self.starts = true;
    }

    fn break_paragraph(&mut self) {
        if !std::mem::take(&mut self.starts) {
            self.roff.control("PP", []);
        }
    }

    fn paragraphs(&mut self, texts: &[String]) {
        for text in texts {
            self.break_paragraph();
            self.roff.text(inlines(text));
        }
    }

    fn code<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        self.break_paragraph();
        self.roff.control("EX", []);
        for line in lines {
            self.roff.text([roman(line)]);
        }
        self.roff.control("EE", []);
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => self.heading("SH", &text.to_uppercase()),
            Block::Paragraph(text) => self.paragraphs(std::slice::from_ref(text)),
            Block::Item(text) => {
                self.starts = false;
                self.roff.control("IP", ["\\(bu", "2"]);
                self.roff.text(inlines(text));
            }
            Block::Code(lines) => self.code(lines.iter().map(String::as_str)),
        }
    }

    fn section(&mut self, section: &Section) {
        self.heading("SS", &section.title);
        if section.later {
            self.paragraphs(&[LATER.to_owned()]);
        }
        self.paragraphs(&section.doc);
        if !section.example.is_empty() {
            self.code(section.example.iter().map(String::as_str));
        }
        match &section.content {
            Content::Free => {}
            Content::Same(title) => {
                self.paragraphs(&[format!("The keys are those of `{title}`.")]);
            }
            Content::Tables(names) => {
                let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
                let names = names.join(", ");
                self.paragraphs(&[format!("These tables can be in it: {names}.")]);
            }
            Content::Keys(entries) => {
                for entry in entries {
                    self.entry(entry, section.later);
                }
            }
        }
    }

    fn entry(&mut self, entry: &Entry, in_later: bool) {
        let key = entry.key;
        self.starts = false;
        self.roff.control("TP", []);
        let mut tag = vec![bold(key.name), roman(" (")];
        tag.extend(inlines(&entry.facts().join("; ")));
        tag.push(roman(")"));
        self.roff.text(tag);
        let mut texts = paragraphs(key.doc);
        if key.later && !in_later {
            texts.insert(0, LATER.to_owned());
        }
        if let Some(section) = &entry.section {
            texts.push(format!("Its keys: `{section}`."));
        }
        if let Some(example) = &entry.example {
            texts.push(format!("Example: `{example}`"));
        }
        let mut lines = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            if at > 0 {
                lines.push(Inline::LineBreak);
            }
            lines.extend(inlines(text));
        }
        self.roff.text(lines);
    }
}

fn inlines(text: &str) -> Vec<Inline> {
    parse_spans(text)
        .into_iter()
        .map(|span| match span {
            Span::Plain(text) => roman(text),
            Span::Code(text) | Span::Bold(text) => bold(text),
        })
        .collect()
}
