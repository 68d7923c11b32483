use crate::context::{TestContext, succeed};
use crate::support::output_of;
use deb_build_app::cli::command;
use std::path::PathBuf;
use std::process::Command;

/// Writes the manual into a folder and returns its pages, sorted.
fn pages(context: &TestContext) -> Vec<PathBuf> {
    let said = succeed(&mut context.command(["man", "pages"]));
    assert_eq!(said, "", "standard output is for the one page");
    let mut pages: Vec<_> = std::fs::read_dir(context.path("pages"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    pages.sort();
    pages
}

/// Returns a page as a reader sees it, in lines that are wide enough for everything.
fn read(page: &std::path::Path) -> String {
    let folder = page.parent().unwrap();
    let page = page.to_str().unwrap();
    let text = output_of(&["mandoc", "-T", "ascii", "-O", "width=300", page], folder);
    // A letter that is struck twice is a bold one.
    let mut plain = Vec::new();
    for byte in text {
        if byte == 8 {
            plain.pop();
        } else {
            plain.push(byte);
        }
    }
    String::from_utf8(plain).unwrap()
}

#[test]
fn each_command_has_a_page_and_the_program_is_the_one_on_standard_output() {
    let context = TestContext::new();
    let mut expected: Vec<_> = command()
        .get_subcommands()
        .map(|command| context.path(format!("pages/deb-build-app-{}.1", command.get_name())))
        .collect();
    expected.push(context.path("pages/deb-build-app.1"));
    expected.push(context.path("pages/deb-build-app.toml.5"));
    expected.sort();
    assert_eq!(pages(&context), expected);
    assert_eq!(
        succeed(&mut context.command(["man"])),
        std::fs::read_to_string(context.path("pages/deb-build-app.1")).unwrap()
    );
}

#[test]
fn man_groff_and_mandoc_have_nothing_against_a_page() {
    let context = TestContext::new();
    for page in pages(&context) {
        let judges: [&[&str]; 3] = [
            &["man", "--warnings=w", "-l"],
            &["groff", "-man", "-ww", "-z"],
            &["mandoc", "-T", "lint", "-W", "warning"],
        ];
        for judge in judges {
            let output = Command::new(judge[0])
                .args(&judge[1..])
                .arg(&page)
                .env_clear()
                .env("PATH", "/usr/bin:/bin")
                .env("LC_ALL", "C.UTF-8")
                .env("MANWIDTH", "80")
                .output()
                .unwrap();
            let complaints = match judge[0] {
                // man prints the page, mandoc its complaints.
                "mandoc" => output.stdout,
                _ => output.stderr,
            };
            assert_eq!(
                (output.status.code(), &*String::from_utf8_lossy(&complaints)),
                (Some(0), ""),
                "{judge:?} {}",
                page.display()
            );
        }
    }
}

#[test]
fn the_programs_page_has_every_section_and_every_command() {
    let context = TestContext::new();
    pages(&context);
    let page = read(&context.path("pages/deb-build-app.1"));
    // Everything else is indented, but for the first and the last line.
    let sections: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .collect();
    assert_eq!(
        sections,
        [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "SUBCOMMANDS",
            "EXIT STATUS",
            "ENVIRONMENT",
            "FILES",
            "EXAMPLES",
            "SEE ALSO"
        ]
    );
    for command in command().get_subcommands() {
        let name = format!("deb-build-app-{}(1)", command.get_name());
        assert!(page.contains(&name), "{name} is not in {page}");
    }
    for (code, meaning) in deb_build_app::failure::exit_codes() {
        let words: Vec<_> = page.split_whitespace().collect();
        let expected = format!("{code} {meaning}");
        let expected: Vec<_> = expected.split_whitespace().collect();
        assert!(
            words.windows(expected.len()).any(|found| found == expected),
            "{expected:?}"
        );
    }
}

#[test]
fn every_argument_and_its_variable_are_in_the_page_of_its_command() {
    let context = TestContext::new();
    pages(&context);
    let whole = read(&context.path("pages/deb-build-app.1"));
    let mut tree = command();
    tree.build();
    for command in tree.get_subcommands() {
        if command.get_name() == "help" {
            continue;
        }
        let file = format!("pages/deb-build-app-{}.1", command.get_name());
        let page = read(&context.path(file));
        for arg in command.get_arguments() {
            let mut words: Vec<String> = Vec::new();
            words.extend(arg.get_long().map(|long| format!("--{long}")));
            words.extend(arg.get_short().map(|short| format!("-{short}")));
            words.extend(arg.get_env().map(|name| name.to_str().unwrap().to_owned()));
            if arg.is_positional() {
                words.push(arg.get_value_names().unwrap()[0].to_string());
            }
            words.extend(
                arg.get_help()
                    .into_iter()
                    .flat_map(|help| {
                        help.to_string()
                            .split_whitespace()
                            .map(str::to_owned)
                            .collect::<Vec<_>>()
                    })
                    .take(3),
            );
            assert!(!words.is_empty());
            for word in words {
                assert!(
                    page.contains(&word),
                    "{word} is not in the page of {}: {page}",
                    command.get_name()
                );
            }
            if let Some(variable) = arg.get_env() {
                let variable = variable.to_str().unwrap();
                assert!(
                    whole.contains(variable),
                    "{variable} is not in the program's page"
                );
            }
        }
    }
}
