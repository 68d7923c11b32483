//! Relations between packages: one element of `Depends`, `Conflicts` and the like (Policy 7.1).
//!
//! The grammar is dpkg's strict one: `name[:arch] [(op version)]`, alternatives between `|`. What dpkg only warns of is
//! refused: `(> 1)` means `>=` to dpkg, and `(1)` means `=`. Restrictions (`[amd64]`, `<!nocheck>`) and substitution
//! variables belong in source packages.

use super::name::describe;
use super::{Architecture, PackageName, Version};
use crate::deb::Invalid;
use std::fmt;
use std::str::FromStr;

/// One comma-separated element of a relation field: a package, or alternatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation(Vec<Atom>);

/// One package in a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Atom {
    name: PackageName,
    qualifier: Option<Qualifier>,
    bound: Option<(Operator, Version)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Qualifier {
    Any,
    One(Architecture),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Earlier,
    EarlierOrEqual,
    Equal,
    LaterOrEqual,
    Later,
}

/// The operators, the longer before the shorter that begin them.
const OPERATORS: [(&str, Operator); 5] = [
    ("<<", Operator::Earlier),
    ("<=", Operator::EarlierOrEqual),
    (">=", Operator::LaterOrEqual),
    (">>", Operator::Later),
    ("=", Operator::Equal),
];

impl Relation {
    /// Returns the names of its packages, one unless there are alternatives.
    pub fn names(&self) -> impl Iterator<Item = &PackageName> {
        self.0.iter().map(|atom| &atom.name)
    }

    /// Returns whether a system that fulfils this one fulfils `other` as well. Alternatives imply only themselves.
    pub fn implies(&self, other: &Relation) -> bool {
        match (self.0.as_slice(), other.0.as_slice()) {
            ([ours], [theirs]) => ours.implies(theirs),
            ([ours], choice) => choice.iter().any(|theirs| ours.implies(theirs)),
            _ => self == other,
        }
    }

    /// Returns whether it offers a choice, which `Conflicts`, `Breaks`, `Replaces` and `Provides` cannot.
    pub fn has_alternatives(&self) -> bool {
        self.0.len() > 1
    }

    /// Returns whether its bounds are `=` only, as `Provides` needs.
    pub fn is_exact(&self) -> bool {
        self.0
            .iter()
            .all(|atom| matches!(atom.bound, None | Some((Operator::Equal, _))))
    }
}

impl Atom {
    fn implies(&self, other: &Atom) -> bool {
        use Operator::{Earlier, EarlierOrEqual, Equal, Later, LaterOrEqual};
        if self.name != other.name || self.qualifier != other.qualifier {
            return false;
        }
        let Some((theirs, bound)) = &other.bound else {
            return true;
        };
        let Some((ours, version)) = &self.bound else {
            return false;
        };
        match (ours, theirs) {
            (Equal, Equal) => version == bound,
            (Equal | LaterOrEqual | Later, LaterOrEqual) | (Later, Later) => version >= bound,
            (Equal | LaterOrEqual, Later) => version > bound,
            (Equal | EarlierOrEqual | Earlier, EarlierOrEqual) | (Earlier, Earlier) => {
                version <= bound
            }
            (Equal | EarlierOrEqual, Earlier) => version < bound,
            _ => false,
        }
    }
}

impl FromStr for Relation {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.contains(',') {
            return Err(Invalid::new(
                "has a comma: write one relation for each package",
            ));
        }
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            return Err(Invalid::new(format!("has {}", describe(c))));
        }
        let atoms = text
            .split('|')
            .map(|atom| parse_atom(atom.trim()))
            .collect::<Result<Vec<_>, _>>()?;
        for (at, atom) in atoms.iter().enumerate() {
            if atoms[..at].contains(atom) {
                return Err(Invalid::new(format!(
                    "names the alternative `{atom}` twice"
                )));
            }
        }
        Ok(Relation(atoms))
    }
}

fn parse_atom(text: &str) -> Result<Atom, Invalid> {
    if text.is_empty() {
        return Err(Invalid::new("lacks the name of a package"));
    }
    if let Some(c) = text.chars().find(|c| "[]{}$".contains(*c)) {
        return Err(Invalid::new(format!(
            "has `{c}`: restrictions and substitution variables are for source packages"
        )));
    }
    if text.contains("<!") {
        return Err(Invalid::new(
            "has `<!`: build profiles are for source packages",
        ));
    }
    let (subject, bound) = match text.split_once('(') {
        Some((subject, rest)) => (subject.trim_end(), Some(parse_bound(rest)?)),
        None => (text, None),
    };
    if subject.contains(['<', '>', '=']) {
        return Err(Invalid::new(
            "has an operator outside parentheses: write `name (>= version)`",
        ));
    }
    let (name, qualifier) = match subject.split_once(':') {
        Some((name, qualifier)) => (name, Some(parse_qualifier(qualifier)?)),
        None => (subject, None),
    };
    let name = name
        .parse::<PackageName>()
        .map_err(|why| Invalid::new(format!("names the package `{name}`, which {why}")))?;
    Ok(Atom {
        name,
        qualifier,
        bound,
    })
}

