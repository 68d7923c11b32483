//! What TOML 1.1 has and TOML 1.0 has not: the parser takes it, and it is refused here, so that no recipe works with this tool
//! alone.

use super::problem;
use crate::recipe::problem::Problem;
use std::ops::Range;
use toml_parser::Source;
use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, parse_document};

/// Finds everything of it in a document that is valid.
pub(super) fn find(text: &str) -> Vec<Problem> {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut newer = Newer {
        text,
        open: Vec::new(),
        comma: None,
        problems: Vec::new(),
    };
    parse_document(&tokens, &mut |event: Event| newer.take(&event), &mut ());
    newer.problems
}

/// What is open around a value.
struct Bracket {
    is_table: bool,
    /// Where it opens.
    span: Range<usize>,
    /// Whether its line breaks were reported.
    told: bool,
}

/// Looks at one event of the parser after the other.
struct Newer<'a> {
    text: &'a str,
    open: Vec<Bracket>,
    /// A comma after which nothing has come yet.
    comma: Option<Range<usize>>,
    problems: Vec<Problem>,
}

impl Newer<'_> {
    fn take(&mut self, event: &Event) {
        let span = event.span().start()..event.span().end();
        match event.kind() {
            EventKind::InlineTableOpen | EventKind::ArrayOpen => {
                self.comma = None;
                self.open.push(Bracket {
                    is_table: event.kind() == EventKind::InlineTableOpen,
                    span,
                    told: false,
                });
            }
            EventKind::InlineTableClose => {
                self.open.pop();
                if let Some(comma) = self.comma.take() {
                    self.problems.push(problem(
                        comma,
                        "a comma behind the last entry of an inline table is TOML 1.1",
                        "take the comma away: recipes are TOML 1.0",
                    ));
                }
            }
            EventKind::ArrayClose => {
                self.comma = None;
                self.open.pop();
            }
            EventKind::ValueSep => self.comma = Some(span),
            EventKind::Newline => self.line_break(),
            EventKind::SimpleKey | EventKind::Scalar => {
                self.comma = None;
                self.scalar(span, event.encoding());
            }
            _ => {}
        }
    }

    fn line_break(&mut self) {
        if let Some(bracket) = self.open.last_mut()
            && bracket.is_table
            && !bracket.told
        {
            bracket.told = true;
            self.problems.push(problem(
                bracket.span.clone(),
                "a line break inside an inline table is TOML 1.1",
                "write the table on one line, or as `[table]` of its own: recipes are TOML 1.0",
            ));
        }
    }

    fn scalar(&mut self, span: Range<usize>, encoding: Option<Encoding>) {
        let text = &self.text[span.clone()];
        match encoding {
            Some(Encoding::BasicString | Encoding::MlBasicString) => {
                let mut escaped = false;
                for (at, byte) in text.bytes().enumerate() {
                    if escaped && matches!(byte, b'e' | b'x') {
                        let at = span.start + at;
                        self.problems.push(problem(
                            at - 1..at + 1,
                            format!("the escape `\\{}` is TOML 1.1", char::from(byte)),
                            "write `\\u` and four hexadecimal digits: recipes are TOML 1.0",
                        ));
                    }
                    escaped = !escaped && byte == b'\\';
                }
            }
            None if is_time_without_seconds(text) => self.problems.push(problem(
                span,
                "a time without seconds is TOML 1.1",
                "put the value between `\"` and `\"` if it is text, or write the seconds: recipes are TOML 1.0",
            )),
            _ => {}
        }
    }
}

/// Returns whether a bare value is a time of which only hours and minutes are given: `07:32`, with a date before it or an
/// offset behind it.
fn is_time_without_seconds(text: &str) -> bool {
    let Some((before, after)) = text.split_once(':') else {
        return false;
    };
    let digits = |text: &str| text.len() >= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let hour = before.len().checked_sub(2).and_then(|at| before.get(at..));
    // `HH:MM:SS` goes on with a colon; an offset such as `+01:00` has its sign in front.
    hour.is_some_and(digits) && after.get(..2).is_some_and(digits) && !after[2..].starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(text: &str) -> Vec<String> {
        let problems = find(text);
        problems
            .iter()
            .map(|problem| format!("{}: {}", &text[problem.span.clone()], problem.title))
            .collect()
    }

    #[test]
    fn what_is_new_in_toml_1_1_is_refused() {
        let table = "a line break inside an inline table is TOML 1.1";
        assert_eq!(titles("a = {\n b = 1,\n c = 2 }"), [format!("{{: {table}")]);
        let comma = "a comma behind the last entry of an inline table is TOML 1.1";
        assert_eq!(titles("a = { b = [1,], c = 2, }"), [format!(",: {comma}")]);
        assert_eq!(
            titles(r#"a = "\e \\e \x41""#),
            [
                "\\e: the escape `\\e` is TOML 1.1",
                "\\x: the escape `\\x` is TOML 1.1"
            ]
        );
        let time = "a time without seconds is TOML 1.1";
        for text in [
            "07:32",
            "1979-05-27T07:32",
            "1979-05-27 07:32Z",
            "1979-05-27T07:32+01:00",
        ] {
            assert_eq!(titles(&format!("a = {text}")), [format!("{text}: {time}")]);
        }
    }

    #[test]
    fn what_toml_1_0_has_is_taken() {
        for text in [
            "",
            "a = [\n 1,\n {b = \"\"\"\n\"\"\"},\n]",
            "a = { b = [\n 1,\n ] }",
            "a = '\\e'",
            "a = '''\\x41'''",
            "a = \"\\\\x41\"",
            "a = 07:32:00",
            "a = 1979-05-27T07:32:00+01:00",
            "a = 1979-05-27",
            "a = 1979-05-27 07:32:00.5Z",
            "# a = { b,\n",
            "\"a\" = 1\r\n",
        ] {
            assert_eq!(titles(text), [""; 0], "{text}");
        }
    }
}
