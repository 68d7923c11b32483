//! Conffiles, triggers and questions that dpkg or debconf would not have as they are.

use super::{Tried, build, recipe};

#[test]
fn item_28_a_conffile_is_a_file_of_the_package_listed_once() {
    let tried = Tried::new()
        .link("etc/link", "demo.conf")
        .with(&["opt/demo/x.conf"]);
    let refused = |list: &str| tried.refused(&format!("conffiles = {list}\n"));
    for (name, why, hint) in [
        (
            "/etc/none",
            "is not in the package",
            "ship the file, or take it off the list",
        ),
        (
            "/etc/link",
            "is a symbolic link",
            "list the file it points to",
        ),
        ("/etc", "is a directory", "list the files in it"),
    ] {
        assert_eq!(
            refused(&format!("[\"{name}\"]")),
            build(&format!(
                "error: the conffile `{name}` {why}\n\nhint: {hint}\n"
            ))
        );
    }
    assert_eq!(
        refused("[\"/etc/demo.conf\", \"/etc/demo.conf\"]"),
        recipe(
            "error[recipe::conflict]: `/etc/demo.conf` is listed twice\n --> demo.toml:9:32\n  |\n\
             9 | conffiles = [\"/etc/demo.conf\", \"/etc/demo.conf\"]\n  |                                ^^^^^^^^^^^^^^^^\n  |\n  \
             = help: list it once\n"
        )
    );
    assert_eq!(
        refused("[\"remove-on-upgrade /etc/demo.conf\"]"),
        recipe(
            "error[recipe::invalid-value]: `package.conffiles` is not valid\n --> demo.toml:9:14\n  |\n\
             9 | conffiles = [\"remove-on-upgrade /etc/demo.conf\"]\n  |              \
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the path does not start with `/`\n"
        )
    );
    assert_eq!(
        refused("\"all\""),
        recipe(
            "error[recipe::invalid-value]: `package.conffiles` is not valid\n --> demo.toml:9:13\n  |\n\
             9 | conffiles = \"all\"\n  |             ^^^^^ this is not `auto`\n  |\n  \
             = help: write `\"auto\"` for every file below `/etc`, or a list of paths\n"
        )
    );
    let mut command = tried.command("conffiles = [\"/opt/demo/x.conf\"]\n");
    assert_eq!(
        tried.warned(&mut command),
        ["the conffile `/opt/demo/x.conf` is outside `/etc`, where nobody looks for configuration"]
    );
}

#[test]
fn item_29_a_conffile_is_not_written_by_a_script() {
    let tried = Tried::new();
    tried.context.write(
        "postinst",
        "#!/bin/sh\nset -e\nsed -i s/1/2/ /etc/demo.conf\n",
    );
    assert_eq!(
        tried.refused("[scripts]\npostinst = \"postinst\"\n"),
        build(
            "error: the script `postinst` writes to the conffile `/etc/demo.conf` in line 3\n\n\
             hint: leave the file to dpkg, or take it off the list of conffiles and let the script make it\n"
        )
    );
    assert_eq!(
        tried
            .refused("[scripts]\nprerm = \"none\"\n")
            .1
            .lines()
            .next(),
        Some("error: `[TEST]/none`, which `scripts.prerm` names, cannot be read")
    );
    tried.context.write("prerm", "set -e\n");
    assert_eq!(
        tried.refused("[scripts]\nprerm = \"prerm\"\n"),
        build(
            "error: the script `prerm` does not begin with `#!/`\n\nhint: begin it with `#!/bin/sh`\n"
        )
    );
}

#[test]
fn item_40_triggers_are_those_that_dpkg_fires() {
    let form = "write it like `interest-noawait /usr/share/demo`";
    for (line, why, hint) in [
        ("interest", "is not of the form `directive name`", form),
        (
            "watch /usr/x",
            "has the unknown directive `watch`",
            "the directives are `activate`, `activate-await`, `activate-noawait`, `interest`, `interest-await`, `interest-noawait`",
        ),
        (
            "interest /usr/ü",
            "has a name with a space or a character outside ASCII",
            form,
        ),
        (
            "interest a b",
            "has a name with a space or a character outside ASCII",
            form,
        ),
        ("interest usr/x", "has a path that is not absolute", form),
        (
            "interest /usr/*",
            "has a pattern, which dpkg takes literally",
            "name the folder: a trigger on it covers everything below",
        ),
        (
            "interest /etc/demo.conf",
            "is an interest in a file of the package itself",
            "do in `postinst configure` what the trigger is to do, and remove it",
        ),
    ] {
        assert_eq!(
            Tried::new().refused(&format!("triggers = [\"{line}\"]\n")),
            build(&format!(
                "error: the trigger `{line}` {why}\n\nhint: {hint}\n"
            ))
        );
    }
}

#[test]
fn item_41_questions_begin_with_the_name_of_the_package() {
    let tried = Tried::new();
    tried.context.write(
        "questions",
        "Template: other/port\nType: string\nDescription: Port\n",
    );
    assert_eq!(
        tried.refused("templates = \"questions\"\n"),
        build(
            "error: the debconf template `other/port` does not begin with `demo/`\n\n\
             hint: all packages share one name space: call it `demo/NAME`\n"
        )
    );
}
