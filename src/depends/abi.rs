//! What a program must have in common with its libraries: the machine, its word and byte order (elf(5), `e_ident`).

use elf::abi::{EM_IA_64, EM_LOONGARCH, EM_MIPS, EM_PPC64};
use elf::endian::AnyEndian;
use elf::file::{Class, FileHeader};

/// The binary interface of an ELF file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Abi {
    machine: u16,
    bits: Bits,
    order: Order,
    /// Those of the processor's flags that keep libraries apart.
    flags: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Bits {
    B32,
    B64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Little,
    Big,
}

use Bits::{B32, B64};
use Order::{Big, Little};

/// Debian's names, with the machine numbers of elf.h. The two ARMs of 32 bits are told apart by nothing here.
const ARCHITECTURES: [(&str, u16, Bits, Order); 14] = [
    ("amd64", 62, B64, Little),
    ("x32", 62, B32, Little),
    ("i386", 3, B32, Little),
    ("arm64", 183, B64, Little),
    ("armhf", 40, B32, Little),
    ("armel", 40, B32, Little),
    ("loong64", 258, B64, Little),
    ("mips64el", 8, B64, Little),
    ("mipsel", 8, B32, Little),
    ("ppc64el", 21, B64, Little),
    ("ppc64", 21, B64, Big),
    ("riscv64", 243, B64, Little),
    ("s390x", 22, B64, Big),
    ("sparc64", 43, B64, Big),
];

impl Abi {
    pub(super) fn of(header: &FileHeader<AnyEndian>) -> Self {
        // dpkg compares the same bits of the flags (Dpkg::Shlibs::Objdump).
        let mask = match header.e_machine {
            EM_IA_64 => 0x10,
            EM_LOONGARCH => 0x7,
            EM_MIPS => 0xf020,
            EM_PPC64 => 0x3,
            _ => 0,
        };
        Abi {
            machine: header.e_machine,
            bits: match header.class {
                Class::ELF32 => B32,
                Class::ELF64 => B64,
            },
            order: match header.endianness {
                AnyEndian::Little => Little,
                AnyEndian::Big => Big,
            },
            flags: header.e_flags & mask,
        }
    }

    /// Returns what Debian calls it; nothing for machines that no Debian runs on, such as processors of graphics cards.
    pub fn architecture(&self) -> Option<&'static str> {
        self.architectures().next()
    }

    /// Returns whether programs of a Debian architecture are of this kind.
    pub fn is_of(&self, architecture: &str) -> bool {
        self.architectures().any(|name| name == architecture)
    }

    fn architectures(&self) -> impl Iterator<Item = &'static str> {
        ARCHITECTURES
            .into_iter()
            .filter(|(_, machine, bits, order)| {
                (*machine, *bits, *order) == (self.machine, self.bits, self.order)
            })
            .map(|(name, ..)| name)
    }
}
