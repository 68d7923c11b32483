//! The manual, made of the command line as clap knows it, so that no flag can be left out (man(7)).
//!
//! One page for the program and one for each command. The recipe has a page of its own, `deb-build-app.toml(5)`.

use super::read::command;
use crate::failure::exit_codes;
use crate::recipe::schema;
use clap::Arg;
use clap::builder::PossibleValue;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};
use std::io;

/// What stands in the middle of the first line of a page.
const MANUAL: &str = "Packages of Python apps";

/// When the manual last changed in more than its flags: man(7) wants a date, and pages are the same whenever they are made.
const DATE: &str = "2026-11-21";

/// Variables that are no flags. Those of flags follow from clap's tree.
const VARIABLES: &[(&str, &str)] = &[
    ("NO_COLOR", "No colours, when it is set and not empty."),
    (
        "CLICOLOR_FORCE",
        "Colours also where the output is no terminal, when it is set and neither empty nor 0.",
    ),
    (
        "CI",
        "No line moves, when it is set and neither empty nor false.",
    ),
    (
        "TERM",
        "If it is dumb, there are no colours, and no line moves.",
    ),
    (
        "RUST_BACKTRACE",
        "If it is 1, the message of a bug says how it came to that.",
    ),
    (
        "SOURCE_DATE_EPOCH",
        "The latest time that a file of the package may carry, in seconds since 1970.",
    ),
    (
        "XDG_CACHE_HOME, HOME",
        "Where caches are kept, unless --cache-dir says so.",
    ),
    ("TMPDIR", "The folder for temporary files."),
    (
        "http_proxy, https_proxy, no_proxy, all_proxy",
        "How the network is reached; given to git, uv and pip.",
    ),
    (
        "GIT_ASKPASS, SSH_ASKPASS, SSH_AUTH_SOCK, GIT_SSH, GIT_SSH_COMMAND, GIT_SSL_CAINFO",
        "How git gets to private repositories; so do ~/.netrc and the credential helpers of git's own configuration. Nothing \
         else of that configuration is used.",
    ),
    (
        "PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, UV_DEFAULT_INDEX, UV_INDEX",
        "The package indexes; given to uv and pip.",
    ),
    (
        "SSL_CERT_FILE, PIP_CERT, REQUESTS_CA_BUNDLE",
        "The certificate authorities that are trusted; otherwise those of the machine.",
    ),
];

/// Files and folders that are read or written.
const FILES: &[(&str, &str)] = &[
    (
        "deb-build-app.toml",
        "The recipe of an app; any other name will do.",
    ),
    (
        "~/.cache/deb-build-app/work/NAME",
        "The work folder of a build, empty at its start and gone at its end.",
    ),
    (
        "~/.cache/deb-build-app/log/NAME.log",
        "The commands of the last build and their whole output.",
    ),
    (
        "~/.cache/deb-build-app/log/NAME.source.log",
        "What git said of repositories on servers.",
    ),
    (
        "~/.cache/deb-build-app/git, tools, uv, pip",
        "What is kept between builds; it can be removed at any time.",
    ),
];

/// Commands to begin with, each with what it does.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "deb-build-app doctor recipes/demosite.toml",
        "Says what this machine lacks for a build, and how to mend it.",
    ),
    (
        "deb-build-app build -o dist/ recipes/demosite.toml",
        "Builds the package into the folder dist.",
    ),
    (
        "apt-get install -y \"$(deb-build-app build recipes/demosite.toml)\"",
        "Builds the package and installs it: standard output has its path alone.",
    ),
    (
        "deb-build-app inspect --check demosite_0.1-1_amd64.deb",
        "Shows what is in a package, and what is wrong with it.",
    ),
    (
        "deb-build-app completions bash >/etc/bash_completion.d/deb-build-app",
        "Lets bash complete commands, flags and files.",
    ),
];

/// Pages of others that help.
const SEE_ALSO: &[(&str, &str)] = &[
    ("deb-build-app.toml", "5"),
    ("deb", "5"),
    ("deb-control", "5"),
    ("dpkg", "1"),
    ("apt-get", "8"),
    ("systemd.service", "5"),
];

/// One page of the manual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualPage {
    /// The name of its file: `deb-build-app-build.1`.
    pub file: String,
    /// Its text, for man(1).
    pub text: Vec<u8>,
}

