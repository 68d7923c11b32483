//! Python read as text: statements of tokens, enough to find literals without executing anything.
//!
//! Strings and comments are told from code, and what stands in brackets is one statement, as in Python's own lexical
//! analysis. Any text can be read: what is not Python gives tokens that nobody looks for.
//!
//! # Limits
//! A string with a prefix other than `r` or `u`, or with an escape other than a quote, a backslash, `\n` and `\t`, has no
//! known value.

mod reader;

/// A piece of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, keyword or number.
    Name(&'a str),
    /// A string, with its value where that is known.
    Text(Option<String>),
    /// Any other character.
    Symbol(char),
}

/// A logical line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement<'a> {
    /// The number of its first line, from 1.
    pub(super) line: usize,
    /// How many blanks stand before it.
    pub(super) indent: usize,
    /// Its pieces, at least one.
    pub(super) tokens: Vec<Token<'a>>,
}

/// Reads a text.
pub(super) fn statements(text: &str) -> Vec<Statement<'_>> {
    reader::Reader::of(text).read()
}

impl<'a> Statement<'a> {
    /// Returns the name and the value of `NAME = …` and `NAME: … = …`.
    pub(super) fn assignment(&self) -> Option<(&'a str, &[Token<'a>])> {
        let [Token::Name(name), Token::Symbol(second), ..] = self.tokens.as_slice() else {
            return None;
        };
        let at = match second {
            '=' => 1,
            ':' => self
                .tokens
                .iter()
                .position(|token| *token == Token::Symbol('='))?,
            _ => return None,
        };
        let value = &self.tokens[at + 1..];
        (value.first() != Some(&Token::Symbol('='))).then_some((*name, value))
    }

    /// Returns whether the names and symbols of `words`, parted by blanks, stand in it one after the other.
    pub(super) fn has(&self, words: &str) -> bool {
        self.find(words).is_some()
    }

    /// Returns what follows the first place where `words` stand.
    pub(super) fn find(&self, words: &str) -> Option<&[Token<'a>]> {
        let words: Vec<_> = words.split(' ').collect();
        (0..self.tokens.len())
            .find(|start| {
                words.iter().enumerate().all(|(number, word)| {
                    match self.tokens.get(start + number) {
                        Some(Token::Name(name)) => name == word,
                        Some(Token::Symbol(symbol)) => word.chars().eq([*symbol]),
                        _ => false,
                    }
                })
            })
            .map(|start| &self.tokens[start + words.len()..])
    }
}

/// Returns the value of strings that stand side by side, and nothing else.
pub(super) fn text(tokens: &[Token<'_>]) -> Option<String> {
    let tokens = match tokens {
        [Token::Symbol('('), inner @ .., Token::Symbol(')')] => inner,
        tokens => tokens,
    };
    if tokens.is_empty() {
        return None;
    }
    tokens
        .iter()
        .map(|token| match token {
            Token::Text(value) => value.as_deref(),
            _ => None,
        })
        .collect()
}

/// Returns the values of a list or tuple of strings, and nothing else.
pub(super) fn texts(tokens: &[Token<'_>]) -> Option<Vec<String>> {
    let ([Token::Symbol('['), inner @ .., Token::Symbol(']')]
    | [Token::Symbol('('), inner @ .., Token::Symbol(')')]) = tokens
    else {
        return None;
    };
    parts(inner)
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(text)
        .collect()
}

/// Returns the arguments of a call whose opening bracket has been read, each with its keyword.
pub(super) fn arguments<'t, 'a>(
    tokens: &'t [Token<'a>],
) -> Vec<(Option<&'a str>, &'t [Token<'a>])> {
    let mut depth = 1usize;
    let end = tokens.iter().position(|token| {
        match token {
            Token::Symbol('(' | '[' | '{') => depth += 1,
            Token::Symbol(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    parts(&tokens[..end.unwrap_or(tokens.len())])
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| match part {
            [Token::Name(name), Token::Symbol('='), value @ ..]
                if value.first() != Some(&Token::Symbol('=')) =>
            {
                (Some(*name), value)
            }
            value => (None, value),
        })
        .collect()
}

/// Splits at the commas outside of brackets.
fn parts<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0usize;
    tokens
        .split(|token| {
            match token {
                Token::Symbol('(' | '[' | '{') => depth += 1,
                Token::Symbol(')' | ']' | '}') => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && *token == Token::Symbol(',')
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn code_is_told_from_strings_and_comments() {
        let read = statements(
            "\"\"\"Docs:\napp = Flask(__name__)\n\"\"\"\n# app = Flask()\nif x:\n    app = Flask(  # here\n        \"a\" 'b',\n    )\n",
        );
        let lines: Vec<_> = read
            .iter()
            .map(|found| (found.line, found.indent))
            .collect();
        assert_eq!(lines, [(1, 0), (5, 0), (6, 4)]);
        let (name, value) = read[2].assignment().expect("an assignment");
        assert_eq!(name, "app");
        assert_eq!(value[0], Token::Name("Flask"));
        let arguments = arguments(&value[2..]);
        assert_eq!(text(arguments[0].1).as_deref(), Some("ab"));
    }

    #[test]
    fn literals_have_values_and_all_else_has_none() {
        let value = |text: &str| {
            statements(text)
                .first()
                .and_then(|found| super::text(found.assignment()?.1))
        };
        assert_eq!(value("a = 'x'").as_deref(), Some("x"));
        assert_eq!(value("a: str = ('x' \\\n  'y')").as_deref(), Some("xy"));
        assert_eq!(
            value(r#"a = "it\'s \"\n\\""#).as_deref(),
            Some("it's \"\n\\")
        );
        assert_eq!(value("a = r'x'").as_deref(), Some("x"));
        for other in [
            "a = f'x'",
            "a = b'x'",
            "a = 'x' + y",
            "a = x",
            "a == 'x'",
            "a = '\\x41'",
            "a = 'x",
            "a = ",
            "a += 'x'",
            "a = r'\\d'",
        ] {
            assert_eq!(value(other), None, "{other}");
        }
    }

    #[test]
    fn lists_and_arguments_are_split_at_their_own_commas() {
        let read = statements("setup(name='a', f=g(1, 2), r=['x', \"y>1\",], *z, k == 1)");
        let found = arguments(read[0].find("setup (").expect("a call"));
        let names: Vec<_> = found.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, [Some("name"), Some("f"), Some("r"), None, None]);
        assert_eq!(texts(found[2].1), Some(vec!["x".into(), "y>1".into()]));
        assert_eq!(texts(found[1].1), None);
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "[a-z'\"\\\\\\n#(){}=, é]{0,60}") {
            for found in statements(&text) {
                prop_assert!(!found.tokens.is_empty());
                let _ = found.assignment().map(|(_, value)| (super::text(value), texts(value)));
                let _ = arguments(&found.tokens);
            }
        }
    }
}
