//! What `grantway webhook` prints.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::{Failure, output};
use crate::domain::id::EndpointId;
use crate::flows::{DeliveryRecord, EndpointRecord, NewSecret, SendProblem, Trial};
use crate::vault;

/// The one time that a secret is shown.
pub(super) fn secret(made: &NewSecret, as_json: bool) -> Result<(), Failure> {
    let secret = vault::disclose(&made.secret);
    if as_json {
        return output::say_json(&json!({ "id": made.endpoint, "secret": secret }));
    }
    output::say(&format!("Endpoint {}\nSecret   {secret}\n", made.endpoint));
    output::say("The secret is shown this once. The receiver verifies each message with it.");
    Ok(())
}

pub(super) fn endpoints(found: &[EndpointRecord], as_json: bool) -> Result<(), Failure> {
    if as_json {
        let list: Vec<Value> = found.iter().map(endpoint).collect();
        return output::say_json(&list);
    }
    if found.is_empty() {
        output::say("There is no endpoint.");
    }
    for one in found {
        let state = match &one.disabled {
            Some((at, reason)) => format!("disabled ({}) since {}", reason.code(), rfc3339(*at)),
            None => "enabled".to_owned(),
        };
        let types = one
            .event_types
            .as_ref()
            .map_or_else(|| "all events".to_owned(), |types| types.join(", "));
        output::say(&format!(
            "{}  {}\n    {state}; {types}; {} waiting, {} given up. {}",
            one.id, one.url, one.waiting, one.dead, one.description
        ));
    }
    Ok(())
}

fn endpoint(one: &EndpointRecord) -> Value {
    json!({
        "id": one.id,
        "url": one.url,
        "description": one.description,
        "events": one.event_types,
        "created_at": rfc3339(one.created_at),
        "enabled": one.disabled.is_none(),
        "disabled_at": one.disabled.map(|(at, _)| rfc3339(at)),
        "disabled_reason": one.disabled.map(|(_, reason)| reason.code()),
        "failing_since": one.failing_since.map(rfc3339),
        "waiting": one.waiting,
        "dead": one.dead,
    })
}

pub(super) fn done(id: EndpointId, what: &str, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return output::say_json(&json!({ "id": id, "done": what }));
    }
    output::say(&format!("Endpoint {id} is {what}."));
    Ok(())
}

/// A trial that was not answered well is a failure, for scripts.
pub(super) fn trial(trial: Trial, as_json: bool) -> Result<(), Failure> {
    let (status, problem) = (trial.answer.ok(), trial.answer.err());
    let good = trial.is_delivered();
    if as_json {
        output::say_json(&json!({
            "delivered": good, "status": status, "problem": problem.map(SendProblem::code),
        }))?;
    }
    match (status, problem) {
        (Some(status), _) if good && !as_json => {
            output::say(&format!("Delivered: it answered {status}."));
        }
        (Some(status), _) if !good => {
            return Err(Failure::Failed(format!(
                "Not delivered: it answered {status}."
            )));
        }
        (None, Some(problem)) => return Err(Failure::Failed(format!("Not delivered: {problem}."))),
        _ => {}
    }
    Ok(())
}

pub(super) fn deliveries(found: &[DeliveryRecord], as_json: bool) -> Result<(), Failure> {
    if as_json {
        let list: Vec<Value> = found.iter().map(delivery).collect();
        return output::say_json(&list);
    }
    if found.is_empty() {
        output::say("There is no delivery.");
    }
    for one in found {
        let status = one.last_status.map(|status| status.to_string());
        let answer = status
            .or_else(|| one.last_problem.clone())
            .unwrap_or_else(|| "-".to_owned());
        output::say(&format!(
            "{}  {:9}  {:27}  {}  attempts {}  {answer}",
            one.event,
            one.state.code(),
            one.kind,
            rfc3339(one.at),
            one.attempts
        ));
    }
    Ok(())
}

fn delivery(one: &DeliveryRecord) -> Value {
    json!({
        "event": one.event,
        "type": one.kind,
        "tenant": one.tenant,
        "at": rfc3339(one.at),
        "state": one.state.code(),
        "attempts": one.attempts,
        "last_attempt_at": one.last_attempt_at.map(rfc3339),
        "last_status": one.last_status,
        "last_problem": one.last_problem,
    })
}

pub(super) fn replayed(id: EndpointId, count: u64, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return output::say_json(&json!({ "id": id, "replayed": count }));
    }
    output::say(&format!("{count} events will be sent again."));
    Ok(())
}

fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}
