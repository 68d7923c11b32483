//! Characters into statements: where strings, comments, brackets and lines end.

use super::{Statement, Token};

/// The state of reading.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    depth: usize,
    statements: Vec<Statement<'a>>,
    open: Option<Statement<'a>>,
    indent: usize,
}

impl<'a> Reader<'a> {
    /// Begins at the start of a text.
    pub(super) fn of(text: &'a str) -> Self {
        Reader {
            text,
            at: 0,
            line: 1,
            depth: 0,
            statements: Vec::new(),
            open: None,
            indent: 0,
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Reads all of it.
    pub(super) fn read(mut self) -> Vec<Statement<'a>> {
        let mut line_start = true;
        while let Some(c) = self.rest().chars().next() {
            if line_start && (c == ' ' || c == '\t') {
                self.indent += 1;
                self.at += 1;
                continue;
            }
            line_start = false;
            match c {
                '\n' => {
                    self.at += 1;
                    self.line += 1;
                    if self.depth == 0 {
                        self.close();
                        self.indent = 0;
                        line_start = true;
                    }
                }
                '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '\\' if self.rest()[1..].starts_with('\n') => {
                    self.at += 2;
                    self.line += 1;
                }
                ';' if self.depth == 0 => {
                    self.at += 1;
                    self.close();
                }
                '"' | '\'' => self.string(""),
                c if c.is_whitespace() => self.at += c.len_utf8(),
                c if c.is_alphanumeric() || c == '_' => self.word(),
                c => {
                    match c {
                        '(' | '[' | '{' => self.depth += 1,
                        ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
                        _ => {}
                    }
                    self.push(Token::Symbol(c), self.line);
                    self.at += c.len_utf8();
                }
            }
        }
        self.close();
        self.statements
    }

    fn word(&mut self) {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let word = &rest[..end];
        let is_prefix = word.len() <= 2 && word.bytes().all(|byte| b"rRbBuUfF".contains(&byte));
        self.at += end;
        if is_prefix && self.rest().starts_with(['"', '\'']) {
            self.string(word);
        } else {
            self.push(Token::Name(word), self.line);
        }
    }

    /// Reads a string whose quote is next.
    fn string(&mut self, prefix: &str) {
        let first = self.line;
        let rest = self.rest();
        let quote = &rest[..1];
        let triple = rest.starts_with(&quote.repeat(3));
        let end = if triple {
            quote.repeat(3)
        } else {
            quote.to_owned()
        };
        let raw = prefix.eq_ignore_ascii_case("r");
        let mut value =
            (raw || prefix.is_empty() || prefix.eq_ignore_ascii_case("u")).then(String::new);
        self.at += end.len();
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                value = None;
                break;
            };
            if rest.starts_with(&end) {
                self.at += end.len();
                break;
            }
            if c == '\n' {
                // A string in one pair of quotes ends at the latest with its line.
                if !triple {
                    value = None;
                    break;
                }
                self.line += 1;
            }
            self.at += c.len_utf8();
            if c != '\\' {
                if let Some(value) = &mut value {
                    value.push(c);
                }
                continue;
            }
            let Some(escaped) = self.rest().chars().next() else {
                continue;
            };
            self.at += escaped.len_utf8();
            self.line += usize::from(escaped == '\n');
            let meaning = match escaped {
                '\\' | '\'' | '"' if !raw => Some(escaped),
                'n' if !raw => Some('\n'),
                't' if !raw => Some('\t'),
                _ => None,
            };
            match (meaning, &mut value) {
                (Some(meaning), Some(value)) => value.push(meaning),
                _ => value = None,
            }
        }
        self.push(Token::Text(value), first);
    }

    fn push(&mut self, token: Token<'a>, line: usize) {
        let indent = self.indent;
        self.open
            .get_or_insert_with(|| Statement {
                line,
                indent,
                tokens: Vec::new(),
            })
            .tokens
            .push(token);
    }

    fn close(&mut self) {
        self.statements.extend(self.open.take());
    }
}
