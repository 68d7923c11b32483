//! `init`: looks at the folder of an app, and writes a recipe for it. Nothing else is written, and nothing is run.

use super::destination::resolve;
use crate::cli::Init;
use crate::failure::{Failure, OrFailure as _};
use crate::init::{self, Draft, Folder};
use crate::report::{Event, Reporter};
use crate::source;
use crate::sys::environment::Environment;
use crate::sys::fs;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The name of the recipe in the folder of the app.
const RECIPE: &str = "deb-build-app.toml";

/// How many folders deep is looked.
const DEEPEST: usize = 5;

/// How many files are looked at, so that a folder of data is no work for hours.
const MOST_FILES: usize = 20_000;

/// How many bytes of a file are read.
const LONGEST_TEXT: u64 = 1 << 20;

/// Folders that hold what others wrote: packages, builds, virtualenvs.
const NOT_THE_APP: &[&str] = &[
    "__pycache__",
    "build",
    "dist",
    "env",
    "node_modules",
    "site-packages",
    "venv",
];

/// Writes the recipe and says where it is and what it needs.
pub fn run(options: &Init, reporter: &dyn Reporter) -> Result<()> {
    let environment = Environment::read()?;
    let written = &options.folder;
    let path = environment.current_dir.join(written);
    if !fs::is_dir(&path) {
        return Err(
            Failure::build(format!("there is no folder `{}`", written.display()))
                .hint("name the folder of the app")
                .into(),
        );
    }
    let path = fs::canonicalize(&path)?;
    let output = match &options.output {
        Some(output) if output.as_os_str() == "-" => None,
        Some(output) => Some((resolve(&environment, output), output.clone())),
        None => {
            let shown: PathBuf = written.join(RECIPE).components().collect();
            Some((path.join(RECIPE), shown))
        }
    };
    if let Some((output, shown)) = &output {
        refuse_existing(output, shown)?;
    }
    let recipe_folder = match &output {
        Some((output, shown)) => folder_of(output, shown)?,
        None => path.clone(),
    };
    let git = source::look_at(&path)?;
    let mut files = BTreeMap::new();
    collect(&path, &path, 0, &mut files)?;
    let programs = files
        .keys()
        .filter(|file| fs::mode(&path.join(file)).is_ok_and(|mode| mode & 0o111 != 0))
        .cloned()
        .collect();
    let draft = init::draft(&Folder {
        path,
        recipe_folder,
        files,
        programs,
        git,
    })?;
    match output {
        None => {
            reporter
                .document(&mut |out| out.write_all(draft.text.trim_end().as_bytes()))
                .context("the recipe could not be printed")?;
            tell(&draft, "the recipe", reporter);
            Ok(())
        }
        Some((output, shown)) => {
            fs::write_new(&output, draft.text.as_bytes()).or_failure(|| {
                Failure::build(format!("`{}` cannot be written", shown.display()))
                    .hint("name another place with `--output`")
            })?;
            tell(
                &draft,
                &format!("the recipe `{}`", shown.display()),
                reporter,
            );
            reporter
                .result(shown.as_os_str().as_encoded_bytes())
                .context("the path of the recipe could not be printed")
        }
    }
}

/// Says what needs a human, one line each.
fn tell(draft: &Draft, recipe: &str, reporter: &dyn Reporter) {
    if draft.todos.is_empty() {
        reporter.event(&Event::Note(&format!("{recipe} is complete")));
        return;
    }
    reporter.event(&Event::Note(&format!(
        "{recipe} is there; before you ship it:"
    )));
    for todo in &draft.todos {
        reporter.event(&Event::Note(&format!("- {todo}")));
    }
}

/// Refuses what is there already, a link to nowhere too, before the folder is looked at.
fn refuse_existing(output: &Path, shown: &Path) -> Result<()> {
    if !fs::exists(output) && !fs::is_link(output) {
        return Ok(());
    }
    Err(Failure::build(format!(
        "`{}` is there already, and will not be overwritten",
        shown.display()
    ))
    .hint("move it away, or name another file with `--output`")
    .into())
}

/// Returns the folder that a recipe will be in, which must be there.
fn folder_of(output: &Path, shown: &Path) -> Result<PathBuf> {
    let folder = output.parent().unwrap_or(Path::new("/"));
    if !fs::is_dir(folder) {
        return Err(
            Failure::build(format!("the folder of `{}` is not there", shown.display()))
                .hint("make it first, or name another file with `--output`")
                .into(),
        );
    }
    Ok(fs::canonicalize(folder)?)
}

/// Collects names, and the texts of those files that say something of an app. Links are not followed, and what may not be read
/// is passed over: no commit holds it either.
fn collect(
    top: &Path,
    folder: &Path,
    depth: usize,
    files: &mut BTreeMap<String, Option<String>>,
) -> Result<()> {
    let Ok(names) = fs::names_in(folder) else {
        return Ok(());
    };
    for name in names {
        let path = folder.join(&name);
        let Some(relative) = path.strip_prefix(top)?.to_str() else {
            continue;
        };
        if files.len() >= MOST_FILES || fs::is_link(&path) {
            continue;
        }
        if fs::is_dir(&path) {
            if depth < DEEPEST && is_of_the_app(&path, &name.to_string_lossy()) {
                collect(top, &path, depth + 1, files)?;
            }
        } else if fs::is_file(&path) {
            let text = says_something(relative).then(|| read_text(&path)).flatten();
            files.insert(relative.to_owned(), text);
        }
    }
    Ok(())
}

fn is_of_the_app(path: &Path, name: &str) -> bool {
    !name.starts_with('.')
        && !NOT_THE_APP.contains(&name)
        && !name.ends_with(".egg-info")
        && !fs::exists(&path.join("pyvenv.cfg"))
}

fn says_something(relative: &str) -> bool {
    let is_environment = !relative.contains('/') && relative.contains("env");
    let extension = relative.rsplit('.').next().unwrap_or_default();
    is_environment
        || ["py", "txt", "toml", "cfg", "lock"].contains(&extension)
        || relative == "Procfile"
}

/// Reads the beginning of a file; what is no UTF-8 in it is replaced.
fn read_text(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    fs::open_regular(path)
        .ok()?
        .take(LONGEST_TEXT)
        .read_to_end(&mut bytes)
        .ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Some(text.replace("\r\n", "\n"))
}
