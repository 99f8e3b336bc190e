//! `/api/v1/tenants/{tenant}/links`: makes, lists and revokes onboarding links.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use utoipa::ToSchema;

use super::auth::{Caller, Onboarding};
use super::idempotency::IdempotencyHeader;
use super::input::{OfLink, OfTenant, OptionalBody, Parameters};
use super::page::PageParameters;
use super::problem::{ApiProblem, Kind};
use crate::domain::clock::SharedClock;
use crate::domain::id::LinkId;
use crate::domain::onboarding_link::{LinkProblem, LinkPurpose};
use crate::flows::{FlowError, LinkListing, Tenants, disclose};
use crate::web::status_json::written;

pub(super) const NO_LINK: &str =
    "This tenant has no link with this id. GET /api/v1/tenants/{tenant}/links lists its links.";

/// What the link shall be like. May be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLink)]
pub(super) struct NewLinkJson {
    /// How long it works: a minute to 30 days; three days when left out.
    #[schema(example = 259_200, minimum = 60, maximum = 2_592_000)]
    expires_in_seconds: Option<i64>,
}

/// A link that was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MadeLink)]
pub(super) struct MadeLinkJson {
    #[schema(value_type = Uuid)]
    id: LinkId,
    /// The link, shown this once. Send it to a Super Administrator of the organization, and to nobody
    /// else.
    #[schema(format = "uri", example = "https://connect.example.com/onboard/6f1c…")]
    url: String,
    #[schema(format = DateTime, example = "2026-11-28T09:00:00Z")]
    expires_at: String,
}

/// A link without its secret part.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Link)]
pub(super) struct LinkJson {
    #[schema(value_type = Uuid)]
    id: LinkId,
    purpose: PurposeJson,
    state: LinkStateJson,
    #[schema(format = DateTime, example = "2026-11-25T09:00:00Z")]
    created_at: String,
    #[schema(format = DateTime, example = "2026-11-28T09:00:00Z")]
    expires_at: String,
    /// How often it was opened; mail scanners open links too.
    #[schema(example = 2, minimum = 0)]
    open_count: i32,
    #[schema(format = DateTime, required)]
    last_opened_at: Option<String>,
}

/// What a link is for: an onboarding, or one repair that an administrator asked a colleague for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LinkPurpose)]
pub(super) enum PurposeJson {
    Onboarding,
    Repair,
}

/// `open`: nobody began with it. `begun`: one browser did, and no other one may. `used`: it has done
/// its work. `expired`, `revoked` and `opened_too_often`: it no longer opens.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LinkState)]
pub(super) enum LinkStateJson {
    Open,
    Begun,
    Used,
    Expired,
    Revoked,
    OpenedTooOften,
}

/// A page of links.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkPage)]
pub(super) struct LinkPageJson {
    links: Vec<LinkJson>,
    /// Leads to the next page; null on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl LinkJson {
    fn of(listing: LinkListing, now: OffsetDateTime) -> Self {
        let link = listing.link;
        let state = match link.check(link.claimed_by, now) {
            Ok(()) if link.claimed_by.is_some() => LinkStateJson::Begun,
            Ok(()) => LinkStateJson::Open,
            Err(LinkProblem::Used) => LinkStateJson::Used,
            Err(LinkProblem::Expired) => LinkStateJson::Expired,
            Err(LinkProblem::OpenedTooOften) => LinkStateJson::OpenedTooOften,
            Err(LinkProblem::Revoked | LinkProblem::Unknown | LinkProblem::InAnotherBrowser) => {
                LinkStateJson::Revoked
            }
        };
        Self {
            id: link.id,
            purpose: match link.purpose {
                LinkPurpose::Onboarding => PurposeJson::Onboarding,
                LinkPurpose::Repair { .. } => PurposeJson::Repair,
            },
            state,
            created_at: written(listing.created_at),
            expires_at: written(link.expires_at),
            open_count: link.open_count,
            last_opened_at: listing.last_opened_at.map(written),
        }
    }
}

/// Make an onboarding link
///
/// Whoever opens it and signs in at the organization's Okta becomes an administrator of the tenant.
/// The address is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/api/v1/tenants/{tenant}/links", tag = "Links", operation_id = "create_link",
    params(("tenant" = Uuid, Path, description = "The tenant's id."), IdempotencyHeader),
    request_body = Option<NewLinkJson>,
    responses((status = 201, description = "The link was made.", body = MadeLinkJson)),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn create(
    caller: Caller<Onboarding>,
    OfTenant(tenant): OfTenant,
    State(tenants): State<Tenants>,
    OptionalBody(new): OptionalBody<NewLinkJson>,
) -> Result<(StatusCode, Json<MadeLinkJson>), ApiProblem> {
    let lifetime = new.expires_in_seconds.map(Duration::seconds);
    let link = tenants
        .create_link(tenant, lifetime, caller.actor())
        .await?;
    let made = MadeLinkJson {
        id: link.id,
        url: disclose(&link.address).to_owned(),
        expires_at: written(link.expires_at),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// List links
///
/// The latest first, without the secret part of their addresses.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/links", tag = "Links", operation_id = "list_links",
    params(("tenant" = Uuid, Path, description = "The tenant's id."), PageParameters),
    responses((status = 200, description = "A page of links.", body = LinkPageJson)),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn list(
    _: Caller<Onboarding>,
    OfTenant(tenant): OfTenant,
    State(tenants): State<Tenants>,
    State(clock): State<SharedClock>,
    Parameters(page): Parameters<PageParameters>,
) -> Result<Json<LinkPageJson>, ApiProblem> {
    let page = page.read()?;
    let mut found = tenants.links(tenant, page.before, page.wanted()).await?;
    let next_cursor = page.cut(&mut found, |listing| listing.link.id.as_uuid());
    let now = clock.now();
    Ok(Json(LinkPageJson {
        links: found
            .into_iter()
            .map(|link| LinkJson::of(link, now))
            .collect(),
        next_cursor,
    }))
}

/// Revoke a link
///
/// It no longer opens, and the sessions that it opened end at once. Whom it let in loses access: their
/// sessions end, and signing in with Okta no longer lets them in. The connection goes on.
#[utoipa::path(
    delete, path = "/api/v1/tenants/{tenant}/links/{link}", tag = "Links", operation_id = "revoke_link",
    params(
        ("tenant" = Uuid, Path, description = "The tenant's id."),
        ("link" = Uuid, Path, description = "The link's id."),
    ),
    responses((status = 204, description = "The link is revoked.")),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn revoke(
    caller: Caller<Onboarding>,
    OfLink(tenant, link): OfLink,
    State(tenants): State<Tenants>,
) -> Result<StatusCode, ApiProblem> {
    let revoked = tenants.revoke_link(tenant, link, caller.actor()).await;
    revoked.map_err(|error| match error {
        FlowError::NotFound => ApiProblem::new(Kind::NotFound, NO_LINK),
        other => other.into(),
    })?;
    Ok(StatusCode::NO_CONTENT)
}
