//! Texts of the control member, script by script, as unified diffs.

use super::spelled::spelled;
use serde::Serialize;
use similar::TextDiff;
use std::time::Duration;

/// How long the search for a short diff may take; then a longer one will do.
const PATIENCE: Duration = Duration::from_secs(5);

/// Longer texts are only said to differ.
const LONGEST: usize = 1 << 20;

/// A text that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextChange {
    /// The name of the file.
    pub name: String,
    /// Whether the old package has it.
    pub in_old: bool,
    /// Whether the new package has it.
    pub in_new: bool,
    /// A unified diff; nothing when one of them is not text, or has more than 1 MiB.
    pub diff: Option<String>,
}

/// Compares two texts of one name; a missing one is `None`.
pub(super) fn compare(name: &[u8], old: Option<&[u8]>, new: Option<&[u8]>) -> Option<TextChange> {
    if old == new {
        return None;
    }
    let text = |bytes: Option<&[u8]>| {
        let bytes = bytes.unwrap_or_default();
        let is_short = bytes.len() <= LONGEST && !bytes.contains(&0);
        let text = is_short.then(|| String::from_utf8(bytes.to_vec()).ok());
        text.flatten()
    };
    let name = spelled(name);
    let diff = match (text(old), text(new)) {
        (Some(before), Some(after)) => Some(unified(
            &before,
            &after,
            &header("old", &name, old.is_some()),
            &header("new", &name, new.is_some()),
        )),
        _ => None,
    };
    Some(TextChange {
        name,
        in_old: old.is_some(),
        in_new: new.is_some(),
        diff,
    })
}

fn header(side: &str, name: &str, is_there: bool) -> String {
    if is_there {
        format!("{side}/{name}")
    } else {
        "/dev/null".to_owned()
    }
}

fn unified(old: &str, new: &str, old_name: &str, new_name: &str) -> String {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let mut unified = diff.unified_diff();
    unified.header(old_name, new_name).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_changed_is_shown_with_its_surroundings() {
        let (old, new) = (
            b"#!/bin/sh\nset -e\n".as_slice(),
            b"#!/bin/sh\nset -eu\n".as_slice(),
        );
        let change = compare(b"prerm", Some(old), Some(new)).expect("they differ");
        let expected =
            "--- old/prerm\n+++ new/prerm\n@@ -1,2 +1,2 @@\n #!/bin/sh\n-set -e\n+set -eu\n";
        assert_eq!(change.diff.as_deref(), Some(expected));
        let added = compare(b"prerm", None, Some(b"x\n")).expect("they differ");
        assert_eq!(
            added.diff.as_deref(),
            Some("--- /dev/null\n+++ new/prerm\n@@ -0,0 +1 @@\n+x\n")
        );
        assert_eq!(compare(b"prerm", Some(old), Some(old)), None);
    }

    #[test]
    fn what_is_no_text_only_differs() {
        let change = compare(b"prerm", Some(b"\x7fELF\0"), Some(b"x\n")).expect("they differ");
        assert_eq!(change.diff, None);
    }
}
