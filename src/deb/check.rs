//! Everything about an archive that can be wrong before a byte is read or written.

use super::tree::Tree;
use super::{Archive, ScriptName, conffiles, triggers};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;

/// Returns the tree of `archive`, having checked all of it.
pub(super) fn checked_tree(archive: &Archive) -> Result<Tree<'_>> {
    archive
        .control
        .check()
        .context("the control fields do not fit together")?;
    check_scripts(&archive.scripts)?;
    triggers::check(&archive.triggers)?;
    let tree = Tree::unite(archive)?;
    conffiles::check(&archive.conffiles, &tree)?;
    Ok(tree)
}

/// dpkg runs scripts directly, so that each names its interpreter (Policy 6.1).
fn check_scripts(scripts: &BTreeMap<ScriptName, Vec<u8>>) -> Result<()> {
    for (name, script) in scripts {
        if !script.starts_with(b"#!/") {
            bail!("the script `{}` does not begin with `#!/`", name.as_str());
        }
    }
    Ok(())
}
