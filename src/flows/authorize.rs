//! Sending a browser to Okta: who asks for what, and what may be asked for.

mod round;

use secrecy::SecretString;
use serde_json::json;
use time::OffsetDateTime;

use super::keys::app_of;
use super::{Entrant, FlowError, Onboarding, Reached, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::authorization_attempt::{Purpose, ReturnTo};
use crate::domain::connection::ConnectionState;
use crate::domain::id::{PersonId, TenantId};
use crate::domain::onboarding_link::LinkPurpose;
use crate::domain::scope::{Scope, ScopeSet};
use crate::domain::session::Session;
use crate::store::{ConnectionRecord, HeldRecord};

pub(super) use self::round::{Round, begin_round, verifier_context};

/// Begins round trips to Okta.
#[derive(Debug, Clone)]
pub struct Authorize(Shared);

/// Who sends the browser away.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    /// The holder of a link, at the end of the onboarding.
    Onboarding(&'a Entrant),
    /// An administrator who authorizes again.
    Administrator {
        session: &'a Session,
        tenant: TenantId,
        person: PersonId,
        /// The version of the catalog that their page showed.
        read: Option<&'a str>,
        /// Where the person goes on afterwards.
        returns_to: Option<ReturnTo>,
    },
}

/// What the last page before Okta shows.
#[derive(Debug)]
pub struct Leaving {
    /// Okta's address, with the state in it: for the browser alone.
    pub url: SecretString,
    pub tenant_name: String,
    pub organization_host: String,
    pub expires_at: OffsetDateTime,
    /// How many permissions are asked for.
    pub permissions: usize,
}

impl Authorize {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Begins an authorization of what the person was shown or agreed to before, and of nothing else.
    pub async fn begin(&self, origin: Origin<'_>) -> Result<Leaving, FlowError> {
        let (tenant, event, session) = origin.facts();
        let record = self.record(tenant).await?;
        record.connection.state.check_not_held()?;
        let is_onboarding = match origin {
            Origin::Onboarding(entrant) => self.is_onboarding(entrant).await?,
            Origin::Administrator { .. } => false,
        };
        // What was ended begins anew: with an app that was entered and checked since.
        let reconnects = record.connection.state == ConnectionState::Disconnected;
        let checked = record.next_app.as_ref().and_then(|next| next.checked_at);
        if reconnects && (checked.is_none() || record.key.is_none()) {
            return Err(FlowError::StepTooEarly);
        }
        self.leave(Round {
            record: &record,
            session,
            purpose: Purpose::Connect,
            uses_next_app: is_onboarding || reconnects,
            requested: self.agreed(tenant, origin).await?,
            catalog: Some(&self.0.catalog),
            returns_to: origin.returns_to(),
            accepts: None,
            metadata: None,
            event: Some(event),
        })
        .await
    }

    /// The latest sign-in of this browser's that was held, unless another one was stored since.
    pub async fn held(
        &self,
        tenant: TenantId,
        session: &Session,
    ) -> Result<Option<HeldRecord>, FlowError> {
        let now = self.0.clock.now();
        Ok(self.0.store.find_held(tenant, session.family, now).await?)
    }

    /// Begins the sign-in of somebody who has seen how it compares and wants it all the same. That
    /// counts only where the callback finds a Super Administrator, and no weaker sign-in than was seen.
    pub async fn begin_chosen(&self, origin: Origin<'_>) -> Result<Leaving, FlowError> {
        let (tenant, event, session) = origin.facts();
        if let Origin::Onboarding(entrant) = origin {
            self.is_onboarding(entrant).await?;
        }
        let held = self.held(tenant, session).await?;
        let held = held.ok_or(FlowError::NotFound)?;
        let record = self.record(tenant).await?;
        record.connection.state.check_not_held()?;
        let (app, _) = app_of(&record, held.uses_next_app)?;
        // Another app was entered since the two were compared.
        if app.client_id.as_str() != held.client_id {
            return Err(FlowError::NotFound);
        }
        self.leave(Round {
            record: &record,
            session,
            purpose: Purpose::Connect,
            uses_next_app: held.uses_next_app,
            requested: self.agreed(tenant, origin).await?,
            catalog: Some(&self.0.catalog),
            returns_to: None,
            accepts: Some(held.after),
            metadata: None,
            event: Some(event.with(json!({ "accepts": held.after, "instead_of": held.before }))),
        })
        .await
    }

    async fn record(&self, tenant: TenantId) -> Result<ConnectionRecord, FlowError> {
        let found = self.0.store.find_connection(tenant).await?;
        found.ok_or(FlowError::NotFound)
    }

    /// Whether the link is an onboarding's, whose steps before this one are done.
    async fn is_onboarding(&self, entrant: &Entrant) -> Result<bool, FlowError> {
        let onboarding = Onboarding::new(self.0.clone());
        let progress = onboarding.progress_at(entrant, Reached::SignIn).await?;
        Ok(progress.link.purpose == LinkPurpose::Onboarding)
    }

    /// What may be asked for: the catalog, where the person read it; else only what somebody of the
    /// tenant agreed to before.
    async fn agreed(&self, tenant: TenantId, origin: Origin<'_>) -> Result<ScopeSet, FlowError> {
        let mut permissions: Vec<Scope> = self.0.catalog.scopes().cloned().collect();
        if !origin.has_read(self.0.catalog.version()) {
            let agreed = self.0.store.find_agreed_scopes(tenant).await?;
            permissions.retain(|scope| agreed.iter().any(|name| name == scope.as_str()));
        }
        let mut requested = sign_in_scopes();
        requested.insert(scope("offline_access"));
        for permission in permissions {
            requested.insert(permission);
        }
        Ok(requested)
    }

    async fn leave(&self, round: Round<'_>) -> Result<Leaving, FlowError> {
        let tenant = round.record.connection.tenant;
        let found = self.0.store.find_tenant(tenant).await?;
        let tenant_name = found.ok_or(FlowError::NotFound)?.name;
        let organization_host = host_of(round.record, round.uses_next_app)?;
        let asked = |scope: &&Scope| round.requested.contains(scope);
        let permissions = self.0.catalog.scopes().filter(asked).count();
        let (url, expires_at) = begin_round(&self.0, round).await?;
        Ok(Leaving {
            url,
            tenant_name,
            organization_host,
            expires_at,
            permissions,
        })
    }
}

impl<'a> Origin<'a> {
    fn facts(self) -> (TenantId, AuditEvent, &'a Session) {
        let (tenant, actor, session) = match self {
            Self::Onboarding(entrant) => (entrant.tenant, entrant.actor(), &entrant.session),
            Self::Administrator {
                session,
                tenant,
                person,
                ..
            } => (tenant, Actor::Administrator(person), session),
        };
        let event = AuditEvent::new(tenant, actor, Action::AuthorizationBegun);
        (tenant, event, session)
    }

    /// Whether this version of the catalog was shown to them; a link's holder comes here only then.
    fn has_read(self, version: &str) -> bool {
        match self {
            Self::Onboarding(_) => true,
            Self::Administrator { read, .. } => read == Some(version),
        }
    }

    const fn returns_to(self) -> Option<ReturnTo> {
        match self {
            Self::Onboarding(_) => None,
            Self::Administrator { returns_to, .. } => returns_to,
        }
    }
}

/// The scopes that only tell who signed in.
pub(super) fn sign_in_scopes() -> ScopeSet {
    ["openid", "profile", "email"]
        .map(scope)
        .into_iter()
        .collect()
}

/// The host of the live organization, or of the one that an onboarding entered.
pub(super) fn host_of(record: &ConnectionRecord, next: bool) -> Result<String, FlowError> {
    let organization = record.organization(next).ok_or(FlowError::StepTooEarly)?;
    Ok(organization.origin.host().to_owned())
}

fn scope(name: &str) -> Scope {
    name.parse()
        .expect("the names of OpenID Connect's scopes are scopes")
}
