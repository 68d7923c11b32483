//! Small locks of each kind, and what is asked of them.

use super::*;

const HASH: &str = "00000000000000000000000000000000000000000000000000000000000000aa";

fn target() -> Target {
    Target {
        minor: 11,
        machine: "x86_64".to_owned(),
        glibc: 36,
    }
}

/// Returns what is told the installers, or what is said.
fn selected(kind: Kind, text: &str, pyproject: &str, extras: &[&str]) -> Result<Selection, String> {
    let text = text.replace("HASH", &format!("sha256:{HASH}"));
    let extras = extras.iter().map(|it| (*it).to_owned()).collect();
    let question = Question {
        kind,
        name: "a.lock",
        text: &text,
        pyproject: Some(pyproject),
        extras: &extras,
        python: "3.11.2",
        environment: Environment::new("3.11", "3.11.2", "x86_64"),
    };
    let address = |path: &str| format!("file:///w/source/{path}");
    read(&question)
        .and_then(|locked| select("a.lock", &locked, &target(), &address))
        .map_err(|failure| crate::failure::render(&failure.into()))
}

/// Returns all lines, shortened where the hash is.
fn lines(selection: &Selection) -> Vec<String> {
    let unhashed = selection.unhashed.iter().map(|it| &it.requirement);
    let all = selection
        .wheels
        .iter()
        .chain(&selection.sdists)
        .chain(unhashed);
    all.map(|line| line.replace(&format!(" --hash=sha256:{HASH}"), " #"))
        .collect()
}

const UV: &str = r#"
version = 1
requires-python = ">=3.10"
[[package]]
name = "demo"
version = "1.0"
source = { editable = "." }
dependencies = [
    { name = "flask" }, { name = "winonly", marker = "sys_platform == 'win32'" },
    { name = "both", version = "1.0", source = { registry = "https://i.example/s" }, marker = "python_full_version < '3.11'" },
    { name = "both", version = "2.0", source = { registry = "https://i.example/s" }, marker = "python_full_version >= '3.11'" },
]
[package.optional-dependencies]
web = [{ name = "uvicorn", extra = ["standard"] }]
[[package]]
name = "flask"
version = "3.0"
source = { registry = "https://i.example/s" }
sdist = { url = "https://f.example/flask-3.0.tar.gz", hash = "HASH" }
wheels = [{ url = "https://f.example/flask-3.0-py3-none-any.whl", hash = "HASH" }]
[[package]]
name = "winonly"
version = "1"
source = { registry = "https://i.example/s" }
[[package]]
name = "both"
version = "1.0"
source = { registry = "https://i.example/s" }
[[package]]
name = "both"
version = "2.0"
source = { registry = "https://i.example/s" }
sdist = { url = "https://f.example/both-2.0.tar.gz", hash = "HASH" }
[[package]]
name = "uvicorn"
version = "0.30"
source = { git = "https://g.example/u.git?rev=main&subdirectory=a#0123456789012345678901234567890123456789" }
[package.optional-dependencies]
standard = [{ name = "member" }, { name = "loop" }]
[[package]]
name = "member"
version = "1.0"
source = { editable = "packages/member" }
[[package]]
name = "loop"
version = "1.0"
source = { url = "https://f.example/loop-1.0.tar.gz" }
sdist = { hash = "HASH" }
"#;

#[test]
fn uvs_lock_is_walked_from_the_project_for_the_target() {
    let plain = selected(Kind::Uv, UV, "", &[]).unwrap_or_default();
    assert_eq!(lines(&plain), ["flask==3.0 #", "both==2.0 #"]);
    assert_eq!(plain.built, [("both".to_owned(), SourceKind::Sdist)]);
    let web = selected(Kind::Uv, UV, "", &["Web"]).unwrap_or_default();
    assert_eq!(
        lines(&web),
        [
            "flask==3.0 #",
            "both==2.0 #",
            "loop @ https://f.example/loop-1.0.tar.gz #",
            "member @ file:///w/source/packages/member",
            "uvicorn @ git+https://g.example/u.git@0123456789012345678901234567890123456789#subdirectory=a",
        ]
    );
    assert_eq!(
        web.indexes,
        BTreeSet::from(["https://i.example/s".to_owned()])
    );
}

