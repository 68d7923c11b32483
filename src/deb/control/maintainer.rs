//! The `Maintainer` field: `Name <address>` (Policy 5.6.2).

use super::name::describe;
use crate::deb::Invalid;
use std::fmt;
use std::str::FromStr;

/// Who maintains a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintainer(String);

impl Maintainer {
    /// Returns the field's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Maintainer {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let unlike = || Invalid::new("is not of the form `Name <address@host>`");
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            return Err(Invalid::new(format!("has {}", describe(c))));
        }
        let inside = text.strip_suffix('>').ok_or_else(unlike)?;
        let (name, address) = inside.split_once(" <").ok_or_else(unlike)?;
        if name.is_empty() || name.trim() != name || name.contains(['<', '>']) {
            return Err(unlike());
        }
        if name.contains(',') {
            return Err(Invalid::new("has a comma, which separates people"));
        }
        let (user, host) = address.split_once('@').ok_or_else(unlike)?;
        let strange = |c: char| c.is_whitespace() || "<>,@".contains(c);
        if user.is_empty() || host.is_empty() || user.contains(strange) || host.contains(strange) {
            return Err(unlike());
        }
        Ok(Maintainer(text.to_owned()))
    }
}

impl fmt::Display for Maintainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_maintainer_has_a_name_and_an_address() {
        for good in [
            "Ada Lovelace <ada@example.org>",
            "É <e+x@a.b>",
            "J. R. Doe <j@localhost>",
        ] {
            assert_eq!(good.parse::<Maintainer>().map(|who| who.0), Ok(good.into()));
        }
        for bad in [
            "",
            "Ada",
            "ada@example.org",
            "<ada@example.org>",
            " <ada@example.org>",
            "Ada <ada>",
            "Ada <@x>",
            "Ada <a@>",
            "Ada <a@b> ",
            "Ada <a b@c>",
            "Ada <a@b>, Bob <b@c>",
            "Ada, Bob <b@c>",
            "Ada <a@b>\nPre-Depends: evil",
            "Ada\t<a@b>",
        ] {
            assert!(bad.parse::<Maintainer>().is_err(), "{bad:?}");
        }
    }
}
