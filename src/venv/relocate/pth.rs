//! `.pth` files of site-packages (`site` of Python's library): each line is a folder, or code when it starts with `import`.

use crate::recipe::Prefix;

/// What becomes of a `.pth` file.
#[derive(Debug, PartialEq, Eq)]
pub enum Pth {
    /// It stays as it is.
    Kept,
    /// It has these bytes at the final path.
    Rewritten(Vec<u8>),
    /// It names this folder, which the package does not hold.
    Outside(String),
}

/// Looks at the lines of a `.pth` file.
///
/// `staged` is the virtualenv in the stage. Relative folders are relative to site-packages, and stay.
pub fn rewrite(text: &[u8], staged: &[u8], prefix: &Prefix) -> Pth {
    let mut fixed = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let folder = bare.trim_ascii();
        let is_code = [&b"#"[..], b"import ", b"import\t"]
            .iter()
            .any(|start| bare.starts_with(start));
        if is_code || !folder.starts_with(b"/") {
            if !is_code && climbs_out(folder) {
                return Pth::Outside(String::from_utf8_lossy(folder).into_owned());
            }
            fixed.extend_from_slice(line);
            continue;
        }
        let inside = folder
            .strip_prefix(staged)
            .filter(|rest| rest.is_empty() || rest.starts_with(b"/"));
        match inside {
            Some(rest) => {
                fixed.extend_from_slice(prefix.as_str().as_bytes());
                fixed.extend_from_slice(rest);
                fixed.extend_from_slice(if line.ends_with(b"\n") { b"\n" } else { b"" });
            }
            None => return Pth::Outside(String::from_utf8_lossy(folder).into_owned()),
        }
    }
    if fixed == text {
        Pth::Kept
    } else {
        Pth::Rewritten(fixed)
    }
}

/// Returns whether a folder relative to `PREFIX/lib/pythonX.Y/site-packages` is not below the prefix.
fn climbs_out(folder: &[u8]) -> bool {
    let mut depth = 3i32;
    folder.split(|byte| *byte == b'/').any(|part| {
        match part {
            b"" | b"." => {}
            b".." => depth -= 1,
            _ => depth += 1,
        }
        depth < 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked_at(text: &str) -> Pth {
        rewrite(
            text.as_bytes(),
            b"/stage/opt/demo",
            &"/opt/demo".parse().expect("a prefix"),
        )
    }

    #[test]
    fn code_comments_blanks_and_relative_folders_stay() {
        for text in [
            "import os; x = '/home/ada'\n",
            "import\tsys\n",
            "# /home/ada\n",
            "\n\r\n  \n",
            "folder\n./a\n../b\n",
            "\u{feff}import x\n",
            "",
        ] {
            assert_eq!(looked_at(text), Pth::Kept, "{text:?}");
        }
    }

    #[test]
    fn a_folder_of_the_stage_moves_and_any_other_is_outside() {
        assert_eq!(
            looked_at("# x\r\n\u{feff}/stage/opt/demo/vendor\r\nrest"),
            Pth::Rewritten(b"# x\r\n/opt/demo/vendor\nrest".to_vec())
        );
        assert_eq!(
            looked_at("a\n/home/ada/src\n"),
            Pth::Outside("/home/ada/src".to_owned())
        );
        assert_eq!(
            looked_at("/stage/opt/demo2\n"),
            Pth::Outside("/stage/opt/demo2".to_owned())
        );
        assert_eq!(
            looked_at("../../../../../src\n"),
            Pth::Outside("../../../../../src".to_owned())
        );
    }
}
