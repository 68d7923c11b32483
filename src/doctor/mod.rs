//! What a machine lacks for a build: facts in, findings out, all at once, with one line for apt that mends them.
//!
//! Pure: `commands::doctor` finds the facts, `report` shows the findings. What is missing stops a build, or
//! would be installed by it if it may; a note stops none.

mod facts;
mod findings;

pub use facts::{
    Cache, Facts, Git, Index, IndexAnswer, Machine, Need, OwnPython, Program, Refusal, Rights, Uv,
};

use serde::Serialize;

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// As it should be.
    Ok,
    /// A build stops at it.
    Missing,
    /// A build goes on, and the user may want to know.
    Note,
}

impl Mark {
    /// Returns the word that stands for it.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Ok => "ok",
            Mark::Missing => "missing",
            Mark::Note => "note",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How it is.
    pub mark: Mark,
    /// What was looked at: a package, a program, or a word such as `cache`.
    pub subject: String,
    /// What was found, in a sentence without a full stop.
    pub text: String,
    /// The Debian packages that mend it; of a note too, where they are a matter of taste.
    pub packages: Vec<String>,
}

/// Everything that was found, as `--json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checkup {
    /// The version of this document: it changes when something is taken away.
    pub format: u8,
    /// Whether nothing is missing.
    pub ready: bool,
    /// All findings, in the order of a build.
    pub findings: Vec<Finding>,
    /// The line that installs every package that is missing.
    pub command: Option<String>,
}

impl Checkup {
    /// Judges the facts.
    pub fn new(facts: &Facts) -> Self {
        let findings = findings::judge(facts);
        let missing = || {
            findings
                .iter()
                .filter(|finding| finding.mark == Mark::Missing)
        };
        let mut packages: Vec<&str> = Vec::new();
        for package in missing().flat_map(|finding| &finding.packages) {
            if !packages.contains(&package.as_str()) {
                packages.push(package);
            }
        }
        Checkup {
            format: 1,
            ready: missing().next().is_none(),
            command: (!packages.is_empty()).then(|| install_line(facts, &packages)),
            findings,
        }
    }
}

/// Returns what a person types to install packages. A fresh container has no lists, without which apt knows no package.
fn install_line(facts: &Facts, packages: &[&str]) -> String {
    let sudo = match facts.rights {
        Rights::Root => "",
        Rights::Sudo | Rights::None => "sudo ",
    };
    let update = if facts.has_apt_lists {
        String::new()
    } else {
        format!("{sudo}apt-get update && ")
    };
    format!("{update}{sudo}apt-get install -y {}", packages.join(" "))
}

#[cfg(test)]
mod tests;
