//! `build` of one or many recipes: which are meant, what is said of those that fail, and what the options change.

use crate::context::{TestContext, succeed};
use serde_json::Value;

/// Writes a recipe that installs one small distribution, with more lines at its end.
fn recipe(context: &TestContext, file: &str, name: &str, more: &str) {
    context.write(
        file,
        &format!(
            "[package]\nname = \"{name}\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n{more}"
        ),
    );
}

const SIX: &str = "[venv]\npackages = [\"six==1.17.0\"]\n";

/// An app without a project file cannot be made a wheel of.
fn broken_app(context: &TestContext) {
    context.write(
        "app/pyproject.toml",
        "[build-system]\nrequires = []\nbuild-backend = \"none\"\n",
    );
    context.commit("app");
}

#[test]
fn a_build_that_fails_does_not_stop_the_others_and_the_last_line_names_it() {
    let context = TestContext::new();
    broken_app(&context);
    recipe(&context, "a.toml", "several-a", SIX);
    recipe(&context, "b.toml", "several-b", "[source]\ngit = \"app\"\n");
    recipe(&context, "c.toml", "several-c", SIX);
    let (code, stdout, stderr) =
        context.said(&["build", "-q", "-o", "out/", "a.toml", "b.toml", "c.toml"]);
    assert_eq!(code, Some(1), "{stderr}");
    let path = |name: &str| {
        let path = context.path(format!("out/{name}_1.0-1_all.deb"));
        path.display().to_string()
    };
    assert_eq!(
        stdout,
        format!("{}\n{}\n", path("several-a"), path("several-c"))
    );
    assert!(
        stderr.starts_with(
            "error: `b.toml` cannot be built\n  caused by: building the virtualenv failed; the whole output is in \
             `[CACHE]/log/several-b.log`\n"
        ),
        "{stderr}"
    );
    assert_eq!(
        stderr.lines().last(),
        Some("error: 1 of 3 recipes could not be built: `b.toml`")
    );

    let (code, stdout, _) =
        context.said(&["build", "-q", "--json", "-o", "out/", "a.toml", "b.toml"]);
    assert_eq!(code, Some(1));
    let document: Value = serde_json::from_str(&stdout).unwrap();
    let names = |key: &str, name: &str| -> Vec<Value> {
        let list = document[key].as_array().unwrap();
        list.iter().map(|it| it[name].clone()).collect()
    };
    assert_eq!(names("packages", "path"), [path("several-a")]);
    assert_eq!(names("failures", "recipe"), ["b.toml"]);
    assert_eq!(names("failures", "exit_code"), [1]);
}

#[test]
fn problems_of_all_recipes_are_shown_before_the_first_is_built() {
    let context = TestContext::new().with_empty_cache();
    broken_app(&context);
    recipe(
        &context,
        "a.toml",
        "several-d",
        "[venv]\npackages = \"six\"\n",
    );
    recipe(&context, "b.toml", "several-e", SIX);
    recipe(
        &context,
        "c.toml",
        "several-f",
        "[source]\ngit = \"app\"\nref = \"mian\"\n",
    );
    let expected = "error[recipe::wrong-type]: `venv.packages` must be a list of strings\n";
    for command in ["build", "plan"] {
        let (code, stdout, stderr) = context.said(&[command, "a.toml", "b.toml", "c.toml"]);
        assert_eq!((code, stdout.as_str()), (Some(3), ""), "{stderr}");
        assert!(stderr.starts_with(expected), "{stderr}");
        assert!(
            stderr.ends_with(
                "error: `c.toml` cannot be planned\n  caused by: `mian` is not a tag, branch or commit of the repository at \
                 `[TEST]/app`\n\nhint: did you mean `main`? set `ref` in `[source]`\n\
                 error: 2 of 3 recipes could not be planned: `a.toml`, `c.toml`\n"
            ),
            "{stderr}"
        );
        assert!(!context.cache().exists(), "{command} has begun something");
    }
}

