//! Why an installer refuses a distribution: it is for another Python than the target's.
//!
//! The words are those of uv 0.13 and pip 23 to 26; a message that reads otherwise gives no hint and is shown as it is.

use super::build::Surroundings;
use super::resolved;
use crate::lockfile::python_fits;
use crate::plan::{Command, Plan, RELEASES};
use crate::sys::fs;
use anyhow::Result;

/// A distribution that is for another Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// Its name.
    name: String,
    /// Its version, where the installer says it.
    version: Option<String>,
    /// What it asks for: `>=3.12`.
    wanted: String,
}

/// Returns the distribution that a line of an installer's output refuses.
pub(super) fn refused(line: &str) -> Option<Refused> {
    by_uv(line).or_else(|| by_pip(line))
}

/// `newish==2.0 requires Python >=3.12`, `newish==2.0 depends on Python>=3.12`.
fn by_uv(line: &str) -> Option<Refused> {
    let (before, after) = ["requires Python", "depends on Python"]
        .iter()
        .find_map(|words| line.split_once(&format!(" {words}")))?;
    let (name, version) = before.split_whitespace().next_back()?.split_once("==")?;
    let after = after.trim_start();
    let end = after.find([' ', '\n']).unwrap_or(after.len());
    let wanted = after[..end].trim_end_matches([',', '.']);
    wanted
        .starts_with(['>', '<', '=', '!', '~'])
        .then(|| Refused {
            name: name.to_owned(),
            version: Some(version.to_owned()),
            wanted: wanted.to_owned(),
        })
}

/// `ERROR: Package 'newish' requires a different Python: 3.11.2 not in '>=3.12'`.
fn by_pip(line: &str) -> Option<Refused> {
    let (before, after) = line.split_once("requires a different Python: ")?;
    let name = before.split('\'').nth(1)?;
    let wanted = after.split('\'').nth(1)?;
    Some(Refused {
        name: name.to_owned(),
        version: None,
        wanted: wanted.to_owned(),
    })
}

/// Returns what pip has left out of its choice, of the distribution that it then does not find:
/// `Ignored the following versions that require a different python version: 2.0 Requires-Python >=3.12; …`, and behind it
/// `… satisfies the requirement newish==2.0 (from versions: …)`.
pub(super) fn ignored(lines: &[String]) -> Option<Refused> {
    let sought = lines.iter().find_map(|line| {
        let (_, rest) = line.split_once("satisfies the requirement ")?;
        rest.split([' ', ';']).next()
    })?;
    let (name, version) = sought.split_once("==")?;
    let name = name.split('[').next()?;
    let all = lines.iter().find_map(|line| {
        let (head, rest) = line.split_once(" version: ")?;
        head.contains("Ignored the following versions that require a different")
            .then_some(rest)
    })?;
    let wanted = all.split("; ").find_map(|one| {
        let (found, wanted) = one.split_once(" Requires-Python ")?;
        (found == version).then_some(wanted)
    })?;
    Some(Refused {
        name: name.to_owned(),
        version: Some(version.to_owned()),
        wanted: wanted.trim().to_owned(),
    })
}

impl Refused {
    /// Says which Python there is, and what fits.
    ///
    /// # Errors
    /// When a file of the work folder cannot be written.
    pub(super) fn hint(
        &self,
        newest: &Command,
        plan: &Plan,
        surroundings: &Surroundings<'_>,
    ) -> Result<String> {
        let fitting = self.newest(newest, plan, surroundings)?;
        Ok(self.words(&plan.interpreter.version, fitting.as_deref()))
    }

    fn words(&self, python: &str, fitting: Option<&str>) -> String {
        let Refused {
            name,
            version,
            wanted,
        } = self;
        let what = match version {
            Some(version) => format!("`{name}=={version}`"),
            None => format!("`{name}`"),
        };
        let newest = fitting.map_or_else(String::new, |fitting| {
            format!("; the newest version that fits is `{name}=={fitting}`")
        });
        let release = RELEASES.iter().find(|release| {
            release.python != python && python_fits(release.full_python, wanted) == Some(true)
        });
        let rest = match release {
            Some(release) => format!(
                "; or build for {}, which has Python {}",
                release.name, release.python
            ),
            None if fitting.is_none() => {
                ", which no release has that this version builds for: take a version of it that fits"
                    .to_owned()
            }
            None => String::new(),
        };
        format!("the target has Python {python}, and {what} asks for Python {wanted}{newest}{rest}")
    }

    /// Asks for the newest version that fits the interpreter.
    fn newest(
        &self,
        command: &Command,
        plan: &Plan,
        surroundings: &Surroundings<'_>,
    ) -> Result<Option<String>> {
        let (asked, answer) = plan.places.newest();
        fs::write(&asked, format!("{}\n", self.name).as_bytes())?;
        let cmd = command.complete()?;
        let ended = surroundings
            .runner
            .run_to_end(&cmd, surroundings.log, &mut |_| {})?;
        if ended.code() != Some(0) || !fs::is_file(&answer) {
            return Ok(None);
        }
        Ok(resolved::version_of(
            &fs::read_to_string(&answer)?,
            &self.name,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, version: Option<&str>, wanted: &str) -> Refused {
        Refused {
            name: name.to_owned(),
            version: version.map(str::to_owned),
            wanted: wanted.to_owned(),
        }
    }

    #[test]
    fn the_words_of_both_installers_are_understood() {
        for line in [
            "  cause: Because newish==2.0 requires Python >=3.12 and you require newish==2.0, we can conclude that",
            "Because the current Python version (3.11.7) does not satisfy Python>=3.12 and newish==2.0 depends on Python>=3.12, we can",
        ] {
            assert_eq!(refused(line), Some(of("newish", Some("2.0"), ">=3.12")));
        }
        assert_eq!(
            refused(
                "ERROR: Package 'newish' requires a different Python: 3.11.2 not in '>=3.12,<4'"
            ),
            Some(of("newish", None, ">=3.12,<4"))
        );
        assert_eq!(
            refused("there is no version of newish==9.0 and you require newish==9.0"),
            None
        );
        let lines = [
            "ERROR: Ignored the following versions that require a different python version: 1.9 Requires-Python >=3.7,<3.11; 2.0 Requires-Python >=3.12",
            "ERROR: Could not find a version that satisfies the requirement newish==2.0 (from versions: 1.0)",
        ]
        .map(str::to_owned);
        assert_eq!(ignored(&lines), Some(of("newish", Some("2.0"), ">=3.12")));
    }

    #[test]
    fn the_hint_names_what_fits_and_where_there_is_more() {
        let refused = of("newish", Some("2.0"), ">=3.12");
        assert_eq!(
            refused.words("3.11", Some("1.0")),
            "the target has Python 3.11, and `newish==2.0` asks for Python >=3.12; the newest version that fits is `newish==1.0`; or build \
             for trixie, which has Python 3.13"
        );
        assert_eq!(
            of("far", None, ">=3.20").words("3.11", None),
            "the target has Python 3.11, and `far` asks for Python >=3.20, which no release has that this version builds for: take a version \
             of it that fits"
        );
    }
}
