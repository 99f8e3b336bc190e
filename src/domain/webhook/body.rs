//! What a webhook says: `{type, timestamp, data}`, the same at every attempt.
//!
//! Facts pass by name: what an audit line holds besides stays inside, so that a detail that is meant
//! for people cannot reach a program by itself. No token, secret or e-mail address has a name here.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::TEST_TYPE;
use crate::domain::id::EndpointId;

/// The facts of events that are told.
const TOLD: [&str; 13] = [
    "granted",
    "source",
    "super_administrator",
    "from",
    "ends_at",
    "organization",
    "found_by",
    "added",
    "removed",
    "changes",
    "reason",
    "version",
    "previous",
];

/// The body of an event: whom it concerns and how the connection stood at that moment, then its facts.
#[must_use]
pub fn event_body(
    kind: &str,
    at: OffsetDateTime,
    subject: Option<&Value>,
    facts: &Value,
) -> String {
    let mut data = Map::new();
    for part in ["tenant", "connection"] {
        if let Some(value) = subject.and_then(|subject| subject.get(part)) {
            data.insert(part.to_owned(), value.clone());
        }
    }
    for name in TOLD {
        if let Some(value) = facts.get(name) {
            data.insert(name.to_owned(), value.clone());
        }
    }
    body(kind, at, &Value::Object(data))
}

/// The body of a trial.
#[must_use]
pub fn test_body(endpoint: EndpointId, at: OffsetDateTime) -> String {
    body(TEST_TYPE, at, &json!({ "endpoint": endpoint }))
}

fn body(kind: &str, at: OffsetDateTime, data: &Value) -> String {
    let timestamp = at.format(&Rfc3339).unwrap_or_default();
    json!({ "type": kind, "timestamp": timestamp, "data": data }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_names_the_customer_and_the_facts_that_are_told_and_no_others() {
        let subject = json!({
            "tenant": { "id": "t", "external_id": "crm-1", "name": "Acme" },
            "connection": { "state": "connected" },
            "secret": "CANARY",
        });
        let facts = json!({
            "granted": ["okta.users.read"],
            "okta_user": "00u1",
            "email": "ada@acme.example",
            "tenant": "CANARY",
        });

        let body = event_body(
            "connection.connected",
            OffsetDateTime::UNIX_EPOCH,
            Some(&subject),
            &facts,
        );

        let expected = json!({
            "type": "connection.connected",
            "timestamp": "1970-01-01T00:00:00Z",
            "data": {
                "tenant": { "id": "t", "external_id": "crm-1", "name": "Acme" },
                "connection": { "state": "connected" },
                "granted": ["okta.users.read"],
            },
        });
        assert_eq!(
            serde_json::from_str::<Value>(&body).expect("JSON"),
            expected
        );
    }

    #[test]
    fn an_event_of_the_service_names_no_customer() {
        let facts = json!({ "version": "b", "previous": "a" });
        let body = event_body("catalog.changed", OffsetDateTime::UNIX_EPOCH, None, &facts);
        assert!(
            body.ends_with(r#""data":{"version":"b","previous":"a"}}"#),
            "{body}"
        );
    }
}
