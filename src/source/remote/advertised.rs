//! What a server says it has, and which of it a `ref` means.
//!
//! The text is that of git-ls-remote(1): an id and a name on each line; `name^{}` follows an annotated tag and says what it
//! leads to. A name is looked up as a tag first, then as a branch, as gitrevisions(7) does.

use crate::failure::Failure;
use std::collections::BTreeMap;

/// The fewest digits that count as the beginning of a commit id.
const FEWEST_DIGITS: usize = 7;

/// How many digits a commit id has (SHA-1).
const ALL_DIGITS: usize = 40;

/// What a server has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Advertised(Vec<Ref>);

/// A tag, a branch, or anything else that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ref {
    name: String,
    id: String,
    /// What an annotated tag leads to.
    peeled: Option<String>,
}

/// What is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    /// The full name, such as `refs/tags/v1`; nothing when it is a bare commit.
    pub(super) name: Option<String>,
    /// The id of the commit.
    pub(super) commit: String,
    /// Whether there is a branch of the same name as the tag.
    pub(super) ambiguous: bool,
}

/// Why nothing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotChosen {
    /// There is no commit at all.
    Empty,
    /// No tag or branch has this name; the nearest one, if one is near.
    Unknown(Option<String>),
    /// So many digits begin the ids of several commits.
    Ambiguous,
    /// Ids are longer than those of SHA-1.
    OtherHash,
}

/// Returns whether this is the whole id of a commit.
pub(super) fn is_full_id(reference: &str) -> bool {
    reference.len() == ALL_DIGITS && is_hexadecimal(reference)
}

