//! Recipes that are refused, each with the whole text that says why: `fixtures/recipes/invalid/NAME.toml` and `NAME.stderr`.

use crate::context::{TestContext, outcome, repository};

/// Set this to write the texts anew; the change is then reviewed as a document.
const ACCEPT: &str = "DEB_BUILD_APP_ACCEPT";

#[test]
fn every_invalid_recipe_is_refused_with_its_text() {
    let folder = repository().join("fixtures/recipes/invalid");
    let mut recipes: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    recipes.sort();
    assert!(recipes.len() >= 5, "the fixtures are there");
    let mut wrong = Vec::new();
    for recipe in recipes {
        let context = TestContext::new();
        let name = recipe.file_name().unwrap();
        std::fs::copy(&recipe, context.path(name)).unwrap();
        let (output, code) = outcome(context.command(["build", "-o", "out"]).arg(name));
        assert_eq!(
            (code, output.stdout.as_slice()),
            (Some(3), &b""[..]),
            "{}",
            recipe.display()
        );
        let said = context.plain(&output.stderr);
        let expected = recipe.with_extension("stderr");
        if std::env::var_os(ACCEPT).is_some() {
            std::fs::write(&expected, &said).unwrap();
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        if said != wanted {
            wrong.push(format!(
                "--- {}\n{wanted}+++ found\n{said}",
                expected.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_recipe_that_is_not_there_says_so() {
    let context = TestContext::new();
    let (output, code) = outcome(&mut context.command(["build", "none.toml"]));
    assert_eq!(code, Some(3));
    assert_eq!(
        context.plain(&output.stderr),
        "error: there is no recipe `none.toml`\n\nhint: name a recipe file, such as `recipes/demosite.toml`\n"
    );
}
