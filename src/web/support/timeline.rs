//! What happened, in words. An action that has none is shown by its name.

mod detail;
mod words;

use serde_json::Value;
use time::OffsetDateTime;

use self::words::WORDS;
use crate::flows::Happening;
use crate::web::pages::HappeningRow;
use crate::web::when::when;

pub(super) use self::words::{KINDS, is_step};

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
        detail: detail::of(happening, now),
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
        ("stranger", _) => "somebody not signed in".to_owned(),
        ("service", _) => "automatic".to_owned(),
        (other, _) => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

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
}
