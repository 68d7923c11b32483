//! What the bytes of a recipe say: UTF-8 (TOML 1.0, "Spec"), with or without the mark that some editors put in front.

use super::problem::Problem;
use super::{Reading, Recipe};
use crate::recipe::code::Code;
use std::path::Path;

/// The text of a recipe.
#[derive(Debug)]
pub struct RecipeText {
    /// The text, without a byte order mark; where the bytes are none, U+FFFD stands for them.
    pub text: String,
    /// What is wrong with it before anything is read.
    pub(super) problem: Option<Problem>,
}

impl RecipeText {
    /// Reads the recipe that it is: it lies in `folder`, and `release` is that of the machine, where it is known.
    pub fn read(&self, folder: &Path, release: Option<&str>) -> Reading<Recipe> {
        match &self.problem {
            Some(problem) => Reading {
                value: None,
                problems: vec![problem.clone()],
                refused: super::spans::Spans::default(),
            },
            None => Recipe::read_for(&self.text, folder, release),
        }
    }

    /// Reads bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => RecipeText {
                text: text.to_owned(),
                problem: None,
            },
            Err(error) => {
                // Up to the error the text is what it is, so the place is the same in what replaces the rest.
                let at = error.valid_up_to();
                let byte = bytes.get(at).copied().unwrap_or_default();
                let replacement = char::REPLACEMENT_CHARACTER.len_utf8();
                RecipeText {
                    text: String::from_utf8_lossy(bytes).into_owned(),
                    problem: Some(Problem::error(
                        Code::Syntax,
                        at..at + replacement,
                        "the recipe is not UTF-8",
                        &format!("the byte 0x{byte:02x} is no character here"),
                        format!(
                            "save it as UTF-8: `iconv -f {} -t utf8` turns it into that",
                            guess(bytes)
                        ),
                    )),
                }
            }
        }
    }
}

/// Guesses what the bytes are, as `iconv` calls it: text of two bytes for each character begins with a mark.
fn guess(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "utf16",
        _ => "latin1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_text() {
        let read = RecipeText::of(b"\xef\xbb\xbfa = 1");
        assert_eq!((read.text.as_str(), read.problem), ("a = 1", None));
        // Only the first one is a mark.
        assert_eq!(
            RecipeText::of("\u{feff}\u{feff}".as_bytes()).text,
            "\u{feff}"
        );
    }

    #[test]
    fn the_first_byte_that_is_no_text_is_found() {
        let read = RecipeText::of("ü = \"M\u{fc}nchen\"".replace('\u{fc}', "u").as_bytes());
        assert_eq!(read.problem, None);
        let read = RecipeText::of(b"\xc3\xbc = \"M\xfcnchen\" # \xff");
        assert_eq!(read.text, "ü = \"M\u{fffd}nchen\" # \u{fffd}");
        let problem = read.problem.expect("it is not UTF-8");
        assert_eq!(&read.text[problem.span], "\u{fffd}");
        assert_eq!(problem.label, "the byte 0xfc is no character here");
        // A character that is cut off at the end of the file.
        let read = RecipeText::of(b"a\xe6\x97");
        assert_eq!(read.problem.map(|problem| problem.span), Some(1..4));
    }
}