fn parse_qualifier(text: &str) -> Result<Qualifier, Invalid> {
    if text == "any" {
        return Ok(Qualifier::Any);
    }
    let architecture = text
        .parse::<Architecture>()
        .map_err(|why| Invalid::new(format!("asks for the architecture `{text}`, which {why}")))?;
    Ok(Qualifier::One(architecture))
}

fn parse_bound(text: &str) -> Result<(Operator, Version), Invalid> {
    let Some((inside, after)) = text.split_once(')') else {
        return Err(Invalid::new("lacks the closing parenthesis"));
    };
    if !after.trim().is_empty() {
        return Err(Invalid::new(format!(
            "has `{}` after the closing parenthesis",
            after.trim()
        )));
    }
    let inside = inside.trim();
    let operator = OPERATORS
        .iter()
        .find_map(|(sign, operator)| Some((inside.strip_prefix(sign)?, *operator)));
    let Some((version, operator)) = operator else {
        return Err(Invalid::new(
            "has a version without one of the operators `<<`, `<=`, `=`, `>=`, `>>`",
        ));
    };
    let version = version.trim_start();
    if version.starts_with(['<', '=', '>']) {
        return Err(Invalid::new(
            "has an operator other than `<<`, `<=`, `=`, `>=`, `>>`",
        ));
    }
    let version = Version::parse_foreign(version)
        .map_err(|why| Invalid::new(format!("has the version `{version}`, which {why}")))?;
    Ok((operator, version))
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, atom) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" | ")?;
            }
            atom.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        match &self.qualifier {
            None => {}
            Some(Qualifier::Any) => f.write_str(":any")?,
            Some(Qualifier::One(architecture)) => write!(f, ":{architecture}")?,
        }
        match &self.bound {
            None => Ok(()),
            Some((operator, version)) => write!(f, " ({operator} {version})"),
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = OPERATORS.iter().find(|(_, operator)| operator == self);
        f.write_str(sign.map_or("=", |(sign, _)| sign))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_in_other_ways_is_rendered_in_one() {
        for (text, canonical) in [
            ("libc6", "libc6"),
            ("  python3:any  ", "python3:any"),
            ("libc6(>=2.34)", "libc6 (>= 2.34)"),
            ("libc6 ( >=  2.34 ) ", "libc6 (>= 2.34)"),
            ("a1:amd64 (<< 1:2-3)|b1", "a1:amd64 (<< 1:2-3) | b1"),
            (
                "debconf (>= 0.5) | debconf-2.0",
                "debconf (>= 0.5) | debconf-2.0",
            ),
            ("aa (= 1.0-rc1-2)", "aa (= 1.0-rc1-2)"),
            ("aa (>> 1)", "aa (>> 1)"),
            ("aa (<= 1)", "aa (<= 1)"),
        ] {
            let relation = text.parse::<Relation>().expect(text);
            assert_eq!(relation.to_string(), canonical);
        }
    }

    #[test]
    fn what_dpkg_refuses_or_misreads_is_refused() {
        for bad in [
            "",
            " ",
            "aa,",
            "aa, bb",
            "aa ||bb",
            "aa |",
            "| aa",
            "aa bb",
            "aa (>= 1) (<< 2)",
            "aa (>= 1) x",
            "aa (>= 1",
            "aa >= 1)",
            "aa>=1",
            "aa (> 1)",
            "aa (< 1)",
            "aa (1)",
            "aa (== 1)",
            "aa (=> 1)",
            "aa (=)",
            "aa (>= )",
            "aa (>= v1)",
            "aa (>= 1 2)",
            "aa [amd64]",
            "aa <!nocheck>",
            "${misc:Depends}",
            "aa:x86_64",
            "aa:",
            "aa :any",
            "AA",
            "aa\nPre-Depends: bb",
            "aa\t(>= 1)",
            "aa | aa",
        ] {
            assert!(bad.parse::<Relation>().is_err(), "{bad:?}");
        }
        assert_eq!(
            "Foo"
                .parse::<Relation>()
                .expect_err("it is upper case")
                .to_string(),
            "names the package `Foo`, which has an upper-case letter, `F`: names of packages are lower case"
        );
    }

    #[test]
    fn a_relation_implies_what_it_is_narrower_than() {
        let relation = |text: &str| text.parse::<Relation>().expect(text);
        for (ours, theirs, expected) in [
            ("aa", "aa", true),
            ("aa (>= 2)", "aa", true),
            ("aa", "aa (>= 2)", false),
            ("aa (>= 2)", "aa (>= 1)", true),
            ("aa (>= 1)", "aa (>= 2)", false),
            ("aa (>= 2)", "aa (>> 2)", false),
            ("aa (>> 2)", "aa (>= 2)", true),
            ("aa (= 2)", "aa (>= 2)", true),
            ("aa (= 2)", "aa (>> 2)", false),
            ("aa (= 2)", "aa (<< 3)", true),
            ("aa (<< 2)", "aa (<= 2)", true),
            ("aa (<= 2)", "aa (<< 2)", false),
            ("aa (<< 2)", "aa (>= 1)", false),
            ("aa:any", "aa", false),
            ("aa (>= 2)", "aa (>= 1) | bb", true),
            ("aa | bb", "aa", false),
            ("aa | bb", "aa | bb", true),
            ("bb", "aa", false),
        ] {
            assert_eq!(
                relation(ours).implies(&relation(theirs)),
                expected,
                "{ours} / {theirs}"
            );
        }
    }
}
