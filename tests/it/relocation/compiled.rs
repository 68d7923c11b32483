//! Compiled modules, and compiled programs and libraries.

use super::tree::{PREFIX, SITE, Tree, bytes, text};
use crate::context::{TestContext, succeed};
use deb_build_app::venv::relocate::bytecode;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

/// A package of compiled wheels: libraries that were changed after they were linked, and libraries under names with a hash.
static COMPILED: LazyLock<PathBuf> = LazyLock::new(|| {
    let context = TestContext::new();
    let recipe = context.write(
        "recipe.toml",
        "[package]\nname = \"compiled\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"libraries of wheels\"\n\
         [venv]\npackages = [\"numpy==2.2.6\", \"psycopg2-binary==2.9.10\"]\nprune = [\"pip\", \"activate\", \"tests\", \"stubs\"]\n\
         [venv.verify]\nimports = [\"numpy\", \"numpy.linalg\", \"psycopg2\"]\n",
    );
    let built = context.build(&recipe);
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
});

#[test]
fn test_10_22_three_modes_of_bytecode_in_and_one_out() {
    let module = format!("{SITE}/m.py");
    for mode in ["timestamp", "checked-hash", "unchecked-hash"] {
        let tree = Tree::by_hand();
        tree.write(&module, "x = 1\n")
            .write(&format!("{SITE}/old.py"), "print 'python 2'\n")
            .write(
                &format!("{SITE}/__pycache__/m.cpython-312.pyc"),
                "another version",
            )
            .write(&format!("{SITE}/alone.py"), "y = 2\n");
        for options in [&["-O"][..], &[]] {
            let compiled = Command::new("/usr/bin/python3.11")
                .args(options)
                .args(["-m", "compileall", "-q", "--invalidation-mode", mode])
                .arg(tree.venv().join("lib"))
                .output()
                .unwrap();
            assert_eq!(compiled.status.code(), Some(1), "`old.py` does not compile");
        }
        // A module without its source stands where the source would, and must stay.
        let site = tree.venv().join(SITE);
        std::fs::rename(
            site.join("__pycache__/alone.cpython-311.pyc"),
            site.join("alone.pyc"),
        )
        .unwrap();
        std::fs::remove_file(site.join("alone.py")).unwrap();
        let files = [
            &module,
            &format!("{SITE}/old.py"),
            &format!("{SITE}/alone.pyc"),
        ];
        tree.distribution("x", &files.map(String::as_str)).compile();
        let read = tree.read();
        let record = text(&read, &format!("{SITE}/x-1.0.dist-info/RECORD"));
        let compiled: Vec<_> = record.lines().filter(|row| row.contains(".pyc")).collect();
        assert_eq!(compiled.len(), 2, "{mode}: {record}");
        assert!(
            compiled[0].starts_with("__pycache__/m.cpython-311.pyc,"),
            "{record}"
        );
        assert!(compiled[1].starts_with("alone.pyc,sha256="), "{record}");
        let made = bytes(&read, &format!("{SITE}/__pycache__/m.cpython-311.pyc")).unwrap();
        let source = format!("{PREFIX}/{SITE}/m.py");
        assert_eq!(bytecode::check(&made, source.as_bytes()), Ok(()), "{mode}");
        assert!(bytes(&read, &format!("{SITE}/alone.pyc")).is_some());
        assert_eq!(
            bytes(
                &tree.read_sources(),
                &format!("{SITE}/__pycache__/m.cpython-311.pyc")
            ),
            None
        );
        let ask = "import m, alone; print(m.__cached__, m.__spec__.origin, m.x.__class__.__name__)";
        assert_eq!(
            tree.output(&read, &[&format!("{PREFIX}/bin/python"), "-c", ask]),
            format!("{PREFIX}/{SITE}/__pycache__/m.cpython-311.pyc {source} int\n")
        );
    }
}

