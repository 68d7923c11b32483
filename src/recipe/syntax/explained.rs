//! What the parser's errors mean to someone who writes a recipe, and what to write instead.
//!
//! # Limits
//! The parser's words are no interface of its crate. What is not known here is shown in its words.

use super::problem;
use crate::recipe::problem::Problem;
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// How the parser begins, what that means, and the cure. `{}` is what stands there.
const EXPLAINED: &[(&str, &str, &str)] = &[
    (
        "invalid basic string, expected `\"`",
        "a string is not closed",
        "close it with `\"` on the same line; text of several lines stands between `\"\"\"` and `\"\"\"`",
    ),
    (
        "invalid literal string, expected `'`",
        "a string is not closed",
        "close it with `'` on the same line; text of several lines stands between `'''` and `'''`",
    ),
    (
        "invalid basic string",
        "a control character stands in a string",
        "write its escape, such as `\\u001b`, or `\\n` for a line break",
    ),
    (
        "invalid multi-line basic string",
        "a control character stands in a string",
        "write its escape, such as `\\u001b`",
    ),
    (
        "invalid literal string",
        "a control character stands in a string",
        "take it away, or write its escape, such as `\\u001b`, in a string between `\"` and `\"`",
    ),
    (
        "invalid multi-line literal string",
        "a control character stands in a string",
        "take it away, or write its escape, such as `\\u001b`, in a string between `\"` and `\"`",
    ),
    (
        "invalid comment character",
        "a control character stands in a comment",
        "take it away",
    ),
    (
        "missing escaped value",
        "a `\\` begins an escape that does not exist",
        "write `\\\\` for a backslash, or put the text between `'` and `'`, where it has no meaning",
    ),
    (
        "too few unicode value digits",
        "`\\u` needs four hexadecimal digits, `\\U` eight",
        "write `\\\\` for a backslash, or put the text between `'` and `'`, where it has no meaning",
    ),
    (
        "unclosed table",
        "the name of a table is not closed",
        "close it with `]`",
    ),
    (
        "unclosed array table",
        "the name of a table is not closed",
        "close it with `]]`",
    ),
    (
        "unclosed array",
        "a list is not closed",
        "close it with `]`",
    ),
    (
        "unclosed inline table",
        "an inline table is not closed",
        "close it with `}` on the same line",
    ),
    (
        "missing comma between array elements",
        "a comma is missing between two items",
        "write a comma between them",
    ),
    (
        "missing comma between key-value pairs",
        "a comma is missing between two entries",
        "write a comma between them",
    ),
    ("extra comma", "there is a comma too many", "take it away"),
    (
        "string values must be quoted",
        "`{}` is no value",
        "put text between `\"` and `\"`",
    ),
    (
        "invalid boolean",
        "`{}` is no value",
        "write `true` or `false`, or put text between `\"` and `\"`",
    ),
    (
        "key with no value",
        "a key has no value",
        "write it as `key = value`",
    ),
    (
        "missing value",
        "a key has no value",
        "write one behind the `=`",
    ),
    (
        "unquoted keys cannot be empty",
        "a key is missing",
        "write one in front of the `=`, or `\"\"` for an empty one",
    ),
    (
        "invalid unquoted key",
        "`{}` cannot stand in a key without quotes",
        "put the key between `\"` and `\"`: without them it has letters, digits, `-` and `_`",
    ),
    (
        "unexpected key or value",
        "something stands behind a value that is complete",
        "begin a new line there, or put quotes around the whole value",
    ),
    (
        "invalid key-value pair, expected key",
        "a key is missing",
        "a line of a recipe is `[table]` or `key = value`",
    ),
    (
        "unexpected leading zero",
        "a number begins with a zero",
        "put it between `\"` and `\"` if it is text, such as a mode; else take the zero away",
    ),
    (
        "carriage return must be followed by newline",
        "a carriage return stands without a line feed",
        "save the recipe with line ends as Unix or Windows has them",
    ),
    (
        "recursion limit",
        "tables or lists are nested too deep",
        "a recipe needs no more than five levels",
    ),
    (
        "cannot recurse further",
        "tables or lists are nested too deep",
        "a recipe needs no more than five levels",
    ),
];

