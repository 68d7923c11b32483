//! What the files of requirements in the source say, as far as the plan has to know.

use super::credentials;
use super::source::{CommitFacts, SourcePlan};
use crate::failure::Failure;
use crate::recipe::{Requirement, SourcePath, Venv};
use anyhow::Result;
use std::path::Path;

/// Returns whether every requirement must have a hash; nothing when the files are not known yet.
///
/// # Errors
/// When one asks for an editable install.
pub(super) fn require_hashes(venv: &Venv, source: Option<&SourcePlan>) -> Result<Option<bool>> {
    let named = venv.packages.iter().any(Requirement::has_hash);
    if venv.lock.is_some() {
        return Ok(Some(true));
    }
    if venv.requirements.is_empty() {
        return Ok(Some(named));
    }
    let Some(commit) = source.and_then(|source| source.commit.as_ref()) else {
        return Ok(None);
    };
    let mut hashes = named;
    for path in venv.requirements.iter().map(SourcePath::as_path) {
        let text = text(commit, path);
        check(&text, path)?;
        hashes |= text.contains("--hash=");
    }
    Ok(Some(hashes))
}

/// Returns whether a requirement is a repository, which installers fetch with the program `git`.
pub(super) fn name_git(venv: &Venv, source: Option<&SourcePlan>) -> bool {
    let is_git = |line: &str| !line.trim_start().starts_with('#') && line.contains("git+");
    let commit = source.and_then(|source| source.commit.as_ref());
    let files = venv.requirements.iter().filter_map(|path| {
        let commit = commit?;
        Some(text(commit, path.as_path()))
    });
    let mut packages = venv.packages.iter();
    packages.any(|it| is_git(it.as_str())) || files.into_iter().any(|text| text.lines().any(is_git))
}

/// Returns the credentials in the addresses that the files name: whoever reads the source knows them, and the log need not.
pub(super) fn secrets(venv: &Venv, source: Option<&SourcePlan>) -> Vec<String> {
    let Some(commit) = source.and_then(|source| source.commit.as_ref()) else {
        return Vec::new();
    };
    let files = venv.requirements.iter().chain(&venv.constraints);
    files
        .flat_map(|path| credentials::secrets(&text(commit, path.as_path())))
        .collect()
}

fn text(commit: &CommitFacts, path: &Path) -> String {
    let bytes = commit.files.get(path).map_or(&[][..], Vec::as_slice);
    String::from_utf8_lossy(bytes).into_owned()
}

/// Refuses editable installs: they would leave the source's path in the package, and nothing at that path.
fn check(text: &str, file: &Path) -> Result<()> {
    let editable = text.lines().enumerate().find(|(_, line)| {
        line.trim_start().starts_with("-e") || line.trim_start().starts_with("--editable")
    });
    let Some((number, line)) = editable else {
        return Ok(());
    };
    Err(Failure::build(format!(
        "`{}` line {} asks for an editable install: `{}`",
        file.display(),
        number + 1,
        line.trim()
    ))
    .hint("name the distribution instead; the app itself is installed by `project = true`")
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editable_requirements_are_refused_with_their_line() {
        let error = check("flask\n  -e .\n", Path::new("req.txt"));
        assert_eq!(
            error.map_err(|error| error.to_string()),
            Err("`req.txt` line 2 asks for an editable install: `-e .`".to_owned())
        );
        assert!(check("elastic-e\n", Path::new("req.txt")).is_ok());
    }
}
