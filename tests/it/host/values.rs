//! Hostile values in the environment, in commands and in answers, read back by real shells: dash and busybox's sh.

use deb_build_app::recipe::{VariableName, VariableValue};
use deb_build_app::services::environment;
use proptest::prelude::*;
use std::path::Path;
use std::process::Command;

/// The shells that maintainer scripts and launchers meet.
const SHELLS: &[&[&str]] = &[&["dash"], &["busybox", "sh"]];

/// Text that is likely to break out of quotes.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "[^\0\r\n\t\u{1}-\u{1f}\u{7f}-\u{9f}]{0,60}",
        "[\"'$`\\\\(){};&|<>*?~#%! a=-]{0,40}",
        Just("'; touch /tmp/owned; '".to_owned()),
        Just("$(id) `id` ${HOME} %h %% \\n \\".to_owned()),
        Just("-n".to_owned()),
    ]
}

/// Runs a script under a shell, in an empty environment; returns its output, split at NULs.
fn ask(shell: &[&str], script: &str, arguments: &[&Path]) -> Vec<String> {
    let output = Command::new(shell[0])
        .args(&shell[1..])
        .args(["-c", script, "sh"])
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.is_empty(), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut parts: Vec<_> = text.split('\0').map(ToOwned::to_owned).collect();
    parts.pop();
    parts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn the_environment_is_read_back_unchanged(texts in prop::collection::vec(hostile(), 1..40)) {
        let mut variables = Vec::new();
        for text in &texts {
            let name: VariableName = format!("V{}", variables.len()).parse().unwrap();
            if let Ok(value) = text.parse::<VariableValue>() {
                variables.push((name, value));
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("environment");
        std::fs::write(&file, environment::render("demo", &variables)).unwrap();
        let names: Vec<_> = variables.iter().map(|(name, _)| format!("\"${name}\"")).collect();
        let script = format!(". \"$1\"; printf '%s\\0' {}", names.join(" "));
        let expected: Vec<_> = variables.iter().map(|(_, value)| value.as_str().to_owned()).collect();
        for shell in SHELLS {
            let found = if expected.is_empty() { Vec::new() } else { ask(shell, &script, &[&file]) };
            prop_assert_eq!(&found, &expected, "{:?}", shell);
        }
    }

    #[test]
    fn an_answer_is_written_as_a_line_that_reads_back_unchanged(texts in prop::collection::vec(hostile(), 3)) {
        let folder = tempfile::tempdir().unwrap();
        let (file, answer) = (folder.path().join("answers.env"), folder.path().join("answer"));
        // debconf and the ownership of the file are stood in for; the rest is what postinst runs.
        let script = format!(
            "set -e\n{}\n{}\n{}\ndb_get() {{ RET=$(cat \"$answer\"; echo .); RET=${{RET%.}}; }}\n\
             replace_private() {{ cat >\"$1.new\"; mv \"$1.new\" \"$1\"; }}\n\
             DPKG_MAINTSCRIPT_PACKAGE=demo; ANSWERS=$1; answer=$2\n\
             keep_answer demo/a FIRST plain ''; keep_answer demo/a SECOND plain ''; keep_answer demo/a FIRST plain ''\n\
             . \"$1\"; printf '%s\\0' \"$FIRST\" \"$SECOND\" \"$(grep -c ^FIRST= \"$1\")\"",
            include_str!("../../../src/package/snippets/answer-there.sh"),
            include_str!("../../../src/package/snippets/answer-read.sh"),
            include_str!("../../../src/package/snippets/answer-keep.sh"),
        );
        for shell in SHELLS {
            let _ = std::fs::remove_file(&file);
            for text in &texts {
                std::fs::write(&answer, text).unwrap();
                let found = ask(shell, &script, &[&file, &answer]);
                // A line that means the same to debconf, which knows of single blanks only, stays as it was.
                let means = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                prop_assert_eq!(means(&found[0]), means(text), "{:?}", shell);
                prop_assert_eq!(means(&found[1]), means(text), "{:?}", shell);
                prop_assert_eq!(&found[2], "1");
            }
        }
    }
}
