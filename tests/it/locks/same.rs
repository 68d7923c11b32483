//! The same lock in each format, with each installer: the same bytes, and what uv itself would install.

use super::app::{app_with_locks, distributions, make, recipe, run_uv, sha256, warnings};
use crate::context::{TestContext, succeed};
use std::path::PathBuf;

const OFFLINE: &str = "find-links = [\"wheels\"]\noffline = true\n";

fn build(context: &TestContext, venv: &str) -> PathBuf {
    context.build(&recipe(context, "recipe.toml", &format!("{venv}{OFFLINE}")))
}

fn fails(context: &TestContext, venv: &str) -> String {
    let file = recipe(context, "recipe.toml", &format!("{venv}{OFFLINE}"));
    let (code, out, error) = context.said(&["build", "-o", "out", file.to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (Some(1), ""), "{error}");
    error
}

#[test]
fn uv_and_pip_make_the_same_bytes_of_every_kind_of_lock() {
    let context = TestContext::new();
    app_with_locks(&context);
    let mut sums = Vec::new();
    for lock in ["uv.lock", "pylock.toml", "poetry.lock"] {
        for installer in ["uv", "pip"] {
            // uv's export has chosen the extras already.
            let extras = if lock == "pylock.toml" {
                ""
            } else {
                "extras = [\"web\"]\n"
            };
            let venv = format!("lock = \"{lock}\"\ninstaller = \"{installer}\"\n{extras}");
            let package = build(&context, &venv);
            assert_eq!(
                distributions(&context, &package),
                [
                    "alpha 1.0",
                    "beta 1.5",
                    "delta 1.0",
                    "gamma 1.0",
                    "thing 1.0"
                ],
                "{lock} {installer}"
            );
            sums.push((sha256(&package), lock, installer));
        }
    }
    assert!(sums.iter().all(|sum| sum.0 == sums[0].0), "{sums:#?}");
}

#[test]
fn a_lock_brings_what_uv_itself_would_install() {
    let context = TestContext::new();
    app_with_locks(&context);
    for (extras, words) in [("", &[][..]), ("extras = [\"web\"]\n", &["--all-extras"])] {
        let package = build(&context, &format!("lock = \"uv.lock\"\n{extras}"));
        let sync = [
            "sync",
            "--frozen",
            "--no-dev",
            "--no-editable",
            "--default-index",
            "../simple",
        ];
        run_uv(&context, "app", &[&sync[..], words].concat());
        let list = ["pip", "freeze", "--python", ".venv/bin/python"];
        let listed = run_uv(&context, "app", &list);
        let mut expected: Vec<_> = listed
            .lines()
            .map(|line| {
                let (name, version) = line.split_once("==").unwrap_or(("thing", "1.0"));
                format!("{name} {version}")
            })
            .collect();
        expected.sort();
        assert_eq!(distributions(&context, &package), expected, "{extras}");
    }
}

#[test]
fn the_plan_names_the_one_file_of_each_distribution_by_its_hash() {
    let context = TestContext::new();
    app_with_locks(&context);
    let venv = format!("lock = \"uv.lock\"\nextras = [\"web\"]\n{OFFLINE}");
    let file = recipe(&context, "recipe.toml", &venv);
    let said = succeed(context.command(["plan", "--json"]).arg(file));
    let plan: serde_json::Value = serde_json::from_str(&said).unwrap();
    let files = plan["packages"][0]["work_files"].as_array().unwrap();
    let locked = files
        .iter()
        .find(|file| file["path"].as_str().unwrap().ends_with("/locked.txt"))
        .unwrap();
    let line = |name: &str, file: &str| {
        let hash = sha256(&context.path("wheels").join(file));
        format!("{name} --hash=sha256:{hash}\n")
    };
    assert_eq!(
        locked["content"].as_str().unwrap(),
        [
            line("alpha==1.0", "alpha-1.0-py3-none-any.whl"),
            line("beta==1.5", "beta-1.5-py3-none-any.whl"),
            line(
                "delta==1.0",
                "delta-1.0-cp311-abi3-manylinux_2_17_x86_64.whl"
            ),
            line("gamma==1.0", "gamma-1.0-py3-none-any.whl"),
        ]
        .concat()
    );
}

#[test]
fn a_file_that_is_not_the_locked_one_is_refused_by_both_installers() {
    let context = TestContext::new();
    app_with_locks(&context);
    // The same name and version, and other bytes.
    make(&context.path("wheels"), &["beta==1.5", "needs:server"]);
    for installer in ["uv", "pip"] {
        let said = fails(
            &context,
            &format!("lock = \"uv.lock\"\ninstaller = \"{installer}\"\n"),
        );
        assert!(
            said.contains("installing the Python distributions failed")
                && said.to_lowercase().contains("hash"),
            "{said}"
        );
    }
    let out = std::fs::read_dir(context.path("out")).unwrap();
    assert_eq!(out.count(), 0);
}

#[test]
fn what_a_lock_has_no_wheel_of_is_built_and_said() {
    let context = TestContext::new();
    app_with_locks(&context);
    std::fs::remove_dir_all(context.path("app/.git")).unwrap();
    std::fs::remove_file(context.path("wheels/beta-1.5-py3-none-any.whl")).unwrap();
    std::fs::remove_file(context.path("app/uv.lock")).unwrap();
    make(&context.path("wheels"), &["beta==1.5;sdist"]);
    let words = [
        "lock",
        "--default-index",
        "../simple",
        "--resolution",
        "lowest",
    ];
    run_uv(&context, "app", &words);
    context.commit("app");
    for installer in ["uv", "pip"] {
        let venv = format!("lock = \"uv.lock\"\ninstaller = \"{installer}\"\n{OFFLINE}");
        let file = recipe(&context, "recipe.toml", &venv);
        let output = context
            .command(["build", "-o", "out"])
            .arg(file)
            .output()
            .unwrap();
        let said = context.plain(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert!(
            said.contains("which are built on this machine: `beta` from its source distribution; what is built depends on"),
            "{said}"
        );
    }
}

#[test]
fn a_lock_that_does_not_bring_what_is_needed_is_said() {
    let context = TestContext::new();
    app_with_locks(&context);
    let path = context.path("app/poetry.lock");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("[[package]]\nname = \"beta\"").unwrap();
    let (_, after) = rest.split_once("[[package]]").unwrap();
    std::fs::write(&path, format!("{before}[[package]]{after}")).unwrap();
    std::fs::remove_dir_all(context.path("app/.git")).unwrap();
    context.commit("app");
    for installer in ["uv", "pip"] {
        let venv = format!("lock = \"poetry.lock\"\ninstaller = \"{installer}\"\n{OFFLINE}");
        let said = warnings(&context, &venv);
        assert!(
            said.contains("the lock does not bring all that its distributions say they need: ")
                && said.contains("beta"),
            "{said}"
        );
    }
}
