//! Every tricky case of moving a virtualenv, under the number that the reference gives it: `test_10_N_…`.

/// Compiled modules, compiled programs and libraries.
mod compiled;

/// The virtualenv itself: interpreter, activation, links, modes.
mod frame;

/// What is in `.dist-info` folders, and which files are whose.
mod metadata;

/// Whole packages: what the proof finds, and what happens on hosts.
mod packages;

/// Groups of files that are left out.
mod pruning;

/// Scripts and their first lines.
mod scripts;

/// Virtualenvs to move.
mod tree;

/// Wheels, written by hand.
mod wheel;

/// The list has 34 cases.
const LAST: usize = 34;

#[test]
fn no_number_of_the_list_lacks() {
    let sources = [
        include_str!("compiled.rs"),
        include_str!("frame.rs"),
        include_str!("metadata.rs"),
        include_str!("packages.rs"),
        include_str!("scripts.rs"),
    ]
    .concat();
    let lacking: Vec<_> = (1..=LAST)
        .filter(|number| !sources.contains(&format!("#[test]\nfn test_10_{number}_")))
        .collect();
    assert!(lacking.is_empty(), "no test for {lacking:?}");
}
