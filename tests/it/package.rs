//! The demo's package as foreign tools see it.

use crate::context::{DEMOSITE, TestContext, repository, succeed};
use crate::support::{every_override_fires, lintian};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

fn unpacked(context: &TestContext) -> std::path::PathBuf {
    let root = context.path("root");
    succeed(
        Command::new("dpkg-deb")
            .arg("-x")
            .arg(&*DEMOSITE)
            .arg(&root),
    );
    root
}

#[test]
fn dpkg_deb_shows_the_fields_of_the_recipe_and_what_was_found() {
    let field = |name: &str| {
        succeed(Command::new("dpkg-deb").arg("-f").arg(&*DEMOSITE).arg(name))
            .trim_end()
            .to_owned()
    };
    assert_eq!(field("Package"), "demosite");
    assert_eq!(field("Version"), "0.1-1");
    assert_eq!(field("Section"), "web");
    // MarkupSafe is compiled: its wheel needs a C library that every release has.
    assert_eq!(
        field("Depends"),
        "python3.11, python3:any, adduser, libc6 (>= 2.14)"
    );
    let architecture = succeed(Command::new("dpkg").arg("--print-architecture"));
    assert_eq!(field("Architecture"), architecture.trim_end());
}

#[test]
fn the_changelog_says_which_release_and_python_it_was_built_for() {
    let context = TestContext::new();
    let packed = unpacked(&context).join("usr/share/doc/demosite/changelog.Debian.gz");
    let text = succeed(Command::new("zcat").arg(packed));
    let file = context.write("changelog", &text);
    let field = |name: &str| {
        let mut parse = Command::new("dpkg-parsechangelog");
        succeed(parse.arg("-l").arg(&file).args(["-S", name]))
    };
    let python = succeed(Command::new("/usr/bin/python3.11").arg("--version"));
    assert_eq!(field("Distribution"), "bookworm\n");
    assert!(
        field("Changes").ends_with(&format!(
            "  * Built by deb-build-app for {}.\n",
            python.trim_end()
        )),
        "{text}"
    );
}

#[test]
fn every_file_has_the_hash_that_md5sums_says() {
    let context = TestContext::new();
    let root = unpacked(&context);
    let control = context.path("control");
    succeed(
        Command::new("dpkg-deb")
            .arg("-e")
            .arg(&*DEMOSITE)
            .arg(&control),
    );
    succeed(
        Command::new("md5sum")
            .args(["--quiet", "--strict", "-c"])
            .arg(control.join("md5sums"))
            .current_dir(&root),
    );
    let listed = std::fs::read_to_string(control.join("md5sums"))
        .unwrap()
        .lines()
        .count();
    let conffiles = std::fs::read_to_string(control.join("conffiles")).unwrap();
    assert_eq!(
        conffiles,
        "/etc/default/demosite\n/etc/demosite/config.cfg\n/etc/demosite/logging.ini\n"
    );
    let files = succeed(Command::new("find").arg(&root).args(["-type", "f"]))
        .lines()
        .count();
    assert_eq!(
        listed + conffiles.lines().count(),
        files,
        "every file is listed once"
    );
}

#[test]
fn lintian_finds_no_error_and_no_warning() {
    assert_eq!(lintian(&DEMOSITE, &[]), "");
}

#[test]
fn every_lintian_override_fires() {
    let context = TestContext::new();
    let text =
        std::fs::read_to_string(unpacked(&context).join("usr/share/lintian/overrides/demosite"))
            .unwrap();
    every_override_fires(&DEMOSITE, "demosite", &text);
}

#[test]
fn nothing_in_the_package_names_the_build_machine() {
    let context = TestContext::new();
    let recipe = crate::context::demosite_recipe(&context, &repository(), "0.1", "1");
    let package = context.build(&recipe);
    let root = context.path("unpacked");
    succeed(Command::new("dpkg-deb").arg("-R").arg(&package).arg(&root));
    let mut names: Vec<String> = vec![
        context
            .path("")
            .to_str()
            .unwrap()
            .trim_end_matches('/')
            .to_owned(),
        context.cache().to_str().unwrap().to_owned(),
        repository().to_str().unwrap().to_owned(),
        "/.cache/".to_owned(),
        "pip-build".to_owned(),
        "pip-install".to_owned(),
    ];
    names.push(std::env::temp_dir().join("").to_str().unwrap().to_owned());
    for name in names {
        let found = Command::new("grep")
            .args(["-rlaF", "--", &name, "."])
            .current_dir(&root)
            .output()
            .unwrap();
        let files = String::from_utf8_lossy(&found.stdout).into_owned();
        // The word stands in documentation strings of third parties, with a made-up file name behind it.
        let files: Vec<_> = files
            .lines()
            .filter(|file| !is_prose(&root.join(file), &name))
            .collect();
        assert_eq!(files, Vec::<&str>::new(), "`{name}` is named");
    }
    let links = succeed(
        Command::new("find")
            .arg(&root)
            .args(["-type", "l", "-printf", "%l\n"]),
    );
    let mut links: Vec<_> = links.lines().collect();
    links.sort_unstable();
    assert_eq!(links, ["/usr/bin/python3.11", "python", "python"]);
}

