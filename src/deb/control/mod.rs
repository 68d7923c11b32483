//! The `control` file: its fields, the grammar of each, and what must hold between them.

mod description;
mod field;
mod fields;
mod maintainer;
mod name;
mod relation;
mod version;

pub use description::Description;
pub use field::{FieldName, Line, Section, Summary};
pub use fields::{Control, MultiArch, Priority};
pub use maintainer::Maintainer;
pub use name::{Architecture, PackageName};
pub use relation::Relation;
pub use version::Version;
