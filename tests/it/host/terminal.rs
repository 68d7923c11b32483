//! What root calls at a terminal, or dpkg runs there, as the service user: it has a terminal of its own, through which nobody types
//! for root; people notice nothing of it, and pipes and files are as they were.
//!
//! `terminal.py` sits at terminals of Python's making; `attack.py` does what the service user could do to root.

use super::{PACKAGE, booted, install};
use deb_build_app::target::Root;
use serde_json::{Value, json};

/// Sits at a terminal for each entry; returns what was seen there and how each has ended, by the negative number of its signal.
fn sit(root: &Root, all: &Value) -> Vec<(String, i64)> {
    root.write("/srv/terminal.py", include_str!("terminal.py"))
        .unwrap();
    root.write("/srv/all.json", all.to_string()).unwrap();
    let said = root
        .sh("/usr/bin/python3 /srv/terminal.py </srv/all.json")
        .unwrap();
    serde_json::from_str(&said).unwrap()
}

fn sh(script: &str, keys: &[(&str, &str)]) -> Value {
    json!({"run": ["sh", "-c", script], "keys": keys})
}

/// A program of the test that the service user can run.
fn put_attack(root: &Root, path: &str) {
    root.write(path, include_str!("attack.py")).unwrap();
    root.sh(&format!("chmod 755 {path}")).unwrap();
}

/// Whether this kernel lets everybody push keys: before Linux 6.2 all did.
fn keys_can_be_pushed() -> bool {
    std::fs::read_to_string("/proc/sys/dev/tty/legacy_tiocsti")
        .map_or(true, |allowed| allowed.trim() != "0")
}

#[test]
fn nobody_types_for_root() {
    let root = booted();
    root.put(&PACKAGE, "/srv/life.deb").unwrap();
    put_attack(&root, "/srv/life/task");
    put_attack(&root, "/srv/attack");
    let then_read = "echo now type; read -r line; echo \"<$line>\"";
    let keys = [("now type", "typed\n")];
    let seen = sit(
        &root,
        &json!([
            sh(&format!("dpkg -i /srv/life.deb && {then_read}"), &keys),
            sh(&format!("life-run /srv/attack; {then_read}"), &keys),
            sh(
                &format!("life-run /srv/attack </dev/null | cat; {then_read}"),
                &keys
            ),
            sh(
                &format!(
                    "exec 7<>/dev/tty; life-run /srv/attack </dev/null >/dev/null 2>&1; {then_read}"
                ),
                &keys
            ),
            // The old way, which shows that the attack is one.
            sh(
                &format!(
                    "setpriv --reuid life --regid \"$(id -g life)\" --init-groups -- /srv/attack; {then_read}"
                ),
                &keys
            ),
        ]),
    );
    let lines: Vec<_> = seen
        .iter()
        .map(|(seen, status)| (seen.lines().rfind(|line| line.starts_with('<')), *status))
        .collect();
    let old = if keys_can_be_pushed() {
        "<pushed>"
    } else {
        "<typed>"
    };
    assert_eq!(
        lines,
        [
            (Some("<typed>"), 0),
            (Some("<typed>"), 0),
            (Some("<typed>"), 0),
            (Some("<typed>"), 0),
            (Some(old), 0)
        ],
        "{seen:?}"
    );
    assert!(
        seen[0].0.contains("life: running the task guest\n"),
        "{seen:?}"
    );

    // What a command leaves behind reads nothing of what is typed later, and needs no terminal to live on.
    let seen = sit(
        &root,
        &json!([
            sh(
                &format!(
                    "life-run sh -c 'setsid cat <&1 >/var/lib/life/stolen 2>/dev/null & sleep 1000 >/dev/null 2>&1 & echo $! >/var/lib/life/pid'
                     {then_read}"
                ),
                &keys
            ),
        ]),
    );
    assert_eq!(seen, [("now type\ntyped\n<typed>\n".to_owned(), 0)]);
    root.sh("timeout 300 sh -c 'while pgrep -u life -x cat; do sleep 0.1; done' >/dev/null; test ! -s /var/lib/life/stolen; kill \"$(cat /var/lib/life/pid)\"")
        .unwrap();
}

