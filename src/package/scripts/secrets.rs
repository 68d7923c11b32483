//! `[secrets]` and `[questions]`: what is made or asked on the host, kept by upgrades, and gone with a purge.

use super::{Call, call};
use crate::recipe::{Answer, Question, QuestionPriority, Recipe, UserName};
use crate::services::environment;

/// Makes the secrets that are not there yet.
pub(super) fn make(recipe: &Recipe) -> Vec<Call> {
    let file = environment::secrets(recipe);
    recipe
        .secrets
        .iter()
        .map(|secret| {
            let length = secret.length.to_string();
            let name = secret.name.as_str();
            call("make_secret", &[&file, reader(recipe), name, &length])
        })
        .collect()
}

/// The user whose group may read what is private; nobody's when there is no user.
fn reader(recipe: &Recipe) -> &str {
    recipe
        .user
        .as_ref()
        .map_or("", |user| UserName::as_str(&user.name))
}

/// Asks the questions: the calls of `config` (debconf-devel(7)).
pub(super) fn ask(recipe: &Recipe) -> Vec<Call> {
    let mut calls = Vec::new();
    for question in &recipe.questions {
        let name = template(recipe, question);
        // What is secret stays out of the database, where the file has it already.
        if question.answer != Answer::Password {
            calls.push(call("seed_answer", &[&name, question.env.as_str()]));
        }
        calls.push(call("ask_question", &[&name, priority(question.priority)]));
    }
    calls.push(call("show_questions", &[]));
    calls
}

fn priority(priority: QuestionPriority) -> &'static str {
    match priority {
        QuestionPriority::Low => "low",
        QuestionPriority::Medium => "medium",
        QuestionPriority::High => "high",
        QuestionPriority::Critical => "critical",
    }
}

/// Writes the answers where services read them.
pub(super) fn keep_answers(recipe: &Recipe) -> Vec<Call> {
    let mut calls: Vec<_> = recipe
        .questions
        .iter()
        .map(|question| {
            let kind = match question.answer {
                Answer::Password => "password",
                _ => "plain",
            };
            let name = template(recipe, question);
            let variable = question.env.as_str();
            call("keep_answer", &[&name, variable, kind, reader(recipe)])
        })
        .collect();
    if !calls.is_empty() {
        calls.push(call("end_questions", &[]));
    }
    calls
}

fn template(recipe: &Recipe, question: &Question) -> String {
    format!("{}/{}", recipe.package.name, question.name)
}

/// Removes both files, and their folder when nothing else is in it.
pub(super) fn purge(recipe: &Recipe) -> Vec<Call> {
    let mut calls = Vec::new();
    if !recipe.secrets.is_empty() {
        calls.push(call("remove_private", &[&environment::secrets(recipe)]));
    }
    if !recipe.questions.is_empty() {
        calls.push(call("remove_private", &[&environment::answers(recipe)]));
    }
    // Settings of an earlier version may have kept it.
    let folder = format!("/etc/{}", recipe.package.name);
    calls.push(call("remove_if_empty", &[&folder]));
    calls
}
