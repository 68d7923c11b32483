//! What changed in a relation field, element by element.

use serde::Serialize;
use std::collections::{HashMap, VecDeque};

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

/// Returns how often each element is there. Foreign fields may have millions, so that nothing here looks at all for each.
fn counted<'a>(elements: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    let mut counts = HashMap::new();
    for element in elements {
        *counts.entry(element).or_default() += 1;
    }
    counts
}

/// Takes one of as many as there are left; returns false when there is none.
fn take(left: &mut HashMap<&str, usize>, element: &str) -> bool {
    match left.get_mut(element) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

/// Returns what differs; nothing when that is only the order.
pub(super) fn compare(field: &str, old: &str, new: &str) -> Option<RelationChange> {
    let (before, after) = (elements(old), elements(new));
    let mut left = counted(before.iter().map(String::as_str));
    let mut added: Vec<&String> = after
        .iter()
        .filter(|element| !take(&mut left, element))
        .collect();
    let mut removed: Vec<&String> = before
        .iter()
        .filter(|element| take(&mut left, element))
        .collect();
    let mut by_names: HashMap<Vec<&str>, VecDeque<&String>> = HashMap::new();
    for &element in &removed {
        by_names
            .entry(names(element))
            .or_default()
            .push_back(element);
    }
    let mut changed = Vec::new();
    added.retain(|element| {
        match by_names
            .get_mut(&names(element))
            .and_then(VecDeque::pop_front)
        {
            Some(old) => {
                changed.push((old.clone(), (*element).clone()));
                false
            }
            None => true,
        }
    });
    let mut unpaired = counted(by_names.into_values().flatten().map(String::as_str));
    removed.retain(|element| take(&mut unpaired, element));
    if removed.is_empty() && added.is_empty() && changed.is_empty() {
        return None;
    }
    Some(RelationChange {
        field: field.to_owned(),
        removed: removed.into_iter().cloned().collect(),
        added: added.into_iter().cloned().collect(),
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
