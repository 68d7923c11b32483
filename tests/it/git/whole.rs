//! One recipe with everything: a commit of a server with its submodule, a patch, an installed extra source from the server, and
//! the version of a tag. Built, and looked at with dpkg-deb.

use super::build::{app_on_a_server, command, text};
use super::network::{Network, Repository};
use crate::context::{TestContext, TinyApp, succeed};
use std::process::Command;

const RECIPE: &str = r#"
[package]
name = "fetched"
version = { from = "git" }
revision = "3"
maintainer = "Ada <ada@example.org>"
summary = "thing from a server"

[source]
git = "https://localhost:8444/app"
ref = "main"
submodules = true
patches = ["fix.patch"]

[[source.extra]]
git = "https://localhost:8444/lib"
ref = "v7"
into = "vendor/lib"
install = true

[files]
"/usr/share/fetched/whole" = { from-source = "./" }
"#;

const PATCH: &str = "\
--- a/note.txt
+++ b/note.txt
@@ -1 +1 @@
-as committed
+as patched
";

/// Makes the app with its submodule and the library, on the server.
fn prepare(network: &mut Network) -> (TestContext, Repository) {
    let (context, repository) = app_on_a_server(network);
    TinyApp {
        name: "lib",
        module: "lib.py",
        text: "\"y = 2\\n\"",
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    succeed(
        Command::new("cp")
            .arg("-a")
            .arg(context.path("app"))
            .arg(network.path("srv/lib")),
    );
    Repository::at(network, "lib").git(&["tag", "v7"]);
    let part = Repository::new(network, "part");
    part.commit("part.txt", "of the submodule\n");
    repository.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        network.path("srv/part").to_str().unwrap(),
        "part",
    ]);
    repository.git(&[
        "config",
        "-f",
        ".gitmodules",
        "submodule.part.url",
        "../part",
    ]);
    repository.git(&["add", "-A"]);
    repository.commit("note.txt", "as committed\n");
    repository.git(&["tag", "v1.0"]);
    context.write("recipe.toml", RECIPE);
    context.write("fix.patch", PATCH);
    (context, repository)
}

#[test]
fn a_source_of_many_parts_becomes_one_package_with_the_version_of_its_tag() {
    let mut network = Network::new();
    let (context, repository) = prepare(&mut network);
    let words = [
        "build",
        "-o",
        "out",
        "--json",
        "--lock",
        "demo.lock",
        "recipe.toml",
    ];
    let output = command(&network, &context, &words).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));

    let package = context.path("out/fetched_1.0-3_all.deb");
    let field = |name: &str| succeed(Command::new("dpkg-deb").arg("-f").arg(&package).arg(name));
    assert_eq!(field("Version"), "1.0-3\n");
    let root = context.path("unpacked");
    succeed(Command::new("dpkg-deb").arg("-x").arg(&package).arg(&root));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default();
    assert_eq!(read("usr/share/fetched/whole/note.txt"), "as patched\n");
    assert_eq!(
        read("usr/share/fetched/whole/part/part.txt"),
        "of the submodule\n"
    );
    let mut find = Command::new("find");
    find.arg(&root).args([
        "-name",
        ".git",
        "-o",
        "-name",
        "lib.py",
        "-o",
        "-name",
        "fetched.py",
    ]);
    let found = succeed(&mut find).replace(root.to_str().unwrap(), "");
    let mut found: Vec<_> = found.lines().collect();
    found.sort_unstable();
    assert_eq!(
        found
            .iter()
            .map(|path| path.rsplit('/').next().unwrap())
            .collect::<Vec<_>>(),
        ["fetched.py", "lib.py"],
        "{found:?}"
    );
    let commit = repository.git(&["rev-parse", "HEAD"]);
    let copyright = read("usr/share/doc/fetched/copyright");
    assert!(
        copyright.contains(&format!(
            "from the commit\n {commit} of its repository, with patches.\n"
        )),
        "{copyright}"
    );

    let lib = Repository::at(&network, "lib").git(&["rev-parse", "HEAD"]);
    assert_eq!(
        std::fs::read_to_string(context.path("demo.lock")).unwrap(),
        format!(
            "# Written by `deb-build-app build --lock`: `--locked` refuses to build from anything else.\nversion = 1\n\n\
             [[source]]\ngit = \"https://localhost:8444/app\"\nref = \"main\"\ncommit = \"{commit}\"\n\n\
             [[source]]\ngit = \"https://localhost:8444/lib\"\nref = \"v7\"\ninto = \"vendor/lib\"\ncommit = \"{lib}\"\n"
        )
    );
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["packages"][0]["version"], "1.0-3");
    assert_eq!(
        report["packages"][0]["source"]["extras"],
        serde_json::json!([
            {"path": "https://localhost:8444/lib", "ref": "v7", "commit": lib, "into": "vendor/lib"}
        ])
    );

    // An extra source that moved is refused too, before anything is installed.
    let moved = Repository::at(&network, "lib");
    let now = moved.commit("more", "more\n");
    moved.git(&["tag", "-f", "v7"]);
    let words = [
        "build",
        "-q",
        "-o",
        "out",
        "--locked",
        "demo.lock",
        "recipe.toml",
    ];
    let output = command(&network, &context, &words).output().unwrap();
    assert_eq!(
        text(&output),
        format!(
            "error: `v7` at `vendor/lib` is the commit {now} now, and `demo.lock` says {lib}\n\n\
             hint: if that is right, write it anew with `build --lock demo.lock`\n"
        )
    );
}

#[test]
fn a_plan_leaves_the_version_of_a_server_open() {
    let mut network = Network::new();
    let (context, _) = prepare(&mut network);
    let output = command(&network, &context, &["plan", "--json", "recipe.toml"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["packages"][0]["version"], "<version of the commit>");
    let path = plan["packages"][0]["path"].as_str().unwrap();
    assert!(
        path.ends_with("/fetched_<version of the commit>_<architecture>.deb"),
        "{path}"
    );
    let source = &plan["packages"][0]["source"];
    assert_eq!(source["submodules"], true);
    let extra = serde_json::json!([{
        "path": "https://localhost:8444/lib", "ref": "v7", "into": "vendor/lib", "install": true,
    }]);
    assert_eq!(source["extras"], extra);
    // People are told of the same.
    let mut output = command(&network, &context, &["plan", "recipe.toml"]);
    let said = text(&output.output().unwrap());
    let patch = context.path("fix.patch").display().to_string();
    let parts = format!(
        "  repository https://localhost:8444/app\n  commit <commit> (<commit>)\n  with its submodules, as they are recorded\n  \
         with v7 of https://localhost:8444/lib at vendor/lib, installed too\n  with the patch {patch}\n  fetched by git into "
    );
    assert!(said.contains(&parts), "{said}");
}
