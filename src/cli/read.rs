//! Reading the command line: clap's tree with a variable for every flag, and what clap itself cannot say.

use super::{Cli, Command};
use crate::failure::exit_codes;
use crate::report::Color;
use clap::builder::{Resettable, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, CommandFactory as _, FromArgMatches as _, ValueEnum as _};
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;

/// What the variables of all flags begin with.
const PREFIX: &str = "DEB_BUILD_APP_";

/// Returns the value of a variable, when it is set.
pub(crate) type Variable<'a> = &'a dyn Fn(&OsStr) -> Option<OsString>;

/// Flags of which one takes the place of the other: what was typed wins over what a variable says.
const EITHER: [(&str, &str); 2] = [("deb_version", "revision"), ("lock", "locked")];

impl Cli {
    /// Reads the words of a command line, the first of which is the program's name, and the variables of its flags. A variable
    /// that is empty is none: CI systems set what they have no value for to nothing.
    ///
    /// # Errors
    /// clap's answer, which is also the help and the version.
    pub fn read(words: &[OsString], variable: Variable<'_>) -> Result<Cli, clap::Error> {
        let mut command = without_empty(command(), variable);
        let matches = command
            .try_get_matches_from_mut(words)
            .map_err(|error| name_variable(error, &command, words, variable))?;
        let mut cli =
            Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        // What was typed now wins over what is set for every day.
        match [typed(&matches, "quiet"), typed(&matches, "verbose")] {
            [true, false] => cli.verbose = 0,
            [false, true] => cli.quiet = 0,
            _ => {}
        }
        check_dependent(&cli, &matches, &mut command)?;
        settle_either(&mut cli, &matches, &mut command)?;
        Ok(cli)
    }
}

/// Returns the whole command line as clap knows it: of this the help, the manual and the completions are made too.
pub fn command() -> clap::Command {
    with_variables(Cli::command()).after_long_help(exit_code_help())
}

/// Returns what the words or else the variable say of colours, as far as that can be told before the rest is understood.
pub fn color_of(words: &[OsString], variable: Option<&str>) -> Color {
    let mut words = words.iter().filter_map(|word| word.to_str());
    let mut said = None;
    while let Some(word) = words.next() {
        match word.strip_prefix("--color") {
            _ if word == "--" => break,
            Some("") => said = words.next(),
            Some(rest) => said = rest.strip_prefix('=').or(said),
            None => {}
        }
    }
    said.or(variable)
        .and_then(|word| Color::from_str(word, false).ok())
        .unwrap_or_default()
}

/// Gives every flag of a command and of those below it the variable that is named after it.
fn with_variables(command: clap::Command) -> clap::Command {
    // Where `init` puts a recipe is not where a package goes.
    let own = if command.get_name() == "init" {
        "INIT_"
    } else {
        ""
    };
    command
        .mut_args(|arg| match arg.get_long() {
            Some("output") => with_variable(arg, own),
            _ => with_variable(arg, ""),
        })
        .mut_subcommands(with_variables)
}

fn with_variable(arg: Arg, own: &str) -> Arg {
    let arg = match arg.get_action() {
        ArgAction::SetTrue => arg.value_parser(parse_switch),
        ArgAction::Count => arg.value_parser(parse_count),
        _ => arg,
    };
    // The help says the rule once, and the manual lists the names.
    let arg = arg.hide_env(true);
    match (arg.get_long(), arg.get_env()) {
        (Some(long), None) => {
            let variable = format!("{PREFIX}{own}{}", long.to_uppercase().replace('-', "_"));
            arg.env(variable)
        }
        _ => arg,
    }
}

/// Reads the variable of a switch; clap gives `true` when the switch itself is there.
fn parse_switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "" | "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("it is a switch: `true` or `false`".to_owned()),
    }
}

/// Reads the variable of a flag that is counted; clap gives the number of times when the flag itself is there.
fn parse_count(text: &str) -> Result<u8, String> {
    let number = || {
        text.parse()
            .map_err(|_| "it is counted: 0, 1 or 2".to_owned())
    };
    parse_switch(text).map(u8::from).or_else(|_| number())
}

/// Takes the variables that are empty from the flags of a command and of those below it.
fn without_empty(command: clap::Command, variable: Variable<'_>) -> clap::Command {
    command
        .mut_args(|arg| {
            let value = arg.get_env().and_then(variable);
            if value.is_some_and(|value| value.is_empty()) {
                arg.env(Resettable::<clap::builder::OsStr>::Reset)
            } else {
                arg
            }
        })
        .mut_subcommands(|command| without_empty(command, variable))
}

/// Says where a value comes from that nobody typed: clap names the flag alone.
fn name_variable(
    mut error: clap::Error,
    command: &clap::Command,
    words: &[OsString],
    variable: Variable<'_>,
) -> clap::Error {
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let long = shown.trim_start_matches("--").split([' ', '=']).next();
    let Some(arg) = long.and_then(|long| flag(command, long)) else {
        return error;
    };
    let typed = words.iter().filter_map(|word| word.to_str()).any(|word| {
        match (word.strip_prefix("--"), word.strip_prefix('-')) {
            (Some(rest), _) => rest.split('=').next() == arg.get_long(),
            (None, Some(letters)) => arg.get_short().is_some_and(|it| letters.starts_with(it)),
            (None, None) => false,
        }
    });
    let Some(name) = arg
        .get_env()
        .filter(|name| !typed && variable(name).is_some())
    else {
        return error;
    };
    let tip = format!(
        "the value is that of the variable `{}`",
        name.to_string_lossy()
    );
    error.insert(
        ContextKind::Suggested,
        ContextValue::StyledStrs(vec![StyledStr::from(tip)]),
    );
    error
}

