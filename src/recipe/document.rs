//! Reads the tables of a recipe, each with what it needs of those before it.
//!
//! Pure. All tables are read even where one is wrong, so that every problem is found at once; only then it shows whether there is a
//! recipe.

use super::accounts::Accounts;
use super::passenger::PassengerServer;
use super::problem::Problems;
use super::scope::Scope;
use super::substitutions::Substitutions;
use super::table::Table;
use super::{
    Recipe, apart, build, commands, directories, environment, files, health, hooks, logrotate,
    nginx, own_files, package, passenger, questions, schema, secrets, service, source, taken, task,
    user, venv,
};
use std::path::Path;
use toml::Spanned;
use toml::de::DeTable;

/// Compares a document with the schema, and reads it.
pub(super) fn check_and_read(
    document: &Spanned<DeTable<'_>>,
    folder: &Path,
    problems: &Problems,
) -> Option<Recipe> {
    schema::check(document, &schema::RECIPE, problems);
    read(&Table::document(document, problems), folder)
}

/// Returns whether something runs as the service user, so that there is one without `[user]`.
fn needs_user(document: &Table<'_>) -> bool {
    !document.entries("service").is_empty()
        || !document.tables("task").is_empty()
        || document.table("passenger").is_some()
}

fn read(document: &Table<'_>, folder: &Path) -> Option<Recipe> {
    let package = package::read(document);
    let target = package::read_target(document);
    let compression = package::read_compression(document);
    let source = source::read(document, folder);
    let has_source = document.table("source").is_some();
    let located_name = package::read_name(document);
    let name = located_name.value.as_str();
    let prefix = venv::read_prefix(document, &located_name);
    let substitutions = Substitutions {
        name: name.to_owned(),
        prefix: prefix
            .as_ref()
            .map_or_else(|| format!("/opt/{name}"), ToString::to_string),
    };
    let build = build::read(document, &substitutions);
    let venv = venv::read(document, folder, prefix, has_source, &substitutions);
    let user = user::read(document, &located_name, needs_user(document));
    let users = user::read_others(document, user.as_ref());
    let accounts = Accounts::of(user.iter().chain(&users));
    let directories = directories::read(document, user.as_ref(), &users, &accounts, &substitutions);
    directories::check_nested(document, &directories);
    let mut files = files::read(document, folder, has_source, &accounts, &substitutions);
    let env = environment::read_host(document, "env", &substitutions);
    let secrets = secrets::read(document, &env);
    let questions = questions::read(document, &env, &secrets);
    let scope = Scope::of(&env, &secrets, &questions);
    let mut services = service::read(document, &scope, &accounts, &substitutions);
    let passenger = passenger::read(document, &substitutions.prefix, has_source, &services);
    if let Some(passenger) = &passenger {
        let file = user
            .as_ref()
            .and_then(|user| passenger::startup_file(passenger, user));
        files.extend(file);
        if passenger.server == PassengerServer::Standalone {
            services.extend(passenger::service(passenger, name, &substitutions.prefix));
        }
    }
    let tasks = task::read(document, &scope, &accounts, &substitutions);
    let commands = commands::read(document, &scope, user.is_some(), &substitutions);
    let logrotate = logrotate::read(
        document,
        &accounts,
        (user.as_ref(), &users),
        &directories,
        &substitutions,
    );
    let sites = nginx::read(document, &services, &directories, &substitutions);
    let health = health::read(document, &scope, &substitutions);
    let tests = health::read_test(document, &substitutions);
    let hooks = hooks::read(document, folder);
    let recipe = Recipe {
        folder: folder.to_path_buf(),
        package: package?,
        target,
        source,
        build,
        venv: venv?,
        user,
        users,
        directories,
        files,
        env,
        secrets,
        questions,
        services,
        tasks,
        commands,
        logrotate,
        sites,
        passenger,
        health,
        tests,
        hooks,
        compression: compression?,
    };
    own_files::check(document, &recipe);
    taken::check_services(document, &recipe.package.name, &recipe.services);
    service::ability::check(document, &recipe);
    apart::check(document, &recipe);
    Some(recipe)
}
