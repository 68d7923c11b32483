//! What a build would do, told to a person: what is made first, then the stages with their commands, then the content.

use super::Stage;
use super::page::{Page, count};
use super::planned::{
    PlannedCommand, PlannedEntry, PlannedPackage, PlannedPython, PlannedPythonPart,
};

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanDetail {
    /// Every command and the name of every file.
    Summary,
    /// What is in the files, too, and the folder and variables of each command.
    Files,
}

/// Renders a plan.
pub fn render_plan(planned: &PlannedPackage, detail: PlanDetail) -> String {
    let mut page = Page::default();
    page.line(format!(
        "{} {} for {}, with Python {} at {}",
        planned.package, planned.version, planned.release, planned.python, planned.prefix
    ));
    page.table(
        &[],
        [
            ["recipe".to_owned(), planned.recipe.display().to_string()],
            ["package".to_owned(), planned.path.clone()],
            [
                "work".to_owned(),
                planned.folders.work.display().to_string(),
            ],
            [
                "cache".to_owned(),
                planned.folders.cache.display().to_string(),
            ],
            ["log".to_owned(), planned.folders.log.display().to_string()],
        ]
        .map(Vec::from),
    );
    apt(&mut page, planned, detail);
    source(&mut page, planned);
    venv(&mut page, planned, detail);
    content(&mut page, planned, detail);
    stage(&mut page, Stage::Deb);
    page.line(format!(
        "  {}, on {}",
        planned.compression,
        count(planned.threads, "thread", "threads")
    ));
    if !planned.placeholders.is_empty() {
        page.title("Known only when it is built:");
        let row = |(name, meaning): (&String, &&str)| vec![name.clone(), (*meaning).to_owned()];
        page.table(&[], planned.placeholders.iter().map(row));
    }
    page.finish()
}

fn stage(page: &mut Page, stage: Stage) {
    let number = Stage::ALL.iter().take_while(|it| **it != stage).count() + 1;
    page.title(&format!(
        "[{number}/{}] {}",
        Stage::ALL.len(),
        stage.describe()
    ));
}

fn apt(page: &mut Page, planned: &PlannedPackage, detail: PlanDetail) {
    stage(page, Stage::Apt);
    let apt = &planned.apt;
    page.line(format!("  needed: {}", apt.needed.join(", ")));
    if apt.missing.is_empty() {
        page.line("  all are installed");
        return;
    }
    page.line(format!("  missing: {}", apt.missing.join(", ")));
    if apt.install {
        commands(page, planned, "apt", detail);
    } else {
        page.line("  the build stops here: it may not install them");
    }
}

fn source(page: &mut Page, planned: &PlannedPackage) {
    stage(page, Stage::Source);
    let Some(source) = &planned.source else {
        page.line("  the recipe has none");
        return;
    };
    page.line(format!("  repository {}", source.path));
    page.line(format!("  commit {} ({})", source.commit, source.describe));
    if let Some(subdirectory) = &source.subdirectory {
        page.line(format!("  its folder {subdirectory}"));
    }
    if source.submodules {
        page.line("  with its submodules, as they are recorded");
    }
    for extra in &source.extras {
        let reference = extra.reference.as_ref();
        let reference = reference.map_or(String::new(), |reference| format!("{reference} of "));
        let inside = extra.subdirectory.as_ref();
        let inside = inside.map_or(String::new(), |inside| format!(", its folder {inside}"));
        let installed = if extra.install { ", installed too" } else { "" };
        page.line(format!(
            "  with {reference}{} at {}{inside}{installed}",
            extra.path, extra.into
        ));
    }
    for patch in &source.patches {
        page.line(format!("  with the patch {patch}"));
    }
    if let Some(fetched) = &source.fetched {
        page.line(format!(
            "  fetched by git into {}, when it is not there; what git does and says is in {}",
            fetched.into.display(),
            fetched.log.display()
        ));
    }
    page.line(format!("  into {}", source.into.display()));
}

fn venv(page: &mut Page, planned: &PlannedPackage, detail: PlanDetail) {
    stage(page, Stage::Venv);
    if let Some(python) = &planned.own_python {
        own_python(page, python);
        commands(page, planned, "python", detail);
    }
    commands(page, planned, "venv", detail);
    for file in &planned.work_files {
        page.line(format!("  with the file {}", file.path.display()));
        page.text(&file.content);
    }
}