/// Returns whether this may be the beginning of an id.
fn is_short_id(reference: &str) -> bool {
    (FEWEST_DIGITS..ALL_DIGITS).contains(&reference.len()) && is_hexadecimal(reference)
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

impl Ref {
    fn commit(&self) -> &str {
        self.peeled.as_ref().unwrap_or(&self.id)
    }

    fn tag(&self) -> Option<&str> {
        self.name.strip_prefix("refs/tags/")
    }
}

impl Advertised {
    /// Reads what `git ls-remote` wrote. Lines that are none of it are left out.
    pub(super) fn parse(text: &str) -> Self {
        let mut refs: Vec<Ref> = Vec::new();
        for line in text.lines() {
            let Some((id, name)) = line.split_once('\t') else {
                continue;
            };
            if let Some(tag) = name.strip_suffix("^{}") {
                if let Some(last) = refs.last_mut().filter(|last| last.name == tag) {
                    last.peeled = Some(id.to_owned());
                }
            } else if is_hexadecimal(id) {
                refs.push(Ref {
                    name: name.to_owned(),
                    id: id.to_owned(),
                    peeled: None,
                });
            }
        }
        Advertised(refs)
    }

    /// Returns what `reference` means; `known` are further commits, which a short id may mean too.
    pub(super) fn choose(&self, reference: &str, known: &[String]) -> Result<Chosen, NotChosen> {
        if self.0.iter().any(|one| one.id.len() != ALL_DIGITS) {
            return Err(NotChosen::OtherHash);
        }
        let named = |name: &str| self.0.iter().find(|one| one.name == name);
        let chosen = |one: &Ref, ambiguous| Chosen {
            name: Some(one.name.clone()),
            commit: one.commit().to_owned(),
            ambiguous,
        };
        let tag = named(&format!("refs/tags/{reference}"));
        let branch = named(&format!("refs/heads/{reference}"));
        if is_full_id(reference) {
            return Ok(Chosen {
                name: None,
                commit: reference.to_owned(),
                ambiguous: false,
            });
        }
        let whole = ["HEAD", "refs/"]
            .iter()
            .any(|start| reference.starts_with(start))
            .then(|| named(reference))
            .flatten();
        match (whole.or(tag), branch) {
            (Some(one), branch) => return Ok(chosen(one, branch.is_some())),
            (None, Some(branch)) => return Ok(chosen(branch, false)),
            (None, None) => {}
        }
        if self.0.is_empty() {
            return Err(NotChosen::Empty);
        }
        if is_short_id(reference) {
            return self.choose_short(reference, known);
        }
        Err(NotChosen::Unknown(self.nearest(reference)))
    }

    fn choose_short(&self, reference: &str, known: &[String]) -> Result<Chosen, NotChosen> {
        let advertised = self.0.iter().map(Ref::commit);
        let mut found = None;
        for id in advertised.chain(known.iter().map(String::as_str)) {
            match found {
                _ if !id.starts_with(reference) => {}
                Some(other) if other != id => return Err(NotChosen::Ambiguous),
                _ => found = Some(id),
            }
        }
        let commit = found.ok_or(NotChosen::Unknown(None))?;
        Ok(Chosen {
            name: None,
            commit: commit.to_owned(),
            ambiguous: false,
        })
    }

    /// Returns the tag that stands at a commit: `preferred` when it is one, else an annotated one before others.
    pub(super) fn tag_of(&self, commit: &str, preferred: Option<&str>) -> Option<String> {
        let tags = || {
            self.0
                .iter()
                .filter(|one| one.tag().is_some() && one.commit() == commit)
        };
        tags()
            .find(|one| Some(one.name.as_str()) == preferred)
            .or_else(|| tags().find(|one| one.peeled.is_some()))
            .or_else(|| tags().next())
            .and_then(|one| one.tag().map(str::to_owned))
    }

    /// Returns the names of all tags, with the ids of what they name.
    pub(super) fn tags(&self) -> BTreeMap<String, String> {
        let tags = self.0.iter();
        tags.filter_map(|one| Some((one.tag()?.to_owned(), one.id.clone())))
            .collect()
    }

    fn nearest(&self, wanted: &str) -> Option<String> {
        let short = |name: &str| {
            ["refs/tags/", "refs/heads/"]
                .iter()
                .find_map(|start| name.strip_prefix(start).map(str::to_owned))
        };
        self.0
            .iter()
            .filter_map(|one| short(&one.name))
            .map(|name| (strsim::damerau_levenshtein(&name, wanted), name))
            .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
            .min()
            .map(|(_, name)| name)
    }
}

impl NotChosen {
    /// Returns the sentence for `reference` of the repository at `address`.
    pub(super) fn failure(&self, reference: &str, address: &str) -> Failure {
        let unknown = || {
            Failure::build(format!(
                "`{reference}` is not a tag, branch or commit of `{address}`"
            ))
        };
        match self {
            NotChosen::Empty => Failure::build(format!(
                "the repository `{address}` has no commit yet"
            ))
            .hint(
                "check the address, or push the app first: what is packaged is exactly one commit",
            ),
            NotChosen::Unknown(Some(nearest)) => {
                unknown().hint(format!("did you mean `{nearest}`? set `ref` in `[source]`"))
            }
            NotChosen::Unknown(None) if is_short_id(reference) => {
                unknown().hint("write all 40 digits: a server finds a commit only by its whole id")
            }
            NotChosen::Unknown(None) => unknown().hint(
                "`git ls-remote` with this address lists what there is; set `ref` in `[source]`",
            ),
            NotChosen::Ambiguous => Failure::build(format!(
                "`{reference}` begins the ids of several commits of `{address}`"
            ))
            .hint("write all 40 digits"),
            NotChosen::OtherHash => Failure::build(format!(
                "the repository `{address}` names its commits by SHA-256, which is not supported"
            ))
            .hint("clone it, make an archive of it with `git archive`, and name that with `archive` in `[source]`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "a1111111111111111111111111111111111111a1";
    const B: &str = "b2222222222222222222222222222222222222b2";
    const C: &str = "c3333333333333333333333333333333333333c3";
    const D: &str = "c3333333400000000000000000000000000000d4";

    fn advertised() -> Advertised {
        Advertised::parse(&format!(
            "warning: noise\n{A}\tHEAD\n{A}\trefs/heads/main\n{B}\trefs/heads/v1\n{C}\trefs/pull/1/head\n\
             {D}\trefs/tags/lt\n{C}\trefs/tags/v1\n{A}\trefs/tags/v1^{{}}\n{B}\trefs/tags/v2\n"
        ))
    }

    fn choose(reference: &str) -> Result<(Option<String>, String, bool), NotChosen> {
        let known = [C.to_owned()];
        advertised()
            .choose(reference, &known)
            .map(|chosen| (chosen.name, chosen.commit, chosen.ambiguous))
    }

    #[test]
    fn a_name_is_a_tag_first_then_a_branch() {
        for (reference, name, commit, ambiguous) in [
            ("HEAD", "HEAD", A, false),
            ("main", "refs/heads/main", A, false),
            ("v1", "refs/tags/v1", A, true),
            ("refs/heads/v1", "refs/heads/v1", B, false),
            ("refs/pull/1/head", "refs/pull/1/head", C, false),
            ("v2", "refs/tags/v2", B, false),
        ] {
            let expected = (Some(name.to_owned()), commit.to_owned(), ambiguous);
            assert_eq!(choose(reference), Ok(expected), "{reference}");
        }
    }

    #[test]
    fn commits_are_named_by_all_digits_or_by_enough_of_what_is_known() {
        let all = "0123456789012345678901234567890123456789";
        assert_eq!(choose(all), Ok((None, all.to_owned(), false)));
        assert_eq!(choose("c3333333"), Err(NotChosen::Ambiguous));
        assert_eq!(choose("c333333333"), Ok((None, C.to_owned(), false)));
        assert_eq!(choose("b222222"), Ok((None, B.to_owned(), false)));
        assert_eq!(choose("c333333"), Err(NotChosen::Ambiguous));
        assert_eq!(choose("fffffff"), Err(NotChosen::Unknown(None)));
        assert_eq!(choose("a11111"), Err(NotChosen::Unknown(None)));
    }

    #[test]
    fn what_is_not_there_is_said_with_what_is_near() {
        assert_eq!(
            choose("mian"),
            Err(NotChosen::Unknown(Some("main".to_owned())))
        );
        assert_eq!(choose("elsewhere"), Err(NotChosen::Unknown(None)));
        assert_eq!(
            Advertised::parse("").choose("HEAD", &[]),
            Err(NotChosen::Empty)
        );
        let sha256 = format!("{A}{}\tHEAD\n", &B[..24]);
        assert_eq!(
            Advertised::parse(&sha256).choose("HEAD", &[]),
            Err(NotChosen::OtherHash)
        );
    }

    #[test]
    fn the_tag_of_a_commit_is_the_one_that_was_asked_for_or_an_annotated_one() {
        let twice = Advertised::parse(&format!(
            "{A}\trefs/tags/a\n{C}\trefs/tags/b\n{A}\trefs/tags/b^{{}}\n{A}\trefs/heads/c\n"
        ));
        assert_eq!(twice.tag_of(A, None).as_deref(), Some("b"));
        assert_eq!(twice.tag_of(A, Some("refs/tags/a")).as_deref(), Some("a"));
        assert_eq!(twice.tag_of(B, None), None);
    }
}
