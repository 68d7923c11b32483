//! `depends`, `conflicts` and the like of `[package]` (Policy §7): what each field may say, checked where it is written.

use super::table::{Located, Table};
use crate::deb::Relation;
use crate::recipe::code::Code;

/// Relations of a package, each a list of alternatives joined by commas.
#[derive(Clone, Debug, Default)]
pub struct Relations {
    /// `Depends`.
    pub depends: Vec<Relation>,
    /// `Recommends`.
    pub recommends: Vec<Relation>,
    /// `Suggests`.
    pub suggests: Vec<Relation>,
    /// `Conflicts`.
    pub conflicts: Vec<Relation>,
    /// `Breaks`.
    pub breaks: Vec<Relation>,
    /// `Replaces`.
    pub replaces: Vec<Relation>,
    /// `Provides`.
    pub provides: Vec<Relation>,
}

/// What a field is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Another package is wanted: any of several will do.
    Wants,
    /// Another package must not be there.
    Refuses,
    /// Another package's files are taken over.
    Takes,
    /// The package stands for another.
    StandsFor,
}

/// Reads all fields of the package of this name.
pub(super) fn read(table: &Table<'_>, name: &str) -> Relations {
    let field = |key, purpose| read_field(table, key, purpose, name);
    Relations {
        depends: field("depends", Purpose::Wants),
        recommends: field("recommends", Purpose::Wants),
        suggests: field("suggests", Purpose::Wants),
        conflicts: field("conflicts", Purpose::Refuses),
        breaks: field("breaks", Purpose::Refuses),
        replaces: field("replaces", Purpose::Takes),
        provides: field("provides", Purpose::StandsFor),
    }
}

/// Reads a field that only descriptions of plain trees have: `pre-depends` or `enhances`.
pub(super) fn read_wanted(table: &Table<'_>, key: &'static str, name: &str) -> Vec<Relation> {
    read_field(table, key, Purpose::Wants, name)
}

fn read_field(table: &Table<'_>, key: &'static str, purpose: Purpose, name: &str) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    for text in table.strings(key) {
        let Some(relation) = table.check::<Relation>(key, &text) else {
            continue;
        };
        let refused = wrong_in_field(&relation, purpose, name).or_else(|| {
            relations
                .contains(&relation)
                .then_some(("stands here twice", "remove one of the two"))
        });
        match refused {
            None => relations.push(relation),
            Some((why, help)) => refuse(table, key, &text, why, help),
        }
    }
    relations
}

/// Returns what is wrong with a relation in a field of this purpose, and what to write instead.
fn wrong_in_field(
    relation: &Relation,
    purpose: Purpose,
    name: &str,
) -> Option<(&'static str, &'static str)> {
    let own = relation.names().any(|other| other.as_str() == name);
    if purpose != Purpose::Wants && relation.has_alternatives() {
        return Some((
            "has alternatives, which dpkg refuses there",
            "write one string for each package: all of them count",
        ));
    }
    if purpose == Purpose::StandsFor && !relation.is_exact() {
        return Some((
            "has an operator other than `=`",
            "a package stands for one version of another: write `name (= version)`, or the name alone",
        ));
    }
    match purpose {
        Purpose::Wants if own => Some((
            "names the package itself",
            "remove it: a package is there when it is installed",
        )),
        Purpose::Refuses if own => Some((
            "names the package itself",
            "remove it: dpkg replaces an older version of the same package anyway",
        )),
        _ => None,
    }
}

fn refuse(
    table: &Table<'_>,
    key: &'static str,
    text: &Located<String>,
    why: &str,
    help: &'static str,
) {
    table.problem(
        Code::InvalidValue,
        text.span.clone(),
        format!("`{}` is not valid", table.full(key)),
        why,
        help.to_owned(),
    );
}
