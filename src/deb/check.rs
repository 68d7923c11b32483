//! Everything about an archive that can be wrong before a byte is read or written.

use super::tree::Tree;
use super::{Archive, ArchivePath, ScriptName, conffiles, templates, triggers};
use crate::failure::Failure;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;

/// Returns the tree of `archive`, having checked all of it.
pub(super) fn checked_tree(archive: &Archive) -> Result<Tree<'_>> {
    archive
        .control
        .check()
        .context("the control fields do not fit together")?;
    check_scripts(&archive.scripts, &archive.conffiles)?;
    triggers::check(&archive.triggers)?;
    if let Some(templates) = &archive.templates {
        templates::check(templates, &archive.control.package)?;
    }
    let tree = Tree::unite(archive)?;
    conffiles::check(&archive.conffiles, &tree)?;
    triggers::check_interests(&archive.triggers, &tree)?;
    Ok(tree)
}

/// dpkg runs scripts directly, so that each names its interpreter (Policy 6.1).
fn check_scripts(scripts: &BTreeMap<ScriptName, Vec<u8>>, conffiles: &[ArchivePath]) -> Result<()> {
    for (name, script) in scripts {
        if !script.starts_with(b"#!/") {
            return Err(Failure::build(format!(
                "the script `{}` does not begin with `#!/`",
                name.as_str()
            ))
            .hint("begin it with `#!/bin/sh`")
            .into());
        }
        let first = script.split(|b| *b == b'\n').next().unwrap_or_default();
        if first.ends_with(b"\r") || script.contains(&0) {
            let what = if script.contains(&0) {
                "has a NUL byte"
            } else {
                "has lines that end as on Windows, and no interpreter of that name is found"
            };
            return Err(
                Failure::build(format!("the script `{}` {what}", name.as_str()))
                    .hint("save it as plain text with Unix line ends")
                    .into(),
            );
        }
        conffiles::check_script(conffiles, name.as_str(), script)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn every_part_of_an_archive_is_checked() {
        let refusal = |change: fn(&mut Archive)| {
            let mut archive = testing::archive(vec![testing::layer("app: a/b")]);
            change(&mut archive);
            let refused = checked_tree(&archive)
                .err()
                .map(|error| format!("{error:#}"));
            refused.unwrap_or_default()
        };
        assert_eq!(refusal(|_| {}), "");
        assert_eq!(
            refusal(|a| drop(a.scripts.insert(ScriptName::Postinst, b"set -e\n".to_vec()))),
            "the script `postinst` does not begin with `#!/`"
        );
        assert_eq!(
            refusal(|a| a.triggers = vec!["interest".to_owned()]),
            "the trigger `interest` is not of the form `directive name`"
        );
        assert_eq!(
            refusal(|a| a.conffiles = vec!["a".parse().expect("it is valid")]),
            "the conffile `/a` is a directory"
        );
        assert_eq!(
            refusal(|a| a.templates = Some("Template: x/y\n".to_owned())),
            "the debconf template `x/y` does not begin with `demo/`"
        );
        assert_eq!(
            refusal(|a| a.triggers = vec!["interest /a/b".to_owned()]),
            "the trigger `interest /a/b` is an interest in a file of the package itself"
        );
        assert_eq!(refusal(|a| a.triggers = vec!["interest /a".to_owned()]), "");
        assert_eq!(
            refusal(|a| a.control.depends = vec!["demo".parse().expect("it is valid")]),
            "the control fields do not fit together: `Depends: demo` names the package itself"
        );
    }
}
