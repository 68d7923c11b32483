//! What is wrong with a package that can be read all the same.

use std::collections::BTreeMap;

/// How many findings of one rule are kept: a hostile package could have millions.
const MOST_OF_ONE_RULE: usize = 50;

/// How many characters of words a finding has at most.
const LONGEST: usize = 1000;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// dpkg or apt refuse it or take it differently, or Policy says "must".
    Error,
    /// It works, but hardly anybody would want it.
    Warning,
}

impl Severity {
    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of the rule, which stays the same from version to version.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where: a member, a control file, a path.
    pub place: String,
    /// What was found there, without control characters.
    pub problem: String,
    /// What to do about it.
    pub cure: &'static str,
}

/// A rule: its name, how bad it is to break it, and what to do then.
#[derive(Debug)]
pub(in crate::deb) struct Rule {
    name: &'static str,
    severity: Severity,
    cure: &'static str,
}

impl Rule {
    /// Makes a rule that must be kept.
    pub(in crate::deb) const fn error(name: &'static str, cure: &'static str) -> Self {
        Rule {
            name,
            severity: Severity::Error,
            cure,
        }
    }

    /// Makes a rule that should be kept.
    pub(in crate::deb) const fn warning(name: &'static str, cure: &'static str) -> Self {
        Rule {
            name,
            severity: Severity::Warning,
            cure,
        }
    }
}

/// Findings as they are made.
#[derive(Clone, Debug, Default)]
pub(in crate::deb) struct Findings {
    found: Vec<Finding>,
    beyond: BTreeMap<&'static str, (Severity, &'static str, usize)>,
    counts: BTreeMap<&'static str, usize>,
}

impl Findings {
    /// Adds one; control characters in its words are replaced.
    pub(in crate::deb) fn add(&mut self, rule: &Rule, place: &str, problem: impl AsRef<str>) {
        let count = self.counts.entry(rule.name).or_default();
        *count += 1;
        if *count > MOST_OF_ONE_RULE {
            let more = (rule.severity, rule.cure, 0);
            self.beyond.entry(rule.name).or_insert(more).2 += 1;
            return;
        }
        self.found.push(Finding {
            rule: rule.name,
            severity: rule.severity,
            place: words(place),
            problem: words(problem.as_ref()),
            cure: rule.cure,
        });
    }

    /// Returns them, the errors first, and for each rule that was broken too often a last one that says how often.
    pub(in crate::deb) fn into_sorted(self) -> Vec<Finding> {
        let mut found = self.found;
        for (rule, (severity, cure, more)) in self.beyond {
            found.push(Finding {
                rule,
                severity,
                place: "the package".to_owned(),
                problem: format!("{more} more of this kind"),
                cure,
            });
        }
        found.sort_by_key(|finding| finding.severity);
        found
    }
}

/// Returns words that cannot drive a terminal, and not too many: a field may have millions.
fn words(text: &str) -> String {
    let mut words: String = text.chars().take(LONGEST).collect();
    if words.len() < text.len() {
        words.push('…');
    }
    crate::failure::printable(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule::warning("one", "do it");

    #[test]
    fn the_fifty_first_finding_of_a_rule_is_counted_only() {
        let mut findings = Findings::default();
        for at in 0..53 {
            findings.add(&RULE, &format!("{at}\u{7}"), "it is wrong");
        }
        findings.add(&Rule::error("two", "stop"), "there", "it is worse");
        let found = findings.into_sorted();
        assert_eq!(found.len(), 52);
        assert_eq!(found[0].rule, "two");
        assert_eq!(found[1].place, "0\u{fffd}");
        assert_eq!(found[51].problem, "3 more of this kind");
    }
}
