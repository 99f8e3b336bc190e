//! A returning administrator: from the organization's address to the tenant's page, by Okta's word
//! alone. This sign-in asks for no permission, and what it brings is thrown away at once.

use secrecy::SecretString;
use serde_json::json;
use time::OffsetDateTime;

use super::app_setup::redirect_uri;
use super::authorize::{Round, begin_round, host_of, sign_in_scopes};
use super::keys::{opened_client, with_key};
use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::authorization_attempt::Purpose;
use crate::domain::connection::{App, ConnectionState};
use crate::domain::failure::OktaFailure;
use crate::domain::id::TenantId;
use crate::domain::org_url::{AddressProblem, OrgOrigin};
use crate::domain::session::Session;
use crate::okta::Finding;
use crate::store::ConnectionRecord;

/// So many tenants of one organization are looked at; more is no sign-in but a mistake.
const MOST_TENANTS: i64 = 50;

/// Lets known administrators back in.
#[derive(Debug, Clone)]
pub struct SignIn(Shared);

/// Why nobody is sent to Okta.
#[derive(Debug)]
pub enum SignInTrouble {
    Address(AddressProblem),
    /// No organization at this address was ever connected here.
    NotConnected,
    /// The connection was ended, and with it the way to recognise anybody.
    Ended,
    Okta(OktaFailure),
}

/// What the last page before Okta shows. Nothing of the tenant: the visitor is not known yet.
#[derive(Debug)]
pub struct Departure {
    pub url: SecretString,
    pub organization_host: String,
    pub expires_at: OffsetDateTime,
}

impl SignIn {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// The connection that a sign-in at the typed organization would be about. `tenant` is where the
    /// person wants to go; it matters only where several tenants share an organization.
    pub async fn find(
        &self,
        typed: &str,
        tenant: Option<TenantId>,
    ) -> Result<Result<ConnectionRecord, SignInTrouble>, FlowError> {
        let address = match self.0.policy.parse(typed) {
            Ok(address) => address,
            Err(problem) => return Ok(Err(SignInTrouble::Address(problem))),
        };
        let connections = match self.connections(&address.origin).await? {
            Ok(connections) => connections,
            Err(failure) => return Ok(Err(SignInTrouble::Okta(failure))),
        };
        if connections.is_empty() {
            return Ok(Err(SignInTrouble::NotConnected));
        }
        let mut usable: Vec<_> = connections.into_iter().filter(can_recognise).collect();
        if usable.is_empty() {
            return Ok(Err(SignInTrouble::Ended));
        }
        let is_wanted = |record: &ConnectionRecord| Some(record.connection.tenant) == tenant;
        let wanted = usable.iter().position(is_wanted).unwrap_or(0);
        Ok(Ok(usable.swap_remove(wanted)))
    }

    /// Begins a sign-in at the organization that was typed.
    pub async fn begin(
        &self,
        session: &Session,
        typed: &str,
        tenant: Option<TenantId>,
    ) -> Result<Result<Departure, SignInTrouble>, FlowError> {
        let record = match self.find(typed, tenant).await? {
            Ok(record) => record,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let record = match self.revive(record).await {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(Err(SignInTrouble::Ended)),
            Err(FlowError::Okta(failure)) => return Ok(Err(SignInTrouble::Okta(failure))),
            Err(error) => return Err(error),
        };
        let event = AuditEvent::new(
            record.connection.tenant,
            Actor::Stranger,
            Action::AuthorizationBegun,
        )
        .with(json!({ "purpose": Purpose::SignIn.code() }));
        let round = Round {
            record: &record,
            session,
            purpose: Purpose::SignIn,
            uses_next_app: false,
            requested: sign_in_scopes(),
            returns_to: None,
            accepts: None,
            event,
        };
        match begin_round(&self.0, round).await {
            Ok((url, expires_at)) => Ok(Ok(Departure {
                url,
                organization_host: host_of(&record, false)?,
                expires_at,
            })),
            Err(FlowError::Okta(failure)) => Ok(Err(SignInTrouble::Okta(failure))),
            Err(error) => Err(error),
        }
    }

    /// After a disconnection somebody may have removed the app in Okta, as we told them to: then a
    /// sign-in would end on Okta's own error page. So Okta is asked first; `None` when it refuses.
    async fn revive(
        &self,
        record: ConnectionRecord,
    ) -> Result<Option<ConnectionRecord>, FlowError> {
        if record.connection.state != ConnectionState::Disconnected {
            return Ok(Some(record));
        }
        let record = with_key(&self.0, record).await?;
        let connection = &record.connection;
        let organization = connection
            .organization
            .as_ref()
            .ok_or(FlowError::StepTooEarly)?;
        let metadata = self.0.okta.metadata(&organization.origin).await?;
        let opened = opened_client(&self.0, &record, false)?;
        let redirect = redirect_uri(&self.0, connection.id);
        let found = self
            .0
            .okta
            .preflight(&metadata, &opened.client()?, &redirect)
            .await;
        for finding in [found.client_id, found.credentials, found.redirect_address] {
            if let Finding::Failed(failure) = finding {
                return if failure.kind.is_passing() {
                    Err(failure.into())
                } else {
                    Ok(None)
                };
            }
        }
        Ok(Some(record))
    }

    /// The connections of the organization at this address; an address that the operator listed may
    /// be another name of it.
    async fn connections(
        &self,
        origin: &OrgOrigin,
    ) -> Result<Result<Vec<ConnectionRecord>, OktaFailure>, FlowError> {
        let found = self
            .0
            .store
            .find_connections_of_organization(origin, MOST_TENANTS)
            .await?;
        if !found.is_empty() || !self.0.policy.is_extra(origin) {
            return Ok(Ok(found));
        }
        match self.0.okta.organization(origin).await {
            Ok(organization) => Ok(Ok(self
                .0
                .store
                .find_connections_of_organization(&organization.origin, MOST_TENANTS)
                .await?)),
            Err(failure) => Ok(Err(failure)),
        }
    }
}

/// A connection that was ended has no client secret any more; where the app proves itself with a key,
/// another one is made.
fn can_recognise(record: &ConnectionRecord) -> bool {
    let app = record.connection.app.as_ref();
    record.client_secret.is_some() || app.is_some_and(App::uses_key)
}
