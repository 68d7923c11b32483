//! Machine code in packages for every architecture, or for another one (Policy 5.6.8).

use super::paths::{Paths, place};
use crate::deb::read::{Findings, Package, Rule};

const IN_ALL: Rule = Rule::error(
    "machine-code-in-all",
    "name the architecture that the code is for: `all` means every one",
);
const FOREIGN: Rule = Rule::warning(
    "machine-code-foreign",
    "build the package on the architecture that it is for, or leave the file out",
);

/// The machine numbers of ELF (`e_machine` of elf.h) by Debian's names.
const MACHINES: [(&str, u16); 13] = [
    ("amd64", 62),
    ("arm64", 183),
    ("armel", 40),
    ("armhf", 40),
    ("i386", 3),
    ("loong64", 258),
    ("mips64el", 8),
    ("mipsel", 8),
    ("ppc64", 21),
    ("ppc64el", 21),
    ("riscv64", 243),
    ("s390x", 22),
    ("x32", 62),
];

/// ELF files are for the machine that the package is for.
pub(super) fn machine(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    let architecture = package.field("Architecture").unwrap_or_default();
    let known = MACHINES.iter().find(|(name, _)| *name == architecture);
    for entry in &package.entries {
        let Some(machine) = entry.elf_machine else {
            continue;
        };
        if architecture == "all" {
            findings.add(&IN_ALL, &place(entry.path()), "it is machine code");
        } else if let Some((_, expected)) = known
            && *expected != machine
        {
            let problem = format!("it is machine code for ELF's machine {machine}, not {expected}");
            findings.add(&FOREIGN, &place(entry.path()), problem);
        }
    }
}
