//! What `[venv.verify]` asks for: modules and commands that are tried at the final path, before the package is written.

use super::command::Command;
use super::places::Places;
use super::{Access, at_prefix};
use crate::failure::Failure;
use crate::recipe::Recipe;
use crate::sys::isolation::Isolation;

/// Something that is tried.
#[derive(Clone, Debug)]
pub struct Trial {
    /// As the recipe calls it.
    pub name: String,
    /// What is run.
    pub command: Command,
}

/// Decides what is tried: in the source where there is one, else in the folder for temporary files.
///
/// # Errors
/// When something is to be tried, and this machine denies namespaces.
pub(super) fn plan(
    recipe: &Recipe,
    has_source: bool,
    places: &Places,
    isolation: Isolation,
) -> Result<Vec<Trial>, Failure> {
    let verify = &recipe.venv.verify;
    let prefix = &recipe.venv.prefix;
    let folder = if has_source {
        places.source()
    } else {
        places.temporary()
    };
    let placed = |name: String, wanted: &str, inner: Command| {
        let inner = verify
            .env
            .iter()
            .fold(inner, |inner, (name, value)| {
                inner.env(name.as_str(), value.as_str())
            })
            .cwd(folder.clone())
            .env("HOME", places.home())
            .env("TMPDIR", places.temporary())
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let command = at_prefix(inner, Access::Read, wanted, prefix, places, isolation)?;
        Ok(Trial { name, command })
    };
    let imports = verify.imports.iter().map(|module| {
        // The folder that commands start in is no place to import from.
        let inner = Command::new(format!("{prefix}/bin/python"))
            .args(["-P", "-c"])
            .arg(format!("import {module}"));
        placed(
            format!("import {module}"),
            "`imports` in `[venv.verify]`",
            inner,
        )
    });
    let commands = verify.commands.iter().map(|text| {
        let inner = Command::new("sh").arg("-euc").arg(text.as_str());
        placed(
            text.as_str().to_owned(),
            "`commands` in `[venv.verify]`",
            inner,
        )
    });
    imports.chain(commands).collect()
}
