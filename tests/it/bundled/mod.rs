//! Apps that bring their own Python: out of the distribution's packages, and out of a folder.

mod folder;

use crate::context::{TestContext, TinyApp, succeed};
use crate::lifecycle::NOT_THE_PACKAGES;
use crate::support::{described, every_override_fires, lintian};
use deb_build_app::target::Root;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

/// A site that counts its visits in a database, and says which Python serves it.
const SITE: &str = r#"import os, sqlite3, ssl, sys, zoneinfo
from flask import Flask, jsonify

app = Flask(__name__)

@app.get("/")
def visits():
    with sqlite3.connect(os.environ["NOTES_DATABASE"]) as database:
        database.execute("create table if not exists visits (agent text)")
        database.execute("insert into visits values ('someone')")
        count = database.execute("select count(*) from visits").fetchone()[0]
    return jsonify(count=count, executable=sys.executable, base=sys.base_prefix, tls=ssl.OPENSSL_VERSION[:8],
        zones=zoneinfo.TZPATH[0])
"#;

/// The site's recipe: gunicorn speaks TLS itself, with a certificate that the administrator puts there.
const RECIPE: &str = r#"
[source]
git = "app"

[venv]
interpreter = "bundled"
packages = ["flask==3.1.3", "gunicorn==27.0.1"]
[venv.verify]
imports = ["notes", "ctypes", "curses", "lzma", "uuid", "zoneinfo"]

[user]
name = "notes"

[directories]
"/var/lib/notes" = { mode = "0750" }

[env]
NOTES_DATABASE = "/var/lib/notes/notes.db"

[service.notes]
command = "@prefix@/bin/gunicorn --bind 127.0.0.1:8443 --certfile /etc/ssl/notes.crt --keyfile /etc/ssl/notes.key notes:app"

[output]
compression = "zstd:1"
"#;

static NOTES: LazyLock<PathBuf> = LazyLock::new(|| build_notes("1.0"));
static NOTES_NEXT: LazyLock<PathBuf> = LazyLock::new(|| build_notes("1.1"));

fn build_notes(version: &str) -> PathBuf {
    let context = TestContext::new();
    TinyApp {
        name: "notes",
        module: "notes.py",
        text: &format!("'''{SITE}'''"),
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    let recipe = context.write(
        "notes.toml",
        &(described("notes", version, "counts visits with a Python of its own") + RECIPE),
    );
    let built = context.build(&recipe);
    let kept = crate::context::kept().join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
}

/// A host on which no Python is left, and the certificate of its administrator.
fn host_without_python() -> Root {
    let root = Root::new("bookworm").unwrap();
    root.sh("dpkg --purge $(dpkg-query -W -f '${Package}\\n' '*python3*') >/dev/null 2>&1")
        .unwrap();
    let left = "find / -xdev \\( -name 'python*' -o -name 'libpython*' \\) ! -type d ! -path '/proc/*' ! -path '/usr/share/*' \
                ! -path '/var/lib/systemd/*'";
    assert_eq!(root.sh(left).unwrap(), "", "a Python is left on the host");
    let folder = tempfile::tempdir().unwrap();
    let certificate = folder.path().join("notes.crt");
    let key = folder.path().join("notes.key");
    succeed(
        Command::new("openssl")
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
            ])
            .args([
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
            ])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate),
    );
    root.put(&certificate, "/etc/ssl/notes.crt").unwrap();
    root.put(&key, "/etc/ssl/notes.key").unwrap();
    root.sh("chmod 0644 /etc/ssl/notes.key").unwrap();
    root
}

/// Visits the site, which has to have a certificate that fits, when it answers.
const VISIT: &str = "curl -fsS --retry 60 --retry-delay 1 --retry-all-errors --cacert /etc/ssl/notes.crt https://127.0.0.1:8443/";

fn answer(count: usize) -> String {
    format!(
        "{{\"base\":\"/opt/notes/python\",\"count\":{count},\"executable\":\"/opt/notes/bin/python\",\"tls\":\"OpenSSL \",\"zones\":\"/usr/share/zoneinfo\"}}"
    )
}

