//! What happened since the sign-in: checks, refreshes, changes, looks, the end.

use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::dice::{between, roll};
use super::past::{Cast, Past, When};
use super::plot::{Flavour, Plot};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::check_run::{CheckOutcome, Trigger};
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::failure::FailureKind;
use crate::domain::id::{AuthorizationId, TenantId};
use crate::domain::refresh_schedule::NOTICE;
use crate::domain::state_change::StateChange;
use crate::store::{NewVisit, SampleChange, SampleUpkeep, SettledSample};

/// A sign-in's fixed time.
pub(super) const LIFETIME: Duration = Duration::days(90);
/// So many days of daily looks are told.
const LOOKS: i64 = 6;

/// When a connection stopped working, if it did.
pub(super) fn broke_at(when: &When) -> Option<OffsetDateTime> {
    match when.plot {
        Plot::Broken(AttentionReason::SignInExpired) => Some(when.signed_in_at + LIFETIME),
        Plot::Broken(AttentionReason::NoRefreshToken) => Some(when.signed_in_at + Duration::HOUR),
        Plot::Broken(AttentionReason::Failed(_)) => {
            Some(when.now - when.minutes(60, 90, 6 * 1_440))
        }
        Plot::Over { .. } => Some(when.now - when.minutes(61, 1_440, 20 * 1_440)),
        _ => None,
    }
}

/// Everything after the sign-in.
pub(super) fn tell(past: &mut Past<'_>, authorization: AuthorizationId) {
    let cast = past.cast;
    let broke_at = broke_at(&cast.when);
    looks(past, authorization, broke_at);
    match (cast.when.plot, broke_at) {
        (Plot::Works(_), _) => little_things(past, authorization),
        (Plot::Broken(reason), Some(at)) => {
            let change =
                StateChange::attention(&cast.connection_in(ConnectionState::Connected), reason);
            if let Some(change) = change {
                past.step(at, SampleChange::State(change), None);
            }
        }
        (Plot::Over { by_program }, Some(at)) => end(past, by_program, at),
        _ => {}
    }
    ending_ahead(past);
    visits(past);
    if !matches!(cast.when.plot, Plot::Over { .. }) {
        let upkeep = upkeep(cast, broke_at);
        past.step(cast.when.now, SampleChange::Upkeep(upkeep), None);
    }
}

/// A look each day, the answers of which were replaced since; after the break they came to nothing.
fn looks(past: &mut Past<'_>, authorization: AuthorizationId, broke_at: Option<OffsetDateTime>) {
    let cast = past.cast;
    for day in 1..=LOOKS {
        let at = cast.when.now - Duration::days(day) - cast.minutes(70, 180, 300);
        let is_told = at > cast.when.signed_in_at + Duration::hours(2);
        let outcome = match (cast.when.plot, broke_at) {
            (Plot::Over { .. }, Some(end)) if at > end => continue,
            // The look that is run now is said to have been shortly before the break.
            (Plot::Broken(_), Some(end)) if at > end - Duration::hours(5) => {
                let AttentionReason::Failed(kind) = broken_by(cast.when.plot) else {
                    continue;
                };
                if at < end {
                    continue;
                }
                CheckOutcome::Failed(kind)
            }
            _ => CheckOutcome::Complete,
        };
        if is_told {
            past.step(
                at,
                SampleChange::Checked(Trigger::Daily, outcome, authorization),
                None,
            );
        }
    }
}

const fn broken_by(plot: Plot) -> AttentionReason {
    match plot {
        Plot::Broken(reason) => reason,
        _ => AttentionReason::SignInExpired,
    }
}

/// What happens to customers who are well.
fn little_things(past: &mut Past<'_>, authorization: AuthorizationId) {
    let cast = past.cast;
    let at = |salt| cast.when.now - cast.minutes(salt, 1_500, 7 * 1_440);
    if roll(cast.number(), 80, 3) == 0 {
        let subject = json!({ "okta_user": cast.person });
        past.note(
            at(81),
            cast.by_administrator(Action::SignedIn).with(subject),
        );
        past.note(
            at(81) + Duration::minutes(9),
            cast.by_administrator(Action::SignedOut),
        );
    }
    if roll(cast.number(), 82, 4) == 0 {
        let detail = json!({ "trigger": Trigger::Again.code() });
        past.note(
            at(83),
            cast.by_administrator(Action::CheckRequested).with(detail),
        );
        past.step(
            at(83) + Duration::seconds(6),
            SampleChange::Checked(Trigger::Again, CheckOutcome::Complete, authorization),
            None,
        );
    }
    if roll(cast.number(), 84, 6) == 0 {
        blip(past, at(85));
    }
    if roll(cast.number(), 86, 8) == 0 {
        let changes =
            json!([{ "scope": "okta.devices.read", "from": "unavailable", "to": "effective" }]);
        let detail = json!({ "found_by": "check", "changes": changes });
        past.note(at(87), cast.by_service(Action::GrantsChanged).with(detail));
    }
}

