//! Files of `[files]` that other programs of the host read: what they would make of them is known before there is a package.

use crate::context::TestContext;

/// Writes a recipe that ships files beside it.
fn recipe(context: &TestContext, files: &str) -> &'static str {
    context.write(
        "judged.toml",
        &format!(
            "[package]\nname = \"judged\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n\
             [venv]\nproject = false\npackages = [\"six==1.17.0\"]\n[files]\n{files}"
        ),
    );
    "judged.toml"
}

#[test]
fn rules_that_sudo_would_not_read_are_refused_with_the_words_of_visudo() {
    let context = TestContext::new();
    context.write("rules", "# Restarts.\nlife ALL=(root) NOPASSWD /bin/true\n");
    let recipe = recipe(
        &context,
        "\"/etc/sudoers.d/judged\" = { from = \"rules\", mode = \"0440\" }\n",
    );
    let (code, _, said) = context.said(&["build", "-q", "--output", "out", recipe]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("error: sudo would not read `/etc/sudoers.d/judged`: visudo says `/etc/sudoers.d/judged:2:"),
        "{said}"
    );
    context.write("rules", "life ALL=(root) NOPASSWD: /bin/true\n");
    context.build(&context.path(recipe));
}

#[test]
fn a_table_that_cron_would_not_read_is_refused_with_its_line() {
    let context = TestContext::new();
    context.write("table", "MAILTO=\"\"\n61 4 * * * root /bin/true\n");
    let recipe = recipe(&context, "\"/etc/cron.d/judged\" = \"table\"\n");
    for verb in ["plan", "build"] {
        let (code, _, said) = context.said(&[verb, recipe]);
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains(
                "error: cron would not read `/etc/cron.d/judged`: line 2: `61` is no minute\n"
            ),
            "{said}"
        );
    }
}

#[test]
fn a_file_of_another_package_is_told_of() {
    let context = TestContext::new();
    let recipe = recipe(
        &context,
        "\"/etc/debconf.conf.d/x\" = { content = \"x\" }\n\"/usr/share/debconf/confmodule\" = { content = \"x\", conffile = false }\n",
    );
    let (code, _, said) = context.said(&["build", "--output", "out", recipe]);
    assert_eq!(code, Some(0), "{said}");
    let told: Vec<_> = said
        .lines()
        .filter(|line| line.contains("is a file of the package"))
        .collect();
    assert_eq!(
        told,
        [
            "warning: `/usr/share/debconf/confmodule` is a file of the package `debconf`, over which dpkg will not write: choose another \
          place, or a folder of drop-ins beside it"
        ]
    );
}
