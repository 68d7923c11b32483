//! What `@name@` and `@prefix@` stand for: the only substitutions, in commands and paths of the host (DESIGN 4).

use super::table::Located;

/// The values of both.
pub(super) struct Substitutions {
    /// The package's name.
    pub(super) name: String,
    /// Where the virtualenv is on the host.
    pub(super) prefix: String,
}

impl Substitutions {
    /// Puts both values into a text.
    pub(super) fn apply(&self, text: &mut Located<String>) {
        text.value = text
            .value
            .replace("@prefix@", &self.prefix)
            .replace("@name@", &self.name);
    }
}