fn own_python(page: &mut Page, python: &PlannedPython) {
    if let Some(folder) = &python.folder {
        page.line(format!("  the package brings the Python of {folder}"));
        return;
    }
    page.line("  the package brings a Python out of these packages of the distribution:");
    let part = |part: &PlannedPythonPart| {
        let kept = if part.fetched {
            "to be fetched"
        } else {
            "kept"
        };
        vec![
            part.package.clone(),
            part.version
                .clone()
                .unwrap_or_else(|| "<newest>".to_owned()),
            kept.to_owned(),
        ]
    };
    page.table(&[], python.packages.iter().map(part));
}

fn commands(page: &mut Page, planned: &PlannedPackage, stage: &str, detail: PlanDetail) {
    let mut when = "always";
    for command in planned.commands.iter().filter(|it| it.stage == stage) {
        if command.when != when {
            when = command.when;
            page.line(format!("  {}", condition(when)));
        }
        page.line(format!("  $ {}", command.line));
        if detail == PlanDetail::Files {
            surroundings(page, command);
        }
    }
}

fn condition(when: &str) -> &'static str {
    match when {
        "after-failure" => "if that fails:",
        "uv-absent" => "there is no uv here, so it is fetched:",
        "uv-fetched" => "then uv installs:",
        "uv-not-fetched" => "or pip, when uv cannot be fetched:",
        "built-unchecked" => "when something was built that no hash pins:",
        _ => "in any case:",
    }
}

fn surroundings(page: &mut Page, command: &PlannedCommand) {
    page.line(format!("      in {}", command.cwd.display()));
    for (name, value) in &command.env {
        page.line(format!("      {name}={value}"));
    }
}

fn content(page: &mut Page, planned: &PlannedPackage, detail: PlanDetail) {
    stage(page, Stage::Package);
    if planned.commands.iter().any(|it| it.stage == "after") {
        page.line("  run at the final path, where they may write:");
        commands(page, planned, "after", detail);
    }
    if planned.commands.iter().any(|it| it.stage == "package") {
        page.line("  tried at the final path:");
        commands(page, planned, "package", detail);
    }
    page.line("  fields:");
    for field in &planned.control {
        let mut lines = field.value.lines();
        let first = lines.next().unwrap_or_default();
        page.line(format!("    {}: {first}", field.name));
        for line in lines {
            page.line(format!("    {line}"));
        }
    }
    page.line("  scripts:");
    for script in &planned.scripts {
        let lines = script.text.lines().count();
        page.line(format!(
            "    {}, {}",
            script.name,
            count(lines, "line", "lines")
        ));
        if detail == PlanDetail::Files {
            page.text(&script.text);
        }
    }
    if !planned.triggers.is_empty() {
        page.line("  triggers:");
        for line in &planned.triggers {
            page.line(format!("    {line}"));
        }
    }
    page.line("  files:");
    for file in &planned.files {
        entry(page, file, detail);
    }
    for link in &planned.links {
        page.line(format!("    {} -> {}", link.path, link.target));
    }
    page.line(format!(
        "    and those of the Python distributions, below {}",
        planned.prefix
    ));
    on_the_host(page, planned);
}

fn entry(page: &mut Page, file: &PlannedEntry, detail: PlanDetail) {
    let conffile = if file.conffile { ", a conffile" } else { "" };
    let PlannedEntry {
        mode, owner, group, ..
    } = file;
    page.line(format!(
        "    {mode} {owner}:{group} {}{conffile}",
        file.path
    ));
    if detail == PlanDetail::Files {
        let binary = "(not text)";
        page.text(file.content.as_deref().unwrap_or(binary));
    }
}

fn on_the_host(page: &mut Page, planned: &PlannedPackage) {
    if let Some(user) = &planned.user {
        if user.existing {
            page.line("  the user that must be there:");
            page.line(format!("    {}, home {}", user.name, user.home));
        } else {
            page.line("  the user that postinst makes:");
            page.line(format!(
                "    {}, home {}, shell {}",
                user.name, user.home, user.shell
            ));
        }
        if !user.groups.is_empty() {
            page.line(format!("    in the groups {}", user.groups.join(", ")));
        }
    }
    if !planned.directories.is_empty() {
        page.line("  the directories that postinst makes:");
    }
    for directory in &planned.directories {
        let owner = &directory.owner;
        let group = directory.group.clone();
        page.line(format!(
            "    {} {owner}:{} {}",
            directory.mode,
            group.unwrap_or_else(|| format!("<group of {owner}>")),
            directory.path
        ));
    }
}
