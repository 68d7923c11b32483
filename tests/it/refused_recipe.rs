//! Inputs that are refused (deb.md 6, by its numbers), each through the program, with the place and the cure.
//!
//! `fixtures/recipes/refused/NAME.txt` has a line that begins with `error[` for the errors after it, and then for each the
//! lines of a recipe as the program shows them: what is wrong under its carets, and the help. The lines replace those of
//! a recipe that is good, or come after it. What is compared is the whole text.

use crate::context::{TestContext, TinyApp, outcome, repository};
use std::path::Path;

/// A recipe that nothing is wrong with.
const GOOD: [&str; 5] = [
    "[package]",
    "name = \"demo\"",
    "version = \"1.0\"",
    "maintainer = \"Ada <ada@example.org>\"",
    "summary = \"small thing\"",
];

/// One error: the recipe, and all that is said about it.
struct Refusal {
    recipe: String,
    said: String,
}

impl Refusal {
    fn read(title: &str, block: &str) -> Self {
        let mut lines: Vec<_> = block.lines().collect();
        let carets = lines
            .iter()
            .position(|line| line.trim_start().starts_with('^'))
            .unwrap_or_else(|| panic!("{block} marks what is wrong"));
        let (mark, help) = (lines.remove(carets), lines.remove(carets));
        let help = help.strip_prefix("help: ").expect("there is a cure");
        let wrong = lines[carets - 1];
        let key = wrong.split(" = ").next().unwrap();

        let mut recipe: Vec<_> = GOOD.to_vec();
        let own = |line: &&str| lines.len() == 1 && line.starts_with(&format!("{key} = "));
        let row = if let Some(at) = recipe.iter().position(own) {
            recipe[at] = wrong;
            at + 1
        } else {
            recipe.extend(&lines);
            GOOD.len() + carets
        };
        let column = mark.len() - mark.trim_start().len() + 1;
        Refusal {
            recipe: recipe.join("\n") + "\n",
            said: format!(
                "{title}\n --> recipe.toml:{row}:{column}\n  |\n{row} | {wrong}\n  | {mark}\n  |\n  = help: {help}\n"
            ),
        }
    }
}

fn folder() -> std::path::PathBuf {
    repository().join("fixtures/recipes/refused")
}

fn read(document: &Path) -> Vec<Refusal> {
    let text = std::fs::read_to_string(document).unwrap();
    let mut title = "";
    let mut refusals = Vec::new();
    for block in text.split("\n\n") {
        match block.strip_prefix("error[") {
            Some(_) => title = block,
            None => refusals.push(Refusal::read(title, block)),
        }
    }
    refusals
}

fn refused(name: &str) {
    let refusals = read(&folder().join(name).with_extension("txt"));
    assert!(!refusals.is_empty(), "{name} has errors");
    for Refusal { recipe, said } in refusals {
        let context = TestContext::new();
        context.write("recipe.toml", &recipe);
        let (output, code) = outcome(context.command(["build", "-o", "out"]).arg("recipe.toml"));
        assert_eq!(context.plain(&output.stderr), said, "{recipe}");
        assert_eq!(
            (code, output.stdout.as_slice()),
            (Some(3), &b""[..]),
            "{recipe}"
        );
    }
}

#[test]
fn the_recipe_that_is_broken_in_the_other_tests_is_good() {
    let context = TestContext::new();
    context.write(
        "recipe.toml",
        &(GOOD.join("\n") + "\n[source]\ngit = \"nowhere\"\n"),
    );
    let (output, code) = outcome(context.command(["build", "-o", "out"]).arg("recipe.toml"));
    assert_eq!(code, Some(1), "it gets as far as the source");
    assert!(
        context
            .plain(&output.stderr)
            .contains("there is no folder `[TEST]/nowhere`")
    );
}

/// Item 1.
#[test]
fn a_name_that_is_no_package_name() {
    refused("a-name-that-is-no-package-name");
}

/// Item 2.
#[test]
fn a_version_that_starts_as_a_tag() {
    refused("a-version-that-starts-as-a-tag");
}

/// Item 3.
#[test]
fn a_version_with_what_no_version_has() {
    refused("a-version-with-what-no-version-has");
}

/// Item 4.
#[test]
fn an_epoch_that_dpkg_cannot_hold() {
    refused("an-epoch-that-dpkg-cannot-hold");
}

/// Item 5.
#[test]
fn a_version_that_is_not_pythons() {
    refused("a-version-that-is-not-pythons");
}

/// Item 6.
#[test]
fn an_architecture_that_debian_does_not_know() {
    refused("an-architecture-that-debian-does-not-know");
}

/// Item 8.
#[test]
fn multi_arch_which_no_virtualenv_can_be() {
    refused("multi-arch-which-no-virtualenv-can-be");
}

/// Item 9.
#[test]
fn a_maintainer_without_an_address() {
    refused("a-maintainer-without-an-address");
}

/// Item 10.
#[test]
fn a_description_that_says_nothing_or_cannot_be_shown() {
    refused("a-description-that-says-nothing-or-cannot-be-shown");
}

