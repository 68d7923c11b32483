//! What `django-admin startproject` makes: the package that is built of it without an edit, and a host that runs it.

use super::{booted, check, context, has, init, page};
use crate::context::succeed;
use std::process::Command;

/// The Django that makes the fresh project; it runs with Python 3.11.
const DJANGO: &str = "django==5.2.19";

#[test]
fn a_fresh_django_project_is_built_without_an_edit_and_shows_its_page() {
    let context = context();
    let mut venv = Command::new("python3");
    context.set_environment(&mut venv);
    succeed(venv.args(["-m", "venv"]).arg(context.path("venv")));
    let mut pip = Command::new(context.path("venv/bin/pip"));
    context.set_environment(&mut pip);
    succeed(pip.args(["install", "-q", "--disable-pip-version-check", DJANGO]));
    let mut admin = Command::new(context.path("venv/bin/django-admin"));
    context.set_environment(&mut admin);
    succeed(
        admin
            .args(["startproject", "mysite"])
            .current_dir(context.path("")),
    );
    context.commit("mysite");

    let (recipe, said) = init(&context, "mysite");
    check("mysite", &recipe);
    assert_eq!(
        said,
        "the recipe `mysite/deb-build-app.toml` is there; before you ship it:\n\
         - neither the project nor a tag tells a version: set `version`\n\
         - no description was found: say in `summary` what the package is\n\
         - there is no requirements file: name in `packages` whatever else the app imports\n\
         - DEBUG is True in mysite/settings.py:26: errors would be shown with parts of the code and the settings\n\
         - ALLOWED_HOSTS is empty in mysite/settings.py:28: without DEBUG every request is refused\n\
         - STATIC_ROOT is not set in mysite/settings.py: collectstatic would have nowhere to write\n"
    );
    let package = context.build(&recipe);
    let root = booted();
    root.install(&package).unwrap().succeeded().unwrap();
    let page = page(&root);
    assert!(
        page.contains("The install worked successfully! Congratulations!"),
        "{page}"
    );
    let environment = root
        .sh("tr '\\0' '\\n' </proc/$(systemctl show -P MainPID mysite-web)/environ | grep ^PYTHONPATH; readlink /proc/$(systemctl show -P MainPID mysite-web)/cwd")
        .unwrap();
    assert_eq!(
        environment,
        "PYTHONPATH=/opt/mysite/app:/etc/mysite\n/opt/mysite/app"
    );
    // The database is where the service can write, and has its tables; the key is this host's own.
    assert_eq!(
        root.sh("stat -c '%U %a' /var/lib/mysite; /opt/mysite/bin/python -c \"import sqlite3; print(sqlite3.connect('/var/lib/mysite/db.sqlite3').execute(\\\"select count(*) from sqlite_master where name='auth_user'\\\").fetchone())\"; find /opt/mysite /etc/mysite -mindepth 1 -newer /etc/mysite/secrets.env")
            .unwrap(),
        "mysite 750\n(1,)"
    );
    assert_eq!(
        root.sh("grep -c \"^SECRET_KEY='[A-Za-z0-9]\\{50\\}'\" /etc/mysite/secrets.env")
            .unwrap(),
        "1"
    );
    // The key of the code, which is in the package, is not the host's; nobody in the package is a user of the site.
    let manage = |code: &str| {
        let said = root
            .sh(&format!("mysite-manage shell -c '{code}'"))
            .unwrap();
        said.lines().last().unwrap_or_default().to_owned()
    };
    let key = manage("from django.conf import settings; print(settings.SECRET_KEY)");
    assert_eq!(
        root.sh("sed -n \"s/^SECRET_KEY='\\(.*\\)'/\\1/p\" /etc/mysite/secrets.env")
            .unwrap(),
        key
    );
    assert!(
        !root
            .read("/opt/mysite/app/mysite/settings.py")
            .unwrap()
            .contains(&key)
    );
    let users = "from django.contrib.auth.models import User; print(User.objects.count())";
    assert_eq!(manage(users), "0");
    root.sh("dpkg -P mysite").unwrap();
    assert!(!root.exists("/opt/mysite").unwrap());

    // Told where to, the build collects the static files into the app.
    let settings = context.path("mysite/mysite/settings.py");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text + "STATIC_ROOT = BASE_DIR / 'static'\n").unwrap();
    std::fs::remove_file(&recipe).unwrap();
    std::fs::remove_dir_all(context.path("mysite/.git")).unwrap();
    context.commit("mysite");
    let (recipe, _) = init(&context, "mysite");
    let text = std::fs::read_to_string(&recipe).unwrap();
    let line =
        "\nafter = [\"@prefix@/bin/python @prefix@/app/manage.py collectstatic --noinput\"]\n";
    assert!(text.contains(line), "{text}");
    let package = context.build(&recipe);
    assert!(has(&package, "/opt/mysite/app/static/admin/css/base.css"));
}
