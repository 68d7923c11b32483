//! The names of all problems: one list, with what each means. They stay what they are: scripts and documents may rely on them.

use std::fmt;

/// Makes the enum, its names and its meanings out of one list.
macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $code:ident = $name:literal; )+) => {
        /// What sort of problem it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $( $(#[doc = $doc])+ $code, )+
        }

        impl Code {
            /// All of them, in the order in which they are looked for.
            pub const ALL: &[Code] = &[ $( Code::$code, )+ ];

            /// Returns its name: `recipe::unknown-key`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $( Code::$code => $name, )+
                }
            }

            /// Returns what it means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self {
                    $( Code::$code => concat!($($doc),+).trim_ascii(), )+
                }
            }
        }
    };
}

codes! {
    /// The recipe is not there, or is no file that can be read.
    Unreadable = "recipe::unreadable";
    /// The recipe is not UTF-8, or not TOML 1.0.
    Syntax = "recipe::syntax";
    /// A key that no recipe has.
    UnknownKey = "recipe::unknown-key";
    /// A key without which its table means nothing.
    MissingKey = "recipe::missing-key";
    /// A number where text belongs, and the like.
    WrongType = "recipe::wrong-type";
    /// A value that another program would refuse, or that would do harm.
    InvalidValue = "recipe::invalid-value";
    /// Two things that do not go together, or one that needs another.
    Conflict = "recipe::conflict";
    /// A key or value that a later version of deb-build-app will know.
    NotSupportedYet = "recipe::not-supported-yet";
    /// A file beside the recipe that is not as the recipe says.
    MissingFile = "recipe::missing-file";
    /// A warning: a sign of the shell in a command that no shell reads.
    NoShell = "recipe::no-shell";
    /// A warning: a variable that a command uses and nothing sets.
    UndefinedVariable = "recipe::undefined-variable";
    /// A warning: instances of a service that would listen on the same port.
    SamePort = "recipe::same-port";
    /// A warning: a port for which a program needs rights of root.
    PrivilegedPort = "recipe::privileged-port";
    /// A warning: logs that are looked at less often than the recipe says.
    NotSoOften = "recipe::not-so-often";
    /// A warning: a value that is allowed and hardly ever meant.
    UnusualValue = "recipe::unusual-value";
    /// A warning: rights with which a program can become root.
    WorthRoot = "recipe::worth-root";
    /// So many problems that the rest of them is only counted.
    ManyMore = "recipe::many-more";
    /// A fault of deb-build-app: nothing says why the recipe was refused.
    Refused = "recipe::refused";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
