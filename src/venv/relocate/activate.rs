//! Scripts that activate the virtualenv in a shell: bash, csh, fish, nushell, xonsh, PowerShell, cmd.
//!
//! Their makers write the path plain or quoted, once or several times, indented or not: so the path itself is replaced,
//! wherever it stands, and not a line of a known form.

use crate::recipe::Prefix;
use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::{Context as _, Result};

/// Returns whether a name in `bin/` is one of these scripts.
pub fn is_one(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    ["activate", "Activate", "activate_this", "deactivate"].contains(&stem)
}

/// Returns the script with the final path in the place of the staged one.
///
/// # Errors
/// Never in truth: one path is not too many to look for.
pub fn rewrite(script: &[u8], staged: &[u8], prefix: &Prefix) -> Result<Vec<u8>> {
    let mut forms = vec![staged.to_vec()];
    // Inside the quotes of sh a quote is `'\''` or `'"'"'`; fish has `\'`, and a quoted path in Python too.
    for quote in [&b"'\\''"[..], b"'\"'\"'", b"\\'"] {
        forms.push(with_quotes(staged, quote));
    }
    forms.sort();
    forms.dedup();
    let staged_paths = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&forms)
        .context("the path of the stage is too long")?;
    let replacements = vec![prefix.as_str().as_bytes(); forms.len()];
    Ok(staged_paths.replace_all_bytes(script, &replacements))
}

fn with_quotes(path: &[u8], quote: &[u8]) -> Vec<u8> {
    path.iter()
        .flat_map(|byte| match byte {
            b'\'' => quote.to_vec(),
            byte => vec![*byte],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_staged_path_becomes_the_final_one() {
        let prefix = "/opt/demo".parse().expect("a prefix");
        for script in [
            "VIRTUAL_ENV='/it'\\''s/opt/demo'\n    VIRTUAL_ENV=/it's/opt/demo\n",
            "VIRTUAL_ENV='/it'\"'\"'s/opt/demo'\n    VIRTUAL_ENV=/it's/opt/demo\n",
            "VIRTUAL_ENV='/it\\'s/opt/demo'\n    VIRTUAL_ENV=/it's/opt/demo\n",
        ] {
            assert_eq!(
                rewrite(script.as_bytes(), b"/it's/opt/demo", &prefix).expect("it is rewritten"),
                b"VIRTUAL_ENV='/opt/demo'\n    VIRTUAL_ENV=/opt/demo\n"
            );
        }
    }

    #[test]
    fn the_scripts_have_known_names() {
        for name in [
            "activate",
            "activate.fish",
            "Activate.ps1",
            "activate_this.py",
            "deactivate.bat",
        ] {
            assert!(is_one(name), "{name}");
        }
        assert!(!is_one("activate-global-python-argcomplete"));
    }
}