/// As uv 0.13 writes a workspace whose members exclude each other (`conflicts` of `[tool.uv]`).
const MEMBERS: &str = r#"
version = 1
[manifest]
members = ["a", "b"]
[[package]]
name = "idna"
version = "3.7"
source = { registry = "https://i.example/s" }
wheels = [{ url = "https://f.example/idna-3.7-py3-none-any.whl", hash = "HASH" }]
[[package]]
name = "idna"
version = "3.10"
source = { registry = "https://i.example/s" }
wheels = [{ url = "https://f.example/idna-3.10-py3-none-any.whl", hash = "HASH" }]
[[package]]
name = "a"
version = "1"
source = { editable = "a" }
dependencies = [{ name = "idna", version = "3.7", source = { registry = "https://i.example/s" }, marker = "extra == 'project-1-a'" }]
[[package]]
name = "b"
version = "1"
source = { editable = "b" }
dependencies = [{ name = "idna", version = "3.10", source = { registry = "https://i.example/s" }, marker = "extra == 'project-1-b'" }]
"#;

#[test]
fn what_members_that_exclude_each_other_need_is_never_left_out() {
    let both = selected(Kind::Uv, MEMBERS, "", &[]);
    assert!(
        both.as_ref().is_err_and(|said| said
            .starts_with("error: `a.lock` names `idna` twice for this target: 3.7 and 3.10\n")),
        "{both:?}"
    );
    let one = MEMBERS.replace("editable = \"a\"", "editable = \".\"");
    let one = selected(Kind::Uv, &one, "", &[]).unwrap_or_default();
    assert_eq!(lines(&one), ["idna==3.7 #"]);
}

const PYLOCK: &str = r#"
lock-version = "1.0"
created-by = "a test"
requires-python = ">=3.10"
extras = ["web"]
[[packages]]
name = "a"
version = "1"
index = "https://i.example/s"
wheels = [
    { name = "a-1-py3-none-any.whl", url = "https://f.example/1", hashes = { sha256 = "DIGITS" } },
    { name = "a-1-cp311-cp311-manylinux_2_17_x86_64.whl", url = "https://f.example/2", hashes = { sha256 = "DIGITS" } },
]
[[packages]]
name = "b"
version = "1"
marker = "'web' in extras"
sdist = { url = "https://f.example/b-1.tar.gz", hashes = { sha256 = "DIGITS" } }
[[packages]]
name = "c"
marker = "python_version < '3'"
vcs = { type = "hg", url = "https://h.example", commit-id = "1" }
[[packages]]
name = "d"
archive = { path = "wheels/d-1-py3-none-any.whl", hashes = { sha256 = "DIGITS" } }
[[packages]]
name = "e"
version = "1"
wheels = [
    { name = "e-1-py3-none-any.whl", path = "./wheels/e-1-py3-none-any.whl", hashes = { sha256 = "DIGITS" } },
    { name = "e-1-cp311-cp311-win_amd64.whl", path = "/wheelhouse/e-1-cp311-cp311-win_amd64.whl", hashes = { sha256 = "DIGITS" } },
]
[[packages]]
name = "f"
version = "1"
wheels = [{ path = "../wheelhouse/f-1-py3-none-any.whl", hashes = { sha256 = "DIGITS" } }]
[[packages]]
name = "g"
version = "1"
sdist = { path = "/wheelhouse/g-1.tar.gz", hashes = { sha256 = "DIGITS" } }
[[packages]]
name = "demo"
directory = { path = "." }
"#;

#[test]
fn pylock_is_filtered_by_markers_extras_and_tags() {
    let lock = PYLOCK.replace("DIGITS", HASH);
    let read = |extras: &[&str]| selected(Kind::Pylock, &lock, "", extras).unwrap_or_default();
    let wheel = "d @ file:///w/source/wheels/d-1-py3-none-any.whl #";
    let vendored = "e @ file:///w/source/wheels/e-1-py3-none-any.whl #";
    // What is elsewhere on the machine that locked is asked from the folders and indexes of this one.
    let (there, also) = ("f==1 #", "g==1 #");
    assert_eq!(lines(&read(&[])), ["a==1 #", wheel, vendored, there, also]);
    assert_eq!(
        lines(&read(&["web"])),
        ["a==1 #", wheel, vendored, there, "b==1 #", also]
    );
}

