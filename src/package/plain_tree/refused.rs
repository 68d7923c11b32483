//! Entries of a tree that cannot be packed, all in one failure.

use crate::failure::{Failure, printable};
use anyhow::Result;

/// How many are listed.
const LISTED: usize = 20;

/// How many characters of a path are shown.
const SHOWN: usize = 300;

/// Entries that cannot be packed, so that all are named at once.
#[derive(Default)]
pub(super) struct Refused {
    lines: Vec<String>,
    last: Vec<u8>,
    hints: Vec<String>,
}

impl Refused {
    /// Adds an entry: its path in the tree, the end of the sentence that begins with it, and what to do.
    pub(super) fn add(&mut self, path: &[u8], why: &str, hint: &str) {
        // What is below a directory with a bad name has the same fault.
        let below = path.strip_prefix(self.last.as_slice());
        if !self.lines.is_empty() && below.is_some_and(|rest| rest.starts_with(b"/")) {
            return;
        }
        self.last = path.to_vec();
        let path = shortened(&String::from_utf8_lossy(path));
        self.lines.push(printable(&format!("`/{path}` {why}")));
        if !self.hints.iter().any(|known| known == hint) {
            self.hints.push(hint.to_owned());
        }
    }

    /// Returns the failure that names them all, when there is one.
    pub(super) fn into_result(mut self) -> Result<()> {
        let count = self.lines.len();
        if count == 0 {
            return Ok(());
        }
        if count > LISTED {
            self.lines.truncate(LISTED);
            self.lines.push(format!("… and {} more", count - LISTED));
        }
        let entries = if count == 1 { "entry" } else { "entries" };
        let failure = Failure::build(format!("{count} {entries} of the tree cannot be packed"));
        let failure = failure.details(self.lines);
        Err(self.hints.into_iter().fold(failure, Failure::hint).into())
    }
}

/// Leaves out the middle of a path that would fill the screen.
fn shortened(path: &str) -> String {
    let characters: Vec<char> = path.chars().collect();
    match characters.len() {
        0..=SHOWN => path.to_owned(),
        length => characters[..SHOWN / 2]
            .iter()
            .chain(['…'].iter())
            .chain(&characters[length - SHOWN / 2..])
            .collect(),
    }
}
