//! Every key of the schema is read, and a recipe that has them all says what it means.

use crate::recipe::code::Code;
use crate::recipe::problem::Problems;
use crate::recipe::schema::{self, Shape, TableSpec};
use crate::recipe::{
    Answer, Application, Hardening, HealthCheck, InterpreterChoice, Listen, LocationKind, Origin,
    Recipe, Reload, VersionSource, check_and_read,
};
use std::collections::BTreeSet;
use std::path::Path;
use toml::de::{DeTable, DeValue};

const COMPLETE: &str = include_str!("../../../fixtures/recipes/complete.toml");

/// Keys that no recipe has together with others of the complete one.
const EXCLUDED: &[&str] = &[
    "health.command",
    "package.version.debian",
    "passenger.file",
    "passenger.server-name",
    "source.archive",
    "source.path",
    "source.sha256",
    "venv.lock",
    "venv.offline",
    "venv.python",
];

/// Adds the names of all keys as readers note them: `service.*.port`.
fn flatten(prefix: &str, spec: &TableSpec, names: &mut BTreeSet<String>) {
    for key in spec.keys {
        let name = if prefix.is_empty() {
            key.name.to_owned()
        } else {
            format!("{prefix}.{}", key.name)
        };
        // What differs for a release is merged first, and read under its own name.
        if name != "release" {
            descend(&name, key.shape, names);
        }
        names.insert(name);
    }
}

fn descend(name: &str, shape: Shape, names: &mut BTreeSet<String>) {
    match shape {
        Shape::Table(spec) => flatten(name, spec, names),
        Shape::Map(map) => descend(&format!("{name}.*"), *map.value, names),
        Shape::List(item) => descend(name, *item, names),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| descend(name, *shape, names)),
        _ => {}
    }
}

/// Adds the names of all keys that a document has.
fn present(prefix: &str, shape: Shape, value: &DeValue<'_>, names: &mut BTreeSet<String>) {
    match (shape, value) {
        (Shape::Table(spec), DeValue::Table(table)) => present_keys(prefix, spec, table, names),
        (Shape::Map(map), DeValue::Table(table)) => {
            for value in table.values() {
                present(&format!("{prefix}.*"), *map.value, value.get_ref(), names);
            }
        }
        (Shape::List(item), DeValue::Array(values)) => {
            for value in values {
                present(prefix, *item, value.get_ref(), names);
            }
        }
        (Shape::Either(shapes), value) => {
            for shape in shapes {
                present(prefix, *shape, value, names);
            }
        }
        _ => {}
    }
}

fn present_keys(prefix: &str, spec: &TableSpec, table: &DeTable<'_>, names: &mut BTreeSet<String>) {
    for (key, value) in table {
        let known = spec.key(key.get_ref()).expect("the key is known");
        let name = if prefix.is_empty() {
            known.name.to_owned()
        } else {
            format!("{prefix}.{}", known.name)
        };
        present(&name, known.shape, value.get_ref(), names);
        names.insert(name);
    }
}

fn all_keys() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    flatten("", &schema::RECIPE, &mut names);
    names
}

/// Reads the complete recipe, whatever is not supported yet.
fn complete() -> (Recipe, Problems) {
    let document = DeTable::parse(COMPLETE).expect("it is TOML");
    let problems = Problems::default();
    crate::recipe::release::check(document.get_ref(), &problems);
    let recipe = check_and_read(&document, Path::new("recipes"), &problems);
    (recipe.expect("every value is good"), problems)
}

#[test]
fn every_key_of_the_schema_is_read() {
    let (_, problems) = complete();
    let read = problems.read();
    let keys = all_keys();
    let unread: Vec<_> = keys.difference(&read).collect();
    let unknown: Vec<_> = read.difference(&keys).collect();
    assert!(
        unread.is_empty(),
        "in the schema, and never read: {unread:#?}"
    );
    assert!(
        unknown.is_empty(),
        "read, and not in the schema: {unknown:#?}"
    );
}

