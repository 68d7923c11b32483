//! Whole errors as the user sees them: what is said, what to do, and the exit code.

mod source;

use crate::context::{TestContext, TinyApp, UV, outcome, tool};
use std::process::Command;

const HEAD: &str = r#"
[package]
name = "demo"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "small thing"
"#;

/// The rest of a recipe that installs a requirements file of the source.
const REQUIREMENTS: &str =
    "[source]\ngit = \"app\"\n[venv]\nproject = false\nrequirements = [\"requirements.txt\"]\n";

/// Runs `build` on a recipe that must fail, and returns the exit code and the errors without progress.
fn failure(context: &TestContext, recipe: &str) -> (i32, String) {
    let recipe = context.write("recipe.toml", &format!("{HEAD}{recipe}"));
    failure_of(
        context,
        context.command(["build", "-q", "-o", "out"]).arg(recipe),
    )
}

fn failure_of(context: &TestContext, command: &mut Command) -> (i32, String) {
    let (output, code) = outcome(command);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "",
        "standard output is for the package alone"
    );
    let left: Vec<_> = std::fs::read_dir(context.path("out")).unwrap().collect();
    assert!(left.is_empty(), "a failed build leaves {left:?}");
    (code.unwrap(), context.plain(&output.stderr))
}

#[test]
fn a_requirement_that_does_not_exist_is_named() {
    let context = TestContext::new();
    let (code, said) = failure(&context, "[venv]\npackages = [\"flask==99.99\"]\n");
    assert_eq!(code, 1);
    assert!(
        said.starts_with(
            "error: building the virtualenv failed; the whole output is in `[CACHE]/log/demo.log`\n  \
             caused by: installing the Python distributions failed\n  \
             caused by: `uv pip install` exited with status 1\n  | "
        ),
        "{said}"
    );
    // The installer's own words may change; what it says no to must be there.
    assert!(said.contains("flask==99.99"), "{said}");
    assert!(
        said.ends_with("hint: check the pins: the lines above say which one the index does not have, or has with another hash\n"),
        "{said}"
    );
}

#[test]
fn without_a_network_the_error_says_that_the_index_is_out_of_reach() {
    let context = TestContext::new().with_empty_cache();
    let recipe = context.write(
        "recipe.toml",
        &format!("{HEAD}[venv]\npackages = [\"flask\"]\n"),
    );
    let mut command = Command::new("unshare");
    command
        .args(["--net", "--"])
        .arg(tool())
        .args(["build", "-q", "-o"])
        .arg(context.path("out"))
        .arg(recipe);
    context.set_environment(&mut command);
    let (code, said) = failure_of(&context, &mut command);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("caused by: installing the Python distributions failed\n"),
        "{said}"
    );
    assert!(
        said.ends_with(
            "hint: this machine does not reach its package index: check the network, `https_proxy`, `PIP_INDEX_URL` and the \
             certificates of the machine\n"
        ),
        "{said}"
    );
}

#[test]
fn a_python_of_another_release_or_under_a_home_folder_is_refused() {
    let context = TestContext::new();
    let (code, said) = failure(
        &context,
        "[venv]\npackages = [\"six\"]\npython = \"/root/.pyenv/bin/python3\"\n",
    );
    assert_eq!(
        (code, said.as_str()),
        (
            3,
            "error: `/root/.pyenv/bin/python3` cannot be the Python of a package: it is under a home folder, which the \
             target does not have\n\nhint: leave `python` in `[venv]` away: this release's own is `/usr/bin/python3.11`\n"
        )
    );
    let (code, said) = failure(
        &context,
        "[venv]\npackages = [\"six\"]\n[target]\nrelease = \"trixie\"\n",
    );
    assert_eq!(
        (code, said.as_str()),
        (
            4,
            "error: the recipe is for `trixie`, but this machine is `bookworm`\n\n\
             hint: build on `trixie`: a virtualenv works only with the Python of the release it was made on\n"
        )
    );
}

#[test]
fn a_package_that_is_missing_is_an_exact_command_for_who_may_not_install() {
    let context = TestContext::new();
    let recipe = context.write(
        "recipe.toml",
        &format!(
            "{HEAD}[build]\napt = [\"gcc\", \"no-such-package\"]\n[venv]\npackages = [\"six\"]\n"
        ),
    );
    let said = failure_of(
        &context,
        context
            .command(["build", "-q", "--no-apt", "-o", "out"])
            .arg(&recipe),
    );
    let expected = "error: the build needs packages that are not installed: `no-such-package`\n\n\
                    hint: run `sudo apt-get install -y no-such-package` and build again\n";
    assert_eq!(said, (4, expected.to_owned()));
}

#[test]
fn an_editable_requirement_is_refused_with_its_line() {
    let context = TestContext::new();
    context.write("app/requirements.txt", "six\n-e .\n");
    context.commit("app");
    let (code, said) = failure(&context, REQUIREMENTS);
    assert_eq!(code, 1);
    assert_eq!(
        said,
        "error: `requirements.txt` line 2 asks for an editable install: `-e .`\n\n\
         hint: name the distribution instead; the app itself is installed by `project = true`\n"
    );
}

