//! Tenants and their links, as the vendor's programs make and see them.

use secrecy::SecretString;
use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::invite::{agree, link_created, link_end, make, new_link};
use super::{FlowError, Shared, bounded};
use crate::domain::api_key::KeyLimits;
use crate::domain::audit::{Action, Actor, AuditEntry, AuditEvent};
use crate::domain::id::{LinkId, TenantId};
use crate::domain::look_up::LookUpQuery;
use crate::domain::org_url::{AddressProblem, OrgOrigin};
use crate::store::{LinkListing, Narrowed, NewTenant, StoreError, Tenant, TenantListing};

/// Makes and lists tenants and their links.
#[derive(Debug, Clone)]
pub struct Tenants(Shared);

/// A tenant to make.
#[derive(Debug, Clone)]
pub struct TenantRequest {
    pub name: String,
    /// The organization's address: no other one can then be connected.
    pub organization: String,
    /// The vendor's own id: asking for it again gives the tenant that has it.
    pub external_id: Option<String>,
    /// By what the request is known if it is sent again: the tenant gets it as its own, so that there is
    /// no second one.
    pub id: Option<TenantId>,
}

/// Which tenants are wanted.
#[derive(Debug, Clone, Default)]
pub struct TenantFilter {
    /// Beginnings of words.
    pub query: Option<String>,
    /// The name of a connection's state.
    pub state: Option<&'static str>,
    /// Only tenants that were made before this one.
    pub before: Option<TenantId>,
    /// Only tenants that this key is for.
    pub limits: KeyLimits,
}

/// A link that was made. Its address is shown once.
#[derive(Debug)]
pub struct MadeLink {
    pub id: LinkId,
    pub address: SecretString,
    pub expires_at: OffsetDateTime,
}

/// Why a tenant or link was not made.
#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    #[error("a name has 1 to 200 characters, none of them a control character")]
    Name,
    #[error("an external id has 1 to 200 characters, none of them a control character")]
    ExternalId,
    #[error("the organization's address: {0}")]
    Organization(AddressProblem),
    #[error(
        "The tenant with this external_id belongs to {stands}, and the request names {asked}. For another customer use another external_id."
    )]
    OtherOrganization { stands: OrgOrigin, asked: OrgOrigin },
    #[error("a link lives from one minute to 30 days")]
    Lifetime,
    #[error(transparent)]
    Flow(#[from] FlowError),
}

impl From<StoreError> for TenantError {
    fn from(error: StoreError) -> Self {
        Self::Flow(error.into())
    }
}

impl Tenants {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Makes a tenant, or finds the one with this external id and organization; whether it is new.
    pub async fn create(
        &self,
        request: &TenantRequest,
        actor: Actor,
    ) -> Result<(TenantListing, bool), TenantError> {
        let name = bounded(&request.name).ok_or(TenantError::Name)?;
        let external_id = match &request.external_id {
            Some(text) => Some(bounded(text).ok_or(TenantError::ExternalId)?),
            None => None,
        };
        let address = self.0.policy.parse(&request.organization);
        let origin = address.map_err(TenantError::Organization)?.origin;
        let known = self.known(external_id.as_deref(), &origin, actor);
        if let Some(known) = known.await? {
            return Ok((known, false));
        }
        let tenant = NewTenant {
            id: request.id.unwrap_or_else(TenantId::new),
            name,
            external_id,
            expected_origin: Some(origin.clone()),
        };
        match make(&self.0, &tenant, None, actor).await {
            Ok(_) => Ok((self.find(tenant.id).await?, true)),
            // Another request made it between the look and the making.
            Err(FlowError::Store(StoreError::Raced)) => {
                let known = self.known(tenant.external_id.as_deref(), &origin, actor);
                Ok((known.await?.ok_or(FlowError::NotFound)?, false))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn known(
        &self,
        external_id: Option<&str>,
        asked: &OrgOrigin,
        actor: Actor,
    ) -> Result<Option<TenantListing>, TenantError> {
        let Some(external_id) = external_id else {
            return Ok(None);
        };
        let found = self.0.store.find_tenant_by_external_id(external_id).await?;
        let Some(Tenant { id, .. }) = found else {
            return Ok(None);
        };
        match agree(&self.0, id, asked, actor).await? {
            None => Ok(Some(self.find(id).await?)),
            Some(stands) => Err(TenantError::OtherOrganization {
                stands,
                asked: asked.clone(),
            }),
        }
    }

    /// The tenants that match, the latest first, at most `limit`.
    pub async fn list(
        &self,
        filter: &TenantFilter,
        limit: i64,
    ) -> Result<Vec<TenantListing>, FlowError> {
        let (store, now) = (&self.0.store, self.0.clock.now());
        let query = LookUpQuery::new(filter.query.as_deref().unwrap_or_default(), Vec::new());
        let only = filter.limits.tenants();
        if !query.has_text() && filter.state.is_none() {
            return Ok(store.page_tenants(filter.before, only, limit, now).await?);
        }
        let narrowed = Narrowed {
            query: &query,
            state: filter.state,
            before: filter.before,
            only,
        };
        Ok(store.page_narrowed(&narrowed, limit, now).await?)
    }

    pub async fn find(&self, tenant: TenantId) -> Result<TenantListing, FlowError> {
        let now = self.0.clock.now();
        let found = self.0.store.find_listing(tenant, now).await?;
        found.ok_or(FlowError::NotFound)
    }

    /// Makes another link for a tenant.
    pub async fn create_link(
        &self,
        tenant: TenantId,
        lifetime: Option<Duration>,
        actor: Actor,
    ) -> Result<MadeLink, TenantError> {
        let now = self.0.clock.now();
        let expires_at = link_end(lifetime, now).ok_or(TenantError::Lifetime)?;
        self.find(tenant).await?;
        let (kind, id) = actor.to_columns();
        let created_by = format!("{kind} {}", id.unwrap_or_default());
        let (link, address) = new_link(&self.0, expires_at, created_by.trim().to_owned());
        let event = link_created(tenant, actor, link.id);
        self.0.store.create_link(tenant, &link, &event, now).await?;
        Ok(MadeLink {
            id: link.id,
            address,
            expires_at,
        })
    }

    /// The tenant's links, the latest first, at most `limit`.
    pub async fn links(
        &self,
        tenant: TenantId,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<LinkListing>, FlowError> {
        self.find(tenant).await?;
        Ok(self.0.store.list_links(tenant, before, limit).await?)
    }

    /// What happened to the tenant, the latest first, at most `limit` lines.
    pub async fn events(
        &self,
        tenant: TenantId,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, FlowError> {
        self.find(tenant).await?;
        Ok(self.0.store.recent_events(tenant, before, limit).await?)
    }

    /// Revokes a link and ends the sessions that it opened. One that was revoked before stays so.
    pub async fn revoke_link(
        &self,
        tenant: TenantId,
        link: LinkId,
        actor: Actor,
    ) -> Result<(), FlowError> {
        let found = self.0.store.find_link(tenant, link).await?;
        found.ok_or(FlowError::NotFound)?;
        let event =
            AuditEvent::new(tenant, actor, Action::LinkRevoked).with(json!({ "link": link }));
        let now = self.0.clock.now();
        self.0.store.revoke_link(tenant, link, &event, now).await?;
        Ok(())
    }
}