/// Says an error of the parser in our words; also whether what the parser says of later lines can be believed.
pub(super) fn explain(text: &str, error: &toml::de::Error) -> (Problem, bool) {
    let said = error.message();
    let span = error.span().unwrap_or(0..0);
    let found = text.get(span.clone()).unwrap_or_default();
    let before = text.get(..span.start).unwrap_or_default();
    let begins_line = before
        .rsplit('\n')
        .next()
        .is_some_and(|line| line.trim().is_empty());
    // As `b = 1` on the line after `a = [1,`.
    let goes_on_as_key = text
        .get(span.end..)
        .is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('='));
    if begins_line
        && (said.starts_with("missing comma between array elements")
            || said.starts_with("string values must be quoted") && goes_on_as_key)
    {
        let title = "a list is not closed, or a comma is missing";
        let help = "write `]` or `,` before this line";
        return (problem(span, title, help), false);
    }
    if said.starts_with("invalid multi-line") && span.start >= text.trim_end().len() {
        return (never_closed(text), false);
    }
    if said.starts_with("duplicate key") {
        let title = format!("`{found}` stands here twice");
        let help = "put both together: a key or table is written once";
        return (problem(span, title, help), true);
    }
    if said.starts_with("string values must be quoted") && found.is_empty() {
        let help = "write one behind the `=`: text stands between `\"` and `\"`";
        return (problem(span, "a key has no value", help), true);
    }
    if said.starts_with("invalid unquoted key") && found == ":" {
        let title = "`:` stands where TOML has `=`";
        let help = "write `key = value`, and `[table]` above the keys of a table";
        return (problem(span, title, help), false);
    }
    if said.starts_with("unexpected key or value") && before.ends_with('\'') {
        let title = "a `'` ends the string";
        let help = "put text that holds a `'` between `\"` and `\"`";
        return (problem(span, title, help), true);
    }
    let known = EXPLAINED.iter().find(|(words, ..)| said.starts_with(words));
    match known {
        Some((_, title, help)) => (problem(span, title.replace("{}", found), help), true),
        None => (problem(span, said, ""), true),
    }
}

/// Shows where the string of several lines begins that goes on to the end of the text.
fn never_closed(text: &str) -> Problem {
    let tokens = Source::new(text).lex();
    let long = tokens.filter(|token| {
        matches!(
            token.kind(),
            TokenKind::MlBasicString | TokenKind::MlLiteralString
        )
    });
    let start = long.last().map_or(0, |token| token.span().start());
    let end = text.len().min(start + 3);
    let help = format!("close it with `{}`", &text[start..end]);
    problem(start..end, "a string of several lines is not closed", &help)
}

#[cfg(test)]
mod tests {
    use crate::recipe::syntax::parse;

    #[test]
    fn one_error_is_told_of_each_line_in_our_words() {
        let titles = |text: &str| -> Vec<String> {
            let problems = parse(text).expect_err("it is no TOML");
            problems.into_iter().map(|problem| problem.title).collect()
        };
        let (mut found, mut wanted) = (Vec::new(), Vec::new());
        for (text, title) in [
            ("a = \"x", "a string is not closed"),
            ("a = 'x", "a string is not closed"),
            ("a = \"\"\"x", "a string of several lines is not closed"),
            ("a = '''x", "a string of several lines is not closed"),
            ("a = \"\u{1}\"", "a control character stands in a string"),
            ("a = '\u{1}'", "a control character stands in a string"),
            ("# \u{1}", "a control character stands in a comment"),
            (r#"a = "\q""#, "a `\\` begins an escape that does not exist"),
            (
                r#"a = "C:\Users""#,
                "`\\u` needs four hexadecimal digits, `\\U` eight",
            ),
            ("[a", "the name of a table is not closed"),
            ("[[a]", "the name of a table is not closed"),
            ("a = [1", "a list is not closed"),
            ("a = { b = 1", "an inline table is not closed"),
            ("a = ['1' '2']", "a comma is missing between two items"),
            ("a = [1,,2]", "there is a comma too many"),
            (
                "a = { b = '1' c = 2 }",
                "a comma is missing between two entries",
            ),
            ("a = b", "`b` is no value"),
            ("a = TRUE", "`TRUE` is no value"),
            ("a =", "a key has no value"),
            ("a", "a key has no value"),
            ("= 1", "a key is missing"),
            ("a: 1", "`:` stands where TOML has `=`"),
            ("a/b = 1", "`/` cannot stand in a key without quotes"),
            ("{ \"a\": 1 }", "a key is missing"),
            (
                "a = [1,\nb = 2\nc = 3",
                "a list is not closed, or a comma is missing",
            ),
            ("a = 1\na = 2", "`a` stands here twice"),
            ("[a.b]\n[a.b]", "`b` stands here twice"),
            ("a = 'x'y", "a `'` ends the string"),
            (
                "a = \"x\"y",
                "something stands behind a value that is complete",
            ),
            ("a = 0644", "a number begins with a zero"),
            (
                "a = 1\rb = 1",
                "a carriage return stands without a line feed",
            ),
        ] {
            found.push((text, titles(text)));
            wanted.push((text, vec![title.to_owned()]));
        }
        assert_eq!(found, wanted);
        assert_eq!(
            titles(&format!("a = {}", "[".repeat(100)))[0],
            "tables or lists are nested too deep"
        );
        assert_eq!(
            titles(&format!("{}a = 1", "a.".repeat(100))),
            ["tables or lists are nested too deep"]
        );
    }
}
