//! The JSON schema of a recipe (draft-07), for editors that read Taplo's or Even Better TOML's directive `#:schema`.
//!
//! Only what old validators know is used: `type`, `enum`, `pattern`, `minimum`, `maximum`, `items`, `properties`,
//! `additionalProperties`, `required`, `default`, `examples`, `allOf`, `anyOf`, `definitions` and `$ref`. Each table is a
//! definition without its required keys: those stand where the table is used, so that `[release.*]` can ask for none.
//! A reference is the only item of an `allOf`, because draft-07 ignores what stands beside a `$ref`; `anyOf` would do the
//! same, but a validator then says no more than that nothing fits.
//!
//! # Limits
//! The schema knows types, names and patterns. What a value means, and what goes together, only the reader checks.

use super::package::OVERRIDES;
use super::prose::paragraphs;
use super::{Key, LATER, Map, RECIPE, Shape, TableSpec};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;
use std::collections::VecDeque;
use std::ptr;

/// Returns the JSON schema of a recipe, with a newline at the end.
///
/// # Panics
/// Never: texts and numbers can always be written as JSON.
pub fn json_schema() -> String {
    let tables = Tables::of(&RECIPE);
    let mut whole = Object::default();
    whole.put("$schema", "http://json-schema.org/draft-07/schema#");
    whole.put("title", "deb-build-app recipe");
    whole.put("description", paragraphs(RECIPE.doc).join("\n\n"));
    whole.put("type", "object");
    whole.extend(tables.body(&RECIPE));
    whole.put("required", required(&RECIPE));
    let mut definitions = Object::default();
    for (name, spec) in &tables.named {
        let mut definition = Object::default();
        definition.put("description", paragraphs(spec.doc).join("\n\n"));
        definition.extend(tables.body(spec));
        definitions.add(name, Node::Object(definition));
    }
    whole.add("definitions", Node::Object(definitions));
    let text = serde_json::to_string_pretty(&whole).expect("texts and numbers can be written");
    text + "\n"
}

/// A JSON object whose members keep their order.
#[derive(Clone, Debug, Default)]
struct Object(Vec<(String, Node)>);

/// A member of an [`Object`].
#[derive(Clone, Debug)]
enum Node {
    Value(Value),
    Object(Object),
    List(Vec<Object>),
}

impl Object {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.add(name, Node::Value(value.into()));
    }

    fn add(&mut self, name: &str, node: Node) {
        self.0.push((name.to_owned(), node));
    }

    fn extend(&mut self, other: Object) {
        self.0.extend(other.0);
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, node) in &self.0 {
            map.serialize_entry(name, node)?;
        }
        map.end()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Value(value) => value.serialize(serializer),
            Node::Object(object) => object.serialize(serializer),
            Node::List(list) => list.serialize(serializer),
        }
    }
}

/// Whether a table must have its required keys where it is used.
#[derive(Clone, Copy, PartialEq)]
enum Keys {
    /// It stands for itself.
    All,
    /// It is merged into another one.
    Some,
}

