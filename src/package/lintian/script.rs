//! What lintian takes for a script that should be executable.
//!
//! # Limits
//! Documents and sources of Debian, which lintian leaves out, are left out by where they are: no distribution is there.

/// Returns whether lintian takes a file that is not executable for a script that should be: one whose interpreter has a whole path, or that
/// is in a `bin`. Templates, and modules where Debian has its own, are none.
pub(in crate::package) fn wants_to_run(path: &[u8], interpreter: &[u8]) -> bool {
    let is_in_bin = memchr::memmem::find(path, b"bin/").is_some();
    let is_template = [&b".in"[..], b".erb", b".ex"].map(|end| path.ends_with(end));
    let is_debians = path.starts_with(b"usr/lib/") || path.starts_with(b"usr/share/");
    let is_module = [&b".py"[..], b".pm"].map(|end| memchr::memmem::find(path, end).is_some());
    (interpreter.starts_with(b"/") || (is_in_bin && !interpreter.is_empty()))
        && is_template == [false; 3]
        && !(is_debians && is_module != [false; 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_what_lintian_takes_for_one() {
        let wants = |path: &str, line: &str| wants_to_run(path.as_bytes(), line.as_bytes());
        for path in [
            "opt/demo/x/a.py",
            "opt/demo/x/a.sh",
            "opt/demo/x/a.pyi",
            "srv/demo/x/a.py",
            "usr/lib/demo/x/a.sh",
        ] {
            assert!(wants(path, "/usr/bin/env python3"), "{path}");
            assert!(!wants(path, "python3"), "{path}");
        }
        for path in ["opt/demo/a.in", "opt/demo/a.ex", "usr/lib/demo/x/a.py"] {
            assert!(!wants(path, "/bin/sh"), "{path}");
        }
        assert!(wants("opt/demo/bin/a", "python3"));
        assert!(!wants("opt/demo/bin/a", ""));
    }
}