#[test]
fn flask_serves_tls_and_sqlite_on_a_host_that_has_no_python() {
    let root = host_without_python().boot().unwrap();
    let before = root.snapshot().unwrap();
    root.install(&NOTES).unwrap().succeeded().unwrap();
    assert_eq!(root.sh(VISIT).unwrap(), answer(1));
    assert_eq!(
        root.sh("systemctl is-active notes; ps -o user= -C gunicorn | sort -u")
            .unwrap(),
        "active\nnotes"
    );

    // An upgrade keeps the database, and the new Python serves it.
    root.install(&NOTES_NEXT).unwrap().succeeded().unwrap();
    assert_eq!(root.sh(VISIT).unwrap(), answer(2));
    let verified = root.run(&["dpkg", "--verify", "notes"]).unwrap();
    assert_eq!(
        (verified.status, verified.stdout.as_str()),
        (0, ""),
        "nothing was written below the prefix"
    );

    root.sh("dpkg -r notes").unwrap();
    assert!(!root.exists("/opt/notes").unwrap());
    assert!(root.exists("/var/lib/notes/notes.db").unwrap());
    root.sh("dpkg -P notes").unwrap();
    assert_eq!(
        before.difference(&root.snapshot().unwrap(), NOT_THE_PACKAGES),
        Vec::<String>::new()
    );
}

