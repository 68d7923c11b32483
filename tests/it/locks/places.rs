//! Locks in a subdirectory of the source, and locks that name folders and repositories.

use super::app::{distributions, make, recipe, sha256};
use crate::context::{TestContext, TinyApp, UV, repository, succeed};
use crate::git::network::Network;
use std::path::{Path, PathBuf};
use std::process::Command;

const PYPROJECT: &str = "[project]\nname = \"thing\"\nversion = \"1.0\"\nrequires-python = \">=3.9\"\n\
                         dependencies = [\"alpha==1.0\", \"gamma\", \"folded\"]\n\
                         [tool.uv.sources]\nfolded = { path = \"lib/folded\" }\n";

/// Writes a project with a backend of its own whose module says a word.
fn project(context: &TestContext, folder: &str, name: &str, word: &str) {
    context.write(
        &format!("{folder}/pyproject.toml"),
        &format!(
            "[project]\nname = \"{name}\"\nversion = \"1.0\"\n[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n"
        ),
    );
    let info = format!("{name}-1.0.dist-info");
    context.write(
        &format!("{folder}/backend.py"),
        &format!(
            "import os, zipfile\ndef build_wheel(out, config_settings=None, metadata_directory=None):\n    \
                 with zipfile.ZipFile(os.path.join(out, '{name}-1.0-py3-none-any.whl'), 'w') as wheel:\n        \
                     wheel.writestr('{name}.py', 'word = {word:?}\\n')\n        \
                     wheel.writestr('{info}/METADATA', 'Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n')\n        \
                     wheel.writestr('{info}/WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')\n        \
                     wheel.writestr('{info}/RECORD', '{name}.py,,\\n{info}/METADATA,,\\n{info}/WHEEL,,\\n{info}/RECORD,,\\n')\n    \
                 return '{name}-1.0-py3-none-any.whl'\n"
        ),
    );
}

fn read(package: &Path, module: &str) -> String {
    let script = "dpkg-deb --fsys-tarfile \"$0\" | tar -xO --wildcards \"*/$1.py\"";
    succeed(
        Command::new("sh")
            .args(["-c", script])
            .arg(package)
            .arg(module),
    )
}

