//! Words of the recipe against the programs that read them: systemd, dpkg, git.

use deb_build_app::recipe::{CommandName, Reference, Schedule, Signal};
use std::process::{Command, Stdio};

fn succeeds(program: &str, words: &[&str]) -> bool {
    Command::new(program)
        .args(words)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success()
}

fn systemd_takes(text: &str) -> bool {
    succeeds("systemd-analyze", &["calendar", text])
}

#[test]
fn every_schedule_that_is_taken_is_one_of_systemd() {
    for text in [
        "minutely",
        "hourly",
        "daily",
        "weekly",
        "monthly",
        "quarterly",
        "semiannually",
        "yearly",
        "annually",
        "daily UTC",
        "Mon",
        "Mon..Fri",
        "mon,Wednesday,sat..sun",
        "04:30",
        "04:30:15",
        "*:0/15",
        "*:*:0/30",
        "Mon..Fri *-*-* 04:30",
        "Sat *-*-1..7 18:00",
        "*-*-01 00:00:00",
        "2027-01-01",
        "*-01,07-01",
        "12-24 18:00",
        "*-02~01",
        "*-*~3",
        "*-*~1..7",
        "*-1/3-1",
        "00,12:00",
        "0..6/2:15",
        "*-*-* 06:00 Europe/Berlin",
        "Mon 04:30 UTC",
    ] {
        assert!(text.parse::<Schedule>().is_ok(), "{text}");
        assert!(systemd_takes(text), "{text}");
    }
}

#[test]
fn every_schedule_that_systemd_refuses_is_refused() {
    for text in [
        "",
        " ",
        "dayly",
        "every day",
        "Mo",
        "Fri..",
        "25:00",
        "12:60",
        "12:00:60",
        "12",
        "1:2:3:4",
        "2027-13-01",
        "2027-01-32",
        "1-2-3-4",
        "*-*-* *-*-*",
        "04:30 04:31",
        "04:30 Mon",
        "*:0/0",
        "*:5..1",
        "a:b",
        "*:-1",
        "12:00 Nowhere/Atall/x",
        "Mon Tue",
        "*-0-1",
    ] {
        assert!(!systemd_takes(text), "{text:?}");
        assert!(text.parse::<Schedule>().is_err(), "{text:?}");
    }
}

#[test]
fn every_signal_is_one_of_the_system() {
    let listed = Command::new("/bin/bash")
        .args(["-c", "kill -l"])
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let known: Vec<_> = listed
        .split_whitespace()
        .filter(|word| word.starts_with("SIG"))
        .collect();
    assert!(known.contains(&"SIGTERM"));
    let mut taken = 0;
    for text in [
        "HUP", "INT", "QUIT", "ABRT", "KILL", "USR1", "USR2", "ALRM", "TERM", "CONT", "STOP",
        "TSTP", "TTIN", "TTOU", "URG", "WINCH", "IO", "PWR",
    ] {
        let signal: Signal = text.parse().unwrap();
        assert!(known.contains(&signal.to_string().as_str()), "{signal}");
        taken += 1;
    }
    assert_eq!(taken, 18);
}

#[test]
fn no_program_of_an_essential_package_can_be_replaced() {
    let packages = Command::new("dpkg-query")
        .args(["-W", "-f", "${Essential} ${Package}\\n"])
        .output()
        .unwrap();
    let packages = String::from_utf8(packages.stdout).unwrap();
    let essential: Vec<_> = packages
        .lines()
        .filter_map(|line| line.strip_prefix("yes "))
        .collect();
    assert!(essential.len() > 10, "{essential:?}");
    let files = Command::new("dpkg")
        .arg("-L")
        .args(&essential)
        .output()
        .unwrap();
    let files = String::from_utf8(files.stdout).unwrap();
    let mut programs: Vec<_> = files
        .lines()
        .filter_map(|path| {
            path.strip_prefix("/usr/bin/")
                .or_else(|| path.strip_prefix("/bin/"))
        })
        .filter(|name| !name.contains('/'))
        .collect();
    programs.sort_unstable();
    assert!(programs.len() > 200, "{}", programs.len());
    let free: Vec<_> = programs
        .into_iter()
        .filter(|name| name.parse::<CommandName>().is_ok())
        .collect();
    assert!(free.is_empty(), "{free:?}");
}

#[test]
fn every_branch_that_git_can_have_is_a_reference() {
    for (text, good) in [
        ("main", true),
        ("feature/x", true),
        ("v1.4.2", true),
        ("a@b", true),
        ("-x", false),
        ("a b", false),
        ("a..b", false),
        ("", false),
    ] {
        assert_eq!(
            succeeds("git", &["check-ref-format", "--branch", text]),
            good,
            "{text}"
        );
        assert_eq!(text.parse::<Reference>().is_ok(), good, "{text}");
    }
}
