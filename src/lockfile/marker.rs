//! Environment markers (PEP 508, with the sets of PEP 751), evaluated for the interpreter of the target.
//!
//! A marker is evaluated while it is read: nothing keeps it, because there is one target. The variables are the target's and
//! never the build machine's own interpreter.
//!
//! # Limits
//! `platform_release` and `platform_version` are empty: a package has no kernel of its own.

use super::name::normal;
use super::version;
use std::collections::{BTreeMap, BTreeSet};

/// What markers are held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<&'static str, String>,
    /// The extras that are wanted, normalised.
    pub extras: BTreeSet<String>,
    /// The dependency groups that are wanted, normalised.
    pub groups: BTreeSet<String>,
}

impl Environment {
    /// Returns the environment of `CPython` on Linux: `3.11`, `3.11.2`, `x86_64`.
    pub fn new(python: &str, full: &str, machine: &str) -> Self {
        let variables = [
            ("implementation_name", "cpython"),
            ("implementation_version", full),
            ("os_name", "posix"),
            ("platform_machine", machine),
            ("platform_python_implementation", "CPython"),
            ("platform_release", ""),
            ("platform_system", "Linux"),
            ("platform_version", ""),
            ("python_full_version", full),
            ("python_version", python),
            ("sys_platform", "linux"),
        ];
        Environment {
            variables: variables
                .map(|(name, value)| (name, value.to_owned()))
                .into(),
            ..Environment::default()
        }
    }

    /// Returns whether a marker holds.
    ///
    /// # Errors
    /// When it is none by PEP 508: says what is wrong with it.
    pub fn meets(&self, marker: &str) -> Result<bool, String> {
        let mut reader = Reader {
            environment: self,
            rest: marker,
        };
        let holds = reader.any()?;
        match reader.rest.trim_start() {
            "" => Ok(holds),
            rest => Err(format!("`{rest}` is left over")),
        }
    }
}

/// Words that compare, the longer before those that begin them.
const OPERATORS: &[&str] = &["===", "==", "!=", "~=", "<=", ">=", "<", ">"];

struct Reader<'a> {
    environment: &'a Environment,
    rest: &'a str,
}

/// One side of a comparison.
enum Side<'a> {
    Text(&'a str),
    Variable(&'a str),
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Result<bool, String> {
        let mut holds = self.all()?;
        while self.word("or") {
            holds |= self.all()?;
        }
        Ok(holds)
    }

    fn all(&mut self) -> Result<bool, String> {
        let mut holds = self.one()?;
        while self.word("and") {
            holds &= self.one()?;
        }
        Ok(holds)
    }

    fn one(&mut self) -> Result<bool, String> {
        if self.sign("(") {
            let holds = self.any()?;
            return if self.sign(")") {
                Ok(holds)
            } else {
                Err("a `(` is not closed".to_owned())
            };
        }
        let left = self.side()?;
        let operator = self.operator()?;
        let right = self.side()?;
        self.compare(&left, operator, &right)
    }

    fn sign(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start();
        let after = rest.strip_prefix(sign);
        self.rest = after.unwrap_or(rest);
        after.is_some()
    }

    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start();
        let ends = |after: &&str| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let after = rest.strip_prefix(word).filter(ends);
        self.rest = after.unwrap_or(rest);
        after.is_some()
    }

    fn operator(&mut self) -> Result<&'static str, String> {
        if let Some(operator) = OPERATORS.iter().find(|it| self.sign(it)) {
            return Ok(operator);
        }
        if self.word("in") {
            return Ok("in");
        }
        if self.word("not") && self.word("in") {
            return Ok("not in");
        }
        Err(format!("`{}` begins with no comparison", self.rest))
    }

    fn side(&mut self) -> Result<Side<'a>, String> {
        let rest = self.rest.trim_start();
        for quote in ['"', '\''] {
            if let Some(inside) = rest.strip_prefix(quote) {
                let end = inside.find(quote).ok_or("a quote is not closed")?;
                self.rest = &inside[end + 1..];
                return Ok(Side::Text(&inside[..end]));
            }
        }
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        self.rest = after;
        if name.is_empty() {
            return Err("a value is missing".to_owned());
        }
        Ok(Side::Variable(name))
    }

    fn compare(&self, left: &Side<'_>, operator: &str, right: &Side<'_>) -> Result<bool, String> {
        let sets = |name: &str| match name {
            "extras" => Some(&self.environment.extras),
            "dependency_groups" => Some(&self.environment.groups),
            _ => None,
        };
        match (left, right) {
            (Side::Text(text), Side::Variable(name)) if sets(name).is_some() => {
                let inside = sets(name).is_some_and(|set| set.contains(&normal(text)));
                match operator {
                    "in" => Ok(inside),
                    "not in" => Ok(!inside),
                    _ => Err(format!("`{name}` is a set, and `{operator}` is for texts")),
                }
            }
            (Side::Variable("extra"), Side::Text(text))
            | (Side::Text(text), Side::Variable("extra")) => {
                let wanted = self.environment.extras.contains(&normal(text));
                match operator {
                    "==" => Ok(wanted),
                    "!=" => Ok(!wanted),
                    _ => Err(format!("`extra` is not compared with `{operator}`")),
                }
            }
            _ => {
                let is_version = [left, right]
                    .iter()
                    .any(|side| matches!(side, Side::Variable(name) if name.ends_with("_version") && *name != "platform_version"));
                let (left, right) = (self.value(left)?, self.value(right)?);
                compare(left, operator, right, is_version)
            }
        }
    }

    fn value<'b>(&'b self, side: &Side<'b>) -> Result<&'b str, String> {
        let name = match side {
            Side::Text(text) => return Ok(text),
            // The spellings of PEP 345.
            Side::Variable("os.name") => "os_name",
            Side::Variable("sys.platform") => "sys_platform",
            Side::Variable("platform.machine") => "platform_machine",
            Side::Variable("platform.python_implementation" | "python_implementation") => {
                "platform_python_implementation"
            }
            Side::Variable(name) => name,
        };
        let value = self.environment.variables.get(name);
        value
            .map(String::as_str)
            .ok_or_else(|| format!("there is no variable `{name}`"))
    }
}

