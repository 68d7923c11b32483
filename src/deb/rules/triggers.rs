//! `triggers` as dpkg parses it (deb-triggers(5), dpkg's triglib.c): directives, comments and blank lines.

use super::paths::Paths;
use crate::deb::read::{Findings, Package, Rule, shown};
use crate::deb::triggers;

const LINE: Rule = Rule::error(
    "triggers-line",
    "write `directive name` lines as deb-triggers(5) shows, each shorter than 256 bytes and ended by a line feed",
);

/// dpkg can read every line, and every trigger can fire.
pub(super) fn lines(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    let mut refuse = |problem: &str| findings.add(&LINE, "`triggers`", problem);
    for (at, line) in package.control_lines("triggers").iter().enumerate() {
        let number = at + 1;
        // dpkg divides words at any white space, and skips lines that are comments; a `#` further on is part of a name.
        let code = line.trim_ascii();
        let is_comment = code.starts_with(b"#");
        let words = code
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        let code = words.collect::<Vec<_>>().join(&b' ');
        if line.len() + 1 >= triggers::LINE_LIMIT {
            refuse(&format!("its line {number} has {} bytes", line.len()));
        } else if code.is_empty() || is_comment {
            // Nothing to judge.
        } else if let Ok(text) = String::from_utf8(code) {
            if let Err(why) = triggers::check(&[text]) {
                refuse(&format!("line {number}: {why}"));
            }
        } else {
            refuse(&format!(
                "its line {number} is `{}`, which is not ASCII",
                shown(line)
            ));
        }
    }
    let content = package.control_file("triggers").unwrap_or_default();
    if !content.is_empty() && !content.ends_with(b"\n") {
        refuse("its last line does not end in a line feed");
    }
}