const POETRY: &str = r#"
[[package]]
name = "Flask"
version = "3.0"
optional = false
python-versions = ">=3.8"
GROUPS
files = [{file = "flask-3.0-py3-none-any.whl", hash = "HASH"}, {file = "flask-3.0.tar.gz", hash = "HASH"}]
[package.dependencies]
click = ">=8.0"
tomli = {version = "*", markers = "python_version < \"3.11\""}
async = {version = "*", optional = true, markers = "extra == \"async\""}
[[package]]
name = "click"
version = "7.0"
optional = false
python-versions = "*"
OLD
files = [{file = "click-7.0-py3-none-any.whl", hash = "HASH"}]
[[package]]
name = "click"
version = "8.1"
optional = false
python-versions = "*"
GROUPS
files = [{file = "click-8.1-py3-none-any.whl", hash = "HASH"}]
[[package]]
name = "gunicorn"
version = "23.0"
optional = true
python-versions = "*"
EXTRA
files = [{file = "gunicorn-23.0-py3-none-any.whl", hash = "HASH"}]
[package.source]
type = "legacy"
url = "https://i.example/s"
reference = "mine"
[[package]]
name = "pytest"
version = "8.0"
optional = false
python-versions = "*"
DEV
files = []
[extras]
web = ["gunicorn"]
[metadata]
lock-version = "VERSION"
python-versions = "^3.10"
content-hash = "00"
"#;

#[test]
fn poetrys_lock_is_read_in_both_versions() {
    let newer = POETRY
        .replace("VERSION", "2.1")
        .replace("GROUPS", "groups = [\"main\", \"dev\"]\nmarkers = {main = \"python_version > '3'\", dev = \"python_version < '3'\"}")
        .replace("OLD", "groups = [\"main\"]\nmarkers = \"python_version < '3'\"")
        .replace("EXTRA", "groups = [\"main\"]\nmarkers = \"extra == 'web'\"")
        .replace("DEV", "groups = [\"dev\"]");
    let older = POETRY.replace("VERSION", "2.0");
    let older = ["GROUPS", "OLD", "EXTRA", "DEV"]
        .iter()
        .fold(older, |text, word| {
            text.replace(&format!("\n{word}\n"), "\n")
        });
    let pyproject = "[tool.poetry.dependencies]\npython = \"^3.10\"\nflask = \"^3.0\"\n\
        gunicorn = {version = \"^23\", optional = true}\n\
        [[tool.poetry.dependencies.winonly]]\nversion = \"1\"\nplatform = \"win32\"\n";
    for (text, pyproject) in [(newer.as_str(), ""), (older.as_str(), pyproject)] {
        let read = |extras: &[&str]| selected(Kind::Poetry, text, pyproject, extras);
        assert_eq!(
            read(&[]).map(|it| lines(&it)),
            Ok(vec!["click==8.1 #".to_owned(), "flask==3.0 #".to_owned()])
        );
        assert_eq!(read(&["web"]).map(|it| it.wheels.len()), Ok(3));
    }
}