#[test]
fn several_packages_need_a_folder_and_names_of_their_own() {
    let context = TestContext::new();
    recipe(&context, "a.toml", "several-g", SIX);
    recipe(&context, "b.toml", "several-g", SIX);
    assert_eq!(
        context.said(&["build", "-o", "x.deb", "a.toml", "b.toml"]),
        (
            Some(2),
            String::new(),
            "error: several packages do not fit one file, `[TEST]/x.deb`\n\n\
             hint: name a folder with `--output [TEST]/x.deb/`\n"
                .to_owned()
        )
    );
    assert_eq!(
        context.said(&["build", "a.toml", "b.toml"]),
        (
            Some(1),
            String::new(),
            "error: `a.toml` and `b.toml` both make several-g 1.0-1: one package would replace the other\n\n\
             hint: build them one after the other into different folders, or give one another `version`\n"
                .to_owned()
        )
    );
}

#[test]
fn without_a_name_the_recipe_is_the_one_that_is_there_by_custom() {
    let context = TestContext::new();
    assert_eq!(
        context.said(&["build"]),
        (
            Some(3),
            String::new(),
            "error: there is no recipe here: neither `deb-build-app.toml` nor a `.toml` file in `recipes`\n\n\
             hint: name a recipe, or write one with `deb-build-app init`\n"
                .to_owned()
        )
    );
    let planned = || {
        let said = succeed(&mut context.command(["plan"]));
        said.split(' ').next().unwrap().to_owned()
    };
    recipe(&context, "recipes/one.toml", "one", SIX);
    context.write("recipes/readme.md", "");
    assert_eq!(planned(), "one");
    recipe(&context, "recipes/two.toml", "two", SIX);
    assert_eq!(
        context.said(&["plan"]),
        (
            Some(3),
            String::new(),
            "error: no recipe is named, there is no `deb-build-app.toml`, and there are several in `recipes`\n  \
             | recipes/one.toml\n  | recipes/two.toml\n\nhint: name one or more of them\n"
                .to_owned()
        )
    );
    recipe(&context, "deb-build-app.toml", "own", SIX);
    assert_eq!(planned(), "own");
}

#[test]
fn the_command_line_has_the_last_word_on_version_and_compression() {
    let context = TestContext::new();
    recipe(
        &context,
        "a.toml",
        "several-h",
        &format!("{SIX}[output]\ncompression = \"zstd:1\"\n"),
    );
    let built = |words: &[&str]| {
        let mut command = context.command(["build", "-q", "-o", "out", "a.toml"]);
        let path = succeed(command.args(words));
        let path = path.trim_end();
        let mut dpkg = std::process::Command::new("dpkg-deb");
        let version = succeed(dpkg.args(["-f", path, "Version"]));
        let mut ar = std::process::Command::new("ar");
        let members = succeed(ar.args(["t", path]));
        let name = path.rsplit('/').next().unwrap().to_owned();
        let data = members.lines().last().unwrap().to_owned();
        (name, version.trim_end().to_owned(), data)
    };
    let expected = |name: &str, version: &str, data: &str| {
        (name.to_owned(), version.to_owned(), data.to_owned())
    };
    assert_eq!(
        built(&["--deb-version", "2:3.0~x-4"]),
        expected("several-h_3.0~x-4_all.deb", "2:3.0~x-4", "data.tar.zst")
    );
    assert_eq!(
        built(&["--revision", "7", "--compression", "xz:1"]),
        expected("several-h_1.0-7_all.deb", "1.0-7", "data.tar.xz")
    );
    let (code, _, stderr) = context.said(&["build", "a.toml", "--revision", "1-2"]);
    assert_eq!(code, Some(2));
    assert!(
        stderr.starts_with(
            "error: invalid value '1-2' for '--revision <N>': a revision has letters, digits, `.`, `+` and `~`\n"
        ),
        "{stderr}"
    );
}

#[test]
fn folders_of_the_build_that_hold_the_prefix_are_refused_by_the_plan() {
    let context = TestContext::new();
    recipe(&context, "a.toml", "several-i", SIX);
    assert_eq!(
        context.said(&["plan", "--cache-dir", "/opt/several-i", "a.toml"]),
        (
            Some(1),
            String::new(),
            "error: the app will be at `/opt/several-i`, and this build uses `/opt/several-i`\n\n\
             hint: move the recipe, the repository or the cache elsewhere, or set another `prefix` in `[venv]`\n"
                .to_owned()
        )
    );
}
