//! The `templates` file: what debconf asks (debconf-devel(7)).

use crate::recipe::{Answer, Choice, Question, Recipe};
use std::fmt::Write as _;

/// Renders the file, when there are questions.
pub(super) fn templates(recipe: &Recipe) -> Option<String> {
    let questions: Vec<_> = recipe
        .questions
        .iter()
        .map(|question| template(recipe.package.name.as_str(), question))
        .collect();
    (!questions.is_empty()).then(|| questions.join("\n"))
}

fn template(package: &str, question: &Question) -> String {
    let mut text = format!("Template: {package}/{}\n", question.name);
    let mut field = |name: &str, value: &str| {
        let _ = writeln!(text, "{name}: {value}");
    };
    match &question.answer {
        Answer::Text => field("Type", "string"),
        Answer::Boolean => field("Type", "boolean"),
        Answer::Password => field("Type", "password"),
        Answer::Select(choices) => {
            field("Type", "select");
            let choices: Vec<_> = choices.iter().map(Choice::as_str).collect();
            field("Choices", &choices.join(", "));
        }
    }
    if let Some(default) = &question.default {
        field("Default", default.as_str());
    }
    field("Description", question.prompt.as_str());
    if let Some(description) = &question.description {
        text.push_str(&description.render_folded());
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}
