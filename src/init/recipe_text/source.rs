//! `[source]`: the repository, and the folder in it.

use super::{Parts, todo};
use crate::init::toml_text::Section;
use crate::recipe::SourcePath;
use std::path::{Component, Path, PathBuf};

/// Says which commit is packaged, and what it lacks.
pub(super) fn section(parts: &Parts<'_>, todos: &mut Vec<String>) -> Section {
    let folder = parts.app.folder;
    let mut section = Section::new("[source]");
    let Some(checkout) = &folder.git.checkout else {
        todo(
            &mut section,
            todos,
            "the folder is in no git repository, and what is packaged is a commit: `git init`, `git add -A` and `git commit` make one",
        );
        section.set_text("git", &relative(&folder.recipe_folder, &folder.path));
        return section;
    };
    let submodules = folder.submodules();
    match &checkout.committed {
        None => todo(
            &mut section,
            todos,
            "nothing is committed yet, and what is packaged is a commit: `git add -A` and `git commit`",
        ),
        Some(committed) => {
            let missing: Vec<_> = wanted(parts)
                .into_iter()
                .filter(|file| !committed.contains(*file) && submodule(file, &submodules).is_none())
                .collect();
            if !missing.is_empty() {
                todo(
                    &mut section,
                    todos,
                    &format!(
                        "`{}` is not committed: only what is committed is packaged",
                        missing.join("`, `")
                    ),
                );
            }
        }
    }
    if let Some(remote) = &checkout.remote {
        section.comment(&format!("A clone of {remote}."));
    }
    section.set_text("git", &relative(&folder.recipe_folder, &checkout.root));
    if let Some(inside) = folder
        .path
        .strip_prefix(&checkout.root)
        .ok()
        .and_then(Path::to_str)
        .filter(|inside| !inside.is_empty())
    {
        if inside.parse::<SourcePath>().is_ok() {
            section.set_text("subdirectory", inside);
        } else {
            let text = format!("`{inside}` cannot be named in `subdirectory`: rename the folder");
            todo(&mut section, todos, &text);
        }
    }
    if !submodules.is_empty() {
        section.set("submodules", "true");
    }
    section
}

/// Returns the submodule that holds a file.
fn submodule<'a>(file: &str, submodules: &[&'a str]) -> Option<&'a str> {
    submodules
        .iter()
        .find(|folder| {
            file.strip_prefix(**folder)
                .is_some_and(|rest| rest.starts_with('/'))
        })
        .copied()
}

/// Returns the files that the recipe cannot do without.
fn wanted<'a>(parts: &'a Parts<'_>) -> Vec<&'a str> {
    let app = parts.app;
    let mut files: Vec<&str> = Vec::new();
    files.extend(parts.packages.file.as_deref());
    files.extend(parts.packages.constraints.as_deref());
    if app.is_installed {
        files.push(&app.metadata.file);
    }
    files.extend(app.django.as_ref().map(|django| django.manage.as_str()));
    files.extend(
        app.web
            .as_ref()
            .and_then(|web| Some(web.place.rsplit_once(':')?.0)),
    );
    files
}

/// Returns a path that leads from a folder to another, never one that git would take for an address.
fn relative(from: &Path, to: &Path) -> String {
    let mut rest = to.components().peekable();
    let mut up = from.components().peekable();
    while let (Some(a), Some(b)) = (up.peek(), rest.peek())
        && a == b
    {
        up.next();
        rest.next();
    }
    let path: PathBuf = up.map(|_| Component::ParentDir).chain(rest).collect();
    match path.to_string_lossy().as_ref() {
        "" => ".".to_owned(),
        text if text.starts_with("..") => text.to_owned(),
        text => format!("./{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_the_recipe_to_the_repository() {
        for (from, to, path) in [
            ("/a/b", "/a/b", "."),
            ("/a/b/recipes", "/a/b", ".."),
            ("/a", "/a/b", "./b"),
            ("/a/x", "/a/host:y", "../host:y"),
            ("/a", "/a/host:y", "./host:y"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)), path);
        }
    }
}
