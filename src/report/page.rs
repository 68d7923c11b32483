//! A page of text about a package, and the units in it. Foreign words cannot drive the terminal.

use crate::failure::printable;
use std::fmt::Write as _;

/// Text that grows line by line.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Adds a line without its line break; control characters in it are replaced.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.0.push_str(&printable(text.as_ref()));
        self.0.push('\n');
    }

    /// Adds a blank line and a title.
    pub(super) fn title(&mut self, title: &str) {
        self.0.push('\n');
        self.line(title);
    }

    /// Adds a text of many lines, each behind a gutter.
    pub(super) fn text(&mut self, text: &str) {
        for line in text.lines() {
            self.line(format!("    | {line}").trim_end());
        }
    }

    /// Adds rows of words in columns: all but the last are as wide as the widest; those in `right` stand at the right.
    /// The rows are asked for twice, and never all in memory.
    pub(super) fn table(
        &mut self,
        right: &[usize],
        rows: impl IntoIterator<Item = Vec<String>, IntoIter: Clone>,
    ) {
        let rows = rows.into_iter();
        let mut widths: Vec<usize> = Vec::new();
        for row in rows.clone() {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(&row) {
                *width = cell.chars().count().max(*width);
            }
        }
        for row in rows {
            let mut line = String::new();
            for (at, cell) in row.iter().enumerate() {
                let fill = " ".repeat(widths[at].saturating_sub(cell.chars().count()));
                line.push_str("  ");
                if right.contains(&at) {
                    line.extend([fill.as_str(), cell]);
                } else {
                    line.extend([cell, fill.as_str()]);
                }
            }
            self.line(line.trim_end());
        }
    }

    /// Returns the whole text.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Returns a name that [`spelled`](crate::inspect::spelled()) has spelled, with its control characters as `\xNN` too, so
/// that on a page as in JSON no two names have one spelling.
pub(super) fn name(spelled: &str) -> String {
    let mut name = String::with_capacity(spelled.len());
    for c in spelled.chars() {
        if c.is_control() {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a string does not fail.
                let _ = write!(name, "\\x{byte:02x}");
            }
        } else {
            name.push(c);
        }
    }
    name
}

/// Returns a size with its unit, one decimal from 1 KiB on.
pub(super) fn size(bytes: u64) -> String {
    let mut unit = 0;
    let mut tenths = u128::from(bytes) * 10;
    while tenths >= 10_240 && unit < 4 {
        tenths = (tenths + 512) / 1024;
        unit += 1;
    }
    let unit = ["B", "KiB", "MiB", "GiB", "TiB"][unit];
    match unit {
        "B" => format!("{bytes} B"),
        unit => format!("{}.{} {unit}", tenths / 10, tenths % 10),
    }
}

/// Returns a difference of sizes with its sign.
pub(super) fn growth(bytes: i128) -> String {
    let sign = if bytes < 0 { "-" } else { "+" };
    let amount = u64::try_from(bytes.unsigned_abs()).unwrap_or(u64::MAX);
    format!("{sign}{}", size(amount))
}

/// Returns a number with its noun.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit_and_one_decimal() {
        for (bytes, shown) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (5_347_737, "5.1 MiB"),
            (u64::MAX, "16777216.0 TiB"),
        ] {
            assert_eq!(size(bytes), shown);
        }
        assert_eq!(growth(-1536), "-1.5 KiB");
        assert_eq!(growth(0), "+0 B");
    }

    #[test]
    fn no_two_names_look_the_same() {
        for (bytes, shown) in [
            (&b"a\x01"[..], "a\\x01"),
            (b"a\x02", "a\\x02"),
            (b"a\\x02", "a\\\\x02"),
            (b"\t\n\x7f", "\\x09\\x0a\\x7f"),
            ("\u{9b}ü".as_bytes(), "\\xc2\\x9bü"),
        ] {
            assert_eq!(name(&crate::inspect::spelled(bytes)), shown);
        }
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_word() {
        let mut page = Page::default();
        let row = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        page.table(
            &[1],
            [row(&["a", "10", "x"]), row(&["long", "1", "y\u{7}"])],
        );
        assert_eq!(page.finish(), "  a     10  x\n  long   1  y\u{fffd}\n");
    }
}
