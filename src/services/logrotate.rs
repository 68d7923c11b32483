//! `/etc/logrotate.d/NAME` (logrotate(8)): how the logs that the app writes itself are rotated.
//!
//! Where a folder is the service user's, its files are rotated with that user's rights (`su`): root would follow whatever
//! the user puts there.

use crate::recipe::{Frequency, LogFiles, NewLog, Recipe, Rotation};
use std::fmt::Write as _;

/// Renders the file.
pub fn render(recipe: &Recipe) -> String {
    let mut text = format!("# Rotation of the logs of {}.\n", recipe.package.name);
    for rotation in &recipe.logrotate {
        render_one(&mut text, recipe, rotation);
    }
    text
}

fn render_one(text: &mut String, recipe: &Recipe, rotation: &Rotation) {
    text.push('\n');
    for files in &rotation.files {
        let _ = writeln!(text, "{}", quote(files));
    }
    text.push_str("{\n");
    for directive in directives(recipe, rotation) {
        let _ = writeln!(text, "    {directive}");
    }
    if let Some(script) = &rotation.post_rotate {
        text.push_str("    postrotate\n");
        for line in script.as_str().lines() {
            let _ = writeln!(text, "        {line}");
        }
        text.push_str("    endscript\n");
    }
    text.push_str("}\n");
}

/// Quotes a path in which a blank would begin another.
fn quote(files: &LogFiles) -> String {
    if files.as_str().contains(char::is_whitespace) {
        format!("\"{files}\"")
    } else {
        files.to_string()
    }
}

fn directives(recipe: &Recipe, rotation: &Rotation) -> Vec<String> {
    let frequency = match rotation.frequency {
        Frequency::Hourly => "hourly",
        Frequency::Daily => "daily",
        Frequency::Weekly => "weekly",
        Frequency::Monthly => "monthly",
        Frequency::Yearly => "yearly",
    };
    let mut directives = vec![frequency.to_owned(), format!("rotate {}", rotation.rotate)];
    if let Some(size) = &rotation.size {
        // `size` alone would make the frequency void.
        directives.push(format!("maxsize {size}"));
    }
    for (on, word) in [
        (rotation.missingok, "missingok"),
        (rotation.notifempty, "notifempty"),
        (rotation.compress, "compress"),
        (rotation.delaycompress, "delaycompress"),
        (rotation.copytruncate, "copytruncate"),
        (rotation.shared_scripts, "sharedscripts"),
    ] {
        if on {
            directives.push(word.to_owned());
        }
    }
    if let Some(su) = su(recipe, rotation) {
        directives.push(format!("su {su}"));
    }
    if let Some(create) = &rotation.create {
        directives.push(new_log(create));
    }
    directives
}

fn new_log(create: &NewLog) -> String {
    let mode = format!("create {:04o}", create.mode.bits());
    match &create.owner {
        Some((user, group)) => format!("{mode} {user} {group}"),
        None => mode,
    }
}

/// Returns who rotates: whom the recipe names, else the owner of the folder. Nobody but root can give a new file to
/// another user.
fn su(recipe: &Recipe, rotation: &Rotation) -> Option<String> {
    if let Some(su) = &rotation.su {
        return Some(format!("{} {}", su.user, su.group));
    }
    let folder = rotation.folder(&recipe.directories)?;
    let owner = folder.owner.as_ref().filter(|owner| !owner.is_root())?;
    let given_away = rotation
        .create
        .as_ref()
        .and_then(|create| create.owner.as_ref())
        .is_some_and(|(user, _)| user != owner);
    let group = folder
        .group
        .as_ref()
        .map_or(owner.as_str(), |group| group.as_str());
    (!given_away).then(|| format!("{owner} {group}"))
}
