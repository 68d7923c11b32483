//! What every test starts from.
//!
//! The tool runs in a cleared environment with a home and a cache of its own; the cache is shared by all tests, so that
//! each wheel is fetched once.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;

/// The variables through which a machine says how its index is reached; all others are cleared.
const NETWORK: &[&str] = &[
    "PIP_CERT",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_INDEX_URL",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The tool that is tested.
pub(crate) fn tool() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_deb-build-app"))
}

/// Where packages and caches are kept that several tests use: in memory when `tests/run` has found enough of it.
pub(crate) fn kept() -> PathBuf {
    let said = std::env::var_os("DEB_BUILD_APP_TESTS_KEPT");
    said.map_or_else(|| env!("CARGO_TARGET_TMPDIR").into(), PathBuf::from)
}

/// A folder for everything that a test makes, and the tool as it runs there.
pub(crate) struct TestContext {
    folder: TempDir,
    cache: PathBuf,
}

impl TestContext {
    /// Makes a folder with an empty home, an output folder, and the cache of all tests.
    pub(crate) fn new() -> Self {
        let context = TestContext {
            folder: tempfile::tempdir().unwrap(),
            cache: kept().join("cache"),
        };
        for folder in ["home", "out"] {
            std::fs::create_dir(context.path(folder)).unwrap();
        }
        // The checkout may be another user's, when the tests run as root through sudo.
        context.write("home/.gitconfig", "[safe]\n\tdirectory = *\n");
        context
    }

    /// Gives the test a cache of its own, which is empty.
    pub(crate) fn with_empty_cache(mut self) -> Self {
        self.cache = self.path("cache");
        self
    }

    /// Gives the test a cache of its own, with nothing in it but the uv that another build has fetched: whoever has none makes a
    /// pip first, which takes longer than most builds.
    pub(crate) fn with_only_uv(self) -> Self {
        let tools = UV.ancestors().nth(2).unwrap();
        let context = self.with_empty_cache();
        std::fs::create_dir(context.cache()).unwrap();
        succeed(Command::new("cp").arg("-a").arg(tools).arg(context.cache()));
        context
    }

    /// Returns a path in the test's folder.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Returns the folder of caches.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }

    /// Writes a file in the test's folder.
    pub(crate) fn write(&self, relative: &str, text: &str) -> PathBuf {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Makes a repository of the files below `relative`, with one commit of a fixed time.
    pub(crate) fn commit(&self, relative: &str) {
        for words in [
            &["init", "-q", "-b", "main"][..],
            &["add", "-A"],
            &["commit", "-q", "-m", "a commit"],
        ] {
            let mut git = Command::new("git");
            git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
                .args(words)
                .current_dir(self.path(relative))
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_AUTHOR_DATE", "2026-02-03T04:05:06Z")
                .env("GIT_COMMITTER_DATE", "2026-02-03T04:05:06Z");
            succeed(&mut git);
        }
    }

    /// Returns the tool with words, in the test's folder.
    pub(crate) fn command<W: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = W>) -> Command {
        let mut command = Command::new(tool());
        command
            .args(words)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        self.set_environment(&mut command);
        command
    }

    /// Returns the tool with words, which takes signals although the tests run where they are ignored: a shell does that for
    /// what it starts with `&`, and the tool leaves what is ignored so.
    pub(crate) fn interruptible<W: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = W>,
    ) -> Command {
        let mut command = Command::new("env");
        command
            .arg("--default-signal")
            .arg(tool())
            .args(words)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        self.set_environment(&mut command);
        command
    }

    /// Runs the tool; returns the exit code, standard output and standard error.
    pub(crate) fn said(&self, words: &[&str]) -> (Option<i32>, String, String) {
        let output = self.command(words).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            self.plain(&output.stderr),
        )
    }

    /// Clears a command's environment and sets what the tool needs.
    pub(crate) fn set_environment(&self, command: &mut Command) {
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", self.path("home"))
            .env("DEB_BUILD_APP_CACHE_DIR", &self.cache);
        for name in NETWORK {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
    }

    /// Builds a recipe that must succeed, and returns the package.
    pub(crate) fn build(&self, recipe: &Path) -> PathBuf {
        let output = succeed(self.command(["build", "--output", "out"]).arg(recipe));
        PathBuf::from(output.trim_end())
    }

    /// Replaces what differs from run to run in the tool's words.
    pub(crate) fn plain(&self, text: &[u8]) -> String {
        let folder = self.folder.path().to_str().unwrap();
        let cache = self.cache.to_str().unwrap();
        String::from_utf8_lossy(text)
            .replace(&format!("{cache}/work/"), "[WORK]/")
            .replace(cache, "[CACHE]")
            .replace(folder, "[TEST]")
    }
}

