//! Compares a plan with the package that is built after it, whole: commands, control fields, scripts, files and links.

use crate::context::{TestContext, succeed};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Runs a command that prints one JSON document.
pub(super) fn document(command: &mut Command) -> Value {
    serde_json::from_str(&succeed(command)).unwrap()
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key} is no text: {value}"))
}

pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key]
        .as_array()
        .unwrap_or_else(|| panic!("{key} is no list: {value}"))
}

/// What stands in the package where the plan has placeholders.
#[derive(Default)]
struct Found {
    placeholders: Vec<String>,
    values: BTreeMap<String, String>,
}

impl Found {
    fn new(plan: &Value) -> Self {
        Found {
            placeholders: plan["placeholders"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect(),
            values: BTreeMap::new(),
        }
    }

    /// Compares a planned text with the real one, and takes what stands in the places of placeholders.
    fn compare(&mut self, planned: &str, real: &str) {
        let (mut planned_rest, mut real_rest) = (planned, real);
        while let Some((at, placeholder)) = self.first_in(planned_rest) {
            let literal = &planned_rest[..at];
            assert!(
                real_rest.starts_with(literal),
                "planned {planned:?}, made {real:?}"
            );
            real_rest = &real_rest[at..];
            planned_rest = &planned_rest[at + placeholder.len()..];
            let end = self
                .first_in(planned_rest)
                .map_or(planned_rest.len(), |(at, _)| at);
            let value = match &planned_rest[..end] {
                "" => real_rest,
                following => {
                    let end = real_rest.find(following);
                    &real_rest[..end.unwrap_or_else(|| panic!("{planned:?} and {real:?}"))]
                }
            };
            real_rest = &real_rest[value.len()..];
            let before = self.values.insert(placeholder.clone(), value.to_owned());
            assert!(
                before.is_none_or(|before| before == value),
                "{placeholder} is two things"
            );
        }
        assert_eq!(
            planned_rest, real_rest,
            "planned {planned:?}, made {real:?}"
        );
    }

    fn first_in(&self, text: &str) -> Option<(usize, String)> {
        let places = self
            .placeholders
            .iter()
            .filter_map(|placeholder| Some((text.find(placeholder)?, placeholder.clone())));
        places.min()
    }
}

/// Plans and builds a recipe, compares everything, and returns what stands in the places of the placeholders.
pub(super) fn planned_and_built(context: &TestContext, recipe: &Path) -> BTreeMap<String, String> {
    let planned = document(context.command(["plan", "--json", "-o", "out"]).arg(recipe));
    let built = document(
        context
            .command(["build", "--json", "--keep-work", "-o", "out"])
            .arg(recipe),
    );
    assert_eq!(
        (&planned["format"], &built["format"]),
        (&1.into(), &1.into())
    );
    let (plan, built) = (&planned["packages"][0], &built["packages"][0]);
    let mut found = Found::new(plan);
    for key in ["recipe", "package", "version", "python"] {
        assert_eq!(plan[key], built[key], "{key}");
    }
    for key in ["path", "ref", "commit", "time", "describe"] {
        assert_eq!(plan["source"][key], built["source"][key], "source.{key}");
    }
    found.compare(text(plan, "path"), text(built, "path"));
    compare_commands(plan);
    for file in list(plan, "work_files") {
        let real = std::fs::read_to_string(text(file, "path")).unwrap();
        found.compare(text(file, "content"), &real);
    }
    let root = context.path("unpacked");
    let _ = std::fs::remove_dir_all(&root);
    let package = text(built, "path");
    succeed(Command::new("dpkg-deb").args(["-R", package]).arg(&root));
    compare_control(&mut found, plan, &root);
    compare_files(&mut found, plan, &root);
    let listing = succeed(Command::new("dpkg-deb").args(["-c", package]));
    assert!(listing.lines().all(|line| line.contains(" root/root ")));

    let open: Vec<_> = found
        .placeholders
        .iter()
        .filter(|placeholder| !found.values.contains_key(*placeholder))
        .collect();
    assert!(open.is_empty(), "the package does not say what {open:?} is");
    assert_eq!(found.values["<architecture>"], text(built, "architecture"));
    assert_eq!(
        found.values["<installed size>"],
        built["installed_size_kib"].to_string()
    );
    let distributions: Vec<_> = found.values["<distributions>"]
        .lines()
        .filter_map(|line| line.strip_prefix("Comment: Python distribution "))
        .collect();
    let reported: Vec<_> = list(built, "distributions")
        .iter()
        .map(|it| format!("{} {}", text(it, "name"), text(it, "version")))
        .collect();
    assert_eq!(distributions, reported);
    found.values
}

/// The log has each command that is run, after `$`.
fn compare_commands(plan: &Value) {
    let log = std::fs::read_to_string(text(&plan["folders"], "log")).unwrap();
    let ran: Vec<_> = log
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .collect();
    let planned: Vec<_> = list(plan, "commands")
        .iter()
        .filter(|command| ["always", "uv-absent", "uv-fetched"].contains(&text(command, "when")))
        .map(|command| text(command, "line"))
        .collect();
    assert_eq!(planned, ran);
}

fn compare_control(found: &mut Found, plan: &Value, root: &Path) {
    let control = std::fs::read_to_string(root.join("DEBIAN/control")).unwrap();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in control.lines() {
        match (line.split_once(": "), fields.last_mut()) {
            (Some((name, value)), _) if !line.starts_with(' ') => {
                fields.push((name.to_owned(), value.to_owned()));
            }
            (_, Some((_, value))) => value.extend(["\n", line]),
            _ => panic!("{line}"),
        }
    }
    let planned = list(plan, "control");
    let names = |fields: &[(String, String)]| -> Vec<String> {
        fields.iter().map(|(name, _)| name.clone()).collect()
    };
    let planned_names: Vec<_> = planned.iter().map(|field| text(field, "name")).collect();
    assert_eq!(planned_names, names(&fields));
    for (planned, (name, real)) in planned.iter().zip(&fields) {
        if name == "Depends" {
            compare_depends(found, text(planned, "value"), real);
        } else {
            found.compare(text(planned, "value"), real);
        }
    }

    let planned: BTreeMap<_, _> = list(plan, "scripts")
        .iter()
        .map(|script| {
            (
                text(script, "name").to_owned(),
                text(script, "text").to_owned(),
            )
        })
        .collect();
    let programs = succeed(
        Command::new("find")
            .arg(root.join("DEBIAN"))
            .args(["-type", "f", "-perm", "755", "-printf", "%f\n"]),
    );
    let real: BTreeMap<_, _> = programs
        .lines()
        .map(|name| {
            let script = std::fs::read_to_string(root.join("DEBIAN").join(name)).unwrap();
            (name.to_owned(), script)
        })
        .collect();
    assert!(real.contains_key("postinst"));
    assert_eq!(planned, real);
}

/// Relations are compared one by one: none may be found at all.
fn compare_depends(found: &mut Found, planned: &str, real: &str) {
    let name = "<dependencies found in the libraries>";
    let (planned, real): (Vec<_>, Vec<_>) =
        (planned.split(", ").collect(), real.split(", ").collect());
    let before = planned.iter().position(|it| *it == name).unwrap();
    let after = planned.len() - before - 1;
    let (known, rest) = real.split_at(before);
    let (new, last) = rest.split_at(rest.len() - after);
    assert_eq!(
        [known, last].concat(),
        [&planned[..before], &planned[before + 1..]].concat()
    );
    found.values.insert(name.to_owned(), new.join(", "));
}

fn compare_files(found: &mut Found, plan: &Value, root: &Path) {
    let prefix = text(plan, "prefix");
    let list_of = |kind: &str, format: &str| -> BTreeSet<String> {
        let mut find = Command::new("find");
        find.arg(root).args([
            "-path", "*/DEBIAN", "-prune", "-o", "-type", kind, "-printf", format,
        ]);
        succeed(&mut find).lines().map(str::to_owned).collect()
    };
    let planned = list(plan, "files");
    let modes: BTreeSet<_> = planned
        .iter()
        .map(|file| {
            format!(
                "0{} /{}",
                &text(file, "mode")[1..],
                &text(file, "path")[1..]
            )
        })
        .collect();
    let real = list_of("f", "0%m /%P\n");
    let of_distributions =
        |line: &&String| line.contains(&format!(" {prefix}/")) && !line.ends_with("/pyvenv.cfg");
    assert!(real.iter().filter(of_distributions).count() > 2);
    let others: BTreeSet<_> = real
        .iter()
        .filter(|line| !of_distributions(line))
        .cloned()
        .collect();
    assert_eq!(modes, others);
    for file in planned {
        let path = root.join(&text(file, "path")[1..]);
        let bytes = match file["encoding"].as_str() {
            Some("gzip") => succeed(Command::new("gzip").arg("-dc").arg(path)),
            _ => std::fs::read_to_string(path).unwrap(),
        };
        found.compare(text(file, "content"), &bytes);
    }
    let conffiles: String = planned
        .iter()
        .filter(|file| file["conffile"] == true)
        .map(|file| format!("{}\n", text(file, "path")))
        .collect();
    let real = std::fs::read_to_string(root.join("DEBIAN/conffiles")).unwrap_or_default();
    assert_eq!(conffiles, real);
    let links: BTreeSet<_> = list(plan, "links")
        .iter()
        .map(|link| format!("{} {}", text(link, "path"), text(link, "target")))
        .collect();
    assert_eq!(links, list_of("l", "/%P %l\n"));
}
