//! Builds that are interrupted or killed: nothing under the output name, no child left, and the next build works.

use crate::context::{TestContext, TinyApp, succeed};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the kernel and a loaded machine may take to end processes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);

/// A build whose project takes ten minutes to make a wheel, and has a child of its own.
struct SlowBuild {
    context: TestContext,
    child: Child,
}

/// What the backend of the slow app does as long as there is a file `slow`.
const SLOWLY: &str = r#"if os.path.exists("slow"):
        subprocess.Popen(["sleep", "600"])
        open(os.path.join(os.environ["TMPDIR"], "it-has-begun"), "w").close()
        time.sleep(600)"#;

const RECIPE: &str = r#"
[package]
name = "slow"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "thing that takes its time"

[source]
git = "app"
"#;

impl SlowBuild {
    fn start() -> Self {
        SlowBuild::start_as(&["env", "--default-signal"])
    }

    /// Starts the build through another program, such as one that changes the user.
    fn start_as(wrapper: &[&str]) -> Self {
        let context = TestContext::new().with_only_uv();
        context.write("recipe.toml", RECIPE);
        context.write("app/slow", "");
        TinyApp {
            name: "slow",
            module: "slow.py",
            text: r#""x = 1\n""#,
            metadata: "",
            before: SLOWLY,
        }
        .commit(&context);
        std::fs::copy(crate::context::tool(), context.path("tool")).unwrap();
        if wrapper[0] == "setpriv" {
            succeed(
                Command::new("chown")
                    .args(["-R", "65534:65534"])
                    .arg(context.path("")),
            );
        }
        let mut command = Command::new(wrapper[0]);
        command
            .args(&wrapper[1..])
            .arg(context.path("tool"))
            .args(["build", "-q", "-o", "out", "recipe.toml"])
            .current_dir(context.path(""))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        context.set_environment(&mut command);
        let child = command.spawn().unwrap();
        let mut build = SlowBuild { context, child };
        let begun = build.context.cache().join("work/slow/tmp/it-has-begun");
        wait_until("the project is being built", || {
            assert!(
                build.child.try_wait().unwrap().is_none(),
                "the build has ended by itself"
            );
            begun.exists()
        });
        assert!(!build.processes().is_empty());
        build
    }

    /// Returns the processes that work in the test's folder, the tool apart.
    fn processes(&self) -> Vec<String> {
        let folder = self.context.path("");
        let own = self.child.id().to_string();
        std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
            .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()) && *name != own)
            .filter(|pid| {
                let process = Path::new("/proc").join(pid);
                let inside = |path: std::io::Result<PathBuf>| {
                    path.is_ok_and(|path| path.starts_with(&folder))
                };
                let words = std::fs::read(process.join("cmdline")).unwrap_or_default();
                let words = String::from_utf8_lossy(&words);
                inside(std::fs::read_link(process.join("cwd")))
                    || words.contains(folder.to_str().unwrap())
            })
            .collect()
    }

    fn signal(&self, name: &str) {
        // The shell's own: a small machine has no other.
        let pid = self.child.id().to_string();
        succeed(Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &pid]));
    }

    /// Lets the project build at once, and builds again.
    fn builds_again(&self) {
        std::fs::remove_file(self.context.path("app/slow")).unwrap();
        self.context.commit("app");
        let package = self.context.build(&self.context.path("recipe.toml"));
        succeed(Command::new("dpkg-deb").arg("-I").arg(package));
        let left: Vec<_> = std::fs::read_dir(self.context.cache().join("work"))
            .unwrap()
            .flatten()
            .collect();
        assert_eq!(left.len(), 1, "only the lock is left: {left:?}");
    }

    fn output_is_empty(&self) {
        let left: Vec<_> = std::fs::read_dir(self.context.path("out"))
            .unwrap()
            .flatten()
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "waited too long until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn interrupted_by_a_signal_it_takes_everything_away_and_dies_of_the_signal() {
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let mut build = SlowBuild::start();
        build.signal(name);
        let status = build.child.wait().unwrap();
        assert_eq!(status.signal(), Some(number), "{name}");
        wait_until("the children are gone", || build.processes().is_empty());
        assert!(
            !build.context.cache().join("work/slow").exists(),
            "{name}: the work folder is left"
        );
        build.output_is_empty();
        build.builds_again();
    }
}

