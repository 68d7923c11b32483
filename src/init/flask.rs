//! Flask: secret keys in the code, and the instance folder, which a service could not write to.

use super::folder::Folder;
use super::python_text;
use super::secret_key::{self, Source};

/// What the code of a Flask app needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Flask {
    /// The variables that secret keys are read from.
    pub(super) secret_variables: Vec<String>,
    /// `FILE:LINE` of what first uses the instance folder, when nobody says where it is.
    pub(super) instance: Option<String>,
    /// What needs a human.
    pub(super) todos: Vec<String>,
}

/// Looks through the code of an app that is made with Flask.
pub(super) fn read(folder: &Folder) -> Flask {
    let mut found = Flask::default();
    let mut is_placed = false;
    for (path, text) in folder.python() {
        for statement in &python_text::statements(text) {
            let place = format!("{path}:{}", statement.line);
            for value in secret_key::values(statement) {
                match secret_key::source(value) {
                    Some(Source::Written) => found.todos.push(format!(
                        "the secret key is written in {place}: read it from the environment, and make a new one for this host"
                    )),
                    Some(Source::FallsBack(name)) => {
                        found.todos.push(format!(
                            "where the variable {name} is not set, the secret key of {place} is one that everybody can read: take it out there, and set {name} on the host"
                        ));
                        found.secret_variables.push(name);
                    }
                    Some(Source::Variable(name)) => found.secret_variables.push(name),
                    None => {}
                }
            }
            is_placed |= statement.has("instance_path =");
            let uses = statement.has("instance_path") || statement.has("instance_relative_config");
            if uses && found.instance.is_none() {
                found.instance = Some(place);
            }
        }
    }
    if is_placed {
        found.instance = None;
    }
    found.secret_variables.sort();
    found.secret_variables.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    #[test]
    fn keys_and_the_instance_folder_of_a_tutorial_are_told() {
        let flaskr = "from flask import Flask\ndef create_app():\n    app = Flask(__name__, instance_relative_config=True)\n    \
                      app.config.from_mapping(SECRET_KEY=\"dev\", DATABASE=os.path.join(app.instance_path, 'flaskr.sqlite'))\n";
        let config = "class Config:\n    SECRET_KEY = os.environ.get('SECRET_KEY') or 'you-will-never-guess'\n";
        let found = read(&folder(
            "demo",
            &[("flaskr/__init__.py", flaskr), ("config.py", config)],
        ));
        assert_eq!(
            found,
            Flask {
                secret_variables: vec!["SECRET_KEY".into()],
                instance: Some("flaskr/__init__.py:3".into()),
                todos: vec![
                    "where the variable SECRET_KEY is not set, the secret key of config.py:2 is one that everybody can read: take it out there, and set SECRET_KEY on the host".into(),
                    "the secret key is written in flaskr/__init__.py:4: read it from the environment, and make a new one for this host".into(),
                ],
            }
        );
        let cured = flaskr.replace(
            "instance_relative_config=True",
            "instance_path='/var/lib/demo'",
        );
        let found = read(&folder("demo", &[("flaskr/__init__.py", &cured)]));
        assert_eq!(found.instance, None);
    }
}
