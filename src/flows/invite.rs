//! A vendor invites a customer: a tenant, its still empty connection, and a link to send.

use std::time::Duration as StdDuration;

use backon::{ConstantBuilder, Retryable};
use secrecy::SecretString;
use time::{Duration, OffsetDateTime};
use url::Url;

use super::keys::new_key;
use super::{FlowError, Shared, bounded};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::{ConnectionId, LinkId, TenantId};
use crate::domain::onboarding_link::{DEFAULT_LIFETIME, LinkPurpose, MAX_LIFETIME};
use crate::domain::org_url::{AddressProblem, OrgOrigin};
use crate::store::{NewConnection, NewLink, NewTenant, StoreError};
use crate::vault;

/// Where the answer to a commit gets lost, the same tenant is made again, which makes no second one.
const TRIES: ConstantBuilder = ConstantBuilder::new()
    .with_delay(StdDuration::from_millis(200))
    .with_max_times(2);

/// Makes tenants and their links.
#[derive(Debug, Clone)]
pub struct Invite(Shared);

/// Whom to invite.
#[derive(Debug, Clone, Default)]
pub struct InviteRequest {
    pub name: String,
    /// The organization's address, when the vendor knows it: then no other one is accepted.
    pub organization: Option<String>,
    /// The vendor's own id: inviting it again makes another link for the same tenant.
    pub external_id: Option<String>,
    /// Default [`DEFAULT_LIFETIME`].
    pub lifetime: Option<Duration>,
}

/// What was made. The link is shown once.
#[derive(Debug)]
pub struct Invitation {
    pub tenant: TenantId,
    pub connection: ConnectionId,
    /// The whole address, which opens the onboarding.
    pub link: SecretString,
    pub expires_at: OffsetDateTime,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    #[error("a name has 1 to 200 characters, for example --name \"Acme Ltd\"")]
    Name,
    #[error("an external id has 1 to 200 characters")]
    ExternalId,
    #[error("a link lives from one minute to {} days, for example --expires 72h", MAX_LIFETIME.whole_days())]
    Lifetime,
    #[error("the organization's address: {0}")]
    Organization(AddressProblem),
    #[error(
        "the customer with this external id belongs to {stands}, and you named {asked}. For another link to {stands} leave --org out; \
         for another customer use another --external-id"
    )]
    OtherOrganization { stands: OrgOrigin, asked: OrgOrigin },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Flow(#[from] FlowError),
}

impl InviteError {
    /// Whether the words of the request are wrong, as against the service's state.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        !matches!(
            self,
            Self::Store(_) | Self::Flow(_) | Self::OtherOrganization { .. }
        )
    }
}

impl Invite {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Makes a tenant and its first link, or another link for the tenant with this external id.
    pub async fn invite(&self, request: &InviteRequest) -> Result<Invitation, InviteError> {
        let name = bounded(&request.name).ok_or(InviteError::Name)?;
        let external_id = match &request.external_id {
            Some(text) => Some(bounded(text).ok_or(InviteError::ExternalId)?),
            None => None,
        };
        let expires_at = link_end(request.lifetime, self.0.clock.now());
        let expires_at = expires_at.ok_or(InviteError::Lifetime)?;
        let expected_origin = match request.organization.as_deref() {
            Some(typed) => {
                let address = self.0.policy.parse(typed);
                Some(address.map_err(InviteError::Organization)?.origin)
            }
            None => None,
        };
        if let Some(external_id) = &external_id
            && let Some(tenant) = self.0.store.find_tenant_by_external_id(external_id).await?
        {
            if let Some(asked) = expected_origin
                && let Some(stands) = agree(&self.0, tenant.id, &asked, Actor::CommandLine).await?
            {
                return Err(InviteError::OtherOrganization { stands, asked });
            }
            return self.invite_again(tenant.id, expires_at).await;
        }
        let tenant = NewTenant {
            id: TenantId::new(),
            name,
            external_id,
            expected_origin,
        };
        self.create(tenant, expires_at).await
    }

    /// Another link for a tenant that is there.
    async fn invite_again(
        &self,
        tenant: TenantId,
        expires_at: OffsetDateTime,
    ) -> Result<Invitation, InviteError> {
        let found = self.0.store.find_connection(tenant).await?;
        let connection = found
            .ok_or(StoreError::Missing {
                table: "connections",
            })?
            .connection
            .id;
        let (link, url) = new_link(&self.0, expires_at, "command_line".to_owned());
        let event = link_created(tenant, Actor::CommandLine, link.id);
        self.0
            .store
            .create_link(tenant, &link, &event, self.0.clock.now())
            .await?;
        Ok(Invitation {
            tenant,
            connection,
            link: url,
            expires_at,
        })
    }

