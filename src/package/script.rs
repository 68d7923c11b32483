//! A maintainer script in the making: calls of fixed functions, one `case` over the word that dpkg gives.
//!
//! Recipe text appears only as single-quoted arguments of calls (deb.md 3.15). A function is in the script when it is
//! called, with those that it calls itself.

use crate::services::{self, Snippet, Step, snippet};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// In the order in which they stand in a script, behind those of the services.
const SNIPPETS: &[Snippet] = &[
    snippet!("ensure_user", "snippets/user.sh"),
    snippet!("require_user", "snippets/existing-user.sh"),
    snippet!("join_group", "snippets/group.sh", "note_group"),
    snippet!(
        "lend_group",
        "snippets/group-lend.sh",
        "is_member",
        "note_group"
    ),
    snippet!("note_directory", "snippets/directory-note.sh"),
    snippet!("run_as", "snippets/run-as.sh"),
    snippet!("make_directory", "snippets/directory.sh", "note_directory"),
    snippet!(
        "make_inner_directory",
        "snippets/inner-directory.sh",
        "note_directory",
        "run_as"
    ),
    snippet!("note_user", "snippets/user-note.sh"),
    snippet!("fill_home", "snippets/home.sh", "run_as"),
    snippet!("own_file", "snippets/own-file.sh"),
    snippet!("remove_old_conffiles", "snippets/conffiles-old.sh"),
    snippet!("replace_private", "snippets/private-file.sh"),
    snippet!("make_secret", "snippets/secret.sh", "replace_private"),
    snippet!("has_answer", "snippets/answer-there.sh"),
    snippet!("read_answer", "snippets/answer-read.sh"),
    snippet!(
        "seed_answer",
        "snippets/answer-seed.sh",
        "has_answer",
        "read_answer"
    ),
    snippet!("ask_question", "snippets/question-ask.sh"),
    snippet!("show_questions", "snippets/questions-show.sh"),
    snippet!(
        "keep_answer",
        "snippets/answer-keep.sh",
        "has_answer",
        "read_answer",
        "replace_private"
    ),
    snippet!("note_questions", "snippets/questions-note.sh"),
    snippet!("end_questions", "snippets/questions-end.sh"),
    snippet!("run_hook", "snippets/hook.sh"),
    snippet!("run_task", "snippets/task.sh"),
    snippet!("await_health", "snippets/health.sh"),
    snippet!("remove_bytecode", "snippets/bytecode.sh"),
    snippet!(
        "reload_systemd",
        "snippets/systemd-reload.sh",
        "systemd_runs"
    ),
    snippet!("forget_answers", "snippets/answers-forget.sh"),
    snippet!(
        "forget_old_answers",
        "snippets/answers-forget-old.sh",
        "forget_answers"
    ),
    snippet!("remove_private", "snippets/remove-private.sh"),
    snippet!("remove_tree", "snippets/remove-tree.sh"),
    snippet!(
        "remove_inner_tree",
        "snippets/remove-inner-tree.sh",
        "run_as"
    ),
    snippet!("remove_if_empty", "snippets/remove-if-empty.sh"),
    snippet!("remove_state", "snippets/state-remove.sh"),
];

/// Returns all functions, in the order in which they stand in a script.
fn snippets() -> impl DoubleEndedIterator<Item = &'static Snippet> {
    services::SNIPPETS.iter().chain(SNIPPETS)
}

/// A call of a function with its arguments.
#[derive(Clone, Debug)]
pub(super) struct Call {
    function: &'static str,
    arguments: Vec<String>,
    /// A function that is called by the name in an argument.
    by_name: Option<&'static str>,
    /// Whether it is made only under `dpkg-reconfigure`, which does not call prerm.
    reconfiguring: bool,
}

impl From<Step> for Call {
    fn from(step: Step) -> Self {
        Call {
            by_name: step.verbs,
            ..Call::new(step.function, step.arguments)
        }
    }
}

impl Call {
    /// Makes a call.
    pub(super) fn new<A: Into<String>>(
        function: &'static str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        debug_assert!(
            snippets().any(|snippet| snippet.function == function),
            "{function} exists"
        );
        Call {
            function,
            arguments: arguments.into_iter().map(Into::into).collect(),
            by_name: None,
            reconfiguring: false,
        }
    }

    /// Makes the call only under `dpkg-reconfigure` (debconf-devel(7)).
    pub(super) fn when_reconfiguring(self) -> Self {
        Call {
            reconfiguring: true,
            ..self
        }
    }

    /// Returns the call as a line of sh.
    pub(super) fn render(&self) -> String {
        let call = std::iter::once(self.function.to_owned())
            .chain(self.arguments.iter().map(|argument| quote(argument)))
            .collect::<Vec<_>>()
            .join(" ");
        if self.reconfiguring {
            format!("[ -z \"${{DEBCONF_RECONFIGURE:-}}\" ] || {call}")
        } else {
            call
        }
    }
}

