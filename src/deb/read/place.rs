//! How bytes of a package appear in messages.

use std::borrow::Cow;

/// The longest piece of foreign text that a message repeats.
const LONGEST: usize = 300;

/// Returns bytes as text without control characters, cut when they are many.
pub(in crate::deb) fn shown(bytes: &[u8]) -> String {
    let cut = &bytes[..bytes.len().min(LONGEST)];
    let text: Cow<'_, str> = String::from_utf8_lossy(cut);
    let mut text = crate::failure::printable(&text);
    if cut.len() < bytes.len() {
        text.push('…');
    }
    text
}
