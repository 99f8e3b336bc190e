//! Mending a gap in one visit: the missing grants are added with the administrator's own token, or a
//! colleague is asked to do it.

mod colleague;
mod resend;

use secrecy::SecretString;
use serde_json::json;
use time::OffsetDateTime;

use super::invite::link_address;
use super::tokens::live_token;
use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::connection::ConnectionState;
use crate::domain::failure::OktaFailure;
use crate::domain::id::{LinkId, PersonId, TenantId};
use crate::domain::onboarding_link::{DEFAULT_LIFETIME, LinkPurpose};
use crate::domain::scope::{Scope, ScopeSet};
use crate::domain::text;
use crate::store::NewLink;
use crate::vault;

/// The longest reason that an administrator may give, in characters.
const LONGEST_REASON: usize = 500;

pub use colleague::Asked;
pub use resend::Resent;

/// Mends gaps.
#[derive(Debug, Clone)]
pub struct Repair(Shared);

/// What became of *Grant them for me*.
#[derive(Debug, Default)]
pub struct Granted {
    pub added: Vec<Scope>,
    /// The one that Okta refused, and why.
    pub refused: Option<(Scope, OktaFailure)>,
    /// Those after the refused one.
    pub untried: Vec<Scope>,
}

/// A link for a colleague, shown once.
#[derive(Debug)]
pub struct HandOff {
    pub link: SecretString,
    /// As it was kept.
    pub reason: String,
    pub expires_at: OffsetDateTime,
}

impl Repair {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Adds what the catalog asks for and the app lacks to the app's grants. Listing comes first, so
    /// that pressing twice grants once. In a task of its own: a closed tab does not cut it in half.
    pub async fn grant_missing(
        &self,
        tenant: TenantId,
        person: PersonId,
    ) -> Result<Granted, FlowError> {
        let this = self.clone();
        let work = async move { this.grant(tenant, person).await };
        self.0
            .tasks
            .spawn(work)
            .await
            .unwrap_or(Err(FlowError::CutShort))
    }

    async fn grant(&self, tenant: TenantId, person: PersonId) -> Result<Granted, FlowError> {
        let store = &self.0.store;
        let record = store
            .find_connection(tenant)
            .await?
            .ok_or(FlowError::NotFound)?;
        let app = record
            .connection
            .app
            .clone()
            .ok_or(FlowError::StepTooEarly)?;
        let token = live_token(&self.0, &record, false).await?;
        let (okta, access) = (&self.0.okta, &token.access_token);
        let held = okta.app_grants(access, &app.client_id).await?;
        let mut granted = Granted::default();
        for scope in lacking(&self.0, &held) {
            if granted.refused.is_some() {
                granted.untried.push(scope);
                continue;
            }
            match okta.grant_scope(access, &app.client_id, &scope).await {
                Ok(()) => granted.added.push(scope),
                Err(failure) => granted.refused = Some((scope, failure)),
            }
        }
        let event = AuditEvent::new(tenant, Actor::Administrator(person), Action::GrantsAdded).with(json!({
            "added": granted.added.iter().map(Scope::as_str).collect::<Vec<_>>(),
            "refused": granted.refused.as_ref().map(|(scope, failure)| json!({
                "scope": scope.as_str(), "cause": failure.kind.code(), "error": failure.said.error,
            })),
        }));
        store.record(&event, self.0.clock.now()).await?;
        Ok(granted)
    }

    /// Makes a link for a colleague: one repair, for as long as an onboarding link lives.
    pub async fn hand_off(
        &self,
        tenant: TenantId,
        person: PersonId,
        reason: &str,
    ) -> Result<HandOff, FlowError> {
        let found = self.0.store.find_connection(tenant).await?;
        let state = found.ok_or(FlowError::NotFound)?.connection.state;
        if state == ConnectionState::Disconnected {
            return Err(FlowError::NotFound);
        }
        let now = self.0.clock.now();
        let reason = text::clean(reason, LONGEST_REASON);
        let purpose = LinkPurpose::Repair {
            asked_by: person,
            reason: reason.clone(),
            by_staff: None,
        };
        let (link, token) = new_hand_off(purpose, format!("administrator {person}"), now);
        let event = AuditEvent::new(tenant, Actor::Administrator(person), Action::HandOffCreated)
            .with(json!({ "link": link.id }));
        self.0.store.create_link(tenant, &link, &event, now).await?;
        Ok(HandOff {
            link: link_address(&self.0.public_url, &token),
            reason,
            expires_at: link.expires_at,
        })
    }
}

/// A hand-off that is about to be stored, and the secret part of its address.
fn new_hand_off(
    purpose: LinkPurpose,
    created_by: String,
    now: OffsetDateTime,
) -> (NewLink, SecretString) {
    let token = vault::random_token();
    let link = NewLink {
        id: LinkId::new(),
        token_hash: vault::fingerprint(&token),
        created_by,
        expires_at: now + DEFAULT_LIFETIME,
        purpose,
    };
    (link, token)
}

/// What the catalog asks for and the app was not granted.
fn lacking(shared: &Shared, held: &ScopeSet) -> Vec<Scope> {
    shared
        .catalog
        .scopes()
        .filter(|scope| !held.covers(scope))
        .cloned()
        .collect()
}
