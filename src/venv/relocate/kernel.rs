//! `kernel.json` of Jupyter kernels: `argv` starts with `python`, which Jupyter looks up in its own `PATH`, and a server
//! that another Python runs would start the wrong one.

use crate::recipe::Prefix;

/// Returns whether a path below the virtualenv is such a file.
pub fn is_one(path: &str) -> bool {
    path.strip_prefix("share/jupyter/kernels/")
        .and_then(|path| path.split_once('/'))
        .is_some_and(|(_, file)| file == "kernel.json")
}

/// Returns the file with the final interpreter; `None` when it starts another program, or is no JSON of this form.
///
/// Only the word changes: the rest stays byte for byte.
pub fn rewrite(text: &[u8], staged: &[u8], prefix: &Prefix) -> Option<Vec<u8>> {
    let document: serde_json::Value = serde_json::from_slice(text).ok()?;
    let program = document.get("argv")?.get(0)?.as_str()?;
    let in_stage = std::str::from_utf8(staged)
        .ok()
        .and_then(|staged| program.strip_prefix(staged))
        .and_then(|rest| rest.strip_prefix("/bin/"));
    let name = in_stage.unwrap_or(program);
    let version = name.strip_prefix("python")?;
    if !version
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    let (before, from_argv) = text.split_at(text.find("\"argv\"")?);
    let word = serde_json::to_string(program).ok()?;
    let fixed = from_argv.replacen(&word, &format!("\"{prefix}/bin/python\""), 1);
    (fixed != from_argv).then(|| format!("{before}{fixed}").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_runs_the_virtualenvs_python() {
        let prefix = "/opt/demo".parse().expect("a prefix");
        let fixed = |text: &str| {
            rewrite(text.as_bytes(), b"/stage/opt/demo", &prefix)
                .map(|bytes| String::from_utf8(bytes).expect("it is text"))
        };
        assert_eq!(
            fixed(r#"{ "argv": [ "python3", "-m", "k" ], "display_name": "python3" }"#).as_deref(),
            Some(r#"{ "argv": [ "/opt/demo/bin/python", "-m", "k" ], "display_name": "python3" }"#)
        );
        assert_eq!(
            fixed(r#"{"argv": ["/stage/opt/demo/bin/python"]}"#).as_deref(),
            Some(r#"{"argv": ["/opt/demo/bin/python"]}"#)
        );
        for text in [r#"{"argv": ["bash"]}"#, r#"{"argv": []}"#, "{}", "no json"] {
            assert_eq!(fixed(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_file_of_a_kernel_counts() {
        assert!(is_one("share/jupyter/kernels/python3/kernel.json"));
        assert!(!is_one("share/jupyter/kernels/kernel.json"));
        assert!(!is_one(
            "lib/python3.11/site-packages/share/jupyter/kernels/p/kernel.json"
        ));
    }
}
