//! A secret key in the code: as a literal, as what the code falls back to, or read from a variable.

use super::folder::is_identifier;
use super::python_text::{self, Statement, Token};

/// Where a secret key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// It is written down.
    Written,
    /// It is read from a variable, and where that is not set, it is written down.
    FallsBack(String),
    /// It is read from a variable.
    Variable(String),
}

/// Returns where the value of a secret key comes from; nothing when that cannot be told.
pub(super) fn source(value: &[Token<'_>]) -> Option<Source> {
    if python_text::text(value).is_some() || is_bytes(value) {
        return Some(Source::Written);
    }
    let asks = value
        .iter()
        .any(|token| matches!(token, Token::Name("environ" | "getenv" | "env" | "config")));
    let mut texts = value
        .iter()
        .enumerate()
        .filter_map(|(at, token)| match token {
            Token::Text(Some(text)) => Some((at, text.clone())),
            _ => None,
        });
    let (_, name) = texts
        .next()
        .filter(|(_, name)| asks && is_identifier(name))?;
    let falls_back = texts.any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| value.get(at));
        matches!(before, Some(Token::Name("or") | Token::Symbol(',' | '=')))
    });
    Some(if falls_back {
        Source::FallsBack(name)
    } else {
        Source::Variable(name)
    })
}

/// A string with a prefix such as `b'dev'` has no known value, and is as open.
fn is_bytes(value: &[Token<'_>]) -> bool {
    matches!(value, [Token::Text(None)])
}

/// Returns the values that a statement gives to secret keys: `SECRET_KEY = …`, `x.secret_key = …`, `config["SECRET_KEY"] = …`,
/// and the same as an argument or in a dict.
pub(super) fn values<'t, 'a>(statement: &'t Statement<'a>) -> Vec<&'t [Token<'a>]> {
    let tokens = &statement.tokens;
    (0..tokens.len())
        .filter_map(|at| {
            let is_text = matches!(&tokens[at], Token::Text(Some(text)) if text == "SECRET_KEY");
            let start = match (&tokens[at], tokens.get(at + 1)?, tokens.get(at + 2)) {
                (Token::Name("SECRET_KEY" | "secret_key"), Token::Symbol('='), _) => at + 2,
                (_, Token::Symbol(']'), Some(Token::Symbol('='))) if is_text => at + 3,
                (_, Token::Symbol(':'), _) if is_text => at + 2,
                _ => return None,
            };
            let value = tokens.get(start..)?;
            (value.first() != Some(&Token::Symbol('='))).then(|| until_comma(value))
        })
        .collect()
}

/// Returns what stands before the first comma or closing bracket outside of the value's own brackets.
fn until_comma<'t, 'a>(value: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let mut depth = 0usize;
    let end = value.iter().position(|token| match token {
        Token::Symbol('(' | '[' | '{') => {
            depth += 1;
            false
        }
        Token::Symbol(')' | ']' | '}') if depth == 0 => true,
        Token::Symbol(')' | ']' | '}') => {
            depth -= 1;
            false
        }
        token => depth == 0 && *token == Token::Symbol(','),
    });
    &value[..end.unwrap_or(value.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_give_a_key_is_found() {
        for (text, found) in [
            (
                "app.config.from_mapping(SECRET_KEY=\"dev\", X=1)",
                Some(Source::Written),
            ),
            ("app.secret_key = 'x'", Some(Source::Written)),
            ("app.secret_key = b'x'", Some(Source::Written)),
            ("app.config['SECRET_KEY'] = 'x'", Some(Source::Written)),
            (
                "app.config.update({'SECRET_KEY': 'x'})",
                Some(Source::Written),
            ),
            (
                "SECRET_KEY = os.environ.get('SECRET_KEY') or 'you-will-never-guess'",
                Some(Source::FallsBack("SECRET_KEY".into())),
            ),
            (
                "SECRET_KEY = os.getenv('KEY', default='dev')",
                Some(Source::FallsBack("KEY".into())),
            ),
            (
                "SECRET_KEY = os.environ['KEY']",
                Some(Source::Variable("KEY".into())),
            ),
            ("SECRET_KEY = make()", None),
        ] {
            let statements = python_text::statements(text);
            let values = values(&statements[0]);
            assert_eq!(values.len(), 1, "{text}");
            assert_eq!(source(values[0]), found, "{text}");
        }
        for text in ["if SECRET_KEY == 'x': pass", "print(config['SECRET_KEY'])"] {
            assert!(
                values(&python_text::statements(text)[0]).is_empty(),
                "{text}"
            );
        }
    }
}
