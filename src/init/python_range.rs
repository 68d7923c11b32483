//! Whether a release's Python is one that a project asks for (PEP 440, "Version specifiers", and Poetry's `^`).
//!
//! # Limits
//! A release is known by two numbers, `3.11`: what only the third decides is taken as allowed, as is what cannot be read.

/// Returns whether Python `release`, such as `3.11`, may be within `asked`, such as `>=3.10,<4`.
pub(super) fn allows(asked: &str, release: &str) -> bool {
    let Some(release) = numbers(release) else {
        return true;
    };
    asked.split("||").any(|part| {
        part.split(',')
            .all(|bound| allows_one(bound.trim(), release))
    })
}

fn allows_one(bound: &str, release: (u32, u32)) -> bool {
    let end = bound
        .find(|c: char| !"<>=!~^".contains(c))
        .unwrap_or(bound.len());
    let (sign, version) = bound.split_at(end);
    let version = version.trim();
    let is_any = version.contains('*');
    let Some(asked) = numbers(version) else {
        return true;
    };
    let parts = version.split('.').filter(|part| *part != "*").count();
    match sign {
        ">=" => release >= asked,
        // `>3.11` is no 3.11 at all, `>3.11.2` may be one.
        ">" => release > asked || (parts > 2 && release == asked),
        "<=" => release <= asked,
        // `<3.11.4` may be a 3.11, `<3.11` is none.
        "<" => release < asked || (parts > 2 && release == asked && !version.ends_with(".0")),
        "==" | "===" | "" if parts == 1 => release.0 == asked.0,
        "==" | "===" | "" => release == asked,
        "!=" if parts == 1 => release.0 != asked.0,
        "!=" => !(is_any || parts == 2) || release != asked,
        "~=" if parts > 2 => release == asked,
        "~" if parts > 1 => release == asked,
        "~=" | "~" | "^" => release >= asked && release.0 == asked.0,
        _ => true,
    }
}

/// Returns the first two numbers of a version.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim_start_matches('v').split('.');
    let first = parts.next()?.parse().ok()?;
    let second = match parts.next() {
        None | Some("*") => 0,
        Some(text) => text
            .split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()?,
    };
    Some((first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_has_the_python_that_is_asked_for_or_not() {
        for (asked, on_bookworm, on_trixie) in [
            (">=3.12", false, true),
            (">=3.11,<3.13", true, false),
            (">= 3.8", true, true),
            ("<3.11", false, false),
            ("<3.11.9", true, false),
            (">3.11", false, true),
            ("==3.11.*", true, false),
            ("3.11", true, false),
            ("==3.*", true, true),
            ("!=3.11.*", false, true),
            ("!=3.11.1", true, true),
            ("~=3.12", false, true),
            ("~=3.11.0", true, false),
            ("^3.12", false, true),
            ("^3.9", true, true),
            ("~3.11", true, false),
            ("^3.9 || ^2.7", true, true),
            ("<4.0", true, true),
            (">=3.10.0rc1", true, true),
            ("banana", true, true),
            ("", true, true),
        ] {
            assert_eq!(allows(asked, "3.11"), on_bookworm, "{asked} 3.11");
            assert_eq!(allows(asked, "3.13"), on_trixie, "{asked} 3.13");
        }
    }
}
