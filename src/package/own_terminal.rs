//! `PREFIX/libexec/own-terminal`: gives what root runs as another user a terminal of its own (pty(7)).
//!
//! Who has a process's controlling terminal can push keys into it (TIOCSTI, open to everybody before Linux 6.2 and with
//! `dev.tty.legacy_tiocsti=1`), and who has a descriptor of it reads what is typed there later: the service user would be root.
//! setpriv(1) alone leaves both open; `runuser --pty` (util-linux 2.38 to 2.41) and `script` lead pipes and files through the
//! terminal too, which changes their bytes, waits two seconds for the end of an input, and takes the keys of `COMMAND | less`; and
//! runuser lets PAM add to the environment. So the program is our own, in Python, which every package has.
//!
//! Where the caller has no terminal at all (cron, ssh without one, a service manager), nothing is put in between.
//!
//! # Limits
//! What is written to the terminal reaches the caller's as it is, escape codes with it.

use super::outline::PlannedFile;
use super::script::quote;
use crate::recipe::{Recipe, UserName};

/// The program.
const PROGRAM: &str = include_str!("snippets/own-terminal.py");

/// Returns the program's path.
fn path(recipe: &Recipe) -> String {
    format!("{}/libexec/own-terminal", recipe.venv.prefix)
}

/// Returns the program with its path without the leading `/`; it is no program of sh, nor one that people call.
pub(super) fn file(recipe: &Recipe) -> (String, PlannedFile) {
    (
        path(recipe)[1..].to_owned(),
        PlannedFile::text(PROGRAM.to_owned()),
    )
}

/// Returns the lines of sh that become the command in `$@`, which becomes this user.
pub(super) fn begin(recipe: &Recipe, user: &UserName) -> String {
    let python = quote(&format!("{}/bin/python", recipe.venv.prefix));
    let path = quote(&path(recipe));
    let user = quote(user.as_str());
    format!(
        "# Whose terminal it is could be made to do what that user wants.\n\
         if [ -t 0 ] || [ -t 1 ] || [ -t 2 ] || (: </dev/tty) 2>/dev/null; then\n    \
             exec {python} -I -S {path} {user} \"$@\"\n\
         fi\n\
         exec \"$@\""
    )
}
