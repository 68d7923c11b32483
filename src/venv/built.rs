//! Which distributions were built on this machine from a source distribution, as their installer tells.
//!
//! uv leaves `uv_build.json` in the `.dist-info` of what it has built, also when it had built it before; pip's report of an
//! installation (`pip install --report`, version 1) has the address of every file that it took. What came from a folder or a
//! repository (`direct_url.json`, PEP 610) is not among them: the requirement says that itself.

use super::distribution::normalise;
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

/// Returns the normalised names of what pip has built, from its report; nothing when that is another installer's file.
pub(super) fn of_report(text: &str) -> Option<BTreeSet<String>> {
    let report: Report = serde_json::from_str(text).ok()?;
    let built = report.install.into_iter().filter(|it| {
        let file = it.download_info.url.split(['#', '?']).next();
        let file = Path::new(file.unwrap_or_default());
        !it.is_direct && file.extension().is_none_or(|extension| extension != "whl")
    });
    Some(built.map(|it| normalise(&it.metadata.name)).collect())
}

/// Returns the normalised name of a distribution that uv has built, by its `.dist-info` folder: `has` says whether a file is in it.
pub(super) fn of_folder(folder: &str, has: impl Fn(&str) -> bool) -> Option<String> {
    // NAME-VERSION.dist-info; the name has no `-` (binary distribution format, "Escaping and Unicode").
    let (name, _) = folder.strip_suffix(".dist-info")?.split_once('-')?;
    (has("uv_build.json") && !has("direct_url.json")).then(|| normalise(name))
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
        assert_eq!(of_report(report), Some(BTreeSet::from(["a-b".to_owned()])));
        assert_eq!(of_report("a==1 --hash=sha256:aa"), None);
    }

    #[test]
    fn uv_tells_by_a_file_that_it_leaves() {
        let told = |folder: &str, files: &[&str]| of_folder(folder, |name| files.contains(&name));
        let built = "uv_build.json";
        assert_eq!(told("A_b-1.0.dist-info", &[built]), Some("a-b".to_owned()));
        assert_eq!(told("a-1.0.dist-info", &[]), None);
        assert_eq!(told("a-1.0.dist-info", &[built, "direct_url.json"]), None);
        assert_eq!(told("a", &[built]), None);
    }

    #[test]
    fn wheels_are_nothing_to_warn_of() {
        assert_eq!(warning(&BTreeSet::new()), None);
    }
}