/// Returns all pages, the program's own first.
///
/// # Errors
/// Never in truth: a page is written into memory.
pub fn manual() -> io::Result<Vec<ManualPage>> {
    // clap's own `help` is no command that a manual needs to explain.
    let mut program = command().disable_help_subcommand(true);
    program.build();
    let program = program
        .mut_args(with_values_in_help)
        .mut_subcommands(|command| command.mut_args(with_values_in_help));
    let mut pages = vec![page(&program, &program_sections(&program))?];
    for command in program.get_subcommands() {
        pages.push(page(command, &command_sections(command))?);
    }
    pages.push(ManualPage {
        file: "deb-build-app.toml.5".to_owned(),
        text: schema::manual(DATE).into_bytes(),
    });
    Ok(pages)
}

/// Moves the values that an argument can have into its help: roff of a list of them has breaks that mandoc warns of.
fn with_values_in_help(arg: Arg) -> Arg {
    let values = arg.get_possible_values();
    if values.is_empty() || !arg.get_action().takes_values() {
        return arg;
    }
    let names: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = format!("{help} ({})", names.join(", "));
    arg.hide_possible_values(true).help(help)
}

fn page(command: &clap::Command, sections: &Roff) -> io::Result<ManualPage> {
    let version = env!("CARGO_PKG_VERSION");
    let man = Man::new(command.clone())
        .date(DATE)
        .source(format!("deb-build-app {version}"))
        .manual(MANUAL);
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    sections.to_writer(&mut text)?;
    Ok(ManualPage {
        file: man.get_filename(),
        text,
    })
}

fn program_sections(program: &clap::Command) -> Roff {
    let mut roff = Roff::new();
    let codes = exit_codes();
    let codes = codes
        .iter()
        .map(|(code, meaning)| (code.as_str(), *meaning));
    list(&mut roff, "EXIT STATUS", codes);
    roff.control("SH", ["ENVIRONMENT"]);
    roff.text([roman(
        "Every flag has a variable that is named after it. A flag on the command line wins. \
         A switch is true or false, and what is counted is a number.",
    )]);
    entries(
        &mut roff,
        flag_variables(program)
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    );
    entries(&mut roff, VARIABLES.iter().copied());
    list(&mut roff, "FILES", FILES.iter().copied());
    list(&mut roff, "EXAMPLES", EXAMPLES.iter().copied());
    see_also(&mut roff, SEE_ALSO);
    roff
}

fn command_sections(command: &clap::Command) -> Roff {
    let mut roff = Roff::new();
    let variables = variables_of(command);
    let variables = variables
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    list(&mut roff, "ENVIRONMENT", variables);
    see_also(
        &mut roff,
        &[("deb-build-app", "1"), ("deb-build-app.toml", "5")],
    );
    roff
}

/// Returns the variables of all flags, each once, with the flags that they stand for.
fn flag_variables(program: &clap::Command) -> Vec<(String, String)> {
    let mut variables = variables_of(program);
    for command in program.get_subcommands() {
        for variable in variables_of(command) {
            if !variables.contains(&variable) {
                variables.push(variable);
            }
        }
    }
    variables.sort();
    variables
}

fn variables_of(command: &clap::Command) -> Vec<(String, String)> {
    let flags = command.get_arguments().filter_map(|arg| {
        let name = arg.get_env()?.to_str()?.to_owned();
        Some((name, format!("Stands for --{}.", arg.get_long()?)))
    });
    flags.collect()
}

fn list<'a>(roff: &mut Roff, title: &str, rows: impl Iterator<Item = (&'a str, &'a str)>) {
    roff.control("SH", [title]);
    entries(roff, rows);
}

fn entries<'a>(roff: &mut Roff, rows: impl Iterator<Item = (&'a str, &'a str)>) {
    for (term, text) in rows {
        roff.control("TP", []);
        roff.text([bold(term)]);
        roff.text([roman(text)]);
    }
}

fn see_also(roff: &mut Roff, pages: &[(&str, &str)]) {
    roff.control("SH", ["SEE ALSO"]);
    let mut words: Vec<Inline> = Vec::new();
    for (at, (name, section)) in pages.iter().enumerate() {
        if at > 0 {
            words.push(roman(", "));
        }
        words.push(bold(*name));
        words.push(roman(format!("({section})")));
    }
    roff.text(words);
}