/// Something that was mended within hours.
fn blip(past: &mut Past<'_>, at: OffsetDateTime) {
    let cast = past.cast;
    let reason = AttentionReason::Failed(FailureKind::NetworkZone);
    let connected = cast.connection_in(ConnectionState::Connected);
    let broken = cast.connection_in(ConnectionState::NeedsAttention(reason));
    let ends = [
        (at, StateChange::attention(&connected, reason)),
        (
            at + cast.minutes(88, 40, 400),
            StateChange::recovery(&broken, ConnectionState::Connected),
        ),
    ];
    for (at, change) in ends {
        if let Some(change) = change {
            past.step(at, SampleChange::State(change), None);
        }
    }
}

/// People are told two weeks ahead.
fn ending_ahead(past: &mut Past<'_>) {
    let cast = past.cast;
    let (told, ends) = (
        cast.when.signed_in_at + LIFETIME - NOTICE,
        cast.when.signed_in_at + LIFETIME,
    );
    let over = Plot::Broken(AttentionReason::NoRefreshToken);
    let is_over = matches!(cast.when.plot, Plot::Over { .. }) || cast.when.plot == over;
    if told < cast.when.now && !is_over {
        let ends_at = ends.format(&Rfc3339).unwrap_or_default();
        let detail = json!({ "ends_at": ends_at });
        past.note(told, cast.by_service(Action::Expiring).with(detail));
    }
}

fn end(past: &mut Past<'_>, by_program: bool, at: OffsetDateTime) {
    let cast = past.cast;
    let actor = if by_program {
        Actor::CommandLine
    } else {
        Actor::Administrator(cast.person)
    };
    let (origin, client) = (&cast.organization.origin, &cast.app.client_id);
    let event = AuditEvent::new(cast.tenant, actor, Action::Disconnected).with(json!({
        "organization": origin.as_str(), "client_id": client.as_str(),
        "from": ConnectionState::Connected.to_columns().0,
    }));
    let revoked = Some((origin.clone(), client.clone()));
    past.step(at, SampleChange::Disconnected(revoked), event);
}

/// Support looks at those who have trouble, and now and then at others.
fn visits(past: &mut Past<'_>) {
    const REASONS: [&str; 5] = [
        "The customer asks why backups stopped",
        "Ticket: an administrator is stuck in the onboarding",
        "Checking after Okta's incident",
        "The customer wants to know what is missing",
        "Quarterly review with the customer",
    ];
    let cast = past.cast;
    let in_trouble = matches!(cast.when.plot, Plot::Broken(_) | Plot::Works(Flavour::Lags));
    if roll(cast.number(), 90, if in_trouble { 2 } else { 9 }) != 0 {
        return;
    }
    let at = cast.when.now - cast.minutes(91, 10, 2 * 1_440);
    if at <= cast.when.signed_in_at {
        return;
    }
    let reason = REASONS[roll(cast.number(), 92, REASONS.len())];
    let visit = NewVisit {
        id: Uuid::now_v7(),
        staff: cast.staff,
        session_family: Uuid::now_v7(),
        reason: reason.to_owned(),
        ends_at: at + Duration::minutes(30),
    };
    let event = cast.by_staff(Action::SupportLooked);
    let event = event.with(json!({ "reason": reason, "role": "support" }));
    past.step(at, SampleChange::Visited(visit), event);
}

/// How keeping the tokens alive goes.
fn upkeep(cast: &Cast, broke_at: Option<OffsetDateTime>) -> SampleUpkeep {
    let fresh = cast.when.now - cast.minutes(100, 1, 8);
    let well = SampleUpkeep {
        due_at: Some(cast.when.now + cast.minutes(101, 32, 49)),
        attempts: 0,
        failing: None,
        stored_at: fresh.max(cast.when.signed_in_at),
    };
    let lags = cast.when.plot == Plot::Works(Flavour::Lags);
    match (broken_by(cast.when.plot), broke_at) {
        _ if lags => SampleUpkeep {
            due_at: Some(cast.when.now - Duration::minutes(3)),
            attempts: 12,
            failing: Some((
                FailureKind::OktaBroken,
                cast.when.now - Duration::minutes(21),
            )),
            stored_at: cast.when.now - Duration::minutes(62),
        },
        (AttentionReason::Failed(kind), Some(at)) => SampleUpkeep {
            due_at: (!kind.ends_the_sign_in()).then(|| cast.when.now + cast.minutes(102, 20, 58)),
            attempts: i32::try_from(between(cast.number(), 103, 3, 14)).unwrap_or(3),
            failing: Some((kind, at)),
            stored_at: at - Duration::minutes(48),
        },
        (_, Some(at)) => SampleUpkeep {
            due_at: None,
            stored_at: at - Duration::minutes(48),
            ..well
        },
        _ => well,
    }
}

/// What the customer looks like once its permissions were really checked.
pub(super) fn settled(when: &When, tenant: TenantId) -> SettledSample {
    let broke_at = broke_at(when);
    let checked_at = match broke_at {
        Some(at) => at - when.minutes(110, 60, 270),
        None => when.now - when.minutes(110, 4, 900),
    };
    let lags = when.plot == Plot::Works(Flavour::Lags);
    let ended = broke_at.map(|at| at + when.minutes(111, 5, 12));
    SettledSample {
        tenant,
        checked_at: checked_at.max(when.signed_in_at + Duration::seconds(8)),
        next_check_at: when.now + when.minutes(112, 150, 1_320),
        access_ended_at: ended.or_else(|| lags.then(|| when.now - Duration::minutes(2))),
    }
}
