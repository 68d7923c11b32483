//! Wheels with libraries of their own, and of nobody.

use crate::context::{TestContext, TinyApp, outcome, succeed};
use std::process::Command;

/// Compiles a library with a soname and a module that needs it.
const COMPILE: &str = r#"compile = lambda *words: subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "/dev/null", "-x", "none", "-Wl,--no-as-needed", *words], check=True)
    compile("-o", "libnowhere.so.7", "-Wl,-soname,libnowhere.so.7")
    compile("-o", "tiny.so", "-Wl,-rpath,$ORIGIN/tiny.libs", "./libnowhere.so.7", "-lz")"#;

const RECIPE: &str = "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\n\
    summary = \"small thing\"\n[source]\ngit = \"app\"\n";

fn app(context: &TestContext, text: &str) {
    TinyApp {
        name: "tiny",
        module: "tiny.so",
        text,
        metadata: "",
        before: COMPILE,
    }
    .commit(context);
    context.write("recipe.toml", RECIPE);
}

#[test]
fn a_library_that_no_package_has_is_named_with_the_file() {
    let context = TestContext::new();
    app(&context, r#"open("tiny.so", "rb").read()"#);
    let mut build = context.command(["build", "-q", "-o", "out"]);
    let (output, code) = outcome(build.arg("recipe.toml"));
    assert_eq!(
        (code, context.plain(&output.stderr).as_str()),
        (
            Some(1),
            "error: the package needs the library `libnowhere.so.7`, which is neither in it nor in an installed package\n  \
             | opt/demo/lib/python3.11/site-packages/tiny.so: libnowhere.so.7\n\n\
             hint: install what has it, and name that in `[build] apt`: `apt-file search libnowhere.so.7` finds it\n"
        )
    );
}

#[test]
fn a_library_in_the_wheel_is_the_packages_own() {
    let context = TestContext::new();
    let both = r#"open("tiny.so", "rb").read(), "tiny.libs/libnowhere.so.7": open("libnowhere.so.7", "rb").read()"#;
    app(&context, both);
    let package = context.build(&context.path("recipe.toml"));
    let field = |name: &str| {
        let mut command = Command::new("dpkg-deb");
        succeed(command.arg("-f").arg(&package).arg(name))
    };
    assert_eq!(field("Architecture"), "amd64\n");
    let depends = field("Depends");
    assert!(
        depends.starts_with("python3.11, python3:any, libc6") && depends.contains("zlib1g (>= 1:"),
        "{depends}"
    );
}
