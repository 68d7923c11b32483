//! Permission bits (Policy 10.9).

use super::Invalid;
use std::fmt;
use std::str::FromStr;

/// The permission bits of a file or directory in a package; the owner is always root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode(u32);

impl Mode {
    /// What a file has: 0644.
    pub const FILE: Mode = Mode(0o644);
    /// What a program has: 0755.
    pub const EXECUTABLE: Mode = Mode(0o755);
    /// What a directory has: 0755.
    pub const DIRECTORY: Mode = Mode(0o755);

    /// Takes other bits, such as 0440 for a file in `/etc/sudoers.d`; set-id, sticky and writable by others are refused.
    pub fn explicit(bits: u32) -> Result<Self, Invalid> {
        if bits > 0o777 {
            return Err(Invalid::new(
                "has a bit above 0777: set-user-id, set-group-id and sticky are not for packages",
            ));
        }
        if bits & 0o002 != 0 {
            return Err(Invalid::new("lets everybody write"));
        }
        if bits & 0o400 == 0 {
            return Err(Invalid::new("does not let the owner read"));
        }
        Ok(Mode(bits))
    }

    /// Takes any bits of a path that somebody named to give them to it: set-id, sticky and writable by others too.
    pub fn deliberate(bits: u32) -> Result<Self, Invalid> {
        if bits > 0o7777 {
            return Err(Invalid::new("has a bit above 7777"));
        }
        if bits & 0o400 == 0 {
            return Err(Invalid::new("does not let the owner read"));
        }
        Ok(Mode(bits))
    }

    /// Returns 0755 for a program and 0644 for any other file.
    pub fn of_file(executable: bool) -> Self {
        if executable {
            Mode::EXECUTABLE
        } else {
            Mode::FILE
        }
    }

    /// Returns the bits.
    pub fn bits(self) -> u32 {
        self.0
    }
}

/// Reads three or four octal digits, such as `4755`; whoever writes them means them, see [`Mode::deliberate`].
impl FromStr for Mode {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let octal = (3..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        match u32::from_str_radix(text, 8) {
            Ok(bits) if octal => Mode::deliberate(bits),
            _ => Err(Invalid::new(
                "is not three or four octal digits, such as `0640`",
            )),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dangerous_and_useless_modes_are_refused() {
        for good in [0o644, 0o755, 0o440, 0o600, 0o775, 0o400] {
            assert!(Mode::explicit(good).is_ok(), "{good:o}");
        }
        for bad in [0o4755, 0o2755, 0o1777, 0o666, 0o777, 0o200, 0, 0o100_644] {
            assert!(Mode::explicit(bad).is_err(), "{bad:o}");
        }
    }

    #[test]
    fn a_mode_that_is_written_down_may_be_dangerous_but_not_useless() {
        for (text, mode) in [("4755", 0o4755), ("1777", 0o1777), ("666", 0o666)] {
            assert_eq!(text.parse(), Ok(Mode(mode)));
        }
        for bad in ["", "8", "64", "0888", "00644", "rwx", "+644", "0300", "u+s"] {
            assert!(bad.parse::<Mode>().is_err(), "{bad:?}");
        }
    }
}