#[test]
fn it_serves_where_proc_is_not_mounted() {
    let root = host_without_python();
    root.install(&NOTES).unwrap().succeeded().unwrap();
    let script = format!(
        "umount -l /proc
         test ! -e /proc/self
         export NOTES_DATABASE=/tmp/notes.db
         /opt/notes/bin/gunicorn --bind 127.0.0.1:8443 --certfile /etc/ssl/notes.crt --keyfile /etc/ssl/notes.key notes:app 2>/dev/null &
         {VISIT}
         kill $!
         wait"
    );
    root.sh("ip link set lo up").unwrap();
    let said = root
        .run(&[
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-uc",
            &script,
        ])
        .unwrap();
    assert_eq!(said.stdout.trim_end(), answer(1), "{}", said.stderr);
    // Everything that Python knows of itself is below the prefix.
    let places = root
        .sh("env -i /opt/notes/bin/python -c '
import os, ssl, sys, sysconfig
known = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.executable, sys._base_executable, os.__file__, *sys.path[1:]]
known += sysconfig.get_paths().values()
known += [sysconfig.get_config_var(it) for it in (\"prefix\", \"BINDIR\", \"LIBDIR\", \"LIBDEST\", \"INCLUDEPY\", \"installed_base\")]
print([it for it in known if not (it + \"/\").startswith(\"/opt/notes/\")], os.path.exists(sys._base_executable))'")
        .unwrap();
    assert_eq!(places, "[] True");
}

#[test]
fn the_package_depends_on_libraries_and_on_no_python() {
    let field = |name: &str| {
        let said = succeed(Command::new("dpkg-deb").arg("-f").arg(&*NOTES).arg(name));
        said.trim_end().to_owned()
    };
    let depends = field("Depends");
    assert!(!depends.contains("python"), "{depends}");
    for library in [
        "libssl3",
        "libsqlite3-0",
        "libffi8",
        "libexpat1",
        "zlib1g",
        "media-types",
    ] {
        let mut names = depends.split([',', '|']).map(str::trim);
        let is_it = |text: &str| text == library || text.starts_with(&format!("{library} ("));
        assert!(names.any(is_it), "{library} is not in {depends}");
    }
    let machine = succeed(Command::new("dpkg").arg("--print-architecture"));
    assert_eq!(field("Architecture"), machine.trim_end());

    // Each package that it was taken out of is named with its hash, and brings its own words on copyright.
    let context = TestContext::new();
    let root = context.path("root");
    succeed(Command::new("dpkg-deb").arg("-x").arg(&*NOTES).arg(&root));
    let copyright = std::fs::read_to_string(root.join("usr/share/doc/notes/copyright")).unwrap();
    for package in [
        "python3.11-minimal",
        "libpython3.11-minimal",
        "libpython3.11-stdlib",
    ] {
        assert!(
            copyright.contains(&format!(" from the Debian package {package} 3.11.")),
            "{copyright}"
        );
    }
    let own = root.join("opt/notes/python/share/doc/python3.11-minimal/copyright");
    assert!(
        std::fs::read_to_string(own)
            .unwrap()
            .contains("PYTHON SOFTWARE FOUNDATION LICENSE")
    );
    for absent in [
        "lib/python3.11/EXTERNALLY-MANAGED",
        "lib/python3.11/sitecustomize.py",
        "lib/python3.11/ensurepip",
        "bin/pdb3.11",
    ] {
        assert!(
            !root.join("opt/notes/python").join(absent).exists(),
            "{absent}"
        );
    }

    assert_eq!(lintian(&NOTES, &[]), "");
    let overrides =
        std::fs::read_to_string(root.join("usr/share/lintian/overrides/notes")).unwrap();
    every_override_fires(&NOTES, "notes", &overrides);
}

/// Writes the recipe of an app that needs nothing but Python.
fn tiny(context: &TestContext, venv: &str) -> PathBuf {
    TinyApp {
        name: "tiny",
        module: "tiny.py",
        text: "'answer = 42\\n'",
        metadata: "",
        before: "pass",
    }
    .commit(context);
    context.write(
        "tiny.toml",
        &format!(
            "{}[source]\ngit = \"app\"\n[venv]\ninterpreter = \"bundled\"\nbytecode = false\n{venv}\n\
             [output]\ncompression = \"none\"\n",
            described("tiny", "1.0", "thing of its own")
        ),
    )
}

#[test]
fn what_was_fetched_once_is_enough_where_there_is_no_network() {
    // Another test may not have built yet.
    let _ = &*NOTES;
    let context = TestContext::new();
    let recipe = tiny(&context, "[venv.verify]\nimports = [\"tiny\", \"ssl\"]");
    let plan = context.said(&["plan", "--json", recipe.to_str().unwrap()]);
    let plan: serde_json::Value = serde_json::from_str(&plan.1).unwrap();
    let plan = &plan["packages"][0];
    let parts = plan["own_python"]["packages"].as_array().unwrap();
    let names: Vec<_> = parts
        .iter()
        .map(|it| it["package"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "python3.11-minimal",
            "libpython3.11-minimal",
            "libpython3.11-stdlib"
        ]
    );
    assert!(parts.iter().all(|it| it["fetched"] == false), "{parts:#?}");
    let commands = plan["commands"].as_array().unwrap();
    assert!(
        commands.iter().all(|it| it["stage"] != "python"),
        "nothing is fetched and nothing is compiled: {commands:#?}"
    );

    let mut command = Command::new("unshare");
    command
        .args(["--net", "--"])
        .arg(crate::context::tool())
        .args(["build", "--json", "--output", "out"])
        .arg(&recipe)
        .current_dir(context.path(""));
    context.set_environment(&mut command);
    let built: serde_json::Value = serde_json::from_str(&succeed(&mut command)).unwrap();
    let built = &built["packages"][0];
    for (built, planned) in built["own_python"]["packages"]
        .as_array()
        .unwrap()
        .iter()
        .zip(parts)
    {
        for key in ["package", "version", "sha256"] {
            assert_eq!(built[key], planned[key]);
        }
        assert_eq!(built["source"], "python3.11");
        // dpkg knows the file by the same hash.
        let kept = context.cache().join("debian");
        let name = format!("{}_", built["package"].as_str().unwrap());
        let version = built["version"].as_str().unwrap();
        let file = std::fs::read_dir(kept)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| {
                let file = path.file_name().unwrap().to_str().unwrap();
                file.starts_with(&format!("{name}{version}_"))
            })
            .unwrap();
        let sum = succeed(Command::new("sha256sum").arg(file));
        assert_eq!(sum.split(' ').next(), built["sha256"].as_str());
    }
    let said = context.said(&["doctor", recipe.to_str().unwrap()]);
    assert!(
        said.1
            .contains("is in the cache, for apps that bring their own"),
        "{}",
        said.1
    );
}

#[test]
fn a_package_with_a_python_is_for_one_architecture() {
    let context = TestContext::new();
    let recipe = tiny(&context, "[target]\narchitecture = \"all\"");
    let (code, _, said) = context.said(&["plan", recipe.to_str().unwrap()]);
    assert_eq!(
        (code, said.as_str()),
        (
            Some(3),
            "error: the recipe is for `all`, and the Python that the package brings is machine code\n\n\
             hint: leave `architecture` in `[target]` out, or `interpreter` in `[venv]`\n"
        )
    );
}
