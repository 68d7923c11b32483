//! What to write instead, where the list of keys alone can say it: the help below an unknown key, a missing one, and a value of
//! a wrong type.

use super::{Key, Map, Shape, TableSpec};
use toml::Spanned;
use toml::de::DeValue;

/// What other tools call a key.
const SYNONYMS: &[(&str, &str)] = &[
    ("author", "maintainer"),
    ("branch", "ref"),
    ("commit", "ref"),
    ("count", "instances"),
    ("cwd", "directory"),
    ("dependencies", "depends"),
    ("environment", "env"),
    ("exec", "command"),
    ("execreload", "reload"),
    ("execstart", "command"),
    ("keep", "rotate"),
    ("killsignal", "stop-signal"),
    ("oncalendar", "schedule"),
    ("onfailure", "on-failure"),
    ("repository", "git"),
    ("rev", "ref"),
    ("run", "command"),
    ("stopsignal", "stop-signal"),
    ("supplementarygroups", "groups"),
    ("tag", "ref"),
    ("timeoutstopsec", "stop-timeout"),
    ("url", "git"),
    ("workdir", "directory"),
    ("workers", "instances"),
    ("working-directory", "directory"),
];

/// Proposes what an unknown key may have been meant to be: one of this table, or where it belongs; else lists the keys.
pub(super) fn unknown(root: &'static TableSpec, spec: &'static TableSpec, word: &str) -> String {
    let names = || spec.keys.iter().map(|key| key.name);
    let near = nearest(names(), word);
    let very_near = near.filter(|known| strsim::damerau_levenshtein(known, word) <= 1);
    if let Some(known) = very_near {
        return format!("did you mean `{known}`?");
    }
    if let Some(known) = synonym(spec, word) {
        return format!("it is called `{known}` here");
    }
    if let Some(home) = elsewhere(root, spec, word) {
        return home;
    }
    match near {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!(
            "known here: {}",
            names()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

/// Returns the key of which `word` is surely a misspelling: the proposal that [`unknown`] makes first.
pub(super) fn misspelt(spec: &'static TableSpec, word: &str) -> Option<&'static Key> {
    let known = nearest(spec.keys.iter().map(|key| key.name), word)?;
    (strsim::damerau_levenshtein(known, word) <= 1)
        .then(|| spec.key(known))
        .flatten()
}

/// Returns what another tool's word is called in this table. systemd writes `ExecStart`, others `exec_start`.
fn synonym(spec: &TableSpec, word: &str) -> Option<&'static str> {
    let plain = word.to_ascii_lowercase().replace(['-', '_'], "");
    SYNONYMS
        .iter()
        .find(|(other, known)| other.replace('-', "") == plain && spec.key(known).is_some())
        .map(|(_, known)| *known)
}

/// Says where a word is a key, when it is not one of `spec`.
fn elsewhere(root: &'static TableSpec, spec: &'static TableSpec, word: &str) -> Option<String> {
    if !std::ptr::eq(root, spec)
        && let Some(key) = root.key(word)
    {
        return Some(format!("it is a table of its own: write `{}`", header(key)));
    }
    let home = root.keys.iter().find(|table| match table.shape {
        Shape::Table(inner) => !std::ptr::eq(inner, spec) && inner.key(word).is_some(),
        _ => false,
    })?;
    Some(format!("`{word}` is a key of `{}`", header(home)))
}

/// Returns the line that a table of the recipe begins with.
fn header(key: &Key) -> String {
    match key.shape {
        Shape::List(_) => format!("[[{}]]", key.name),
        _ => format!("[{}]", key.name),
    }
}

/// Returns whether the table lacks `required` only because `word` is a misspelling of it, or what another tool calls it.
pub(super) fn is_meant(spec: &TableSpec, word: &str, required: &str) -> bool {
    synonym(spec, word) == Some(required)
        || nearest(spec.keys.iter().map(|key| key.name), word) == Some(required)
}

/// Shows how a missing key is written.
pub(super) fn missing(key: &Key) -> String {
    match key.example {
        Some(example) => format!("write it, such as `{} = {example}`", key.name),
        None => String::new(),
    }
}

/// Proposes how to write a value that has another type than it should.
pub(super) fn wrong_type(name: &str, shape: Shape, value: &DeValue<'_>) -> String {
    match (shape, value) {
        (Shape::Text | Shape::Pattern(_) | Shape::Choice(_), DeValue::Array(_)) => {
            "write one string".to_owned()
        }
        (Shape::Text | Shape::Pattern(_) | Shape::Choice(_), _) => match bare(value) {
            Some(bare) => format!("put it in quotes: `\"{bare}\"`"),
            None => String::new(),
        },
        (Shape::Boolean, DeValue::String(_)) => {
            "write `true` or `false`, without quotes".to_owned()
        }
        (Shape::Integer(..), DeValue::String(text)) if text.parse::<i64>().is_ok() => {
            format!("write it without quotes: `{text}`")
        }
        (Shape::List(Shape::Table(_)), DeValue::Table(_)) => {
            format!("write `[[{name}]]`, once for each")
        }
        (
            Shape::List(Shape::Text | Shape::Pattern(_) | Shape::Choice(_)),
            DeValue::String(text),
        ) => {
            format!("put brackets around it: `[{:?}]`", text.as_ref())
        }
        (Shape::List(Shape::Text | Shape::Pattern(_) | Shape::Choice(_)), DeValue::Table(_)) => {
            let key = name.rsplit('.').next().unwrap_or(name);
            format!("write a list in the table around it: `{key} = [\"…\"]`")
        }
        (
            Shape::Map(Map {
                key,
                value: Shape::Table(_),
            }),
            DeValue::Array(_),
        ) => {
            format!("write `[{name}.{key}]`, once for each, with a name of your own")
        }
        (
            Shape::Map(Map {
                key,
                value: Shape::Text,
            }),
            _,
        ) => {
            format!("write a table of strings: `{{ {key} = \"…\" }}`")
        }
        (Shape::Table(_), DeValue::Array(items))
            if matches!(items.first().map(Spanned::get_ref), Some(DeValue::Table(_))) =>
        {
            format!("write `[{name}]`: it is there only once")
        }
        (Shape::Table(_), DeValue::Array(_)) => String::new(),
        (Shape::Table(spec), _) => like(spec),
        (Shape::Either(shapes), _) => shapes
            .iter()
            .map(|shape| wrong_type(name, *shape, value))
            .find(|help| !help.is_empty())
            .unwrap_or_default(),
        _ => String::new(),
    }
}

/// Shows a table with the key that it needs, or else its first.
fn like(spec: &TableSpec) -> String {
    let value = |key: &&'static Key| Some((key.name, key.example.or(key.default)?));
    let mut required = spec.keys.iter().filter(|key| key.required);
    let shown = required.find_map(|key| value(&key));
    match shown.or_else(|| spec.keys.iter().find_map(|key| value(&key))) {
        Some((name, value)) => {
            format!("write its keys in a table, such as `{{ {name} = {value} }}`")
        }
        None => String::new(),
    }
}

/// Proposes a name above a key of a table that needs one: `command` below `[service]`.
pub(super) fn unnamed(table: &str, shape: Shape, key: &str, value: &DeValue<'_>) -> Option<String> {
    match shape {
        Shape::Table(spec) if spec.key(key).is_some() && !matches!(value, DeValue::Table(_)) => {
            Some(format!(
                "write `[{table}.NAME]` above it, with a name of your own"
            ))
        }
        _ => None,
    }
}

/// Returns a value as it stands when quotes would make a string of it.
fn bare(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(value) => Some(value.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        _ => None,
    }
}

/// Lists choices: `` `a`, `b` or `c` ``.
pub(super) fn one_of(choices: &[&str]) -> String {
    let quoted: Vec<_> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Returns the known word that a word is most likely meant to be: a few letters differ, or both begin
/// alike.
pub(in crate::recipe) fn nearest<'a>(
    known: impl Iterator<Item = &'a str>,
    word: &str,
) -> Option<&'a str> {
    let word = word.to_ascii_lowercase().replace('_', "-");
    known
        .map(|known| (strsim::damerau_levenshtein(known, &word), known))
        .filter(|(distance, known)| {
            let (shorter, longer) = (known.len().min(word.len()), known.len().max(word.len()));
            let same = known
                .bytes()
                .zip(word.bytes())
                .take_while(|(one, other)| one == other)
                .count();
            *distance <= 1 + longer / 4 || same >= 5 || same >= 3 && same == shorter
        })
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::schema::RECIPE;

    fn of_package(word: &str) -> String {
        let Some(Shape::Table(package)) = RECIPE.key("package").map(|key| key.shape) else {
            panic!("a recipe has a package");
        };
        unknown(&RECIPE, package, word)
    }

    #[test]
    fn an_unknown_key_is_a_misspelling_or_belongs_elsewhere() {
        for (word, help) in [
            ("nmae", "did you mean `name`?"),
            ("Name", "did you mean `name`?"),
            ("dependencies", "it is called `depends` here"),
            ("depend", "did you mean `depends`?"),
            ("source", "it is a table of its own: write `[source]`"),
            ("nginx", "it is a table of its own: write `[[nginx]]`"),
            ("requirements", "`requirements` is a key of `[venv]`"),
        ] {
            assert_eq!(of_package(word), help, "{word}");
        }
        assert!(of_package("xyzzy").starts_with("known here: `name`, `version`, "));
        assert_eq!(
            unknown(&RECIPE, &RECIPE, "name"),
            "`name` is a key of `[package]`"
        );
        assert_eq!(
            unknown(&RECIPE, &RECIPE, "environment"),
            "it is called `env` here"
        );
        assert_eq!(
            unknown(&RECIPE, &RECIPE, "services"),
            "did you mean `service`?"
        );
    }
}
