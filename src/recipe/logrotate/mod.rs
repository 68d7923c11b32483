//! `[[logrotate]]`: rotation of log files (logrotate(8)).

mod words;

pub use words::{LogFiles, LogSize, NewLog, PostRotate, Rotator};

use super::accounts::{Accounts, UserName};
use super::directories::Directory;
use super::substitutions::Substitutions;
use super::table::Table;
use super::user::ServiceUser;
use crate::recipe::code::Code;
use std::collections::BTreeSet;

/// An item of `[[logrotate]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a directive of logrotate"
)]
pub struct Rotation {
    /// Which files.
    pub files: Vec<LogFiles>,
    /// How often.
    pub frequency: Frequency,
    /// How many old files are kept.
    pub rotate: u16,
    /// The size at which a file is rotated, whatever the frequency.
    pub size: Option<LogSize>,
    /// Whether the file is copied and emptied.
    pub copytruncate: bool,
    /// Whether old files are compressed.
    pub compress: bool,
    /// Whether the newest of them is not compressed yet.
    pub delaycompress: bool,
    /// Whether a file that is not there is no error.
    pub missingok: bool,
    /// Whether an empty file stays as it is.
    pub notifempty: bool,
    /// Mode, owner and group of the new file.
    pub create: Option<NewLog>,
    /// Who rotates; found out from the folder when the recipe does not say.
    pub su: Option<Rotator>,
    /// Whether `post_rotate` is run once for all files.
    pub shared_scripts: bool,
    /// Lines of sh that are run after the rotation.
    pub post_rotate: Option<PostRotate>,
}

impl Rotation {
    /// Returns the directory of the recipe that the first of the files are in, the innermost one.
    pub fn folder<'a>(&self, directories: &'a [Directory]) -> Option<&'a Directory> {
        self.folders(directories).next()
    }

    /// Returns the innermost directory of the recipe for each of the files that are in one.
    fn folders<'a>(&self, directories: &'a [Directory]) -> impl Iterator<Item = &'a Directory> {
        self.files.iter().filter_map(move |files| {
            directories
                .iter()
                .filter(|directory| {
                    files
                        .as_str()
                        .strip_prefix(directory.path.as_str())
                        .is_some_and(|rest| rest.starts_with('/'))
                })
                .max_by_key(|directory| directory.path.as_str().len())
        })
    }
}

/// How often files are rotated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frequency {
    /// Every hour, if logrotate is run so often.
    Hourly,
    /// Every day.
    Daily,
    /// Every week.
    #[default]
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// Words that can be used for `frequency`.
const FREQUENCIES: &[(&str, Frequency)] = &[
    ("hourly", Frequency::Hourly),
    ("daily", Frequency::Daily),
    ("weekly", Frequency::Weekly),
    ("monthly", Frequency::Monthly),
    ("yearly", Frequency::Yearly),
];

/// How many old files are kept when the recipe does not say.
const ROTATE: u16 = 7;

/// Reads all items.
pub(super) fn read(
    document: &Table<'_>,
    accounts: &Accounts,
    (user, others): (Option<&ServiceUser>, &[ServiceUser]),
    directories: &[Directory],
    substitutions: &Substitutions,
) -> Vec<Rotation> {
    let mut seen = BTreeSet::new();
    document
        .tables("logrotate")
        .iter()
        .map(|table| {
            let rotation = read_one(table, &mut seen, accounts, substitutions);
            check_group(table, &rotation, user, others, directories);
            rotation
        })
        .collect()
}

/// Refuses files that are rotated with the rights of a user whose group only the host knows: logrotate wants both by name.
fn check_group(
    table: &Table<'_>,
    rotation: &Rotation,
    user: Option<&ServiceUser>,
    others: &[ServiceUser],
    directories: &[Directory],
) {
    if rotation.su.is_some() {
        return;
    }
    let is_made = |owner: &UserName| {
        let mut all = user.into_iter().chain(others);
        all.any(|user| user.name == *owner && !user.existing)
    };
    let unknown = rotation.folders(directories).find_map(|folder| {
        let owner = folder.owner.as_ref().filter(|owner| !owner.is_root())?;
        (folder.group.is_none() && !is_made(owner)).then_some((folder, owner))
    });
    let Some((folder, owner)) = unknown else {
        return;
    };
    let its_table = if user.is_some_and(|user| user.name == *owner) {
        "[user]".to_owned()
    } else {
        format!("[users.{owner}]")
    };
    table.conflict(
        table.place_of("files").unwrap_or(table.span()),
        format!("nothing says which group `{owner}` rotates these files with"),
        "only the host knows the group of a user that is there already",
        format!(
            "add `group` to `\"{}\"` in `[directories]`, and the same to `groups` in `{its_table}`; or name user and group in `su`",
            folder.path
        ),
    );
}

