//! The app in Okta: what the administrator pasted is checked with Okta before the browser leaves.

use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::keys::{OpenedKey, opened_key, secret_place, with_key};
use super::{Entrant, FlowError, Onboarding, Reached, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::connection::{App, ClientAuthMethod, ConnectionState};
use crate::domain::failure::OktaFailure;
use crate::domain::id::{ConnectionId, PersonId, TenantId};
use crate::domain::pasted::{self, PastedProblem};
use crate::okta::{Client, ClientAuth, Finding, Preflight};
use crate::store::{ConnectionRecord, EnteredApp, SealedBytes, StoreError};
use crate::vault::{self, Sealed};

/// Takes the app's client id and credentials.
#[derive(Debug, Clone)]
pub struct AppSetup(Shared);

/// What was typed.
#[derive(Debug)]
pub struct AppForm {
    pub auth_method: ClientAuthMethod,
    pub client_id: String,
    /// `None`: keep the stored one.
    pub client_secret: Option<SecretString>,
}

/// One thing to mend, by the place where it is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppTrouble {
    /// What was pasted is no client ID.
    ClientIdPasted(PastedProblem),
    /// What was pasted is no client secret; [`PastedProblem::Empty`] where one is needed.
    SecretPasted(PastedProblem),
    ClientId(OktaFailure),
    Secret(OktaFailure),
    Keys(OktaFailure),
    RedirectAddress(OktaFailure),
    RefreshGrant(OktaFailure),
}

/// How the check ended.
#[derive(Debug)]
pub enum AppOutcome {
    /// The next step is open.
    Ready,
    /// What was typed is kept, and each of these is to be mended.
    Troubled(Vec<AppTrouble>),
}

impl AppSetup {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// The redirect address of this connection and of no other.
    #[must_use]
    pub fn redirect_uri(&self, connection: ConnectionId) -> Url {
        redirect_uri(&self.0, connection)
    }

    /// Where Okta reads this connection's public keys.
    #[must_use]
    pub fn jwks_url(&self, connection: ConnectionId) -> Url {
        self.0.address(&format!("/oauth/jwks/{connection}"))
    }

    /// Checks what was typed and keeps it. That Okta cannot be reached right now is an error of its
    /// own, after which what was typed is still there.
    pub async fn submit(&self, entrant: &Entrant, form: AppForm) -> Result<AppOutcome, FlowError> {
        let progress = Onboarding::new(self.0.clone())
            .progress_at(entrant, Reached::App)
            .await?;
        self.check(entrant.actor(), progress.record, form).await
    }

    /// The same for an administrator who connects again what was ended: the short way, without a link.
    pub async fn submit_again(
        &self,
        tenant: TenantId,
        person: PersonId,
        form: AppForm,
    ) -> Result<AppOutcome, FlowError> {
        let found = self.0.store.find_connection(tenant).await?;
        let record = found.ok_or(FlowError::NotFound)?;
        if record.connection.state != ConnectionState::Disconnected {
            return Err(FlowError::StepTooEarly);
        }
        self.check(Actor::Administrator(person), record, form).await
    }

    async fn check(
        &self,
        actor: Actor,
        record: ConnectionRecord,
        form: AppForm,
    ) -> Result<AppOutcome, FlowError> {
        let one = |trouble| AppOutcome::Troubled(vec![trouble]);
        let client_id = match pasted::client_id(&form.client_id) {
            Ok(id) => id,
            Err(problem) => return Ok(one(AppTrouble::ClientIdPasted(problem))),
        };
        let app = App {
            client_id,
            auth_method: form.auth_method,
        };
        let record = with_key(&self.0, record).await?;
        let credential = match self.credential(&record, &app, form.client_secret.as_ref())? {
            Ok(credential) => credential,
            Err(problem) => return Ok(one(AppTrouble::SecretPasted(problem))),
        };
        let entry = Entry {
            actor,
            record: &record,
            app: &app,
            generation: record.next_generation + 1,
        };
        // Kept before Okta is asked: an outage must not cost the person their typing.
        self.keep(&entry, &credential).await?;
        let preflight = self.ask_okta(&record, &app, &credential).await?;
        let troubles = troubles(preflight, app.auth_method)?;
        self.mark(&entry, &troubles).await?;
        Ok(if troubles.is_empty() {
            AppOutcome::Ready
        } else {
            AppOutcome::Troubled(troubles)
        })
    }

    /// The secret that was pasted, or else the stored one of the same app; a problem when there is none
    /// and the method needs one. The private key needs nothing pasted.
    fn credential(
        &self,
        record: &ConnectionRecord,
        app: &App,
        typed: Option<&SecretString>,
    ) -> Result<Result<Credential, PastedProblem>, FlowError> {
        if app.auth_method == ClientAuthMethod::PrivateKeyJwt {
            return Ok(Ok(Credential::Key));
        }
        match typed.map(|typed| pasted::client_secret(vault::disclose(typed))) {
            Some(Ok(secret)) => return Ok(Ok(Credential::Secret(secret.into()))),
            None | Some(Err(PastedProblem::Empty)) => {}
            Some(Err(problem)) => return Ok(Err(problem)),
        }
        // Only what an onboarding entered for this very app: the live secret is not this person's to use.
        let entered = record.next_app.as_ref();
        let same_app = entered.filter(|next| next.app.client_id == app.client_id);
        let Some(sealed) = same_app.and_then(|next| next.client_secret.clone()) else {
            return Ok(Err(PastedProblem::Empty));
        };
        let place = secret_place(record, true, record.next_generation)?;
        let opened = self.0.vault.open(&place, &Sealed::from_bytes(sealed.0))?;
        Ok(Ok(Credential::Secret(opened)))
    }

