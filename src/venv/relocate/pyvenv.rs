//! `pyvenv.cfg` (PEP 405), written anew: what the builder's tools put there names the builder's machine.

use crate::plan::Interpreter;
use crate::recipe::Prefix;

/// Renders the file. `home` is the folder of the target's interpreter: an existing wrong one breaks it, so it is never
/// the builder's.
pub fn render(interpreter: &Interpreter, prefix: &Prefix) -> String {
    format!(
        "home = {}\ninclude-system-site-packages = false\nversion = {}\n",
        interpreter.home(prefix.as_str()),
        interpreter.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::RELEASES;

    #[test]
    fn it_names_the_targets_python_and_nothing_of_the_builder() {
        let prefix = "/opt/demo".parse().expect("a prefix");
        assert_eq!(
            render(&Interpreter::of_host(&RELEASES[0]), &prefix),
            "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n"
        );
    }
}