#[test]
fn a_lock_below_a_subdirectory_names_a_folder_and_a_commit_and_both_are_what_was_locked() {
    let mut network = Network::new();
    network.https();
    let context = TestContext::new();
    make(&context.path("wheels"), &["alpha==1.0", "alpha==2.0"]);
    let path = |name: &str| network.path(name).to_str().unwrap().to_owned();
    let wheels = context.path("wheels");
    let mut index = network.command("/usr/bin/python3");
    index
        .arg(repository().join("tests/it/locks/index.py"))
        .args(["8451", wheels.to_str().unwrap()])
        .args([path("server.pem"), path("server.key")])
        .args(["-", &path("index-log")]);
    network.start(index, "index", "up\n");
    project(&context, "gamma", "gamma", "locked");
    context.commit("gamma");
    let served = network.path("srv/gamma.git");
    git(
        &context,
        &["clone", "-q", "--bare", ".", served.to_str().unwrap()],
    );
    context.write(
        "app/web/pyproject.toml",
        &format!("{PYPROJECT}gamma = {{ git = \"https://localhost:8443/gamma.git\", branch = \"main\" }}\n"),
    );
    project(&context, "app/web/lib/folded", "folded", "in the source");
    context.write("app/web/none.txt", "");
    let authority = network.path("ca.pem");
    let mut lock = network.command(&*UV);
    lock.args(["lock", "--default-index", "../../simple"])
        .current_dir(context.path("app/web"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", context.path("home"))
        .env("UV_CACHE_DIR", context.path("uv-cache"))
        .env("UV_PYTHON", "/usr/bin/python3.11")
        .env("GIT_SSL_CAINFO", &authority);
    succeed(&mut lock);
    context.commit("app");
    // The branch goes on.
    project(&context, "gamma", "gamma", "newer");
    git(&context, &["commit", "-q", "-a", "-m", "more"]);
    git(&context, &["push", "-q", served.to_str().unwrap(), "main"]);

    for (installer, more) in [
        ("uv", ""),
        ("pip", ""),
        ("uv", "build-constraints = \"none.txt\"\n"),
    ] {
        let venv = format!(
            "lock = \"uv.lock\"\nproject = false\ninstaller = \"{installer}\"\nindex-url = \"https://localhost:8451/simple\"\n{more}[build]\n\
             env = {{ GIT_SSL_CAINFO = \"{}\" }}\n",
            authority.display()
        );
        let file = in_subdirectory(&context, &venv);
        let plan = succeed(context.command(["plan", "--json"]).arg(&file));
        let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
        let needed = plan["packages"][0]["apt"]["needed"].as_array().unwrap();
        assert!(needed.iter().any(|name| name == "git"), "{needed:?}");
        let mut build = network.command(crate::context::tool());
        build
            .args(["build", "-o", "out"])
            .arg(&file)
            .current_dir(context.path(""));
        context.set_environment(&mut build);
        build.env("SSL_CERT_FILE", &authority);
        for name in ["PIP_INDEX_URL", "http_proxy", "https_proxy"] {
            build.env_remove(name);
        }
        let package = PathBuf::from(succeed(&mut build).trim_end());
        let package = context.path("").join(package);
        assert_eq!(
            distributions(&context, &package),
            ["alpha 1.0", "folded 1.0", "gamma 1.0"],
            "{installer} {more}"
        );
        assert_eq!(read(&package, "gamma"), "word = \"locked\"\n");
        assert_eq!(read(&package, "folded"), "word = \"in the source\"\n");
    }
}

/// Runs git in the repository of `gamma`.
fn git(context: &TestContext, words: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
        .args(words)
        .current_dir(context.path("gamma"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    succeed(&mut git);
}

/// Writes a recipe of the folder `web` of the app.
fn in_subdirectory(context: &TestContext, venv: &str) -> PathBuf {
    let file = recipe(context, "recipe.toml", venv);
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace("git = \"app\"\n", "git = \"app\"\nsubdirectory = \"web\"\n");
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn a_requirement_in_a_repository_needs_git_and_others_do_not() {
    let context = TestContext::new();
    TinyApp {
        name: "thing",
        module: "thing.py",
        text: "\"\"",
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    for (package, needs) in [
        ("alpha==1.0", false),
        ("alpha @ git+https://x.example/a.git", true),
    ] {
        let file = recipe(
            &context,
            "recipe.toml",
            &format!("packages = [\"{package}\"]\n"),
        );
        let plan = succeed(context.command(["plan", "--json"]).arg(&file));
        let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
        let needed = plan["packages"][0]["apt"]["needed"].as_array().unwrap();
        assert_eq!(needed.iter().any(|name| name == "git"), needs, "{package}");
    }
}

#[test]
fn wheels_that_the_source_holds_are_installed_from_there() {
    let context = TestContext::new();
    make(&context.path("app/wheels"), &["alpha==1.0"]);
    let name = "alpha-1.0-py3-none-any.whl";
    let sum = sha256(&context.path("app/wheels").join(name));
    context.write(
        "app/pylock.toml",
        &format!(
            "lock-version = \"1.0\"\ncreated-by = \"hand\"\n[[packages]]\nname = \"alpha\"\nversion = \"1.0\"\n\
             wheels = [{{ name = \"{name}\", path = \"wheels/{name}\", hashes = {{ sha256 = \"{sum}\" }} }}]\n"
        ),
    );
    context.commit("app");
    let packages = ["uv", "pip"].map(|installer| {
        let venv =
            format!("project = false\nlock = \"pylock.toml\"\ninstaller = \"{installer}\"\n");
        let package = context.build(&recipe(&context, "recipe.toml", &venv));
        assert_eq!(distributions(&context, &package), ["alpha 1.0"]);
        sha256(&package)
    });
    assert_eq!(packages[0], packages[1]);
}