#[test]
fn killed_it_leaves_no_child_and_nothing_that_stops_the_next_build() {
    let mut build = SlowBuild::start();
    build.signal("KILL");
    assert_eq!(build.child.wait().unwrap().signal(), Some(9));
    wait_until("the children are gone", || build.processes().is_empty());
    build.output_is_empty();
    build.builds_again();
}

#[test]
fn killed_as_another_user_it_leaves_no_child_either() {
    let mut build = SlowBuild::start_as(&[
        "setpriv",
        "--reuid",
        "65534",
        "--regid",
        "65534",
        "--clear-groups",
        "--",
    ]);
    build.signal("KILL");
    assert_eq!(build.child.wait().unwrap().signal(), Some(9));
    wait_until("the children are gone", || build.processes().is_empty());
    build.output_is_empty();
}

/// Builds, and calls `act` when the virtualenv is done and the package is about to be assembled and written.
fn build_until_assembly(context: &TestContext, recipe: &Path, act: impl FnOnce(&mut Child)) {
    let mut child = context
        .command(["build", "-o", "out"])
        .arg(recipe)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    for line in lines.map(Result::unwrap) {
        if line.starts_with("[3/5] ") {
            break;
        }
    }
    act(&mut child);
    child.wait().unwrap();
}

#[test]
fn killed_at_any_moment_it_leaves_no_half_package() {
    // A cache of its own: no other test's build is waited for.
    let context = TestContext::new().with_only_uv();
    let recipe =
        crate::context::demosite_recipe(&context, &crate::context::repository(), "0.1", "1");
    let whole = context.build(&recipe);
    let expected = std::fs::read(&whole).unwrap();
    let mut rest = Duration::MAX;
    for _ in 0..2 {
        build_until_assembly(&context, &recipe, |child| {
            let start = Instant::now();
            child.wait().unwrap();
            rest = rest.min(start.elapsed());
        });
    }
    let mut killed = 0;
    for step in 0..12u32 {
        std::fs::remove_file(&whole).ok();
        build_until_assembly(&context, &recipe, |child| {
            std::thread::sleep(rest * step / 12);
            killed += u32::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
        });
        // What has the name is whole; a temporary file has another name, and the next build takes it away.
        if whole.exists() {
            assert!(
                std::fs::read(&whole).unwrap() == expected,
                "a half package at step {step}"
            );
        }
    }
    assert!(
        killed >= 3,
        "only {killed} of 12 builds were still at work when they were killed"
    );
    assert_eq!(context.build(&recipe), whole);
    let left: Vec<_> = std::fs::read_dir(context.path("out"))
        .unwrap()
        .flatten()
        .collect();
    assert_eq!(
        left.len(),
        2,
        "only the package and its requirements are left: {left:?}"
    );
}

#[test]
fn interrupted_while_the_archive_is_written_it_takes_the_temporary_file_away() {
    let context = TestContext::new();
    // Noise that compresses slowly: the archive takes long enough to be met.
    let noise: Vec<u8> = (0..48u32 << 20)
        .scan(1u32, |state, _| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(state.to_be_bytes()[0])
        })
        .collect();
    std::fs::write(context.path("noise"), noise).unwrap();
    let recipe = context.write(
        "recipe.toml",
        &RECIPE
            .replace("git = \"app\"", "")
            .replace("[source]", "[venv]\npackages = [\"six==1.17.0\"]\n[files]\n\"/usr/share/slow/noise\" = \"noise\"\n[output]\ncompression = \"zstd:19\""),
    );
    for (signal, leaves) in [("INT", 0), ("KILL", 1)] {
        let mut child = context
            .interruptible(["build", "-q", "-o", "out"])
            .arg(&recipe)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let out = context.path("out");
        let names = || -> Vec<String> {
            let entries = std::fs::read_dir(&out).unwrap().flatten();
            entries
                .map(|entry| entry.file_name().into_string().unwrap())
                .collect()
        };
        wait_until("the archive is being written", || {
            assert!(
                child.try_wait().unwrap().is_none(),
                "the build has ended by itself"
            );
            !names().is_empty()
        });
        let pid = child.id().to_string();
        succeed(Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", signal, &pid]));
        child.wait().unwrap();
        assert!(
            !names().iter().any(|name| name == "slow_1.0-1_all.deb"),
            "{signal}: {:?}",
            names()
        );
        assert_eq!(names().len(), leaves, "{signal}: {:?}", names());
    }
}
