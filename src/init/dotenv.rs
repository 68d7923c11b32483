//! `.env.example` and its like: the variables that an app reads, with values to start from.

use super::address::has_password;
use super::folder::Folder;
use crate::recipe::{VariableName, VariableValue};

/// Files by the custom of projects.
const FILES: &[&str] = &[
    ".env.example",
    ".env.sample",
    ".env.template",
    ".env.dist",
    "env.example",
    "example.env",
];

/// Words in names of variables whose value nobody else may know.
const SECRET_WORDS: &[&str] = &[
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "CREDENTIAL",
    "DSN",
];

/// The variables of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Dotenv {
    /// Which file says so.
    pub(super) file: String,
    /// Names and values that can be shown to anyone, in the order of the file.
    pub(super) plain: Vec<(String, String)>,
    /// Names whose values are secret, as are addresses with a password in them.
    pub(super) secret: Vec<String>,
    /// Lines that say nothing that a recipe could, by their numbers, and why.
    pub(super) odd: Vec<(usize, &'static str)>,
}

/// Reads the first of the files that is there.
pub(super) fn read(folder: &Folder) -> Option<Dotenv> {
    let (file, text) = FILES
        .iter()
        .find_map(|file| Some((*file, folder.text(file)?)))?;
    let mut found = Dotenv {
        file: file.to_owned(),
        ..Dotenv::default()
    };
    for entry in entries(text) {
        let Entry { line, name, value } = entry;
        let Some(name) = name.filter(|name| name.parse::<VariableName>().is_ok()) else {
            found.odd.push((
                line,
                "is no `NAME=value` with a name that a variable can have",
            ));
            continue;
        };
        let is_known =
            found.secret.contains(&name) || found.plain.iter().any(|(known, _)| *known == name);
        if is_known || name == "PORT" {
            // The port is part of the service's command.
        } else if is_secret(&name, &value) {
            found.secret.push(name);
        } else if value.parse::<VariableValue>().is_err() {
            found.odd.push((
                line,
                "has a value of several lines, which /etc/default cannot hold",
            ));
        } else {
            found.plain.push((name, value));
        }
    }
    Some(found)
}

/// One variable of the file.
struct Entry {
    /// The number of its first line.
    line: usize,
    /// What stands before the `=`; nothing without one.
    name: Option<String>,
    value: String,
}

/// Reads what programs for such files read: a value in quotes may have several lines, and ends with its quote.
fn entries(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let line = text[..text.len() - rest.len()].matches('\n').count() + 1;
        let (first, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let trimmed = first.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            rest = after;
            continue;
        }
        let Some((name, value)) = first.split_once('=') else {
            entries.push(Entry {
                line,
                name: None,
                value: String::new(),
            });
            rest = after;
            continue;
        };
        let name = name.trim();
        let name = name
            .strip_prefix("export ")
            .unwrap_or(name)
            .trim()
            .to_owned();
        let from = first.len() - value.trim_start().len();
        let (value, end) = match quoted(&rest[from..]) {
            Some((value, end)) => (value, from + end),
            None => (bare(value), first.len()),
        };
        entries.push(Entry {
            line,
            name: Some(name),
            value,
        });
        rest = rest[end..].split_once('\n').map_or("", |(_, after)| after);
    }
    entries
}

/// Returns the value in the quotes that a text begins with, and where they end.
fn quoted(text: &str) -> Option<(String, usize)> {
    let quote = text.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        if c == quote {
            return Some((value, at + 1));
        }
        if c != '\\' {
            value.push(c);
            continue;
        }
        let (_, escaped) = characters.next()?;
        match (quote, escaped) {
            ('"', 'n') => value.push('\n'),
            ('"', 't') => value.push('\t'),
            ('"', '$' | '`') => value.push(escaped),
            (_, escaped) if escaped == quote || escaped == '\\' => value.push(escaped),
            (_, escaped) => value.extend(['\\', escaped]),
        }
    }
    None
}

/// Returns a value without quotes and without the comment behind it.
fn bare(value: &str) -> String {
    let value = value.trim();
    let value = if value.starts_with('#') { "" } else { value };
    value
        .split(" #")
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_owned()
}

fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    has_password(value)
        || value.contains("-----BEGIN ")
        || SECRET_WORDS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    #[test]
    fn plain_values_are_told_from_secrets() {
        let text = "# the app\nexport TITLE=\"A site\" # shown\nDEBUG=0 # never\nPORT=5000\nEMPTY=\nTITLE=twice\n\
                    SECRET_KEY=change-me\nDATABASE_URL=postgres://u:p@localhost/db\nREDIS_URL=redis://localhost:6379/0\n1BAD=x\nnothing\n";
        assert_eq!(
            read(&folder("demo", &[(".env.sample", text)])),
            Some(Dotenv {
                file: ".env.sample".into(),
                plain: vec![
                    ("TITLE".into(), "A site".into()),
                    ("DEBUG".into(), "0".into()),
                    ("EMPTY".into(), String::new()),
                    ("REDIS_URL".into(), "redis://localhost:6379/0".into()),
                ],
                secret: vec!["SECRET_KEY".into(), "DATABASE_URL".into()],
                odd: vec![
                    (
                        10,
                        "is no `NAME=value` with a name that a variable can have"
                    ),
                    (
                        11,
                        "is no `NAME=value` with a name that a variable can have"
                    ),
                ],
            })
        );
        assert_eq!(read(&folder("demo", &[(".env", "A=b")])), None);
    }

    #[test]
    fn a_value_in_quotes_ends_with_its_quote() {
        let text = "MOTD=\"one # not a comment\nTWO=no variable\n\" # all\nCERT='-----BEGIN CERTIFICATE-----\nA=B\n'\n\
                    TITLE='it is \\'here\\''\nQUOTE=\"a \\\"b\\\" \\$c\"\nOPEN=\"x\nLAST=1\n";
        let found = read(&folder("demo", &[(".env.example", text)])).expect("a file");
        assert_eq!(
            found.plain,
            [
                ("TITLE".into(), "it is 'here'".to_owned()),
                ("QUOTE".into(), "a \"b\" $c".into()),
                ("OPEN".into(), "\"x".into()),
                ("LAST".into(), "1".into()),
            ]
        );
        assert_eq!(found.secret, ["CERT"]);
        assert_eq!(
            found.odd,
            [(
                1,
                "has a value of several lines, which /etc/default cannot hold"
            )]
        );
    }
}
