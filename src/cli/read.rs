//! Reading the command line: clap's tree with a variable for every flag, and what clap itself cannot say.

use super::{Cli, Command};
use crate::failure::exit_codes;
use crate::report::Color;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, CommandFactory as _, FromArgMatches as _, ValueEnum as _};
use std::ffi::OsString;
use std::fmt::Write as _;

/// What the variables of all flags begin with.
const PREFIX: &str = "DEB_BUILD_APP_";

impl Cli {
    /// Reads the words of a command line, the first of which is the program's name, and the variables of its flags.
    ///
    /// # Errors
    /// clap's answer, which is also the help and the version.
    pub fn read(words: &[OsString]) -> Result<Cli, clap::Error> {
        let mut command = command();
        let matches = command.try_get_matches_from_mut(words)?;
        let mut cli =
            Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        // What was typed now wins over what is set for every day.
        match [typed(&matches, "quiet"), typed(&matches, "verbose")] {
            [true, false] => cli.verbose = 0,
            [false, true] => cli.quiet = 0,
            _ => {}
        }
        check_strict(&cli, &matches, &mut command)?;
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
    command
        .mut_args(with_variable)
        .mut_subcommands(with_variables)
}

fn with_variable(arg: Arg) -> Arg {
    let arg = match arg.get_action() {
        ArgAction::SetTrue => arg.value_parser(parse_switch),
        ArgAction::Count => arg.value_parser(parse_count),
        _ => arg,
    };
    // The help says the rule once, and the manual lists the names.
    let arg = arg.hide_env(true);
    match (arg.get_long(), arg.get_env()) {
        (Some(long), None) => {
            let variable = format!("{PREFIX}{}", long.to_uppercase().replace('-', "_"));
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

/// Refuses `--strict` without `--check`. Said here and not to clap, which would also refuse it where only its variable is set,
/// for another command.
fn check_strict(
    cli: &Cli,
    matches: &ArgMatches,
    command: &mut clap::Command,
) -> Result<(), clap::Error> {
    match (&cli.command, matches.subcommand()) {
        (Command::Inspect(inspect), Some((name, matches)))
            if typed(matches, "strict") && !inspect.check =>
        {
            let error = clap::Error::raw(
                ErrorKind::MissingRequiredArgument,
                "`--strict` judges nothing without `--check`",
            );
            Err(match command.find_subcommand_mut(name) {
                Some(inspect) => error.format(inspect),
                None => error,
            })
        }
        _ => Ok(()),
    }
}

/// Returns whether an argument was given on the command line, before or behind the name of the command.
fn typed(matches: &ArgMatches, id: &str) -> bool {
    matches.value_source(id) == Some(ValueSource::CommandLine)
}

fn exit_code_help() -> String {
    let mut text = "Every flag has a variable that is named after it: `--cache-dir` is `DEB_BUILD_APP_CACHE_DIR`.\n\n\
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
