//! What a tenant's page tells: the stored facts, and the states computed from them.

#[cfg(test)]
mod sample;

use time::OffsetDateTime;

use super::activation::finding;
use super::{FlowError, Shared};
use crate::domain::catalog::{Catalog, Difference};
use crate::domain::connection::{AttentionReason, Connection, ConnectionState, Edition};
use crate::domain::failure::FailureKind;
use crate::domain::grant_status::{GrantFacts, GrantStatus, ScopeState, ScopeStatus};
use crate::domain::id::TenantId;
use crate::domain::refresh_schedule::NOTICE;
use crate::domain::remedy::{Actor, Remedies, RemedyFacts};
use crate::domain::scope::Scope;
use crate::domain::session::{PROOF_LASTS, SuperAdministrator};
use crate::store::{AuthorizationFacts, CheckRecord, Ending, LastFailure, TokenFacts, Visit};

#[cfg(test)]
pub use sample::Sample;

/// Reads the grant status.
#[derive(Debug, Clone)]
pub struct Status(Shared);

/// One tenant's status, at one moment.
#[derive(Debug)]
pub struct StatusView {
    pub tenant_name: String,
    pub connection: Connection,
    pub authorization: Option<AuthorizationFacts>,
    pub last_failure: Option<LastFailure>,
    /// How the connection ended, once it has.
    pub ending: Option<Ending>,
    pub grants: GrantStatus,
    pub checks: CheckRecord,
    /// How the live tokens stand.
    pub tokens: Option<TokenFacts>,
    /// What the vendor changed since the latest authorization agreed to the catalog.
    pub catalog_change: Option<Difference>,
    /// The latest looks by the vendor's support, newest first.
    pub visits: Vec<Visit>,
    pub now: OffsetDateTime,
}

impl StatusView {
    /// How to mend what does not work; nothing before there is an app.
    #[must_use]
    pub fn remedies(&self) -> Remedies {
        let facts = RemedyFacts {
            edition: self
                .connection
                .organization
                .as_ref()
                .map_or(Edition::Unknown, |found| found.edition),
            app_grants: self.checks.app_grants.as_ref(),
            is_super_administrator: self
                .authorization
                .as_ref()
                .and_then(|facts| facts.super_administrator),
        };
        Remedies::of(&self.grants, &facts)
    }

    /// Whether a colleague of the administrator's could mend something by a sign-in of their own.
    #[must_use]
    pub fn wants_hand_off(&self) -> bool {
        let state = self.connection.state;
        if self.authorization.is_none() || state == ConnectionState::Disconnected {
            return false;
        }
        let wants_sign_in = match state {
            ConnectionState::NeedsAttention(
                AttentionReason::SignInExpired | AttentionReason::NotSuperAdministrator,
            ) => true,
            ConnectionState::NeedsAttention(AttentionReason::Failed(kind)) => {
                kind.ends_the_sign_in()
            }
            _ => false,
        };
        let remedies = self.remedies();
        let mut causes = remedies.causes().iter();
        wants_sign_in || causes.any(|cause| cause.kind.actor() == Actor::SuperAdministrator)
    }

    /// Why the tokens cannot be renewed, and since when.
    #[must_use]
    pub fn failing(&self) -> Option<(FailureKind, OffsetDateTime)> {
        self.tokens?.standing?.failing
    }

    /// Whether the access token has run out, so that nothing can be read until it is renewed.
    #[must_use]
    pub fn is_without_token(&self) -> bool {
        self.tokens
            .is_some_and(|tokens| tokens.access_expires_at <= self.now)
    }

    /// Since when nothing can be read, because the tokens ran out and cannot be renewed.
    #[must_use]
    pub fn stalled_since(&self) -> Option<OffsetDateTime> {
        let (_, since) = self.failing()?;
        self.is_without_token().then_some(since)
    }

    /// The fixed end of the sign-in, once it is near.
    #[must_use]
    pub fn ends_soon(&self) -> Option<OffsetDateTime> {
        let end = self.authorization.as_ref()?.refresh_expires_at?;
        (self.now < end && end <= self.now + NOTICE).then_some(end)
    }

    /// Whether what writes in Okta may use the live token: it is this person's own, by a sign-in of a
    /// moment ago with the role for it, on a connection that is neither on hold nor ended.
    #[must_use]
    pub fn is_freshly_signed_in_by(&self, who: SuperAdministrator) -> bool {
        let is_own = |facts: &AuthorizationFacts| {
            facts.person == who.person()
                && facts.super_administrator == Some(true)
                && self.now - facts.at <= PROOF_LASTS
        };
        self.may_be_written() && self.authorization.as_ref().is_some_and(is_own)
    }

    /// Whether anything may be written in Okta: not while the vendor holds the connection, nor after
    /// its end.
    #[must_use]
    pub const fn may_be_written(&self) -> bool {
        matches!(
            self.connection.state,
            ConnectionState::Connected | ConnectionState::NeedsAttention(_)
        )
    }

