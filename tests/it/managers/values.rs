//! Values that mean something to sh, systemd or supervisor arrive unchanged, as words of commands and in the environment.

use super::app::{build, wait};
use deb_build_app::target::Root;
use std::fmt::Write as _;

/// Letters that some reader takes for more than a letter.
const LETTERS: &str = " '\"\\$`(){}[]%;#!&|<>*?~-=:,.@^+/aZ09é世n";

/// How many values of each kind there are.
const VALUES: usize = 150;

/// Numbers that look random and are the same each time (Knuth's constants for a linear congruence of 64 bits).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

fn values(numbers: &mut Numbers) -> Vec<String> {
    let letters: Vec<char> = LETTERS.chars().collect();
    (0..VALUES)
        .map(|_| {
            let length = numbers.below(12);
            let text: String = (0..length)
                .map(|_| letters[numbers.below(letters.len())])
                .collect();
            // `${a}` is a variable, and would be gone.
            text.replace("${", "$ {")
        })
        .collect()
}

#[test]
fn hostile_values_arrive_unchanged_under_systemd_supervisor_and_init() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "cron", "supervisor"])
        .boot()
        .unwrap();
    let mut numbers = Numbers(7);
    let (words, variables) = (values(&mut numbers), values(&mut numbers));
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
        assert_eq!(argv, words, "{manager}");
        for (number, value) in variables.iter().enumerate() {
            let name = format!("V{number}");
            assert_eq!(answer["environ"][&name], *value, "{manager}: {name}");
        }
        root.sh("dpkg -P fleet").unwrap();
    }
}
