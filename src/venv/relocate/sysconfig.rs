//! `_sysconfigdata_*.py`: what `sysconfig` says of the folders that Python was configured for. In a Python that a package brings they
//! become those below the prefix.

/// Returns the module with its folders below `base` moved to below `home`; `None` when it names none.
///
/// Only whole words are changed that name the base itself, its `bin`, or something in its `lib`, `include` and `share`: tools that
/// Python was built with, such as `/usr/bin/install`, stay what they were. The folders of time zones in `TZPATH` are the host's: those
/// below `/usr` stay, too, and one below another base, which the host does not have, becomes `/usr/share/zoneinfo`.
pub fn rewrite(module: &[u8], base: &str, home: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(module).ok()?;
    let mut fixed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(base) {
        let (before, from) = rest.split_at(at);
        fixed.push_str(before);
        let after = &from[base.len()..];
        // `-L` and `-I` stand before folders of the linker and the compiler.
        let starts = before.ends_with(['\'', '"', ' ', '='])
            || before.ends_with("-L")
            || before.ends_with("-I");
        let end = after.find(|c: char| !(c.is_alphanumeric() || "/._-+".contains(c)));
        let path = &after[..end.unwrap_or(after.len())];
        let is_moved = path.is_empty()
            || path == "/bin"
            || ["/lib", "/include", "/share"].iter().any(|folder| {
                path.strip_prefix(folder)
                    .is_some_and(|below| below.is_empty() || below.starts_with('/'))
            });
        let is_zones = path.ends_with("/zoneinfo");
        rest = after;
        if starts && is_moved && is_zones && base != "/usr" {
            fixed.push_str("/usr/share/zoneinfo");
            rest = &after[path.len()..];
        } else if starts && is_moved && !is_zones {
            fixed.push_str(home);
        } else {
            fixed.push_str(base);
        }
    }
    fixed.push_str(rest);
    (fixed != text).then(|| fixed.into_bytes())
}

/// Returns the base that the module says Python was configured for: its `prefix`.
pub fn base(module: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(module).ok()?;
    let (_, after) = text.split_once("'prefix': '")?;
    let (base, _) = after.split_once('\'')?;
    // A prefix of `/` would be everywhere.
    let base = base.trim_end_matches('/');
    base.starts_with('/').then_some(base)
}

/// Returns whether a file of the standard library is such a module.
pub fn is_one(name: &str) -> bool {
    name.starts_with("_sysconfigdata_") && name.as_bytes().ends_with(b".py")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_python_move_and_tools_of_its_build_stay() {
        let module = "build_time_vars = {'BINDIR': '/usr/bin',\n \
                      'DESTDIRS': '/usr /usr/lib /usr/lib/python3.11',\n \
                      'INCLUDEPY': '/usr/include/python3.11',\n \
                      'INSTALL': '/usr/bin/install -c',\n \
                      'LDFLAGS': '-L/usr/lib -Wl,-z',\n \
                      'SRC': '/build/usr/lib /usrlocal',\n \
                      'TZPATH': '/usr/share/zoneinfo:/usr/lib/zoneinfo',\n \
                      'prefix': '/usr',\n";
        assert_eq!(base(module.as_bytes()), Some("/usr"));
        let fixed = rewrite(module.as_bytes(), "/usr", "/opt/demo/python").expect("it changes");
        assert_eq!(
            String::from_utf8(fixed).expect("it was text"),
            "build_time_vars = {'BINDIR': '/opt/demo/python/bin',\n \
             'DESTDIRS': '/opt/demo/python /opt/demo/python/lib /opt/demo/python/lib/python3.11',\n \
             'INCLUDEPY': '/opt/demo/python/include/python3.11',\n \
             'INSTALL': '/usr/bin/install -c',\n \
             'LDFLAGS': '-L/opt/demo/python/lib -Wl,-z',\n \
             'SRC': '/build/usr/lib /usrlocal',\n \
             'TZPATH': '/usr/share/zoneinfo:/usr/lib/zoneinfo',\n \
             'prefix': '/opt/demo/python',\n"
        );
        // A Python of its own folder has time zones of its own there, or none.
        let module =
            b"{'TZPATH': '/home/ci/py/share/zoneinfo:/etc/zoneinfo', 'prefix': '/home/ci/py'}";
        let fixed = rewrite(module, "/home/ci/py", "/opt/demo/python");
        assert_eq!(
            fixed.as_deref().map(String::from_utf8_lossy).as_deref(),
            Some("{'TZPATH': '/usr/share/zoneinfo:/etc/zoneinfo', 'prefix': '/opt/demo/python'}")
        );
        assert_eq!(rewrite(b"nothing", "/usr", "/opt/demo/python"), None);
        // A Python that was configured for `/` names every path.
        assert_eq!(base(b"{'prefix': '/', 'BINDIR': '/bin'}"), None);
    }
}
