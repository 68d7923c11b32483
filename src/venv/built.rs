//! Which distributions were built on this machine from a source distribution, as their installer tells.
//!
//! uv leaves `uv_build.json` in the `.dist-info` of what it has built, also when it had built it before; pip's report of an
//! installation (`pip install --report`, version 1) has the address of every file that it took. What came from a folder or a
//! repository (`direct_url.json`, PEP 610) is not among them: the requirement says that itself.

use super::distribution::normalise;
use crate::sys::fs;
use anyhow::Result;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

#[derive(Deserialize)]
struct Report {
    install: Vec<Installed>,
}

#[derive(Deserialize)]
struct Installed {
    metadata: Metadata,
    download_info: DownloadInfo,
    #[serde(default)]
    is_direct: bool,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
}

#[derive(Deserialize)]
struct DownloadInfo {
    #[serde(default)]
    url: String,
}

/// Returns the normalised names of what was built; `report` is pip's, where pip has written one.
///
/// # Errors
/// When the virtualenv cannot be read.
pub(super) fn built_here(site_packages: &Path, report: &Path) -> Result<BTreeSet<String>> {
    if fs::is_file(report)
        && let Ok(report) = serde_json::from_str(&fs::read_to_string(report)?)
    {
        return Ok(of_report(report));
    }
    let mut built = BTreeSet::new();
    for folder in fs::names_in(site_packages)? {
        let folder = site_packages.join(folder);
        let has = |name: &str| fs::is_file(&folder.join(name));
        if has("uv_build.json") && !has("direct_url.json") {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            // NAME-VERSION.dist-info; the name has no `-` (binary distribution format, "Escaping and Unicode").
            built.insert(normalise(name.split('-').next().unwrap_or_default()));
        }
    }
    Ok(built)
}

fn of_report(report: Report) -> BTreeSet<String> {
    let built = report.install.into_iter().filter(|it| {
        let file = it.download_info.url.split(['#', '?']).next();
        !it.is_direct && file.is_some_and(|file| !file.ends_with(".whl"))
    });
    built.map(|it| normalise(&it.metadata.name)).collect()
}

/// Says what was built, and what that means; nothing when all were wheels.
pub(super) fn warning(built: &BTreeSet<String>) -> Option<String> {
    let names: Vec<_> = built
        .iter()
        .map(|name| format!("`{name}` from its source distribution"))
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "some have no wheel, and are built on this machine: {}; what is built depends on the compiler, on the installer and on build \
             dependencies that have no hash: a lock or `find-links` with their wheels would pin it",
            names.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pip_tells_by_the_address_what_it_has_built() {
        let report = r#"{"version": "1", "install": [
            {"metadata": {"name": "A.b"}, "is_direct": false, "download_info": {"url": "https://x/a_b-1.tar.gz"}},
            {"metadata": {"name": "c"}, "is_direct": false, "download_info": {"url": "https://x/c-1-py3-none-any.whl#sha256=aa"}},
            {"metadata": {"name": "d"}, "is_direct": true, "download_info": {"url": "file:///d"}}]}"#;
        let report = serde_json::from_str(report).expect("a report");
        assert_eq!(of_report(report), BTreeSet::from(["a-b".to_owned()]));
    }

    #[test]
    fn wheels_are_nothing_to_warn_of() {
        assert_eq!(warning(&BTreeSet::new()), None);
    }
}
