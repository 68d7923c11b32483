//! Where files come from, one by one or a folder at a time.
//!
//! `from-source = "app/"` is a folder of the source, file by file; `"./"` is the whole source. Its files keep the modes that git
//! has.

use super::FileOrigin;
use crate::recipe::code::Code;
use crate::recipe::table::{Located, Table};
use std::path::Path;

/// Checks what cannot be said of a whole folder; returns whether it was not.
pub(super) fn check_folder(table: &Table<'_>, origin: &FileOrigin) -> bool {
    let (keys, why): (&[&str], _) = match origin {
        FileOrigin::SourceFolder(_) => (
            &["owner", "group"],
            "its files are root's, and nobody else writes them",
        ),
        FileOrigin::RecipeFolder(_) => (
            &["mode"],
            "its files are 0755 where they can be run, and 0644 elsewhere",
        ),
        _ => return true,
    };
    let place = keys
        .iter()
        .find_map(|key| Some((key, table.place_of(key)?)));
    if let Some((key, span)) = &place {
        table.problem(
            Code::Conflict,
            span.clone(),
            format!("a folder has no `{key}`"),
            why,
            "remove it, or name the files one by one".to_owned(),
        );
    }
    place.is_none()
}

/// Reads `from-source`: what ends in `/` is a folder, as is `.`.
pub(super) fn in_source(table: &Table<'_>) -> Option<FileOrigin> {
    let text = table.string("from-source")?;
    if !text.value.ends_with('/') && text.value != "." {
        return table.check("from-source", &text).map(FileOrigin::Source);
    }
    if let Some(span) = table.place_of("mode") {
        table.problem(
            Code::Conflict,
            span,
            "a folder of the source has no `mode`".to_owned(),
            "its files keep the modes that git has",
            "remove it, or name one file in `from-source`".to_owned(),
        );
    }
    if matches!(text.value.as_str(), "." | "./") {
        return Some(FileOrigin::SourceFolder(None));
    }
    table
        .check("from-source", &text)
        .map(|path| FileOrigin::SourceFolder(Some(path)))
}

/// Reads a file or folder beside the recipe, in `from` or alone.
pub(super) fn beside_recipe(
    table: &Table<'_>,
    folder: &Path,
    source: &Located<String>,
) -> Option<FileOrigin> {
    if source.value.is_empty() {
        table.problem(
            Code::InvalidValue,
            source.span.clone(),
            "no file is named".to_owned(),
            "",
            "name one beside the recipe, or a folder with a `/` at its end".to_owned(),
        );
        return None;
    }
    let path = folder.join(source.value.trim_end_matches('/'));
    Some(if source.value.ends_with('/') {
        FileOrigin::RecipeFolder(path)
    } else {
        FileOrigin::Recipe(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;
    use crate::recipe::source_path::SourcePath;
    use std::path::PathBuf;

    fn origins(files: &str) -> Result<Vec<FileOrigin>, String> {
        let text = format!(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n\
             [source]\ngit = \".\"\n[files]\n{files}"
        );
        Recipe::parse(&text, "recipe.toml", Path::new("/r"))
            .map(|recipe| recipe.files.into_iter().map(|file| file.origin).collect())
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_path_that_ends_in_a_slash_is_a_folder_of_the_source() {
        let path = |text: &str| text.parse::<SourcePath>().expect("a path");
        assert_eq!(
            origins(
                "\"@prefix@/app\" = { from-source = \"./\" }\n\"/opt/demo/b\" = { from-source = \"b/\" }\n\
                 \"/opt/demo/c\" = { from-source = \"c\" }\n\"/opt/demo/d\" = { from-source = \".\" }\n"
            ),
            Ok(vec![
                FileOrigin::SourceFolder(None),
                FileOrigin::SourceFolder(Some(path("b"))),
                FileOrigin::Source(path("c")),
                FileOrigin::SourceFolder(None),
            ])
        );
    }

    #[test]
    fn the_packages_own_folder_in_etc_can_be_shipped_whole_and_no_other() {
        let folder = |text: &str| FileOrigin::SourceFolder(text.parse::<SourcePath>().ok());
        assert_eq!(
            origins("\"/etc/@name@\" = { from-source = \"etc/\" }\n"),
            Ok(vec![folder("etc")])
        );
        assert_eq!(
            origins("\"/etc/demo\" = \"etc/\"\n"),
            Ok(vec![FileOrigin::RecipeFolder(PathBuf::from("/r/etc"))])
        );
        for (entry, why) in [
            (
                "\"/etc/demo\" = { from-source = \"demo\" }",
                "`/etc/demo` is a folder",
            ),
            ("\"/etc/@name@\" = \"demo\"", "`/etc/demo` is a folder"),
            (
                "\"/etc/demo\" = { content = \"\" }",
                "`/etc/demo` is a folder",
            ),
            (
                "\"/etc/cron.d\" = { from-source = \"cron/\" }",
                "directly in `/etc`",
            ),
            ("\"/etc/other\" = \"other/\"", "directly in `/etc`"),
        ] {
            let text = origins(&format!("{entry}\n")).expect_err("it is refused");
            assert!(text.contains(why), "{entry}: {text}");
        }
    }

    #[test]
    fn a_folder_has_no_mode_and_does_not_leave_the_source() {
        for (entry, why) in [
            (
                "{ from-source = \"b/\", mode = \"0640\" }",
                "error[recipe::conflict]: a folder of the source has no `mode`",
            ),
            (
                "{ from-source = \"../b/\" }",
                "error[recipe::invalid-value]: `files.\"/opt/demo/b\".from-source` is not valid",
            ),
        ] {
            let text = origins(&format!("\"/opt/demo/b\" = {entry}\n")).expect_err("it is refused");
            assert!(text.lines().any(|line| line == why), "{text}");
        }
    }
}
