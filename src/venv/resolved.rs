//! What an installer has chosen, as a requirements file with hashes that names no index and no folder of this machine.
//!
//! uv writes such a file itself (`uv pip compile`), with the hashes of all files of a version; pip's report of an installation
//! (`pip install --report`, version 1) has the hash of the one file that it took. The next build may use either as
//! `requirements`.

use crate::lockfile::normal_name;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The line in front of what was installed.
pub(super) const INSTALLED: &str = "# What deb-build-app installed. To install the same again, commit this file and name it in `[venv] requirements`.\n";

/// Requirements by their normal names: the version or address, and the hashes.
type Chosen = BTreeMap<String, (String, Vec<String>)>;

#[derive(Deserialize)]
struct Report {
    install: Vec<Installed>,
}

#[derive(Deserialize)]
struct Installed {
    download_info: DownloadInfo,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct DownloadInfo {
    #[serde(default)]
    archive_info: ArchiveInfo,
}

#[derive(Default, Deserialize)]
struct ArchiveInfo {
    #[serde(default)]
    hashes: BTreeMap<String, String>,
    /// What pip before 22.3 wrote: `sha256=…`.
    hash: Option<String>,
}

/// Renders what was installed behind the line `head`; nothing when all of it is from the source, which is left out.
///
/// # Errors
/// The name of a distribution that cannot be pinned: from a folder or a repository, or one that the installer does not tell.
pub(super) fn render(
    head: &str,
    written: &str,
    installed: &BTreeMap<String, String>,
    from_source: &BTreeSet<String>,
) -> Result<Option<String>, String> {
    let chosen = chosen(written);
    let mut text = head.to_owned();
    for (name, version) in installed {
        if from_source.contains(name) {
            continue;
        }
        let (found, hashes) = chosen.get(name).ok_or_else(|| name.clone())?;
        if found != version || hashes.is_empty() {
            return Err(name.clone());
        }
        text.extend([name, "==", version]);
        for hash in hashes {
            text.extend([" \\\n    --hash=", hash]);
        }
        text.push('\n');
    }
    Ok((text != head).then_some(text))
}

/// Returns the version that an installer has chosen of a distribution.
pub(super) fn version_of(written: &str, name: &str) -> Option<String> {
    let (version, _) = chosen(written).remove(&normal_name(name))?;
    Some(version)
}

fn chosen(written: &str) -> Chosen {
    match serde_json::from_str::<Report>(written) {
        Ok(report) => of_report(report),
        Err(_) => of_requirements(written),
    }
}

fn of_report(report: Report) -> Chosen {
    let entries = report.install.into_iter().map(|it| {
        let info = it.download_info.archive_info;
        let hashes = info.hashes.into_iter();
        let mut hashes: Vec<_> = hashes
            .filter(|(algorithm, _)| algorithm == "sha256")
            .map(|(algorithm, digits)| format!("{algorithm}:{digits}"))
            .collect();
        if hashes.is_empty() {
            let old = info.hash.filter(|hash| hash.starts_with("sha256="));
            hashes.extend(old.map(|hash| hash.replacen('=', ":", 1)));
        }
        (
            normal_name(&it.metadata.name),
            (it.metadata.version, hashes),
        )
    });
    entries.collect()
}

fn of_requirements(text: &str) -> Chosen {
    let joined = text.replace("\\\n", " ");
    let entries = joined.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (name, version) = words.next()?.split_once("==")?;
        let hashes = words.filter_map(|word| word.strip_prefix("--hash="));
        let name = name.split('[').next().unwrap_or_default();
        Some((
            normal_name(name),
            (
                version.trim_end_matches(';').to_owned(),
                hashes.map(str::to_owned).collect(),
            ),
        ))
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = INSTALLED;

    fn installed(all: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(name, version): &(&str, &str)| ((*name).to_owned(), (*version).to_owned());
        all.iter().map(owned).collect()
    }

    fn demo() -> BTreeSet<String> {
        BTreeSet::from(["demo".to_owned()])
    }

    #[test]
    fn both_installers_words_become_one_file() {
        let uv = "Zope.Interface==6.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\ndemo @ file:///w/wheels/demo.whl\n";
        let all = installed(&[("demo", "1.0"), ("zope-interface", "6.0")]);
        assert_eq!(
            render(HEAD, uv, &all, &demo()),
            Ok(Some(format!(
                "{HEAD}zope-interface==6.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
            )))
        );
        let pip = r#"{"version": "1", "install": [{"metadata": {"name": "Zope.Interface", "version": "6.0"},
            "download_info": {"url": "https://x", "archive_info": {"hash": "sha256=aa", "hashes": {"sha256": "aa"}}}}]}"#;
        assert_eq!(
            render(HEAD, pip, &all, &demo()),
            Ok(Some(format!(
                "{HEAD}zope-interface==6.0 \\\n    --hash=sha256:aa\n"
            )))
        );
    }

    #[test]
    fn what_cannot_be_pinned_is_named() {
        assert_eq!(
            render(HEAD, "", &installed(&[("demo", "1")]), &demo()),
            Ok(None)
        );
        let all = installed(&[("a", "1")]);
        for text in ["", "a==2 --hash=sha256:aa", "a==1", "a @ git+https://x"] {
            assert_eq!(
                render(HEAD, text, &all, &demo()),
                Err("a".to_owned()),
                "{text}"
            );
        }
    }
}