#[test]
fn people_notice_nothing_of_the_terminal_between() {
    let root = booted();
    install(&root, &PACKAGE);
    let size = "import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])
print(*os.get_terminal_size(), flush=True)
signal.sigwait([signal.SIGWINCH])
print(*os.get_terminal_size())";
    let pass = "import getpass, sys; print(getpass.getpass(), end=' ', flush=True); print(sys.stdin.read())";
    root.write("/srv/pass.py", pass).unwrap();
    let seen = sit(
        &root,
        &json!([
            sh("life-run sh -c 'exit 7'", &[]),
            sh("life-run sh -c 'kill -KILL $$' 2>/dev/null; echo $?", &[]),
            sh("life-run sh -c 'echo ready; exec sleep 1000'; echo not seen", &[("ready", "\x03")]),
            sh("life-run sh -c 'stty -a | grep -o \"; erase = ^.\"; test \"$(tty </dev/stderr)\" = \"$(tty)\" && : >\"$(tty)\"'", &[]),
            sh("life-run sh -c 'echo ready; exec cat'", &[("ready", "a line\n"), ("a line\r\na line\r\n", "\x04")]),
            {"run": ["life-run", "python3", "-c", size], "keys": [["80 24", "SIZE 33 77"]]},
            sh("life-run python3 /srv/pass.py", &[("Password: ", "secret\n"), ("secret ", "\x04")]),
            // The terminal is for who asks for it, though its input and output are pipes.
            sh("echo data | life-run python3 /srv/pass.py >/srv/got; cat /srv/got", &[("Password: ", "secret\n")]),
            // A command that asks for no keys leaves them to others.
            sh(
                "life-run sh -c 'echo shown; exec sleep 1000' | { read -r shown; echo \"$shown\"; read -r key </dev/tty; echo \"got $key\"; }; echo not seen",
                &[("shown", "typed\n"), ("got typed", "\x03")]
            ),
            sh("life-run seq 100000 | tail -n 1; life-run seq 5 </dev/null; life-run seq 100000", &[]),
            sh("life-run sh -c 'printf ready; exec sleep 1000'", &[("ready", "CLOSE")]),
            sh("unshare --mount sh -c 'mount --bind /dev/null /dev/ptmx; exec life-run sh -c \"tty; echo aside >&2; exit 3\"'", &[]),
            // Who kills the program in between kills the command.
            sh(
                "life-run sh -c 'echo $$ >/var/lib/life/pid; exec sleep 1000' </dev/tty &
                 while ! test -s /var/lib/life/pid; do sleep 0.1; done
                 kill -KILL $!
                 while kill -0 \"$(cat /var/lib/life/pid)\" 2>/dev/null; do sleep 0.1; done
                 echo gone",
                &[]
            ),
            {
                "run": ["env", "TERM=dumb", "PS1=$ ", "bash", "--norc", "--noediting", "-i"],
                "keys": [
                    ["$ ", "life-run python3 -uc 'print(7 * 6); print(\"got\", input())'\n"],
                    ["42\r", "\x1a"],
                    ["Stopped", "jobs; stty -a | grep -o ' icanon'; fg\n"],
                    [" icanon\r", "hello\n"],
                    ["got hello\r\n$ ", "exit 5\n"]
                ]
            },
        ]),
    );
    let count: String = (1..=100_000).map(|number| format!("{number}\n")).collect();
    let expected = [
        ("", 7),
        ("137\n", 0),
        ("ready\n^C", -2),
        ("; erase = ^?\n", 0),
        ("ready\na line\na line\n", 0),
        ("80 24\n77 33\n", 0),
        ("Password: \nsecret \n", 0),
        ("Password: \nsecret data\n\n", 0),
        ("shown\ntyped\ngot typed\n^C", -2),
        (&format!("100000\n1\n2\n3\n4\n5\n{count}"), 0),
        ("ready", -1),
        ("not a tty\naside\n", 3),
        ("gone\n", 0),
    ];
    for (seen, (text, status)) in seen.iter().zip(expected) {
        assert_eq!((seen.0.as_str(), seen.1), (text, status));
    }
    // What bash says of its jobs is bash's.
    let (shell, status) = &seen[expected.len()];
    assert!(shell.contains("got hello\n") && *status == 5, "{shell}");
    root.sh("! pgrep -u life -x sleep").unwrap();
}

#[test]
fn pipes_and_files_are_handed_on_with_every_byte_at_a_terminal_and_without_one() {
    let root = booted();
    install(&root, &PACKAGE);
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(999_983).collect();
    root.write("/srv/bytes", bytes).unwrap();
    let compare = "cd /srv
        life-run cat <bytes >same 2>silent
        life-run sh -c 'cat; echo aside >&2' <bytes 2>aside | life-run cat | cat >piped
        cat bytes | life-run sh -c 'cat >&2' 2>&1 >/dev/null | cmp - bytes
        cmp same bytes; cmp piped bytes; cat silent aside";
    assert_eq!(
        sit(&root, &json!([sh(compare, &[])])),
        [("aside\n".to_owned(), 0)]
    );
    assert_eq!(root.sh(compare).unwrap(), "aside");
    // Where there is no terminal there is nothing in between, and none can be reached.
    let said = root
        .sh("setsid --wait sh -c 'echo $$; exec life-run sh -c \"echo \\$\\$; (: </dev/tty) 2>/dev/null || echo none\"'")
        .unwrap();
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines, [lines[0], lines[0], "none"]);
    let ran = root
        .run(&["setsid", "--wait", "life-run", "sh", "-c", "kill -TERM $$"])
        .unwrap();
    assert_eq!(ran.status, 143);
}
