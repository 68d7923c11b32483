//! `[[logrotate]]`: rotation of log files (logrotate(8)).

use super::accounts::{Accounts, GroupName, UserName};
use super::host_path::AbsolutePath;
use super::names::{FileMode, Invalid, invalid, text_newtype};
use super::shell_text::ShellText;
use super::substitutions::Substitutions;
use super::table::Table;
use std::collections::BTreeSet;
use std::str::FromStr;

text_newtype! {
    /// An absolute path of log files, in which `*`, `?` and `[…]` may stand (glob(7)).
    LogFiles
}
text_newtype! {
    /// A size in bytes, or in `k`, `M` or `G`.
    LogSize
}

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

/// `create`: what the new file is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLog {
    /// Its permission bits.
    pub mode: FileMode,
    /// Its owner and group, those of the old file when the recipe does not say.
    pub owner: Option<(UserName, GroupName)>,
}

/// `su`: user and group that rotate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotator {
    /// The user.
    pub user: UserName,
    /// The group.
    pub group: GroupName,
}

/// Lines of sh that logrotate reads up to `endscript`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRotate(ShellText);

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

impl FromStr for LogFiles {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let path: AbsolutePath = text.parse()?;
        if path.as_str().contains(['"', '\'', '{', '}', '#']) {
            return invalid("logrotate does not take quotes, `{`, `}` and `#` in a path");
        }
        if text
            .rsplit_once('/')
            .is_some_and(|(_, name)| name == "*" || name == "**")
        {
            return invalid(
                "it would rotate what is rotated already: write an ending, such as `*.log`",
            );
        }
        Ok(LogFiles(text.to_owned()))
    }
}

impl FromStr for LogSize {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digits = text.strip_suffix(['k', 'M', 'G']).unwrap_or(text);
        if digits.is_empty()
            || digits.len() > 12
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return invalid("it must be a number, with `k`, `M` or `G` or without");
        }
        Ok(LogSize(text.to_owned()))
    }
}

impl FromStr for NewLog {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.split(' ').collect::<Vec<_>>()[..] {
            [mode] => Ok(NewLog {
                mode: mode.parse()?,
                owner: None,
            }),
            [mode, user, group] => Ok(NewLog {
                mode: mode.parse()?,
                owner: Some((user.parse()?, group.parse()?)),
            }),
            _ => invalid("it must be a mode, or a mode, a user and a group"),
        }
    }
}

impl FromStr for Rotator {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.split(' ').collect::<Vec<_>>()[..] {
            [user, group] => Ok(Rotator {
                user: user.parse()?,
                group: group.parse()?,
            }),
            _ => invalid("it must be a user and a group"),
        }
    }
}

impl FromStr for PostRotate {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let lines: ShellText = text.parse()?;
        if text.lines().any(|line| line.trim() == "endscript") {
            return invalid("logrotate would take the line `endscript` as the end of it");
        }
        Ok(PostRotate(lines))
    }
}

impl PostRotate {
    /// Returns the lines.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Reads all items.
pub(super) fn read(
    document: &Table<'_>,
    accounts: &Accounts,
    substitutions: &Substitutions,
) -> Vec<Rotation> {
    let mut seen = BTreeSet::new();
    document
        .tables("logrotate")
        .iter()
        .map(|table| read_one(table, &mut seen, accounts, substitutions))
        .collect()
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
        substitutions.apply(text);
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
            "recipe::not-so-often",
            span,
            "logrotate is run once a day on Debian".to_owned(),
            "",
            "write `\"daily\"`, or change `logrotate.timer` on the host".to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_logs_and_rotators_are_words_in_their_order() {
        assert_eq!(
            "0640 root adm".parse(),
            Ok(NewLog {
                mode: "0640".parse().expect("a mode"),
                owner: Some((
                    "root".parse().expect("a user"),
                    "adm".parse().expect("a group")
                )),
            })
        );
        for text in [
            "",
            "root adm",
            "0640 root",
            "0640  root adm",
            "0640 root adm x",
            "999 root adm",
        ] {
            assert!(text.parse::<NewLog>().is_err(), "{text:?}");
        }
        assert!("demo adm".parse::<Rotator>().is_ok());
        for text in ["", "demo", "demo adm x", "De mo"] {
            assert!(text.parse::<Rotator>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_logrotate_would_misread_is_refused() {
        for text in [
            "/var/log/demo/*.log",
            "/var/log/demo/a b.log",
            "/var/log/[ab].log",
        ] {
            assert!(text.parse::<LogFiles>().is_ok(), "{text}");
        }
        for text in [
            "*.log",
            "/var/log/demo/*",
            "/var/log/\"a\"",
            "/var/log/{a,b}",
            "/var/log/../x",
            "/a\nb",
        ] {
            assert!(text.parse::<LogFiles>().is_err(), "{text:?}");
        }
        for text in ["", "10 M", "10m", "M", "-1", "1.5M"] {
            assert!(text.parse::<LogSize>().is_err(), "{text:?}");
        }
        assert!("x\n  endscript\ny".parse::<PostRotate>().is_err());
        assert!("systemctl reload demo".parse::<PostRotate>().is_ok());
    }
}
