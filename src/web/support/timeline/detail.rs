//! What a happening tells besides its name: a cause by its words, Okta's own words, numbers. Only facts
//! that are named here are read.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::connection::AttentionReason;
use crate::flows::Happening;
use crate::web::support::words::{counted, of_reason, there_are};
use crate::web::when::when;
use crate::web::words::of_renewal;

/// The facts of one happening.
struct Facts<'a>(&'a Value);

pub(super) fn of(happening: &Happening, now: OffsetDateTime) -> Option<String> {
    let facts = Facts(&happening.detail);
    let mut parts = Vec::new();
    parts.extend(facts.cause(happening.action.starts_with("token.")));
    parts.extend(facts.said());
    parts.extend(
        facts
            .text("okta_request")
            .map(|id| format!("Okta's request {id}")),
    );
    parts.extend(facts.text("organization").map(str::to_owned));
    parts.extend(
        facts
            .text("version")
            .map(|version| format!("version {version}")),
    );
    parts.extend(
        facts
            .text("previous")
            .map(|version| format!("before: {version}")),
    );
    parts.extend(facts.text("outcome").map(outcome));
    parts.extend(facts.closed());
    parts.extend(facts.grants());
    parts.extend(facts.changes());
    if happening.action.starts_with("token.") {
        parts.extend(facts.run(now));
    }
    if happening.action.starts_with("webhook.") {
        parts.extend(facts.delivery(now));
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn outcome(outcome: &str) -> String {
    match outcome {
        "complete" => "Every question was answered or tried".to_owned(),
        "superseded" => "Overtaken by a new sign-in, or by the connection's end".to_owned(),
        "failed" => "It could not be made".to_owned(),
        other => other.to_owned(),
    }
}

impl Facts<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    fn moment(&self, name: &str, now: OffsetDateTime) -> Option<String> {
        let at = OffsetDateTime::parse(self.text(name)?, &Rfc3339).ok()?;
        Some(when(at, now).relative)
    }

    /// By its words, those of a renewal where it is one; a reason of staff's own is told as it was given.
    fn cause(&self, is_renewal: bool) -> Option<String> {
        let cause = ["cause", "failure", "reason"]
            .into_iter()
            .find_map(|name| self.text(name))?;
        Some(match AttentionReason::from_code(cause) {
            Some(AttentionReason::Failed(kind)) if is_renewal => {
                of_renewal(kind).words.title.to_owned()
            }
            Some(reason) => of_reason(reason).to_owned(),
            None => cause.to_owned(),
        })
    }

    fn said(&self) -> Option<String> {
        let said: Vec<&str> = ["error", "description"]
            .into_iter()
            .filter_map(|name| self.text(name))
            .collect();
        (!said.is_empty()).then(|| format!("Okta said: {}", said.join(": ")))
    }

    /// What staff ended.
    fn closed(&self) -> Vec<String> {
        let number = |name: &str| self.number(name).unwrap_or(0);
        let closed = there_are(&[
            (number("links"), "link", "links"),
            (number("sessions"), "session", "sessions"),
        ]);
        let ended = self.number("ended").filter(|ended| *ended > 0);
        let ended =
            ended.map(|ended| format!("{} ended", counted(ended, "earlier link", "earlier links")));
        let closed = (!closed.is_empty()).then_some(closed);
        closed.into_iter().chain(ended).collect()
    }

    /// Scopes that came and went.
    fn grants(&self) -> Vec<String> {
        let of = |name: &str, word: &str| {
            let scopes = self.0.get(name)?.as_array()?.iter();
            let scopes: Vec<&str> = scopes.filter_map(Value::as_str).collect();
            (!scopes.is_empty()).then(|| format!("{word}: {}", scopes.join(", ")))
        };
        let refused = self
            .0
            .get("refused")
            .and_then(|refused| refused.get("scope"));
        let refused = refused.and_then(Value::as_str);
        let refused = refused.map(|scope| format!("refused: {scope}"));
        [of("added", "added"), of("removed", "removed"), refused]
            .into_iter()
            .flatten()
            .collect()
    }

    fn changes(&self) -> Option<String> {
        let changes = self.0.get("changes")?;
        if let Some(changes) = changes.as_array() {
            let scopes = changes.iter().filter_map(|change| change.get("scope"));
            let scopes: Vec<&str> = scopes.filter_map(Value::as_str).collect();
            return (!scopes.is_empty()).then(|| format!("changed: {}", scopes.join(", ")));
        }
        let number = changes.as_i64().filter(|changes| *changes > 0)?;
        Some(format!("{number} changed"))
    }

    /// Refreshes that are counted together.
    fn run(&self, now: OffsetDateTime) -> Option<String> {
        let times = self.number("times").filter(|times| *times > 1)?;
        let since = self.moment("since", now)?;
        Some(format!("{times} times in a row, the first {since}"))
    }

    /// How the sending of a webhook stands.
    fn delivery(&self, now: OffsetDateTime) -> Vec<String> {
        let mut parts = Vec::new();
        parts.extend(self.text("type").map(str::to_owned));
        parts.extend(self.text("endpoint").map(|host| format!("to {host}")));
        let answer = self
            .number("status")
            .map(|status| format!("answered {status}"));
        parts.extend(answer.or_else(|| self.text("problem").map(problem)));
        let attempts = self.number("attempts").filter(|attempts| *attempts > 0);
        parts.extend(attempts.map(|attempts| counted(attempts, "attempt", "attempts")));
        parts.extend(
            self.text("disabled")
                .map(|_| "the endpoint is disabled".to_owned()),
        );
        let next = self.moment("next_try", now);
        parts.extend(next.map(|next| format!("next try {next}")));
        parts
    }
}

/// Why there was no answer.
fn problem(code: &str) -> String {
    match code {
        "not_public" => "its address is not public",
        "no_such_name" => "its name does not exist",
        "unreachable" => "it could not be reached",
        "timed_out" => "it did not answer in time",
        "not_allowed" => "its address is not allowed any more",
        "secret_unreadable" => "its secret does not open: rotate it",
        other => other,
    }
    .to_owned()
}
