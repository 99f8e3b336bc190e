//! Reads schemas: which fields there are, of which kind, and what an example looks like.

use serde_json::{Map, Value, json};

use super::{members, runs, text};
use crate::web::pages::DocsField;

/// Deeper than any of ours; a schema that contained itself would have no end.
const DEEPEST: usize = 6;

/// What a reference stands for, followed to its end.
pub(super) fn resolve(document: &Value, value: &Value) -> Value {
    let mut found = value;
    for _ in 0..DEEPEST {
        let Some(pointer) = found["$ref"].as_str() else {
            break;
        };
        found = document
            .pointer(pointer.trim_start_matches('#'))
            .unwrap_or(&Value::Null);
    }
    // `oneOf` of null and a schema is how an optional reference is written.
    let choices = found["oneOf"].as_array();
    let real = choices.and_then(|choices| choices.iter().find(|choice| choice["type"] != "null"));
    match real {
        Some(real) => resolve(document, real),
        None => found.clone(),
    }
}

/// The fields of an object, each with those inside it.
pub(super) fn fields_of(document: &Value, schema: &Value) -> Vec<DocsField> {
    below(document, schema, 0)
}

fn below(document: &Value, schema: &Value, depth: usize) -> Vec<DocsField> {
    let schema = resolve(document, schema);
    if depth > DEEPEST {
        return Vec::new();
    }
    if schema.get("items").is_some() {
        return below(document, &schema["items"], depth);
    }
    let required: Vec<_> = schema["required"].as_array().cloned().unwrap_or_default();
    members(&schema["properties"])
        .map(|(name, field)| {
            let target = resolve(document, field);
            let about = match text(&field["description"]) {
                "" => text(&target["description"]),
                own => own,
            };
            DocsField {
                name: name.clone(),
                kind: kind_of(document, field),
                required: required.iter().any(|needed| needed == name),
                about: runs(about),
                inner: below(document, field, depth + 1),
            }
        })
        .collect()
}

/// A field's kind in a few words.
pub(super) fn kind_of(document: &Value, schema: &Value) -> String {
    let is_null = |value: &Value| value == "null";
    let nullable = schema["type"]
        .as_array()
        .is_some_and(|types| types.iter().any(is_null))
        || schema["oneOf"]
            .as_array()
            .is_some_and(|choices| choices.iter().any(|choice| is_null(&choice["type"])));
    let schema = resolve(document, schema);
    let kind = match &schema["type"] {
        Value::Array(types) => text(
            types
                .iter()
                .find(|kind| !is_null(kind))
                .unwrap_or(&Value::Null),
        ),
        kind => text(kind),
    };
    let mut words = match kind {
        "array" => format!("list of {}", kind_of(document, &schema["items"])),
        "" => "any".to_owned(),
        kind => kind.to_owned(),
    };
    if let Some(choices) = schema["enum"].as_array() {
        let choices: Vec<_> = choices
            .iter()
            .map(text)
            .filter(|choice| !choice.is_empty())
            .collect();
        words = choices.join(" | ");
    } else if let Some(format) = schema["format"]
        .as_str()
        .filter(|format| !format.starts_with("int"))
    {
        words = format!("{words}, {format}");
    }
    if nullable {
        format!("{words}, or null")
    } else {
        words
    }
}

/// A value as the schema's examples show it; `None` where there is no schema.
pub(super) fn example_of(document: &Value, schema: &Value) -> Option<Value> {
    if schema.is_null() {
        return None;
    }
    Some(example(document, schema, 0))
}

fn example(document: &Value, schema: &Value, depth: usize) -> Value {
    for of in [schema, &resolve(document, schema)] {
        let given = of.get("example").or_else(|| of["examples"].get(0));
        if let Some(given) = given {
            return given.clone();
        }
    }
    let schema = resolve(document, schema);
    if depth > DEEPEST {
        return Value::Null;
    }
    if let Some(choice) = schema["enum"].get(0) {
        return choice.clone();
    }
    if schema.get("properties").is_some() {
        let inner = members(&schema["properties"])
            .map(|(name, field)| (name.clone(), example(document, field, depth + 1)));
        return Value::Object(inner.collect::<Map<_, _>>());
    }
    let kind = match &schema["type"] {
        Value::Array(types) => text(types.first().unwrap_or(&Value::Null)).to_owned(),
        kind => text(kind).to_owned(),
    };
    match kind.as_str() {
        "array" => json!([example(document, &schema["items"], depth + 1)]),
        "integer" => json!(1),
        "boolean" => json!(true),
        "string" if schema["format"] == "uuid" => json!("019353b8-6e50-7c3a-9d0e-5d0c1b2a3f4e"),
        "string" if schema["format"] == "date-time" => json!("2026-11-25T09:00:00Z"),
        "string" => json!("…"),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({ "components": { "schemas": {
            "State": { "type": "string", "enum": ["open", "used"], "description": "How it stands." },
            "Link": { "type": "object", "required": ["id"], "properties": {
                "id": { "type": "string", "format": "uuid" },
                "state": { "$ref": "#/components/schemas/State" },
                "seen": { "type": ["string", "null"], "format": "date-time" },
                "maybe": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/State" }] },
            } },
            "Page": { "type": "object", "properties": {
                "links": { "type": "array", "items": { "$ref": "#/components/schemas/Link" } },
            } },
        } } })
    }

    #[test]
    fn fields_are_read_through_references_and_lists() {
        let page = json!({ "$ref": "#/components/schemas/Page" });
        let fields = fields_of(&document(), &page);
        // In whichever order the document's objects keep their keys.
        let mut inner: Vec<_> = fields[0]
            .inner
            .iter()
            .map(|field| (field.name.as_str(), field.kind.as_str(), field.required))
            .collect();
        inner.sort_unstable();
        assert_eq!(fields[0].kind, "list of object");
        assert_eq!(
            inner,
            [
                ("id", "string, uuid", true),
                ("maybe", "open | used, or null", false),
                ("seen", "string, date-time, or null", false),
                ("state", "open | used", false),
            ]
        );
        let mut states = fields[0].inner.iter().filter(|field| field.name == "state");
        let state = states.next().expect("the state");
        assert_eq!(state.about[0].text, "How it stands.");
    }

    #[test]
    fn an_example_has_every_field() {
        let page = json!({ "$ref": "#/components/schemas/Page" });
        let example = example_of(&document(), &page).unwrap();
        let link = &example["links"][0];
        assert_eq!(link["state"], "open");
        assert_eq!(link["seen"], "2026-11-25T09:00:00Z");
        assert_eq!(link.as_object().unwrap().len(), 4);
    }
}
