//! Where in a text something stands, as editors and compilers count it.

use std::ops::Range;

/// A stretch of a recipe. Lines and columns start at 1; a column is a character (a Unicode scalar value), so a tab is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line of its first character.
    pub line: usize,
    /// The column of its first character.
    pub column: usize,
    /// The line in which it ends.
    pub end_line: usize,
    /// The column behind its last character.
    pub end_column: usize,
}

/// The lines of a text. A line ends with `\n`, which may have a `\r` before it.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Finds the lines of a text.
    pub fn of(text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Lines {
            text,
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// Returns the place of a range of bytes; what is behind the text counts as its end.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let span = self.clamp(span);
        let (line, column) = self.position(span.start);
        let (end_line, end_column) = self.position(span.end);
        Place {
            line,
            column,
            end_line,
            end_column,
        }
    }

    /// Returns the whole lines that a range of bytes touches: the number of the first, where it begins, and their text.
    pub(super) fn around(&self, span: &Range<usize>) -> (usize, usize, &'a str) {
        let span = self.clamp(span);
        let first = self.line_of(span.start);
        let behind = self.starts.get(self.line_of(span.end) + 1);
        let start = self.starts[first];
        let end = behind.copied().unwrap_or(self.text.len());
        (first + 1, start, &self.text[start..end])
    }

    /// Brings a range to borders of characters inside the text.
    pub(super) fn clamp(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.ceil_char_boundary(span.end.max(span.start));
        start..end
    }

    fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }

    fn position(&self, at: usize) -> (usize, usize) {
        let line = self.line_of(at);
        let column = self.text[self.starts[line]..at].chars().count();
        (line + 1, column + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, span: Range<usize>) -> (usize, usize, usize, usize) {
        let place = Lines::of(text).place(&span);
        (place.line, place.column, place.end_line, place.end_column)
    }

    #[test]
    fn columns_are_characters_and_lines_end_with_a_line_feed() {
        assert_eq!(place("", 0..0), (1, 1, 1, 1));
        assert_eq!(place("ab", 0..2), (1, 1, 1, 3));
        assert_eq!(place("a\nbc\n", 2..4), (2, 1, 2, 3));
        assert_eq!(place("a\r\nbc\r\n", 3..5), (2, 1, 2, 3));
        assert_eq!(place("\tü = 日本x", 1..3), (1, 2, 1, 3));
        assert_eq!(place("\tü = 日本x", 12..13), (1, 8, 1, 9));
        assert_eq!(place("a\nb\nc", 0..5), (1, 1, 3, 2));
        // The end of the text, behind a last line feed and behind anything.
        assert_eq!(place("a\n", 2..2), (2, 1, 2, 1));
        assert_eq!(place("a", 7..9), (1, 2, 1, 2));
    }

    #[test]
    fn a_range_inside_of_a_character_is_the_whole_character() {
        assert_eq!(place("日", 1..2), (1, 1, 1, 2));
    }
}
