//! Values that mean something to sh, systemd or supervisor arrive unchanged, as words of commands and in the environment: a
//! thousand of each kind, the same at each run.
//!
//! With `PROPTEST_CASES` there are that many, and others each time.

use super::app::{build, wait};
use deb_build_app::target::Root;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use std::fmt::Write as _;

/// Letters that some reader takes for more than a letter.
const LETTERS: &[char] = &[
    ' ', '\'', '"', '\\', '$', '`', '(', ')', '{', '}', '[', ']', '%', ';', '#', '!', '&', '|',
    '<', '>', '*', '?', '~', '-', '=', ':', ',', '.', '@', '^', '+', '/', 'a', 'Z', '0', 'n', 'é',
    '世',
];

/// Words that some reader takes for more than their letters.
const WORDS: &[&str] = &[
    "%%",
    "%i",
    "%h",
    "%n",
    "%(x)s",
    "%(ENV_HOME)s",
    "$$",
    "$$$",
    "$HOME",
    "${HOME}",
    "${HOME",
    "${",
    "${}",
    "$(id)",
    "`id`",
    "$'\\n'",
    "\\n",
    "\\x41",
    "\\101",
    "\\u0041",
    "\\\\",
    "\\",
    "\\s",
    "'",
    "\"",
    "'\"'\"'",
    " ; ",
    ";",
    " # ",
    " && ",
    "-",
    "--",
    "~",
    "~/",
    "*",
    "\u{feff}",
    "\u{2028}",
    "\u{202e}",
    "\u{e000}",
    "\u{301}",
    "\u{1f600}",
    "\u{10fffd}",
    "é",
    " ",
    "  ",
    "=",
    "!!",
    "^",
];

/// Any value that a recipe takes: hostile letters, hostile words one behind the other, and any characters at all; some end in
/// a backslash.
fn value() -> impl Strategy<Value = String> {
    let letters = prop::collection::vec(prop::sample::select(LETTERS), 0..14)
        .prop_map(|letters| letters.into_iter().collect::<String>());
    let words =
        prop::collection::vec(prop::sample::select(WORDS), 0..7).prop_map(|words| words.concat());
    let characters = prop::collection::vec(any::<char>(), 0..14)
        .prop_map(|characters| characters.into_iter().collect::<String>());
    prop_oneof![4 => letters, 5 => words, 3 => characters]
        .prop_flat_map(|text| prop_oneof![5 => Just(text.clone()), 1 => Just(text + "\\")])
        .prop_filter("a recipe refuses it", |text| is_taken(text))
}

/// Returns whether a recipe takes a value: no control characters, no codes that are no characters, nothing that looks like
/// `@prefix@`.
fn is_taken(text: &str) -> bool {
    let is_character = |c: char| {
        let code = u32::from(c);
        !c.is_control() && !(0xfdd0..=0xfdef).contains(&code) && code & 0xfffe != 0xfffe
    };
    let mut parts = text.split('@');
    parts.next();
    let mut between: Vec<_> = parts.collect();
    between.pop();
    let is_placeholder = |part: &&str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || "-_".contains(c))
    };
    text.chars().all(is_character) && !between.iter().any(is_placeholder)
}

/// Returns a value as it can stand in a command, where `${NAME}` is a variable: without the `}`.
fn as_word(text: &str) -> String {
    let mut word = text.to_owned();
    while let Some(end) = end_of_a_variable(&word) {
        word.remove(end);
    }
    word
}

fn end_of_a_variable(text: &str) -> Option<usize> {
    text.match_indices("${").find_map(|(at, _)| {
        let rest = &text[at + 2..];
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        let is_name = length > 0 && !rest.starts_with(|c: char| c.is_ascii_digit());
        (is_name && rest[length..].starts_with('}')).then_some(at + 2 + length)
    })
}

/// Returns values, with one among them that is as long as the kernel allows.
fn values() -> Vec<String> {
    let (mut runner, number) = match std::env::var("PROPTEST_CASES") {
        Ok(number) => (TestRunner::default(), number.parse().unwrap()),
        Err(_) => (TestRunner::deterministic(), 1000),
    };
    let mut values: Vec<_> = (0..number)
        .map(|_| value().new_tree(&mut runner).unwrap().current())
        .collect();
    values.push("long '\"\\%$ é".repeat(10_000)[..130_000].to_owned());
    values
}

#[test]
fn hostile_values_arrive_unchanged_under_systemd_supervisor_and_init() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "cron", "supervisor"])
        .boot()
        .unwrap();
    let variables = values();
    let words: Vec<_> = variables.iter().map(|value| as_word(value)).collect();
    let quoted: String = words.iter().fold(String::new(), |text, word| {
        text + " '" + &word.replace('\'', r"'\''") + "'"
    });
    let mut env = String::new();
    for (number, value) in variables.iter().enumerate() {
        // What JSON quotes, TOML reads.
        writeln!(env, "V{number} = {}", serde_json::json!(value)).unwrap();
    }
    for manager in ["systemd", "supervisor", "sysv"] {
        let recipe = super::app::recipe(manager, "1.0");
        let (head, _) = recipe.split_once("[env]").unwrap();
        let command = format!("@prefix@/bin/python /usr/share/fleet/answer.py 61510{quoted}");
        let text = format!(
            "{head}[env]\n{env}[service.beat]\ncommand = {}\n",
            serde_json::json!(command)
        );
        root.install(&build(&text)).unwrap().succeeded().unwrap();
        let answer = wait(&root, 61510, manager, |_| true);
        let argv: Vec<_> = answer["argv"].as_array().unwrap()[1..].to_vec();
        assert_eq!(argv.len(), words.len(), "{manager}");
        for (found, word) in argv.iter().zip(&words) {
            assert_eq!(found, word, "{manager}");
        }
        for (number, value) in variables.iter().enumerate() {
            let name = format!("V{number}");
            assert_eq!(answer["environ"][&name], *value, "{manager}: {name}");
        }
        let kept = answer["environ"].as_object().unwrap().len() - variables.len();
        assert_eq!(kept, 5, "{manager}: {:?}", answer["environ"]["HOME"]);
        root.sh("dpkg -P fleet").unwrap();
    }
}
