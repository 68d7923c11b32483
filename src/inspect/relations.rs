//! What changed in a relation field, element by element.

use serde::Serialize;

/// The fields that hold relations.
pub(super) const FIELDS: [&str; 10] = [
    "Pre-Depends",
    "Depends",
    "Recommends",
    "Suggests",
    "Enhances",
    "Breaks",
    "Conflicts",
    "Replaces",
    "Provides",
    "Built-Using",
];

/// How one field differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RelationChange {
    /// The field.
    pub field: String,
    /// Elements that only the old package has.
    pub removed: Vec<String>,
    /// Elements that only the new package has.
    pub added: Vec<String>,
    /// Elements whose bounds differ: the old and the new one.
    pub changed: Vec<(String, String)>,
}

/// Returns the elements of a field, with single spaces.
pub(super) fn elements(value: &str) -> Vec<String> {
    let elements = value.split(',').map(|element| {
        let words = element.split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    });
    elements.filter(|element| !element.is_empty()).collect()
}

/// Returns an element without its bounds: the packages that it names.
fn names(element: &str) -> Vec<&str> {
    let alternatives = element.split('|');
    let name = |atom: &'_ str| atom.find('(').unwrap_or(atom.len());
    alternatives.map(|atom| atom[..name(atom)].trim()).collect()
}

/// Returns what differs; nothing when that is only the order.
pub(super) fn compare(field: &str, old: &str, new: &str) -> Option<RelationChange> {
    let mut removed = elements(old);
    let mut added = elements(new);
    added.retain(
        |element| match removed.iter().position(|old| old == element) {
            Some(at) => {
                removed.remove(at);
                false
            }
            None => true,
        },
    );
    let mut changed = Vec::new();
    added.retain(|element| {
        let same = |old: &String| names(old) == names(element);
        match removed.iter().position(same) {
            Some(at) => {
                changed.push((removed.remove(at), element.clone()));
                false
            }
            None => true,
        }
    });
    if removed.is_empty() && added.is_empty() && changed.is_empty() {
        return None;
    }
    Some(RelationChange {
        field: field.to_owned(),
        removed,
        added,
        changed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_added_removed_or_have_other_bounds() {
        let old = "libc6 (>= 2.34), python3:any, a | b (<< 2),  gone,\n libc6 (<< 3)";
        let new = "libc6 (<< 3), libc6 (>= 2.36), python3:any, a | b (<< 3), come";
        let change = compare("Depends", old, new).expect("they differ");
        assert_eq!(change.removed, ["gone"]);
        assert_eq!(change.added, ["come"]);
        let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        let expected = [
            pair("libc6 (>= 2.34)", "libc6 (>= 2.36)"),
            pair("a | b (<< 2)", "a | b (<< 3)"),
        ];
        assert_eq!(change.changed, expected);
        assert_eq!(compare("Depends", "a, b", "b,a"), None);
    }
}
