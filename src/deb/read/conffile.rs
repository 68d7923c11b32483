//! A line of `conffiles` as dpkg splits it (deb-conffiles(5); dpkg's unpack.c).

/// The only flag that dpkg knows, with the one space that ends it.
const REMOVE: &[u8] = b"remove-on-upgrade ";

/// A line that dpkg takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConffileLine<'a> {
    /// The path, with `/` in front.
    pub path: &'a [u8],
    /// Whether dpkg removes it when the package is upgraded.
    pub is_removed: bool,
}

impl<'a> ConffileLine<'a> {
    /// Splits a line; nothing when it is blank, or dpkg refuses it.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let line = line.trim_ascii_end();
        let flagged = line.strip_prefix(REMOVE);
        let path = flagged.unwrap_or(line);
        path.starts_with(b"/").then_some(ConffileLine {
            path,
            is_removed: flagged.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_absolute_and_follows_one_space() {
        for (line, path, is_removed) in [
            (&b"/etc/x"[..], &b"/etc/x"[..], false),
            (b"/etc/a b \t\r", b"/etc/a b", false),
            (b"remove-on-upgrade /etc/x ", b"/etc/x", true),
        ] {
            let expected = ConffileLine { path, is_removed };
            assert_eq!(ConffileLine::parse(line), Some(expected));
        }
        for line in [
            "",
            " ",
            "etc/x",
            " /etc/x",
            "remove-on-upgrade",
            "remove-on-upgrade  /etc/x",
            "remove-on-upgrade/etc/x",
            "remove-on-upgrade\t/etc/x",
            "keep /etc/x",
        ] {
            assert_eq!(ConffileLine::parse(line.as_bytes()), None, "{line:?}");
        }
    }
}