#[test]
fn the_complete_recipe_has_every_key_that_goes_with_the_others() {
    let document = DeTable::parse(COMPLETE).expect("it is TOML");
    let mut names = BTreeSet::new();
    present_keys("", &schema::RECIPE, document.get_ref(), &mut names);
    let missing: Vec<_> = all_keys()
        .into_iter()
        .filter(|key| !names.contains(key))
        .collect();
    assert_eq!(missing, EXCLUDED);
}

#[test]
fn all_that_is_wrong_with_the_complete_recipe_is_that_it_is_early() {
    let reading = Recipe::read(COMPLETE, Path::new("recipes"));
    let others: Vec<_> = reading
        .problems
        .iter()
        .filter(|problem| problem.code != Code::NotSupportedYet)
        .collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn the_complete_recipe_means_what_it_says() {
    let (recipe, _) = complete();
    assert!(
        matches!(&recipe.package.version_source, VersionSource::Git(tags) if tags.to_string() == "v*")
    );
    let source = recipe.source.expect("a source");
    assert!(
        matches!(&source.origin, Origin::Fetched(_, reference) if reference.as_str() == "v1.4.2")
    );
    assert_eq!(source.patches, [Path::new("recipes/patches/port.patch")]);
    assert_eq!(source.extras.len(), 3);
    assert_eq!(
        recipe.build.after[0].as_str(),
        "/opt/demosite/bin/python manage.py collectstatic --noinput"
    );
    assert_eq!(
        recipe.venv.interpreter,
        InterpreterChoice::Home("recipes/python".into())
    );
    assert_eq!(recipe.venv.prune.len(), 3);

    let users: Vec<_> = recipe
        .users
        .iter()
        .map(|user| (user.name.as_str(), user.existing))
        .collect();
    assert_eq!(users, [("ftpuser", false), ("redis", true)]);
    let directories: Vec<_> = recipe
        .directories
        .iter()
        .map(|directory| format!("{} {:04o}", directory.path, directory.mode.bits()))
        .collect();
    assert_eq!(
        directories,
        [
            "/var/log/demosite 0750",
            "/var/lib/demosite 0750",
            "/srv/ftp/demosite 0775"
        ]
    );

    let [web, scheduler, cleanup, passenger] = &recipe.services[..] else {
        panic!("there are three services, and Passenger's own server");
    };
    assert_eq!(
        passenger.unit_name("demosite"),
        "demosite-passenger.service"
    );
    assert_eq!((web.instances, web.port), (4, Some(61500)));
    assert_eq!(
        web.unit_names("demosite"),
        ["demosite-web@.service", "demosite-web.target"]
    );
    assert_eq!(
        web.command.iter().next().expect("a program"),
        &[crate::recipe::Piece::Literal(
            "/opt/demosite/bin/gunicorn".to_owned()
        )]
    );
    assert!(matches!(web.reload, Some(Reload::Signal(signal)) if signal.name() == "HUP"));
    assert!(web.hardening.keeps("CAP_NET_BIND_SERVICE"));
    assert_eq!(
        scheduler
            .pid_file
            .as_ref()
            .map(ToString::to_string)
            .as_deref(),
        Some("/run/demosite/scheduler.pid")
    );
    assert_eq!(scheduler.hardening, Hardening::Off);
    assert_eq!(
        cleanup.unit_names("demosite"),
        ["demosite-cleanup.service", "demosite-cleanup.timer"]
    );

    assert!(matches!(&recipe.questions[1].answer, Answer::Select(choices) if choices.len() == 2));
    assert_eq!(recipe.secrets[0].length, 50);
    assert!(recipe.tasks[0].on_install && recipe.tasks[0].on_upgrade);
    let site = &recipe.sites[0];
    assert_eq!(
        site.listen,
        [Listen::Port(80), "[::]:80".parse().expect("an address")]
    );
    assert!(matches!(
        &site.locations[3].kind,
        LocationKind::Redirect { status: 308, .. }
    ));
    assert!(matches!(
        recipe.passenger.expect("it is there").application,
        Application::Wsgi(_)
    ));
    assert!(matches!(
        recipe.health.expect("it is there").check,
        HealthCheck::Http(_, 200)
    ));
    assert_eq!(recipe.hooks.len(), 6);
}
