//! `init`: what is to be seen in the folder of an app becomes a recipe with comments. Pure, but for [`look()`].
//!
//! A [`Folder`] holds names, texts and what git says; [`look()`] fills it. Each file of this module recognises one thing in
//! it; [`app`] joins them, [`identity`], [`packages`] and [`services`] decide, and [`recipe_text`] writes. Nothing is executed:
//! what only running the app could tell stays unknown, and what needs a human is a `TODO`. Passwords in addresses are neither
//! written nor said ([`address`]).

mod address;
mod app;
mod celery;
mod distributions;
mod django;
mod dotenv;
mod flask;
mod folder;
mod host_command;
mod identity;
mod indexes;
mod locked;
mod look;
mod metadata;
mod nested;
mod packages;
mod poetry;
mod procfile;
mod pyproject;
mod python_range;
mod python_text;
mod recipe_text;
mod requirement;
mod requirements;
mod secret_key;
mod selection;
mod services;
mod setup_cfg;
mod setup_py;
mod toml_text;
mod variables;
mod web;

pub use folder::Folder;
pub use look::look;

use crate::failure::Failure;
use crate::recipe::Recipe;
use recipe_text::Parts;

/// A recipe, and what needs a human before it is shipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The recipe.
    pub text: String,
    /// One line each, in the order of the recipe, which has them as comments.
    pub todos: Vec<String>,
}

/// Writes a recipe for the app in a folder; the reader of recipes accepts it.
///
/// # Errors
/// When nothing in the folder is an app in Python.
pub fn draft(folder: &Folder) -> Result<Draft, Failure> {
    if folder.is_bare_repository() {
        return Err(Failure::build(format!(
            "`{}` is a bare repository, and has no files to look at",
            folder.path.display()
        ))
        .hint("run `init` in a clone of it: `git clone` makes one"));
    }
    let inner = nested::project(folder);
    let folder = inner.as_ref().unwrap_or(folder);
    let app = app::recognise(folder);
    let is_empty = folder.python().is_empty()
        && app.metadata.file.is_empty()
        && app.requirements.file.is_none()
        && app.processes.is_empty();
    if is_empty {
        return Err(Failure::build(format!(
            "there is no app in Python in `{}`",
            folder.path.display()
        ))
        .hint("name the folder that holds its pyproject.toml, setup.py, manage.py, requirements.txt, Procfile or modules"));
    }
    let identity = identity::decide(&app);
    let mut packages = packages::decide(&app);
    let services = services::decide(&app, &identity.name, &mut packages);
    let (text, todos) = recipe_text::render(&Parts {
        app: &app,
        identity: &identity,
        packages: &packages,
        services: &services,
        ships_source: !app.is_installed || services.need_source,
    });
    match Recipe::parse(&text, "deb-build-app.toml", &folder.recipe_folder) {
        Ok(_) => Ok(Draft { text, todos }),
        Err(refused) => Err(Failure::build(
            "the recipe for this app would not be valid: this is a fault of deb-build-app, please report it",
        )
        .details(refused.to_string().lines())),
    }
}

#[cfg(test)]
mod tests;