/// Quotes text as one word of sh.
pub(super) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The head of a script.
pub(super) struct Head<'a> {
    /// The package.
    pub(super) package: &'a str,
    /// What the script is for, in a sentence.
    pub(super) purpose: &'a str,
    /// Whether debconf stands between dpkg and the script; then it begins anew under debconf.
    pub(super) asks: bool,
}

/// What functions find in variables, and what each is in a script.
const VARIABLES: &[&str] = &[
    "ACTION",
    "LAST",
    "REMEMBERED",
    "NOTED",
    "ANSWERS",
    "started",
];

impl Head<'_> {
    /// Returns the assignment of a variable.
    fn assignment(&self, variable: &str) -> String {
        let package = self.package;
        match variable {
            "ACTION" => "ACTION=$1".to_owned(),
            // The version that was configured last, if there was one.
            "LAST" => "LAST=${2:-}".to_owned(),
            // Where prerm notes what ran, until the end of the upgrade.
            "REMEMBERED" => format!(
                "REMEMBERED={}",
                quote(&format!("/run/{package}.deb-build-app"))
            ),
            // What must be known at the next upgrade, and at the purge: where nobody but root can write.
            "NOTED" => format!(
                "NOTED={}",
                quote(&format!("/var/lib/deb-build-app/{package}"))
            ),
            // What was started, for all managers: nothing yet.
            "started" => "started=''".to_owned(),
            _ => format!("ANSWERS={}", quote(&format!("/etc/{package}/answers.env"))),
        }
    }
}

/// Renders a script: for each pattern of dpkg's words, the calls to make. Words that no pattern has need nothing: an unknown
/// one may come with a later dpkg, and is no error.
pub(super) fn render(head: &Head<'_>, arms: &[(&str, Vec<Call>)]) -> String {
    let functions = functions(arms);
    let mut text = format!(
        "#!/bin/sh\n# {} Made by deb-build-app for {}.\nset -e\n",
        head.purpose, head.package
    );
    if head.asks {
        text.push_str(
            "# shellcheck disable=SC1091 # debconf's own\n. /usr/share/debconf/confmodule\n",
        );
    }
    text.push_str("umask 022\n");
    let snippets: Vec<_> = snippets()
        .filter(|snippet| functions.contains(snippet.function))
        .collect();
    for variable in VARIABLES {
        let used = |snippet: &&Snippet| {
            let braced = format!("${{{variable}");
            snippet.text.contains(&format!("${variable}")) || snippet.text.contains(&braced)
        };
        if snippets.iter().any(used) {
            let _ = writeln!(text, "{}", head.assignment(variable));
        }
    }
    for snippet in snippets {
        let _ = write!(text, "\n{}", snippet.text);
    }
    text.push_str("\ncase \"$1\" in\n");
    for (pattern, calls) in arms.iter().filter(|(_, calls)| !calls.is_empty()) {
        let _ = writeln!(text, "    {pattern})");
        for call in calls {
            let _ = writeln!(text, "        {}", call.render());
        }
        text.push_str("        ;;\n");
    }
    text.push_str("esac\n\nexit 0\n");
    text
}

fn functions(arms: &[(&str, Vec<Call>)]) -> BTreeSet<&'static str> {
    let called = arms
        .iter()
        .flat_map(|(_, calls)| calls)
        .flat_map(|call| std::iter::once(call.function).chain(call.by_name));
    let mut functions: BTreeSet<_> = called.collect();
    // Those that call stand behind those that are called.
    for snippet in snippets().rev() {
        if functions.contains(snippet.function) {
            functions.extend(snippet.needs);
        }
    }
    functions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_has_the_functions_that_it_calls_and_no_others() {
        let head = Head {
            package: "demo",
            purpose: "Tries.",
            asks: false,
        };
        let text = render(
            &head,
            &[
                ("purge", vec![Call::new("remove_tree", ["/var/it's"])]),
                ("remove", Vec::new()),
            ],
        );
        assert_eq!(
            text,
            format!(
                "#!/bin/sh\n# Tries. Made by deb-build-app for demo.\nset -e\numask 022\n\n{}\ncase \"$1\" in\n    purge)\n        \
                 remove_tree '/var/it'\\''s'\n        ;;\nesac\n\nexit 0\n",
                include_str!("snippets/remove-tree.sh")
            )
        );
    }

    #[test]
    fn every_function_that_a_snippet_calls_is_named_as_its_need() {
        for snippet in snippets() {
            for other in snippets() {
                let calls = snippet
                    .text
                    .lines()
                    .filter(|line| !line.starts_with('#'))
                    .any(|line| {
                        let words = line.replace("$(", " ");
                        words
                            .split([' ', ';', '!'])
                            .any(|word| word == other.function)
                    });
                assert_eq!(
                    calls && snippet.function != other.function,
                    snippet.needs.contains(&other.function),
                    "{} and {}",
                    snippet.function,
                    other.function
                );
            }
            assert!(
                snippet
                    .text
                    .contains(&format!("\n{}() {{\n", snippet.function)),
                "{}",
                snippet.function
            );
        }
    }
}
