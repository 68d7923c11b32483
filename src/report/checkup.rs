//! What `doctor` found, for a person.

use super::page;
use crate::doctor::{Checkup, Mark};
use crate::failure::printable;
use crate::paint::Paint;
use std::fmt::Write as _;

/// Renders a line for each finding, a summary, and the line that mends what apt can mend.
pub fn render_checkup(checkup: &Checkup, paint: Paint) -> String {
    let subjects = checkup.findings.iter();
    let width = subjects
        .map(|finding| finding.subject.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for finding in &checkup.findings {
        let mark = format!("{:<7}", finding.mark.word());
        let mark = match finding.mark {
            Mark::Ok => paint.good(&mark),
            Mark::Missing => paint.error(&mark),
            Mark::Note => paint.warning(&mark),
        };
        let subject = printable(&finding.subject);
        let line = printable(&finding.text);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{mark}  {subject:<width$}  {line}");
    }
    text.push('\n');
    let missing = checkup
        .findings
        .iter()
        .filter(|finding| finding.mark == Mark::Missing);
    let count = missing.count();
    match &checkup.command {
        None if checkup.ready => text.push_str("nothing is missing: builds can start\n"),
        None => {
            let _ = writeln!(
                text,
                "{}, and apt cannot mend that",
                page::count(count, "thing is missing", "things are missing")
            );
        }
        Some(command) => {
            let _ = writeln!(
                text,
                "{}; this installs what apt has:\n\n{command}",
                page::count(count, "thing is missing", "things are missing")
            );
        }
    }
    text
}
