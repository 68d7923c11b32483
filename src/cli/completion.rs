//! Scripts that complete words of the command line, made of it by `clap_complete`, with three of its faults mended.

use super::read::command;
use clap::builder::PossibleValue;
use clap::{Arg, ValueHint};
use clap_complete::Shell;
use std::fmt::Write as _;

/// Returns the script for a shell.
///
/// # Panics
/// Never: the scripts are made of the texts of the command line, which are UTF-8.
pub fn completion(shell: Shell) -> String {
    let mut command = command().mut_subcommands(|command| command.mut_args(with_file_names));
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, &name, &mut script);
    let script = String::from_utf8(script).expect("clap's texts are UTF-8");
    match shell {
        Shell::Bash => with_files_first(&with_reachable_commands(&script, &name)),
        Shell::Fish => script + &values_of_positionals(&command, &name),
        _ => script,
    }
}

/// Says of every path that it may name a file: the shells then complete folders on the way too, and bash learns that the words
/// are file names, which end in a slash or want quotes.
fn with_file_names(arg: Arg) -> Arg {
    match arg.get_value_hint() {
        ValueHint::AnyPath => arg.value_hint(ValueHint::FilePath),
        _ => arg,
    }
}

/// Mends the script for bash: it goes to a branch that is named after the program with `__` for each hyphen, but the branches are
/// named with `__subcmd__`, as if each hyphen began another command (`clap_complete` 4.6). No command was completed further.
fn with_reachable_commands(script: &str, name: &str) -> String {
    let labelled = format!("{}__subcmd__", name.replace('-', "__subcmd__"));
    let looked_for = format!("{}__subcmd__", name.replace('-', "__"));
    script.replace(&labelled, &looked_for)
}

/// Mends the script for bash: behind a command it offered flags alone until the first letter of a file was there. Where nothing
/// but flags is known, flags are offered when a hyphen is there, and bash offers files.
fn with_files_first(script: &str) -> String {
    const SECOND_WORD: &str = " || ${COMP_CWORD} -eq 2 ";
    const FLAGS: &str = "$(compgen -W \"${opts}\" -- \"${cur}\")";
    let mut only_flags = false;
    let mut behind_hyphen = false;
    let mut mended = String::with_capacity(script.len());
    for line in script.lines() {
        if let Some(words) = line.trim_start().strip_prefix("opts=") {
            let mut words = words.trim_matches('"').split(' ');
            only_flags = words.all(|word| word.starts_with('-'));
        }
        let line = match only_flags {
            true if line.contains(SECOND_WORD) => {
                behind_hyphen = true;
                line.replace(SECOND_WORD, " ")
            }
            true if line.contains(FLAGS) && !std::mem::take(&mut behind_hyphen) => {
                line.replace(FLAGS, "")
            }
            _ => line.to_owned(),
        };
        mended.push_str(&line);
        mended.push('\n');
    }
    mended
}

/// Returns lines for fish that offer the values of arguments without a name, which the script leaves out.
fn values_of_positionals(command: &clap::Command, name: &str) -> String {
    let function = format!("__fish_{}_using_subcommand", name.replace('-', "_"));
    let mut lines = String::new();
    for command in command.get_subcommands() {
        for argument in command.get_positionals() {
            let values = argument.get_possible_values();
            let values: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
            if !values.is_empty() {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    lines,
                    "complete -c {name} -n \"{function} {}\" -f -a \"{}\"",
                    command.get_name(),
                    values.join(" ")
                );
            }
        }
    }
    lines
}
