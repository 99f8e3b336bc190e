//! A line of the trail as it is written, and the one way in which it is turned into bytes: what is
//! signed when it is written is what is compared when the trail is verified.

use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::AuditEvent;
use crate::domain::id::AuditEventId;

/// Stands where a text is absent. No text is so long.
const ABSENT: u64 = u64::MAX;

/// One line, with its id and time.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    pub id: Uuid,
    pub tenant: Option<Uuid>,
    pub at: OffsetDateTime,
    pub actor_kind: String,
    pub actor: Option<String>,
    /// What the actor was called at that moment, where it has a name.
    pub actor_name: Option<String>,
    pub action: String,
    pub detail: Value,
}

impl AuditEntry {
    /// The event as a new line. PostgreSQL keeps microseconds, so no more are signed.
    #[must_use]
    pub fn of(event: &AuditEvent, at: OffsetDateTime, actor_name: Option<String>) -> Self {
        let (kind, actor) = event.actor.to_columns();
        Self {
            id: AuditEventId::new().as_uuid(),
            tenant: event.tenant.map(|tenant| tenant.as_uuid()),
            at,
            actor_kind: kind.to_owned(),
            actor,
            actor_name,
            action: event.action.code().to_owned(),
            detail: event.detail.clone(),
        }
    }

    /// Fields in a fixed order, each text with its length before it: no two lines read the same. A line
    /// without a name reads as lines did before they had names.
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        let mut bytes = match self.actor_name {
            None => b"grantway audit entry 1".to_vec(),
            Some(_) => b"grantway audit entry 2".to_vec(),
        };
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(self.tenant.unwrap_or(Uuid::nil()).as_bytes());
        let micros = self.at.unix_timestamp_nanos().div_euclid(1_000);
        bytes.extend_from_slice(&micros.to_be_bytes());
        put(&mut bytes, Some(&self.actor_kind));
        put(&mut bytes, self.actor.as_deref());
        if let Some(name) = &self.actor_name {
            put(&mut bytes, Some(name));
        }
        put(&mut bytes, Some(&self.action));
        let mut detail = String::new();
        canonical(&self.detail, &mut detail);
        put(&mut bytes, Some(&detail));
        bytes
    }
}

fn put(bytes: &mut Vec<u8>, text: Option<&str>) {
    let length = text.map_or(ABSENT, |text| text.len() as u64);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
}

/// JSON with its keys in order, whatever the order in which they were kept.
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_unstable();
            text.push('{');
            for name in names {
                text.push_str(&Value::String(name.clone()).to_string());
                text.push(':');
                canonical(&fields[name.as_str()], text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    fn entry() -> AuditEntry {
        AuditEntry {
            id: Uuid::from_u128(1),
            tenant: Some(Uuid::from_u128(2)),
            at: datetime!(2026-11-25 12:00:00.123456 UTC),
            actor_kind: "service".to_owned(),
            actor: None,
            actor_name: None,
            action: "connection.recovered".to_owned(),
            detail: json!({ "b": [1, { "d": null, "c": "x" }], "a": true }),
        }
    }

    #[test]
    fn the_order_of_keys_and_what_postgres_does_not_keep_make_no_difference() {
        let text = r#"{"a":true,"b":[1,{"c":"x","d":null}]}"#;
        let other = AuditEntry {
            at: datetime!(2026-11-25 12:00:00.123456789 UTC),
            detail: serde_json::from_str(text).expect("JSON"),
            ..entry()
        };
        assert_eq!(entry().content(), other.content());
    }

    #[test]
    fn every_field_makes_a_difference_and_none_runs_into_the_next() {
        let changed = [
            AuditEntry {
                id: Uuid::from_u128(3),
                ..entry()
            },
            AuditEntry {
                tenant: None,
                ..entry()
            },
            AuditEntry {
                at: datetime!(2026-11-25 12:00:00.123457 UTC),
                ..entry()
            },
            AuditEntry {
                actor_kind: "servic".to_owned(),
                action: "econnection.recovered".to_owned(),
                ..entry()
            },
            AuditEntry {
                actor: Some(String::new()),
                ..entry()
            },
            AuditEntry {
                actor: Some(String::new()),
                actor_name: Some(String::new()),
                ..entry()
            },
            AuditEntry {
                actor_name: Some("Ada".to_owned()),
                ..entry()
            },
            AuditEntry {
                action: "connection.connected".to_owned(),
                ..entry()
            },
            AuditEntry {
                detail: json!({ "b": [1, { "d": null, "c": "x" }], "a": false }),
                ..entry()
            },
        ];
        let mut contents: Vec<_> = changed.iter().map(AuditEntry::content).collect();
        contents.push(entry().content());
        contents.sort();
        contents.dedup();
        assert_eq!(contents.len(), changed.len() + 1);
    }
}
