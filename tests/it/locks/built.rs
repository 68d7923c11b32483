//! Building with what has a hash: what comes unchecked without `build-constraints`, and that nothing does with it.

use super::app::{make, recipe, run_uv, sha256};
use crate::context::{TestContext, succeed};
use std::path::{Path, PathBuf};
use std::process::Command;

const OFFLINE: &str = "find-links = [\"wheels\"]\noffline = true\n";

/// A backend that is built with `maker`, and leaves the version of it in the module.
const BACKEND: &str = r#"import maker, os, zipfile

def build_wheel(out, config_settings=None, metadata_directory=None):
    info = "thing-1.0.dist-info"
    files = {
        "thing.py": f"made_with = {maker.version!r}\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\nRequires-Dist: beta==1.5\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(os.path.join(out, "thing-1.0-py3-none-any.whl"), "w") as wheel:
        for file, content in files.items():
            wheel.writestr(zipfile.ZipInfo(file), content)
    return "thing-1.0-py3-none-any.whl"

build_editable = build_wheel
"#;

const PYPROJECT: &str = "[project]\nname = \"thing\"\nversion = \"1.0\"\nrequires-python = \">=3.9\"\ndependencies = [\"beta==1.5\"]\n\
                         [build-system]\nrequires = [\"maker\"]\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n";

/// An app that is built with `maker`, as is the source distribution that its lock names.
fn app() -> TestContext {
    let context = TestContext::new();
    make(
        &context.path("wheels"),
        &["beta==1.5;sdist+maker", "maker==1.0"],
    );
    context.write("app/pyproject.toml", PYPROJECT);
    context.write("app/backend.py", BACKEND);
    run_uv(&context, "app", &["lock", "--default-index", "../simple"]);
    context.commit("app");
    context
}

/// Commits what has changed since.
fn commit_again(context: &TestContext) {
    std::fs::remove_dir_all(context.path("app/.git")).unwrap();
    context.commit("app");
}

fn lock_recipe(context: &TestContext, installer: &str, more: &str) -> PathBuf {
    let venv = format!("lock = \"uv.lock\"\ninstaller = \"{installer}\"\n{OFFLINE}{more}");
    recipe(context, "recipe.toml", &venv)
}

/// Builds, and returns the exit code and what was said.
fn build(context: &TestContext, file: &Path, words: &[&str]) -> (Option<i32>, String) {
    let mut command = context.command(["build", "-q", "-o", "out"]);
    let output = command.args(words).arg(file).output().unwrap();
    (output.status.code(), context.plain(&output.stderr))
}

/// Returns the version of `maker` that the two modules were made with.
fn made_with(package: &Path) -> String {
    let script =
        "dpkg-deb --fsys-tarfile \"$0\" | tar -xO --wildcards '*/thing.py' '*/beta.py' | grep made";
    succeed(Command::new("sh").args(["-c", script]).arg(package))
}

#[test]
fn what_comes_unchecked_beside_a_lock_is_named_and_pinned_for_the_next_build() {
    let context = app();
    let package = context.path("out/thing_1.0-1_all.deb");
    let written = context.path("out/thing_1.0-1_all.build-requirements.txt");
    let hash = sha256(&context.path("wheels/maker-1.0-py3-none-any.whl"));
    let pins = format!(
        "# What deb-build-app built with. To build with the same again, commit this file and name it in `[venv] build-constraints`.\n\
         maker==1.0 \\\n    --hash=sha256:{hash}\n"
    );
    // With uv a second time, too, when its cache has what was built.
    for installer in ["uv", "uv", "pip"] {
        let (code, said) = build(&context, &lock_recipe(&context, installer, ""), &[]);
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains(
                "warning: the lock says nothing of what is built with, so that this came unchecked: `maker` 1.0; the file \
                 `….build-requirements.txt` beside the package pins it"
            ),
            "{installer}: {said}"
        );
        assert_eq!(std::fs::read_to_string(&written).unwrap(), pins);
        std::fs::remove_file(&written).unwrap();
    }
    let lock = context.path("commit.lock");
    let file = lock_recipe(&context, "uv", "");
    let (code, said) = build(&context, &file, &["--lock", lock.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = build(&context, &file, &["--locked", lock.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("with `--locked`, nothing is built with build requirements that have no hash, and the lock has no wheel for some: `beta` from its source distribution")
            && said.contains("name it in `build-constraints` of `[venv]`"),
        "{said}"
    );

    // A newer one has appeared since, and the file that was written is committed.
    make(&context.path("wheels"), &["maker==2.0"]);
    context.write("app/build.txt", &pins);
    commit_again(&context);
    let _ = std::fs::remove_file(&written);
    let mut sums = Vec::new();
    for installer in ["uv", "pip"] {
        let file = lock_recipe(&context, installer, "build-constraints = \"build.txt\"\n");
        let (code, said) = build(&context, &file, &["--lock", lock.to_str().unwrap()]);
        assert_eq!(
            (code, said.as_str()),
            (
                Some(0),
                "warning: the lock has no wheel for some, which are built on this machine: `beta` from its source distribution; what is \
                 built depends on the compiler: a lock with their wheels would pin it\n"
            )
        );
        assert_eq!(
            made_with(&package),
            "made_with = '1.0'\nmade_with = '1.0'\n"
        );
        assert!(!written.exists());
        sums.push(sha256(&package));
    }
    assert_eq!(sums[0], sums[1]);
    let file = lock_recipe(&context, "uv", "build-constraints = \"build.txt\"\n");
    let (code, said) = build(&context, &file, &["--locked", lock.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(sha256(&package), sums[0]);
}

#[test]
fn another_file_under_the_name_of_a_build_requirement_is_refused_and_none_is_fetched_besides() {
    let context = app();
    let wheel = context.path("wheels/maker-1.0-py3-none-any.whl");
    let pins = format!("maker==1.0 --hash=sha256:{}\n", sha256(&wheel));
    context.write("app/build.txt", &pins);
    context.write("app/none.txt", "");
    commit_again(&context);
    let with = |file: &str| {
        let more = format!("build-constraints = \"{file}\"\n");
        build(&context, &lock_recipe(&context, "uv", &more), &[])
    };
    let (code, said) = with("none.txt");
    assert_eq!(code, Some(1));
    assert!(
        said.contains("Some build dependencies for")
            && said.contains("'maker'")
            && said
                .contains("hint: add what the lines above name to the file of `build-constraints`"),
        "{said}"
    );
    // The same name and version, and other bytes.
    make(&context.path("wheels"), &["maker==1.0", "needs:beta"]);
    assert!(!pins.contains(&sha256(&wheel)));
    let (code, said) = with("build.txt");
    assert_eq!(code, Some(1));
    assert!(
        said.contains("building with the requirements of `build-constraints` failed")
            && said.contains("THESE PACKAGES DO NOT MATCH THE HASHES"),
        "{said}"
    );
    assert_eq!(std::fs::read_dir(context.path("out")).unwrap().count(), 0);
}

/// A backend that writes down each time it builds.
const COUNTED: &str = r#"import os, zipfile

def build_wheel(out, config_settings=None, metadata_directory=None):
    with open(os.environ["BUILT"], "a") as log:
        log.write("built\n")
    info = "counted-1.0.dist-info"
    files = {
        "counted.py": "answer = 42\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: counted\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(os.path.join(out, "counted-1.0-py3-none-any.whl"), "w") as wheel:
        for file, content in files.items():
            wheel.writestr(zipfile.ZipInfo(file), content)
    return "counted-1.0-py3-none-any.whl"
"#;

#[test]
fn what_was_built_from_source_is_named_again_by_the_next_build_and_pip_does_not_build_it_again() {
    let context = TestContext::new();
    context.write("app/README", "");
    context.commit("app");
    context.write("out/none", "");
    context.write("counted-1.0/backend.py", COUNTED);
    context.write(
        "counted-1.0/pyproject.toml",
        "[project]\nname = \"counted\"\nversion = \"1.0\"\n[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n",
    );
    context.write(
        "counted-1.0/PKG-INFO",
        "Metadata-Version: 2.1\nName: counted\nVersion: 1.0\n",
    );
    context.write("wheels/none", "");
    let mut tar = Command::new("tar");
    succeed(
        tar.args(["-czf", "wheels/counted-1.0.tar.gz", "counted-1.0"])
            .current_dir(context.path("")),
    );
    let log = context.path("built");
    let package = context.path("out/thing_1.0-1_all.deb");
    let mut sums = Vec::new();
    for installer in ["uv", "pip"] {
        let venv = format!(
            "project = false\npackages = [\"counted==1.0\"]\ninstaller = \"{installer}\"\n{OFFLINE}[build]\nenv = {{ BUILT = \"{}\" }}\n",
            log.display()
        );
        let file = recipe(&context, "recipe.toml", &venv);
        let first = build(&context, &file, &[]);
        assert_eq!(first.0, Some(0), "{}", first.1);
        assert!(first.1.contains("`counted`"), "{}", first.1);
        let built = std::fs::read_to_string(&log).unwrap();
        sums.push(sha256(&package));
        assert_eq!(build(&context, &file, &[]), first, "{installer}");
        if installer == "pip" {
            assert_eq!(std::fs::read_to_string(&log).unwrap(), built);
        }
        sums.push(sha256(&package));
    }
    assert!(sums.iter().all(|sum| *sum == sums[0]), "{sums:?}");
}
