//! What happened, in words. An action that this list does not know is shown by its name.

use serde_json::Value;
use time::OffsetDateTime;

use super::words::{counted, listed};
use crate::domain::failure::FailureKind;
use crate::flows::Happening;
use crate::web::pages::HappeningRow;
use crate::web::when::when;
use crate::web::words;

/// Kinds to cut the timeline down to, with how their actions begin. The first is all of them.
pub(super) const KINDS: [(&str, &str, &[&str]); 6] = [
    ("all", "Everything", &[""]),
    (
        "onboarding",
        "Onboarding",
        &[
            "tenant.",
            "link.",
            "links.",
            "sessions.",
            "organization.",
            "permissions.",
            "app.",
            "authorization.",
            "administrator.",
            "hand_off.",
        ],
    ),
    (
        "connection",
        "Connection",
        &["connection.", "grants.", "catalog."],
    ),
    ("tokens", "Checks and tokens", &["check.", "token."]),
    ("webhooks", "Webhooks", &["webhook."]),
    ("support", "Look-ups", &["support."]),
];

const WORDS: [(&str, &str, &str); 36] = [
    ("tenant.created", "Invited", "neutral"),
    ("link.created", "Link made", "neutral"),
    ("link.opened", "Link opened", "neutral"),
    ("link.claimed", "Onboarding begun", "neutral"),
    ("link.revoked", "Link revoked", "warn"),
    ("links.revoked", "All open links revoked", "warn"),
    ("sessions.revoked", "Sessions ended", "warn"),
    ("organization.found", "Organization found", "neutral"),
    (
        "organization.confirmed",
        "Organization confirmed",
        "neutral",
    ),
    ("permissions.read", "Permissions read", "neutral"),
    (
        "app.saved",
        "App found right by the checks before the sign-in",
        "neutral",
    ),
    (
        "app.refused",
        "App entered, and refused by the checks before the sign-in",
        "warn",
    ),
    ("authorization.begun", "Sent to Okta to sign in", "neutral"),
    ("authorization.failed", "Sign-in failed", "bad"),
    (
        "administrator.signed_in",
        "Administrator signed in",
        "neutral",
    ),
    (
        "administrator.refused",
        "Sign-in by somebody who was not let in",
        "warn",
    ),
    (
        "administrator.signed_out",
        "Administrator signed out",
        "neutral",
    ),
    (
        "hand_off.created",
        "Repair handed to a colleague",
        "neutral",
    ),
    (
        "grants.added",
        "Permissions granted from the status page",
        "neutral",
    ),
    ("grants.changed", "What works has changed", "warn"),
    ("catalog.changed", "The catalog changed", "neutral"),
    ("connection.connected", "Connected", "good"),
    ("connection.needs_attention", "Needs attention", "bad"),
    ("connection.recovered", "Works again", "good"),
    ("connection.expiring", "The sign-in ends soon", "warn"),
    ("connection.disconnected", "Disconnected", "warn"),
    ("connection.activated", "Activated", "good"),
    ("check.requested", "Check asked for", "neutral"),
    ("check.finished", "Check", "neutral"),
    ("token.refreshed", "Token refreshed, latest", "good"),
    ("token.refresh_failed", "Refresh failed", "warn"),
    ("token.issued", "Token handed out", "neutral"),
    ("support.looked", "Support looked", "neutral"),
    ("support.link_created", "Support made a new link", "neutral"),
    ("webhook.delivered", "Webhook delivered", "good"),
    ("webhook.dead", "Webhook given up", "bad"),
];

/// Whether it is a step of the customer's on the way to the first connection.
pub(super) fn is_step(action: &str) -> bool {
    let (_, _, prefixes) = KINDS[1];
    let is_ours = ["tenant.created", "link.created", "link.revoked"].contains(&action);
    !is_ours && prefixes.iter().any(|prefix| action.starts_with(prefix))
}

pub(super) fn what(happening: &Happening) -> String {
    let is_unchecked = happening.detail.get("checked") == Some(&Value::Bool(false));
    if happening.action == "app.saved" && is_unchecked {
        return "App entered".to_owned();
    }
    let known = WORDS
        .iter()
        .find(|(action, ..)| *action == happening.action);
    known.map_or_else(
        || happening.action.clone(),
        |(_, words, _)| (*words).to_owned(),
    )
}

