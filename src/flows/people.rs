//! People with access: who was let in, taking that back, and showing that somebody is a Super
//! Administrator now.

use secrecy::SecretString;
use serde_json::json;

use super::authorize::{Leaving, Round, begin_round, host_of, sign_in_scopes};
use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::authorization_attempt::{Purpose, ReturnTo};
use crate::domain::catalog::Catalog;
use crate::domain::connection::ConnectionState;
use crate::domain::id::{PersonId, TenantId};
use crate::domain::scope::Scope;
use crate::domain::session::{Session, Standing};
use crate::store::{PersonRecord, RemovedPerson};

/// Okta tells a person's roles to whoever has this.
const READS_ROLES: &str = "okta.roles.read";

/// Who has access to a tenant's pages.
#[derive(Debug, Clone)]
pub struct People(Shared);

impl People {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Everybody who has access, in the order in which they were let in.
    pub async fn list(&self, tenant: TenantId) -> Result<Vec<PersonRecord>, FlowError> {
        let found = self.0.store.find_tenant(tenant).await?;
        found.ok_or(FlowError::NotFound)?;
        Ok(self.0.store.list_people(tenant).await?)
    }

    /// One of them.
    pub async fn find(
        &self,
        tenant: TenantId,
        person: PersonId,
    ) -> Result<Option<PersonRecord>, FlowError> {
        let people = self.0.store.list_people(tenant).await?;
        Ok(people.into_iter().find(|one| one.id == person))
    }

    /// Takes access back: sessions, hand-offs and the way back in end with it. `None` where nobody of
    /// that id has access.
    pub async fn remove(
        &self,
        tenant: TenantId,
        person: PersonId,
        by: Actor,
    ) -> Result<Option<RemovedPerson>, FlowError> {
        let now = self.0.clock.now();
        Ok(self.0.store.remove_person(tenant, person, by, now).await?)
    }

    /// Sends an administrator to Okta to show who they are and which role they have. Nothing of what
    /// that brings is kept but the role.
    pub async fn begin_verification(
        &self,
        session: &Session,
        returns_to: ReturnTo,
    ) -> Result<Leaving, FlowError> {
        let Standing::Administrator { tenant, person, .. } = &session.standing else {
            return Err(FlowError::NotFound);
        };
        let store = &self.0.store;
        let found = store.find_connection(*tenant).await?;
        let record = found.ok_or(FlowError::NotFound)?;
        // The app's secret was destroyed with the connection, so Okta would tell us nothing.
        if record.connection.state == ConnectionState::Disconnected {
            return Err(FlowError::NotFound);
        }
        let name = store.find_tenant(*tenant).await?;
        let mut requested = sign_in_scopes();
        requested.insert(roles_scope(&self.0.catalog));
        let event = AuditEvent::new(
            *tenant,
            Actor::Administrator(*person),
            Action::AuthorizationBegun,
        )
        .with(json!({ "purpose": Purpose::Verify.code() }));
        let round = Round {
            record: &record,
            session,
            purpose: Purpose::Verify,
            uses_next_app: false,
            requested,
            catalog: None,
            returns_to: Some(returns_to),
            accepts: None,
            metadata: None,
            event: Some(event),
        };
        let (url, expires_at): (SecretString, _) = begin_round(&self.0, round).await?;
        Ok(Leaving {
            url,
            tenant_name: name.ok_or(FlowError::NotFound)?.name,
            organization_host: host_of(&record, false)?,
            expires_at,
            permissions: 0,
        })
    }
}

/// What the app was most probably granted of that: the catalog's own scope where it covers it.
fn roles_scope(catalog: &Catalog) -> Scope {
    let reads: Scope = READS_ROLES.parse().expect("a constant scope");
    let mut listed = catalog.scopes();
    let covering = listed.find(|scope| **scope == reads || scope.covers(&reads));
    covering.cloned().unwrap_or(reads)
}