#[test]
fn a_requirement_whose_hash_is_wrong_does_not_come_in() {
    let context = TestContext::new();
    let zeros = "0".repeat(64);
    context.write(
        "app/requirements.txt",
        &format!("six==1.17.0 --hash=sha256:{zeros}\n"),
    );
    context.commit("app");
    let (code, said) = failure(&context, REQUIREMENTS);
    assert_eq!(code, 1);
    assert!(
        said.contains("installing the Python distributions failed"),
        "{said}"
    );
    assert!(
        said.contains(&zeros),
        "the installer names the hash it wanted: {said}"
    );
}

#[test]
fn a_path_of_the_build_machine_in_the_package_stops_the_build() {
    let context = TestContext::new();
    TinyApp {
        name: "where",
        module: "where.py",
        text: r##""# Where it was built.\nBUILT_IN = %r\n" % os.getcwd()"##,
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    let (code, said) = failure(&context, "[source]\ngit = \"app\"\n");
    assert_eq!(code, 1);
    assert!(
        said.starts_with(
            "error: `[WORK]/demo` of the build machine is still named in 2 places of the package\n"
        ),
        "{said}"
    );
    assert!(
        said.contains("  | opt/demo/lib/python3.11/site-packages/where.py:2: [WORK]/demo\n"),
        "{said}"
    );
    assert!(said.contains("  | opt/demo/lib/python3.11/site-packages/__pycache__/where.cpython-311.pyc (binary, byte "), "{said}");
}

#[test]
fn two_distributions_that_own_one_file_are_both_named() {
    let context = TestContext::new();
    TinyApp {
        name: "twin",
        module: "six.py",
        text: r#""x = 1\n""#,
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    let (code, said) = failure(
        &context,
        "[source]\ngit = \"app\"\n[venv]\npackages = [\"six==1.17.0\"]\n",
    );
    assert_eq!(code, 1);
    assert_eq!(
        said,
        "error: `six` and `twin` both own `lib/python3.11/site-packages/six.py`, and want different content in it\n\n\
         hint: install only one of the two: which of them would be there is chance\n"
    );
}

#[test]
fn a_source_date_epoch_that_is_no_number_is_refused() {
    let context = TestContext::new();
    let recipe = context.write(
        "recipe.toml",
        &format!("{HEAD}[venv]\npackages = [\"six\"]\n"),
    );
    let said = failure_of(
        &context,
        context
            .command(["build", "-q", "-o", "out"])
            .arg(&recipe)
            .env("SOURCE_DATE_EPOCH", "yesterday"),
    );
    let expected = "error: `SOURCE_DATE_EPOCH` is `yesterday`, which is not a number of seconds since 1970\n\n\
                    hint: set it to a whole number, or unset it: the time of the commit, or of the newest file of the tree, is used then\n";
    assert_eq!(said, (4, expected.to_owned()));
}

#[test]
fn a_device_is_not_replaced_by_a_package() {
    let context = TestContext::new();
    let recipe = context.write(
        "recipe.toml",
        &format!("{HEAD}[venv]\npackages = [\"six\"]\n"),
    );
    let pipe = context.path("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let said = failure_of(
        &context,
        context.command(["build", "-q", "-o", "pipe"]).arg(&recipe),
    );
    let expected = "error: `[TEST]/pipe` is not a regular file, and will not be replaced\n\n\
                    hint: name a folder or a new file with `--output`\n";
    assert_eq!(said, (1, expected.to_owned()));
    assert!(!pipe.is_file());
}

#[test]
fn without_uv_pip_builds_the_same_package_and_says_so() {
    let with_uv = TestContext::new();
    let recipe =
        crate::context::demosite_recipe(&with_uv, &crate::context::repository(), "0.1", "1");
    let by_uv = with_uv.build(&recipe);

    let without = TestContext::new().with_empty_cache();
    // A folder where the program should be: it can neither be found nor be put there.
    let version = UV.iter().rev().nth(1).unwrap();
    std::fs::create_dir_all(without.cache().join("tools").join(version).join("uv")).unwrap();
    let recipe =
        crate::context::demosite_recipe(&without, &crate::context::repository(), "0.1", "1");
    let output = without
        .command(["build", "-o", "out"])
        .arg(&recipe)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("warning: pip installs, which is slower: uv could not be fetched ("),
        "{said}"
    );
    let by_pip = without.path("out").join(by_uv.file_name().unwrap());
    assert!(
        std::fs::read(by_uv).unwrap() == std::fs::read(by_pip).unwrap(),
        "the bytes differ"
    );
}

#[test]
fn a_project_whose_requirements_have_no_hashes_builds_with_pip_too() {
    let context = TestContext::new().with_empty_cache();
    let version = UV.iter().rev().nth(1).unwrap();
    std::fs::create_dir_all(context.cache().join("tools").join(version).join("uv")).unwrap();
    TinyApp {
        name: "needs",
        module: "needs.py",
        text: r#""import six\n""#,
        metadata: r"Requires-Dist: six>=1.16\n",
        before: "pass",
    }
    .commit(&context);
    let recipe = context.write("recipe.toml", &format!("{HEAD}[source]\ngit = \"app\"\n"));
    let package = context.build(&recipe);
    let listing = crate::context::succeed(Command::new("dpkg-deb").arg("-c").arg(package));
    assert!(
        listing.contains("site-packages/six.py") && listing.contains("site-packages/needs.py"),
        "{listing}"
    );
}
