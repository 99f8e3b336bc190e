//! What follows from an endpoint's answer, and what is said of it.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::webhook::after_failure;
use crate::store::{Finish, LaneClaim, Outgoing, Verdict};
use crate::webhook::Reply;

/// What follows from an answer.
pub(super) fn judge(
    outgoing: &Outgoing,
    answered: Result<Reply, &'static str>,
    now: OffsetDateTime,
) -> Finish {
    let wish = match &answered {
        Ok(reply) if matches!(reply.status, 429 | 503) => reply.retry_after,
        _ => None,
    };
    let wish = wish.and_then(|wish| Duration::try_from(wish).ok());
    let [dice, ..] = Uuid::new_v4().into_bytes();
    let verdict = match answered {
        Ok(reply) if (200..300).contains(&reply.status) => Verdict::Delivered,
        Ok(reply) if reply.status == 410 => Verdict::Gone,
        _ => after_failure(outgoing.attempts + 1, wish, dice)
            .map_or(Verdict::Dead, |wait| Verdict::Retry(now + wait)),
    };
    Finish {
        delivery: outgoing.delivery,
        status: answered.ok().map(|reply| reply.status),
        problem: answered.err(),
        verdict,
    }
}

/// A line and a count: which event, and how it went. Never an address, never a body.
pub(super) fn note(claim: &LaneClaim, outgoing: &Outgoing, finish: &Finish) {
    let outcome = match finish.verdict {
        Verdict::Delivered => "delivered",
        Verdict::Retry(_) => "failed",
        Verdict::Gone => "gone",
        Verdict::Dead => "dead",
    };
    metrics::counter!("grantway_webhook_deliveries_total", "outcome" => outcome).increment(1);
    let (endpoint, event, kind) = (claim.endpoint, outgoing.event, &outgoing.kind);
    let (status, problem) = (finish.status, finish.problem);
    let attempt = outgoing.attempts + 1;
    if finish.verdict == Verdict::Delivered {
        tracing::info!(%endpoint, %event, kind, attempt, status, "webhook delivered");
    } else {
        tracing::warn!(%endpoint, %event, kind, attempt, status, problem, outcome, "webhook not delivered");
    }
}
