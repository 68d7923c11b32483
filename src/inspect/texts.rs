//! Texts of the control member, script by script, as unified diffs.

use super::spelled::spelled;
use serde::Serialize;
use similar::TextDiff;

/// Larger texts, in bytes, are not compared line by line.
const LARGEST_COMPARED: usize = 64 << 10;

/// Nor are texts of more lines: the search for a short diff takes time with the square of their number.
const MOST_COMPARED: usize = 5000;

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
    /// Whether the diff replaces the whole text, because a search line by line would take too long: one of them has more
    /// than 64 KiB or 5000 lines.
    pub is_whole: bool,
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
    let (mut diff, mut is_whole) = (None, false);
    if let (Some(before), Some(after)) = (text(old), text(new)) {
        let is_long =
            |text: &str| text.len() > LARGEST_COMPARED || text.lines().count() > MOST_COMPARED;
        is_whole = is_long(&before) || is_long(&after);
        let headers = (
            header("old", &name, old.is_some()),
            header("new", &name, new.is_some()),
        );
        diff = Some(if is_whole {
            replaced(&before, &after, (&headers.0, &headers.1))
        } else {
            unified(&before, &after, (&headers.0, &headers.1))
        });
    }
    Some(TextChange {
        name,
        in_old: old.is_some(),
        in_new: new.is_some(),
        diff,
        is_whole,
    })
}

fn header(side: &str, name: &str, is_there: bool) -> String {
    if is_there {
        format!("{side}/{name}")
    } else {
        "/dev/null".to_owned()
    }
}

fn unified(old: &str, new: &str, (old_name, new_name): (&str, &str)) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut unified = diff.unified_diff();
    unified.header(old_name, new_name).to_string()
}

/// Returns the unified diff that takes all old lines away and adds all new ones.
fn replaced(old: &str, new: &str, (old_name, new_name): (&str, &str)) -> String {
    let range = |text: &str| match text.split_inclusive('\n').count() {
        0 => "0,0".to_owned(),
        1 => "1".to_owned(),
        lines => format!("1,{lines}"),
    };
    let mut diff = format!(
        "--- {old_name}\n+++ {new_name}\n@@ -{} +{} @@\n",
        range(old),
        range(new)
    );
    for (sign, text) in [('-', old), ('+', new)] {
        for line in text.split_inclusive('\n') {
            diff.push(sign);
            diff.push_str(line);
            if !line.ends_with('\n') {
                diff.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    diff
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
    fn a_long_text_is_replaced_as_a_whole() {
        let many = "x\n".repeat(5001);
        let change = compare(b"prerm", Some(b"a\nb"), Some(many.as_bytes())).expect("they differ");
        assert!(change.is_whole);
        let added = "+x\n".repeat(5001);
        let expected = format!(
            "--- old/prerm\n+++ new/prerm\n@@ -1,2 +1,5001 @@\n-a\n-b\n\\ No newline at end of file\n{added}"
        );
        assert_eq!(change.diff.as_deref(), Some(expected.as_str()));
        let long = vec![b'x'; (64 << 10) + 1];
        let change = compare(b"prerm", Some(&long), None).expect("they differ");
        let start = "--- old/prerm\n+++ /dev/null\n@@ -1 +0,0 @@\n-xxx";
        assert!(change.is_whole && change.diff.is_some_and(|diff| diff.starts_with(start)));
        let short = "x\n".repeat(5000);
        let change = compare(b"prerm", Some(short.as_bytes()), Some(b"y\n")).expect("they differ");
        assert!(!change.is_whole);
    }

    #[test]
    fn what_is_no_text_only_differs() {
        let change = compare(b"prerm", Some(b"\x7fELF\0"), Some(b"x\n")).expect("they differ");
        assert_eq!(change.diff, None);
    }
}
