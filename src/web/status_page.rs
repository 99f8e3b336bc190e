//! Puts a tenant's status into the page's words. It decides nothing: states come from the domain.

pub(super) mod evidence;
mod notice;
mod verdict;

use super::onboarding::{admin_console, edition, page_access};
use super::pages::{
    CategoryCard, CategoryState, Facts, Finish, Person, PrimaryAction, ScopeRow, ScopeState,
    SignedIn, TenantStatus,
};
use super::state::Site;
use super::when::when;
use crate::domain::catalog::Catalog;
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::grant_status::{self, CategoryStatus, GrantStatus, ScopeStatus};
use crate::domain::id::TenantId;
use crate::domain::token_set::ScopesSource;
use crate::flows::StatusView;

/// The page of `tenant` for whoever is signed in, or for the holder of a link.
pub(super) fn present(
    site: &Site,
    catalog: &Catalog,
    view: StatusView,
    tenant: TenantId,
    signed_in: Option<SignedIn>,
) -> TenantStatus {
    let title = "Permissions and status";
    let layout = match signed_in {
        Some(person) => site.layout_for(title, person),
        None => site.layout(title),
    };
    TenantStatus {
        layout,
        path: format!("/tenants/{tenant}"),
        verdict: verdict::of(&view, &site.vendor_name),
        ended: has_ended(view.connection.state),
        primary: primary(&view),
        notice: notice::of(&view, &site.vendor_name),
        finish: finish(&view),
        categories: view
            .grants
            .categories()
            .iter()
            .map(|status| card(status, view.authorization.is_some()))
            .collect(),
        facts: facts(catalog, &view),
        unneeded: view
            .grants
            .unneeded()
            .iter()
            .map(ToString::to_string)
            .collect(),
        vendor_account: view.tenant_name,
    }
}

/// Whether nothing works until somebody signs in again.
const fn has_ended(state: ConnectionState) -> bool {
    use crate::domain::failure::FailureKind;
    matches!(
        state,
        ConnectionState::Disconnected
            | ConnectionState::NeedsAttention(
                AttentionReason::SignInExpired
                    | AttentionReason::Failed(FailureKind::RefreshTokenDead)
            )
    )
}

fn primary(view: &StatusView) -> PrimaryAction {
    if view.connection.connected_at.is_none() {
        return PrimaryAction::Continue {
            label: "Continue onboarding".to_owned(),
            href: "/onboarding".to_owned(),
        };
    }
    let all_granted = view.grants.lacking().next().is_none();
    match view.connection.state {
        ConnectionState::Connected | ConnectionState::OnHold
            if all_granted && view.last_failure.is_none() =>
        {
            PrimaryAction::None
        }
        _ => PrimaryAction::Authorize,
    }
}

/// One visit to Okta for everything that is missing. Not before there is an app to grant it to, and
/// not while the connection has ended: then signing in comes first.
fn finish(view: &StatusView) -> Option<Finish> {
    view.authorization.as_ref()?;
    let app = view.connection.app.as_ref()?;
    let missing: Vec<String> = view.grants.lacking().map(ToString::to_string).collect();
    if missing.is_empty() || has_ended(view.connection.state) {
        return None;
    }
    let organization = view.connection.organization.as_ref();
    Some(Finish {
        client_id: app.client_id.to_string(),
        duration: if missing.len() > 5 {
            "about 5 minutes"
        } else {
            "about 2 minutes"
        }
        .to_owned(),
        missing,
        admin_console_url: organization
            .and_then(|organization| admin_console(&organization.origin)),
    })
}

/// Before the first sign-in nothing is missing: nobody has looked yet.
fn card(status: &CategoryStatus, was_read: bool) -> CategoryCard {
    let state = if was_read {
        category_state(status.state())
    } else {
        CategoryState::Unknown
    };
    CategoryCard {
        id: status.category().id().to_owned(),
        name: status.category().name().to_owned(),
        state,
        scopes: status.scopes().map(row).collect(),
    }
}

fn row(status: &ScopeStatus) -> ScopeRow {
    let permission = status.permission();
    let state = scope_state(status.state());
    ScopeRow {
        id: permission.id().to_owned(),
        name: permission.name().to_owned(),
        access: page_access(permission.access()),
        // What a gap means is said beside the gap.
        evidence: (state == ScopeState::Missing).then(|| permission.without().to_owned()),
        state,
        checked: None,
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
        ends_at: authorization
            .and_then(|facts| facts.refresh_expires_at)
            .map(|end| when(end, view.now)),
        catalog_version: catalog.version().to_owned(),
    }
}

const fn read_from(source: ScopesSource) -> &'static str {
    match source {
        ScopesSource::TokenResponse => "From the token that Okta issued",
        ScopesSource::Introspection => "From Okta's answer about the token",
        ScopesSource::Assumed => "Okta did not say; this is what was asked for",
    }
}

const fn category_state(state: grant_status::CategoryState) -> CategoryState {
    use grant_status::CategoryState as State;
    match state {
        State::Granted => CategoryState::Granted,
        State::Partial => CategoryState::Partial,
        State::Missing => CategoryState::Missing,
        State::Blocked => CategoryState::Blocked,
        State::Unavailable => CategoryState::Unavailable,
        State::Unknown => CategoryState::Unknown,
    }
}

const fn scope_state(state: grant_status::ScopeState) -> ScopeState {
    use grant_status::ScopeState as State;
    match state {
        State::Granted => ScopeState::Granted,
        State::Missing => ScopeState::Missing,
        State::Unrequested => ScopeState::Unrequested,
        State::Effective => ScopeState::Effective,
        State::BlockedByRole => ScopeState::BlockedByRole,
        State::Unavailable => ScopeState::Unavailable,
        State::Unverified => ScopeState::Unverified,
        State::CheckFailed => ScopeState::CheckFailed,
    }
}

/// The names of the categories in one of `states`, as a person lists them.
fn names(grants: &GrantStatus, states: &[grant_status::CategoryState]) -> Option<(String, usize)> {
    let names: Vec<&str> = grants
        .categories()
        .iter()
        .filter(|status| states.contains(&status.state()))
        .map(|status| status.category().name())
        .collect();
    let text = match names.as_slice() {
        [] => return None,
        [one] => (*one).to_owned(),
        [all @ .., last] if names.len() <= 4 => format!("{} and {last}", all.join(", ")),
        _ => format!("{} categories", names.len()),
    };
    Some((text, names.len()))
}
