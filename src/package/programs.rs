//! Programs that the host will run: those of the services are in the package, and scripts in `PREFIX/bin` name an
//! interpreter that the host has (execve(2)).
//!
//! # Limits
//! Programs elsewhere on the host are taken on trust, and so is everything that a program runs itself.

use super::scan::Script;
use crate::deb::{ArchivePath, Entry, Layer};
use crate::failure::{Failure, Kind, printable};
use crate::recipe::{Piece, Prefix, Recipe, Service};
use anyhow::Result;

/// The kernel reads at most this many bytes of a `#!` line (`BINPRM_BUF_SIZE`, 128 before Linux 5.1, with the newline).
const LONGEST_LINE: usize = 127;

/// Folders whose programs are other packages': `Depends` brings them.
const SYSTEM: &[&str] = &["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/"];

/// Checks the programs of all services.
///
/// # Errors
/// When one below the prefix is not in the package, or is no program.
pub(super) fn check_services(recipe: &Recipe, layers: &[Layer]) -> Result<()> {
    for service in &recipe.services {
        let Some(program) = program(service) else {
            continue;
        };
        let Some(inside) = program
            .strip_prefix(recipe.venv.prefix.as_str())
            .filter(|rest| rest.starts_with('/'))
        else {
            continue;
        };
        let why = match find(layers, &program[1..]) {
            Some(Entry::File { mode, .. }) if mode.bits() & 0o111 == 0 => "is not executable",
            Some(_) => continue,
            None => "is not in the package",
        };
        let failure = Failure::new(
            Kind::Recipe,
            format!(
                "`{program}`, which the service `{}` runs, {why}",
                service.name
            ),
        );
        return Err(failure
            .hint(cure(layers, &recipe.venv.prefix, inside))
            .into());
    }
    Ok(())
}

/// Returns the program of a service, which is a path without variables.
fn program(service: &Service) -> Option<String> {
    match service.command.iter().next()?.as_slice() {
        [Piece::Literal(path)] => Some(path.clone()),
        _ => None,
    }
}

fn find<'a>(layers: &'a [Layer], path: &str) -> Option<&'a Entry> {
    let path: ArchivePath = path.parse().ok()?;
    layers.iter().find_map(|layer| layer.entries.get(&path))
}

fn cure(layers: &[Layer], prefix: &Prefix, inside: &str) -> String {
    let folder = format!("{}/bin/", prefix.inside());
    let wanted = inside.rsplit('/').next().unwrap_or(inside);
    let nearest = layers
        .iter()
        .flat_map(|layer| layer.entries.keys())
        .filter_map(|path| {
            std::str::from_utf8(path.as_bytes())
                .ok()?
                .strip_prefix(&folder)
        })
        .map(|name| (strsim::damerau_levenshtein(wanted, name), name))
        .filter(|(distance, _)| *distance <= 1 + wanted.len() / 4)
        .min();
    match nearest {
        Some((_, name)) => format!("did you mean `@prefix@/bin/{name}`?"),
        None => "add the distribution that has it to `packages` in `[venv]`, or run a module with `@prefix@/bin/python -m`"
            .to_owned(),
    }
}

/// Checks the `#!` lines of the scripts in `PREFIX/bin`, and returns what is wrong with each.
pub(super) fn check_interpreters(
    prefix: &Prefix,
    scripts: &[Script],
    layers: &[Layer],
) -> Vec<String> {
    let folder = format!("{}/bin/", prefix.inside());
    let in_bin = |script: &&Script| script.path.as_bytes().starts_with(folder.as_bytes());
    let fault = |script: &Script| {
        let why = wrong_line(&script.line, prefix, layers)?;
        Some(format!("`/{}` names the interpreter {why}", script.path))
    };
    scripts.iter().filter(in_bin).filter_map(fault).collect()
}

