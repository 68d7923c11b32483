use super::{Workshop, plan, repository};
use crate::context::{TestContext, succeed};
use deb_build_app::plan::SourcePlan;
use deb_build_app::recipe::{ExtraSource, Origin};
use std::process::Command;

/// Makes a library in a library in an app, with relative addresses.
fn nested(workshop: &Workshop) -> SourcePlan {
    workshop.write("inner.git/inner.py", "inner\n");
    workshop.commit("inner.git");
    workshop.sh("git -C inner.git tag inner-1");
    workshop.write("lib.git/lib.py", "lib\n");
    workshop.commit("lib.git");
    workshop.write("app/app.py", "app\n");
    workshop.commit("app");
    workshop.sh(
        "export GIT_ALLOW_PROTOCOL=file; \
         cd lib.git; git submodule --quiet add ../inner.git deep/inner; git commit -q -m inner; git tag lib-1; cd ..; \
         cd app; git submodule --quiet add --name my-lib ../lib.git vendor/lib; git commit -q -m lib; git tag app-1; cd ..; \
         echo later >> lib.git/lib.py; git -C lib.git commit -qam later",
    );
    SourcePlan {
        submodules: true,
        ..plan(repository(workshop.path("app"), "HEAD"))
    }
}

const LAID: [&str; 8] = [
    "app.py 644 \"app\\n\"",
    "vendor/ 755",
    "vendor/lib/ 755",
    "vendor/lib/deep/ 755",
    "vendor/lib/deep/inner/ 755",
    "vendor/lib/deep/inner/inner.py 644 \"inner\\n\"",
    "vendor/lib/lib.py 644 \"lib\\n\"",
    "",
];

fn without_lists(lines: Vec<String>) -> Vec<String> {
    let mut lines = lines;
    lines.retain(|line| !line.contains(".gitmodules"));
    lines
}

#[test]
fn submodules_are_the_commits_that_are_recorded_all_the_way_down() {
    let workshop = Workshop::new();
    let plan = nested(&workshop);
    // What is checked out in the app's folder does not matter, only what is recorded.
    workshop.sh("rm -rf app/.git/modules app/vendor/lib/*");
    workshop.extract(&plan).unwrap();
    assert_eq!(without_lists(workshop.laid()), LAID[..7]);
    // Each is a repository of its own, and all say clean.
    assert_eq!(
        workshop.sh(
            "cd out; git describe --tags --dirty; git status --porcelain; cd vendor/lib; git describe --tags --dirty; \
             cd deep/inner; git describe --tags --dirty"
        ),
        "app-1\nlib-1\ninner-1\n"
    );
}

#[test]
fn submodules_that_are_checked_out_need_no_other_repository() {
    let workshop = Workshop::new();
    let plan = nested(&workshop);
    workshop.sh("GIT_ALLOW_PROTOCOL=file git -C app submodule --quiet update --init --recursive; rm -rf lib.git inner.git");
    workshop.extract(&plan).unwrap();
    assert_eq!(without_lists(workshop.laid()), LAID[..7]);
}

#[test]
fn a_submodule_that_is_not_wanted_or_not_there_is_an_error_with_the_cure() {
    let workshop = Workshop::new();
    let wanted = nested(&workshop);
    let plan = SourcePlan {
        submodules: false,
        ..wanted.clone()
    };
    assert_eq!(
        workshop.refused(&plan),
        "error: `vendor/lib` is a submodule, and the recipe does not want it\n\n\
         hint: set `submodules = true` in `[source]`: exactly the commit that is recorded is taken\n"
    );
    workshop.sh("rm -rf app/.git/modules app/vendor/lib lib.git");
    let commit = workshop.sh("git -C app rev-parse HEAD:vendor/lib");
    assert_eq!(
        workshop.refused(&wanted),
        format!(
            "error: the commit {} of the submodule `vendor/lib` is nowhere on this machine, and its address `../lib.git` names \
             no server\n\nhint: check it out with `git submodule update --init --recursive`, or correct `.gitmodules`\n",
            commit.trim()
        )
    );
}

#[test]
fn the_token_of_a_clone_is_not_taken_over_for_its_submodules() {
    let workshop = Workshop::new();
    let plan = nested(&workshop);
    workshop.sh("rm -rf app/.git/modules app/vendor/lib lib.git; \
         git -C app remote add origin https://ci-token:s3cret@example.test/group/app.git");
    let commit = workshop.sh("git -C app rev-parse HEAD:vendor/lib");
    assert_eq!(
        workshop.refused(&plan),
        format!(
            "error: the submodule `vendor/lib` could not be fetched\n  caused by: the commit `{}` of \
             `https://example.test/group/lib.git` is not on this machine\n\n\
             hint: check it out with `git submodule update --init --recursive`\n",
            commit.trim()
        )
    );
}

fn extra(origin: Origin, into: &str) -> ExtraSource {
    ExtraSource {
        origin,
        subdirectory: None,
        into: into.parse().unwrap(),
        install: false,
    }
}

