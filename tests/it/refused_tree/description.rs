//! Descriptions that `pack` refuses or doubts, with what they name beside them or in the tree.

use super::{Tried, build, recipe};
use crate::context::{TestContext, outcome};
use crate::pack::HEAD;

#[test]
fn item_16_a_path_is_absolute_and_in_one_spelling() {
    let said = Tried::new().refused(
        "conffiles = [\"etc/x\", \"/etc/../x\", \"/etc//x\", \"/etc/./x\"]\n[modes]\n\"/usr/\\u0000\" = \"0644\"\n",
    );
    assert_eq!(
        said,
        recipe(
            "error[recipe::invalid-value]: `package.conffiles` is not valid
 --> demo.toml:9:14
  |
9 | conffiles = [\"etc/x\", \"/etc/../x\", \"/etc//x\", \"/etc/./x\"]
  |              ^^^^^^^ the path does not start with `/`

error[recipe::invalid-value]: `package.conffiles` is not valid
 --> demo.toml:9:23
  |
9 | conffiles = [\"etc/x\", \"/etc/../x\", \"/etc//x\", \"/etc/./x\"]
  |                       ^^^^^^^^^^^ the path has the component `..`

error[recipe::invalid-value]: `package.conffiles` is not valid
 --> demo.toml:9:36
  |
9 | conffiles = [\"etc/x\", \"/etc/../x\", \"/etc//x\", \"/etc/./x\"]
  |                                    ^^^^^^^^^ the path starts or ends with `/`, or has `//`

error[recipe::invalid-value]: `package.conffiles` is not valid
 --> demo.toml:9:47
  |
9 | conffiles = [\"etc/x\", \"/etc/../x\", \"/etc//x\", \"/etc/./x\"]
  |                                               ^^^^^^^^^^ the path has the component `.`

error[recipe::invalid-value]: `modes.\"/usr/\\u0000\"` is not valid
  --> demo.toml:11:1
   |
11 | \"/usr/\\u0000\" = \"0644\"
   | ^^^^^^^^^^^^^ the path has a NUL byte
"
        )
    );
}

/// A compressed member beyond ten digits is refused where the `ar` header is made; its own test is there.
#[test]
fn item_31_a_compression_is_one_that_dpkg_reads_everywhere() {
    let tried = Tried::new();
    for (text, why) in [
        (
            "bzip2",
            "is not `zstd`, `xz`, `gzip` or `none`, with `:LEVEL` or without",
        ),
        (
            "lzma",
            "is not `zstd`, `xz`, `gzip` or `none`, with `:LEVEL` or without",
        ),
        (
            "zstd:20",
            "has a level that is not between 1 and 19, those of zstd",
        ),
        ("xz:fast", "has a level that is not a number"),
    ] {
        let carets = "^".repeat(text.len() + 2);
        assert_eq!(
            tried.refused(&format!("[output]\ncompression = \"{text}\"\n")),
            recipe(&format!(
                "error[recipe::invalid-value]: `output.compression` is not valid\n  --> demo.toml:10:15\n   |\n\
                 10 | compression = \"{text}\"\n   |               {carets} {why}\n   |\n   \
                 = help: write such as `zstd:9`, `xz:6`, `gzip:9` or `none`\n"
            ))
        );
        let mut command = tried.command("");
        assert_eq!(
            tried.refused_by(command.args(["--compression", text])),
            (
                2,
                format!(
                    "error: invalid value '{text}' for '--compression <METHOD>': {why}\n\n\
                     For more information, try '--help'.\n"
                )
            )
        );
    }
}

#[test]
fn item_32_source_date_epoch_is_a_time_and_not_in_the_future() {
    let tried = Tried::new();
    for text in ["yesterday", "-1", "1.5", "+1", "8589934592", ""] {
        let mut command = tried.command("");
        assert_eq!(
            tried.refused_by(command.env("SOURCE_DATE_EPOCH", text)),
            (
                4,
                format!(
                    "error: `SOURCE_DATE_EPOCH` is `{text}`, which is not a number of seconds since 1970\n\n\
                     hint: set it to a whole number, or unset it: the time of the commit, or of the newest file of the tree, is used then\n"
                )
            )
        );
    }
    let mut command = tried.command("");
    assert_eq!(
        tried.warned(command.env("SOURCE_DATE_EPOCH", "8589934591")),
        ["`SOURCE_DATE_EPOCH` is in the future"]
    );
}

#[test]
fn every_problem_of_a_description_is_shown_with_its_place() {
    let tried = Tried::new();
    let description = "[package]\nname = \"Demo\"\nversion = \"1_0\"\narchitecture = \"x86_64\"\nmaintaner = \"Ada\"\n\
        essential = true\nfields = { XB-Status = \"x\" }\n[modes]\n\"/usr\" = 755\n[script]\n";
    tried.context.write("demo.toml", description);
    let mut command = tried
        .context
        .command(["pack", "-o", "out", "demo.toml", "tree"]);
    assert_eq!(tried.refused_by(&mut command), recipe(PROBLEMS));
}

#[test]
fn a_description_or_tree_that_is_not_there_says_so() {
    let context = TestContext::new();
    context.write("demo.toml", HEAD);
    let said = |words: &[&str]| {
        let (output, code) = outcome(context.command(["pack", "-o", "out"]).args(words));
        (code.unwrap(), context.plain(&output.stderr))
    };
    assert_eq!(
        said(&["none.toml", "tree"]),
        recipe(
            "error: there is no description `none.toml`\n\nhint: name a TOML file with a table `[package]`\n"
        )
    );
    assert_eq!(
        said(&["demo.toml", "tree"]),
        build(
            "error: there is no folder `tree`\n\nhint: name the folder whose content is the package's\n"
        )
    );
}

/// What is said of a description in which nearly everything is wrong.
const PROBLEMS: &str = r#"error[recipe::missing-key]: `package.section` is missing
 --> demo.toml:1:2
  |
1 | [package]
  |  ^^^^^^^ in this table

error[recipe::missing-key]: `package.summary` is missing
 --> demo.toml:1:2
  |
1 | [package]
  |  ^^^^^^^ in this table

error[recipe::invalid-value]: `package.name` is not valid
 --> demo.toml:2:8
  |
2 | name = "Demo"
  |        ^^^^^^ has an upper-case letter, `D`: names of packages are lower case
  |
  = help: write `demo`

error[recipe::invalid-value]: `package.version` is not valid
 --> demo.toml:3:11
  |
3 | version = "1_0"
  |           ^^^^^ has `_`: only letters, digits, `.`, `+`, `~` and `-` are allowed
  |
  = help: write the upstream part, then `-` and the revision, such as `1.0-1`

error[recipe::invalid-value]: `package.architecture` is not valid
 --> demo.toml:4:16
  |
4 | architecture = "x86_64"
  |                ^^^^^^^^ is not what Debian calls an architecture: did you mean `amd64`?

error[recipe::unknown-key]: unknown key `package.maintaner`
 --> demo.toml:5:1
  |
5 | maintaner = "Ada"
  | ^^^^^^^^^
  |
  = help: did you mean `maintainer`?

error[recipe::invalid-value]: `package.essential` cannot be set
 --> demo.toml:6:1
  |
6 | essential = true
  | ^^^^^^^^^ only the packages that a system cannot boot without are that
  |
  = help: remove it

error[recipe::invalid-value]: `package.fields.XB-Status` is not valid
 --> demo.toml:7:12
  |
7 | fields = { XB-Status = "x" }
  |            ^^^^^^^^^ is written or reserved by the package tools
  |
  = help: name a field of your own, such as `XB-Team`, with one line of text

error[recipe::wrong-type]: `modes."/usr"` must be a string
 --> demo.toml:9:10
  |
9 | "/usr" = 755
  |          ^^^ this is an integer
  |
  = help: put it in quotes: `"755"`

error[recipe::unknown-key]: unknown key `script`
  --> demo.toml:10:2
   |
10 | [script]
   |  ^^^^^^
   |
   = help: did you mean `scripts`?
"#;
