//! How long git is waited for, and how often it is tried again.

use std::str::FromStr;
use std::time::Duration;

/// How long git is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Without any sign of progress.
    pub silence: Duration,
    /// For one command.
    pub total: Duration,
    /// How often a command is tried when the network fails.
    pub attempts: u32,
    /// Before the second try; each later pause is twice as long.
    pub pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            silence: Duration::from_mins(1),
            total: Duration::from_hours(1),
            attempts: 3,
            pause: Duration::from_secs(2),
        }
    }
}

impl FromStr for Limits {
    type Err = String;

    /// Reads `silence=60,total=3600,attempts=3,pause=2`, in seconds; what is not named keeps its default.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut limits = Limits::default();
        for word in text.split(',').filter(|word| !word.is_empty()) {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let number = value
                .parse::<u32>()
                .map_err(|_| format!("`{word}` is not a number of a limit"))?;
            let seconds = Duration::from_secs(number.into());
            match name {
                "silence" if number > 0 => limits.silence = seconds,
                "total" if number > 0 => limits.total = seconds,
                "attempts" if number > 0 => limits.attempts = number,
                "pause" => limits.pause = seconds,
                _ => return Err(format!("`{word}` is not a limit")),
            }
        }
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_by_name() {
        let limits: Limits = "silence=2,attempts=1,pause=0".parse().expect("they are");
        assert_eq!(limits.silence, Duration::from_secs(2));
        assert_eq!((limits.attempts, limits.pause), (1, Duration::ZERO));
        assert_eq!(limits.total, Limits::default().total);
        for text in [
            "silence",
            "silence=0",
            "silence=-1",
            "patience=3",
            "attempts=0",
        ] {
            assert!(text.parse::<Limits>().is_err(), "{text}");
        }
    }
}
