mod said;

use crate::context::{TestContext, TinyApp, tool};
use crate::progress::without_numbers;
use deb_build_app::plan::UV_VERSION;
use said::{COMMANDS, Colours, STAGES, painted, warning_only, with_output};
use std::process::Command;

/// An app with a module that is no Python, of which a build warns.
struct App(TestContext);

impl App {
    fn new() -> Self {
        let context = TestContext::new().with_only_uv();
        context.write(
            "recipe.toml",
            "[package]\nname = \"tiny\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\n\
             summary = \"small thing\"\n[source]\ngit = \"app\"\n",
        );
        TinyApp {
            name: "tiny",
            module: "tiny.py",
            text: r#""x =\n""#,
            metadata: "",
            before: "print('the backend speaks')",
        }
        .commit(&context);
        context.build(&context.path("recipe.toml"));
        App(context)
    }

    /// Builds, and returns what was written to standard error; to standard output it is the path alone.
    fn says(&self, words: &[&str], variables: &[(&str, &str)]) -> String {
        let mut command = self.0.command(["build", "-o", "out", "recipe.toml"]);
        command.args(words).envs(variables.iter().copied());
        let output = command.output().unwrap();
        self.is_the_path_alone(&output.stdout);
        self.plain(&output.stderr)
    }

    /// Builds with standard error on a terminal of 100 columns, and returns what stands there in the end, and all that was drawn.
    fn shows(&self, words: &[&str], variables: &[(&str, &str)]) -> (String, String) {
        let mut script = Command::new("script");
        script
            .args(["--quiet", "--return", "--command"])
            .arg(format!(
                "stty cols 100 && {} build -o out recipe.toml {} >result",
                tool().display(),
                words.join(" ")
            ))
            .arg("/dev/null")
            .current_dir(self.0.path(""));
        self.0.set_environment(&mut script);
        script.env("TERM", "xterm").envs(variables.iter().copied());
        let output = script.output().unwrap();
        self.is_the_path_alone(&std::fs::read(self.0.path("result")).unwrap());
        let drawn = String::from_utf8(output.stdout).unwrap();
        // A line that moves is cleared (`EL`) before the next is written in its place.
        let stands: String = drawn
            .split("\r\n")
            .map(|line| line.rsplit("\u{1b}[2K").next().unwrap())
            .collect::<Vec<_>>()
            .join("\n");
        (self.plain(stands.as_bytes()), drawn)
    }

    fn is_the_path_alone(&self, stdout: &[u8]) {
        assert_eq!(self.0.plain(stdout), "[TEST]/out/tiny_1.0-1_all.deb\n");
    }

    fn plain(&self, text: &[u8]) -> String {
        let uv = format!("[CACHE]/tools/uv-{UV_VERSION}/uv");
        let text = self.0.plain(text).replace(&uv, "UV");
        without_numbers(&text)
    }
}

#[test]
fn in_a_pipe_there_is_a_line_for_each_stage_and_no_escape_code() {
    let app = App::new();
    for (words, variables) in [
        (&[][..], &[][..]),
        (&["--no-progress"], &[]),
        (&["--color", "auto"], &[("CI", "true"), ("TERM", "xterm")]),
        (&["--color=never"], &[("CLICOLOR_FORCE", "1")]),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]),
        (
            &[],
            &[("DEB_BUILD_APP_COLOR", "never"), ("CLICOLOR_FORCE", "1")],
        ),
    ] {
        assert_eq!(
            app.says(words, variables),
            painted(STAGES, Colours::None),
            "{words:?} {variables:?}"
        );
    }
    for (words, variables) in [
        (&["--color=always"][..], &[("NO_COLOR", "1")][..]),
        (&[], &[("CLICOLOR_FORCE", "1")]),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]),
        (&[], &[("DEB_BUILD_APP_COLOR", "always")]),
    ] {
        assert_eq!(
            app.says(words, variables),
            painted(STAGES, Colours::All),
            "{words:?} {variables:?}"
        );
    }
}

#[test]
fn quiet_and_verbose_say_less_and_more_step_by_step() {
    let app = App::new();
    let warning = warning_only();
    let output = with_output();
    for (words, variables, expected) in [
        (&["-q"][..], &[][..], warning.as_str()),
        (&["-qq"], &[], ""),
        (&["-qqq"], &[], ""),
        (&["-v"], &[], COMMANDS),
        (&["-vv"], &[], &output),
        (&["-q", "-v"], &[], STAGES),
        (&[], &[("DEB_BUILD_APP_QUIET", "1")], &warning),
        (&[], &[("DEB_BUILD_APP_QUIET", "true")], &warning),
        (&[], &[("DEB_BUILD_APP_QUIET", "2")], ""),
        (&[], &[("DEB_BUILD_APP_QUIET", "0")], STAGES),
        (&[], &[("DEB_BUILD_APP_QUIET", "")], STAGES),
        (&[], &[("DEB_BUILD_APP_VERBOSE", "1")], COMMANDS),
        // What is typed wins over what is set.
        (&["-v"], &[("DEB_BUILD_APP_QUIET", "2")], COMMANDS),
        (&["-q"], &[("DEB_BUILD_APP_VERBOSE", "2")], &warning),
    ] {
        assert_eq!(
            app.says(words, variables),
            painted(expected, Colours::None),
            "{words:?} {variables:?}"
        );
    }
}

