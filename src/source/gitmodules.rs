//! `.gitmodules`: where the submodules of a commit come from (gitmodules(5), in the syntax of git-config(1)).
//!
//! # Limits
//! Only `path` and `url` are read; includes are not followed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the file says of one submodule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Submodule {
    /// Its name, which is that of its folder in `.git/modules`.
    pub(super) name: String,
    /// Its address.
    pub(super) url: String,
}

/// Returns the submodules by their places in the tree. Lines that are none of this syntax say nothing.
pub(super) fn parse(text: &str) -> BTreeMap<PathBuf, Submodule> {
    let mut found: BTreeMap<String, (Option<String>, Option<String>)> = BTreeMap::new();
    let mut section: Option<String> = None;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with('[') {
            section = submodule(line);
        } else if let (Some(name), Some((key, value))) = (&section, line.split_once('=')) {
            let entry = found.entry(name.clone()).or_default();
            match key.trim().to_ascii_lowercase().as_str() {
                "path" => entry.0 = Some(unquote(value)),
                "url" => entry.1 = Some(unquote(value)),
                _ => {}
            }
        }
    }
    found
        .into_iter()
        .filter_map(|(name, (path, url))| {
            let url = url?;
            let path = path?;
            let path = Path::new(path.trim_end_matches('/')).to_path_buf();
            Some((path, Submodule { name, url }))
        })
        .collect()
}

/// Returns the name in `[submodule "NAME"]`.
fn submodule(line: &str) -> Option<String> {
    let inner = line.strip_prefix('[')?.rsplit_once(']')?.0;
    let (kind, name) = inner.split_once(char::is_whitespace)?;
    let name = name.trim().strip_prefix('"')?.strip_suffix('"')?;
    kind.eq_ignore_ascii_case("submodule")
        .then(|| unquote(&format!("\"{name}\"")))
}

/// Returns a value without quotes, escapes and the comment behind it.
fn unquote(value: &str) -> String {
    let mut text = String::new();
    let mut quoted = false;
    // How much of the text is more than blanks at its end.
    let mut end = 0;
    let mut characters = value.trim_start().chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => quoted = !quoted,
            '#' | ';' if !quoted => break,
            '\\' => match characters.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(c) => text.push(c),
                None => {}
            },
            c => text.push(c),
        }
        if quoted || !c.is_whitespace() {
            end = text.len();
        }
    }
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_writes_is_read() {
        let text = "[submodule \"libs/one\"]\n\tpath = libs/one\n\turl = ../one.git\n\tbranch = main\n\
                    [submodule \"a \\\"b\\\"\"] ; a comment\n  PATH=\"a b\"  # here\n  url = https://example.org/b.git ; there\n\
                    [core]\n\tpath = nowhere\n\turl = nothing\n[submodule \"half\"]\n\tpath = half\n";
        let found: Vec<_> = parse(text)
            .into_iter()
            .map(|(path, it)| (path.display().to_string(), it.name, it.url))
            .collect();
        let expected = [
            ("a b", "a \"b\"", "https://example.org/b.git"),
            ("libs/one", "libs/one", "../one.git"),
        ];
        assert_eq!(
            found,
            expected.map(|(path, name, url)| (path.to_owned(), name.to_owned(), url.to_owned()))
        );
    }
}
