//! From the invitation to where the onboarding stands.

use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::dice::{between, roll};
use super::past::Past;
use super::plot::{Plot, Stop};
use super::said;
use crate::domain::audit::Action;
use crate::domain::connection::ClientAuthMethod;
use crate::domain::failure::FailureKind;
use crate::domain::id::ReferenceId;
use crate::domain::onboarding_link::{DEFAULT_LIFETIME, LinkPurpose};
use crate::store::{LastFailure, NewLink, SampleChange, SealedBytes};
use crate::vault;

/// How far before the sign-in each step was.
const OPENED: Duration = Duration::minutes(26);
const BEGUN: Duration = Duration::minutes(24);
const FOUND: Duration = Duration::minutes(22);
const CONFIRMED: Duration = Duration::minutes(21);
const READ: Duration = Duration::minutes(17);
const REFUSED: Duration = Duration::minutes(12);
const SAVED: Duration = Duration::minutes(8);
const TRIED: Duration = Duration::minutes(6);
const BEGUN_AT_OKTA: Duration = Duration::minutes(1);

/// When the sign-in was, or when the onboarding would have come to it.
pub(super) fn signed_in_at(number: usize, plot: Plot, now: OffsetDateTime) -> OffsetDateTime {
    use super::plot::Flavour::{EndsSoon, New};
    use crate::domain::connection::AttentionReason::SignInExpired;
    let minutes = |salt, low, high| now - Duration::minutes(between(number, salt, low, high));
    let days = |low: i64, high: i64| minutes(50, low * 1_440, high * 1_440);
    match plot {
        Plot::Stopped(Stop::Ignored) => days(4, 40),
        Plot::Stopped(Stop::Invited) => minutes(51, 0, 2_000),
        Plot::Stopped(_) => minutes(51, 5, 25 * 1_440),
        Plot::Works(New) => minutes(51, 12, 25),
        Plot::Works(EndsSoon) => days(77, 88),
        Plot::OnHold => days(1, 5),
        Plot::Broken(SignInExpired) => days(91, 100),
        Plot::Over { .. } => days(30, 85),
        Plot::Works(_) | Plot::Broken(_) => days(8, 74),
    }
}

/// How far a stopped onboarding came; the others went all the way.
const fn reached(plot: Plot) -> usize {
    let Plot::Stopped(stop) = plot else {
        return 8;
    };
    match stop {
        Stop::Invited | Stop::Ignored => 0,
        Stop::Opened => 1,
        Stop::Begun => 2,
        Stop::Found => 3,
        Stop::Confirmed => 4,
        Stop::Read => 5,
        Stop::Refused(_) => 6,
        Stop::Saved => 7,
        Stop::SignIn(_) => 8,
    }
}

/// Everything before the sign-in succeeded.
pub(super) fn tell(past: &mut Past<'_>, secret: Option<&SealedBytes>, catalog: &str) {
    let (cast, reached) = (past.cast, reached(past.cast.when.plot));
    invite(past);
    let confirmed = cast.by_link(Action::OrganizationConfirmed);
    let found = cast.by_link(Action::OrganizationFound);
    let read = cast.by_link(Action::PermissionsRead);
    let steps = [
        (
            OPENED,
            SampleChange::Opened(cast.link),
            cast.by_link(Action::LinkOpened),
        ),
        (
            BEGUN,
            SampleChange::Claimed(cast.link, cast.family()),
            cast.by_link(Action::LinkClaimed),
        ),
        (
            FOUND,
            SampleChange::Found(cast.organization.clone()),
            found.with(cast.described()),
        ),
        (
            CONFIRMED,
            SampleChange::Confirmed,
            confirmed.with(cast.described()),
        ),
        (
            READ,
            SampleChange::PermissionsRead(cast.link),
            read.with(json!({ "catalog": catalog })),
        ),
    ];
    for (before, change, event) in steps.into_iter().take(reached) {
        past.step(cast.when.signed_in_at - before, change, event);
    }
    enter_app(past, secret, reached);
    if reached >= 8 {
        sign_in(past);
    }
}

fn invite(past: &mut Past<'_>) {
    let cast = past.cast;
    let latest = cast.when.signed_in_at - OPENED;
    let invited = latest - cast.minutes(52, 4, 60 * 60);
    let organization = cast.organization.origin.as_str();
    let event = cast.by_staff(Action::TenantCreated);
    let name = cast.company.name.as_str();
    past.note(
        invited,
        event.with(json!({ "name": name, "organization": organization })),
    );
    let link = NewLink {
        id: cast.link,
        token_hash: vault::fingerprint(&vault::random_token()),
        created_by: "demo".to_owned(),
        expires_at: invited + DEFAULT_LIFETIME,
        purpose: LinkPurpose::Onboarding,
    };
    let event = cast.by_staff(Action::LinkCreated);
    let event = event.with(json!({ "link": cast.link }));
    past.step(invited, SampleChange::Link(link), event);
}

/// The app, entered at once or only after one more try.
fn enter_app(past: &mut Past<'_>, secret: Option<&SealedBytes>, reached: usize) {
    let cast = past.cast;
    let method = cast.app.auth_method.name();
    let entered = |action, checked: bool, troubles: &[&str]| {
        cast.by_link(action).with(json!({
            "client_id": cast.app.client_id.as_str(), "method": method,
            "checked": checked, "troubles": troubles,
        }))
    };
    let app = |checked| SampleChange::App(cast.app.clone(), secret.cloned(), checked);
    let trouble = match cast.when.plot {
        Plot::Stopped(Stop::Refused(kind)) => Some(kind),
        _ if reached >= 7 && roll(cast.number(), 53, 5) == 0 => Some(match cast.app.auth_method {
            ClientAuthMethod::ClientSecretBasic => FailureKind::WrongSecret,
            ClientAuthMethod::PrivateKeyJwt => FailureKind::RedirectAddressNotRegistered,
        }),
        _ => None,
    };
    if let Some(kind) = trouble {
        let event = entered(Action::AppRefused, false, &[kind.code()]);
        past.step(cast.when.signed_in_at - REFUSED, app(false), event);
    }
    if reached >= 7 {
        let event = entered(Action::AppSaved, true, &[]);
        past.step(cast.when.signed_in_at - SAVED, app(true), event);
    }
}

/// The way to Okta and, sometimes, back with an error.
fn sign_in(past: &mut Past<'_>) {
    let cast = past.cast;
    let failed = match cast.when.plot {
        Plot::Stopped(Stop::SignIn(kind)) => Some(kind),
        _ if roll(cast.number(), 54, 7) == 0 => Some(FailureKind::NotAssigned),
        _ => None,
    };
    if let Some(kind) = failed {
        fail(past, kind);
    }
    if cast.when.plot.is_authorized() {
        let event = cast.by_link(Action::AuthorizationBegun);
        past.note(cast.when.signed_in_at - BEGUN_AT_OKTA, event);
    }
}

fn fail(past: &mut Past<'_>, kind: FailureKind) {
    let cast = past.cast;
    let at = cast.when.signed_in_at - TRIED;
    past.note(at - BEGUN_AT_OKTA, cast.by_link(Action::AuthorizationBegun));
    let (failure, reference) = (said::failure(cast.number(), kind), ReferenceId::new());
    let event = cast.by_link(Action::AuthorizationFailed).with(json!({
        "cause": kind.code(),
        "error": failure.said.error,
        "description": failure.said.description,
        "okta_request": failure.said.request_id,
        "reference": reference,
    }));
    let last = LastFailure::new(&failure, reference, at);
    past.step(at, SampleChange::Failed(last), event);
}
