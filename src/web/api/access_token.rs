//! `/api/v1/tenants/{tenant}/access-token`: a token for a worker of the vendor's. The only answer that
//! holds one.

mod refusal;
mod worker;

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::refusal::{beyond_limits, not_in_catalog, refused};
use self::worker::WorkerCaller;
use super::input::OptionalBody;
use super::problem::ApiProblem;
use crate::domain::access_request::AccessRequest;
use crate::domain::catalog::Catalog;
use crate::flows::{Broker, Issued, disclose};
use crate::web::state::Site;
use crate::web::status_json::written;

/// What the token is wanted for. May be left out: then whatever was granted will do.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccessRequest)]
pub(super) struct AccessRequestJson {
    /// Categories of the catalog, by their ids: all that stands in them is wanted.
    #[serde(default)]
    #[schema(example = json!(["users", "groups"]))]
    categories: Vec<String>,
    /// Single scopes.
    #[serde(default)]
    #[schema(example = json!(["okta.logs.read"]))]
    scopes: Vec<String>,
}

/// A token. Not `Debug`: it would print.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessToken)]
pub(super) struct AccessTokenJson<'a> {
    /// Keep it in memory only, and ask for another one when it has ended.
    #[schema(example = "eyJraWQiOi…")]
    access_token: &'a str,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    #[schema(format = DateTime, example = "2026-11-25T10:00:00Z")]
    expires_at: String,
    /// The Okta API scopes that the token has, without those that are known not to work. Okta does not
    /// narrow the token of a person who signed in, so these are all that the tenant granted, whatever was
    /// asked for: treat it as a token that can do all of this.
    #[schema(example = json!(["okta.groups.manage", "okta.logs.read", "okta.users.manage"]))]
    scopes: Vec<&'a str>,
    /// The scopes that were asked for; all of `scopes` where nothing was named.
    #[schema(example = json!(["okta.groups.manage"]))]
    requested: Vec<&'a str>,
    /// Where the token is good: the organization's origin.
    #[schema(format = "uri", example = "https://acme.okta.com")]
    organization: &'a str,
}

impl<'a> AccessTokenJson<'a> {
    fn of(issued: &'a Issued, request: &'a AccessRequest) -> Self {
        let scopes: Vec<_> = issued.grants.usable().collect();
        let requested: Vec<_> = request.scopes().collect();
        Self {
            access_token: disclose(&issued.access_token),
            token_type: "Bearer",
            expires_at: written(issued.expires_at),
            requested: if requested.is_empty() {
                scopes.clone()
            } else {
                requested
            },
            scopes,
            organization: issued.organization.as_str(),
        }
    }
}

/// Gives an access token
///
/// It works now, for at least some minutes, and for all that the body names. When something of that
/// is not granted, or a check found that it does not work, the answer is 409 with all of it and what
/// to do. What a check could not judge counts as granted. The token can do all that `scopes` names,
/// which may be more than was asked for. A key that is limited to categories has to name what it wants,
/// and gets 403 for anything outside of them. Ask anew for each piece of work instead of
/// keeping tokens: a fresh one costs next to nothing, and one that is about to end is renewed first.
#[utoipa::path(
    post, path = "/api/v1/tenants/{tenant}/access-token", tag = "Connection", operation_id = "create_access_token",
    params(("tenant" = Uuid, Path, description = "The tenant's id.")),
    request_body = Option<AccessRequestJson>,
    responses((status = 200, description = "A token that works.", body = AccessTokenJson<'static>)),
    extensions(("x-roles" = json!(["worker"])), ("x-problems" = json!([409, 423]))),
)]
pub(super) async fn create(
    WorkerCaller(worker): WorkerCaller,
    State(broker): State<Broker>,
    State(catalog): State<Arc<Catalog>>,
    State(site): State<Arc<Site>>,
    OptionalBody(wanted): OptionalBody<AccessRequestJson>,
) -> Result<impl IntoResponse, ApiProblem> {
    let tenant = worker.tenant;
    let request = AccessRequest::resolve(&catalog, &wanted.categories, &wanted.scopes);
    let request = request.map_err(|unknown| not_in_catalog(&unknown))?;
    if let Some(categories) = worker.limits.categories() {
        let beyond = request.beyond(&catalog, categories);
        if beyond.as_ref().is_none_or(|beyond| !beyond.is_empty()) {
            return Err(beyond_limits(beyond.as_deref(), categories));
        }
    }
    let issued = broker.issue(worker, &request).await;
    let issued = issued.map_err(|error| refused(error, tenant, &site))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let body = serde_json::to_vec(&AccessTokenJson::of(&issued, &request)).unwrap_or_default();
    Ok((headers, body))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn feed_requests(count: usize) {
        let valid = [
            json!({ "categories": ["users", "groups"], "scopes": ["okta.logs.read"] }),
            json!({}),
        ];
        let catalog = Catalog::default_catalog();
        let limit = ["groups".to_owned()];
        crate::fuzz::documents(count, &valid, |body| {
            let Ok(wanted) = serde_json::from_slice::<AccessRequestJson>(body) else {
                return;
            };
            match AccessRequest::resolve(catalog, &wanted.categories, &wanted.scopes) {
                Ok(request) => drop(request.beyond(catalog, &limit)),
                Err(unknown) => drop(not_in_catalog(&unknown)),
            }
        });
    }

    crate::fuzz::both!(
        feed_requests,
        no_hostile_request_panics,
        soak_of_hostile_requests
    );
}