/// An app whose own build backend makes a wheel of one module, without a package from the index.
pub(crate) struct TinyApp<'a> {
    /// The distribution's name.
    pub(crate) name: &'a str,
    /// The module's file.
    pub(crate) module: &'a str,
    /// The module's text, as an expression of Python that the backend evaluates.
    pub(crate) text: &'a str,
    /// Further lines of the metadata.
    pub(crate) metadata: &'a str,
    /// What the backend does before it makes the wheel: statements of Python, one level deep.
    pub(crate) before: &'a str,
}

impl TinyApp<'_> {
    /// Writes the app below `app` in the test's folder and commits it.
    pub(crate) fn commit(&self, context: &TestContext) {
        let TinyApp {
            name,
            module,
            text,
            metadata,
            before,
        } = self;
        let info = format!("{name}-1.0.dist-info");
        context.write(
            "app/pyproject.toml",
            "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n",
        );
        context.write(
            "app/backend.py",
            &format!(
                r#"import os, subprocess, time, zipfile

def build_wheel(out, config_settings=None, metadata_directory=None):
    {before}
    files = {{
        "{module}": {text},
        "{info}/METADATA": "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{metadata}",
        "{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }}
    files["{info}/RECORD"] = "".join(file + ",,\n" for file in [*files, "{info}/RECORD"])
    with zipfile.ZipFile(os.path.join(out, "{name}-1.0-py3-none-any.whl"), "w") as wheel:
        for file, content in files.items():
            wheel.writestr(file, content)
    return "{name}-1.0-py3-none-any.whl"
"#
            ),
        );
        context.commit("app");
    }
}

/// Runs a command that must succeed, and returns its standard output.
pub(crate) fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command and returns standard output and error together, and the exit status.
pub(crate) fn outcome(command: &mut Command) -> (Output, Option<i32>) {
    let output = command.output().unwrap();
    let code = output.status.code();
    (output, code)
}

/// The package of the demo site, built once for all tests from this repository's last commit.
pub(crate) static DEMOSITE: LazyLock<PathBuf> = LazyLock::new(|| build_demosite("0.1", "1"));

/// The uv that the tool has fetched, into the cache of all tests.
pub(crate) static UV: LazyLock<PathBuf> = LazyLock::new(|| {
    // Any build brings it; while the first one is at work, there may be half of it.
    LazyLock::force(&DEMOSITE);
    let versions = std::fs::read_dir(kept().join("cache/tools")).unwrap();
    let found = versions.map(|entry| entry.unwrap().path().join("uv"));
    found.into_iter().find(|path| path.is_file()).unwrap()
});

/// The same site in a higher version.
pub(crate) static DEMOSITE_NEXT: LazyLock<PathBuf> = LazyLock::new(|| build_demosite("0.2", "1"));

/// Builds `recipes/demosite.toml` with another version, and keeps the package for this run of the tests.
fn build_demosite(version: &str, revision: &str) -> PathBuf {
    let context = TestContext::new();
    let recipe = demosite_recipe(&context, &repository(), version, revision);
    let built = context.build(&recipe);
    let kept = kept().join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
}

/// Writes the demo's recipe into the test's folder, for the repository at `repository`.
pub(crate) fn demosite_recipe(
    context: &TestContext,
    repository: &Path,
    version: &str,
    revision: &str,
) -> PathBuf {
    let text = std::fs::read_to_string(self::repository().join("recipes/demosite.toml")).unwrap();
    let version_line = "version = \"0.1\"";
    let source_line = "git = \"..\"";
    assert!(
        text.contains(version_line) && text.contains(source_line),
        "the recipe has changed"
    );
    let text = text
        .replace(
            version_line,
            &format!("version = \"{version}\"\nrevision = \"{revision}\""),
        )
        .replace(source_line, &format!("git = \"{}\"", repository.display()));
    context.write(&format!("demosite-{version}.toml"), &text)
}
