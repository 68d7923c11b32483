//! Package indexes that the files of an app name, for `index-url` and `extra-index-url`.
//!
//! | file | says |
//! |---|---|
//! | requirements files | `--index-url`, `-i`, `--extra-index-url` (pip, "Requirements File Format") |
//! | `pyproject.toml`, `uv.toml` | `[[tool.uv.index]]`, `index-url`, `extra-index-url` (uv, "Package indexes") |
//! | `pyproject.toml` | `[[tool.poetry.source]]` (Poetry, "Repositories") |
//! | `pip.conf` | `index-url`, `extra-index-url` in `[global]` and `[install]` |
//!
//! # Limits
//! An index that serves some distributions only (`explicit`) becomes one more index: a lock's hashes say which file is meant.

use super::folder::Folder;
use crate::recipe::WebAddress;
use toml::{Table, Value};

/// Indexes, each with the file that names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Indexes {
    /// The one that is asked in place of the machine's.
    pub(super) index: Option<(String, String)>,
    /// Those that are asked besides.
    pub(super) extra: Vec<(String, String)>,
    /// What needs a human.
    pub(super) todos: Vec<String>,
}

/// Looks for indexes. `options` are those of the requirements files: where they stand, their names and their values.
pub(super) fn read(folder: &Folder, options: &[(String, String, String)]) -> Indexes {
    let mut found = Indexes::default();
    for (file, inside) in [("pyproject.toml", &["tool", "uv"][..]), ("uv.toml", &[])] {
        let document = folder
            .text(file)
            .and_then(|text| text.parse::<Table>().ok());
        if let Some(document) = &document {
            found.read_uv(file, document, inside);
            found.read_poetry(file, document);
        }
    }
    for (place, option, address) in options {
        found.add(place, address, is_first(option));
    }
    for file in ["pip.conf", "pip.ini"] {
        for (key, address) in folder.text(file).map(pip_conf).unwrap_or_default() {
            found.add(file, &address, is_first(&key));
        }
    }
    found
}

/// Returns whether an option names the index that is asked in place of the machine's.
fn is_first(option: &str) -> bool {
    !option.contains("extra")
}

impl Indexes {
    fn read_uv(&mut self, file: &str, document: &Table, inside: &[&str]) {
        let uv = inside
            .iter()
            .try_fold(document, |table, key| table.get(*key)?.as_table());
        let Some(uv) = uv else { return };
        for index in tables(uv.get("index")) {
            let is_default = index.get("default").and_then(Value::as_bool) == Some(true);
            if let Some(address) = index.get("url").and_then(Value::as_str) {
                self.add(file, address, is_default);
            }
        }
        if let Some(address) = uv.get("index-url").and_then(Value::as_str) {
            self.add(file, address, true);
        }
        let extra = uv.get("extra-index-url").and_then(Value::as_array);
        for address in extra.into_iter().flatten().filter_map(Value::as_str) {
            self.add(file, address, false);
        }
    }

    fn read_poetry(&mut self, file: &str, document: &Table) {
        let poetry = ["tool", "poetry"]
            .iter()
            .try_fold(document, |table, key| table.get(*key)?.as_table());
        for source in tables(poetry.and_then(|poetry| poetry.get("source"))) {
            let priority = source.get("priority").and_then(Value::as_str);
            let is_true = |key: &str| source.get(key).and_then(Value::as_bool) == Some(true);
            let is_first = match priority {
                Some(priority) => matches!(priority, "primary" | "default"),
                // What older versions say.
                None => is_true("default") || !is_true("secondary"),
            };
            if let Some(address) = source.get("url").and_then(Value::as_str) {
                self.add(file, address, is_first);
            }
        }
    }

    fn add(&mut self, place: &str, address: &str, is_first: bool) {
        let (bare, had_user) = without_user(address);
        if bare.parse::<WebAddress>().is_err() {
            self.todos.push(format!(
                "{place} names the index `{}`, which is no address of https or http: a folder of wheels goes into `find-links`",
                super::address::without_passwords(&bare)
            ));
            return;
        }
        if had_user {
            self.todos.push(format!(
                "{place} has a name or password for the index {bare}: give it to the build in ~/.netrc, and take a password out of the file"
            ));
        }
        let is_known = |(known, _): &(String, String)| {
            known.trim_end_matches('/') == bare.trim_end_matches('/')
        };
        if self.index.iter().chain(&self.extra).any(is_known) {
            return;
        }
        let named = (bare, place.to_owned());
        if is_first && self.index.is_none() {
            self.index = Some(named);
        } else {
            self.extra.push(named);
        }
    }
}

