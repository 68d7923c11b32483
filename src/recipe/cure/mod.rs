//! What to write instead of a value that is not valid, by its key in the schema: the help below an error, where one sentence
//! can say it.
//!
//! What is wrong is said by the type of the value; here is only the cure.

mod host;
mod web;

use super::address::PASSWORD;
use super::schema::nearest;
use super::venv::Requirement;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Returns what to write instead of `text` for `key`, such as `service.*.command`; empty when the reason says it all.
pub(super) fn of(key: &str, text: &str) -> String {
    let fixed = match key {
        "package.name" => return name(text),
        "package.version" => "write the upstream part, then `-` and the revision, such as `1.0-1`",
        "package.revision" => "write a number, such as `1`, or `1~bookworm1`",
        "package.maintainer" => {
            "write one person or team, such as `Ada Lovelace <ada@example.org>`"
        }
        "package.summary" => {
            "write a phrase on one line that says what the package is, such as `small web service`"
        }
        "package.description" => {
            "write plain text: paragraphs with a blank line between, a space in front of a line that is kept as it is"
        }
        "package.section" => {
            "write one of Debian's sections in lower case, such as `web`, `utils` or `net`"
        }
        "package.homepage" => "write one address of http or https, such as `https://example.org`",
        "package.license" => {
            "write one SPDX expression, such as `MIT` or `MIT OR Apache-2.0`; a licence of your own is `LicenseRef-NAME`"
        }
        "package.depends"
        | "package.pre-depends"
        | "package.recommends"
        | "package.suggests"
        | "package.enhances" => {
            return relation(text, "`redis-server (>= 5:7.0)` or `a | b`");
        }
        "package.conflicts" | "package.breaks" | "package.replaces" => {
            return relation(text, "`old-name (<< 2.0)`");
        }
        "package.provides" => return relation(text, "`httpd` or `demo-api (= 2.0)`"),
        "output.compression" => "write such as `zstd:9`, `xz:6`, `gzip:9` or `none`",
        "build.apt" => "write the names of packages alone: the release decides their versions",
        "source.ref" | "source.extra.ref" => "write a tag, branch or commit, such as `v1.0`",
        "source.subdirectory"
        | "source.extra.subdirectory"
        | "source.extra.into"
        | "venv.requirements"
        | "venv.constraints"
        | "venv.lock"
        | "passenger.file" => {
            "write its path from the top of the source, such as `app/requirements.txt`"
        }
        "venv.extras" => "write one string for each, such as `[\"web\", \"postgres\"]`",
        "target.release" => "leave it out for the release of the build machine",
        "service.*.command" | "task.command" | "health.command" | "commands.*.command"
            if text.starts_with(['@', '{', '$']) =>
        {
            "the app's programs are `@prefix@/bin/NAME`: only `@prefix@` and `@name@` are replaced"
        }
        "target.architecture" => return architecture(text),
        "user.name" => return account(text),
        "user.groups" => "write groups of the host, such as `adm`",
        "venv.prefix" => {
            "write a short path of letters and digits below a folder such as `/opt` or `/usr/lib`"
        }
        "venv.python" => "leave it out: the Python of the release is taken",
        "venv.packages" if text.starts_with("-e") || text.contains("--editable") => {
            "the code of an editable install stays in the source: `project = true` installs the source itself"
        }
        "venv.packages"
            if text
                .parse::<Requirement>()
                .is_err_and(|why| why.to_string() == PASSWORD) =>
        {
            "write the address without them: pip and uv ask `~/.netrc` of the build machine"
        }
        "venv.verify.imports" => {
            "write the names of modules, such as `demosite` or `demosite.wsgi`"
        }
        "venv.packages" => {
            "write requirements such as `gunicorn==23.0.0`; files of them go into `requirements`"
        }
        "env.*" | "secrets.*" | "questions.*.env" | "build.env.*" | "service.*.env.*" => {
            return variable(text);
        }
        "package.fields.*" => "name a field of your own, such as `XB-Team`, with one line of text",
        _ => {
            return host::of(key)
                .or_else(|| web::of(key))
                .unwrap_or_default()
                .to_owned();
        }
    };
    fixed.to_owned()
}

