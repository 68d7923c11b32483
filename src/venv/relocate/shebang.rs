//! `#!` lines of scripts that a wheel brings itself (`.data/scripts`, PEP 427): the interpreter becomes the final one.
//!
//! Arguments of the interpreter are kept byte for byte. The basename becomes `python`, because lintian takes
//! `…/bin/python3` for a wrong path of the system's interpreter. Only the first line is looked at: a path further down
//! is for the scan to refuse, not for us to edit.

use super::trampoline;
use crate::recipe::Prefix;

/// Returns the script with its interpreter at the final path; `None` when nothing needs to change.
///
/// `staged_bin` is the virtualenv's `bin` in the stage. Interpreters of the system and of other virtualenvs are replaced
/// too: a script that a distribution put into `bin/` must see this one. An old `build/` folder in a source leaves lines
/// of the virtualenv that it was last built with.
pub fn rewrite(script: &[u8], staged_bin: &[u8], prefix: &Prefix) -> Option<Vec<u8>> {
    let trampoline = trampoline::parse(script);
    let (arguments, rest) = if let Some(found) = &trampoline {
        is_python(base_name(&found.interpreter)).then_some((found.arguments, found.body))?
    } else {
        let line_end = script
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(script.len());
        let line = script[..line_end].strip_prefix(b"#!")?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let arguments = interpreter_arguments(line.trim_ascii_start(), staged_bin)?;
        (arguments, script.get(line_end + 1..).unwrap_or_default())
    };
    let mut fixed = format!("#!{prefix}/bin/python").into_bytes();
    fixed.extend_from_slice(arguments);
    if trampoline.is_some() || script.contains(&b'\n') {
        fixed.push(b'\n');
    }
    fixed.extend_from_slice(rest);
    (fixed != script).then_some(fixed)
}

/// Returns what follows the interpreter in a `#!` line that names a Python; `None` for any other program.
fn interpreter_arguments<'a>(line: &'a [u8], staged_bin: &[u8]) -> Option<&'a [u8]> {
    // A stage path may hold blanks: it is matched as a whole before the line is split at one.
    if let Some(rest) = line
        .strip_prefix(staged_bin)
        .and_then(|rest| rest.strip_prefix(b"/"))
    {
        let (program, arguments) = split_word(rest);
        return is_python(program).then_some(arguments);
    }
    let (program, arguments) = split_word(line);
    let name = base_name(program);
    if name == b"env" {
        let arguments = arguments.trim_ascii_start();
        let (wanted, rest) = split_word(
            arguments
                .strip_prefix(b"-S")
                .unwrap_or(arguments)
                .trim_ascii_start(),
        );
        return is_python(wanted).then_some(rest);
    }
    let bare_or_absolute = program == name || program.starts_with(b"/");
    (bare_or_absolute && is_python(name)).then_some(arguments)
}

fn base_name(program: &[u8]) -> &[u8] {
    program
        .rsplit(|byte| *byte == b'/')
        .next()
        .unwrap_or(program)
}

fn split_word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(line.len());
    line.split_at(end)
}

/// Returns whether `name` is `python`, `pythonw` or one of these with a version.
fn is_python(name: &[u8]) -> bool {
    let Some(version) = name.strip_prefix(b"python") else {
        return false;
    };
    let version = version.strip_prefix(b"w").unwrap_or(version);
    version
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(script: &str) -> Option<String> {
        let prefix = "/opt/demo".parse().expect("a prefix");
        rewrite(script.as_bytes(), b"/tmp/a b/opt/demo/bin", &prefix)
            .map(|bytes| String::from_utf8(bytes).expect("it was text"))
    }

    #[test]
    fn every_form_of_a_python_line_becomes_the_final_interpreter() {
        for (script, expected) in [
            (
                "#!/tmp/a b/opt/demo/bin/python\nx\n",
                "#!/opt/demo/bin/python\nx\n",
            ),
            (
                "#!/tmp/a b/opt/demo/bin/python3.11 -u\n",
                "#!/opt/demo/bin/python -u\n",
            ),
            ("#!python\n", "#!/opt/demo/bin/python\n"),
            ("#!python -E -s\nx", "#!/opt/demo/bin/python -E -s\nx"),
            ("#!pythonw\n", "#!/opt/demo/bin/python\n"),
            ("#!/usr/bin/env python3\n", "#!/opt/demo/bin/python\n"),
            (
                "#! /usr/bin/python3 -I\r\nx",
                "#!/opt/demo/bin/python -I\nx",
            ),
            ("#!/opt/demo/bin/python3\n", "#!/opt/demo/bin/python\n"),
            (
                "#!/home/ada/venv/bin/python3.11 -u\n",
                "#!/opt/demo/bin/python -u\n",
            ),
            (
                "#!/usr/bin/env -S python3 -u\n",
                "#!/opt/demo/bin/python -u\n",
            ),
            ("#!/opt/demo/bin/python\n", "#!/opt/demo/bin/python\n"),
            (
                "#!/bin/sh\n'''exec' '/tmp/a b/opt/demo/bin/python' \"$0\" \"$@\"\n' '''\nx\n",
                "#!/opt/demo/bin/python\nx\n",
            ),
        ] {
            let found = fixed(script).unwrap_or_else(|| script.to_owned());
            assert_eq!(found, expected, "{script:?}");
        }
    }

    #[test]
    fn other_programs_and_other_files_are_left_alone() {
        for script in [
            "#!/bin/sh\nexec python\n",
            "#!/usr/bin/env bash\n",
            "#!/usr/bin/perl\n",
            "#!/usr/bin/pythonic\n",
            "",
            "#",
            "#!",
            "x = 1\n",
            "\u{feff}#!python\n",
            "#!/tmp/a b/opt/demo/bin2/python\n",
        ] {
            assert_eq!(fixed(script), None, "{script:?}");
        }
        let prefix = "/opt/demo".parse().expect("a prefix");
        assert_eq!(
            rewrite(b"\x7fELF\x02#!python", b"/stage/bin", &prefix),
            None
        );
    }

    #[test]
    fn a_second_pass_changes_nothing() {
        let once = fixed("#!python -u\nbody\n").expect("it changes");
        assert_eq!(fixed(&once), None);
    }
}
