//! The `control` file: its fields, the grammar of each, and what must hold between them.

mod description;
mod field;
mod fields;
mod maintainer;
mod multi_arch;
mod name;
mod relation;
mod version;

pub use description::Description;
pub use field::{FieldName, Line, Section, Summary};
pub use fields::{Control, Priority};
pub use maintainer::Maintainer;
pub use multi_arch::MultiArch;
pub use name::{Architecture, PackageName};
pub use relation::Relation;
pub use version::Version;
