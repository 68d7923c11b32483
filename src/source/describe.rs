//! Where a commit stands: the tag before it, and how far away that is (git-describe(1)).

use std::fmt;

/// How many digits of a commit are shown, as git does in a small repository: more would depend on what else is there.
const DIGITS: usize = 7;

/// Where a commit stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Describe {
    /// The nearest tag that leads to the commit, and how many commits there are since.
    pub tag: Option<(String, u64)>,
    /// The full id of the commit.
    pub commit: String,
}

impl Describe {
    /// Reads what `git describe --long --abbrev=40` says: `TAG-DISTANCE-gID`. Anything else is a commit without a tag.
    pub fn parse(text: &str, commit: &str) -> Self {
        let tag = text.trim().rsplit_once("-g").and_then(|(rest, _)| {
            let (tag, distance) = rest.rsplit_once('-')?;
            Some((tag.to_owned(), distance.parse().ok()?))
        });
        Describe {
            tag,
            commit: commit.to_owned(),
        }
    }
}

impl fmt::Display for Describe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = self.commit.get(..DIGITS).unwrap_or(&self.commit);
        match &self.tag {
            None => f.write_str(short),
            Some((tag, 0)) => f.write_str(tag),
            Some((tag, distance)) => write!(f, "{tag}-{distance}-g{short}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "a1111111111111111111111111111111111111a1";

    #[test]
    fn a_commit_is_shown_as_git_shows_it() {
        for (said, shown) in [
            (format!("v1.0-0-g{ID}\n"), "v1.0"),
            (format!("v1.0-rc-1-12-g{ID}\n"), "v1.0-rc-1-12-ga111111"),
            (format!("v-g-1-g{ID}"), "v-g-1-ga111111"),
            (String::new(), "a111111"),
        ] {
            assert_eq!(Describe::parse(&said, ID).to_string(), shown, "{said}");
        }
    }
}