/// The tables of a document, each with its name among the definitions.
struct Tables {
    named: Vec<(String, &'static TableSpec)>,
}

impl Tables {
    /// Names every table after the shortest way to it, so that `[user]` and not `[users]` gives its name.
    fn of(root: &'static TableSpec) -> Self {
        let mut named: Vec<(String, &'static TableSpec)> = Vec::new();
        let mut waiting = VecDeque::from([(String::new(), root)]);
        while let Some((way, spec)) = waiting.pop_front() {
            for key in spec.keys {
                let name = if way.is_empty() {
                    key.name.to_owned()
                } else {
                    format!("{way}.{}", key.name)
                };
                let Some(inner) = key.shape.table() else {
                    continue;
                };
                if !named.iter().any(|(_, known)| ptr::eq(*known, inner)) {
                    named.push((name.clone(), inner));
                    waiting.push_back((name, inner));
                }
            }
        }
        Tables { named }
    }

    /// Returns what a table holds, but for which keys are required.
    fn body(&self, spec: &TableSpec) -> Object {
        let mut properties = Object::default();
        for key in spec.keys {
            let inner = self.key(key, keys_within(spec));
            properties.add(key.name, Node::Object(inner));
        }
        let mut body = Object::default();
        body.add("properties", Node::Object(properties));
        body.put("additionalProperties", false);
        body
    }

    fn key(&self, key: &Key, keys: Keys) -> Object {
        let mut schema = Object::default();
        let mut description = paragraphs(key.doc);
        if key.later {
            // Draft-07 has no word for it.
            description.insert(0, LATER.to_owned());
        }
        if !key.later && !key.later_values.is_empty() {
            let values = key.listed_later_values();
            description.push(format!("Not supported by this version: {values}."));
        }
        schema.put("description", description.join("\n\n"));
        schema.extend(self.shape(key.shape, keys));
        if let Some(default) = key.default {
            schema.put("default", toml_as_json(default));
        }
        if let Some(example) = key.example {
            schema.put("examples", vec![toml_as_json(example)]);
        }
        schema
    }

    fn shape(&self, shape: Shape, keys: Keys) -> Object {
        let mut schema = Object::default();
        match shape {
            Shape::Text => schema.put("type", "string"),
            Shape::Pattern(pattern) => {
                schema.put("type", "string");
                schema.put("pattern", pattern);
            }
            Shape::Choice(choices) => {
                schema.put("type", "string");
                schema.put("enum", choices.to_vec());
            }
            Shape::Boolean => schema.put("type", "boolean"),
            Shape::Integer(least, most) => {
                schema.put("type", "integer");
                schema.put("minimum", least);
                schema.put("maximum", most);
            }
            Shape::List(item) => {
                schema.put("type", "array");
                // A list is not merged but replaced, so that the tables in it are whole.
                schema.add("items", Node::Object(self.shape(*item, Keys::All)));
            }
            Shape::Table(spec) => {
                schema.put("type", "object");
                schema.add("allOf", Node::List(vec![self.reference(spec)]));
                if keys == Keys::All && spec.keys.iter().any(|key| key.required) {
                    schema.put("required", required(spec));
                }
            }
            Shape::Map(Map { value, .. }) => {
                schema.put("type", "object");
                schema.add(
                    "additionalProperties",
                    Node::Object(self.shape(*value, keys)),
                );
            }
            Shape::Either(shapes) => return self.either(shapes, keys),
        }
        schema
    }

    fn reference(&self, spec: &TableSpec) -> Object {
        let mut reference = Object::default();
        let (name, _) = self
            .named
            .iter()
            .find(|(_, known)| ptr::eq(*known, spec))
            .expect("every table has a name");
        reference.put("$ref", format!("#/definitions/{name}"));
        reference
    }

    /// Merges shapes that are told apart by their type: each keyword but `enum` is about one type only, and a validator then
    /// names the key that is wrong, where with `anyOf` it says no more than that nothing fits.
    fn either(&self, shapes: &[Shape], keys: Keys) -> Object {
        let schemas = shapes.iter().map(|shape| self.shape(*shape, keys));
        if shapes
            .iter()
            .any(|shape| matches!(shape, Shape::Choice(_) | Shape::Either(_)))
        {
            let mut schema = Object::default();
            schema.add("anyOf", Node::List(schemas.collect()));
            return schema;
        }
        let (types, others): (Vec<_>, Vec<_>) = schemas
            .flat_map(|schema| schema.0)
            .partition(|(name, _)| name == "type");
        let types: Vec<Value> = types
            .into_iter()
            .filter_map(|(_, node)| match node {
                Node::Value(value) => Some(value),
                Node::Object(_) | Node::List(_) => None,
            })
            .collect();
        let mut schema = Object::default();
        schema.put("type", types);
        schema.extend(Object(others));
        schema
    }
}

/// Returns whether tables in this one must be whole: in `[release.*]` they hold only what differs.
fn keys_within(spec: &TableSpec) -> Keys {
    if ptr::eq(spec, &raw const OVERRIDES) {
        Keys::Some
    } else {
        Keys::All
    }
}

fn required(spec: &TableSpec) -> Vec<&'static str> {
    let required = spec.keys.iter().filter(|key| key.required);
    required.map(|key| key.name).collect()
}

/// Returns a value of TOML as JSON.
fn toml_as_json(text: &str) -> Value {
    let table: toml::Table = format!("value = {text}")
        .parse()
        .expect("a test reads every default and example");
    let value = &table["value"];
    serde_json::to_value(value).expect("no default and no example is a float that JSON lacks")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::schema::package::{PACKAGE, TARGET};

    fn shape_of(shape: Shape) -> String {
        let tables = Tables::of(&RECIPE);
        serde_json::to_string(&tables.shape(shape, Keys::All)).expect("it can be written")
    }

    #[test]
    fn shapes_of_different_types_are_merged() {
        const PORT: Shape = Shape::Either(&[
            Shape::Integer(1, 9),
            Shape::Pattern("^a"),
            Shape::Table(&TARGET),
        ]);
        assert_eq!(
            shape_of(PORT),
            r##"{"type":["integer","string","object"],"minimum":1,"maximum":9,"pattern":"^a","allOf":[{"$ref":"#/definitions/target"}]}"##
        );
    }

    #[test]
    fn choices_keep_other_types_as_they_are() {
        assert_eq!(
            shape_of(Shape::Either(&[Shape::Boolean, Shape::Choice(&["a", "b"])])),
            r#"{"anyOf":[{"type":"boolean"},{"type":"string","enum":["a","b"]}]}"#
        );
    }

    #[test]
    fn a_table_has_its_required_keys_where_it_stands_for_itself() {
        let tables = Tables::of(&RECIPE);
        let written = |keys| {
            let schema = tables.shape(Shape::Table(&PACKAGE), keys);
            serde_json::to_string(&schema).expect("it can be written")
        };
        assert_eq!(
            written(Keys::All),
            r##"{"type":"object","allOf":[{"$ref":"#/definitions/package"}],"required":["name","version","maintainer","summary"]}"##
        );
        assert_eq!(
            written(Keys::Some),
            r##"{"type":"object","allOf":[{"$ref":"#/definitions/package"}]}"##
        );
    }
}
