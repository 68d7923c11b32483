//! Inputs that nobody wrote: recipes of the fixtures, changed in every way that a slip of the hand, a merge or an attacker would,
//! and bytes that are no recipe at all.
//!
//! `PROPTEST_CASES` sets how many; `tests/run --full` asks for a million.

use super::super::*;
use crate::sys::fs;
use annotate_snippets::Renderer;
use proptest::prelude::*;
use std::sync::LazyLock;

/// How many inputs there are at least.
const INPUTS: u32 = 20_000;

/// Recipes to begin with.
static SEEDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = Vec::new();
    for folder in ["recipes", "fixtures/recipes"] {
        for found in fs::walk(&root.join(folder)).expect("the fixtures can be listed") {
            if found.relative.extension().is_some_and(|end| end == "toml") {
                let path = root.join(folder).join(&found.relative);
                let bytes = fs::read(&path).expect("it is there");
                seeds.push(RecipeText::of(&bytes).text);
            }
        }
    }
    seeds
});

/// Words that are somebody's grammar.
const WORDS: &[&str] = &[
    "",
    " ",
    "\"",
    "'",
    "\"\"",
    "''",
    "\"\"\"",
    "'''",
    "\\",
    "\"\\u0000\"",
    "\"\\u001b[2J\"",
    "\"\\u202e\"",
    "\"\\u009b\"",
    "\u{feff}",
    "\u{0}",
    "\u{1b}]0;x\u{7}",
    "\u{85}",
    "\u{2028}",
    "\u{10ffff}",
    "e\u{301}",
    "日本",
    "👩‍💻",
    "\r",
    "\r\n",
    "\t",
    "#",
    "=",
    ".",
    ",",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "{}",
    "[]",
    "[[]]",
    "[{}]",
    "true",
    "false",
    "0",
    "-1",
    "+1",
    "0x7f",
    "0o17",
    "0b1",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "1_0",
    "1.0",
    "1e400",
    "nan",
    "-inf",
    "1979-05-27",
    "07:32",
    "07:32:00",
    "1979-05-27T07:32:00+01:00",
    "\"/\"",
    "\"..\"",
    "\"/etc/../x\"",
    "\"/etc/passwd\"",
    "\"@prefix@\"",
    "\"@name@\"",
    "\"@prefix@@name@\"",
    "\"@\"",
    "\"${PORT}\"",
    "\"${\"",
    "\"$(id)\"",
    "\"`id`\"",
    "\"a;b\"",
    "\"'\"",
    "\"%n\"",
    "\"%%\"",
    "\"*\"",
    "\"a\\nb\"",
    "\"-\"",
    "\"-e .\"",
    "\"root\"",
    "\"www-data\"",
    "\"0777\"",
    "\"4755\"",
    "\"1.0-1\"",
    "\"1!2.0\"",
    "\"99999999999!1\"",
    "\"http://\"",
    "\"https://a:b@c/\"",
    "\"[::1]:80\"",
    "\"unix:/run/x\"",
    "\"*-*-31 25:61\"",
    "\"ü\"",
    "[\"a\", 1, {}, []]",
    "{ a = 1 }",
    "{ a.b = { c = [] } }",
    "{ command = \"/bin/x\", port = 1, instances = 512 }",
    "{ existing = true, name = \"root\" }",
];

/// One change of a text; the numbers say where, and with what.
#[derive(Clone, Copy, Debug)]
struct Change {
    kind: u8,
    at: u32,
    other: u32,
}

fn pick(number: u32, below: usize) -> usize {
    usize::try_from(number).unwrap_or_default() % below.max(1)
}

impl Change {
    fn apply(self, text: &str) -> String {
        let Change { kind, at, other } = self;
        let word = WORDS[pick(other, WORDS.len())];
        match kind % 9 {
            // Slips inside a line.
            0 => {
                let at = text.floor_char_boundary(pick(at, text.len() + 1));
                format!("{}{word}{}", &text[..at], &text[at..])
            }
            1 => {
                let start = text.floor_char_boundary(pick(at, text.len() + 1));
                let end = text.ceil_char_boundary(start + pick(other, 40));
                format!("{}{}", &text[..start], &text[end..])
            }
            2 => text[..text.floor_char_boundary(pick(at, text.len() + 1))].to_owned(),
            kind => {
                let mut lines: Vec<_> = text.split_inclusive('\n').map(str::to_owned).collect();
                if lines.is_empty() {
                    return word.to_owned();
                }
                let (one, two) = (pick(at, lines.len()), pick(other, lines.len()));
                change_lines(kind, &mut lines, (one, two), word, other);
                lines.concat()
            }
        }
    }
}

