//! Programs that judge thousands of values in one run: a process for each would take minutes.

use std::cmp::Ordering;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// dpkg's own Perl modules, which are part of its sources. They compare numbers as floating-point ones, so that runs of
/// more than fifteen digits are for `dpkg --compare-versions`.
const DPKG_VERSION: &str = r#"use Dpkg::Version;
while (<STDIN>) { chomp; my ($l, $r) = split /\t/; print version_compare($l, $r), "\n" }"#;

/// The library that pip orders versions with, out of Debian's own copy of pip.
const PACKAGING: &str = r#"
import glob, sys
sys.path[:0] = glob.glob("/usr/share/python-wheels/pip-*.whl")
from pip._vendor.packaging.version import InvalidVersion, Version
for line in sys.stdin:
    texts = line.rstrip("\n").split("\t")
    try:
        versions = [Version(text) for text in texts]
    except InvalidVersion:
        print("refused")
        continue
    if len(versions) == 1:
        print(versions[0])
    else:
        left, right = versions
        print((left > right) - (left < right))
"#;

/// Gives lines to a program that answers each with one.
fn answers(words: &[&str], lines: &[String]) -> Vec<String> {
    let mut child = Command::new(words[0])
        .args(&words[1..])
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = lines.join("\n") + "\n";
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{words:?}: {}", output.status);
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<_> = answers.lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), lines.len());
    answers
}

fn orders(words: &[&str], pairs: &[(String, String)]) -> Vec<Ordering> {
    let lines: Vec<_> = pairs
        .iter()
        .map(|(left, right)| format!("{left}\t{right}"))
        .collect();
    answers(words, &lines)
        .iter()
        .map(|answer| match answer.as_str() {
            "-1" => Ordering::Less,
            "0" => Ordering::Equal,
            "1" => Ordering::Greater,
            other => panic!("{words:?} says {other}"),
        })
        .collect()
}

/// Compares Debian versions as dpkg's Perl modules do.
pub(crate) fn dpkg_orders(pairs: &[(String, String)]) -> Vec<Ordering> {
    orders(&["perl", "-e", DPKG_VERSION], pairs)
}

/// Compares versions as Python's `packaging` does.
pub(crate) fn python_orders(pairs: &[(String, String)]) -> Vec<Ordering> {
    orders(&["python3", "-c", PACKAGING], pairs)
}

/// Returns how Python's `packaging` writes these texts; `None` for what is no version.
pub(crate) fn python_normal_forms(texts: &[String]) -> Vec<Option<String>> {
    answers(&["python3", "-c", PACKAGING], texts)
        .into_iter()
        .map(|answer| Some(answer).filter(|answer| answer != "refused"))
        .collect()
}

/// Compares Debian versions with dpkg itself, a process for each question.
pub(crate) fn dpkg_compares(left: &str, right: &str) -> Ordering {
    let holds = |operator| {
        let words = ["--compare-versions", left, operator, right];
        let output = Command::new("dpkg").args(words).output().unwrap();
        assert!(
            output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.status.success()
    };
    match (holds("lt"), holds("gt")) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

/// Returns every pair of these texts, also of each with itself.
pub(crate) fn pairs(texts: &[String]) -> Vec<(String, String)> {
    texts
        .iter()
        .enumerate()
        .flat_map(|(at, left)| {
            texts[at..]
                .iter()
                .map(move |right| (left.clone(), right.clone()))
        })
        .collect()
}
