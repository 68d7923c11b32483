use crate::context::{TestContext, succeed};
use std::path::Path;
use std::process::Command;

fn git(folder: &Path, words: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_DATE", "2026-02-03T04:05:06Z")
        .env("GIT_COMMITTER_DATE", "2026-02-03T04:05:06Z");
    succeed(&mut git);
}

fn recipe(context: &TestContext, rest: &str) -> std::path::PathBuf {
    context.write(
        "recipe.toml",
        &format!(
            "[package]\nname = \"demo\"\nversion = \"0.1\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small app\"\n\n{rest}"
        ),
    )
}

fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == ending)
}

/// Returns the paths in a package.
fn paths(package: &Path) -> Vec<String> {
    let listed = succeed(Command::new("dpkg-deb").arg("-c").arg(package));
    let paths = listed
        .lines()
        .filter_map(|line| line.split_whitespace().nth(5));
    paths.map(str::to_owned).collect()
}

/// Builds twice and returns the first package; both must be the same bytes.
fn build_twice(context: &TestContext, recipe: &Path) -> std::path::PathBuf {
    let built = context.build(recipe);
    let first = context.path("first.deb");
    std::fs::rename(&built, &first).unwrap();
    let again = context.build(recipe);
    assert!(
        std::fs::read(&first).unwrap() == std::fs::read(again).unwrap(),
        "two builds differ"
    );
    first
}

#[test]
fn setuptools_scm_finds_the_tag_and_the_files_of_the_commit_and_of_patches() {
    let context = TestContext::new();
    context.write(
        "app/pyproject.toml",
        "[build-system]\nrequires = [\"setuptools==75.6.0\", \"setuptools-scm==8.1.0\"]\nbuild-backend = \"setuptools.build_meta\"\n\
         [project]\nname = \"demo\"\ndynamic = [\"version\"]\n[tool.setuptools_scm]\nversion_file = \"demo/_version.py\"\n\
         [tool.setuptools.packages.find]\ninclude = [\"demo*\"]\n",
    );
    context.write("app/demo/__init__.py", "");
    context.write("app/demo/data/committed.txt", "committed\n");
    context.commit("app");
    git(&context.path("app"), &["tag", "v1.2.3"]);
    context.write("app/demo/data/untracked.txt", "untracked\n");
    context.write(
        "fix.patch",
        "diff --git a/demo/data/patched.txt b/demo/data/patched.txt\nnew file mode 100644\n--- /dev/null\n\
         +++ b/demo/data/patched.txt\n@@ -0,0 +1 @@\n+patched\n",
    );
    let recipe = recipe(
        &context,
        "[source]\ngit = \"app\"\npatches = [\"fix.patch\"]\n",
    );
    let package = build_twice(&context, &recipe);
    let ours: Vec<_> = paths(&package)
        .into_iter()
        .filter(|path| {
            path.contains("demo-") || path.contains("/demo/") && !has_ending(path, "pyc")
        })
        .filter_map(|path| path.split("/site-packages/").nth(1).map(str::to_owned))
        .filter(|path| {
            has_ending(path, "txt") && !path.contains("dist-info/") || path.ends_with("METADATA")
        })
        .collect();
    assert_eq!(
        ours,
        [
            "demo/data/committed.txt",
            "demo/data/patched.txt",
            "demo-1.2.3.dist-info/METADATA"
        ]
    );
    assert!(!context.path("app/demo/_version.py").exists());
}

#[test]
fn hatch_vcs_in_a_subdirectory_finds_the_repository_above_it() {
    let context = TestContext::new();
    context.write(
        "all/services/web/pyproject.toml",
        "[build-system]\nrequires = [\"hatchling==1.26.3\", \"hatch-vcs==0.4.0\"]\nbuild-backend = \"hatchling.build\"\n\
         [project]\nname = \"demo\"\ndynamic = [\"version\"]\n[tool.hatch.version]\nsource = \"vcs\"\n\
         [tool.hatch.version.raw-options]\nroot = \"../..\"\n[tool.hatch.build.targets.wheel]\npackages = [\"demo\"]\n",
    );
    context.write("all/services/web/demo/__init__.py", "");
    context.write("all/README", "all\n");
    context.commit("all");
    git(
        &context.path("all"),
        &["tag", "-a", "-m", "a release", "v2.0"],
    );
    context.write("all/README", "more\n");
    git(&context.path("all"), &["commit", "-q", "-am", "more"]);
    let id = succeed(
        Command::new("git")
            .args(["rev-parse", "--short=9", "HEAD"])
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .current_dir(context.path("all")),
    );
    let recipe = recipe(
        &context,
        "[source]\ngit = \"all\"\nsubdirectory = \"services/web\"\n",
    );
    let package = build_twice(&context, &recipe);
    let paths = paths(&package);
    let metadata = paths
        .iter()
        .find(|path| path.ends_with("METADATA"))
        .unwrap();
    let version = metadata.split("/demo-").nth(1).unwrap();
    assert!(
        version.starts_with("2.1.dev1+g") && id.starts_with(&version[10..17]),
        "{version} {id}"
    );
}
