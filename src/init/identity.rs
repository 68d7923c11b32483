//! `[package]`: the name, version and people that the recipe gives the package, and where it has them from.

use super::app::App;
use super::metadata::{self, package_name};
use super::pyproject;
use super::toml_text::one_line;
use crate::recipe::{Recipe, TagPattern};
use std::path::Path;

/// What the package is called, and by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) name_from: String,
    pub(super) version: String,
    pub(super) version_from: String,
    /// Whether the version is that of the tags: the project has none of its own that could disagree.
    pub(super) is_version_of_git: bool,
    pub(super) maintainer: String,
    pub(super) maintainer_from: String,
    pub(super) summary: String,
    pub(super) homepage: Option<String>,
    pub(super) license: Option<String>,
    /// Another prefix than the usual one, when the source is there.
    pub(super) prefix: Option<String>,
    /// What needs a human.
    pub(super) todos: Vec<String>,
}

/// Names that say nothing of the app.
const PLAIN: &[&str] = &[
    "app",
    "application",
    "backend",
    "build",
    "checkout",
    "code",
    "config",
    "django",
    "flask",
    "project",
    "repo",
    "server",
    "site",
    "source",
    "src",
    "tmp",
    "web",
    "website",
    "work",
    "workspace",
];

/// What a recipe has whose version nobody knows.
const FIRST_VERSION: &str = "0.1";

/// Stands in for a maintainer; the address is one that nobody has (RFC 2606).
const NOBODY: &str = "Unknown <unknown@example.org>";

/// Decides all of it.
pub(super) fn decide(app: &App<'_>) -> Identity {
    let mut identity = Identity::default();
    identity
        .todos
        .extend(pyproject::problem(app.folder).map(|problem| {
            format!("{problem}: the file is no TOML, pip refuses it, and nothing was read from it")
        }));
    (identity.name, identity.name_from) = name(app);
    if is_plain(&identity.name) {
        identity.todos.push(format!(
            "`{}` is a name that other packages could have as well: set `name` to one that is the app's own",
            identity.name
        ));
    }
    let usual = Path::new("/opt").join(&identity.name);
    let folder = app.folder;
    if folder.path.starts_with(&usual) || folder.recipe_folder.starts_with(&usual) {
        identity.prefix = Some(format!("/usr/lib/{}", identity.name));
    }
    decide_version(app, &mut identity);
    decide_maintainer(app, &mut identity);
    let description = app
        .metadata
        .description
        .as_deref()
        .and_then(|text| metadata::summary(text, &identity.name));
    identity.summary = description.unwrap_or_else(|| {
        identity
            .todos
            .push("no description was found: say in `summary` what the package is".to_owned());
        summary_without_words(app.kind(), &identity.name)
    });
    let remote = folder
        .git
        .checkout
        .as_ref()
        .and_then(|checkout| checkout.remote.as_deref());
    let remote = remote.map(|remote| remote.trim_end_matches(".git"));
    identity.homepage = app
        .metadata
        .homepage
        .as_deref()
        .or(remote)
        .and_then(metadata::homepage);
    identity.license = app.metadata.license.as_deref().and_then(metadata::license);
    identity
}

/// Returns what can be said of an app that says nothing of itself, and does not begin with its name.
fn summary_without_words(kind: &str, name: &str) -> String {
    let text = format!("{kind} app {name}");
    if metadata::begins_with(&text, name) {
        format!("app in Python, {name}")
    } else {
        text
    }
}

/// Returns a name that a recipe takes, and where it is from.
fn name(app: &App<'_>) -> (String, String) {
    let folder = app.folder.name();
    let own = app.metadata.name.as_ref().map(|own| {
        let file = &app.metadata.file;
        let from = if package_name(own).as_ref() == Some(own) {
            file.clone()
        } else {
            format!("`{own}` of {file}")
        };
        (own.clone(), from)
    });
    let mut candidates = vec![(folder, "the folder's name".to_owned())];
    let checkout = app.folder.git.checkout.as_ref();
    if let Some(remote) = checkout.and_then(|checkout| checkout.remote.as_deref()) {
        let last = remote.trim_end_matches('/').trim_end_matches(".git");
        let last = last.rsplit(['/', ':']).next().unwrap_or_default();
        candidates.push((last.to_owned(), format!("the repository {remote}")));
    }
    if let Some(root) = checkout.and_then(|checkout| checkout.root.file_name()) {
        let name = root.to_string_lossy().into_owned();
        candidates.push((name, "the name of the repository's folder".to_owned()));
    }
    if let Some(django) = &app.django {
        let package = django.settings.split('.').next().unwrap_or_default();
        candidates.push((
            package.to_owned(),
            format!("the settings {}", django.settings),
        ));
    }
    if own.as_ref().is_some_and(|(own, _)| is_plain(own)) {
        // A repository says more than a folder in it.
        candidates.rotate_left(1);
    }
    candidates.splice(0..0, own);
    // A name that says nothing is better than none.
    candidates.sort_by_key(|(name, _)| is_plain(name));
    candidates
        .into_iter()
        .find_map(|(text, from)| {
            let name = package_name(&text)?;
            // What is the system's own becomes an app of that name.
            [name.clone(), format!("{name}-app")]
                .into_iter()
                .find(|name| is_accepted(name))
                .map(|name| (name, from))
        })
        .unwrap_or_else(|| ("python-app".to_owned(), "nothing says its name".to_owned()))
}