fn tables(value: Option<&Value>) -> impl Iterator<Item = &Table> {
    let all = value.and_then(Value::as_array);
    all.into_iter().flatten().filter_map(Value::as_table)
}

/// Returns an address without the name and password in front of its host, and whether there was one.
fn without_user(address: &str) -> (String, bool) {
    let Some((scheme, rest)) = address.split_once("://") else {
        return (address.to_owned(), false);
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => (format!("{scheme}://{}", &rest[at + 1..]), true),
        None => (address.to_owned(), false),
    }
}

/// Returns the indexes of a pip.conf: the key, and an address.
fn pip_conf(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut is_read = false;
    let mut key = String::new();
    for line in text.lines() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = bare.strip_prefix('[') {
            is_read = matches!(name.trim_end_matches(']'), "global" | "install" | "wheel");
            key.clear();
            continue;
        }
        // A line that is indented goes on with the value before it.
        let value = if line.starts_with([' ', '\t']) && !key.is_empty() {
            bare
        } else {
            let Some((name, value)) = bare.split_once(['=', ':']) else {
                continue;
            };
            key = name.trim().replace('_', "-").to_lowercase();
            value
        };
        if is_read && matches!(key.as_str(), "index-url" | "extra-index-url") {
            let addresses = value.split_whitespace();
            found.extend(addresses.map(|address| (key.clone(), address.to_owned())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    fn named(address: &str, file: &str) -> (String, String) {
        (address.to_owned(), file.to_owned())
    }

    #[test]
    fn every_file_that_names_indexes_is_read() {
        let pyproject = "[[tool.uv.index]]\nname = \"a\"\nurl = \"https://a.example/simple\"\n[[tool.uv.index]]\nurl = \"https://b.example/simple\"\ndefault = true\n\
                         [[tool.poetry.source]]\nname = \"c\"\nurl = \"https://c.example/simple/\"\npriority = \"explicit\"\n";
        let conf = "[global]\nindex-url = https://d.example/simple\nextra_index_url =\n    https://e.example/simple\n    https://a.example/simple/\n[search]\nindex = https://f.example\n";
        let files = [("pyproject.toml", pyproject), ("pip.conf", conf)];
        let options = [(
            "requirements.txt:1".to_owned(),
            "--extra-index-url".to_owned(),
            "https://g.example/simple".to_owned(),
        )];
        assert_eq!(
            read(&folder("demo", &files), &options),
            Indexes {
                index: Some(named("https://b.example/simple", "pyproject.toml")),
                extra: vec![
                    named("https://a.example/simple", "pyproject.toml"),
                    named("https://c.example/simple/", "pyproject.toml"),
                    named("https://g.example/simple", "requirements.txt:1"),
                    named("https://d.example/simple", "pip.conf"),
                    named("https://e.example/simple", "pip.conf"),
                ],
                todos: Vec::new(),
            }
        );
    }

    #[test]
    fn no_name_and_no_password_gets_into_the_recipe() {
        let pyproject = "[[tool.poetry.source]]\nname = \"c\"\nurl = \"https://ada:geheim@c.example/simple\"\n[[tool.uv.index]]\nurl = \"../wheels\"\n";
        let options = [(
            "requirements.txt:1".to_owned(),
            "-i".to_owned(),
            "https://${TOKEN}@g.example/simple".to_owned(),
        )];
        let found = read(&folder("demo", &[("pyproject.toml", pyproject)]), &options);
        assert_eq!(
            found,
            Indexes {
                index: Some(named("https://c.example/simple", "pyproject.toml")),
                extra: vec![named("https://g.example/simple", "requirements.txt:1")],
                todos: vec![
                    "pyproject.toml names the index `../wheels`, which is no address of https or http: a folder of wheels goes into `find-links`".to_owned(),
                    "pyproject.toml has a name or password for the index https://c.example/simple: give it to the build in ~/.netrc, and take a password out of the file".to_owned(),
                    "requirements.txt:1 has a name or password for the index https://g.example/simple: give it to the build in ~/.netrc, and take a password out of the file".to_owned(),
                ],
            }
        );
    }
}