#[test]
fn test_10_23_a_name_in_bytecode_longer_than_255_bytes() {
    let deep = "deep".repeat(20);
    let module = format!("{SITE}/{deep}/{deep}/{deep}/{deep}/m.py");
    let tree = Tree::by_hand();
    tree.write(&module, "def f(): raise KeyError\n")
        .distribution("x", &[&module])
        .compile();
    let read = tree.read();
    let compiled = module.replace("/m.py", "/__pycache__/m.cpython-311.pyc");
    let source = format!("{PREFIX}/{module}");
    assert!(source.len() > 255);
    let found = bytes(&read, &compiled).unwrap();
    assert_eq!(bytecode::check(&found, source.as_bytes()), Ok(()));
    let ask = "import marshal, sys; print(marshal.loads(open(sys.argv[1], 'rb').read()[16:]).co_filename)";
    let python = format!("{PREFIX}/bin/python");
    assert_eq!(
        tree.output(
            &read,
            &[&python, "-c", ask, &format!("{PREFIX}/{compiled}")]
        ),
        format!("{source}\n")
    );
}

#[test]
fn test_10_24_libraries_that_were_changed_after_they_were_linked_are_not_touched() {
    // The build has imported numpy at its final path; each library is the wheel's, byte for byte.
    let check = "set -eu; folder=$(mktemp -d); dpkg-deb -x \"$0\" \"$folder\"; cd \"$folder\"/opt/compiled/lib/python3.11/site-packages; \
        python3 - <<'EOF'\nimport base64, csv, glob, hashlib\nfor record in glob.glob('*.dist-info/RECORD'):\n    \
        for path, hash, size in csv.reader(open(record)):\n        if '.so' in path:\n            \
        digest = base64.urlsafe_b64encode(hashlib.sha256(open(path, 'rb').read()).digest()).rstrip(b'=').decode()\n            \
        assert hash == 'sha256=' + digest, path\nprint('true')\nEOF\nrm -r \"$folder\"";
    assert_eq!(
        succeed(Command::new("sh").args(["-c", check]).arg(&*COMPILED)),
        "true\n"
    );
}

#[test]
fn test_10_25_bundled_libraries_know_themselves() {
    let depends = succeed(
        Command::new("dpkg-deb")
            .arg("-f")
            .arg(&*COMPILED)
            .arg("Depends"),
    );
    assert!(depends.contains("libc6 (>= "), "{depends}");
    assert!(
        !depends.contains("libpq5") && !depends.contains("openblas"),
        "{depends}"
    );
}

/// Compiles a module with `-g` behind the flags of the environment, as one file of uWSGI is, and puts it into a wheel.
const BACKEND: &str = r#"
import os, shlex, subprocess, zipfile
def build_wheel(out, config_settings=None, metadata_directory=None):
    words = ["gcc", *shlex.split(os.environ["CFLAGS"]), "-g", "-shared", "-fPIC", "-o", "flagged.so", os.path.abspath("flagged.c")]
    subprocess.run([*words, *shlex.split(os.environ["LDFLAGS"])], check=True)
    name = "flagged-1.0-py3-none-any.whl"
    info = "flagged-1.0.dist-info"
    with zipfile.ZipFile(os.path.join(out, name), "w") as wheel:
        wheel.write("flagged.so")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: flagged\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"flagged.so,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return name
"#;

#[test]
fn debug_information_that_a_project_asks_for_is_left_out_with_the_paths_in_it() {
    let context = TestContext::new();
    context.write("app/flagged.c", "int flagged(void) { return 1; }\n");
    context.write("app/backend.py", BACKEND);
    context.write(
        "app/pyproject.toml",
        "[project]\nname = \"flagged\"\nversion = \"1.0\"\n[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n",
    );
    context.commit("app");
    for installer in ["uv", "pip"] {
        let recipe = context.write(
            "recipe.toml",
            &format!(
                "[package]\nname = \"flagged\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"compiled with -g\"\n\
                 [source]\ngit = \"app\"\n[venv]\nproject = true\ninstaller = \"{installer}\"\n"
            ),
        );
        let built = context.build(&recipe);
        let tree = context.path(installer);
        succeed(Command::new("dpkg-deb").arg("-x").arg(&built).arg(&tree));
        let module = tree.join("opt/flagged/lib/python3.11/site-packages/flagged.so");
        let sections = succeed(Command::new("readelf").arg("-SW").arg(module));
        assert!(
            sections.contains(" .text ") && !sections.contains(" .debug_"),
            "{installer}: {sections}"
        );
    }
}
