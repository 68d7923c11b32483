//! `schema`: the JSON schema of a recipe.

use super::answer::write_text;
use crate::recipe::schema::json_schema;
use crate::report::Reporter;
use anyhow::Result;

/// Prints the schema.
pub fn run(reporter: &dyn Reporter) -> Result<()> {
    write_text(reporter, &json_schema())
}