/// Item 11.
#[test]
fn a_line_break_where_a_field_has_one_line() {
    refused("a-line-break-where-a-field-has-one-line");
}

/// Item 13.
#[test]
fn a_relation_that_dpkg_refuses_or_misreads() {
    refused("a-relation-that-dpkg-refuses-or-misreads");
}

/// Item 14.
#[test]
fn alternatives_and_bounds_where_they_mean_nothing() {
    refused("alternatives-and-bounds-where-they-mean-nothing");
}

/// Item 15.
#[test]
fn a_package_that_wants_or_refuses_itself() {
    refused("a-package-that-wants-or-refuses-itself");
}

#[test]
fn machine_code_in_a_package_for_every_architecture() {
    let header = r#"b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00\x01" + bytes(31) + b"\x40\x00\x38\x00\x00\x00\x40\x00" + bytes(4)"#;
    assert_eq!(
        refused_app("tiny.so", header, "[target]\narchitecture = \"all\"\n"),
        (
            Some(1),
            "error: the package is for every architecture, but 1 file in it is machine code\n  \
             | opt/demo/lib/python3.11/site-packages/tiny.so\n\n\
             hint: leave `target.architecture` out: it is then that of this machine\n"
                .to_owned()
        )
    );
}

#[test]
fn an_architecture_that_is_not_the_machines() {
    assert_eq!(
        refused_app("tiny.py", "\"\"", "[target]\narchitecture = \"s390x\"\n"),
        (
            Some(4),
            "error: the recipe is for `s390x`, but this machine is `amd64`\n\n\
             hint: build on `s390x`: wheels and compilers are for the machine that runs them\n"
                .to_owned()
        )
    );
}

/// Item 34.
#[test]
fn a_unit_that_systemd_would_refuse_or_the_administrator_owns() {
    refused("a-unit-that-systemd-would-refuse-or-the-administrator-owns");
}

/// Item 35.
#[test]
fn a_user_that_cannot_be_the_apps_own() {
    refused("a-user-that-cannot-be-the-apps-own");
}

/// Item 36.
#[test]
fn a_directory_whose_purge_would_harm() {
    refused("a-directory-whose-purge-would-harm");
}

/// Item 37.
#[test]
fn a_prefix_that_no_interpreter_line_can_hold() {
    refused("a-prefix-that-no-interpreter-line-can-hold");
}

/// Item 38.
#[test]
fn an_editable_install() {
    refused("an-editable-install");
}

/// Item 39.
#[test]
fn a_file_that_its_reader_would_pass_over() {
    refused("a-file-that-its-reader-would-pass-over");
}

/// Item 43.
#[test]
fn a_key_that_does_not_exist() {
    refused("a-key-that-does-not-exist");
}

/// Item 12.
#[test]
fn a_field_that_is_not_ones_own() {
    refused("a-field-that-is-not-ones-own");
}

/// Item 33.
#[test]
fn a_part_of_the_recipe_that_later_versions_bring() {
    refused("a-part-of-the-recipe-that-later-versions-bring");
}

/// Builds an app of one file that must be refused, and returns the exit code and the errors.
fn refused_app(module: &str, text: &str, recipe: &str) -> (Option<i32>, String) {
    let context = TestContext::new();
    TinyApp {
        name: "tiny",
        module,
        text,
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    let recipe = format!("{}\n[source]\ngit = \"app\"\n{recipe}", GOOD.join("\n"));
    context.write("recipe.toml", &recipe);
    let mut build = context.command(["build", "-q", "-o", "out"]);
    let (output, code) = outcome(build.arg("recipe.toml"));
    (code, context.plain(&output.stderr))
}

/// Item 7.
#[test]
fn a_library_of_another_machine() {
    let header = r#"b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\xb7\x00\x01" + bytes(31) + b"\x40\x00\x38\x00\x00\x00\x40\x00" + bytes(4)"#;
    assert_eq!(
        refused_app("tiny.so", header, ""),
        (
            Some(1),
            "error: `opt/demo/lib/python3.11/site-packages/tiny.so` is for arm64, but the package is for amd64\n\n\
             hint: leave that distribution out, or pin one that has a wheel for this machine\n"
                .to_owned()
        )
    );
}

/// Item 34.
#[test]
fn a_service_whose_program_is_not_in_the_package() {
    let service = "[service.web]\ncommand = \"@prefix@/bin/pyton -m tiny\"\n";
    assert_eq!(
        refused_app("tiny.py", "\"\"", service),
        (
            Some(3),
            "error: `/opt/demo/bin/pyton`, which the service `web` runs, is not in the package\n\n\
             hint: did you mean `@prefix@/bin/python`?\n"
                .to_owned()
        )
    );
}

/// Item 38.
#[test]
fn a_path_of_the_builder_in_a_file_that_python_reads_at_its_start() {
    assert_eq!(
        refused_app("tiny.pth", r#""%s/src\n" % os.getcwd()"#, ""),
        (
            Some(1),
            "error: `lib/python3.11/site-packages/tiny.pth` adds `[WORK]/demo/source/src`, which the package does not hold\n\n\
             hint: name the distribution in `packages`, or let `project = true` install the source as a wheel\n"
                .to_owned()
        )
    );
}
