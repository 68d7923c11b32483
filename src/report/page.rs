//! A page of text about a package, and the units in it. Foreign words cannot drive the terminal.

use crate::failure::printable;

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
    pub(super) fn table(&mut self, right: &[usize], rows: &[Vec<String>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
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
    fn columns_are_as_wide_as_their_widest_word() {
        let mut page = Page::default();
        let row = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        page.table(
            &[1],
            &[row(&["a", "10", "x"]), row(&["long", "1", "y\u{7}"])],
        );
        assert_eq!(page.finish(), "  a     10  x\n  long   1  y\u{fffd}\n");
    }
}
