//! Why a worker gets no token, and what to do about it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::domain::access_request::{Lacking, NotInCatalog};
use crate::domain::connection::AttentionReason;
use crate::domain::failure::OktaFailure;
use crate::domain::grant_status::ScopeState;
use crate::domain::id::TenantId;
use crate::domain::scope::Scope;
use crate::flows::{BrokerError, FlowError};
use crate::web::api::problem::{ApiProblem, Kind};
use crate::web::state::Site;
use crate::web::words;

/// When Okta does not say when to come back.
const LATER: Duration = Duration::from_secs(10);

/// Names of categories and scopes that we do not have.
pub(super) fn not_in_catalog(unknown: &NotInCatalog) -> ApiProblem {
    let errors: Vec<Value> = [
        ("categories", &unknown.categories),
        ("scopes", &unknown.scopes),
    ]
    .into_iter()
    .flat_map(|(field, names)| names.iter().map(move |name| (field, name)))
    .map(|(field, name)| json!({ "field": field, "value": name, "detail": "not in the catalog" }))
    .collect();
    ApiProblem::new(
        Kind::NotInCatalog,
        "Some of what was asked for is not in the catalog. GET /api/v1/catalog lists what is.",
    )
    .with("errors", Value::Array(errors))
}

/// More than the key may ask for. `None`: nothing was named, which is everything.
pub(super) fn beyond_limits(beyond: Option<&[&Scope]>, categories: &[String]) -> ApiProblem {
    let categories = categories.join(", ");
    let Some(beyond) = beyond else {
        let detail = format!(
            "This key is limited to the categories {categories}. Name the categories or scopes that you need."
        );
        return ApiProblem::new(Kind::Limited, detail);
    };
    let names: Vec<&str> = beyond.iter().map(|scope| scope.as_str()).collect();
    let detail = format!(
        "This key is limited to the categories {categories}, which do not include {}. Ask for less, or use a key that is made for it.",
        names.join(", ")
    );
    ApiProblem::new(Kind::Limited, detail).with("beyond", json!(names))
}

/// The answer to a worker, with the page on which people see and mend it.
pub(super) fn refused(error: BrokerError, tenant: TenantId, site: &Site) -> ApiProblem {
    let page = page_of(tenant, site);
    let problem = match error {
        BrokerError::NoTenant => return ApiProblem::no_tenant(),
        BrokerError::Flow(error) => return error.into(),
        BrokerError::OktaAway(failure) => return okta_away(failure),
        BrokerError::NotConnected => ApiProblem::new(
            Kind::NotConnected,
            "Nobody has connected this tenant yet. Send its administrator an onboarding link: POST /api/v1/tenants/{tenant}/links makes one.",
        ),
        BrokerError::OnHold => ApiProblem::new(
            Kind::OnHold,
            "The connection is on hold until you, the vendor, activate it: POST /api/v1/tenants/{tenant}/activation.",
        ),
        BrokerError::Disconnected => ApiProblem::new(
            Kind::Disconnected,
            format!(
                "The connection was ended, and its tokens with it. An administrator of the tenant can connect again at {page}."
            ),
        ),
        BrokerError::NeedsAttention(reason) => needs_attention(reason, &page),
        BrokerError::Lacking(lacking) => missing(&lacking, &page),
    };
    problem.with("status_page", Value::String(page))
}

fn page_of(tenant: TenantId, site: &Site) -> String {
    let mut page = site.public_url.clone();
    page.set_path(&format!("/tenants/{tenant}"));
    page.into()
}

fn needs_attention(reason: AttentionReason, page: &str) -> ApiProblem {
    let why = match reason {
        AttentionReason::SignInExpired => {
            "The sign-in behind the connection has ended, as Okta ends each after 90 days."
        }
        AttentionReason::NoRefreshToken => {
            "Okta gave no refresh token, so access ended an hour after the sign-in."
        }
        AttentionReason::NotSuperAdministrator => {
            "The person who signed in is not a Super Administrator."
        }
        AttentionReason::Failed(kind) => words::of_kind(kind).why,
    };
    let detail = format!(
        "Okta gives this connection no more tokens. {why} An administrator of the tenant mends it at {page}, which shows the steps."
    );
    ApiProblem::new(Kind::NeedsAttention, detail).with("reason", json!(reason.code()))
}

fn missing(lacking: &[Lacking], page: &str) -> ApiProblem {
    let names: Vec<&str> = lacking.iter().map(|one| one.scope.as_str()).collect();
    let detail = format!(
        "These scopes cannot be used: {}. An administrator of the tenant mends all of it at {page}; then ask again.",
        names.join(", ")
    );
    let missing: Vec<Value> = lacking
        .iter()
        .map(|one| {
            json!({
                "scope": one.scope.as_str(), "state": one.state.code(), "remedy": remedy(one.state),
            })
        })
        .collect();
    ApiProblem::new(Kind::ScopesMissing, detail).with("missing", Value::Array(missing))
}

const fn remedy(state: ScopeState) -> &'static str {
    match state {
        ScopeState::Unrequested => {
            "The catalog asks for it since after the last authorization: grant it to the app in Okta, then authorize again."
        }
        ScopeState::BlockedByRole => {
            "It is granted, but the role of the person who authorized is too weak: a Super Administrator has to authorize again."
        }
        ScopeState::Unavailable => {
            "The organization's edition or licence does not have this feature: go without it, or ask the customer to get it from Okta."
        }
        _ => "Grant it to the app in Okta (Okta API Scopes), then authorize again.",
    }
}

fn okta_away(failure: OktaFailure) -> ApiProblem {
    let wait = failure.retry_after.unwrap_or(LATER);
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let detail = format!(
        "The tenant's token has ended, and Okta cannot renew it right now ({}). It passes by itself: ask again in {} seconds.",
        failure.kind,
        seconds.max(1)
    );
    ApiProblem::new(Kind::OktaUnreachable, detail)
        .retry_after(seconds.max(1))
        .because(FlowError::from(failure))
}
