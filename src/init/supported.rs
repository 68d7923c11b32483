//! Keys of the design that this version does not build yet: `init` writes them as comments.

/// One line for each; whoever brings a key deletes its line, and `init` writes it live from then on.
pub(super) const LATER: &[&str] = &["build.after"];

/// Returns whether a key has to wait.
pub(super) fn is_later(key: &str) -> bool {
    LATER.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;
    use std::path::Path;

    /// Returns a table that uses a key.
    fn use_of(key: &str) -> &'static str {
        match key {
            "build.after" => "[build]\nafter = [\"true\"]\n",
            other => panic!("no use of `{other}` is known"),
        }
    }

    #[test]
    fn every_key_that_waits_is_refused_by_the_reader() {
        for key in LATER {
            let text = format!(
                "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n\
                 [source]\ngit = \".\"\n{}",
                use_of(key)
            );
            let refused = Recipe::parse(&text, "recipe.toml", Path::new("/r")).expect_err(key);
            assert!(
                refused.to_string().contains("not supported yet"),
                "{key}: {refused}"
            );
        }
    }
}
