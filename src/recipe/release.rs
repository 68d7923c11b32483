//! `[release.*]`: what differs for a release of Debian, merged key by key before anything is read.
//!
//! Tables are merged, all else is replaced, lists too: a list of the release is the whole list. Each value keeps its place in
//! the text, so that a problem points to where the value stands.

use super::names::{Invalid, invalid, text_newtype};
use super::problem::{Problem, Problems};
use super::schema::OVERRIDES;
use super::spans::Spans;
use crate::recipe::code::Code;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

text_newtype! {
    /// The code name of a release of Debian.
    ReleaseName
}

/// Releases that have a Python 3 which could be built for, the oldest first, and the one that never comes.
const KNOWN: &[&str] = &["bullseye", "bookworm", "trixie", "forky", "duke", "sid"];

impl FromStr for ReleaseName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if KNOWN.contains(&text) {
            return Ok(ReleaseName(text.to_owned()));
        }
        invalid(format!(
            "it must be a release of Debian: `{}`",
            KNOWN.join("`, `")
        ))
    }
}

/// Checks the names of all releases in a document.
pub(super) fn check(document: &DeTable<'_>, problems: &Problems) {
    problems.note_read("release".to_owned());
    for (name, _) in overrides(document) {
        if let Err(why) = name.get_ref().parse::<ReleaseName>() {
            problems.add(Problem::error(
                Code::InvalidValue,
                name.span(),
                format!(
                    "`{}` is not valid",
                    super::key_name::joined("release", name.get_ref())
                ),
                &why.to_string(),
                "name the release as Debian does, such as `[release.trixie]`",
            ));
        }
    }
}

/// Returns the names of the releases for which something differs.
pub(super) fn names(document: &DeTable<'_>) -> Vec<String> {
    overrides(document)
        .map(|(name, _)| name.get_ref().to_string())
        .collect()
}

/// Returns the release that the document is for, when it says so.
pub(super) fn target(document: &DeTable<'_>) -> Option<String> {
    let target = table_of(document.get("target")?)?;
    target
        .get("release")?
        .get_ref()
        .as_str()
        .map(ToOwned::to_owned)
}

/// Returns where the part of a release is, when there is one.
pub(super) fn spans(document: &DeTable<'_>, release: &str) -> Option<(String, Spans)> {
    let (name, value) = overrides(document).find(|(name, _)| name.get_ref().as_ref() == release)?;
    let mut spans = Spans::default();
    spans.add_value(value);
    spans.sort();
    Some((name.get_ref().to_string(), spans))
}

/// Returns the document as it is for a release.
pub(super) fn merged<'a>(
    document: &Spanned<DeTable<'a>>,
    release: Option<&str>,
) -> Spanned<DeTable<'a>> {
    let mut whole = document.get_ref().clone();
    let differing = overrides(document.get_ref())
        .find(|(name, _)| Some(name.get_ref().as_ref()) == release)
        .and_then(|(_, value)| table_of(value));
    if let Some(differing) = differing {
        // What is none of the tables is reported where it stands.
        for (key, value) in differing {
            if OVERRIDES
                .key(key.get_ref())
                .is_some_and(|known| known.shape.is_of_type(value.get_ref()))
            {
                merge_one(&mut whole, key, value);
            }
        }
    }
    Spanned::new(document.span(), whole)
}

fn merge<'a>(whole: &mut DeTable<'a>, differing: &DeTable<'a>) {
    for (key, value) in differing {
        merge_one(whole, key, value);
    }
}

fn merge_one<'a>(
    whole: &mut DeTable<'a>,
    key: &Spanned<std::borrow::Cow<'a, str>>,
    value: &Spanned<DeValue<'a>>,
) {
    let inner = whole.get_mut(key.get_ref().as_ref()).map(Spanned::get_mut);
    if let (Some(DeValue::Table(inner)), DeValue::Table(differing)) = (inner, value.get_ref()) {
        merge(inner, differing);
    } else {
        // The name must point to the release's own line too.
        whole.remove(key.get_ref().as_ref());
        whole.insert(key.clone(), value.clone());
    }
}

type Named<'d, 'a> = (
    &'d Spanned<std::borrow::Cow<'a, str>>,
    &'d Spanned<DeValue<'a>>,
);

fn overrides<'d, 'a>(document: &'d DeTable<'a>) -> impl Iterator<Item = Named<'d, 'a>> {
    document
        .get("release")
        .and_then(table_of)
        .into_iter()
        .flat_map(|table| table.iter())
}

fn table_of<'d, 'a>(value: &'d Spanned<DeValue<'a>>) -> Option<&'d DeTable<'a>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::recipe::Recipe;
    use std::path::Path;

    const RECIPE: &str = r#"
[package]
name = "demo"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "small thing"
depends = ["redis-server", "adduser"]

[service.web]
command = "/bin/a"
after = ["redis-server.service"]

[release.trixie]
package = { depends = ["valkey-server"] }
service.web.after = ["valkey-server.service"]
service.worker.command = "/bin/b"
"#;

    fn read(release: Option<&str>) -> (Vec<String>, Vec<String>) {
        let reading = Recipe::read_for(RECIPE, Path::new(""), release);
        let recipe = reading.value.expect("a recipe");
        let depends = recipe.package.relations.depends.iter();
        let services = recipe.services.iter();
        (
            depends.map(ToString::to_string).collect(),
            services
                .map(|service| format!("{} {:?}", service.name, service.after))
                .collect(),
        )
    }

    #[test]
    fn a_release_changes_single_keys_and_adds_tables() {
        let common = (
            vec!["redis-server".to_owned(), "adduser".to_owned()],
            vec![r#"web [Unit(UnitName("redis-server.service"))]"#.to_owned()],
        );
        assert_eq!(read(None), common);
        assert_eq!(read(Some("bookworm")), common);
        assert_eq!(
            read(Some("trixie")),
            (
                vec!["valkey-server".to_owned()],
                vec![
                    r#"web [Unit(UnitName("valkey-server.service"))]"#.to_owned(),
                    "worker []".to_owned(),
                ],
            )
        );
    }

    #[test]
    fn the_release_of_the_recipe_comes_before_that_of_the_machine() {
        let text = RECIPE.replace(
            "[service.web]",
            "[target]\nrelease = \"trixie\"\n[service.web]",
        );
        let reading = Recipe::read_for(&text, Path::new(""), Some("bookworm"));
        let recipe = reading.value.expect("a recipe");
        assert_eq!(recipe.services.len(), 2);
    }

    #[test]
    fn what_is_wrong_for_another_release_is_found_too() {
        let text = RECIPE.replace("/bin/b", "./b");
        let reading = Recipe::read_for(&text, Path::new(""), Some("bookworm"));
        assert!(reading.value.is_none());
        let titles: Vec<_> = reading
            .problems
            .iter()
            .map(|problem| problem.title.as_str())
            .collect();
        assert_eq!(
            titles,
            ["`release.trixie.service.worker.command` is not valid"]
        );
        assert_eq!(&text[reading.problems[0].span.clone()], "\"./b\"");
    }
}
