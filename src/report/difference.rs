//! How two packages differ, told to a person.

use super::page::{Page, growth, name, size};
use crate::inspect::{Difference, FileChange, Identity, SetChange, Side};

/// How many of the largest changes of size are listed.
const LARGEST: usize = 10;

/// Renders a difference.
pub fn render_difference(difference: &Difference) -> String {
    let mut page = Page::default();
    page.line(format!("--- {}", identity(&difference.old)));
    page.line(format!("+++ {}", identity(&difference.new)));
    warnings(&mut page, difference);
    fields(&mut page, difference);
    scripts(&mut page, difference);
    set(&mut page, "Conffiles:", &difference.conffiles);
    set(&mut page, "Triggers:", &difference.triggers);
    control_files(&mut page, difference);
    set(&mut page, "md5sums:", &difference.md5sums);
    distributions(&mut page, difference);
    files(&mut page, difference);
    sizes(&mut page, difference);
    if difference.equal {
        page.title("The packages hold the same.");
    }
    page.finish()
}

fn identity(identity: &Identity) -> String {
    format!(
        "{} {} ({})",
        identity.package, identity.version, identity.architecture
    )
}

fn warnings(page: &mut Page, difference: &Difference) {
    if !difference.warnings.is_empty() {
        page.title("Warnings:");
    }
    for change in &difference.warnings {
        page.line(format!("  {}: {}", name(&change.path), change.problem));
        page.line(format!("    {}", name(&change.cure)));
    }
}

fn fields(page: &mut Page, difference: &Difference) {
    if difference.fields.is_empty() && difference.relations.is_empty() {
        return;
    }
    page.title("Fields:");
    for field in &difference.fields {
        for (sign, value) in [('-', &field.old), ('+', &field.new)] {
            let mut lines = value.iter().flat_map(|value| value.lines());
            if let Some(first) = lines.next() {
                page.line(format!("  {sign} {}: {first}", field.name));
            } else if value.is_some() {
                page.line(format!("  {sign} {}:", field.name));
            }
            for line in lines {
                page.line(format!("  {sign} {line}"));
            }
        }
    }
    for change in &difference.relations {
        page.line(format!("  {}:", change.field));
        for element in &change.removed {
            page.line(format!("    - {element}"));
        }
        for element in &change.added {
            page.line(format!("    + {element}"));
        }
        for (old, new) in &change.changed {
            page.line(format!("    {old} → {new}"));
        }
    }
}

fn scripts(page: &mut Page, difference: &Difference) {
    if !difference.scripts.is_empty() {
        page.title("Scripts:");
    }
    for change in &difference.scripts {
        let what = match (change.in_old, change.in_new) {
            (false, _) => "added",
            (_, false) => "removed",
            _ if change.is_whole => "changed; it is too long to be compared line by line",
            _ => "changed",
        };
        page.line(format!("  {} was {what}", name(&change.name)));
        if let Some(diff) = &change.diff {
            page.text(diff);
        }
    }
}

fn set(page: &mut Page, title: &str, change: &SetChange) {
    if *change == SetChange::default() {
        return;
    }
    page.title(title);
    for line in &change.removed {
        page.line(format!("  - {}", name(line)));
    }
    for line in &change.added {
        page.line(format!("  + {}", name(line)));
    }
}

fn distributions(page: &mut Page, difference: &Difference) {
    if !difference.distributions.is_empty() {
        page.title("Python distributions:");
    }
    for change in &difference.distributions {
        let distribution = name(&change.name);
        let version = |version: &Option<String>| name(version.as_deref().unwrap_or_default());
        let (old, new) = (version(&change.old), version(&change.new));
        page.line(match (&change.old, &change.new) {
            (Some(_), Some(_)) => format!("  {distribution} {old} → {new}"),
            (Some(_), None) => format!("  - {distribution} {old}"),
            (None, _) => format!("  + {distribution} {new}"),
        });
    }
}

fn files(page: &mut Page, difference: &Difference) {
    let files = &difference.files;
    if files.is_empty() {
        return;
    }
    let added = files.iter().filter(|file| file.old.is_none()).count();
    let removed = files.iter().filter(|file| file.new.is_none()).count();
    let changed = files.len() - added - removed;
    page.title(&format!(
        "Files: {added} added, {removed} removed, {changed} changed"
    ));
    for file in files {
        page.line(format!("  {}", changed_file(file)));
    }
}

fn control_files(page: &mut Page, difference: &Difference) {
    if !difference.control_files.is_empty() {
        page.title("Control files:");
    }
    for file in &difference.control_files {
        page.line(format!("  {}", changed_file(file)));
    }
}

fn changed_file(file: &FileChange) -> String {
    let path = name(&file.path);
    match (&file.old, &file.new) {
        (Some(old), Some(new)) => {
            let ways = file.ways.iter().map(|way| match way.as_str() {
                "kind" => format!("{} → {}", old.kind, new.kind),
                "mode" => format!("mode {} → {}", old.mode, new.mode),
                "owner" => format!("owner {} → {}", name(&old.owner), name(&new.owner)),
                "target" => format!("target {} → {}", target(old), target(new)),
                _ => format!("content, {}", growth(file.growth())),
            });
            format!("M {path} ({})", ways.collect::<Vec<_>>().join("; "))
        }
        (None, Some(new)) => format!("A {path} ({})", described(new)),
        (Some(old), None) => format!("D {path} ({})", described(old)),
        (None, None) => path,
    }
}

fn target(side: &Side) -> String {
    name(side.target.as_deref().unwrap_or_default())
}

fn described(side: &Side) -> String {
    match (&side.target, side.kind) {
        (Some(target), kind) => format!("{kind} to {}", name(target)),
        (None, "file") => size(side.size),
        (None, kind) => kind.to_owned(),
    }
}

fn sizes(page: &mut Page, difference: &Difference) {
    let sizes = &difference.sizes;
    page.title("Sizes:");
    let rows = [
        ("package", sizes.old_package, sizes.new_package),
        ("files", sizes.old_files, sizes.new_files),
    ];
    let rows = rows.map(|(what, old, new)| {
        let change = growth(i128::from(new) - i128::from(old));
        vec![
            format!("{what}:"),
            size(old),
            "→".to_owned(),
            size(new),
            format!("({change})"),
        ]
    });
    page.table(&[1, 3], rows);
    let mut changed: Vec<&FileChange> = difference.files.iter().collect();
    changed.retain(|file| file.growth() != 0);
    changed.sort_by_key(|file| (std::cmp::Reverse(file.growth().unsigned_abs()), &file.path));
    changed.truncate(LARGEST);
    if changed.len() > 1 {
        page.line("  the largest changes:");
        let rows = changed
            .iter()
            .map(|file| vec![growth(file.growth()), name(&file.path)]);
        page.table(&[0], rows);
    }
}