/// The longest name of a package that is proposed.
const LONGEST: usize = 60;

/// Proposes a name as PEP 503 makes one: lower-case, and one hyphen for every run of anything else.
fn name(text: &str) -> String {
    // `é` becomes `e` and a mark, which is dropped.
    let plain: String = text.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let words: Vec<_> = plain
        .split(|c: char| !c.is_ascii_alphanumeric() && !"+.".contains(c))
        .map(|word| word.trim_start_matches(['+', '.']).to_ascii_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let proposed = words.join("-");
    if (2..=LONGEST).contains(&proposed.len()) {
        format!("write `{proposed}`")
    } else {
        "write two or more lower-case letters, digits, `+`, `-` and `.`, such as `demo-app`"
            .to_owned()
    }
}

/// Architectures that somebody may have meant.
const ARCHITECTURES: &[&str] = &[
    "all", "amd64", "arm64", "armhf", "i386", "ppc64el", "riscv64", "s390x",
];

/// Proposes an architecture that is nearly the same.
fn architecture(text: &str) -> String {
    match nearest(ARCHITECTURES.iter().copied(), text) {
        Some(known) if !text.contains(char::is_whitespace) => format!("did you mean `{known}`?"),
        _ => "leave it out: what is compiled decides".to_owned(),
    }
}

/// Proposes a way to write a relation.
fn relation(text: &str, example: &str) -> String {
    let squeezed = text.replace(' ', "");
    let has = |sign: &str| squeezed.contains(sign);
    if has(",") {
        "write one string for each package, such as `[\"redis-server\", \"adduser\"]`".to_owned()
    } else if has("[") || has("<!") || has("${") {
        "leave it out: a package is built for one release and one architecture".to_owned()
    } else if has("==") {
        "write `=`, which is the only sign for the same version".to_owned()
    } else if has("(>") && !has("(>=") && !has("(>>") {
        "write `>>` for later versions, `>=` for these and the same one".to_owned()
    } else if has("(<") && !has("(<=") && !has("(<<") {
        "write `<<` for earlier versions, `<=` for these and the same one".to_owned()
    } else {
        format!("write one package, such as {example}")
    }
}

/// Proposes a name for a variable, or says where text of several lines belongs.
fn variable(text: &str) -> String {
    if text.contains(char::is_control) {
        return "write one line without control characters; longer text belongs in a file of `[files]`"
            .to_owned();
    }
    let mut proposed: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if proposed.starts_with(|c: char| c.is_ascii_digit()) {
        proposed.insert(0, '_');
    }
    if proposed.contains(|c: char| c.is_ascii_alphanumeric()) && proposed != text {
        format!("write `{proposed}`")
    } else {
        "write a name such as `PORT`".to_owned()
    }
}

/// Proposes a name for the user.
fn account(text: &str) -> String {
    let lower: String = text
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let proposed = lower.trim_matches(|c: char| c == '-' || c.is_ascii_digit());
    let known = text == lower;
    if known || proposed.is_empty() || proposed.len() > 32 {
        "set `name` in `[user]` to a user of the app's own, such as `demo`".to_owned()
    } else {
        format!("set `name` in `[user]`, to `{proposed}` for example")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deb::PackageName;

    #[test]
    fn a_name_that_is_proposed_is_one() {
        for (text, proposed) in [
            ("Demo_App", "write `demo-app`"),
            (" my  app", "write `my-app`"),
            ("-x.Y~z", "write `x.y-z`"),
            ("+.a1", "write `a1`"),
            ("Café", "write `cafe`"),
        ] {
            assert_eq!(name(text), proposed);
            let word = proposed.trim_start_matches("write `").trim_end_matches('`');
            assert!(word.parse::<PackageName>().is_ok(), "{word}");
        }
        for text in ["", "a", "ü", &"a".repeat(201)] {
            assert!(name(text).contains("such as"), "{text:?}");
        }
    }
}
