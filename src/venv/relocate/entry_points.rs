//! Console and GUI scripts, written by us for every installer from `entry_points.txt` (entry points specification).
//!
//! uv's scripts and pip's differ, and change with their versions; these do not. A script is the same for console and
//! GUI: Debian knows no difference.

use crate::recipe::Prefix;
use std::fmt;

/// A script that a distribution wants in `bin/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPoint {
    /// The script's name.
    pub name: String,
    /// The module it imports.
    pub module: String,
    /// The object it calls, with dots for attributes.
    pub object: String,
}

/// Why an entry point cannot become a script.
#[derive(Debug, PartialEq, Eq)]
pub struct BadEntryPoint(String);

impl fmt::Display for BadEntryPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not an entry point that a script can be made of",
            self.0
        )
    }
}

impl std::error::Error for BadEntryPoint {}

/// Returns the scripts that an `entry_points.txt` asks for.
///
/// # Errors
/// When a name is a path, or the reference is not `module:object`: nothing of it reaches the script unchecked.
pub fn scripts(text: &str) -> Result<Vec<EntryPoint>, BadEntryPoint> {
    let mut wanted = false;
    let mut scripts = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(section) = line.strip_prefix('[') {
            wanted = matches!(
                section.trim_end_matches(']').trim(),
                "console_scripts" | "gui_scripts"
            );
        } else if wanted {
            scripts.push(parse(line).ok_or_else(|| BadEntryPoint(line.to_owned()))?);
        }
    }
    Ok(scripts)
}

fn parse(line: &str) -> Option<EntryPoint> {
    let (name, reference) = line.split_once('=')?;
    // Extras are advice to the installer; the packages are there or the import says so.
    let reference = reference.split('[').next()?.trim();
    let (module, object) = reference.split_once(':')?;
    let (name, module, object) = (name.trim(), module.trim(), object.trim());
    let plain_name = !name.is_empty()
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte));
    (plain_name && is_dotted(module) && is_dotted(object)).then(|| EntryPoint {
        name: name.to_owned(),
        module: module.to_owned(),
        object: object.to_owned(),
    })
}

/// Returns whether `text` is identifiers joined by dots. Letters beyond ASCII are identifiers too (PEP 3131).
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|part| {
        let mut letters = part.chars();
        letters
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_')
            && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

/// Renders the script.
pub fn render(entry_point: &EntryPoint, prefix: &Prefix) -> String {
    let EntryPoint { module, object, .. } = entry_point;
    let imported = object.split('.').next().unwrap_or(object);
    format!(
        "#!{prefix}/bin/python\n\
         import sys\n\
         \n\
         from {module} import {imported}\n\
         \n\
         if __name__ == \"__main__\":\n    \
             sys.exit({object}())\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        scripts(text)
            .expect("the entry points are good")
            .into_iter()
            .map(|script| script.name)
            .collect()
    }

    #[test]
    fn console_and_gui_scripts_are_taken_and_plugins_are_not() {
        let text = "# comment\n[console_scripts]\na = m.n:f\nb=m:C.run [extra]\n\n[gui_scripts]\nc = m : g\n[flask.commands]\nd=m:h\n";
        assert_eq!(names(text), ["a", "b", "c"]);
    }

    #[test]
    fn a_script_calls_the_object_and_passes_its_result_on() {
        let entry_point = parse("b = m.n:C.run [x]").expect("it is an entry point");
        assert_eq!(
            render(&entry_point, &"/opt/demo".parse().expect("a prefix")),
            "#!/opt/demo/bin/python\nimport sys\n\nfrom m.n import C\n\nif __name__ == \"__main__\":\n    sys.exit(C.run())\n"
        );
    }

    #[test]
    fn what_could_write_outside_bin_or_run_other_code_is_refused() {
        for line in [
            "../x = m:f",
            "a/b = m:f",
            "x = m",
            "x = m:f();evil",
            "x = m:f\u{2028}g",
            " = m:f",
            "x = :f",
        ] {
            assert!(parse(line).is_none(), "{line:?}");
        }
    }
}
