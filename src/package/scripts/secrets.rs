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
        calls.insert(0, call("note_questions", &[]));
        calls.push(call("end_questions", &[]));
    }
    calls
}

fn template(recipe: &Recipe, question: &Question) -> String {
    format!("{}/{}", recipe.package.name, question.name)
}

/// Makes debconf forget what this version or an earlier one has asked.
pub(super) fn forget(recipe: &Recipe) -> Call {
    let function = if recipe.questions.is_empty() {
        "forget_old_answers"
    } else {
        "forget_answers"
    };
    call(function, &[])
}

/// Removes both files; those of earlier versions are noted.
pub(super) fn purge(recipe: &Recipe) -> Vec<Call> {
    let mut calls = Vec::new();
    if !recipe.secrets.is_empty() {
        calls.push(call("remove_private", &[&environment::secrets(recipe)]));
    }
    if !recipe.questions.is_empty() {
        calls.push(call("remove_private", &[&environment::answers(recipe)]));
    }
    calls
}

/// Removes the folder of settings when nothing is left in it.
pub(super) fn remove_folder(recipe: &Recipe) -> Call {
    let folder = format!("/etc/{}", recipe.package.name);
    call("remove_if_empty", &[&folder])
}
