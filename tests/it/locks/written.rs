//! What is written beside the package where there is no lock, and built from again.

use super::app::{distributions, make, recipe, warnings};
use crate::context::TestContext;
use std::process::Command;

const HEAD: &str = "find-links = [\"wheels\"]\noffline = true\nproject = false\n";

#[test]
fn what_was_installed_is_written_down_and_installs_the_same_bytes_again() {
    for installer in ["uv", "pip"] {
        let context = TestContext::new();
        make(
            &context.path("wheels"),
            &["alpha==1.0", "needs:beta>=1", "beta==1.5", "beta==1.9"],
        );
        context.write("app/in.txt", "alpha\n");
        context.commit("app");
        let head = format!("{HEAD}installer = \"{installer}\"\n");
        let first = context.build(&recipe(
            &context,
            "first.toml",
            &format!("{head}requirements = [\"in.txt\"]\n"),
        ));
        assert_eq!(distributions(&context, &first), ["alpha 1.0", "beta 1.9"]);
        let written = first.with_extension("requirements.txt");
        let text = std::fs::read_to_string(&written).unwrap();
        assert!(
            text.starts_with("# What deb-build-app installed.") && !text.contains("://"),
            "{text}"
        );
        let names: Vec<_> = text.lines().filter(|line| line.contains("==")).collect();
        assert_eq!(names, ["alpha==1.0 \\", "beta==1.9 \\"]);
        let first = unpacked(&context, &first, "first");

        // Since then a newer one has appeared.
        make(&context.path("wheels"), &["beta==2.0"]);
        context.write("app/in.txt", &text);
        std::fs::remove_dir_all(context.path("app/.git")).unwrap();
        context.commit("app");
        let second = context.build(&recipe(
            &context,
            "second.toml",
            &format!("{head}requirements = [\"in.txt\"]\n"),
        ));
        let again = std::fs::read_to_string(second.with_extension("requirements.txt")).unwrap();
        assert_eq!(again, text, "{installer}");
        let second = unpacked(&context, &second, "second");
        let mut diff = Command::new("diff");
        let output = diff.arg("-r").args([first, second]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said, "", "{installer}");
    }
}

#[test]
fn a_wheel_of_a_folder_that_was_made_anew_is_the_one_that_is_installed() {
    let context = TestContext::new();
    let make_saying = |word: &str| {
        make(&context.path("made"), &["alpha==1.0"]);
        let wheel = "alpha-1.0-py3-none-any.whl";
        let script = format!(
            "import zipfile\nwith zipfile.ZipFile('made/{wheel}') as old, zipfile.ZipFile('wheels/{wheel}', 'w') as new:\n    \
                 for name in old.namelist():\n        \
                     new.writestr(name, b'word = \"{word}\"' if name == 'alpha.py' else old.read(name))\n"
        );
        std::fs::create_dir_all(context.path("wheels")).unwrap();
        let mut python = Command::new("/usr/bin/python3");
        python.args(["-c", &script]).current_dir(context.path("."));
        crate::context::succeed(&mut python);
    };
    context.write("app/in.txt", "alpha\n");
    context.commit("app");
    for installer in ["uv", "pip"] {
        for word in ["first", "second"] {
            make_saying(word);
            let package = context.build(&recipe(
                &context,
                "recipe.toml",
                &format!("{HEAD}installer = \"{installer}\"\nrequirements = [\"in.txt\"]\n"),
            ));
            let folder = unpacked(&context, &package, &format!("{installer}-{word}"));
            let module = folder.join("thing/lib/python3.11/site-packages/alpha.py");
            let text = std::fs::read_to_string(&module).unwrap();
            assert_eq!(text, format!("word = \"{word}\""), "{installer}");
        }
    }
}

/// Unpacks a package's virtualenv, and returns its folder.
fn unpacked(context: &TestContext, package: &std::path::Path, name: &str) -> std::path::PathBuf {
    let folder = context.path(name);
    let mut command = Command::new("dpkg-deb");
    crate::context::succeed(command.arg("-x").arg(package).arg(&folder));
    folder.join("opt")
}

#[test]
fn what_has_no_hash_is_said_and_not_written() {
    let context = TestContext::new();
    make(&context.path("wheels"), &["alpha==1.0"]);
    super::app::make(&context.path("app/local"), &["beta==1.0;sdist"]);
    let sdist = context.path("app/local/beta-1.0.tar.gz");
    let mut tar = Command::new("tar");
    std::fs::create_dir(context.path("app/beta")).unwrap();
    tar.arg("-xf").arg(sdist).arg("--strip-components=1");
    tar.arg("-C").arg(context.path("app/beta"));
    crate::context::succeed(&mut tar);
    let venv = format!("{HEAD}packages = [\"alpha==1.0\"]\nrequirements = [\"r.txt\"]\n");
    let folder = context.path("app/beta");
    context.write(
        "app/r.txt",
        &format!("beta @ file://{}\n", folder.display()),
    );
    context.commit("app");
    let said = warnings(&context, &venv);
    assert_eq!(
        said,
        "warning: what is installed is not written down: `beta` is not from an index, so that it has no hash to be pinned by\n"
    );
    let left: Vec<_> = std::fs::read_dir(context.path("out")).unwrap().collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn what_is_built_from_source_without_a_lock_is_said_with_each_installer() {
    let context = TestContext::new();
    make(
        &context.path("wheels"),
        &["alpha==1.0", "needs:beta", "beta==1.5;sdist"],
    );
    context.write("app/r.txt", "alpha\n");
    context.commit("app");
    // The second build with uv takes from the cache what the first has built.
    for installer in ["uv", "pip", "uv"] {
        let venv = format!("{HEAD}requirements = [\"r.txt\"]\ninstaller = \"{installer}\"\n");
        let said = warnings(&context, &venv);
        assert_eq!(
            said,
            "warning: some have no wheel, and are built on this machine: `beta` from its source distribution; what is built depends on the \
             compiler, on the installer and on build dependencies that have no hash: a lock or `find-links` with their wheels would pin it\n",
            "{installer}"
        );
    }
}
