//! What a build of the app of these tests says, word by word; numbers are `N`.

/// What a build of the app says where no line moves.
pub(super) const STAGES: &str = "\
[1/5] checking Debian packages … N s
[2/5] exporting the source … N s
WARNING `/opt/tiny/lib/python3.11/site-packages/tiny.py` is not valid Python here, so it has no bytecode
[3/5] building the virtualenv … N s
[4/5] assembling the package … N s
[5/5] writing the archive … N s
      commit N N
      N distributions by uv N (x86_64-unknown-linux-gnu), N files rewritten for their final path
      sha256 N
BUILT tiny N N KiB, installed N KiB) in N s
";

/// The same with its commands.
pub(super) const COMMANDS: &str = "\
[1/5] checking Debian packages …
[1/5] checking Debian packages … N s
[2/5] exporting the source …
[2/5] exporting the source … N s
[3/5] building the virtualenv …
      $ /usr/bin/python3.11 -I -B -m venv --without-pip [WORK]/tiny/stage/opt/tiny
      $ UV build --wheel --no-config --no-sources --python /usr/bin/python3.11 --out-dir [WORK]/tiny/wheels [WORK]/tiny/source
      $ UV pip install --no-config --strict --python [WORK]/tiny/stage/opt/tiny/bin/python -r [WORK]/tiny/tmp/project.txt
      $ UV pip compile --no-config --quiet --generate-hashes --no-header --no-annotate --no-strip-extras --python [WORK]/tiny/stage/opt/tiny/bin/python --output-file [WORK]/tiny/tmp/resolved [WORK]/tiny/tmp/project.txt
      $ /usr/bin/python3.11 -s -m compileall -q -f -j N -s [WORK]/tiny/stage -p / --invalidation-mode unchecked-hash [WORK]/tiny/stage/opt/tiny/lib
WARNING `/opt/tiny/lib/python3.11/site-packages/tiny.py` is not valid Python here, so it has no bytecode
[3/5] building the virtualenv … N s
[4/5] assembling the package …
[4/5] assembling the package … N s
[5/5] writing the archive …
[5/5] writing the archive … N s
      commit N N
      N distributions by uv N (x86_64-unknown-linux-gnu), N files rewritten for their final path
      sha256 N
BUILT tiny N N KiB, installed N KiB) in N s
";

/// What uv, the app's backend and compileall write, each behind the command that writes it.
const OUTPUT: [(&str, &str); 3] = [
    (
        "[WORK]/tiny/source\n",
        "      Building wheel...\n      the backend speaks\n      \
         Successfully built [WORK]/tiny/wheels/tiny-1.0-py3-none-any.whl\n",
    ),
    (
        "-r [WORK]/tiny/tmp/project.txt\n",
        "      Using Python N environment at: [WORK]/tiny/stage/opt/tiny\n      Resolved N package in N\n      \
         Prepared N package in N\n      Installed N package in N\n       \
         + tiny==1.0 (from N\n",
    ),
    (
        "[WORK]/tiny/stage/opt/tiny/lib\n",
        "      *** Error compiling '[WORK]/tiny/stage/opt/tiny/lib/python3.11/site-packages/tiny.py'...\n        \
         File \"/opt/tiny/lib/python3.11/site-packages/tiny.py\", line N\n          x =\n             ^\n      \
         SyntaxError: invalid syntax\n",
    ),
];

/// The words that have colours.
#[derive(Clone, Copy)]
pub(super) enum Colours {
    None,
    All,
}

/// Puts in the words that have colours, and dims commands.
pub(super) fn painted(text: &str, colours: Colours) -> String {
    let (warning, built, dim, end) = match colours {
        Colours::None => ("warning:", "built", "", ""),
        Colours::All => (
            "\u{1b}[1m\u{1b}[33mwarning:\u{1b}[0m",
            "\u{1b}[1m\u{1b}[32mbuilt\u{1b}[0m",
            "\u{1b}[2m",
            "\u{1b}[0m",
        ),
    };
    let text = text.replace("WARNING", warning).replace("BUILT", built);
    text.lines()
        .map(|line| {
            if line.starts_with("      $ ") {
                format!("{dim}{line}{end}\n")
            } else {
                format!("{line}\n")
            }
        })
        .collect()
}

pub(super) fn warning_only() -> String {
    let mut lines = STAGES.lines();
    let line = lines.find(|line| line.starts_with("WARNING"));
    format!("{}\n", line.unwrap())
}

pub(super) fn with_output() -> String {
    OUTPUT
        .iter()
        .fold(COMMANDS.to_owned(), |text, (command, output)| {
            assert!(text.contains(command));
            text.replacen(command, &format!("{command}{output}"), 1)
        })
}
