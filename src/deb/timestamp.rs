//! Times of files in a package.

use super::Invalid;
use std::str::FromStr;

/// The last second that eleven octal digits of a tar header can say, in the year 2242.
const LAST: u64 = 0o777_7777_7777;

/// Seconds since 1970, as many as a tar header can say in octal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(u64);

impl Timestamp {
    /// Takes seconds since 1970.
    pub fn new(seconds: u64) -> Result<Self, Invalid> {
        if seconds > LAST {
            return Err(Invalid::new(format!(
                "is later than {LAST} seconds after 1970"
            )));
        }
        Ok(Timestamp(seconds))
    }

    /// Takes the time of a file, or the nearest one that a tar header can say.
    pub fn nearest(seconds: i64) -> Self {
        Timestamp(u64::try_from(seconds).unwrap_or(0).min(LAST))
    }

    /// Returns the seconds since 1970.
    pub fn seconds(self) -> u64 {
        self.0
    }

    /// Returns year, month and day in the Gregorian calendar, in UTC.
    pub fn date(self) -> (u64, usize, u64) {
        let mut days = self.0 / 86_400;
        let is_leap = |year: u64| {
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
        };
        let mut year = 1970;
        loop {
            let length = if is_leap(year) { 366 } else { 365 };
            if days < length {
                break;
            }
            days -= length;
            year += 1;
        }
        let february = if is_leap(year) { 29 } else { 28 };
        let mut month = 1;
        for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            if days < length {
                break;
            }
            days -= length;
            month += 1;
        }
        (year, month, days + 1)
    }

    /// Returns date and time of day in UTC as digits: `20260101` and `000003`.
    pub fn utc_digits(self) -> (String, String) {
        let (year, month, day) = self.date();
        let (hour, minute, second) = (self.0 / 3600 % 24, self.0 / 60 % 60, self.0 % 60);
        (
            format!("{year:04}{month:02}{day:02}"),
            format!("{hour:02}{minute:02}{second:02}"),
        )
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Invalid::new("is not a number of seconds"));
        }
        // Only a number beyond u64 does not parse, which is too late as well.
        Timestamp::new(text.parse().unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_fits_eleven_octal_digits() {
        assert_eq!("8589934591".parse(), Ok(Timestamp(8_589_934_591)));
        for bad in [
            "8589934592",
            "-1",
            "+1",
            "",
            "1.5",
            "99999999999999999999999",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad:?}");
        }
        assert_eq!(Timestamp::nearest(-1), Timestamp(0));
        assert_eq!(Timestamp::nearest(i64::MAX), Timestamp(LAST));
    }
}
