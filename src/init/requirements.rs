//! Requirements files: which of them the app needs, and what they and those that they include ask for.
//!
//! The format is pip's ("Requirements File Format"); what one requirement says is in [`super::requirement`].

use super::address::{has_password, without_passwords};
use super::folder::Folder;
use super::requirement::{is_exact, names, problem};
use std::collections::BTreeSet;

/// Files by the custom of projects, the one for a server before the others.
const FILES: &[&str] = &[
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements/base.txt",
    "requirements/requirements.txt",
    "requirements/main.txt",
    "requirements-prod.txt",
    "requirements-production.txt",
];

/// The file of constraints by the same custom.
const CONSTRAINTS: &str = "constraints.txt";

/// What the requirements files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Requirements {
    /// The file to install from.
    pub(super) file: Option<String>,
    /// The file of constraints.
    pub(super) constraints: Option<String>,
    /// The normal names of what is required, also by files that the file includes.
    pub(super) names: BTreeSet<String>,
    /// Requirements without an exact version: `FILE:LINE` and the requirement.
    pub(super) unpinned: Vec<(String, String)>,
    /// `FILE:LINE` of editable installs, which a build refuses.
    pub(super) editable: Vec<String>,
    /// The requirements themselves, without options and hashes.
    pub(super) lines: Vec<String>,
    /// Options of pip that a copy of the requirements would lose, each with its `FILE:LINE`.
    pub(super) options: Vec<(String, String)>,
    /// Those that name an index, with the address: `FILE:LINE`, the option and its value.
    pub(super) indexes: Vec<(String, String, String)>,
    /// Whether there are hashes: pip then wants one of everything.
    pub(super) has_hashes: bool,
    /// What needs a human.
    pub(super) todos: Vec<String>,
}

/// Reads the files.
pub(super) fn read(folder: &Folder) -> Requirements {
    let mut found = Requirements {
        file: FILES
            .iter()
            .find(|file| folder.text(file).is_some())
            .map(|file| (*file).to_owned()),
        constraints: folder.text(CONSTRAINTS).map(|_| CONSTRAINTS.to_owned()),
        ..Requirements::default()
    };
    if let Some(file) = found.file.clone() {
        let mut seen = BTreeSet::new();
        read_file(folder, &file, &mut seen, &mut found);
    }
    found
}

fn read_file(folder: &Folder, file: &str, seen: &mut BTreeSet<String>, found: &mut Requirements) {
    let Some(text) = folder.text(file).filter(|_| seen.insert(file.to_owned())) else {
        return;
    };
    for (number, line) in logical_lines(text) {
        let place = format!("{file}:{number}");
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        found.has_hashes |= line.contains("--hash=");
        if let Some(included) = after(&line, &["-r", "--requirement"]) {
            match beside(file, included).filter(|path| folder.text(path).is_some()) {
                Some(included) => read_file(folder, &included, seen, found),
                None => found.todos.push(format!(
                    "{place} includes `{included}`, which is not there: without it nothing is installed"
                )),
            }
        } else if first.starts_with("-e") || first.starts_with("--editable") {
            found.editable.push(place);
        } else if first.starts_with('-') {
            let option = first.split('=').next().unwrap_or(first);
            if has_password(&line) {
                found.todos.push(format!(
                    "{place} has a password in the address of `{option}`, and the file is in the repository and in the package: \
                     change the password, take it out of the address, and give it to the build in ~/.netrc"
                ));
            }
            match after(&line, &["--index-url", "--extra-index-url", "-i"]) {
                Some(address) => {
                    let named = (place, option.to_owned(), address.to_owned());
                    found.indexes.push(named);
                }
                None => found.options.push((place, option.to_owned())),
            }
        } else {
            let requirement = line.split(" --").next().unwrap_or_default().trim();
            found.names.extend(names(requirement));
            if let Some(why) = problem(requirement) {
                let shown = without_passwords(requirement);
                found.todos.push(format!("`{shown}` ({place}) {why}"));
            } else if !is_exact(requirement) {
                found.unpinned.push((place, requirement.to_owned()));
            }
            if !has_password(requirement) {
                found.lines.push(requirement.to_owned());
            }
        }
    }
}