/// Returns what is wrong with a `#!` line.
fn wrong_line(line: &[u8], prefix: &Prefix, layers: &[Layer]) -> Option<String> {
    let text = String::from_utf8_lossy(line);
    let interpreter = text.split_ascii_whitespace().next().unwrap_or_default();
    let shown = printable(interpreter);
    if SYSTEM.iter().any(|folder| interpreter.starts_with(folder)) {
        return too_long(line, &shown);
    }
    let entry = interpreter
        .strip_prefix('/')
        .and_then(|path| find(layers, path));
    match entry {
        None => Some(format!("`{shown}`, which nothing brings to the host")),
        Some(Entry::File { mode, .. }) if mode.bits() & 0o111 == 0 => {
            Some(format!("`{shown}`, which is not executable"))
        }
        // lintian takes it for a wrong path of the system's interpreter.
        Some(_) if interpreter == format!("{prefix}/bin/python3") => {
            Some(format!("`{shown}`, where it must be `{prefix}/bin/python`"))
        }
        Some(_) => too_long(line, &shown),
    }
}

fn too_long(line: &[u8], shown: &str) -> Option<String> {
    (line.len() + "#!".len() > LONGEST_LINE).then(|| {
        format!("`{shown}` in a line longer than {LONGEST_LINE} bytes, which older kernels cut off")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deb::{Content, Mode, Timestamp};
    use std::collections::BTreeMap;
    use std::path::Path;

    fn layers() -> Vec<Layer> {
        let files = [
            ("bin/web", 0o755),
            ("bin/data", 0o644),
            ("bin/python", 0o755),
        ];
        let entries = files.map(|(name, bits)| {
            let content = Content::Bytes(Vec::new());
            let mode = Mode::explicit(bits).expect("a mode");
            let path = format!("opt/demo/{name}").parse().expect("a path");
            (path, Entry::File { mode, content })
        });
        vec![Layer {
            name: "app".to_owned(),
            mtime: Timestamp::new(0).expect("a time"),
            mtimes: BTreeMap::new(),
            entries: entries.into(),
        }]
    }

    fn service(program: &str) -> String {
        let text = format!(
            "[package]\nname = \"demo\"\nversion = \"1\"\nmaintainer = \"A <a@b.c>\"\nsummary = \"thing\"\n\
             [service.web]\ncommand = \"{program} --port 1\"\n"
        );
        let recipe = Recipe::parse(&text, "recipe.toml", Path::new("")).expect("a recipe");
        match check_services(&recipe, &layers()) {
            Ok(()) => String::new(),
            Err(error) => crate::failure::render(&error),
        }
    }

    #[test]
    fn the_program_of_a_service_is_in_the_package() {
        for program in [
            "@prefix@/bin/web",
            "@prefix@/bin/python",
            "/usr/bin/sleep",
            "/opt/demos/x",
        ] {
            assert_eq!(service(program), "", "{program}");
        }
        assert_eq!(
            service("@prefix@/bin/wbe"),
            "error: `/opt/demo/bin/wbe`, which the service `web` runs, is not in the package\n\n\
             hint: did you mean `@prefix@/bin/web`?\n"
        );
        assert_eq!(
            service("@prefix@/bin/gunicorn"),
            "error: `/opt/demo/bin/gunicorn`, which the service `web` runs, is not in the package\n\n\
             hint: add the distribution that has it to `packages` in `[venv]`, or run a module with `@prefix@/bin/python -m`\n"
        );
        assert!(service("@prefix@/bin/data").contains("is not executable"));
    }

    #[test]
    fn the_interpreter_of_a_script_is_on_the_host() {
        let refusal = |path: &str, line: &str| {
            let script = Script {
                path: path.parse().expect("a path"),
                line: line.into(),
            };
            let prefix = "/opt/demo".parse().expect("a prefix");
            check_interpreters(&prefix, &[script], &layers()).join("\n")
        };
        for line in [
            "/bin/sh",
            " /usr/bin/env python3",
            "/opt/demo/bin/python -u",
        ] {
            assert_eq!(refusal("opt/demo/bin/x", line), "", "{line}");
        }
        assert_eq!(
            refusal("opt/demo/lib/x", "/nowhere"),
            "",
            "nobody runs that"
        );
        assert_eq!(
            refusal("opt/demo/bin/x", "/home/ada/bin/python -u"),
            "`/opt/demo/bin/x` names the interpreter `/home/ada/bin/python`, which nothing brings to the host"
        );
        assert!(
            refusal("opt/demo/bin/x", &format!("/bin/sh {}", "x".repeat(126)))
                .contains("longer than 127")
        );
        assert!(refusal("opt/demo/bin/x", "").contains("which nothing brings"));
        assert!(
            refusal("opt/demo/bin/x", "/opt/demo/bin/data").contains("which is not executable")
        );
    }
}