#[test]
fn extra_sources_are_put_into_their_places() {
    let workshop = Workshop::new();
    for name in ["app", "lib", "plain"] {
        workshop.write(&format!("{name}/{name}.py"), format!("{name}\n"));
        workshop.write(&format!("{name}/sub/deep.py"), "deep\n");
    }
    workshop.commit("app");
    workshop.commit("lib");
    workshop.sh("git -C app tag v1; git -C lib tag v2; tar czf pack.tar.gz --transform s,^plain,pack-1, plain");
    let sum = workshop.sh("sha256sum pack.tar.gz | cut -c1-64");
    let mut plan = plan(repository(workshop.path("app"), "v1"));
    plan.extras = vec![
        extra(repository(workshop.path("lib"), "v2"), "vendor/lib"),
        extra(Origin::Folder(workshop.path("plain")), "vendor/plain"),
        ExtraSource {
            subdirectory: Some("sub".parse().unwrap()),
            ..extra(
                Origin::Archive(workshop.path("pack.tar.gz"), sum.trim().parse().unwrap()),
                "packed",
            )
        },
    ];
    workshop.extract(&plan).unwrap();
    assert_eq!(
        workshop.laid(),
        [
            "app.py 644 \"app\\n\"",
            "packed/ 755",
            "packed/deep.py 644 \"deep\\n\"",
            "sub/ 755",
            "sub/deep.py 644 \"deep\\n\"",
            "vendor/ 755",
            "vendor/lib/ 755",
            "vendor/lib/lib.py 644 \"lib\\n\"",
            "vendor/lib/sub/ 755",
            "vendor/lib/sub/deep.py 644 \"deep\\n\"",
            "vendor/plain/ 755",
            "vendor/plain/plain.py 644 \"plain\\n\"",
            "vendor/plain/sub/ 755",
            "vendor/plain/sub/deep.py 644 \"deep\\n\"",
        ]
    );
    assert_eq!(
        workshop.sh("cd out; git describe --tags --dirty; git status --porcelain; cd vendor/lib; git describe --tags --dirty"),
        "v1\nv2\n"
    );
}

#[test]
fn an_extra_source_takes_nobodys_place() {
    let workshop = Workshop::new();
    workshop.write("app/vendor/lib/x.py", "x\n");
    workshop.sh("ln -s vendor app/link");
    workshop.commit("app");
    workshop.write("lib/lib.py", "lib\n");
    for into in ["vendor/lib", "vendor", "link/lib", "vendor/lib/x.py/deep"] {
        let mut plan = plan(repository(workshop.path("app"), "HEAD"));
        plan.extras = vec![extra(Origin::Folder(workshop.path("lib")), into)];
        assert_eq!(
            workshop.refused(&plan),
            format!(
                "error: the first source has something at `{into}`, where an extra source would be\n\n\
                 hint: choose another place with `into`\n"
            )
        );
    }
}

#[test]
fn a_plan_is_held_against_a_lock_as_far_as_it_knows_the_sources() {
    let context = TestContext::new();
    for name in ["app", "lib"] {
        context.write(&format!("{name}/{name}.py"), "x = 1\n");
        context.commit(name);
    }
    let recipe = "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small app\"\n\n\
                  [source]\ngit = \"app\"\n\n[[source.extra]]\ngit = \"lib\"\ninto = \"vendor/lib\"\n";
    context.write("recipe.toml", recipe);
    let head = |folder: &str| {
        let mut git = Command::new("git");
        git.args(["-c", "safe.directory=*", "rev-parse", "HEAD"]);
        let id = succeed(git.current_dir(context.path(folder)));
        id.trim().to_owned()
    };
    let (app, lib) = (head("app"), head("lib"));
    let lock = |extra: &str| {
        let text =
            format!("version = 1\n\n[[source]]\nref = \"HEAD\"\ncommit = \"{app}\"\n{extra}");
        context.write("demo.lock", &text);
    };
    let plan = || {
        let (code, _, said) = context.said(&["plan", "-q", "--locked", "demo.lock", "recipe.toml"]);
        (code, said)
    };
    let refused = |text: &str| {
        let hint = "hint: if that is right, write it anew with `build --lock demo.lock`\n";
        (Some(1), format!("error: {text}\n\n{hint}"))
    };
    let extra = |id: &str| {
        format!("[[source]]\nref = \"HEAD\"\ninto = \"vendor/lib\"\ncommit = \"{id}\"\n")
    };
    lock(&extra(&lib));
    assert_eq!(plan(), (Some(0), String::new()));
    lock(&extra(&app));
    assert_eq!(
        plan(),
        refused(&format!(
            "`HEAD` at `vendor/lib` is the commit {lib} now, and `demo.lock` says {app}"
        ))
    );
    lock("");
    assert_eq!(
        plan(),
        refused("`demo.lock` is for one source, and the recipe has 2 sources")
    );
    // Of a server a plan knows the address alone.
    lock(&extra(&app));
    let on_a_server = recipe.replace("\"lib\"", "\"https://example.test/lib\"");
    context.write("recipe.toml", &on_a_server);
    assert_eq!(
        plan(),
        refused(
            "`demo.lock` is for `HEAD` of a folder at `vendor/lib`, and the source is `HEAD` of `https://example.test/lib` at \
             `vendor/lib`"
        )
    );
}