/// Returns whether a file names the folder for temporary files only in front of names that no builder made.
fn is_prose(file: &Path, name: &str) -> bool {
    name == "/tmp/" && {
        let bytes = std::fs::read(file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        text.match_indices(name).all(|(at, _)| {
            let rest: String = text[at + name.len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric())
                .collect();
            !Path::new(name).join(rest).exists()
        })
    }
}

#[test]
fn the_maintainer_scripts_are_posix_sh_without_a_finding() {
    let context = TestContext::new();
    let control = context.path("control");
    succeed(
        Command::new("dpkg-deb")
            .arg("-e")
            .arg(&*DEMOSITE)
            .arg(&control),
    );
    for script in ["postinst", "prerm", "postrm"] {
        succeed(
            Command::new("shellcheck")
                .args(["-s", "sh"])
                .arg(control.join(script)),
        );
        for shell in [&["dash", "-n"][..], &["bash", "--posix", "-n"]] {
            succeed(
                Command::new(shell[0])
                    .args(&shell[1..])
                    .arg(control.join(script)),
            );
        }
    }
}

/// Runs a script with the distribution's Python, on the unpacked package.
fn ask_python(script: &str, root: &Path) -> String {
    succeed(
        Command::new("/usr/bin/python3.11")
            .args(["-I", "-c", script])
            .arg(root),
    )
}

#[test]
fn bytecode_is_trusted_unchecked_and_names_its_final_path() {
    let context = TestContext::new();
    let root = unpacked(&context);
    let script = "
import marshal, pathlib, sys
root = pathlib.Path(sys.argv[1])
bad, count = [], 0
def names(code):
    yield code.co_filename
    for const in code.co_consts:
        if hasattr(const, 'co_filename'):
            yield from names(const)
for pyc in root.rglob('*.pyc'):
    data, count = pyc.read_bytes(), count + 1
    source = '/' + str(pyc.parent.parent.relative_to(root) / (pyc.name.split('.')[0] + '.py'))
    if data[4:8] != (1).to_bytes(4, 'little') or set(names(marshal.loads(data[16:]))) != {source}:
        bad.append(str(pyc))
print(count > 100, bad)
";
    let said = ask_python(script, &root);
    assert_eq!(said, "True []\n");
}

#[test]
fn every_record_lists_exactly_the_files_that_are_there() {
    let context = TestContext::new();
    let root = unpacked(&context);
    let script = "
import base64, csv, hashlib, pathlib, sys
site = pathlib.Path(sys.argv[1]) / 'opt/demosite/lib/python3.11/site-packages'
venv, owned, bad = site.parent.parent.parent, set(), []
for record in site.glob('*.dist-info/RECORD'):
    for path, digest, size in csv.reader(record.open(newline='')):
        file = (site / path).resolve()
        owned.add(file)
        data = file.read_bytes()
        if digest:
            want = 'sha256=' + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
            if want != digest or int(size) != len(data):
                bad.append(path)
files = {f.resolve() for f in venv.rglob('*') if f.is_file() and not f.is_symlink()}
print(bad, sorted(str(f.relative_to(venv)) for f in files ^ owned))
";
    let said = ask_python(script, &root);
    assert_eq!(said, "[] ['pyvenv.cfg']\n");
}

#[test]
fn layers_come_in_their_order_and_each_with_its_own_time() {
    let listing = succeed(Command::new("sh").args([
        "-c",
        "dpkg-deb --fsys-tarfile \"$0\" | TZ=UTC tar -tv --full-time -f -",
        DEMOSITE.to_str().unwrap(),
    ]));
    let mut order = String::new();
    let mut times = std::collections::BTreeMap::<String, std::collections::BTreeSet<String>>::new();
    for line in listing.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let (kind, time, path) = (
            &words[0][..1],
            format!("{} {}", words[3], words[4]),
            words[5],
        );
        let layer = match (kind, path) {
            ("d", _) => "skeleton",
            ("l", _) => "links",
            (_, path) if path.contains("/flask/") => "flask",
            (_, path) if path.contains("/werkzeug/") => "werkzeug",
            (_, path)
                if path.contains("/site-packages/demosite") || path.ends_with("bin/demosite") =>
            {
                "app"
            }
            (_, path) if !path.starts_with("./opt/") => "configuration",
            _ => continue,
        };
        times.entry(layer.to_owned()).or_default().insert(time);
        if !order.ends_with(&format!("{layer} ")) {
            let _ = write!(order, "{layer} ");
        }
    }
    assert_eq!(order, "skeleton flask werkzeug app configuration links ");
    for (layer, times) in &times {
        assert_eq!(times.len(), 1, "{layer}: {times:?}");
    }
    assert_ne!(times["flask"], times["werkzeug"]);
    let year: u32 = times["flask"].first().unwrap()[..4].parse().unwrap();
    assert!(
        (2000..2020).contains(&year),
        "a distribution's time is derived from what it is"
    );
    let commit = succeed(
        Command::new("git")
            .args([
                "log",
                "-1",
                "--format=%cd",
                "--date=format-local:%Y-%m-%d %H:%M:%S",
            ])
            .current_dir(repository())
            .env("TZ", "UTC"),
    );
    for layer in ["skeleton", "app", "configuration", "links"] {
        assert_eq!(times[layer].first().unwrap(), commit.trim_end(), "{layer}");
    }
}
