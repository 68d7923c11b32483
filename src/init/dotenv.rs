//! `.env.example` and its like: the variables that an app reads, with values to start from.

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
    for line in text.lines() {
        let Some((name, value)) = variable(line) else {
            continue;
        };
        let is_known =
            found.secret.contains(&name) || found.plain.iter().any(|(known, _)| *known == name);
        if is_known || name == "PORT" {
            // The port is part of the service's command.
        } else if is_secret(&name, &value) {
            found.secret.push(name);
        } else {
            found.plain.push((name, value));
        }
    }
    Some(found)
}

fn variable(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    name.parse::<VariableName>().ok()?;
    let value = value.trim();
    let quoted = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.split_once(*quote));
    let value = match quoted {
        Some((inside, _)) => inside,
        None => value.split(" #").next().unwrap_or_default().trim_end(),
    };
    let value = if value.starts_with('#') { "" } else { value };
    value.parse::<VariableValue>().ok()?;
    Some((name.to_owned(), value.to_owned()))
}

fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let has_password = value
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('@'))
        .is_some_and(|(user, _)| user.contains(':'));
    has_password || SECRET_WORDS.iter().any(|word| name.contains(word))
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
            })
        );
        assert_eq!(read(&folder("demo", &[(".env", "A=b")])), None);
    }
}
