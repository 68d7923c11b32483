//! Relations with the highest version that any file asks for, merged as `dpkg-gencontrol` does.

use crate::deb::{Relation, Version};
use anyhow::Result;
use std::collections::BTreeMap;

/// Where the bound of a template goes (deb-symbols(5)).
const BOUND: &str = "#MINVER#";

/// Templates of relations, each with the highest version so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bounds(BTreeMap<String, Option<Version>>);

impl Bounds {
    /// Adds the relations of a template, commas between them; the bound only ever rises.
    pub(super) fn raise(&mut self, template: &str, version: Option<&Version>) {
        for part in template.split(',').map(str::trim) {
            if part.is_empty() {
                continue;
            }
            let bound = self.0.entry(part.to_owned()).or_default();
            if version.is_some_and(|version| bound.as_ref().is_none_or(|bound| version > bound)) {
                *bound = version.cloned();
            }
        }
    }

    /// Returns the relations in order, without those that another one implies.
    ///
    /// # Errors
    /// When a file of the dpkg database has something that is no relation.
    pub(super) fn into_relations(self) -> Result<Vec<Relation>> {
        let mut relations = Vec::new();
        for (template, version) in self.0 {
            // `0` is the version of what has always been there.
            let bound = version
                .filter(|version| version.as_str() != "0")
                .map_or_else(String::new, |version| format!("(>= {version})"));
            let text = template.replace(BOUND, &bound);
            let relation: Relation = text
                .trim()
                .parse()
                .map_err(|error| anyhow::anyhow!("`{text}` in the dpkg database {error}"))?;
            relations.push(relation);
        }
        relations.sort_by_key(ToString::to_string);
        Ok(simplify(relations))
    }
}

/// Leaves out every relation that another one implies; of two that imply each other the first stays.
fn simplify(relations: Vec<Relation>) -> Vec<Relation> {
    let mut kept: Vec<Relation> = Vec::new();
    for relation in relations {
        if kept.iter().any(|it| it.implies(&relation)) {
            continue;
        }
        kept.retain(|it| !relation.implies(it));
        kept.push(relation);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(raised: &[(&str, Option<&str>)]) -> Vec<String> {
        let mut bounds = Bounds::default();
        for (template, version) in raised {
            let version = version.map(|text| text.parse::<Version>().expect(text));
            bounds.raise(template, version.as_ref());
        }
        let relations = bounds.into_relations().expect("they are relations");
        relations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_highest_version_is_the_bound() {
        assert_eq!(
            rendered(&[
                ("libc6 #MINVER#", Some("2.9")),
                ("libc6 #MINVER#", Some("2.34")),
                ("libc6 #MINVER#", Some("2.14")),
                ("libssl3 #MINVER#", Some("3.0.0~~alpha1")),
            ]),
            ["libc6 (>= 2.34)", "libssl3 (>= 3.0.0~~alpha1)"]
        );
    }

    #[test]
    fn without_a_version_the_package_alone_is_named() {
        assert_eq!(
            rendered(&[("libz1 #MINVER#", Some("0")), ("liba #MINVER#", None)]),
            ["liba", "libz1"]
        );
    }

    #[test]
    fn a_template_may_have_several_relations_and_alternatives() {
        assert_eq!(
            rendered(&[
                ("libtinfo6 #MINVER#, libtinfo6 (<< 6.5~)", Some("6")),
                ("libjpeg62 #MINVER# | libjpeg8", Some("1:2")),
            ]),
            [
                "libjpeg62 (>= 1:2) | libjpeg8",
                "libtinfo6 (<< 6.5~)",
                "libtinfo6 (>= 6)"
            ]
        );
    }

    #[test]
    fn what_another_relation_implies_is_left_out() {
        assert_eq!(
            rendered(&[
                ("libc6 #MINVER#", Some("2.34")),
                ("libc6 (>> 2.36)", None),
                ("libc6 (<< 2.37)", None),
                ("zlib1g (>= 1:1.2)", None),
                ("zlib1g #MINVER#", Some("1:1.1")),
                ("zlib1g", None),
            ]),
            ["libc6 (<< 2.37)", "libc6 (>> 2.36)", "zlib1g (>= 1:1.2)"]
        );
    }
}
