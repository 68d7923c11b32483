//! The control fields: what the recipe says, and what follows from the content.

use super::scripts;
use crate::deb::{Architecture, Control, Description, Relation, Section};
use crate::plan::{Draft, Interpreter, Placeholder};
use crate::recipe::{Identity, Recipe};
use crate::services;
use anyhow::{Context as _, Result};

/// The fields as far as they are known before the content is.
#[derive(Clone, Debug)]
pub struct PlannedControl {
    package: Identity,
    section: Section,
    description: Description,
    /// What the recipe says of it.
    architecture: Option<Architecture>,
    /// What follows from how the package works.
    own_depends: Vec<Relation>,
    /// What the recipe recommends, and what follows from how the package works.
    recommends: Vec<Relation>,
}

/// Returns what the recipe says of the fields.
pub(super) fn plan(recipe: &Recipe, interpreter: &Interpreter) -> Result<PlannedControl> {
    let package = &recipe.package;
    let description = match &package.description {
        Some(description) => description.clone(),
        // Policy §5.6.13 wants more than the first line.
        None => format!("The app is in the virtualenv {}.", recipe.venv.prefix).parse()?,
    };
    let section = match &package.section {
        Some(section) => section.clone(),
        None => DEFAULT_SECTION.parse()?,
    };
    Ok(PlannedControl {
        package: package.clone(),
        architecture: recipe.target.architecture,
        section,
        description,
        own_depends: own_depends(recipe, interpreter)?,
        recommends: recommends(recipe)?,
    })
}

impl PlannedControl {
    /// Returns the fields of the content, which is for `architecture` and needs the relations that were `found`.
    pub(super) fn complete(
        &self,
        architecture: Architecture,
        found: Vec<Relation>,
    ) -> Result<Control> {
        let package = &self.package;
        let relations = &package.relations;
        Ok(Control {
            depends: self.depends(found),
            recommends: self.recommends.clone(),
            suggests: relations.suggests.clone(),
            conflicts: relations.conflicts.clone(),
            breaks: relations.breaks.clone(),
            replaces: relations.replaces.clone(),
            provides: relations.provides.clone(),
            homepage: package.homepage.clone(),
            custom: package.fields.clone(),
            description: self.description.clone(),
            ..Control::new(
                package.name.clone(),
                package
                    .version
                    .clone()
                    .context("the version is not known yet")?,
                architecture,
                package.maintainer.clone(),
                self.section.clone(),
                package.summary.clone(),
            )
        })
    }

    /// Returns what the package works by, what was found, and what the recipe says besides.
    fn depends(&self, found: Vec<Relation>) -> Vec<Relation> {
        let said = &self.package.relations.depends;
        let mut depends = self.own_depends.clone();
        // What the recipe says may be narrower than what was found.
        let narrower =
            |relation: &Relation| said.iter().any(|it| it != relation && it.implies(relation));
        depends.extend(found.into_iter().filter(|relation| !narrower(relation)));
        for relation in said {
            if !depends.iter().any(|it| it.implies(relation)) {
                depends.push(relation.clone());
            }
        }
        depends
    }

    /// Returns the fields in the order of the control file, open where they follow from the content. The description has its
    /// lines as the file has them.
    pub fn fields(&self) -> Vec<(String, Draft)> {
        let package = &self.package;
        let relations = &package.relations;
        let mut fields: Vec<(String, Draft)> = Vec::new();
        let mut add = |name: &str, value: Draft| fields.push((name.to_owned(), value));
        add("Package", package.name.to_string().into());
        add("Version", crate::plan::version(package));
        add(
            "Architecture",
            self.architecture.map_or_else(
                || Placeholder::Architecture.into(),
                |known| known.to_string().into(),
            ),
        );
        add("Maintainer", package.maintainer.to_string().into());
        add("Installed-Size", Placeholder::InstalledSize.into());
        add("Depends", self.open_depends());
        for (name, relations) in [
            ("Recommends", &self.recommends),
            ("Suggests", &relations.suggests),
            ("Breaks", &relations.breaks),
            ("Conflicts", &relations.conflicts),
            ("Replaces", &relations.replaces),
            ("Provides", &relations.provides),
        ] {
            if !relations.is_empty() {
                add(name, joined(relations).into());
            }
        }
        add("Section", self.section.to_string().into());
        add("Priority", "optional".to_owned().into());
        if let Some(homepage) = &package.homepage {
            add("Homepage", homepage.to_string().into());
        }
        for (name, value) in &package.fields {
            add(name.as_str(), value.to_string().into());
        }
        let rest = self.description.render_folded();
        let description = format!("{}\n{rest}", package.summary);
        add("Description", description.trim_end().to_owned().into());
        fields
    }

    fn open_depends(&self) -> Draft {
        let own = self.own_depends.len();
        let all = self.depends(Vec::new());
        let mut draft = Draft::from(joined(&all[..own]));
        if own > 0 {
            draft.push(", ");
        }
        draft.push_or(None::<&str>, Placeholder::Dependencies);
        if all.len() > own {
            draft.push(format!(", {}", joined(&all[own..])));
        }
        draft
    }
}

fn joined(relations: &[Relation]) -> String {
    let relations = relations.iter().map(ToString::to_string);
    relations.collect::<Vec<_>>().join(", ")
}

/// Returns the relations that follow from how the package works: the interpreter that `bin/python` points to, and what
/// its scripts call. `python3:any` is what lintian looks for (DESIGN 5).
fn own_depends(recipe: &Recipe, interpreter: &Interpreter) -> Result<Vec<Relation>> {
    let mut texts = Vec::new();
    if !interpreter.is_bundled() {
        texts.push(interpreter.package());
        texts.push("python3:any".to_owned());
    }
    if scripts::needs_adduser(recipe) {
        texts.push("adduser".to_owned());
    }
    if !recipe.questions.is_empty() {
        texts.push("debconf (>= 0.5) | debconf-2.0".to_owned());
    }
    texts.extend(services::provide(recipe).depends);
    texts
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|error| anyhow::anyhow!("`{text}`: {error}"))
        })
        .collect()
}

/// Returns what the recipe recommends, and what serves the services, unless the recipe asks for that already.
fn recommends(recipe: &Recipe) -> Result<Vec<Relation>> {
    let relations = &recipe.package.relations;
    let mut recommends = relations.recommends.clone();
    for text in services::provide(recipe).recommends {
        let relation: Relation = text
            .parse()
            .map_err(|error| anyhow::anyhow!("`{text}`: {error}"))?;
        let said = relations.depends.iter().chain(&recommends);
        if !said.into_iter().any(|said| said.implies(&relation)) {
            recommends.push(relation);
        }
    }
    Ok(recommends)
}

/// Where a package goes when the recipe does not say.
const DEFAULT_SECTION: &str = "misc";