    /// The permissions that work by the live sign-in, as far as Okta lets anybody tell: those that a
    /// check saw working, and those of which none could tell yet. None once the sign-in is dead.
    #[must_use]
    pub fn relied_on(&self) -> Vec<Scope> {
        if self.is_sign_in_dead() {
            return Vec::new();
        }
        let organization = self.connection.organization.as_ref();
        let edition = organization.map_or(Edition::Unknown, |found| found.edition);
        let is_relied_on = |status: &&ScopeStatus| {
            let probe = status.permission().probe();
            let can_tell = probe.is_some_and(|probe| probe.exists_in(edition));
            let works = match status.state() {
                ScopeState::Effective | ScopeState::Granted | ScopeState::CheckFailed => true,
                ScopeState::Unverified => status.finding().is_none(),
                _ => false,
            };
            can_tell && works
        };
        let relied_on = self.grants.scopes().filter(is_relied_on);
        relied_on.map(|status| status.scope().clone()).collect()
    }

    /// Nothing can be read by the live sign-in any more, and no refresh brings it back.
    fn is_sign_in_dead(&self) -> bool {
        let is_over = match self.connection.state {
            ConnectionState::Pending
            | ConnectionState::Disconnected
            | ConnectionState::NeedsAttention(AttentionReason::SignInExpired) => true,
            ConnectionState::NeedsAttention(reason) => reason.ends_access(),
            ConnectionState::Connected | ConnectionState::OnHold => false,
        };
        let facts = self.authorization.as_ref();
        let has_ended = facts
            .and_then(|facts| facts.refresh_expires_at)
            .is_some_and(|end| end <= self.now);
        let can_renew = match self.failing() {
            Some((kind, _)) => kind.is_passing(),
            None => facts.is_some_and(|facts| facts.refresh_expires_at.is_some()),
        };
        is_over || has_ended || self.tokens.is_none() || (self.is_without_token() && !can_renew)
    }

    /// What an activation would make of a connection that is on hold.
    #[must_use]
    pub fn after_activation(&self) -> Option<ConnectionState> {
        let finding = self.authorization.as_ref().and_then(finding);
        self.connection.state.after_activation(finding)
    }

    /// The organization's host, once it is known.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let organization = self.connection.organization.as_ref()?;
        Some(organization.origin.host().to_owned())
    }
}

impl Status {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    pub async fn read(&self, tenant: TenantId) -> Result<StatusView, FlowError> {
        let found = self
            .0
            .store
            .find_grants(tenant)
            .await?
            .ok_or(FlowError::NotFound)?;
        let now = self.0.clock.now();
        let facts = found.authorization.as_ref();
        let checks = match facts {
            Some(facts) => self.0.store.find_checks(tenant, facts.id, now).await?,
            None => CheckRecord::default(),
        };
        let grants = GrantStatus::compute(
            &self.0.catalog,
            &GrantFacts {
                requested: facts.map(|facts| facts.requested.clone()),
                granted: facts.map(|facts| facts.granted.clone()),
                source: facts.map(|facts| facts.scopes_source),
                evidence: checks.evidence.clone(),
            },
        );
        let catalog_change = self.catalog_change(facts).await?;
        let mut connection = found.record.connection;
        connection.state = at(connection.state, facts, now);
        // Before anything is live, what an onboarding entered is worth showing.
        if connection.connected_at.is_none() {
            connection.organization = found.record.next_organization;
        }
        let ending = match connection.state {
            ConnectionState::Disconnected => self.0.store.find_ending(tenant).await?,
            _ => None,
        };
        Ok(StatusView {
            tenant_name: found.tenant_name,
            connection,
            authorization: found.authorization,
            last_failure: found.record.last_failure,
            ending,
            grants,
            checks,
            tokens: found.tokens,
            catalog_change,
            visits: found.visits,
            now,
        })
    }
}

impl Status {
    /// A version that cannot be read back is as good as unknown: then no difference is told.
    async fn catalog_change(
        &self,
        facts: Option<&AuthorizationFacts>,
    ) -> Result<Option<Difference>, FlowError> {
        let Some(accepted) = facts.map(|facts| &facts.catalog_version) else {
            return Ok(None);
        };
        if accepted == self.0.catalog.version() {
            return Ok(None);
        }
        let content = self.0.store.find_catalog(accepted).await?;
        let old = content.and_then(|content| Catalog::from_snapshot(&content).ok());
        Ok(old.map(|old| Difference::between(&old, &self.0.catalog)))
    }
}

/// A sign-in ends by itself on a day that is known beforehand: a page need not wait for the sweep that
/// writes it down.
fn at(
    state: ConnectionState,
    facts: Option<&AuthorizationFacts>,
    now: OffsetDateTime,
) -> ConnectionState {
    let end = facts.and_then(|facts| facts.refresh_expires_at);
    match state {
        ConnectionState::Connected | ConnectionState::NeedsAttention(_)
            if end.is_some_and(|end| end <= now) =>
        {
            ConnectionState::NeedsAttention(AttentionReason::SignInExpired)
        }
        other => other,
    }
}
