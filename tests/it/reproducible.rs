//! The same bytes from another place, user, time zone, locale, umask and cache.

use crate::context::{TestContext, demosite_recipe, repository, succeed, tool};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The user that owns nothing on this machine.
const NOBODY: &str = "65534";

fn sha256(package: &Path) -> String {
    succeed(Command::new("sha256sum").arg(package))
        .split(' ')
        .next()
        .unwrap()
        .to_owned()
}

/// Clones this repository into the test's folder: another path, and files that the other user owns.
fn clone(context: &TestContext, name: &str) -> PathBuf {
    let clone = context.path(name);
    succeed(
        Command::new("git")
            .args(["clone", "-q", "--no-hardlinks"])
            .arg(repository())
            .arg(&clone)
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "safe.directory")
            .env("GIT_CONFIG_VALUE_0", "*"),
    );
    clone
}

#[test]
fn another_path_user_umask_time_zone_cache_and_number_of_threads_give_the_same_bytes() {
    let first = TestContext::new();
    let one = first.build(&demosite_recipe(&first, &clone(&first, "one"), "0.1", "1"));

    let second = TestContext::new().with_only_uv();
    let recipe = demosite_recipe(
        &second,
        &clone(&second, "a longer path, with blanks"),
        "0.1",
        "1",
    );
    std::fs::copy(tool(), second.path("tool")).unwrap();
    succeed(
        Command::new("chown")
            .args(["-R", NOBODY])
            .arg(second.path("")),
    );
    let mut build = Command::new("setpriv");
    build
        .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--"])
        .args(["sh", "-c", "umask 077; exec \"$@\"", "sh"])
        .arg(second.path("tool"))
        .args(["build", "--output", "out"])
        .arg(recipe)
        .current_dir(second.path(""));
    second.set_environment(&mut build);
    build
        .env("TZ", "Pacific/Auckland")
        .env("DEB_BUILD_APP_JOBS", "7")
        .env("LANG", "de_DE.UTF-8");
    let two = PathBuf::from(succeed(&mut build).trim_end());

    assert_eq!(sha256(&one), sha256(&two));
    assert_eq!(one.file_name(), two.file_name());
}

#[test]
fn a_second_build_does_not_depend_on_what_the_first_one_left_in_the_cache() {
    let context = TestContext::new().with_empty_cache();
    let recipe = demosite_recipe(&context, &repository(), "0.1", "1");
    let fresh = sha256(&context.build(&recipe));
    let cached = sha256(&context.build(&recipe));
    assert_eq!(fresh, cached);
}

#[test]
fn source_date_epoch_clamps_every_time_downwards() {
    let context = TestContext::new();
    let recipe = demosite_recipe(&context, &repository(), "0.1", "1");
    let package = PathBuf::from(
        succeed(
            context
                .command(["build", "--output", "out"])
                .arg(&recipe)
                .env("SOURCE_DATE_EPOCH", "978307200"),
        )
        .trim_end(),
    );
    let times = succeed(Command::new("sh").args([
        "-c",
        "dpkg-deb --fsys-tarfile \"$0\" | TZ=UTC tar -tv --full-time -f - | awk '{print $4}' | sort -u | tail -1; \
         ar tv \"$0\" | awk '{print $7, $4, $5}' | sort -u",
        package.to_str().unwrap(),
    ]));
    assert_eq!(times, "2001-01-01\n2001 Jan 1\n");
}
