//! Control fields: those that every package has, and the grammar of each (Policy 5.3, 5.6; deb-control(5)).

use super::paths::Paths;
use crate::deb::read::{Findings, Package, Rule, relative};
use crate::deb::{
    Architecture, Invalid, Maintainer, PackageName, Priority, Section, Summary, Version,
};

const REQUIRED: Rule = Rule::error("field-missing", "add the field (Policy 5.3)");
const RECOMMENDED: Rule = Rule::warning("field-recommended", "add the field (Policy 5.3)");
const GRAMMAR: Rule = Rule::error("field-value", "write the field as deb-control(5) says");
const STYLE: Rule = Rule::warning("field-style", "write the field as Policy 5.6 says");
const RESERVED: Rule = Rule::error(
    "field-reserved",
    "take the field away: dpkg refuses it in a package",
);
const FOREIGN: Rule = Rule::warning(
    "field-of-archive",
    "take the field away: dpkg or the tools of a repository write it",
);
const SHORT_NAME: Rule = Rule::error(
    "field-name-short",
    "give the field a name of two letters or more: dpkg refuses the package",
);
const NAME: Rule = Rule::warning(
    "field-name",
    "write the names of fields in ASCII (Policy 5.1)",
);
const ESSENTIAL: Rule = Rule::warning(
    "essential",
    "take the field away: only the base system is essential",
);

/// Says why a value is not of its field's grammar.
type Grammar<'a> = &'a dyn Fn(&str) -> Option<Invalid>;

fn place(field: &str) -> String {
    format!("`{field}`")
}

/// The names of fields are such as dpkg and Policy have.
pub(super) fn names(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for name in package.fields.iter().map(|field| field.name.as_str()) {
        if name.len() < 2 {
            findings.add(&SHORT_NAME, &place(name), "its name is too short");
        } else if !name.is_ascii() {
            findings.add(&NAME, &place(name), "its name is not ASCII");
        }
    }
}

/// The fields that a package must or should have are there.
pub(super) fn required(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for (rule, names) in [
        (
            &REQUIRED,
            &[
                "Package",
                "Version",
                "Architecture",
                "Maintainer",
                "Description",
            ][..],
        ),
        (&RECOMMENDED, &["Section", "Priority"]),
    ] {
        for name in names {
            match package.field(name) {
                None => findings.add(rule, &place(name), "it is missing"),
                Some("") => findings.add(rule, &place(name), "it is empty"),
                Some(_) => {}
            }
        }
    }
}

/// What dpkg itself reads can be read by it.
pub(super) fn grammar(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    let version = |text: &str| Version::parse_foreign(text).err();
    let judges: [(&str, Grammar<'_>); 3] = [
        ("Package", &|text| text.parse::<PackageName>().err()),
        ("Version", &version),
        ("Architecture", &|text| text.parse::<Architecture>().err()),
    ];
    for (name, judge) in judges {
        let value = package.field(name).filter(|value| !value.is_empty());
        if let Some((value, why)) = value.and_then(|value| Some((value, judge(value)?))) {
            findings.add(&GRAMMAR, &place(name), format!("`{value}` {why}"));
        }
    }
}

/// What people and archive tools read is as Policy has it.
pub(super) fn own_rules(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    let judges: [(&str, Grammar<'_>); 2] = [
        ("Maintainer", &|text| text.parse::<Maintainer>().err()),
        ("Section", &|text| text.parse::<Section>().err()),
    ];
    for (name, judge) in judges {
        let value = package.field(name).filter(|value| !value.is_empty());
        if let Some((value, why)) = value.and_then(|value| Some((value, judge(value)?))) {
            findings.add(&STYLE, &place(name), format!("`{value}` {why}"));
        }
    }
    let known = [
        Priority::Required,
        Priority::Important,
        Priority::Standard,
        Priority::Optional,
        Priority::Extra,
    ];
    if let Some(value) = package.field("Priority").filter(|value| !value.is_empty())
        && !known.iter().any(|priority| priority.as_str() == value)
    {
        let problem = format!("`{value}` is not a priority");
        findings.add(&STYLE, &place("Priority"), problem);
    }
}

/// Fields of dpkg's database are not in a package.
pub(super) fn reserved(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for (rule, names) in [
        (
            &RESERVED,
            &[
                "Status",
                "Config-Version",
                "Triggers-Awaited",
                "Triggers-Pending",
            ][..],
        ),
        (
            &FOREIGN,
            &["Conffiles", "Filename", "MD5sum", "SHA256", "Size"],
        ),
    ] {
        for name in names {
            if package.field(name).is_some() {
                findings.add(rule, &place(name), "it is there");
            }
        }
    }
    let conffiles = package.field("Conffiles").unwrap_or_default();
    let (first, lines) = conffiles.split_once('\n').unwrap_or((conffiles, ""));
    let is_wrong = |line: &&str| !is_conffile_of_database(line);
    let wrong = Some(first).filter(|first| !first.is_empty());
    if let Some(line) = wrong.or_else(|| lines.lines().find(is_wrong)) {
        let problem = format!("its line `{line}` is not a path and a hash after one space");
        findings.add(&RESERVED, &place("Conffiles"), problem);
    }
}

/// Returns whether dpkg takes a line of `Conffiles`: ` /path hash`, with flags or without.
fn is_conffile_of_database(line: &str) -> bool {
    let words = line.split(' ').filter(|word| !word.is_empty());
    let words = words.filter(|word| !["obsolete", "remove-on-upgrade"].contains(word));
    let words: Vec<&str> = words.collect();
    let [path, _, ..] = words.as_slice() else {
        return false;
    };
    let is_below_root = path.starts_with('/') && !relative(path.as_bytes()).is_empty();
    line.starts_with(' ') && is_below_root
}

/// The description is one that lists can show.
pub(super) fn description(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    let Some(description) = package.field("Description").filter(|text| !text.is_empty()) else {
        return;
    };
    let summary = description.lines().next().unwrap_or_default();
    let place = place("Description");
    if let Err(why) = summary.parse::<Summary>() {
        findings.add(&STYLE, &place, format!("the summary `{summary}` {why}"));
    }
    let name = package.field("Package").unwrap_or_default();
    let words: Vec<&str> = summary.split(' ').collect();
    if words
        .first()
        .is_some_and(|word| word.eq_ignore_ascii_case(name))
    {
        let problem = format!("the summary `{summary}` begins with the name of the package");
        findings.add(&STYLE, &place, problem);
    }
    if description.contains('\t') {
        findings.add(&STYLE, &place, "it has a tab");
    }
}

/// `Multi-Arch` says something that dpkg knows.
pub(super) fn multi_arch(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    let Some(value) = package.field("Multi-Arch") else {
        return;
    };
    let place = place("Multi-Arch");
    if !["no", "same", "foreign", "allowed"].contains(&value) {
        let problem = format!("`{value}` is none of `no`, `same`, `foreign` and `allowed`");
        findings.add(&GRAMMAR, &place, problem);
    } else if value == "same" && package.field("Architecture") == Some("all") {
        let problem = "it is `same` in a package for `all`, which dpkg refuses";
        findings.add(&GRAMMAR, &place, problem);
    }
}

/// `Essential` and `Protected` are `yes` or `no`, and better not there.
pub(super) fn essential(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for name in ["Essential", "Protected", "Important"] {
        match package.field(name) {
            None | Some("no") => {}
            Some("yes") => findings.add(&ESSENTIAL, &place(name), "it is `yes`"),
            Some(value) => {
                let problem = format!("`{value}` is neither `yes` nor `no`");
                findings.add(&GRAMMAR, &place(name), problem);
            }
        }
    }
}
