//! Locks that an app brings: what they name, and the command that adds to them.

use super::requirement::normal_name;
use std::collections::BTreeSet;

/// Returns the normal names of what a lock names. One that cannot be read says why when the package is built.
pub(super) fn names(text: Option<&str>) -> BTreeSet<String> {
    // Each tool writes a package's name on a line of its own; only the beginning of a long lock may be at hand.
    let lines = text.unwrap_or_default().lines();
    lines
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .map(normal_name)
        .collect()
}

/// Returns the command that adds a distribution to the project and its lock; nothing when the file is no lock.
pub(super) fn how_to_add(lock: &str, name: &str) -> Option<String> {
    match lock {
        "uv.lock" => Some(format!("uv add {name}")),
        "poetry.lock" => Some(format!("poetry add {name}")),
        "pylock.toml" => Some(format!(
            "uv add {name} && uv export --format pylock.toml -o pylock.toml"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_lock_names_distributions() {
        let expected = BTreeSet::from(["a-b".to_owned(), "c".to_owned()]);
        for key in ["package", "packages"] {
            let text = format!("[[{key}]]\nname = \"A_b\"\n[[{key}]]\nname = \"c\"\n");
            assert_eq!(names(Some(&text)), expected);
        }
        assert_eq!(names(Some("<<<<")), BTreeSet::new());
    }
}