fn is_plain(name: &str) -> bool {
    PLAIN.contains(&name.to_lowercase().as_str())
}

/// Returns whether a recipe with a service may have this name, which is that of its user as well.
fn is_accepted(name: &str) -> bool {
    let text = format!(
        "[package]\nname = \"{name}\"\nversion = \"1\"\nmaintainer = \"{NOBODY}\"\nsummary = \"x\"\n[service.web]\ncommand = \"/bin/true\"\n"
    );
    Recipe::parse(&text, "", Path::new("/")).is_ok()
}

fn decide_version(app: &App<'_>, identity: &mut Identity) {
    let own = app.metadata.version.as_deref();
    let file = match app.metadata.version_file.as_str() {
        "" => app.metadata.file.clone(),
        file => file.to_owned(),
    };
    let checkout = app.folder.git.checkout.as_ref();
    let tag = checkout.and_then(|checkout| checkout.tag.as_deref());
    let candidates = [
        own.map(|text| (text, file.clone())),
        tag.map(|text| (text, format!("the tag {text}"))),
    ];
    let found = candidates
        .into_iter()
        .flatten()
        .find_map(|(text, from)| Some((metadata::version(text)?, from)));
    let has_own = own.and_then(metadata::version).is_some();
    let fits = |tag: &str| TagPattern::default().version_of(tag).is_some();
    identity.is_version_of_git = !has_own && tag.is_some_and(fits);
    (identity.version, identity.version_from) = found.unwrap_or_else(|| {
        let because = match own.or(tag) {
            Some(text) => format!("`{}` is no version of a Python project", one_line(text)),
            None => "neither the project nor a tag tells a version".to_owned(),
        };
        identity.todos.push(format!("{because}: set `version`"));
        (FIRST_VERSION.to_owned(), "made up".to_owned())
    });
}

fn decide_maintainer(app: &App<'_>, identity: &mut Identity) {
    let of_git = app.folder.git.author.as_ref().map(|(name, address)| {
        (
            metadata::maintainer(name, address),
            "git's user.name and user.email".to_owned(),
        )
    });
    let of_project = app.metadata.people.iter().map(|person| {
        let (name, address) = person.split_once('<').unwrap_or((person, ""));
        (
            metadata::maintainer(name, address.trim_end().trim_end_matches('>')),
            app.metadata.file.clone(),
        )
    });
    let found = of_git
        .into_iter()
        .chain(of_project)
        .find_map(|(who, from)| Some((who?, from)));
    (identity.maintainer, identity.maintainer_from) = found.unwrap_or_else(|| {
        identity.todos.push(
            "nobody was found who could be the maintainer: set `maintainer` to your name and address".to_owned(),
        );
        (NOBODY.to_owned(), "made up".to_owned())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::app::recognise;
    use crate::init::folder::Folder;
    use crate::init::folder::testing::folder;
    use crate::source::Checkout;

    fn decided(folder: &Folder) -> Identity {
        decide(&recognise(folder))
    }

    #[test]
    fn a_name_is_looked_for_until_one_fits() {
        let settings = (
            "manage.py",
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        );
        for (name, files, expected) in [
            ("Demo_App", vec![], "demo-app"),
            ("backend", vec![settings], "shop"),
            ("backend", vec![], "backend"),
            ("ssh", vec![], "ssh-app"),
            ("root", vec![], "root-app"),
            ("日本", vec![], "python-app"),
            (
                "x",
                vec![("setup.py", "setup(name='The.Thing')")],
                "the-thing",
            ),
        ] {
            assert_eq!(decided(&folder(name, &files)).name, expected, "{name}");
        }
    }

    #[test]
    fn git_tells_the_version_the_maintainer_and_the_page_that_the_project_does_not() {
        let mut found = folder("demo", &[]);
        found.git.author = Some(("Ada".into(), "ada@example.org".into()));
        found.git.checkout = Some(Checkout {
            tag: Some("v2.1".into()),
            remote: Some("https://example.org/ada/demo.git".into()),
            ..Checkout::default()
        });
        let identity = decided(&found);
        assert_eq!(
            (identity.version.as_str(), identity.version_from.as_str()),
            ("2.1", "the tag v2.1")
        );
        assert!(identity.is_version_of_git);
        assert_eq!(identity.maintainer, "Ada <ada@example.org>");
        assert_eq!(
            identity.homepage.as_deref(),
            Some("https://example.org/ada/demo")
        );
        assert_eq!(
            identity.todos,
            ["no description was found: say in `summary` what the package is"]
        );
    }

    #[test]
    fn what_nobody_knows_is_made_up_and_said() {
        let identity = decided(&folder("demo", &[("setup.py", "setup(version='banana')")]));
        assert_eq!(identity.version, "0.1");
        assert_eq!(identity.maintainer, NOBODY);
        assert_eq!(
            identity.todos,
            [
                "`banana` is no version of a Python project: set `version`",
                "nobody was found who could be the maintainer: set `maintainer` to your name and address",
                "no description was found: say in `summary` what the package is",
            ]
        );
    }

    #[test]
    fn a_source_below_opt_gets_another_prefix() {
        let mut found = folder("demo", &[]);
        found.path = "/opt/demo".into();
        assert_eq!(decided(&found).prefix.as_deref(), Some("/usr/lib/demo"));
    }
}