/// Finds a flag of a command, or of one below it.
fn flag<'a>(command: &'a clap::Command, long: &str) -> Option<&'a Arg> {
    let own = command
        .get_arguments()
        .find(|arg| arg.get_long() == Some(long));
    own.or_else(|| command.get_subcommands().find_map(|it| flag(it, long)))
}

/// Refuses flags that mean nothing without another one. Said here and not to clap, which would also refuse them where only
/// their variable is set, for another command.
fn check_dependent(
    cli: &Cli,
    matches: &ArgMatches,
    command: &mut clap::Command,
) -> Result<(), clap::Error> {
    let Some((name, matches)) = matches.subcommand() else {
        return Ok(());
    };
    let why = match &cli.command {
        Command::Inspect(inspect) if typed(matches, "strict") && !inspect.check => {
            "`--strict` judges nothing without `--check`"
        }
        Command::Build(build) if typed(matches, "files") && !build.dry_run => {
            "`--files` prints nothing without `--dry-run`"
        }
        _ => return Ok(()),
    };
    Err(refusal(
        command,
        name,
        ErrorKind::MissingRequiredArgument,
        why,
    ))
}

/// Leaves one of two flags that exclude each other: the one that was typed.
fn settle_either(
    cli: &mut Cli,
    matches: &ArgMatches,
    command: &mut clap::Command,
) -> Result<(), clap::Error> {
    let options = match &mut cli.command {
        Command::Build(build) => &mut build.options,
        Command::Plan(plan) => &mut plan.build,
        _ => return Ok(()),
    };
    let Some((name, matches)) = matches.subcommand() else {
        return Ok(());
    };
    for (one, other) in EITHER {
        let there = |id| matches.value_source(id).is_some();
        if !there(one) || !there(other) {
            continue;
        }
        let dropped = match (typed(matches, one), typed(matches, other)) {
            (true, false) => other,
            (false, true) => one,
            _ => {
                let [one, other] = [one, other].map(|id| id.replace('_', "-"));
                let why = format!("`--{one}` and `--{other}` cannot be used together");
                return Err(refusal(command, name, ErrorKind::ArgumentConflict, &why));
            }
        };
        match dropped {
            "deb_version" => options.deb_version = None,
            "revision" => options.revision = None,
            "lock" => options.source.lock = None,
            _ => options.source.locked = None,
        }
    }
    Ok(())
}

fn refusal(command: &mut clap::Command, name: &str, kind: ErrorKind, why: &str) -> clap::Error {
    let error = clap::Error::raw(kind, why);
    match command.find_subcommand_mut(name) {
        Some(command) => error.format(command),
        None => error,
    }
}

/// Returns whether an argument was given on the command line, before or behind the name of the command.
fn typed(matches: &ArgMatches, id: &str) -> bool {
    matches.value_source(id) == Some(ValueSource::CommandLine)
}

fn exit_code_help() -> String {
    let mut text = "Every flag has a variable that is named after it: `--cache-dir` is `DEB_BUILD_APP_CACHE_DIR` (`--output` of `init` is \
                    `DEB_BUILD_APP_INIT_OUTPUT`). An empty variable is none, and what is typed wins.\n\n\
                    Exit codes:\n"
        .to_owned();
    for (code, meaning) in exit_codes() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {code:<14}{meaning}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_in_a_variable_is_read_as_people_write_it() {
        for (text, expected) in [
            ("1", Some(true)),
            ("true", Some(true)),
            ("Yes", Some(true)),
            ("ON", Some(true)),
            ("", Some(false)),
            ("0", Some(false)),
            ("false", Some(false)),
            ("no", Some(false)),
            ("off", Some(false)),
            ("maybe", None),
            ("2", None),
        ] {
            assert_eq!(parse_switch(text).ok(), expected, "{text:?}");
        }
        for (text, expected) in [
            ("true", Some(1)),
            ("", Some(0)),
            ("2", Some(2)),
            ("-1", None),
            ("many", None),
        ] {
            assert_eq!(parse_count(text).ok(), expected, "{text:?}");
        }
    }

    #[test]
    fn colours_are_known_before_the_words_are_understood() {
        let of = |words: &[&str], variable| {
            let words: Vec<_> = words.iter().map(OsString::from).collect();
            color_of(&words, variable)
        };
        for (words, variable, expected) in [
            (&["x"][..], None, Color::Auto),
            (&["x", "--color", "always"], None, Color::Always),
            (
                &["x", "--nonsense", "--color=never"],
                Some("always"),
                Color::Never,
            ),
            (&["x", "--colour"], Some("always"), Color::Always),
            (&["x", "--color"], None, Color::Auto),
            (&["x", "--", "--color=never"], None, Color::Auto),
        ] {
            assert_eq!(of(words, variable), expected, "{words:?} {variable:?}");
        }
    }

    #[test]
    fn the_tree_of_commands_is_sound() {
        command().debug_assert();
    }
}