#[test]
fn on_a_terminal_a_line_moves_and_what_stands_in_the_end_is_that_of_a_pipe() {
    let app = App::new();
    let (stands, drawn) = app.shows(&[], &[]);
    assert_eq!(stands, painted(STAGES, Colours::All));
    assert!(
        drawn.contains("[3/5] building the virtualenv … \u{1b}[2mthe backend speaks"),
        "{drawn:?}"
    );
    let (stands, drawn) = app.shows(&[], &[("NO_COLOR", "1")]);
    assert_eq!(stands, painted(STAGES, Colours::None));
    assert!(
        drawn.contains("[3/5] building the virtualenv … the backend speaks"),
        "{drawn:?}"
    );
    assert!(!drawn.contains("\u{1b}[2m"), "{drawn:?}");
}

#[test]
fn on_a_terminal_nothing_moves_when_that_is_not_wanted() {
    let app = App::new();
    let warning = warning_only();
    for (words, variables, expected, colours) in [
        (&["--no-progress"][..], &[][..], STAGES, Colours::All),
        (&[], &[("CI", "true")], STAGES, Colours::All),
        (&[], &[("TERM", "dumb")], STAGES, Colours::None),
        (
            &["--no-progress"],
            &[("NO_COLOR", "1")],
            STAGES,
            Colours::None,
        ),
        (
            &["--no-progress", "--color=never"],
            &[],
            STAGES,
            Colours::None,
        ),
        (&["-q"], &[], &warning, Colours::All),
        (&["-qq"], &[], "", Colours::All),
        (&["-v"], &[], COMMANDS, Colours::All),
        (
            &["-vv"],
            &[("NO_COLOR", "1")],
            &with_output(),
            Colours::None,
        ),
    ] {
        let (stands, drawn) = app.shows(words, variables);
        assert_eq!(
            stands,
            painted(expected, colours),
            "{words:?} {variables:?}"
        );
        assert!(
            !drawn.contains("\u{1b}[2K"),
            "{words:?} {variables:?}: {drawn:?}"
        );
    }
}

#[test]
fn json_is_alone_on_standard_output_in_whatever_mode() {
    let context = TestContext::new();
    let json = |words: &[&str], variables: &[(&str, &str)]| {
        let mut command = context.command(words);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (document["format"].clone(), output.stdout)
    };
    let (format, plain) = json(&["doctor", "--json"], &[]);
    assert_eq!(format, 1);
    for words in [
        &["doctor", "--json", "-q"][..],
        &["doctor", "--json", "-qq"],
        &["doctor", "--json", "-v"],
        &["-vv", "doctor", "--json"],
        &["doctor", "--json", "--color", "always"],
    ] {
        assert_eq!(
            without_room(&json(words, &[]).1),
            without_room(&plain),
            "{words:?}"
        );
    }
    for value in ["1", "true", "yes", "on"] {
        let variables = [("DEB_BUILD_APP_JSON", value)];
        assert_eq!(json(&["doctor"], &variables).0, 1, "{value}");
    }
    for value in ["0", "false", "no", "off", ""] {
        let mut command = context.command(["doctor"]);
        let output = command.env("DEB_BUILD_APP_JSON", value).output().unwrap();
        assert!(output.stdout.starts_with(b"ok "), "{value}");
    }
}

/// How much is free changes while other tests run.
fn without_room(document: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(document).into_owned();
    let lines = text.lines().filter(|line| !line.contains(" free"));
    lines.map(str::to_owned).collect()
}

#[test]
fn errors_have_colours_where_they_are_wanted() {
    let context = TestContext::new();
    for (words, expected) in [
        (
            &["inspect", "nowhere.deb", "--color=always"][..],
            "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m `nowhere.deb` cannot be opened\n  \
             \u{1b}[1m\u{1b}[33mcaused by:\u{1b}[0m failed to open file `nowhere.deb`: No such file or directory (os error 2)\n\n\
             \u{1b}[1m\u{1b}[36mhint:\u{1b}[0m name a .deb file, or `-` for standard input\n",
        ),
        (
            &["inspect", "nowhere.deb", "-qq"],
            "error: `nowhere.deb` cannot be opened\n  \
             caused by: failed to open file `nowhere.deb`: No such file or directory (os error 2)\n\n\
             hint: name a .deb file, or `-` for standard input\n",
        ),
        (
            &["inspect", "x.deb", "--strict"],
            "error: `--strict` judges nothing without `--check`\n\nUsage: deb-build-app inspect [OPTIONS] <FILE.deb>\n\n\
             For more information, try '--help'.\n",
        ),
    ] {
        let (_, stdout, stderr) = context.said(words);
        assert_eq!(
            (stdout.as_str(), stderr.as_str()),
            ("", expected),
            "{words:?}"
        );
    }
    let coloured = context.said(&["--color", "always", "--nope"]).2;
    assert!(
        coloured.starts_with("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m "),
        "{coloured:?}"
    );
    let help = context.said(&["--help"]).1;
    assert!(!help.contains('\u{1b}'), "{help:?}");
}
