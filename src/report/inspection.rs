//! A package told to a person.

use super::page::{Page, count, name, size};
use super::time;
use crate::inspect::{FileSummary, Summary};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How many of the largest files are listed when not all are asked for.
const LARGEST: usize = 20;

/// What to show besides the rest.
#[derive(Clone, Copy, Debug)]
pub struct Detail {
    /// The text of the scripts.
    pub scripts: bool,
    /// Every entry.
    pub files: bool,
}

/// Renders a summary.
pub fn render_inspection(summary: &Summary, detail: Detail) -> String {
    let mut page = Page::default();
    let identity = &summary.identity;
    page.line(format!(
        "{} {} ({}), {}",
        identity.package,
        identity.version,
        identity.architecture,
        size(summary.size)
    ));
    page.line(format!("sha256 {}", summary.sha256));
    fields(&mut page, summary);
    members(&mut page, summary);
    scripts(&mut page, summary, detail);
    lists(&mut page, summary);
    contents(&mut page, summary, detail);
    findings(&mut page, summary);
    page.finish()
}

fn fields(page: &mut Page, summary: &Summary) {
    page.title("Fields:");
    for field in &summary.fields {
        let mut lines = field.value.lines();
        match summary.relations.get(&field.name) {
            Some(elements) if elements.len() > 1 => {
                page.line(format!("  {}:", field.name));
                for element in elements {
                    page.line(format!("    {element}"));
                }
            }
            _ => {
                page.line(format!(
                    "  {}: {}",
                    field.name,
                    lines.next().unwrap_or_default()
                ));
                for line in lines {
                    page.line(format!("  {line}"));
                }
            }
        }
    }
}

fn members(page: &mut Page, summary: &Summary) {
    page.title("Members:");
    let rows = summary.members.iter().map(|member| {
        let mut row = vec![name(&member.name), size(member.size)];
        if let (Some(compression), Some(plain)) = (member.compression, member.plain_size) {
            let percent = (u128::from(member.size) * 100).checked_div(u128::from(plain));
            row.push(compression.to_owned());
            row.push(format!(
                "{} unpacked, {} %",
                size(plain),
                percent.unwrap_or(100)
            ));
        }
        row
    });
    page.table(&[1], rows);
}

fn scripts(page: &mut Page, summary: &Summary, detail: Detail) {
    if summary.scripts.is_empty() {
        return;
    }
    page.title("Scripts:");
    for script in &summary.scripts {
        let interpreter = script.interpreter.as_deref().unwrap_or("no interpreter");
        page.line(format!(
            "  {}: {interpreter}, {}",
            script.name,
            count(script.lines, "line", "lines")
        ));
        if detail.scripts {
            page.text(&script.text);
        }
    }
}

fn lists(page: &mut Page, summary: &Summary) {
    let conffiles = summary.conffiles.iter().map(|conffile| {
        let note = if conffile.remove_on_upgrade {
            " (removed on upgrade)"
        } else {
            ""
        };
        format!("{}{note}", name(&conffile.path))
    });
    let distributions = summary.distributions.iter();
    let distributions = distributions.map(|it| format!("{} {}", name(&it.name), name(&it.version)));
    for (title, lines) in [
        ("Conffiles:", conffiles.collect::<Vec<_>>()),
        (
            "Triggers:",
            summary.triggers.iter().map(|line| name(line)).collect(),
        ),
        ("Python distributions:", distributions.collect()),
    ] {
        if !lines.is_empty() {
            page.title(title);
        }
        for line in lines {
            page.line(format!("  {line}"));
        }
    }
}

fn contents(page: &mut Page, summary: &Summary, detail: Detail) {
    let totals = &summary.totals;
    let mut parts = vec![
        count(totals.files, "file", "files"),
        count(totals.directories, "directory", "directories"),
        count(totals.links, "link", "links"),
    ];
    if totals.others > 0 {
        parts.push(count(totals.others, "other", "others"));
    }
    page.title(&format!(
        "Contents: {}, {}",
        parts.join(", "),
        size(totals.bytes)
    ));
    if detail.files {
        page.table(&[2], summary.files.iter().map(|file| listed(&file)));
        return;
    }
    let mut tops: BTreeMap<String, (u64, usize)> = BTreeMap::new();
    let mut largest = BTreeSet::new();
    for file in summary.files.iter().filter(|file| file.kind == "file") {
        let path = file.path;
        let end = path[1..].find('/').map_or(path.len(), |at| at + 1);
        let sum = tops.entry(path[..end].to_owned()).or_default();
        *sum = (sum.0.saturating_add(file.size), sum.1 + 1);
        largest.insert((Reverse(file.size), path));
        if largest.len() > LARGEST {
            largest.pop_last();
        }
    }
    let rows = tops.iter().map(|(top, (bytes, files))| {
        let files = count(*files, "file", "files");
        vec![size(*bytes), name(top), files]
    });
    page.table(&[0], rows);
    if largest.is_empty() {
        return;
    }
    page.title("Largest files:");
    let rows = largest
        .iter()
        .map(|(Reverse(bytes), path)| vec![size(*bytes), name(path)]);
    page.table(&[0], rows);
}

/// Returns an entry as `ls -l` would show it.
fn listed(file: &FileSummary) -> Vec<String> {
    let target = match (&file.target, file.kind) {
        (Some(target), "hard-link") => format!(" link to {}", name(target)),
        (Some(target), _) => format!(" -> {}", name(target)),
        (None, _) => String::new(),
    };
    let amount = match file.device {
        Some((major, minor)) => format!("{major},{minor}"),
        None => file.size.to_string(),
    };
    vec![
        permissions(file),
        name(&file.owner),
        amount,
        time::minute(file.mtime),
        format!("{}{target}", name(&file.path)),
    ]
}

fn permissions(file: &FileSummary) -> String {
    let mode = u32::from_str_radix(&file.mode, 8).unwrap_or_default();
    let kind = match file.kind {
        "file" => '-',
        "directory" => 'd',
        "symlink" => 'l',
        "hard-link" => 'h',
        "character-device" => 'c',
        "block-device" => 'b',
        "fifo" => 'p',
        _ => '?',
    };
    let mut text = String::from(kind);
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

fn findings(page: &mut Page, summary: &Summary) {
    let Some(findings) = &summary.findings else {
        return;
    };
    if findings.is_empty() {
        page.title("Findings: none");
        return;
    }
    page.title("Findings:");
    for finding in findings {
        page.line(format!(
            "  {}: {}: {} [{}]",
            finding.severity, finding.place, finding.problem, finding.rule
        ));
        page.line(format!("    {}", finding.cure));
    }
}
