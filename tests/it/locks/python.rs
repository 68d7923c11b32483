//! Distributions that are for another Python than the target's: what the error says to do.

use super::app::{make, recipe};
use crate::context::TestContext;

#[test]
fn the_error_says_which_python_there_is_and_which_version_fits() {
    let context = TestContext::new();
    make(
        &context.path("wheels"),
        &[
            "newish==1.0",
            "python:>=3.8",
            "newish==2.0",
            "python:>=3.12",
            "user==1.0",
            "needs:newish>=2",
        ],
    );
    context.write("app/README", "");
    context.commit("app");
    for (installer, package, named) in [
        ("uv", "newish==2.0", "`newish==2.0`"),
        ("pip", "newish==2.0", "`newish`"),
        ("uv", "user", "`newish==2.0`"),
        ("pip", "user", "`newish`"),
    ] {
        let venv = format!(
            "project = false\npackages = [\"{package}\"]\ninstaller = \"{installer}\"\nfind-links = [\"wheels\"]\noffline = true\n"
        );
        let file = recipe(&context, "recipe.toml", &venv);
        let (code, _, said) = context.said(&["build", "-o", "out", file.to_str().unwrap()]);
        assert_eq!(code, Some(1), "{said}");
        let hint = format!(
            "\nhint: the target has Python 3.11, and {named} asks for Python >=3.12; the newest version that fits is `newish==1.0`; or build for \
             trixie, which has Python 3.13\n"
        );
        assert!(said.contains(&hint), "{installer} {package}: {said}");
    }
}
