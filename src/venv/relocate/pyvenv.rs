//! `pyvenv.cfg` (PEP 405), written anew: what the builder's tools put there names the builder's machine.

use crate::plan::Interpreter;

/// Renders the file. `home` is the folder of the target's interpreter: an existing wrong one breaks it, so it is never
/// the builder's.
pub fn render(interpreter: &Interpreter) -> String {
    let path = interpreter.path();
    let home = path.parent().unwrap_or(&path).display();
    format!(
        "home = {home}\ninclude-system-site-packages = false\nversion = {}\n",
        interpreter.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_targets_python_and_nothing_of_the_builder() {
        let interpreter = Interpreter {
            version: "3.11".to_owned(),
        };
        assert_eq!(
            render(&interpreter),
            "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n"
        );
    }
}