fn change_lines(
    kind: u8,
    lines: &mut Vec<String>,
    (one, two): (usize, usize),
    word: &str,
    other: u32,
) {
    match kind {
        3 => {
            lines.remove(one);
        }
        4 => lines.insert(two, lines[one].clone()),
        5 => lines.swap(one, two),
        // Another value for a key, and another key for a value.
        6 => {
            if let Some((key, _)) = lines[one].split_once('=') {
                lines[one] = format!("{key}= {word}\n");
            }
        }
        7 => {
            let key = lines[two].split('=').next().unwrap_or_default().to_owned();
            if let Some((_, value)) = lines[one].split_once('=') {
                lines[one] = format!("{key}={value}");
            }
        }
        // A part of another recipe.
        _ => {
            let seed = &SEEDS[pick(other, SEEDS.len())];
            let foreign = seed.split_inclusive('\n').map(str::to_owned).skip(two);
            lines.splice(one..one, foreign.take(12));
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    (any::<u8>(), any::<u32>(), any::<u32>()).prop_map(|(kind, at, other)| Change {
        kind,
        at,
        other,
    })
}

/// Bytes that are shown as text when a test fails.
#[derive(Clone)]
struct Input(Vec<u8>);

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// A recipe that was changed a few times, or bytes that are none.
fn input() -> impl Strategy<Value = Input> {
    let changed = (
        any::<prop::sample::Index>(),
        prop::collection::vec(change(), 0..5),
        prop::option::weighted(0.05, (any::<u32>(), any::<u8>())),
    )
        .prop_map(|(seed, changes, byte)| {
            let seed = seed.get(&SEEDS).clone();
            let text = changes
                .into_iter()
                .fold(seed, |text, change| change.apply(&text));
            let mut bytes = text.into_bytes();
            if let Some((at, byte)) = byte {
                let at = pick(at, bytes.len() + 1);
                bytes.insert(at, byte);
            }
            bytes
        });
    prop_oneof![
        18 => changed,
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => "[\\[\\]{}=.,\"'#\\\\\na-c \t\r0-9@$/]{0,120}".prop_map(String::into_bytes),
    ]
    .prop_map(Input)
}

/// Looks at a recipe in every way; whatever it is, nothing panics, and what is said can be shown.
fn look_at(bytes: &[u8]) -> Result<(), TestCaseError> {
    let recipe = RecipeText::of(bytes);
    let text = recipe.text.as_str();
    let folder = Path::new("folder");
    let look = |path: &Path| match path.as_os_str().len() % 4 {
        0 => Some(FileKind::File),
        1 => Some(FileKind::Directory),
        2 => Some(FileKind::Special),
        _ => None,
    };
    let problems = check(&recipe, folder, &look);
    let lines = Lines::of(text);
    for problem in &problems {
        let span = problem.span.clone();
        prop_assert!(
            text.get(span.clone()).is_some(),
            "{problem:?} is in the text"
        );
        prop_assert!(!problem.title.is_empty(), "{problem:?} says something");
        prop_assert_ne!(problem.code, Code::Refused, "{:?}", problem);
        let shown = render(
            std::slice::from_ref(problem),
            "r.toml",
            text,
            &Renderer::plain(),
        );
        let place = lines.place(&span);
        let pointer = if text.is_empty() {
            "--> r.toml\n".to_owned()
        } else {
            format!("--> r.toml:{}:{}\n", place.line, place.column)
        };
        prop_assert!(shown.contains(&pointer), "{pointer} is in\n{shown}");
        let unprintable = shown.chars().find(|c| c.is_control() && *c != '\n');
        prop_assert_eq!(unprintable, None, "{}", shown);
    }
    render(&problems, "r.toml", text, &Renderer::styled());
    if recipe.problem.is_none() {
        let reading = Recipe::read(text, folder);
        let refused = reading
            .problems
            .iter()
            .any(|problem| problem.severity == Severity::Error);
        prop_assert_eq!(reading.value.is_some(), !refused, "{:?}", reading.problems);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(INPUTS),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_the_recipe_is_it_is_taken_or_refused_with_reasons(input in input()) {
        look_at(&input.0)?;
    }
}

#[test]
fn long_and_deep_recipes_are_read_to_the_end() {
    for text in [
        "[".repeat(100_000),
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}", "{a=".repeat(100_000)),
        format!("{}a = 1", "a.".repeat(100_000)),
        format!("[{}a]", "a.".repeat(100_000)),
        "a".repeat(1_000_000),
        "\n".repeat(1_000_000),
        format!("a = \"{}\"", "\\u0041".repeat(100_000)),
    ] {
        look_at(text.as_bytes()).expect("it is refused with reasons");
    }
}
