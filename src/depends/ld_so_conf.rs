//! `/etc/ld.so.conf`: more folders for the dynamic linker (ldconfig(8)).

/// A line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A folder with libraries.
    Folder(String),
    /// More files, as patterns of paths.
    Include(Vec<String>),
}

/// Reads a file; comments, `hwcap` lines and what is no absolute path are left out.
pub(super) fn parse(text: &str) -> Vec<Line> {
    text.lines()
        .filter_map(|line| {
            let line = line.split('#').next()?.trim();
            if let Some(patterns) = line.strip_prefix("include")
                && patterns.starts_with([' ', '\t'])
            {
                let patterns = patterns.split_whitespace().map(str::to_owned);
                return Some(Line::Include(patterns.collect()));
            }
            let folder = line.split('=').next()?.trim_end_matches('/');
            folder
                .starts_with('/')
                .then(|| Line::Folder(folder.to_owned()))
        })
        .collect()
}

/// Returns whether the name of a file fits a pattern of the shell with `*` and `?` in it; hidden names fit none.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    fn rest(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([], []) => true,
            ([b'*', after @ ..], _) => {
                rest(after, name) || (!name.is_empty() && rest(pattern, &name[1..]))
            }
            ([b'?', after @ ..], [_, name @ ..]) => rest(after, name),
            ([a, after @ ..], [b, name @ ..]) => a == b && rest(after, name),
            _ => false,
        }
    }
    (!name.starts_with('.') || pattern.starts_with('.'))
        && rest(pattern.as_bytes(), name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_includes_are_read_and_the_rest_is_not() {
        let text = "# libc\ninclude /etc/ld.so.conf.d/*.conf\n/usr/local/lib/ # ours\n\n/a/b=libc6\nhwcap 0 nosegneg\nlib\n";
        assert_eq!(
            parse(text),
            [
                Line::Include(vec!["/etc/ld.so.conf.d/*.conf".to_owned()]),
                Line::Folder("/usr/local/lib".to_owned()),
                Line::Folder("/a/b".to_owned()),
            ]
        );
    }

    #[test]
    fn patterns_fit_as_in_the_shell() {
        for (pattern, name, expected) in [
            ("*.conf", "libc.conf", true),
            ("*.conf", ".conf", false),
            ("*.conf", "libc.conf.bak", false),
            ("l?b*", "libc", true),
            ("*", "", true),
            ("a*b*c", "abbc", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
