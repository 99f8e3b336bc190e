//! A returning administrator: from the organization's address to the tenant's page, by Okta's word
//! alone. This sign-in asks for no permission, and what it brings is thrown away at once.

mod strangers;

use std::num::NonZeroU32;
use std::sync::Arc;

use secrecy::SecretString;
use time::OffsetDateTime;

use self::strangers::{Strangers, TooOften};
use super::app_setup::redirect_uri;
use super::authorize::{Round, begin_round, host_of, sign_in_scopes};
use super::keys::{opened_client, with_key};
use super::{FlowError, Shared};
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
pub struct SignIn(Shared, Arc<Strangers>);

/// Why nobody is sent to Okta.
#[derive(Debug)]
pub enum SignInTrouble {
    Address(AddressProblem),
    /// No organization at this address was ever connected here.
    NotConnected,
    /// The connection was ended, and with it the way to recognise anybody.
    Ended,
    Okta(OktaFailure),
    /// Too many people want to sign in with this organization at once, or one does who is nobody there.
    TooOften {
        seconds: u64,
    },
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
    /// So many sign-ins may begin per minute at one organization.
    pub fn new(shared: Shared, per_organization: NonZeroU32) -> Self {
        Self(shared, Arc::new(Strangers::new(per_organization)))
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
            Err(trouble) => return Ok(Err(trouble)),
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
        let origin = origin_of(&record)?.clone();
        if let Err(seconds) = self.1.begin(&origin) {
            return Ok(Err(too_often(seconds)));
        }
        let record = match self.revive(record).await? {
            Ok(record) => record,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let metadata = match self.1.metadata(&self.0, &origin).await {
            Ok(metadata) => metadata,
            Err(failure) => return Ok(Err(SignInTrouble::Okta(failure))),
        };
        // Nobody is known yet, so the customer's audit trail is told nothing.
        let round = Round {
            record: &record,
            session,
            purpose: Purpose::SignIn,
            uses_next_app: false,
            requested: sign_in_scopes(),
            catalog: None,
            returns_to: None,
            accepts: None,
            metadata: Some(metadata),
            event: None,
        };
        let (url, expires_at) = begin_round(&self.0, round).await?;
        Ok(Ok(Departure {
            url,
            organization_host: host_of(&record, false)?,
            expires_at,
        }))
    }

    /// After a disconnection somebody may have removed the app in Okta, as we told them to: then a
    /// sign-in would end on Okta's own error page. So Okta is asked first.
    async fn revive(
        &self,
        record: ConnectionRecord,
    ) -> Result<Result<ConnectionRecord, SignInTrouble>, FlowError> {
        if record.connection.state != ConnectionState::Disconnected {
            return Ok(Ok(record));
        }
        let origin = origin_of(&record)?.clone();
        if let Err(seconds) = self.1.ask(&origin) {
            return Ok(Err(too_often(seconds)));
        }
        let record = with_key(&self.0, record).await?;
        let metadata = match self.1.metadata(&self.0, &origin).await {
            Ok(metadata) => metadata,
            Err(failure) => return Ok(Err(SignInTrouble::Okta(failure))),
        };
        let opened = opened_client(&self.0, &record, false)?;
        let redirect = redirect_uri(&self.0, record.connection.id);
        let found = self
            .0
            .okta
            .preflight(&metadata, &opened.client()?, &redirect)
            .await;
        for finding in [found.client_id, found.credentials, found.redirect_address] {
            if let Finding::Failed(failure) = finding {
                return Ok(Err(if failure.kind.is_passing() {
                    SignInTrouble::Okta(failure)
                } else {
                    SignInTrouble::Ended
                }));
            }
        }
        Ok(Ok(record))
    }

    /// The connections of the organization at this address; an address that the operator listed may
    /// be another name of it.
    async fn connections(
        &self,
        origin: &OrgOrigin,
    ) -> Result<Result<Vec<ConnectionRecord>, SignInTrouble>, FlowError> {
        let found = self
            .0
            .store
            .find_connections_of_organization(origin, MOST_TENANTS)
            .await?;
        if !found.is_empty() || !self.0.policy.is_extra(origin) {
            return Ok(Ok(found));
        }
        if let Err(seconds) = self.1.ask(origin) {
            return Ok(Err(too_often(seconds)));
        }
        match self.0.okta.organization(origin).await {
            Ok(organization) => Ok(Ok(self
                .0
                .store
                .find_connections_of_organization(&organization.origin, MOST_TENANTS)
                .await?)),
            Err(failure) => Ok(Err(SignInTrouble::Okta(failure))),
        }
    }
}

fn origin_of(record: &ConnectionRecord) -> Result<&OrgOrigin, FlowError> {
    let organization = record.connection.organization.as_ref();
    let organization = organization.ok_or(FlowError::StepTooEarly)?;
    Ok(&organization.origin)
}

const fn too_often(seconds: TooOften) -> SignInTrouble {
    SignInTrouble::TooOften { seconds }
}

/// A connection that was ended has no client secret any more; where the app proves itself with a key,
/// another one is made.
fn can_recognise(record: &ConnectionRecord) -> bool {
    let app = record.connection.app.as_ref();
    record.client_secret.is_some() || app.is_some_and(App::uses_key)
}
