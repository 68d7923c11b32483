//! The `control` file: fields, their order, and what must hold between them (Policy 5.3, 7; deb-control(5)).
//!
//! Every value is of a type that cannot hold a line break where it would begin another field. `Installed-Size` is not
//! here: the writer computes it.

use super::{
    Architecture, Description, FieldName, Line, Maintainer, MultiArch, PackageName, Relation,
    Section, Summary, Version,
};
use crate::deb::Invalid;
use std::collections::BTreeMap;
use std::str::FromStr;

/// How much a system needs a package (Policy 2.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// The system does not work without it.
    Required,
    /// Expected on any Unix.
    Important,
    /// Part of a small text-mode system.
    Standard,
    /// Everything else.
    #[default]
    Optional,
    /// What `optional` was called in part, before.
    Extra,
}

impl Priority {
    /// Returns the field's value.
    pub fn as_str(self) -> &'static str {
        match self {
            Priority::Required => "required",
            Priority::Important => "important",
            Priority::Standard => "standard",
            Priority::Optional => "optional",
            Priority::Extra => "extra",
        }
    }
}

impl FromStr for Priority {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        [
            Priority::Required,
            Priority::Important,
            Priority::Standard,
            Priority::Optional,
            Priority::Extra,
        ]
        .into_iter()
        .find(|priority| priority.as_str() == text)
        .ok_or_else(|| {
            Invalid::new("is not `required`, `important`, `standard`, `optional` or `extra`")
        })
    }
}

/// What a package says of itself.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is the field of that name")]
pub struct Control {
    pub package: PackageName,
    pub version: Version,
    pub architecture: Architecture,
    pub maintainer: Maintainer,
    pub pre_depends: Vec<Relation>,
    pub depends: Vec<Relation>,
    pub recommends: Vec<Relation>,
    pub suggests: Vec<Relation>,
    pub enhances: Vec<Relation>,
    pub breaks: Vec<Relation>,
    pub conflicts: Vec<Relation>,
    pub replaces: Vec<Relation>,
    pub provides: Vec<Relation>,
    pub section: Section,
    pub priority: Priority,
    pub multi_arch: MultiArch,
    pub homepage: Option<Line>,
    pub custom: BTreeMap<FieldName, Line>,
    pub summary: Summary,
    pub description: Description,
}

impl Control {
    /// Makes one with the fields that every package has; the others are empty.
    pub fn new(
        package: PackageName,
        version: Version,
        architecture: Architecture,
        maintainer: Maintainer,
        section: Section,
        summary: Summary,
    ) -> Self {
        Control {
            package,
            version,
            architecture,
            maintainer,
            pre_depends: Vec::new(),
            depends: Vec::new(),
            recommends: Vec::new(),
            suggests: Vec::new(),
            enhances: Vec::new(),
            breaks: Vec::new(),
            conflicts: Vec::new(),
            replaces: Vec::new(),
            provides: Vec::new(),
            section,
            priority: Priority::default(),
            multi_arch: MultiArch::default(),
            homepage: None,
            custom: BTreeMap::new(),
            summary,
            description: Description::default(),
        }
    }

    /// Returns the name that the file has by custom (deb(5)), without the epoch.
    pub fn file_name(&self) -> String {
        let version = self.version.without_epoch();
        format!("{}_{version}_{}.deb", self.package, self.architecture)
    }

    /// Checks what no field can check alone.
    pub(in crate::deb) fn check(&self) -> Result<(), Invalid> {
        for (field, relations) in self.relation_fields() {
            let single = matches!(field, "Breaks" | "Conflicts" | "Replaces" | "Provides");
            let needs = matches!(
                field,
                "Pre-Depends" | "Depends" | "Recommends" | "Suggests" | "Enhances"
            );
            for (at, relation) in relations.iter().enumerate() {
                let refused = |why: &str| Err(Invalid::new(format!("`{field}: {relation}` {why}")));
                if single && relation.has_alternatives() {
                    return refused("has alternatives, which dpkg refuses there");
                }
                if field == "Provides" && !relation.is_exact() {
                    return refused("has a bound other than `=`");
                }
                if needs && relation.names().any(|name| *name == self.package) {
                    return refused("names the package itself");
                }
                if relations[..at].contains(relation) {
                    return refused("is there twice");
                }
            }
        }
        if self.multi_arch == MultiArch::Same && self.architecture == Architecture::ALL {
            return Err(Invalid::new(
                "`Multi-Arch: same` is not for a package of the architecture `all`, which dpkg refuses",
            ));
        }
        self.check_summary()
    }

