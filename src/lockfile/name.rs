//! Names of distributions and extras in their normal form (PEP 503, PEP 685), and the head of a requirement (PEP 508).

/// Returns the normal form of a name.
pub fn normal(name: &str) -> String {
    let mut normal = String::new();
    for c in name.trim().chars() {
        if "-_.".contains(c) {
            if !normal.ends_with('-') {
                normal.push('-');
            }
        } else {
            normal.push(c.to_ascii_lowercase());
        }
    }
    normal
}

/// A requirement as far as a lock's root needs it: what it names, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The normal name.
    pub(super) name: String,
    /// The normal names of the extras.
    pub(super) extras: Vec<String>,
    /// The specifier of versions; empty when any will do or an address says which.
    pub(super) specifier: String,
    /// The marker; empty when it is always wanted.
    pub(super) marker: String,
}

impl Wanted {
    /// Reads a requirement.
    pub(super) fn parse(text: &str) -> Wanted {
        let (head, marker) = match text.split_once(';') {
            Some((head, marker)) => (head, marker.trim()),
            None => (text, ""),
        };
        let end = head
            .find(|c: char| !c.is_ascii_alphanumeric() && !"-_. ".contains(c))
            .unwrap_or(head.len());
        let (name, rest) = head.split_at(end);
        let (extras, rest) = match rest.strip_prefix('[').and_then(|it| it.split_once(']')) {
            Some((extras, rest)) => (extras, rest),
            None => ("", rest),
        };
        let specifier = match rest.trim() {
            address if address.starts_with('@') => "",
            specifier => specifier.trim_matches(['(', ')']),
        };
        Wanted {
            name: normal(name),
            extras: extras
                .split(',')
                .filter(|it| !it.trim().is_empty())
                .map(normal)
                .collect(),
            specifier: specifier.to_owned(),
            marker: marker.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_is_taken_apart() {
        let wanted = Wanted::parse("Uvicorn[Standard, x_y] (>=0.30,<1) ; python_version > '3'");
        assert_eq!(
            wanted,
            Wanted {
                name: "uvicorn".to_owned(),
                extras: vec!["standard".to_owned(), "x-y".to_owned()],
                specifier: ">=0.30,<1".to_owned(),
                marker: "python_version > '3'".to_owned(),
            }
        );
        let wanted = Wanted::parse("zope.interface @ https://example.org/x.whl");
        assert_eq!(
            (wanted.name.as_str(), wanted.specifier.as_str()),
            ("zope-interface", "")
        );
    }
}