    async fn ask_okta(
        &self,
        record: &ConnectionRecord,
        app: &App,
        credential: &Credential,
    ) -> Result<Preflight, FlowError> {
        let organization = record.organization(true).ok_or(FlowError::StepTooEarly)?;
        let metadata = self.0.okta.metadata(&organization.origin).await?;
        let key = opened_key(&self.0, record)?;
        let auth = match credential {
            Credential::Secret(secret) => Some(ClientAuth::Secret(secret)),
            Credential::Key => key.as_ref().map(OpenedKey::auth),
        };
        let client = Client {
            organization: Some(&organization.origin),
            client_id: &app.client_id,
            auth: auth.ok_or(FlowError::StepTooEarly)?,
        };
        let redirect = redirect_uri(&self.0, record.connection.id);
        Ok(self.0.okta.preflight(&metadata, &client, &redirect).await)
    }

    async fn keep(&self, entry: &Entry<'_>, credential: &Credential) -> Result<(), FlowError> {
        let Entry { record, app, .. } = entry;
        let sealed = match credential {
            Credential::Secret(secret) => {
                let place = secret_place(record, true, entry.generation)?;
                Some(SealedBytes(self.0.vault.seal(&place, secret)?.into_bytes()))
            }
            Credential::Key => None,
        };
        let entered = EnteredApp {
            app,
            client_secret: sealed.as_ref(),
            generation: entry.generation,
            organization: record.next_organization.as_ref().map(|found| &found.origin),
        };
        let (tenant, now) = (record.connection.tenant, self.0.clock.now());
        let event = entry.event(Action::AppSaved, &[], false);
        let kept = self.0.store.set_next_app(tenant, &entered, &event, now);
        kept.await.map_err(overtaken)
    }

    async fn mark(&self, entry: &Entry<'_>, troubles: &[AppTrouble]) -> Result<(), FlowError> {
        let is_ready = troubles.is_empty();
        let (action, now) = (
            if is_ready {
                Action::AppSaved
            } else {
                Action::AppRefused
            },
            self.0.clock.now(),
        );
        let event = entry.event(action, troubles, is_ready);
        let (tenant, checked_at) = (entry.record.connection.tenant, is_ready.then_some(now));
        let store = &self.0.store;
        let marked = store.mark_next_app(tenant, entry.generation, checked_at, &event, now);
        marked.await.map_err(overtaken)
    }
}

/// What somebody entered, and where it is kept.
struct Entry<'a> {
    actor: Actor,
    record: &'a ConnectionRecord,
    app: &'a App,
    generation: i64,
}

impl Entry<'_> {
    fn event(&self, action: Action, troubles: &[AppTrouble], checked: bool) -> AuditEvent {
        // What Okta has not accepted may be anything, and the trail is kept for good.
        AuditEvent::new(self.record.connection.tenant, self.actor, action).with(json!({
            "client_id": checked.then(|| self.app.client_id.as_str()),
            "method": self.app.auth_method.name(),
            "checked": checked,
            "troubles": troubles.iter().map(AppTrouble::code).collect::<Vec<_>>(),
        }))
    }
}

/// Another tab entered something else meanwhile: what it entered is what counts.
fn overtaken(error: StoreError) -> FlowError {
    match error {
        StoreError::Raced => FlowError::StepTooEarly,
        other => other.into(),
    }
}

/// What proves the app's identity.
enum Credential {
    Key,
    Secret(SecretString),
}

impl AppTrouble {
    fn code(&self) -> &'static str {
        match self {
            Self::ClientIdPasted(_) => "client_id_malformed",
            Self::SecretPasted(_) => "secret_missing",
            Self::ClientId(failure)
            | Self::Secret(failure)
            | Self::Keys(failure)
            | Self::RedirectAddress(failure)
            | Self::RefreshGrant(failure) => failure.kind.code(),
        }
    }
}

/// What is to be mended. A failure that passes by itself proves nothing about the app: it is an error.
fn troubles(preflight: Preflight, method: ClientAuthMethod) -> Result<Vec<AppTrouble>, FlowError> {
    type Place = fn(OktaFailure) -> AppTrouble;
    let credentials = match method {
        ClientAuthMethod::PrivateKeyJwt => AppTrouble::Keys,
        ClientAuthMethod::ClientSecretBasic => AppTrouble::Secret,
    };
    let looked_at: [(Finding, Place); 4] = [
        (preflight.client_id, AppTrouble::ClientId),
        (preflight.credentials, credentials),
        (preflight.redirect_address, AppTrouble::RedirectAddress),
        (preflight.refresh_grant, AppTrouble::RefreshGrant),
    ];
    let mut found = Vec::new();
    let mut passing = None;
    for (finding, trouble) in looked_at {
        match finding {
            Finding::Failed(failure) if failure.kind.is_passing() => passing = Some(failure),
            Finding::Failed(failure) => found.push(trouble(failure)),
            Finding::Ok | Finding::NotChecked => {}
        }
    }
    match passing {
        Some(failure) if found.is_empty() => Err(failure.into()),
        _ => Ok(found),
    }
}

pub(super) fn redirect_uri(shared: &Shared, connection: ConnectionId) -> Url {
    shared.address(&format!("/oauth/callback/{connection}"))
}
