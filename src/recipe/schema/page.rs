//! `docs/recipe.md`: the reference of the recipe, in the Markdown that GitHub shows.
//!
//! No HTML and no tables: lists read well as text too, and need nothing escaped.

use super::prose::{Block, paragraphs, parse_blocks, wrap};
use super::sections::{Content, Entry, Section, sections};
use super::{LATER, RECIPE, RULES, WHOLE};

/// How wide lines are where they can be broken.
const WIDTH: usize = 120;

/// Returns the reference of the recipe as a page in Markdown.
pub fn page() -> String {
    let sections = sections(&RECIPE);
    let mut lines = vec![
        "<!-- Made by `DEB_BUILD_APP_ACCEPT=1 cargo test --test it documents` out of src/recipe/schema. -->"
            .to_owned(),
        String::new(),
        "# The recipe".to_owned(),
    ];
    for paragraph in paragraphs(RECIPE.doc) {
        lines.push(String::new());
        lines.extend(wrap(&paragraph, WIDTH));
    }
    lines.extend(["", "A whole recipe:", "", "```toml"].map(str::to_owned));
    lines.extend(WHOLE.trim_end().lines().map(str::to_owned));
    lines.extend(["```", "", "## Contents", ""].map(str::to_owned));
    contents(&sections, &mut lines);
    lines.push(String::new());
    lines.extend(RULES.trim_end().lines().map(str::to_owned));
    lines.extend(["", "## Tables and keys"].map(str::to_owned));
    for section in &sections {
        write_section(section, &mut lines);
    }
    lines.join("\n") + "\n"
}

fn contents(sections: &[Section], lines: &mut Vec<String>) {
    for block in parse_blocks(RULES) {
        if let Block::Heading(text) = block {
            lines.push(format!("- [{text}](#{})", anchor(&text)));
        }
    }
    lines.push("- [Tables and keys](#tables-and-keys)".to_owned());
    for section in sections {
        let indent = if section.nested { "    " } else { "  " };
        let later = if section.later { " (not yet)" } else { "" };
        lines.push(format!("{indent}- {}{later}", link(&section.title)));
    }
}

fn write_section(section: &Section, lines: &mut Vec<String>) {
    let level = if section.nested { "####" } else { "###" };
    lines.extend([
        String::new(),
        format!("{level} {}", heading(&section.title)),
    ]);
    if section.later {
        lines.extend([String::new(), format!("*{LATER}*")]);
    }
    for paragraph in &section.doc {
        lines.push(String::new());
        lines.extend(wrap(paragraph, WIDTH));
    }
    if !section.example.is_empty() {
        lines.extend([String::new(), "```toml".to_owned()]);
        lines.extend(section.example.iter().cloned());
        lines.push("```".to_owned());
    }
    match &section.content {
        Content::Free => {}
        Content::Same(title) => {
            let text = format!("The keys are those of {}.", link(title));
            lines.extend([String::new(), text]);
        }
        Content::Tables(names) => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            let text = format!("These tables can be in it: {}.", names.join(", "));
            lines.push(String::new());
            lines.extend(wrap(&text, WIDTH));
        }
        Content::Keys(entries) => {
            lines.push(String::new());
            for entry in entries {
                write_entry(entry, section.later, lines);
            }
        }
    }
}

fn write_entry(entry: &Entry, in_later: bool, lines: &mut Vec<String>) {
    let key = entry.key;
    let mut facts = entry.facts();
    if key.later && !in_later {
        facts.push("*not supported by this version*".to_owned());
    }
    let mut paragraphs = paragraphs(key.doc);
    if let Some(first) = paragraphs.first_mut() {
        *first = format!("**`{}`** ({}): {first}", key.name, facts.join("; "));
    }
    if let Some(section) = &entry.section {
        paragraphs.push(format!("Its keys: {}.", link(section)));
    }
    if let Some(example) = &entry.example {
        paragraphs.push(format!("Example: `{example}`"));
    }
    for (at, paragraph) in paragraphs.iter().enumerate() {
        let bullet = if at == 0 { "- " } else { "  " };
        if at > 0 {
            // Two spaces at the end of a line would do the same, and are easily lost.
            if let Some(line) = lines.last_mut() {
                line.push('\\');
            }
        }
        for (at, line) in wrap(paragraph, WIDTH - 2).iter().enumerate() {
            lines.push(format!("{}{line}", if at == 0 { bullet } else { "  " }));
        }
    }
}

/// Writes the title of a section as a heading: what is TOML in it is code.
fn heading(title: &str) -> String {
    match title.split_once(" in ") {
        Some((key, table)) => format!("`{key}` in `{table}`"),
        None => format!("`{title}`"),
    }
}

fn link(title: &str) -> String {
    format!("[{}](#{})", heading(title), anchor(title))
}

/// Returns the anchor that GitHub gives a heading: lower case, `-` for spaces, and no other punctuation.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}
