//! What the parser's errors mean to someone who writes a recipe, and what to write instead.
//!
//! # Limits
//! The parser's words are no interface of its crate. What is not known here is shown in its words.

use super::problem;
use crate::recipe::problem::Problem;

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
        "invalid multi-line basic string, expected `\"`",
        "a string of several lines is not closed",
        "close it with `\"\"\"`",
    ),
    (
        "invalid multi-line literal string, expected `'`",
        "a string of several lines is not closed",
        "close it with `'''`",
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

/// Says an error of the parser in our words.
pub(super) fn explain(text: &str, error: &toml::de::Error) -> Problem {
    let said = error.message();
    let span = error.span().unwrap_or(0..0);
    let found = text.get(span.clone()).unwrap_or_default();
    if said.starts_with("duplicate key") {
        let title = format!("`{found}` stands here twice");
        return problem(
            span,
            title,
            "put both together: a key or table is written once",
        );
    }
    if said.starts_with("string values must be quoted") && found.is_empty() {
        let help = "write one behind the `=`: text stands between `\"` and `\"`";
        return problem(span, "a key has no value", help);
    }
    let known = EXPLAINED.iter().find(|(words, ..)| said.starts_with(words));
    match known {
        Some((_, title, help)) => problem(span, title.replace("{}", found), help),
        None => problem(span, said, ""),
    }
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
                "a = { b = 1 c = 2 }",
                "a comma is missing between two entries",
            ),
            ("a = b", "`b` is no value"),
            ("a = TRUE", "`TRUE` is no value"),
            ("a =", "a key has no value"),
            ("a", "a key has no value"),
            ("= 1", "a key is missing"),
            ("a: 1", "`:` cannot stand in a key without quotes"),
            ("a = 1\na = 2", "`a` stands here twice"),
            ("[a.b]\n[a.b]", "`b` stands here twice"),
            (
                "a = 'x'y",
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