/// Returns lines without comments, those that end in a backslash joined to the next, each with the number of its first.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let bare = match line.find(" #") {
            _ if line.trim_start().starts_with('#') => "",
            Some(at) => &line[..at],
            None => line,
        };
        let (part, goes_on) = match bare.trim_end().strip_suffix('\\') {
            Some(part) => (part, true),
            None => (bare, false),
        };
        let (_, text) = open.get_or_insert_with(|| (index + 1, String::new()));
        text.push_str(part);
        text.push(' ');
        if !goes_on {
            lines.extend(open.take());
        }
    }
    lines.extend(open);
    lines
        .into_iter()
        .map(|(number, line)| (number, line.trim().to_owned()))
        .filter(|(_, line)| !line.is_empty())
        .collect()
}

fn after<'a>(line: &'a str, options: &[&str]) -> Option<&'a str> {
    options.iter().find_map(|option| {
        let rest = line.strip_prefix(option)?;
        let value = rest.trim_start_matches(['=', ' ', '\t']);
        (value.len() < rest.len() || *option == "-r").then_some(value)
    })
}

/// Returns the path of a file that another one names; nothing when it is outside.
fn beside(file: &str, included: &str) -> Option<String> {
    let mut parts: Vec<_> = file.split('/').collect();
    parts.pop();
    for part in included.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    #[test]
    fn a_file_is_read_with_those_it_includes() {
        let files = [
            (
                "requirements/production.txt",
                "# servers\n-r base.txt\ngunicorn==27.0.1 \\\n    --hash=sha256:00  # why\nsentry_sdk >= 2\n-e ../lib\n--index-url x\n",
            ),
            (
                "requirements/base.txt",
                "-r ./production.txt\nDjango~=5.2\nfastapi[standard]==1 ; python_version > '3'\n",
            ),
            ("constraints.txt", ""),
        ];
        let found = read(&folder("demo", &files));
        assert_eq!(
            found,
            Requirements {
                file: Some("requirements/production.txt".into()),
                constraints: Some("constraints.txt".into()),
                names: ["django", "fastapi", "gunicorn", "sentry-sdk", "uvicorn"]
                    .map(str::to_owned)
                    .into(),
                unpinned: vec![
                    ("requirements/base.txt:2".into(), "Django~=5.2".into()),
                    (
                        "requirements/production.txt:5".into(),
                        "sentry_sdk >= 2".into()
                    ),
                ],
                editable: vec!["requirements/production.txt:6".into()],
                options: Vec::new(),
                indexes: vec![(
                    "requirements/production.txt:7".into(),
                    "--index-url".into(),
                    "x".into()
                )],
                lines: vec![
                    "Django~=5.2".into(),
                    "fastapi[standard]==1 ; python_version > '3'".into(),
                    "gunicorn==27.0.1".into(),
                    "sentry_sdk >= 2".into(),
                ],
                has_hashes: true,
                todos: Vec::new(),
            }
        );
    }

    #[test]
    fn no_line_is_lost_without_a_word_and_no_password_is_told() {
        let text = "-r other.txt\n--index-url https://user:geheim@host/simple\ngit+https://u:geheim@x.org/y.git\n\
                    z @ https://geheim@x.org/z.whl\nfoo @ file:///home/me/foo\n./vendored/pkg\nflask==3.1.3\n";
        let found = read(&folder("demo", &[("requirements.txt", text)]));
        assert_eq!(
            found.todos,
            [
                "requirements.txt:1 includes `other.txt`, which is not there: without it nothing is installed",
                "requirements.txt:2 has a password in the address of `--index-url`, and the file is in the repository and in the package: change the password, take it out of the address, and give it to the build in ~/.netrc",
                "`git+https://***@x.org/y.git` (requirements.txt:3) has a password in its address, and is not copied here: change the password, take it out of the address, and give it to the build in ~/.netrc",
                "`z @ https://***@x.org/z.whl` (requirements.txt:4) has a password in its address, and is not copied here: change the password, take it out of the address, and give it to the build in ~/.netrc",
                "`foo @ file:///home/me/foo` (requirements.txt:5) is a file or folder of one machine, and no other one can build it: commit it, or name its version on an index",
                "`./vendored/pkg` (requirements.txt:6) is a folder or file and not the name of a distribution: make a wheel of it that an index has, and name its version",
            ]
        );
        assert_eq!(
            found.lines,
            [
                "foo @ file:///home/me/foo",
                "./vendored/pkg",
                "flask==3.1.3"
            ]
        );
        assert!(found.unpinned.is_empty());
    }
}
