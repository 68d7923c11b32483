//! The five systems that this program is for, each from its recipe in `recipes/` to a host where it is used as a person would.

mod demosite_sysv;
mod hello;
mod host;
mod psdash;
mod pyoseo;
mod pypaas;

use crate::context::repository;
use std::fs::read_to_string;

/// Asserts that a recipe has all that is shown of it, each key in its table and each table of an array at its place.
fn says(place: &str, recipe: &toml::Value, shown: &toml::Value) {
    match (recipe, shown) {
        (toml::Value::Table(recipe), toml::Value::Table(shown)) => {
            for (key, shown) in shown {
                let place = format!("{place}: {key}");
                let there = recipe.get(key);
                says(
                    &place,
                    there.unwrap_or_else(|| panic!("{place} is not there")),
                    shown,
                );
            }
        }
        (toml::Value::Array(recipe), toml::Value::Array(shown)) if shown[0].is_table() => {
            assert!(recipe.len() >= shown.len(), "{place}");
            for (recipe, shown) in recipe.iter().zip(shown) {
                says(place, recipe, shown);
            }
        }
        _ => assert_eq!(recipe, shown, "{place}"),
    }
}

#[test]
fn the_readme_shows_what_the_recipes_say() {
    let readme = read_to_string(repository().join("README.md")).unwrap();
    let (_, section) = readme.split_once("## Recipes of whole systems\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let recipes: Vec<_> = section.split("](recipes/").skip(1).collect();
    let mut shown = Vec::new();
    for text in recipes {
        let (name, rest) = text.split_once(')').unwrap();
        let recipe = read_to_string(repository().join("recipes").join(name)).unwrap();
        let (_, lines) = rest.split_once("```toml\n").unwrap();
        let (lines, _) = lines.split_once("```").unwrap();
        assert!((7..=10).contains(&lines.lines().count()), "{name}");
        let shown_keys: toml::Value = toml::from_str(lines).unwrap();
        says(name, &toml::from_str(&recipe).unwrap(), &shown_keys);
        shown.push(name.to_owned());
    }
    shown.sort();
    let mut all: Vec<_> = std::fs::read_dir(repository().join("recipes"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        // The rest are files of theirs.
        .filter(|path| path.is_file())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    all.sort();
    assert_eq!(shown, all);
}
