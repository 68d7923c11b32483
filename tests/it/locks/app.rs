//! Distributions made in the test, an app that needs some of them, and its locks.

use crate::context::{TestContext, UV, repository, succeed};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes distributions in a folder.
pub(crate) fn make(folder: &Path, words: &[&str]) {
    std::fs::create_dir_all(folder).unwrap();
    let mut python = Command::new("/usr/bin/python3");
    python
        .arg(repository().join("tests/it/locks/wheels.py"))
        .arg(folder)
        .args(words);
    succeed(&mut python);
}

/// The distributions that the app may need, some of them in versions that its locks do not name.
pub(crate) const DISTRIBUTIONS: &[&str] = &[
    "alpha==1.0",
    "needs:beta>=1",
    "alpha==2.0",
    "beta==1.5",
    "beta==1.9",
    "gamma==1.0",
    "needs:delta",
    "delta==1.0;cp311-abi3-manylinux_2_17_x86_64",
    "delta==1.0;py3-none-any",
    "delta==1.0;cp312-abi3-win_amd64",
    "winonly==1.0",
    "old==1.0",
    "server==1.0",
];

/// Returns the SHA-256 of a file.
pub(crate) fn sha256(path: &Path) -> String {
    let said = succeed(Command::new("sha256sum").arg(path));
    said.split(' ').next().unwrap().to_owned()
}

/// Runs uv in a folder with an empty configuration.
pub(crate) fn run_uv(context: &TestContext, folder: &str, words: &[&str]) -> String {
    let mut command = Command::new(&*UV);
    command
        .args(words)
        .current_dir(context.path(folder))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", context.path("home"))
        .env("UV_CACHE_DIR", context.path("uv-cache"))
        .env("UV_PYTHON", "/usr/bin/python3.11")
        .env("UV_PYTHON_DOWNLOADS", "never");
    succeed(&mut command)
}

const PYPROJECT: &str = r#"
[project]
name = "thing"
version = "1.0"
requires-python = ">=3.9"
dependencies = ["alpha==1.0", "winonly; sys_platform == 'win32'", "old; python_version < '3.11'"]
[project.optional-dependencies]
web = ["gamma==1.0"]
[dependency-groups]
dev = ["server"]
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"#;

const BACKEND: &str = r#"import os, zipfile

def build_wheel(out, config_settings=None, metadata_directory=None):
    info = "thing-1.0.dist-info"
    files = {
        "thing.py": "import alpha\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\nRequires-Dist: alpha==1.0\nProvides-Extra: web\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(os.path.join(out, "thing-1.0-py3-none-any.whl"), "w") as wheel:
        for file, content in files.items():
            wheel.writestr(file, content)
    return "thing-1.0-py3-none-any.whl"

build_editable = build_wheel
"#;

/// Makes the distributions in `wheels` and the app in `app`, with locks of each kind, all made of uv's.
pub(crate) fn app_with_locks(context: &TestContext) {
    make(&context.path("wheels"), DISTRIBUTIONS);
    context.write("app/pyproject.toml", PYPROJECT);
    context.write("app/backend.py", BACKEND);
    // The lowest, so that the lock differs from what a fresh resolution finds.
    let words = [
        "lock",
        "--default-index",
        "../simple",
        "--resolution",
        "lowest",
    ];
    run_uv(context, "app", &words);
    let words = [
        "export",
        "--frozen",
        "--default-index",
        "../simple",
        "--no-dev",
        "--no-emit-project",
        "--format",
        "pylock.toml",
        "-o",
        "pylock.toml",
        "--all-extras",
    ];
    run_uv(context, "app", &words);
    context.write("app/poetry.lock", &poetry_lock(&context.path("wheels")));
    context.commit("app");
}

/// Writes what Poetry would: the same versions.
fn poetry_lock(wheels: &Path) -> String {
    let mut names: Vec<_> = std::fs::read_dir(wheels)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut text = String::new();
    for (name, version, more) in [
        ("alpha", "1.0", "optional = false\ngroups = [\"main\"]"),
        ("beta", "1.5", "optional = false\ngroups = [\"main\"]"),
        (
            "gamma",
            "1.0",
            "optional = true\ngroups = [\"main\"]\nmarkers = \"extra == \\\"web\\\"\"",
        ),
        (
            "delta",
            "1.0",
            "optional = true\ngroups = [\"main\"]\nmarkers = \"extra == \\\"web\\\"\"",
        ),
        (
            "old",
            "1.0",
            "optional = false\ngroups = [\"main\"]\nmarkers = \"python_version < \\\"3.11\\\"\"",
        ),
        ("server", "1.0", "optional = false\ngroups = [\"dev\"]"),
    ] {
        let _ = write!(
            text,
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\npython-versions = \"*\"\n{more}\nfiles = [\n"
        );
        let prefix = format!("{name}-{version}");
        for file in names.iter().filter(|file| file.starts_with(&prefix)) {
            let hash = sha256(&wheels.join(file));
            let _ = writeln!(text, "    {{file = \"{file}\", hash = \"sha256:{hash}\"}},");
        }
        text.push_str("]\n\n");
    }
    text.push_str("[extras]\nweb = [\"gamma\"]\n\n[metadata]\nlock-version = \"2.1\"\npython-versions = \">=3.9\"\n");
    text
}

/// Writes a recipe for the app with these lines in `[venv]`.
pub(crate) fn recipe(context: &TestContext, name: &str, venv: &str) -> PathBuf {
    let text = format!(
        "[package]\nname = \"thing\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"app with a lock\"\n\n\
         [source]\ngit = \"app\"\n\n[venv]\n{venv}\n"
    );
    context.write(name, &text)
}

/// Builds an app with this `[venv]`, and returns what is warned of.
pub(crate) fn warnings(context: &TestContext, venv: &str) -> String {
    let file = recipe(context, "recipe.toml", venv);
    let mut build = context.command(["build", "-o", "out", "-q"]);
    let output = build.arg(file).output().unwrap();
    context.plain(&output.stderr)
}

/// Returns the distributions in a package, as `name version`.
pub(crate) fn distributions(context: &TestContext, package: &Path) -> Vec<String> {
    let listed = succeed(
        Command::new("dpkg-deb")
            .arg("-c")
            .arg(package)
            .current_dir(context.path("")),
    );
    let mut found: Vec<_> = listed
        .lines()
        .filter_map(|line| {
            let path = line
                .split_whitespace()
                .last()?
                .strip_suffix(".dist-info/METADATA")?;
            let (name, version) = path.rsplit('/').next()?.split_once('-')?;
            Some(format!("{name} {version}"))
        })
        .collect();
    found.sort();
    found
}
