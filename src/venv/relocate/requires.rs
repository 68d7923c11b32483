//! What METADATA says that a distribution needs (`Requires-Dist`, core metadata 2.1): an address may stand behind the name
//! (PEP 508), and it may be a folder of the build machine.
//!
//! Poetry writes each dependency on a path so, and hatchling each with `{root:uri}`. What was installed from there is in the
//! package, so that the name alone says the truth. An address that others can reach stays, without its name and password.
//!
//! # Limits
//! Folded header lines are not joined; no build backend folds this one.

const FIELD: &str = "Requires-Dist:";

/// Returns the file without folders of the build machine and without credentials; nothing when it has neither.
pub fn rewrite(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut fixed = String::with_capacity(text.len());
    let mut in_header = true;
    for line in text.split_inclusive('\n') {
        in_header &= !line.trim_end().is_empty();
        match requirement(line).filter(|_| in_header) {
            Some(other) => fixed.push_str(&other),
            None => fixed.push_str(line),
        }
    }
    (fixed != text).then(|| fixed.into_bytes())
}

/// Returns the line that stands in place of this one; nothing when it may stay.
fn requirement(line: &str) -> Option<String> {
    let starts = line.get(..FIELD.len())?;
    if !starts.eq_ignore_ascii_case(FIELD) {
        return None;
    }
    let (named, rest) = line.split_once('@')?;
    let address = rest.trim_start();
    let (address, behind) =
        address.split_at(address.find(char::is_whitespace).unwrap_or(address.len()));
    let (scheme, place) = address.split_once(':')?;
    if scheme.eq_ignore_ascii_case("file") || scheme.to_ascii_lowercase().ends_with("+file") {
        return Some(format!("{}{behind}", named.trim_end()));
    }
    let place = place.strip_prefix("//")?;
    let (host, path) = place.split_at(place.find(['/', '?', '#']).unwrap_or(place.len()));
    let (user, host) = host.rsplit_once('@')?;
    // The user of ssh is no secret, and without it the address is another one.
    let is_ssh = scheme.ends_with("ssh");
    let user = match user.split(':').next() {
        Some(user) if is_ssh => format!("{user}@"),
        _ => String::new(),
    };
    Some(format!("{named}@ {scheme}://{user}{host}{path}{behind}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(line: &str) -> Option<String> {
        let file = format!("Name: x\n{line}\n\nRequires-Dist: z @ file:///b\n");
        let fixed = String::from_utf8(rewrite(file.as_bytes())?).expect("text");
        let fixed = fixed.strip_prefix("Name: x\n")?;
        let fixed = fixed.strip_suffix("\n\nRequires-Dist: z @ file:///b\n")?;
        Some(fixed.to_owned())
    }

    #[test]
    fn a_folder_of_the_build_machine_is_left_out_of_a_requirement() {
        for (line, expected) in [
            (
                "Requires-Dist: loc @ file:///tmp/x/lib/loc",
                "Requires-Dist: loc",
            ),
            (
                "Requires-Dist: loc[a,b] @ file:///tmp/a%20b ; extra == \"a@b\"",
                "Requires-Dist: loc[a,b] ; extra == \"a@b\"",
            ),
            (
                "requires-dist: loc@git+file:///srv/x.git@main ; os_name == 'posix'\r",
                "requires-dist: loc ; os_name == 'posix'\r",
            ),
            (
                "Requires-Dist: x @ git+https://ada:s3cret@example.org/x@v1#egg=x",
                "Requires-Dist: x @ git+https://example.org/x@v1#egg=x",
            ),
            (
                "Requires-Dist: x @ git+ssh://git:pw@example.org/x",
                "Requires-Dist: x @ git+ssh://git@example.org/x",
            ),
        ] {
            assert_eq!(fixed(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn the_last_line_may_have_no_end() {
        let fixed = rewrite(b"Requires-Dist: loc @ file:///a").expect("a fix");
        assert_eq!(fixed, b"Requires-Dist: loc");
    }

    #[test]
    fn a_requirement_that_means_the_same_on_the_host_stays() {
        for line in [
            "Requires-Dist: x (>=1) ; extra == 'a@b'",
            "Requires-Dist: x @ https://example.org/x-1.0.whl",
            "Requires-Dist: x @ git+ssh://git@example.org/x@v1",
            "Summary: x @ file:///a",
        ] {
            assert_eq!(fixed(line), None, "{line}");
        }
    }
}
