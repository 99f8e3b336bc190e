//! Puts a tenant's status into the page's words. It decides nothing: states come from the domain.

mod cards;
mod catalog_change;
mod check;
pub(super) mod disconnected;
pub(super) mod evidence;
pub(super) mod kit;
mod notice;
pub(super) mod report;
mod verdict;

use time::OffsetDateTime;

pub(super) use self::catalog_change::wanted;
use super::onboarding::edition;
use super::pages::{Facts, Kit, Look, Person, PrimaryAction, SignedIn, TenantStatus};
use super::state::Site;
use super::when::when;
use crate::domain::catalog::Catalog;
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::id::TenantId;
use crate::domain::token_set::ScopesSource;
use crate::flows::{StatusView, Visit};

/// The page of `tenant` for whoever is signed in, or for the holder of a link.
pub(super) fn present(
    site: &Site,
    catalog: &Catalog,
    view: &StatusView,
    tenant: TenantId,
    signed_in: Option<SignedIn>,
) -> TenantStatus {
    let title = "Permissions and status";
    let is_signed_in = signed_in.is_some();
    let layout = match signed_in {
        Some(person) => site.layout_for(title, person),
        None => site.layout(title),
    };
    let kit = kit::of(view, &site.vendor_name);
    TenantStatus {
        on_hold: view.connection.state == ConnectionState::OnHold,
        layout,
        path: format!("/tenants/{tenant}"),
        verdict: verdict::of(view, &site.vendor_name),
        ended: has_ended(view.connection.state),
        primary: primary(view, kit.as_ref(), tenant),
        notice: notice::of(view, &site.vendor_name),
        disconnected: disconnected::of(view, &site.vendor_name),
        can_disconnect: is_signed_in && can_disconnect(view.connection.state),
        check: check::of(view, catalog, is_signed_in),
        kit,
        catalog_change: catalog_change::of(view)
            .filter(|_| view.connection.state != ConnectionState::Disconnected),
        categories: cards::of(view),
        facts: facts(catalog, view),
        unneeded: view
            .grants
            .unneeded()
            .iter()
            .map(ToString::to_string)
            .collect(),
        looks: looks(view),
        seen_from: None,
        vendor_account: view.tenant_name.clone(),
    }
}

fn looks(view: &StatusView) -> Vec<Look> {
    let look = |visit: &Visit| Look {
        by: visit.staff_name.clone(),
        reason: visit.reason.clone(),
        at: when(visit.at, view.now),
    };
    view.visits.iter().map(look).collect()
}

/// Whether there is something to end.
pub(super) const fn can_disconnect(state: ConnectionState) -> bool {
    !matches!(
        state,
        ConnectionState::Pending | ConnectionState::Disconnected
    )
}

/// Whether nothing works until somebody signs in again.
pub(super) const fn has_ended(state: ConnectionState) -> bool {
    match state {
        ConnectionState::Disconnected
        | ConnectionState::NeedsAttention(AttentionReason::SignInExpired) => true,
        ConnectionState::NeedsAttention(AttentionReason::Failed(kind)) => kind.ends_the_sign_in(),
        _ => false,
    }
}

/// Whether the connection cannot be renewed until somebody changes something in Okta, where no new
/// sign-in is needed.
fn is_to_be_mended_in_okta(view: &StatusView) -> bool {
    let failing = view.failing();
    failing.is_some_and(|(kind, _)| !kind.is_passing() && !kind.ends_the_sign_in())
}

/// The one thing to do next. An open check answers by itself, so nothing is asked meanwhile but what
/// it cannot answer.
fn primary(view: &StatusView, kit: Option<&Kit>, tenant: TenantId) -> PrimaryAction {
    if view.connection.state == ConnectionState::Disconnected {
        return PrimaryAction::Continue {
            label: "Connect again".to_owned(),
            href: format!("/tenants/{tenant}/connect"),
        };
    }
    if view.connection.connected_at.is_none() {
        return PrimaryAction::Continue {
            label: "Continue onboarding".to_owned(),
            href: "/onboarding".to_owned(),
        };
    }
    let is_sound = matches!(
        view.connection.state,
        ConnectionState::Connected | ConnectionState::OnHold
    );
    if is_to_be_mended_in_okta(view) && view.checks.open.is_none() {
        return PrimaryAction::Check;
    }
    let has_todo = kit.is_some_and(|kit| !kit.todo.is_empty());
    let ends_soon = view.ends_soon().is_some();
    if !is_sound || has_todo || ends_soon || view.last_failure.is_some() {
        PrimaryAction::Authorize
    } else if view.checks.open.is_none() && check::got_nowhere(view) {
        PrimaryAction::Check
    } else {
        PrimaryAction::None
    }
}

fn facts(catalog: &Catalog, view: &StatusView) -> Facts {
    let connection = &view.connection;
    let organization = connection.organization.as_ref();
    let authorization = view.authorization.as_ref();
    Facts {
        organization_host: view
            .host()
            .unwrap_or_else(|| "Your organization".to_owned()),
        organization_id: organization.map(|organization| organization.id.to_string()),
        edition: organization.map(|organization| edition(organization.edition).to_owned()),
        client_id: connection.app.as_ref().map(|app| app.client_id.to_string()),
        connection_kind: "Signed-in administrator (authorization code)".to_owned(),
        signed_in: authorization.map(|facts| Person {
            name: facts.person_name.clone(),
            email: facts.person_email.clone(),
            at: when(facts.at, view.now),
        }),
        read_at: authorization.map(|facts| when(facts.at, view.now)),
        read_from: authorization.map(|facts| read_from(facts.scopes_source).to_owned()),
        ends_at: sign_in_end(view).map(|end| when(end, view.now)),
        catalog_version: catalog.version().to_owned(),
    }
}

/// When the sign-in ends by itself; of one that was ended before its time, when that was.
fn sign_in_end(view: &StatusView) -> Option<OffsetDateTime> {
    let planned = view.authorization.as_ref()?.refresh_expires_at;
    if !has_ended(view.connection.state) || planned.is_some_and(|end| end <= view.now) {
        return planned;
    }
    let ended = view.ending.as_ref().map(|ending| ending.at);
    ended.or(view.failing().map(|(_, since)| since))
}

const fn read_from(source: ScopesSource) -> &'static str {
    match source {
        ScopesSource::TokenResponse => "From the token that Okta issued",
        ScopesSource::Introspection => "From Okta's answer about the token",
        ScopesSource::Assumed => "Okta did not say; this is what was asked for",
    }
}

#[cfg(test)]
mod tests;
