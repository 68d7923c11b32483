//! What is known of some distributions: the programs they bring, the version that is proposed, the Debian packages that building them takes.

/// A distribution that brings a program, or that an app is recognised by.
struct Known {
    /// Its normal name.
    name: &'static str,
    /// Its programs.
    programs: &'static [&'static str],
    /// The version that a recipe names when the app does not.
    version: Option<&'static str>,
}

const fn known(
    name: &'static str,
    programs: &'static [&'static str],
    version: Option<&'static str>,
) -> Known {
    Known {
        name,
        programs,
        version,
    }
}

/// All run with Python 3.11 and 3.13.
const KNOWN: &[Known] = &[
    known("alembic", &["alembic"], None),
    known("celery", &["celery"], Some("5.7.0")),
    known("daphne", &["daphne"], Some("4.2.3")),
    known("django", &["django-admin"], Some("5.2.19")),
    known("dramatiq", &["dramatiq"], None),
    known("fastapi", &["fastapi"], Some("0.165.0")),
    known("flask", &["flask"], Some("3.1.3")),
    known("flower", &[], None),
    known("gunicorn", &["gunicorn"], Some("27.0.1")),
    known("huey", &["huey_consumer", "huey_consumer.py"], None),
    known("hypercorn", &["hypercorn"], Some("0.18.0")),
    known("rq", &["rq", "rqworker"], None),
    known("streamlit", &["streamlit"], None),
    known("uvicorn", &["uvicorn"], Some("0.54.0")),
    known("uwsgi", &["uwsgi"], None),
    known("waitress", &["waitress-serve"], Some("3.0.2")),
];

/// Returns the normal name of the distribution that brings a program.
pub(super) fn of_program(program: &str) -> Option<&'static str> {
    KNOWN
        .iter()
        .find(|known| known.programs.contains(&program))
        .map(|known| known.name)
}

/// Returns the requirement that is proposed for a distribution.
pub(super) fn requirement(name: &str) -> Option<String> {
    let known = KNOWN.iter().find(|known| known.name == name)?;
    Some(format!("{name}=={}", known.version?))
}

/// Distributions without wheels, and what Debian calls that which compiles them.
const COMPILED: &[(&str, &[&str])] = &[
    ("mysqlclient", &["default-libmysqlclient-dev", "pkg-config"]),
    ("psycopg-c", &["libpq-dev"]),
    ("psycopg2", &["libpq-dev"]),
    ("pycairo", &["libcairo2-dev", "pkg-config"]),
    ("pycups", &["libcups2-dev"]),
    ("pygraphviz", &["libgraphviz-dev"]),
    ("python-ldap", &["libldap2-dev", "libsasl2-dev"]),
    ("uwsgi", &[]),
    ("xmlsec", &["libxmlsec1-dev", "pkg-config"]),
];

/// Returns the distributions among these that are compiled, and the Debian packages that this takes.
pub(super) fn compiled<'a>(
    names: impl IntoIterator<Item = &'a String>,
) -> (Vec<&'static str>, Vec<&'static str>) {
    let mut distributions = Vec::new();
    let mut packages = Vec::new();
    for name in names {
        if let Some((distribution, needs)) = COMPILED.iter().find(|(known, _)| known == name) {
            distributions.push(*distribution);
            packages.extend(*needs);
        }
    }
    if !distributions.is_empty() {
        packages.extend(["gcc", "libc6-dev", "python3-dev"]);
    }
    packages.sort_unstable();
    packages.dedup();
    (distributions, packages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deb::PackageName;
    use crate::recipe::Requirement;

    #[test]
    fn what_is_proposed_is_what_a_recipe_takes() {
        for known in KNOWN {
            if let Some(requirement) = requirement(known.name) {
                assert!(requirement.parse::<Requirement>().is_ok(), "{requirement}");
            }
        }
        for package in COMPILED.iter().flat_map(|(_, packages)| *packages) {
            assert!(package.parse::<PackageName>().is_ok(), "{package}");
        }
        assert_eq!(of_program("waitress-serve"), Some("waitress"));
        assert_eq!(of_program("node"), None);
        assert_eq!(requirement("rq"), None);
    }

    #[test]
    fn what_is_compiled_needs_a_compiler() {
        let names = ["flask".to_owned(), "psycopg2".to_owned()];
        assert_eq!(
            compiled(&names),
            (
                vec!["psycopg2"],
                vec!["gcc", "libc6-dev", "libpq-dev", "python3-dev"]
            )
        );
        assert_eq!(compiled(&names[..1]), (vec![], vec![]));
    }
}
