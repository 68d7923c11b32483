//! Parts of a recipe's text that belong together: those of a key that is refused, or of a release.

use std::ops::Range;
use toml::Spanned;
use toml::de::DeValue;

/// Parts of a text, in any order.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans(Vec<Range<usize>>);

impl Spans {
    /// Adds a part; an empty one is none.
    pub(super) fn add(&mut self, span: Range<usize>) {
        if !span.is_empty() {
            self.0.push(span);
        }
    }

    /// Adds a value with all that is in it. A table need not stand in one piece: each key of it is a part.
    pub(super) fn add_value(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => {
                for (key, value) in table {
                    self.add(key.span());
                    self.add_value(value);
                }
            }
            DeValue::Array(items) => {
                for item in items {
                    self.add_value(item);
                }
                // A list of tables with headers need not stand in one piece either.
                if items.iter().any(|item| item.get_ref().is_table()) {
                    return;
                }
            }
            _ => {}
        }
        self.add(value.span());
    }

    /// Brings them into order, so that they can be asked.
    pub(super) fn sort(&mut self) {
        self.0.sort_by_key(|span| (span.start, span.end));
        let mut joined: Vec<Range<usize>> = Vec::with_capacity(self.0.len());
        for span in self.0.drain(..) {
            match joined.last_mut() {
                Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                _ => joined.push(span),
            }
        }
        self.0 = joined;
    }

    /// Returns whether a part of the text is in one of these, which are in order.
    pub(super) fn hold(&self, span: &Range<usize>) -> bool {
        let at = self.0.partition_point(|part| part.start <= span.start);
        !span.is_empty() && at > 0 && span.end <= self.0[at - 1].end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_part_is_held() {
        let mut spans = Spans::default();
        for span in [20..30, 2..5, 4..8, 25..26, 9..9] {
            spans.add(span);
        }
        spans.sort();
        for (span, held) in [
            (2..8, true),
            (5..6, true),
            (25..30, true),
            (1..3, false),
            (7..21, false),
            (9..9, false),
            (29..31, false),
        ] {
            assert_eq!(spans.hold(&span), held, "{span:?}");
        }
    }
}
