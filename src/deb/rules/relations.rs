//! Relations between packages: the strict grammar that dpkg has for them (Policy 7.1), and what makes no sense.

use super::paths::Paths;
use crate::deb::read::{Findings, Package, Rule};
use crate::deb::{Invalid, Relation};

const GRAMMAR: Rule = Rule::error(
    "relation",
    "write `name`, `name:any` or `name (>= version)`, with commas between and `|` for alternatives (Policy 7.1)",
);
const ITSELF: Rule = Rule::warning("relation-to-itself", "take it away");
const TWICE: Rule = Rule::warning("relation-twice", "leave one");

/// Nobody offers as many alternatives; checking them takes time by the square of their number.
const LONGEST: usize = 10_000;

/// The fields, and whether they may offer alternatives.
const FIELDS: [(&str, bool); 9] = [
    ("Pre-Depends", true),
    ("Depends", true),
    ("Recommends", true),
    ("Suggests", true),
    ("Enhances", true),
    ("Breaks", false),
    ("Conflicts", false),
    ("Replaces", false),
    ("Provides", false),
];

/// Returns the elements of a field, parsed.
fn elements<'a>(
    package: &'a Package,
    field: &str,
) -> impl Iterator<Item = (&'a str, Result<Relation, Invalid>)> {
    let value = package.field(field).filter(|value| !value.is_empty());
    let elements = value.map(|value| value.split(','));
    elements.into_iter().flatten().map(|element| {
        let element = element.trim();
        // A folded field has line breaks between words.
        let words = element.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.len() > LONGEST {
            return (
                element,
                Err(Invalid::new(format!("is longer than {LONGEST} bytes"))),
            );
        }
        (element, words.parse())
    })
}

/// dpkg takes every element as it is meant.
pub(super) fn grammar(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for (field, may_offer) in FIELDS {
        let place = format!("`{field}`");
        for (element, parsed) in elements(package, field) {
            let relation = match parsed {
                Ok(relation) => relation,
                Err(why) => {
                    findings.add(&GRAMMAR, &place, format!("`{element}` {why}"));
                    continue;
                }
            };
            if !may_offer && relation.has_alternatives() {
                let problem = format!("`{element}` has alternatives, which dpkg refuses there");
                findings.add(&GRAMMAR, &place, problem);
            }
            let is_bounded = element.contains('(') && !element.replace(' ', "").contains("(=");
            if field == "Provides" && is_bounded {
                let problem = format!("`{element}` has a bound other than `=`");
                findings.add(&GRAMMAR, &place, problem);
            }
        }
    }
}

/// A package does not need itself.
pub(super) fn itself(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    let Some(name) = package.field("Package") else {
        return;
    };
    for field in ["Pre-Depends", "Depends", "Recommends", "Suggests"] {
        for (element, parsed) in elements(package, field) {
            let names_it = |relation: Relation| {
                !relation.has_alternatives() && relation.names().any(|other| other.as_str() == name)
            };
            if parsed.is_ok_and(names_it) {
                let problem = format!("`{element}` names the package itself");
                findings.add(&ITSELF, &format!("`{field}`"), problem);
            }
        }
    }
}

/// No element is there twice.
pub(super) fn twice(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for (field, _) in FIELDS {
        let mut seen = std::collections::BTreeSet::new();
        for (element, parsed) in elements(package, field) {
            if let Ok(relation) = parsed
                && !seen.insert(relation.to_string())
            {
                let problem = format!("`{element}` is there twice");
                findings.add(&TWICE, &format!("`{field}`"), problem);
            }
        }
    }
}
