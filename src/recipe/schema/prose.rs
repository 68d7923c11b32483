//! The Markdown of doc comments and of `rules.md`: as much of it as the page and the manual need.
//!
//! Known are paragraphs, headings of the second level, lists of one level, fenced blocks, `` `code` `` and `**bold**`.

/// Joins the lines of a doc comment to paragraphs; an empty line parts them.
pub(super) fn paragraphs(doc: &[&str]) -> Vec<String> {
    doc.split(|line| line.trim().is_empty())
        .filter(|lines| !lines.is_empty())
        .map(|lines| {
            let lines: Vec<_> = lines.iter().map(|line| line.trim()).collect();
            lines.join(" ")
        })
        .collect()
}

/// A part of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Block {
    /// The heading of what follows.
    Heading(String),
    /// Running text.
    Paragraph(String),
    /// One entry of a list.
    Item(String),
    /// Lines that stay as they are.
    Code(Vec<String>),
}

/// Reads a text.
pub(super) fn parse_blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    // Whether the next line goes on with the block before it.
    let mut open = false;
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let code = lines.by_ref().take_while(|line| *line != "```");
            blocks.push(Block::Code(code.map(str::to_owned).collect()));
            open = false;
        } else if let Some(heading) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(heading.to_owned()));
            open = false;
        } else if let Some(item) = line.strip_prefix("- ") {
            blocks.push(Block::Item(item.to_owned()));
            open = true;
        } else if line.trim().is_empty() {
            open = false;
        } else if let (true, Some(Block::Paragraph(text) | Block::Item(text))) =
            (open, blocks.last_mut())
        {
            text.push(' ');
            text.push_str(line.trim());
        } else {
            blocks.push(Block::Paragraph(line.trim().to_owned()));
            open = true;
        }
    }
    blocks
}

/// A piece of running text.
#[derive(Debug, PartialEq)]
pub(super) enum Span<'a> {
    /// Words.
    Plain(&'a str),
    /// What is meant letter by letter.
    Code(&'a str),
    /// What must not be missed.
    Bold(&'a str),
}

/// Takes running text apart.
pub(super) fn parse_spans(text: &str) -> Vec<Span<'_>> {
    let mut spans = Vec::new();
    for (at, piece) in text.split('`').enumerate() {
        if at % 2 == 1 {
            spans.push(Span::Code(piece));
            continue;
        }
        for (at, piece) in piece.split("**").enumerate() {
            let span = if at % 2 == 1 {
                Span::Bold(piece)
            } else {
                Span::Plain(piece)
            };
            spans.push(span);
        }
    }
    spans.retain(|span| !matches!(span, Span::Plain("")));
    spans
}

/// Breaks running text into lines of at most `width` characters where it can; what is between backticks stays in one line.
/// A line never starts as a list, a heading or a quotation would.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words(text) {
        match lines.last_mut() {
            Some(line)
                if line.chars().count() + 1 + word.chars().count() <= width
                    || starts_a_block(word) =>
            {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Returns the words of a text; what is between backticks is one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.split(move |c| {
        in_code ^= c == '`';
        c == ' ' && !in_code
    })
    .filter(|word| !word.is_empty())
}

fn starts_a_block(word: &str) -> bool {
    let is_number = word.trim_end_matches(['.', ')']).parse::<u32>().is_ok();
    word.starts_with(['-', '+', '*', '#', '>', '=', '|', '<']) && !word.starts_with("**")
        || is_number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_taken_apart_into_blocks() {
        assert_eq!(
            parse_blocks(
                "## Rules\n\nOne\ntwo.\nthree\n\n- a\n  b\n- c\n\n```toml\n[x]\n\n- y\n```\nEnd."
            ),
            [
                Block::Heading("Rules".to_owned()),
                Block::Paragraph("One two. three".to_owned()),
                Block::Item("a b".to_owned()),
                Block::Item("c".to_owned()),
                Block::Code(vec!["[x]".to_owned(), String::new(), "- y".to_owned()]),
                Block::Paragraph("End.".to_owned()),
            ]
        );
    }

    #[test]
    fn text_is_taken_apart_into_spans() {
        assert_eq!(
            parse_spans("a `b **c` **d** e"),
            [
                Span::Plain("a "),
                Span::Code("b **c"),
                Span::Plain(" "),
                Span::Bold("d"),
                Span::Plain(" e"),
            ]
        );
    }

    #[test]
    fn lines_break_outside_code_and_never_become_lists() {
        assert_eq!(
            wrap("one `two three` four - 5. six", 10),
            ["one", "`two three`", "four - 5.", "six"]
        );
    }

    #[test]
    fn empty_lines_part_paragraphs() {
        assert_eq!(
            paragraphs(&[" One", " two.", "", " Three."]),
            ["One two.", "Three."]
        );
    }
}
