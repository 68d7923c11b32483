//! The `templates` file: the questions of a package (debconf-devel(7)).
//!
//! debconf knows one name space for all packages, so that every name begins with the package's own. What it dies on when the
//! package is installed is refused here: a line that is neither a field nor a continuation, a field that is there twice.

use super::PackageName;
use crate::failure::{Failure, printable};

const TYPES: [&str; 9] = [
    "boolean",
    "error",
    "multiselect",
    "note",
    "password",
    "select",
    "string",
    "text",
    "title",
];

/// Checks the whole file of the package `package`.
pub(super) fn check(text: &str, package: &PackageName) -> Result<(), Failure> {
    let mut names = Vec::new();
    let mut fields: Vec<(String, &str)> = Vec::new();
    // One more empty line ends the last question.
    for (at, line) in text.lines().chain([""]).enumerate() {
        let refused = |why: String| Failure::build(format!("line {} of `templates` {why}", at + 1));
        if line.trim().is_empty() {
            if !fields.is_empty() {
                names.push(check_question(&fields, package, &names)?);
                fields.clear();
            }
            continue;
        }
        if let Some(c) = line.chars().find(|c| c.is_control()) {
            let code = u32::from(c);
            return Err(refused(format!("has the control character U+{code:04X}"))
                .hint("write plain lines, ended by a line feed and indented by one space"));
        }
        if line.starts_with(' ') && !fields.is_empty() {
            continue;
        }
        let Some((name, value)) = line.split_once(':').filter(|(name, _)| is_field_name(name))
        else {
            return Err(refused(format!("is no field: `{}`", printable(line)))
                .hint("write `Field: value`, and begin the lines that continue it with a space"));
        };
        let name = name.to_ascii_lowercase();
        if fields.iter().any(|(known, _)| *known == name) {
            return Err(refused(format!("has the field `{name}` a second time"))
                .hint("put an empty line between two questions"));
        }
        fields.push((name, value.trim()));
    }
    if names.is_empty() {
        return Err(Failure::build("`templates` has no question in it")
            .hint("write one, or leave the file out"));
    }
    Ok(())
}

fn is_field_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_@.".contains(&b);
    !name.is_empty() && name.bytes().all(allowed)
}

/// Checks the fields of one question and returns its name.
fn check_question<'a>(
    fields: &[(String, &'a str)],
    package: &PackageName,
    earlier: &[&str],
) -> Result<&'a str, Failure> {
    let field = |wanted: &str| {
        let mut all = fields.iter();
        all.find_map(|(name, value)| (name == wanted).then_some(*value))
    };
    let Some(name) = field("template") else {
        return Err(
            Failure::build("a question of `templates` has no field `Template`")
                .hint(format!("begin it with `Template: {package}/NAME`")),
        );
    };
    let refused = |why: String| Failure::build(format!("the debconf template `{name}` {why}"));
    let own = name
        .strip_prefix(package.as_str())
        .and_then(|rest| rest.strip_prefix('/'));
    let plain = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic());
    if !own.is_some_and(plain) {
        return Err(
            refused(format!("does not begin with `{package}/`")).hint(format!(
                "all packages share one name space: call it `{package}/NAME`"
            )),
        );
    }
    if earlier.contains(&name) {
        return Err(refused("is there twice".to_owned()).hint("give each question its own name"));
    }
    match field("type") {
        Some(kind) if TYPES.contains(&kind) => {}
        found => {
            let found = found.map_or("no type".to_owned(), |kind| format!("the type `{kind}`"));
            return Err(refused(format!("has {found}"))
                .hint(format!("set `Type` to one of `{}`", TYPES.join("`, `"))));
        }
    }
    match field("description") {
        Some(text) if !text.is_empty() => Ok(name),
        _ => Err(refused("has no description".to_owned())
            .hint("say in `Description` what the administrator is asked")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let package = "demo".parse().expect("it is valid");
        check(text, &package)
            .err()
            .map_or(String::new(), |failure| failure.to_string())
    }

    #[test]
    fn a_question_has_a_name_of_the_package_a_type_and_a_text() {
        let good = "Template: demo/port\nType: string\nDefault: 8000\nDescription: Port:\n Where\n .\n it listens.\n\n\
            Template: demo/really\nType: boolean\nDescription: Really?\nDescription-de.UTF-8: Wirklich?\n";
        assert_eq!(refusal(good), "");
        for (text, why) in [
            ("", "`templates` has no question in it"),
            (
                "Type: string\n",
                "a question of `templates` has no field `Template`",
            ),
            (
                "Template: other/port\nType: string\nDescription: x\n",
                "the debconf template `other/port` does not begin with `demo/`",
            ),
            (
                "Template: demo\nType: string\nDescription: x\n",
                "the debconf template `demo` does not begin with `demo/`",
            ),
            (
                "Template: demo/a\nType: number\nDescription: x\n",
                "the debconf template `demo/a` has the type `number`",
            ),
            (
                "Template: demo/a\nType: string\n",
                "the debconf template `demo/a` has no description",
            ),
            (
                "Template: demo/a\nType: string\nDescription: x\nTemplate: demo/b\n",
                "line 4 of `templates` has the field `template` a second time",
            ),
            (
                "Template: demo/a\nType: note\nDescription: x\n\nTemplate: demo/a\nType: note\nDescription: x",
                "the debconf template `demo/a` is there twice",
            ),
            (
                "# comment\n",
                "line 1 of `templates` is no field: `# comment`",
            ),
            (
                "Template: demo/a\r\n\tx\n",
                "line 2 of `templates` has the control character U+0009",
            ),
        ] {
            assert_eq!(refusal(text), why, "{text:?}");
        }
    }
}
