//! The `control` file as dpkg parses it: one stanza of fields (dpkg's parse.c, Policy 5.1).
//!
//! What dpkg refuses is found, and the rest is read all the same. A field is `Name: value`; lines that begin with a space
//! or a tab continue it. There are no comments and no second stanza.

use super::finding::{Findings, Rule};
use super::package::Field;
use super::place::shown;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const CURE: &str = "write it as `Name: value` lines, with further lines that begin with a space, as deb-control(5) shows";
const SYNTAX: Rule = Rule::error("control-syntax", CURE);
const NEWLINE: Rule = Rule::error(
    "control-final-newline",
    "end the file with a line feed: dpkg refuses the package",
);
const TWICE: Rule = Rule::error("control-field-twice", "give each field once");
const STANZAS: Rule = Rule::error(
    "control-stanzas",
    "leave one stanza, without blank lines inside; a blank line of a description is ` .`",
);
const LAST: Rule = Rule::error(
    "control-last-value",
    "give the last field a value, or take it away: dpkg takes it for a file that is cut off",
);
const BLANKS: Rule = Rule::warning("control-blank-lines", "take the blank lines away");
const ENCODING: Rule = Rule::warning(
    "control-encoding",
    "write the file in UTF-8 with line feeds, without control characters",
);

/// The place of findings.
const PLACE: &str = "`control`";

/// Returns the fields, in order, without those that cannot be read.
pub(super) fn parse(content: &[u8], findings: &mut Findings) -> Vec<Field> {
    let mut parser = Parser {
        fields: Vec::new(),
        names: BTreeSet::new(),
        is_open: false,
        findings,
    };
    if !content.is_empty() && !content.ends_with(b"\n") {
        parser
            .findings
            .add(&NEWLINE, PLACE, "its last line does not end in a line feed");
    }
    let body = content.strip_suffix(b"\n").unwrap_or(content);
    let mut is_over = false;
    for (at, line) in body.split(|b| *b == b'\n').enumerate() {
        if line.is_empty() {
            parser
                .findings
                .add(&BLANKS, PLACE, format!("its line {} is empty", at + 1));
            is_over = !parser.fields.is_empty();
        } else if is_over {
            let problem = format!("something follows a blank line, at line {}", at + 1);
            parser.findings.add(&STANZAS, PLACE, problem);
            break;
        } else {
            parser.line(at + 1, line);
        }
    }
    if !is_over
        && parser.is_open
        && let Some(last) = parser.fields.last().filter(|last| last.value.is_empty())
    {
        let problem = format!("its last field, `{}`, has no value", last.name);
        parser.findings.add(&LAST, PLACE, problem);
    }
    parser.fields
}

struct Parser<'a> {
    fields: Vec<Field>,
    names: BTreeSet<String>,
    /// Whether a line that begins with a space belongs to the last field.
    is_open: bool,
    findings: &'a mut Findings,
}

impl Parser<'_> {
    fn line(&mut self, number: usize, line: &[u8]) {
        let strange = |b: &u8| b.is_ascii_control() && *b != b'\t';
        if line.iter().any(strange) {
            let problem = format!("its line {number} has a control character");
            self.findings.add(&ENCODING, PLACE, problem);
        }
        if std::str::from_utf8(line).is_err() {
            let problem = format!("its line {number} is not UTF-8");
            self.findings.add(&ENCODING, PLACE, problem);
        }
        let line = line.trim_ascii_end();
        if line.is_empty() {
            let problem = format!("its line {number} has nothing but spaces");
            self.findings.add(&STANZAS, PLACE, problem);
        } else if line[0] == b' ' || line[0] == b'\t' {
            match self.fields.last_mut() {
                Some(field) if self.is_open => {
                    field.value.push('\n');
                    field.value.push_str(&text_of(line));
                }
                _ => self.refuse(number, line, "continues no field"),
            }
        } else {
            self.field(number, line);
        }
    }

    fn field(&mut self, number: usize, line: &[u8]) {
        self.is_open = false;
        let colon = line.iter().position(|b| *b == b':');
        let (name, value) = match colon {
            Some(at) => (line[..at].trim_ascii_end(), &line[at + 1..]),
            None => return self.refuse(number, line, "has no colon"),
        };
        // dpkg takes any byte beyond ASCII; that Policy has none there is judged later.
        let allowed = name.iter().all(|b| b.is_ascii_graphic() || !b.is_ascii());
        if name.is_empty() || !allowed || name.starts_with(b"-") || name.starts_with(b"#") {
            return self.refuse(number, line, "does not begin with the name of a field");
        }
        let name = text_of(name);
        if !self.names.insert(name.to_ascii_lowercase()) {
            let problem = format!("it has `{name}` a second time, at line {number}");
            self.findings.add(&TWICE, PLACE, problem);
            return;
        }
        self.is_open = true;
        self.fields.push(Field {
            name,
            value: text_of(value.trim_ascii()),
        });
    }

    fn refuse(&mut self, number: usize, line: &[u8], why: &str) {
        self.is_open = false;
        let problem = format!("its line {number}, `{}`, {why}", shown(line));
        self.findings.add(&SYNTAX, PLACE, problem);
    }
}

