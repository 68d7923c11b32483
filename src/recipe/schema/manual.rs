//! `deb-build-app.toml(5)`: the reference of the recipe as a manual page (man(7)).

use super::prose::{Block, Span, paragraphs, parse_blocks, parse_spans};
use super::sections::{Content, Entry, Section, sections};
use super::{RECIPE, RULES, WHOLE};
use clap_mangen::roff::{Inline, Roff, bold, roman};

/// The name of the page, without its section.
const NAME: &str = "deb-build-app.toml";

/// Returns the reference of the recipe as a manual page of section 5; `date` is when it was written, as `2026-01-31`.
pub fn manual(date: &str) -> String {
    let mut roff = Roff::new();
    let source = concat!("deb-build-app ", env!("CARGO_PKG_VERSION"));
    roff.control("TH", [NAME, "5", date, source, "File formats"]);
    roff.control("SH", ["NAME"]);
    roff.text([roman(format!(
        "{NAME} - the recipe of a Debian package of a Python app"
    ))]);
    roff.control("SH", ["DESCRIPTION"]);
    write_paragraphs(&mut roff, &paragraphs(RECIPE.doc));
    for block in parse_blocks(RULES) {
        write_block(&mut roff, &block);
    }
    roff.control("SH", ["TABLES AND KEYS"]);
    for section in sections(&RECIPE) {
        write_section(&mut roff, &section);
    }
    roff.control("SH", ["EXAMPLE"]);
    write_code(&mut roff, WHOLE.trim_end().lines());
    roff.control("SH", ["SEE ALSO"]);
    let others = [
        ("deb-build-app", "1"),
        ("deb-control", "5"),
        ("systemd.service", "5"),
    ];
    let mut inlines = Vec::new();
    for (at, (name, number)) in others.into_iter().enumerate() {
        if at > 0 {
            inlines.push(roman(", "));
        }
        inlines.extend([bold(name), roman(format!("({number})"))]);
    }
    roff.text(inlines);
    roff.render()
}

fn write_block(roff: &mut Roff, block: &Block) {
    match block {
        Block::Heading(text) => {
            roff.control("SH", [text.to_uppercase().as_str()]);
        }
        Block::Paragraph(text) => write_paragraphs(roff, std::slice::from_ref(text)),
        Block::Item(text) => {
            roff.control("IP", ["\\(bu", "2"]);
            roff.text(inlines(text));
        }
        Block::Code(lines) => write_code(roff, lines.iter().map(String::as_str)),
    }
}

fn write_section(roff: &mut Roff, section: &Section) {
    roff.control("SS", [section.title.as_str()]);
    if section.later {
        roff.text([roman("Not supported by this version.")]);
        roff.control("PP", []);
    }
    write_paragraphs(roff, &section.doc);
    if !section.example.is_empty() {
        write_code(roff, section.example.iter().map(String::as_str));
    }
    match &section.content {
        Content::Free => {}
        Content::Same(title) => {
            let text = format!("The keys are those of `{title}`.");
            write_paragraphs(roff, &[text]);
        }
        Content::Tables(names) => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            let text = format!("These tables can be in it: {}.", names.join(", "));
            write_paragraphs(roff, &[text]);
        }
        Content::Keys(entries) => {
            for entry in entries {
                write_entry(roff, entry, section.later);
            }
        }
    }
}

fn write_entry(roff: &mut Roff, entry: &Entry, in_later: bool) {
    let key = entry.key;
    roff.control("TP", []);
    let mut facts = key.words();
    if key.required {
        facts.push_str(", required");
    }
    if let Some(default) = key.default {
        facts.push_str(&format!(", default `{default}`"));
    }
    let mut tag = vec![bold(key.name), roman(" (")];
    tag.extend(inlines(&facts));
    tag.push(roman(")"));
    roff.text(tag);
    let mut texts = paragraphs(key.doc);
    if key.later && !in_later {
        texts.insert(0, "Not supported by this version.".to_owned());
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
    roff.text(lines);
}

/// Writes paragraphs; the macro before the first is left out behind a heading, where it does nothing.
fn write_paragraphs(roff: &mut Roff, texts: &[String]) {
    for text in texts {
        roff.control("PP", []);
        roff.text(inlines(text));
    }
}

fn write_code<'a>(roff: &mut Roff, lines: impl Iterator<Item = &'a str>) {
    roff.control("PP", []);
    roff.control("EX", []);
    for line in lines {
        roff.text([roman(line)]);
    }
    roff.control("EE", []);
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
