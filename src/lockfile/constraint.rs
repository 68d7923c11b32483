//! Version constraints as Poetry writes them: PEP 440 with `^`, `~`, `*` and `||` ("Dependency specification").

use super::version;

/// Returns whether a version fits; nothing when the constraint is none.
pub(super) fn fits(version: &str, constraint: &str) -> Option<bool> {
    constraint
        .split("||")
        .flat_map(|text| text.split(" | "))
        .map(|text| fits_every(version, text))
        .try_fold(false, |any, fits| fits.map(|fits| any || fits))
}

fn fits_every(version: &str, text: &str) -> Option<bool> {
    clauses(text)
        .iter()
        .map(|clause| fits_one(version, clause))
        .try_fold(true, |all, fits| fits.map(|fits| all && fits))
}

/// Splits at commas, and at blanks that are not behind an operator.
fn clauses(text: &str) -> Vec<String> {
    let mut clauses: Vec<String> = Vec::new();
    for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
        match clauses.last_mut() {
            Some(last) if last.ends_with(['=', '<', '>', '~', '^']) => last.push_str(word),
            _ => clauses.push(word.to_owned()),
        }
    }
    clauses
}

fn fits_one(version: &str, clause: &str) -> Option<bool> {
    if clause == "*" {
        return Some(true);
    }
    if let Some(from) = clause.strip_prefix('^') {
        let numbers = numbers(from)?;
        let first = numbers.iter().position(|number| *number > 0);
        return between(version, from, &numbers, first.unwrap_or(numbers.len() - 1));
    }
    if let Some(from) = clause.strip_prefix('~').filter(|it| !it.starts_with('=')) {
        let numbers = numbers(from)?;
        return between(version, from, &numbers, 1.min(numbers.len() - 1));
    }
    if clause.starts_with(['=', '<', '>', '!', '~']) {
        // Poetry's `=` is `==`.
        let spelt = match clause.strip_prefix('=') {
            Some(rest) if !rest.starts_with('=') => format!("={clause}"),
            _ => clause.to_owned(),
        };
        return version::fits_all(version, &spelt);
    }
    version::fits(version, "==", clause)
}

/// Returns whether a version is from `from` on, and before the next number at `rising`.
fn between(version: &str, from: &str, numbers: &[u64], rising: usize) -> Option<bool> {
    let end: Vec<_> = numbers[..=rising]
        .iter()
        .enumerate()
        .map(|(at, number)| (number + u64::from(at == rising)).to_string())
        .collect();
    let above = version::fits(version, ">=", from.trim_end_matches(".*"))?;
    Some(above && version::fits(version, "<", &end.join("."))?)
}

fn numbers(text: &str) -> Option<Vec<u64>> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let release = text[..end].trim_end_matches('.');
    release.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_take_what_poetry_says() {
        for (version, constraint, expected) in [
            ("1.9", "^1.2.3", Some(true)),
            ("2.0", "^1.2.3", Some(false)),
            ("1.2.2", "^1.2.3", Some(false)),
            ("0.2.9", "^0.2.3", Some(true)),
            ("0.3", "^0.2.3", Some(false)),
            ("0.0.4", "^0.0.3", Some(false)),
            ("0.5", "^0", Some(true)),
            ("1.2.9", "~1.2.3", Some(true)),
            ("1.3", "~1.2.3", Some(false)),
            ("1.9", "~1", Some(true)),
            ("1.4.5", "1.*", Some(true)),
            ("1.4.5", "*", Some(true)),
            ("1.4.5", "1.4.5", Some(true)),
            ("1.4.5", "=1.4.5", Some(true)),
            ("1.4.5", ">= 1.4, < 2", Some(true)),
            ("1.4.5", ">=1.5 || ^1.4", Some(true)),
            ("0.15", ">=0.14.0,<0.15.0 || >0.15.0,<0.15.1", Some(false)),
            ("2.2.1", "~=2.2", Some(true)),
            ("1", "latest", None),
        ] {
            assert_eq!(
                fits(version, constraint),
                expected,
                "{version} {constraint}"
            );
        }
    }
}
