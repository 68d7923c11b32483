//! Shell read as text: its variables, and whether a line needs a shell at all.

use std::fmt::Write as _;

/// Replaces `$PORT` in all its spellings.
pub(super) fn with_port(line: &str, port: u16) -> (String, bool) {
    let number = port.to_string();
    let mut text = String::new();
    let mut rest = line;
    let mut found = false;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        let from = &rest[at + 1..];
        let after = if let Some(braced) = from.strip_prefix("{PORT") {
            match braced.split_once('}') {
                Some(("", after)) => Some(after),
                Some((default, after)) if default.starts_with([':', '-']) => Some(after),
                _ => None,
            }
        } else {
            from.strip_prefix("PORT")
                .filter(|after| !after.starts_with(is_name_character))
        };
        if let Some(after) = after {
            text.push_str(&number);
            found = true;
            rest = after;
        } else {
            text.push('$');
            rest = from;
        }
    }
    text.push_str(rest);
    (text, found)
}

/// Returns the port of `${PORT:-5000}`.
pub(super) fn default_port(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("${PORT")?;
    let (default, _) = rest.split_once('}')?;
    let number = default.strip_prefix(":-").or(default.strip_prefix('-'))?;
    number.parse().ok().filter(|port| *port > 0)
}

pub(super) fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Returns whether only a shell would understand it: operators, globs and substitutions outside of single quotes.
pub(super) fn needs_shell(line: &str) -> bool {
    let mut quote = None;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (None | Some('"'), '\\') => {
                characters.next();
            }
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None | Some('"'), '`') => return true,
            (None | Some('"'), '$') => match characters.peek() {
                Some('{') => {
                    let name: String = characters
                        .clone()
                        .skip(1)
                        .take_while(|c| *c != '}')
                        .collect();
                    if name.is_empty() || !name.chars().all(is_name_character) {
                        return true;
                    }
                }
                Some(c) if is_name_character(*c) && !c.is_ascii_digit() => {}
                Some(' ') | None => {}
                Some(_) => return true,
            },
            (None, '|' | '&' | ';' | '<' | '>' | '(' | ')' | '*' | '?' | '[' | '~' | '#') => {
                return true;
            }
            _ => {}
        }
    }
    false
}

/// Writes `$NAME` as `${NAME}`.
pub(super) fn with_braces(word: &str) -> String {
    let mut text = String::new();
    let mut rest = word;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        let from = &rest[at + 1..];
        let end = from.find(|c| !is_name_character(c)).unwrap_or(from.len());
        if end > 0 && !from.starts_with(|c: char| c.is_ascii_digit()) {
            let _ = write!(text, "${{{}}}", &from[..end]);
            rest = &from[end..];
        } else {
            text.push('$');
            rest = from;
        }
    }
    text.push_str(rest);
    text
}

/// Writes `${NAME}` as `$NAME` where the shell reads it the same: the service manager would put the value into the shell's text.
pub(super) fn without_braces(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("${") {
        text.push_str(&rest[..at]);
        let from = &rest[at + 2..];
        match from.split_once('}') {
            Some((name, after))
                if !name.is_empty()
                    && name.chars().all(is_name_character)
                    && !after.starts_with(is_name_character) =>
            {
                let _ = write!(text, "${name}");
                rest = after;
            }
            _ => {
                text.push_str("${");
                rest = from;
            }
        }
    }
    text.push_str(rest);
    text
}

/// Quotes a word so that it is split as it was.
pub(super) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._:=,@+-%${}".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r#"'"'"'"#))
    }
}