fn compare(left: &str, operator: &str, right: &str, is_version: bool) -> Result<bool, String> {
    match operator {
        "in" => return Ok(right.contains(left)),
        "not in" => return Ok(!right.contains(left)),
        _ => {}
    }
    if is_version && let Some(fits) = version::fits(left, operator, right) {
        return Ok(fits);
    }
    match operator {
        "==" | "===" => Ok(left == right),
        "!=" => Ok(left != right),
        "<" => Ok(left < right),
        "<=" => Ok(left <= right),
        ">" => Ok(left > right),
        ">=" => Ok(left >= right),
        _ => Err(format!("`{operator}` does not compare texts")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        Environment {
            extras: BTreeSet::from(["web".to_owned(), "extra-4-demo-cpu".to_owned()]),
            groups: BTreeSet::from(["prod".to_owned()]),
            ..Environment::new("3.11", "3.11.2", "x86_64")
        }
    }

    #[test]
    fn markers_hold_for_the_target() {
        for (marker, expected) in [
            ("python_version < '3.9'", false),
            ("python_version >= \"3.9\"", true),
            ("'3.9' <= python_version", true),
            ("python_full_version <= '3.11.0a6'", false),
            ("python_version in '3.10 3.11'", true),
            ("python_version not in '3.10, 3.12'", true),
            ("sys_platform == 'win32' or sys_platform == 'linux'", true),
            (
                "os_name == 'nt' and python_version > '3' or os_name == 'posix'",
                true,
            ),
            (
                "os_name == 'nt' and (python_version > '3' or os_name == 'posix')",
                false,
            ),
            ("platform_python_implementation != 'PyPy'", true),
            ("python_implementation == 'CPython'", true),
            ("platform_machine == 'aarch64'", false),
            ("platform_release >= '5'", false),
            ("extra == 'Web'", true),
            ("extra == 'db'", false),
            ("extra != 'db'", true),
            ("extra == 'extra-4-demo-cpu'", true),
            ("'web' in extras", true),
            ("'dev' in dependency_groups", false),
            ("'dev' not in dependency_groups", true),
            ("python_version == '3.*'", true),
            ("python_version ~= '3.9'", true),
        ] {
            assert_eq!(environment().meets(marker), Ok(expected), "{marker}");
        }
    }

    #[test]
    fn what_is_no_marker_says_why() {
        for (marker, why) in [
            ("", "a value is missing"),
            ("python_version", "`` begins with no comparison"),
            ("(python_version > '3'", "a `(` is not closed"),
            ("python_version > '3", "a quote is not closed"),
            ("python_version > '3' x", "`x` is left over"),
            ("moon == 'full'", "there is no variable `moon`"),
            ("'a' == extras", "`extras` is a set, and `==` is for texts"),
            ("os_name ~= 'a'", "`~=` does not compare texts"),
        ] {
            assert_eq!(environment().meets(marker), Err(why.to_owned()), "{marker}");
        }
    }
}
