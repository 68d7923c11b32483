//! How values stand in units (systemd.syntax(7)).

use crate::recipe::{Piece, Word, Words};

/// Renders a command.
pub(super) fn command(words: &Words) -> String {
    let words: Vec<_> = words.iter().map(word).collect();
    words.join(" ")
}

fn word(word: &Word) -> String {
    let text: String = word
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.replace('$', "$$"),
            Piece::Variable(name) => format!("${{{name}}}"),
        })
        .collect();
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/._:=,@+-${}".contains(c));
    // A lone `;` would end the command.
    if plain { text } else { quote(&text) }
}

/// Quotes a word, with `%` doubled against specifiers.
pub(super) fn quote(text: &str) -> String {
    let escaped = escape_specifiers(text)
        .replace('\\', r"\\")
        .replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// Doubles `%`, which would begin a specifier.
pub(super) fn escape_specifiers(text: &str) -> String {
    text.replace('%', "%%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_braced_names_are_expanded_by_systemd() {
        let words: Words = r#"/bin/a --bind 0:${PORT} 'a b' $x 100% ; 'say "hi\'"#
            .parse()
            .expect("a command");
        assert_eq!(
            command(&words),
            r#"/bin/a --bind 0:${PORT} "a b" $$x "100%%" ";" "say \"hi\\""#
        );
    }
}