/// Returns text as it is; other bytes as `\xNN`.
fn text_of(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the fields as `name=value`, and the rules that were broken.
    fn parsed(content: &[u8]) -> (Vec<String>, Vec<&'static str>) {
        let mut findings = Findings::default();
        let fields = parse(content, &mut findings);
        let fields = fields
            .iter()
            .map(|field| format!("{}={}", field.name, field.value));
        let found = findings.into_sorted();
        (
            fields.collect(),
            found.iter().map(|finding| finding.rule).collect(),
        )
    }

    #[test]
    fn fields_keep_their_order_and_their_lines() {
        let text = "Package: a\nDescription:short  \n long\n .\n  - x\nX-Y :  z\n";
        let fields = ["Package=a", "Description=short\n long\n .\n  - x", "X-Y=z"];
        assert_eq!(
            parsed(text.as_bytes()),
            (fields.map(str::to_owned).to_vec(), vec![])
        );
    }

    #[test]
    fn what_dpkg_refuses_is_found_and_the_rest_is_read() {
        for (text, fields, rules) in [
            (&b""[..], &[][..], &["control-blank-lines"][..]),
            (b"A: b", &["A=b"], &["control-final-newline"]),
            (
                b"A: b\na: c\n d\nB: x\n",
                &["A=b", "B=x"],
                &["control-field-twice", "control-syntax"],
            ),
            (
                b"A: b\n\nC: d\n",
                &["A=b"],
                &["control-stanzas", "control-blank-lines"],
            ),
            (b"A: b\n\n", &["A=b"], &["control-blank-lines"]),
            (b"\nA: b\n", &["A=b"], &["control-blank-lines"]),
            (b"A: b\n \t\nC: d\n", &["A=b", "C=d"], &["control-stanzas"]),
            (b"# x\nA: b\n", &["A=b"], &["control-syntax"]),
            (b"#x: y\nA: b\n", &["A=b"], &["control-syntax"]),
            (b"-x: y\n", &[], &["control-syntax"]),
            (b" x\nA: b\n", &["A=b"], &["control-syntax"]),
            (b"\xef\xbb\xbfA: b\n", &["\u{feff}A=b"], &[]),
            (b"A: b\nB: \t\n", &["A=b", "B="], &["control-last-value"]),
            (
                b"A:",
                &["A="],
                &["control-final-newline", "control-last-value"],
            ),
            (b"A:\n\n", &["A="], &["control-blank-lines"]),
            (b"A:\n b\n", &["A=\n b"], &[]),
            (b"no colon\n", &[], &["control-syntax"]),
            (b"A: b\r\n", &["A=b"], &["control-encoding"]),
            (b"A: \xff\\\n", &["A=\\xff\\"], &["control-encoding"]),
            (b"A: \x1b[1m\n", &["A=\u{1b}[1m"], &["control-encoding"]),
        ] {
            let (found_fields, found_rules) = parsed(text);
            assert_eq!(found_fields, fields, "{}", shown(text));
            assert_eq!(found_rules, rules, "{}", shown(text));
        }
    }
}
