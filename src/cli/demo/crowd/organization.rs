//! A made-up customer's organization at fake-okta: what makes its answers be what its pages say.

use fake_okta::{
    App, AuthMethod, Edition, Effect, FakeOkta, Fault, IssuedTokens, OrgHandle, OrgSeed, Override,
    OverrideAnswer, Person, Role,
};
use serde_json::json;
use time::OffsetDateTime;

use super::super::organizations::VENDOR;
use super::names::Company;
use super::plot::{Flavour, Plot, Stop};
use super::said::said;
use crate::domain::connection::AttentionReason;
use crate::domain::failure::FailureKind;
use crate::domain::scope::ScopeSet;
use crate::vault::client_key;

/// Who works there, and what it has bought.
pub(super) fn seed(company: &Company) -> OrgSeed {
    let plot = Plot::of(company.number);
    let human = &company.administrator;
    let role = if plot == Plot::Broken(AttentionReason::NotSuperAdministrator) {
        Role::OrgAdmin
    } else {
        Role::SuperAdmin
    };
    let administrator = Person {
        given_name: human.given.to_owned(),
        family_name: human.family.to_owned(),
        ..Person::new(&human.email, role)
    };
    let helpdesk = Person::new(&format!("helpdesk@{}.example", company.slug), Role::None);
    let unlicensed = match plot {
        Plot::Works(Flavour::Unlicensed(path)) => vec![path.to_owned()],
        _ => Vec::new(),
    };
    OrgSeed {
        name: company.slug.clone(),
        edition: if plot == Plot::Works(Flavour::Classic) {
            Edition::V1
        } else {
            Edition::Idx
        },
        people: vec![administrator, helpdesk],
        unlicensed,
        ..OrgSeed::default()
    }
}

/// The vendor's app there, made when it is first asked for.
pub(super) fn app(org: &OrgHandle, company: &Company, granted: &ScopeSet) -> App {
    let own = |app: &App| app.label == VENDOR;
    if let Some(app) = org.state().apps.into_iter().find(own) {
        return app;
    }
    let plot = Plot::of(company.number);
    let is_refused = |kind| plot == Plot::Stopped(Stop::Refused(kind));
    let assigned = match plot {
        Plot::Stopped(Stop::SignIn(FailureKind::NotAssigned)) => Vec::new(),
        _ => vec![company.administrator.email.clone()],
    };
    let granted_scopes = match plot {
        Plot::Stopped(Stop::SignIn(FailureKind::NothingGranted)) => Vec::new(),
        _ => api_scopes(granted),
    };
    let mut app = App {
        label: VENDOR.to_owned(),
        auth_method: if plot.uses_secret(company.number) {
            AuthMethod::ClientSecretBasic
        } else {
            AuthMethod::PrivateKeyJwt
        },
        assigned,
        granted_scopes,
        ..App::default()
    };
    if is_refused(FailureKind::RefreshTokenGrantDisabled) {
        app.grant_types = vec!["authorization_code".to_owned()];
    }
    if let Plot::Works(Flavour::WeakRole(path)) = plot {
        org.add_override(Override::on(path, OverrideAnswer::RoleRefused));
    }
    org.add_app(app)
}

/// What is granted to an app; the scopes of a sign-in need no grant.
fn api_scopes(granted: &ScopeSet) -> Vec<String> {
    let scopes = granted.iter().filter(|scope| scope.access().is_some());
    scopes.map(ToString::to_string).collect()
}

/// Tells the app this run's addresses, unless it is one that never knew them.
pub(super) fn introduce(org: &OrgHandle, plot: Plot, redirect_uri: &str, jwks_uri: &str) {
    let unregistered = Stop::Refused(FailureKind::RedirectAddressNotRegistered);
    let own = |app: &App| app.label == VENDOR;
    let Some(app) = org.state().apps.into_iter().find(own) else {
        return;
    };
    org.update_app(&app.client_id, |app| {
        if plot != Plot::Stopped(unregistered) {
            app.redirect_uris = vec![redirect_uri.to_owned()];
        }
        if app.jwks.is_none() {
            app.jwks_uri = Some(jwks_uri.to_owned());
        }
    });
}

/// Tokens as the sign-in brought them.
pub(super) fn tokens(
    org: &OrgHandle,
    client_id: &str,
    login: &str,
    scopes: &ScopeSet,
    signed_in_at: OffsetDateTime,
) -> IssuedTokens {
    let since = signed_in_at.unix_timestamp();
    org.issue_tokens_since(client_id, login, &scopes.to_names(), since)
}

/// What goes wrong at each start anew, because the fake does not remember it.
pub(super) fn trouble(org: &OrgHandle, plot: Plot) {
    let fault = match plot {
        Plot::Works(Flavour::Unanswered(path)) => {
            Fault::on(&format!("{path}*"), Effect::ServerError)
        }
        Plot::Works(Flavour::Lags) => Fault::on_token(Effect::ServerError),
        Plot::Broken(AttentionReason::Failed(
            kind @ (FailureKind::InteractionRequired
            | FailureKind::PolicyDenied
            | FailureKind::NotAssigned
            | FailureKind::UnknownScope
            | FailureKind::Denied),
        )) => {
            let (error, description) = said(kind);
            let body = json!({ "error": error, "error_description": description });
            Fault::on_token(Effect::Answer {
                status: 400,
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: body.to_string(),
            })
        }
        _ => return,
    };
    org.faults().add(fault);
}

/// What somebody at the customer's did later: the app, and what it may do, are no longer what they
/// were when it was connected.
pub(super) fn break_it(fake: &FakeOkta, company: &Company) {
    let org = fake.org(&company.slug);
    let own = |app: &App| app.label == VENDOR;
    let Some(app) = org.state().apps.into_iter().find(own) else {
        return;
    };
    let id = app.client_id.as_str();
    match Plot::of(company.number) {
        Plot::Over { .. } | Plot::Broken(AttentionReason::Failed(FailureKind::ReuseDetected)) => {
            org.end_refresh_tokens();
            org.end_access_tokens();
        }
        Plot::Broken(AttentionReason::Failed(kind)) => match kind {
            FailureKind::RefreshTokenDead => org.end_refresh_tokens(),
            FailureKind::UnknownClient => org.remove_app(id),
            FailureKind::WrongSecret => drop(org.rotate_client_secret(id)),
            FailureKind::KeyRefused => {
                let others = json!({ "keys": [client_key::generate().public_jwk] });
                org.update_app(id, |app| app.jwks = Some(others));
            }
            FailureKind::WrongAuthMethod => {
                org.update_app(id, |app| app.auth_method = AuthMethod::ClientSecretBasic);
            }
            FailureKind::RefreshTokenGrantDisabled => {
                org.update_app(id, |app| app.grant_types.retain(|of| of != "refresh_token"));
            }
            FailureKind::DpopRequired => drop(org.update_app(id, |app| app.dpop_bound = true)),
            FailureKind::NetworkZone => {
                org.update_app(id, |app| app.network_zone_restricted = true);
            }
            FailureKind::NothingGranted => {
                org.update_app(id, |app| app.granted_scopes.clear());
            }
            _ => {}
        },
        _ => {}
    }
}