pub(super) fn row(happening: &Happening, now: OffsetDateTime) -> HappeningRow {
    let known = WORDS
        .iter()
        .find(|(action, ..)| *action == happening.action);
    let text = |name: &str| {
        happening
            .detail
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    HappeningRow {
        at: when(happening.at, now),
        tone: known.map_or("neutral", |(_, _, tone)| tone),
        what: what(happening),
        who: who(happening),
        detail: detail(happening),
        reference: text("reference"),
    }
}

fn who(happening: &Happening) -> String {
    let name = happening.actor_name.as_deref();
    match (happening.actor_kind.as_str(), name) {
        ("staff", Some(name)) => format!("{name}, staff"),
        (_, Some(name)) => name.to_owned(),
        ("command_line", _) => "on the command line".to_owned(),
        ("link_holder", _) => "whoever holds the link".to_owned(),
        ("api_key", _) => "a program".to_owned(),
        ("stranger", _) => "a stranger".to_owned(),
        ("service", _) => "by itself".to_owned(),
        (other, _) => other.to_owned(),
    }
}

/// A cause by its words, Okta's own words, or the facts that tell most.
fn detail(happening: &Happening) -> Option<String> {
    let text = |name: &str| happening.detail.get(name).and_then(Value::as_str);
    let cause = ["cause", "failure", "reason"].into_iter().find_map(text);
    let mut parts = Vec::new();
    if let Some(cause) = cause {
        let kind = FailureKind::from_code(cause);
        parts.push(kind.map_or_else(
            || cause.to_owned(),
            |kind| words::of_kind(kind).title.to_owned(),
        ));
    }
    let said: Vec<&str> = ["error", "description"]
        .into_iter()
        .filter_map(text)
        .collect();
    if !said.is_empty() {
        parts.push(format!("Okta said: {}", said.join(": ")));
    }
    parts.extend(text("okta_request").map(|id| format!("Okta's request {id}")));
    parts.extend(text("organization").map(str::to_owned));
    parts.extend(text("outcome").map(|outcome| match outcome {
        "complete" => "Every question was answered or tried".to_owned(),
        other => other.to_owned(),
    }));
    let number = |name: &str| happening.detail.get(name).and_then(Value::as_i64);
    let links = number("links").map(|links| counted(links, "link", "links"));
    let sessions = number("sessions").map(|sessions| counted(sessions, "session", "sessions"));
    let closed: Vec<String> = links.into_iter().chain(sessions).collect();
    parts.extend((!closed.is_empty()).then(|| listed(&closed)));
    parts.extend(number("ended").filter(|n| *n > 0).map(|ended| {
        let links = counted(ended, "earlier link", "earlier links");
        format!("{links} ended")
    }));
    let changes = happening.detail.get("changes").and_then(Value::as_u64);
    parts.extend(changes.filter(|n| *n > 0).map(|n| format!("{n} changed")));
    (!parts.is_empty()).then(|| parts.join(" · "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::domain::audit::Action;

    fn happening(action: &str, detail: Value) -> Happening {
        Happening {
            id: Uuid::nil(),
            at: OffsetDateTime::UNIX_EPOCH,
            action: action.to_owned(),
            actor_kind: "service".to_owned(),
            actor_name: None,
            detail,
        }
    }

    #[test]
    fn what_is_published_and_what_fails_has_words() {
        let actions = [
            Action::Connected,
            Action::NeedsAttention,
            Action::Recovered,
            Action::Expiring,
            Action::Disconnected,
            Action::GrantsChanged,
            Action::CatalogChanged,
            Action::AuthorizationFailed,
            Action::SupportLooked,
        ];
        for action in actions {
            let words = what(&happening(action.code(), json!({})));
            assert_ne!(words, action.code());
        }
    }

    #[test]
    fn a_failure_tells_its_cause_oktas_words_and_oktas_request() {
        let failed = happening(
            "authorization.failed",
            json!({ "cause": "not_assigned", "error": "access_denied", "description": "User is not assigned",
                    "okta_request": "abc", "reference": "r" }),
        );
        let row = row(&failed, OffsetDateTime::UNIX_EPOCH);
        let detail = row.detail.unwrap_or_default();
        assert!(
            detail.contains("access_denied: User is not assigned") && detail.contains("abc"),
            "{detail}"
        );
        assert_eq!((row.tone, row.reference.as_deref()), ("bad", Some("r")));
    }

    #[test]
    fn every_happening_is_of_some_kind() {
        for (action, ..) in WORDS {
            let kinds = KINDS.iter().skip(1);
            let of = kinds.filter(|(_, _, prefixes)| {
                prefixes.iter().any(|prefix| action.starts_with(prefix))
            });
            assert_eq!(of.count(), 1, "{action}");
        }
    }
}