#[test]
fn locks_that_cannot_be_installed_say_why_and_what_to_do() {
    let uv = |from: &str, to: &str| {
        let said = selected(Kind::Uv, &UV.replacen(from, to, 1), "", &["web"]);
        said.err().unwrap_or_default()
    };
    for (from, to, expected) in [
        (
            "version = 1\n",
            "version = 2\n",
            "error: `a.lock` is of version 2, and 1 is known\n\nhint: export it with `uv export --format pylock.toml`, and name that in `lock`\n",
        ),
        (
            ">=3.10",
            ">=3.12",
            "error: `a.lock` is for Python `>=3.12`, and the package's Python is 3.11.2\n\nhint: lock for the Python of the target release, or build for a release that has one that fits\n",
        ),
        (
            "web = [",
            "other = [",
            "error: `a.lock` has no extra `web`\n\nhint: it has `other`; lock again when it is new\n",
        ),
        (
            "packages/member",
            "../member",
            "error: `a.lock` names `../member` for `member`, which is outside the source\n\n\
             hint: a clean machine has nothing there: depend on it by git, or move it into the repository\n",
        ),
        (
            "https://g.example",
            "https://me:pw@g.example",
            "error: `a.lock` has credentials in the address of `uvicorn`\n\n\
             hint: lock without them: the build takes them from netrc or from the environment\n",
        ),
        (
            "#0123456789012345678901234567890123456789",
            "#main",
            "error: `a.lock` takes `uvicorn` from a repository without the full id of a commit\n\nhint: lock again\n",
        ),
        (
            "sdist = { url = \"https://f.example/both-2.0.tar.gz\", hash = \"HASH\" }",
            "wheels = [{ url = \"https://f.example/both-2.0-cp39-cp39-win32.whl\", hash = \"HASH\" }]",
            "error: `a.lock` has no file of `both 2.0` that fits Python 3.11 on x86_64 with glibc 2.36\n  \
             | both-2.0-cp39-cp39-win32.whl\n\n\
             hint: lock for this platform too, or choose a version that has a source distribution or a wheel for it\n",
        ),
        (
            "sdist = { hash = \"HASH\" }",
            "sdist = { hash = \"md5:00\" }",
            "error: `a.lock` has no hash of `loop` that proves anything\n\nhint: lock again with a tool that writes SHA-256\n",
        ),
        (
            "\nversion = \"3.0\"",
            "\nversion = 3",
            "error: `a.lock` line 17 cannot be read: invalid type: integer `3`, expected a string\n\nhint: write it anew with `uv lock`\n",
        ),
        (
            "sys_platform == 'win32'",
            "moon == 'full'",
            "error: `a.lock` has a marker at `winonly` that makes no sense: there is no variable `moon`\n  \
             | moon == 'full'\n\nhint: write it anew with `uv lock`\n",
        ),
    ] {
        assert!(UV.contains(from), "{from}");
        assert_eq!(uv(from, to), expected, "{from} -> {to}");
    }
    let said = selected(Kind::Poetry, &POETRY.replace("VERSION", "1.1"), "", &[]);
    assert!(said.is_err_and(|said| said.contains("GROUPS") || said.contains("line")));
    let said = selected(
        Kind::Poetry,
        "[metadata]\nlock-version = \"1.1\"\n",
        "",
        &[],
    );
    assert_eq!(
        said,
        Err(
            "error: `a.lock` is of lock version 1.1, and 2.0 and 2.1 are known\n\n\
             hint: write it anew with `poetry lock`, of Poetry 1.5 or newer\n"
                .to_owned()
        )
    );
}

/// What `poetry export --extras web` names for Python 3.11 on Linux.
const EXPORTED: &[&str] = &[
    "anyio",
    "blinker",
    "click",
    "flask",
    "gunicorn",
    "h11",
    "httptools",
    "idna",
    "itsdangerous",
    "jinja2",
    "markupsafe",
    "packaging",
    "python-dotenv",
    "pyyaml",
    "typing-extensions",
    "uvicorn",
    "uvloop",
    "watchfiles",
    "websockets",
    "werkzeug",
];

#[test]
fn locks_that_poetry_wrote_name_what_poetry_exports() {
    let older = include_str!("../../fixtures/locks/poetry-2.0/poetry.lock");
    let project = include_str!("../../fixtures/locks/poetry-2.0/pyproject.toml");
    let newer = include_str!("../../fixtures/locks/poetry-2.1/poetry.lock");
    for (text, pyproject) in [(older, project), (newer, "")] {
        let selection = selected(Kind::Poetry, text, pyproject, &["web"]).unwrap_or_default();
        let mut names: Vec<_> = selection
            .wheels
            .iter()
            .filter_map(|line| line.split("==").next())
            .collect();
        names.sort_unstable();
        assert_eq!(names, EXPORTED);
        assert_eq!(selection.sdists, Vec::<String>::new());
        let with_sources = selected(Kind::Poetry, text, pyproject, &["db"]).unwrap_or_default();
        assert_eq!(
            with_sources.built,
            [("psycopg2".to_owned(), SourceKind::Sdist)]
        );
    }
}