    /// Lintian's `description-starts-with-package-name`: tools print the name in front of the summary.
    fn check_summary(&self) -> Result<(), Invalid> {
        let (summary, name) = (self.summary.as_str(), self.package.as_str());
        let begins = summary
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name));
        let ends = summary[name.len().min(summary.len())..]
            .chars()
            .next()
            .is_none_or(|c| !c.is_alphanumeric() && c != '_');
        if begins && ends {
            return Err(Invalid::new(format!(
                "the summary `{summary}` begins with the name of the package, which is shown in front of it anyway"
            )));
        }
        Ok(())
    }

    fn relation_fields(&self) -> [(&'static str, &[Relation]); 9] {
        [
            ("Pre-Depends", &self.pre_depends),
            ("Depends", &self.depends),
            ("Recommends", &self.recommends),
            ("Suggests", &self.suggests),
            ("Enhances", &self.enhances),
            ("Breaks", &self.breaks),
            ("Conflicts", &self.conflicts),
            ("Replaces", &self.replaces),
            ("Provides", &self.provides),
        ]
    }

    /// Renders the file, in the order in which dpkg-gencontrol writes the fields.
    pub(in crate::deb) fn render(&self, installed_size_kib: u64) -> String {
        let mut fields = vec![
            ("Package", self.package.to_string()),
            ("Version", self.version.to_string()),
            ("Architecture", self.architecture.to_string()),
            ("Maintainer", self.maintainer.to_string()),
            ("Installed-Size", installed_size_kib.to_string()),
        ];
        for (name, relations) in self.relation_fields() {
            if !relations.is_empty() {
                let list = relations.iter().map(ToString::to_string);
                fields.push((name, list.collect::<Vec<_>>().join(", ")));
            }
        }
        fields.push(("Section", self.section.to_string()));
        fields.push(("Priority", self.priority.as_str().to_owned()));
        if self.multi_arch != MultiArch::No {
            fields.push(("Multi-Arch", self.multi_arch.as_str().to_owned()));
        }
        if let Some(homepage) = &self.homepage {
            fields.push(("Homepage", homepage.to_string()));
        }
        for (name, value) in &self.custom {
            fields.push((name.as_str(), value.to_string()));
        }
        fields.push(("Description", self.summary.to_string()));
        let mut text = String::new();
        for (name, value) in fields {
            text.extend([name, ": ", value.as_str(), "\n"]);
        }
        text.push_str(&self.description.render_folded());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn good<T: FromStr<Err = Invalid>>(text: &str) -> T {
        text.parse().expect("the test's own words are valid")
    }

    fn demo() -> Control {
        Control::new(
            good("demo"),
            good("1:2.0-1"),
            good("amd64"),
            good("Ada <ada@example.org>"),
            good("web"),
            good("small web service"),
        )
    }

    #[test]
    fn fields_come_in_the_order_of_dpkg_gencontrol() {
        let control = Control {
            depends: vec![good("libc6 (>= 2.34)"), good("python3:any")],
            enhances: vec![good("nginx")],
            provides: vec![good("demo-api (= 2)")],
            priority: good("extra"),
            multi_arch: good("foreign"),
            homepage: Some(good("https://example.org/")),
            custom: BTreeMap::from([(good("Python-Version"), good("3.11"))]),
            description: good("It serves.\n\nAnd more."),
            ..demo()
        };
        assert_eq!(control.check(), Ok(()));
        assert_eq!(
            control.render(7),
            "Package: demo\nVersion: 1:2.0-1\nArchitecture: amd64\nMaintainer: Ada <ada@example.org>\n\
             Installed-Size: 7\nDepends: libc6 (>= 2.34), python3:any\nEnhances: nginx\n\
             Provides: demo-api (= 2)\nSection: web\nPriority: extra\nMulti-Arch: foreign\nHomepage: https://example.org/\nPython-Version: 3.11\n\
             Description: small web service\n It serves.\n .\n And more.\n"
        );
        assert_eq!(control.file_name(), "demo_2.0-1_amd64.deb");
    }

    #[test]
    fn contradictions_between_fields_are_refused() {
        let with = |change: fn(&mut Control)| {
            let mut control = demo();
            change(&mut control);
            control.check().map_err(|why| why.to_string())
        };
        for (change, why) in [
            (
                (|c| c.conflicts = vec![good("aa | bb")]) as fn(&mut Control),
                "`Conflicts: aa | bb` has alternatives, which dpkg refuses there",
            ),
            (
                |c| c.provides = vec![good("aa (>= 1)")],
                "`Provides: aa (>= 1)` has a bound other than `=`",
            ),
            (
                |c| c.depends = vec![good("aa | demo")],
                "`Depends: aa | demo` names the package itself",
            ),
            (
                |c| c.depends = vec![good("aa"), good("aa")],
                "`Depends: aa` is there twice",
            ),
            (
                |c| (c.multi_arch, c.architecture) = (MultiArch::Same, Architecture::ALL),
                "`Multi-Arch: same` is not for a package of the architecture `all`, which dpkg refuses",
            ),
            (
                |c| c.summary = good("Demo service"),
                "the summary `Demo service` begins with the name of the package, which is shown in front of it anyway",
            ),
        ] {
            assert_eq!(with(change), Err(why.to_owned()));
        }
        // A package may replace and conflict with what provides its name.
        assert_eq!(with(|c| c.conflicts = vec![good("demo")]), Ok(()));
        assert_eq!(with(|c| c.summary = good("demonstration")), Ok(()));
        assert_eq!(with(|c| c.summary = good("dem")), Ok(()));
    }
}
