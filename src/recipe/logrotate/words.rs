//! Words of logrotate's configuration (logrotate(8), "CONFIGURATION FILE").

use crate::recipe::accounts::{GroupName, UserName};
use crate::recipe::host_path::AbsolutePath;
use crate::recipe::names::{FileMode, Invalid, invalid, text_newtype};
use crate::recipe::shell_text::ShellText;
use std::str::FromStr;

text_newtype! {
    /// An absolute path of log files, in which `*`, `?` and `[…]` may stand (glob(7)).
    LogFiles
}
text_newtype! {
    /// A size in bytes, or in `k`, `M` or `G`.
    LogSize
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
