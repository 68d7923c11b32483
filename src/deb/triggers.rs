//! The `triggers` file (deb-triggers(5)).

use super::ArchivePath;
use super::tree::Tree;
use crate::failure::{Failure, printable};
use anyhow::Result;

/// A line with its line break has fewer bytes than this (dpkg's `MAXTRIGDIRECTIVE`).
pub(super) const LINE_LIMIT: usize = 256;

const DIRECTIVES: [&str; 6] = [
    "activate",
    "activate-await",
    "activate-noawait",
    "interest",
    "interest-await",
    "interest-noawait",
];

/// Checks lines of the form `directive name`.
pub(super) fn check(lines: &[String]) -> Result<()> {
    for line in lines {
        let shown = printable(line);
        let refused = |why: &str, hint: String| {
            Err(Failure::build(format!("the trigger `{shown}` {why}"))
                .hint(hint)
                .into())
        };
        let form = || "write it like `interest-noawait /usr/share/demo`".to_owned();
        let Some((directive, name)) = line.split_once(' ') else {
            return refused("is not of the form `directive name`", form());
        };
        if !DIRECTIVES.contains(&directive) {
            return refused(
                &format!("has the unknown directive `{}`", printable(directive)),
                format!("the directives are `{}`", DIRECTIVES.join("`, `")),
            );
        }
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            let why = "has a name with a space or a character outside ASCII";
            return refused(why, form());
        }
        if name.contains('/') && !name.starts_with('/') {
            return refused("has a path that is not absolute", form());
        }
        if name.contains(['*', '?', '[']) {
            return refused(
                "has a pattern, which dpkg takes literally",
                "name the folder: a trigger on it covers everything below".to_owned(),
            );
        }
        if line.len() + 1 >= LINE_LIMIT {
            return refused(
                "is too long for dpkg",
                format!(
                    "a line has at most {} bytes: name a folder above",
                    LINE_LIMIT - 2
                ),
            );
        }
    }
    Ok(())
}

/// Refuses an interest in a file of the package itself, which would trigger at every unpacking of it and nothing else.
/// An interest in a folder is common, where the package brings the first of many files.
pub(super) fn check_interests(lines: &[String], tree: &Tree<'_>) -> Result<()> {
    for line in lines {
        let path = line
            .split_once(' ')
            .filter(|(directive, _)| directive.starts_with("interest"))
            .and_then(|(_, name)| ArchivePath::from_absolute(name).ok());
        if let Some(path) = path
            && tree.entry(&path).is_some()
        {
            return Err(Failure::build(format!(
                "the trigger `{line}` is an interest in a file of the package itself"
            ))
            .hint("do in `postinst configure` what the trigger is to do, and remove it")
            .into());
        }
    }
    Ok(())
}

/// Renders the file.
pub(super) fn render(lines: &[String]) -> Vec<u8> {
    let text = lines.iter().map(|line| format!("{line}\n"));
    text.collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_is_a_directive_and_a_name() {
        for (line, good) in [
            ("interest-noawait /usr/bin/python3.11", true),
            ("activate-noawait ldconfig", true),
            ("interest", false),
            ("interest ", false),
            ("watch /usr", false),
            ("interest a b", false),
            ("interest usr/bin", false),
            ("interest /usr/*", false),
            ("interest /ü", false),
            ("interest /a\ninterest /b", false),
        ] {
            assert_eq!(check(&[line.to_owned()]).is_ok(), good, "{line:?}");
        }
        let longest = format!("interest /{}", "a".repeat(244));
        assert_eq!(longest.len(), 254);
        assert!(check(std::slice::from_ref(&longest)).is_ok());
        assert!(check(&[longest + "a"]).is_err());
    }
}
