//! `[questions.*]`: what debconf asks (debconf-devel(7)).
//!
//! Templates are read line by line, choices are split at commas: what would be read otherwise than it was meant is refused.

use super::environment::{self, Variables};
use super::names::{Invalid, VariableName, VariableValue, invalid, text_newtype};
use super::secrets::Secret;
use super::table::{Located, Table};
use crate::deb::Description;
use std::str::FromStr;

text_newtype! {
    /// The part of a template's name after the package's.
    QuestionName
}
text_newtype! {
    /// What is asked, in one line.
    Prompt
}
text_newtype! {
    /// An answer that can be chosen.
    Choice
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its name, behind that of the package.
    pub name: QuestionName,
    /// What is asked.
    pub prompt: Prompt,
    /// What helps to answer it.
    pub description: Option<Description>,
    /// The answer when nobody is asked.
    pub default: Option<VariableValue>,
    /// The variable that holds the answer.
    pub env: VariableName,
    /// What kind of answer it is.
    pub answer: Answer,
    /// How important it is that it is asked.
    pub priority: QuestionPriority,
}

/// What kind of answer a question has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Any text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// One of these.
    Select(Vec<Choice>),
    /// Text that is not shown.
    Password,
}

/// How important it is that a question is asked (debconf(7)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuestionPriority {
    /// The default is good for nearly everybody.
    Low,
    /// The default is reasonable.
    #[default]
    Medium,
    /// There is no reasonable default.
    High,
    /// It will not work without an answer.
    Critical,
}

impl FromStr for QuestionName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.+".contains(&byte);
        if text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(fits)
            && text.len() <= 64
        {
            Ok(QuestionName(text.to_owned()))
        } else {
            invalid(
                "a question's name has at most 64 lower-case letters, digits, `-`, `.` and `+`, a letter or digit first",
            )
        }
    }
}

impl FromStr for Prompt {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.trim().is_empty() {
            return invalid("it asks nothing");
        }
        if text.chars().any(char::is_control) || text.trim() != text {
            return invalid("it must be one line, without blanks around it");
        }
        Ok(Prompt(text.to_owned()))
    }
}

impl FromStr for Choice {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.is_empty()
            || text.trim() != text
            || text.contains(|c: char| c.is_control() || ",\\".contains(c))
        {
            return invalid(
                "a choice is one line without `,` and `\\`, and without blanks around it",
            );
        }
        Ok(Choice(text.to_owned()))
    }
}

/// Reads the table; each variable is set in one place.
pub(super) fn read(document: &Table<'_>, env: &Variables, secrets: &[Secret]) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for entry in document.entries("questions") {
        let Some(table) = document.entry_table("questions", &entry) else {
            continue;
        };
        let name = document.check_entry("questions", &entry, &entry.name);
        let prompt = table.parsed("prompt");
        let description = table.parsed("description");
        let variable = table.located::<VariableName>("env");
        if let Some(text) = table.string("env") {
            environment::check_name(&table, &table.full("env"), &text);
        }
        if let Some(variable) = &variable {
            let others = questions.iter().map(|question| &question.env);
            let place = if env.iter().any(|(name, _)| *name == variable.value) {
                Some("`[env]` too, which would win")
            } else if secrets.iter().any(|secret| secret.name == variable.value) {
                Some("`[secrets]` too")
            } else if others.clone().any(|name| *name == variable.value) {
                Some("another question too")
            } else {
                None
            };
            if let Some(place) = place {
                table.conflict(
                    variable.span.clone(),
                    format!("`{}` is set by {place}", variable.value),
                    "",
                    "keep one of the two",
                );
            }
        }
        let answer = read_answer(&table);
        let default = table.located::<VariableValue>("default");
        if let (Some(answer), Some(default)) = (&answer, &default) {
            check_default(&table, answer, default);
        }
        let priority = table.choice(
            "priority",
            &[
                ("low", QuestionPriority::Low),
                ("medium", QuestionPriority::Medium),
                ("high", QuestionPriority::High),
                ("critical", QuestionPriority::Critical),
            ],
        );
        if let (Some(name), Some(prompt), Some(env), Some(answer)) =
            (name, prompt, variable, answer)
        {
            questions.push(Question {
                name,
                prompt,
                description,
                default: default.map(|default| default.value),
                env: env.value,
                answer,
                priority: priority.unwrap_or_default(),
            });
        }
    }
    questions
}

fn read_answer(table: &Table<'_>) -> Option<Answer> {
    let choices: Vec<Choice> = table.parsed_list("choices");
    let place = table.place_of("choices");
    let answer = match table
        .string("type")
        .as_ref()
        .map(|text| text.value.as_str())
    {
        None | Some("string") => Answer::Text,
        Some("boolean") => Answer::Boolean,
        Some("password") => Answer::Password,
        Some("select") => {
            if choices.is_empty() {
                table.conflict(
                    table.place_of("type").unwrap_or(table.span()),
                    format!("`{}` needs `choices`", table.full("type")),
                    "",
                    "list the answers, such as `choices = [\"small\", \"large\"]`",
                );
            }
            return Some(Answer::Select(choices));
        }
        Some(_) => return None,
    };
    if let Some(span) = place {
        table.conflict(
            span,
            format!("`{}` needs `type = \"select\"`", table.full("choices")),
            "",
            "add it, or remove `choices`",
        );
    }
    Some(answer)
}

fn check_default(table: &Table<'_>, answer: &Answer, default: &Located<VariableValue>) {
    let value = default.value.as_str();
    let (why, help) = match answer {
        Answer::Boolean if !["true", "false"].contains(&value) => (
            "it is neither `true` nor `false`",
            "write `\"true\"` or `\"false\"`",
        ),
        Answer::Select(choices) if !choices.iter().any(|choice| choice.as_str() == value) => (
            "it is none of the choices",
            "write one of `choices`, or add it to them",
        ),
        Answer::Password => (
            "everybody who has the package would know it",
            "leave it out; a value that is made on each host goes into `[secrets]`",
        ),
        _ => return,
    };
    table.refuse("default", default.span.clone(), why, help);
}
