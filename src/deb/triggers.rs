//! The `triggers` file (deb-triggers(5)).

use anyhow::{Result, bail};

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
        let shown = crate::failure::printable(line);
        let Some((directive, name)) = line.split_once(' ') else {
            bail!("the trigger `{shown}` is not of the form `directive name`");
        };
        if !DIRECTIVES.contains(&directive) {
            bail!("the trigger `{shown}` has the unknown directive `{directive}`");
        }
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            bail!("the trigger `{shown}` has a name with a space or a character outside ASCII");
        }
        if name.contains('/') && !name.starts_with('/') {
            bail!("the trigger `{shown}` has a path that is not absolute");
        }
        if name.contains(['*', '?', '[']) {
            bail!("the trigger `{shown}` has a pattern, which dpkg takes literally");
        }
        if line.len() + 1 >= LINE_LIMIT {
            bail!("the trigger `{shown}` is too long for dpkg");
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
