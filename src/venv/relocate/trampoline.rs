//! The header that installers write where a `#!` line cannot hold the interpreter: one longer than 127 bytes, or one with
//! a blank in it. sh runs its second line, and Python takes the same bytes for a string.
//!
//! ```text
//! #!/bin/sh
//! '''exec' '/a path/bin/python' "$0" "$@"
//! ' '''
//! ```
//!
//! pip writes the path bare or in double quotes, uv in single quotes, and `uv venv --relocatable` finds it beside the
//! script.

/// What the shell is told behind the interpreter.
const CALL: &[u8] = b" \"$0\" \"$@\"";

/// How a relocatable virtualenv of uv finds its folder.
const BESIDE: &[u8] = b"\"$(dirname -- \"$(realpath -- \"$0\")\")\"/";

/// A script that starts with such a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trampoline<'a> {
    /// The interpreter, without its quotes.
    pub(super) interpreter: Vec<u8>,
    /// What stands between it and the name of the script, with the blank before it.
    pub(super) arguments: &'a [u8],
    /// The script behind the header.
    pub(super) body: &'a [u8],
}

/// Reads the header; nothing when the script starts in another way.
pub(super) fn parse(script: &[u8]) -> Option<Trampoline<'_>> {
    let rest = script.strip_prefix(b"#!/bin/sh")?;
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
    let rest = rest.strip_prefix(b"\n'''exec' ")?;
    let (call, rest) = split_line(rest);
    let (closing, body) = split_line(rest);
    if closing != b"' '''" {
        return None;
    }
    let call = call.strip_suffix(CALL)?;
    let (interpreter, arguments) = split_interpreter(call)?;
    Some(Trampoline {
        interpreter,
        arguments,
        body,
    })
}

/// Splits what is called into the interpreter and its arguments.
fn split_interpreter(call: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    if let Some(beside) = call.strip_prefix(BESIDE) {
        return split_interpreter(beside);
    }
    let end = end_of_word(call)?;
    let (word, arguments) = call.split_at(end);
    match shlex::bytes::split(word)?.as_slice() {
        [interpreter] => Some((interpreter.clone(), arguments)),
        _ => None,
    }
}

/// Returns where the first word of sh ends; nothing when a quote is left open.
fn end_of_word(text: &[u8]) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, byte) in text.iter().copied().enumerate() {
        match quote {
            _ if escaped => escaped = false,
            None if byte.is_ascii_whitespace() => return Some(at),
            None if byte == b'\'' || byte == b'"' => quote = Some(byte),
            None | Some(b'"') if byte == b'\\' => escaped = true,
            Some(open) if open == byte => quote = None,
            _ => {}
        }
    }
    (quote.is_none() && !escaped).then_some(text.len())
}

/// Splits at the first line break, which is in neither part.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(text.len());
    let line = &text[..end];
    (
        line.strip_suffix(b"\r").unwrap_or(line),
        text.get(end + 1..).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interpreter(call: &str) -> Option<String> {
        let script = format!("#!/bin/sh\n'''exec' {call} \"$0\" \"$@\"\n' '''\nbody\n");
        let found = parse(script.as_bytes())?;
        assert_eq!(found.body, b"body\n");
        let arguments = String::from_utf8_lossy(found.arguments);
        Some(String::from_utf8_lossy(&found.interpreter).into_owned() + "|" + &arguments)
    }

    #[test]
    fn the_interpreter_is_found_in_each_quoting() {
        for (call, expected) in [
            ("/p/bin/python", "/p/bin/python|"),
            ("\"/a b/bin/python3\"", "/a b/bin/python3|"),
            ("'/a b/bin/python' -E", "/a b/bin/python| -E"),
            (r"'/it'\''s/bin/python'", "/it's/bin/python|"),
            (r#"'/it'"'"'s/bin/python'"#, "/it's/bin/python|"),
            (r"/a\ b/bin/python", "/a b/bin/python|"),
            (
                r#""$(dirname -- "$(realpath -- "$0")")"/'python'"#,
                "python|",
            ),
        ] {
            assert_eq!(interpreter(call).as_deref(), Some(expected), "{call}");
        }
        assert_eq!(interpreter("'/open/bin/python"), None);
    }

    #[test]
    fn other_scripts_of_sh_are_none() {
        for script in [
            "#!/bin/sh\nexec python\n",
            "#!/bin/sh\n'''exec' /p/python\n' '''\n",
            "#!/bin/sh\n'''exec' /p/python \"$0\" \"$@\"\nno closing\n",
            "#!/bin/sh",
        ] {
            assert_eq!(parse(script.as_bytes()), None, "{script:?}");
        }
    }
}