fn read_one(
    table: &Table<'_>,
    seen: &mut BTreeSet<LogFiles>,
    accounts: &Accounts,
    substitutions: &Substitutions,
) -> Rotation {
    let on = |key, default| table.boolean(key).unwrap_or(default);
    let compress = on("compress", true);
    let create: Option<NewLog> = table.substituted("create", substitutions);
    if let Some((user, group)) = create.as_ref().and_then(|create| create.owner.as_ref()) {
        accounts.check(table, "create", user, group);
    }
    let su: Option<Rotator> = table.substituted("su", substitutions);
    if let Some(su) = &su {
        accounts.check(table, "su", &su.user, &su.group);
    }
    let frequency = table.choice("frequency", FREQUENCIES).unwrap_or_default();
    let rotation = Rotation {
        files: read_files(table, seen, substitutions),
        frequency,
        rotate: table.number("rotate").map_or(ROTATE, |number| number.value),
        size: table.parsed("size"),
        copytruncate: on("copytruncate", false),
        compress,
        delaycompress: on("delaycompress", compress),
        missingok: on("missingok", true),
        notifempty: on("notifempty", true),
        create,
        su,
        shared_scripts: on("shared-scripts", false),
        post_rotate: table.substituted("post-rotate", substitutions),
    };
    check_together(table, &rotation);
    rotation
}

fn read_files(
    table: &Table<'_>,
    seen: &mut BTreeSet<LogFiles>,
    substitutions: &Substitutions,
) -> Vec<LogFiles> {
    let mut files = Vec::new();
    let mut texts = table.strings("files");
    if let Some(span) = table.place_of("files").filter(|_| texts.is_empty()) {
        table.refuse(
            "files",
            span,
            "it names no file",
            "list them, such as `[\"/var/log/@name@/*.log\"]`",
        );
    }
    for text in &mut texts {
        if !substitutions.apply_or_refuse(table, &table.full("files"), text) {
            continue;
        }
        let Some(file) = table.check::<LogFiles>("files", text) else {
            continue;
        };
        if seen.insert(file.clone()) {
            files.push(file);
        } else {
            table.conflict(
                text.span.clone(),
                format!("`{file}` is rotated twice"),
                "logrotate refuses the whole file then",
                "list it once",
            );
        }
    }
    files
}

fn check_together(table: &Table<'_>, rotation: &Rotation) {
    let there = |key| table.place_of(key);
    if let Some(span) = there("create").filter(|_| rotation.copytruncate) {
        table.conflict(
            span,
            "`logrotate.create` and `copytruncate` exclude each other",
            "with `copytruncate` the file stays the same",
            "remove one of the two",
        );
    }
    if let Some(span) =
        there("delaycompress").filter(|_| rotation.delaycompress && !rotation.compress)
    {
        table.conflict(
            span,
            "`logrotate.delaycompress` needs `compress`",
            "",
            "remove it",
        );
    }
    if let Some(span) = there("shared-scripts")
        .filter(|_| rotation.shared_scripts && there("post-rotate").is_none())
    {
        table.conflict(
            span,
            "`logrotate.shared-scripts` needs `post-rotate`",
            "",
            "remove it",
        );
    }
    if let Some(span) = there("frequency").filter(|_| rotation.frequency == Frequency::Hourly) {
        table.warning(
            Code::NotSoOften,
            span,
            "logrotate is run once a day on Debian".to_owned(),
            "",
            "write `\"daily\"`, or change `logrotate.timer` on the host".to_owned(),
        );
    }
}