    async fn create(
        &self,
        tenant: NewTenant,
        expires_at: OffsetDateTime,
    ) -> Result<Invitation, InviteError> {
        let (link, url) = new_link(&self.0, expires_at, "command_line".to_owned());
        let connection = make(&self.0, &tenant, Some(&link), Actor::CommandLine).await?;
        Ok(Invitation {
            tenant: tenant.id,
            connection,
            link: url,
            expires_at,
        })
    }
}

/// Makes the tenant with its still empty connection and, if wanted, a link.
pub(super) async fn make(
    shared: &Shared,
    tenant: &NewTenant,
    link: Option<&NewLink>,
    actor: Actor,
) -> Result<ConnectionId, FlowError> {
    let connection = ConnectionId::new();
    let connection = NewConnection {
        id: connection,
        key: new_key(shared, tenant.id, connection)?,
    };
    let organization = tenant.expected_origin.as_ref().map(OrgOrigin::as_str);
    let created = AuditEvent::new(tenant.id, actor, Action::TenantCreated)
        .with(serde_json::json!({ "name": tenant.name, "organization": organization }));
    let invited = link.map(|link| link_created(tenant.id, actor, link.id));
    let events: Vec<_> = [created].into_iter().chain(invited).collect();
    let now = shared.clock.now();
    let create = || (shared.store).create_tenant(tenant, &connection, link, &events, now);
    create.retry(TRIES).when(StoreError::is_unavailable).await?;
    Ok(connection.id)
}

/// Holds the organization that an invitation names against the one that the tenant is invited with or
/// connected to, and pins it where there is none yet. What stands, where that is another one.
pub(super) async fn agree(
    shared: &Shared,
    tenant: TenantId,
    asked: &OrgOrigin,
    actor: Actor,
) -> Result<Option<OrgOrigin>, FlowError> {
    let event = AuditEvent::new(tenant, actor, Action::OrganizationPinned)
        .with(serde_json::json!({ "organization": asked.as_str() }));
    loop {
        let found = shared.store.find_tenant(tenant).await?;
        let pinned = found.ok_or(FlowError::NotFound)?.expected_origin;
        let record = shared.store.find_connection(tenant).await?;
        let live = record.ok_or(FlowError::NotFound)?.connection.organization;
        let standing = [pinned, live.map(|organization| organization.origin)];
        let mut standing = standing.into_iter().flatten();
        if let Some(first) = standing.next() {
            let is_asked = first == *asked || standing.any(|other| other == *asked);
            return Ok((!is_asked).then_some(first));
        }
        let now = shared.clock.now();
        let store = &shared.store;
        if store.pin_organization(tenant, asked, &event, now).await? {
            return Ok(None);
        }
        // Somebody pinned or connected one at this very moment: then that stands.
    }
}

/// A link that is about to be stored, and its address, which is shown once.
pub(super) fn new_link(
    shared: &Shared,
    expires_at: OffsetDateTime,
    created_by: String,
) -> (NewLink, SecretString) {
    let token = vault::random_token();
    let link = NewLink {
        id: LinkId::new(),
        token_hash: vault::fingerprint(&token),
        created_by,
        expires_at,
        purpose: LinkPurpose::Onboarding,
    };
    (link, link_address(&shared.public_url, &token))
}

pub(super) fn link_created(tenant: TenantId, actor: Actor, link: LinkId) -> AuditEvent {
    AuditEvent::new(tenant, actor, Action::LinkCreated).with(serde_json::json!({ "link": link }))
}

/// The end of a link that lives so long; `None` for a lifetime that no link may have.
pub(super) fn link_end(lifetime: Option<Duration>, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let lifetime = lifetime.unwrap_or(DEFAULT_LIFETIME);
    let is_allowed = lifetime >= Duration::minutes(1) && lifetime <= MAX_LIFETIME;
    is_allowed.then(|| now + lifetime)
}

/// The address that opens a link: the one place where its token is put into words.
pub(super) fn link_address(public_url: &Url, token: &SecretString) -> SecretString {
    let origin = public_url.as_str().trim_end_matches('/');
    SecretString::from(format!("{origin}/onboard/{}", vault::disclose(token)))
}
