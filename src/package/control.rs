//! The control fields: what the recipe says, and what follows from the content.

use super::{depends, elf, scripts};
use crate::deb::{Control, Layer, Relation};
use crate::plan::Interpreter;
use crate::recipe::Recipe;
use crate::sys::host::HostFacts;
use anyhow::Result;
use std::collections::BTreeSet;

/// Returns the fields. `shlibs` are the lines of all shlibs files of this machine.
pub(super) fn control(
    recipe: &Recipe,
    interpreter: &Interpreter,
    host: &HostFacts,
    layers: &[Layer],
    elf: &[elf::ElfFile],
    shlibs: &str,
) -> Result<Control> {
    let package = &recipe.package;
    let bundled: BTreeSet<String> = layers
        .iter()
        .flat_map(|layer| layer.entries.keys())
        .filter_map(|path| path.as_bytes().rsplit(|byte| *byte == b'/').next())
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect();
    let mut depends = own_depends(recipe, interpreter)?;
    depends.extend(depends::relations(elf, &bundled, shlibs)?);
    for relation in &package.relations.depends {
        if !depends.contains(relation) {
            depends.push(relation.clone());
        }
    }
    let relations = &package.relations;
    let description = match &package.description {
        Some(description) => description.clone(),
        // Policy §5.6.13 wants more than the first line.
        None => format!("The app is in the virtualenv {}.", recipe.venv.prefix).parse()?,
    };
    let section = match &package.section {
        Some(section) => section.clone(),
        None => DEFAULT_SECTION.parse()?,
    };
    Ok(Control {
        depends,
        recommends: relations.recommends.clone(),
        suggests: relations.suggests.clone(),
        conflicts: relations.conflicts.clone(),
        breaks: relations.breaks.clone(),
        replaces: relations.replaces.clone(),
        provides: relations.provides.clone(),
        homepage: package.homepage.clone(),
        custom: package.fields.clone(),
        description,
        ..Control::new(
            package.name.clone(),
            package.version.clone(),
            depends::architecture(elf, &host.architecture)?,
            package.maintainer.clone(),
            section,
            package.summary.clone(),
        )
    })
}

/// Returns the relations that follow from how the package works: the interpreter that `bin/python` points to, and what
/// its scripts call. `python3:any` is what lintian looks for (DESIGN 5).
fn own_depends(recipe: &Recipe, interpreter: &Interpreter) -> Result<Vec<Relation>> {
    let mut texts = vec![interpreter.package(), "python3:any".to_owned()];
    if scripts::needs_adduser(recipe) {
        texts.push("adduser".to_owned());
    }
    texts
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|error| anyhow::anyhow!("`{text}`: {error}"))
        })
        .collect()
}

/// Where a package goes when the recipe does not say.
const DEFAULT_SECTION: &str = "misc";
