//! From the sign-in page to the vendor's identity provider and back: an attempt is written down, spent
//! once, and who signed in is proved before a session is opened.

use secrecy::SecretString;
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::sessions::fresh;
use super::{StaffDoor, StaffError, door, place};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::authorization_attempt::{AttemptProblem, LIFETIME};
use crate::domain::id::{StaffId, StaffSignInId};
use crate::domain::staff::{ReturnTo, STAFF_LIFETIME, StaffRole, StaffSession};
use crate::flows::{CallbackQuery, FlowError, Shared};
use crate::okta::{
    AuthorizationRequest, Prompt, StaffIdentity, authorization_error, pkce_challenge,
};
use crate::store::{
    ConsumedStaffSignIn, NewStaffSignIn, SealedBytes, StaffFacts, StaffRefusal, StoreError,
};
use crate::vault::{self, Field, Sealed};

/// Signs the vendor's own people in.
#[derive(Debug, Clone)]
pub struct StaffSignIn(Shared);

/// Who was proved, with what the groups gave, and when the provider was asked.
struct Judged<'a> {
    identity: &'a StaffIdentity,
    role: StaffRole,
    asked_at: OffsetDateTime,
}

/// What the page before the provider shows.
#[derive(Debug)]
pub struct StaffDeparture {
    /// The provider's address, with the state in it: for the browser alone.
    pub url: SecretString,
    pub provider_host: String,
    pub expires_at: OffsetDateTime,
}

/// Where the browser goes next.
#[derive(Debug)]
pub enum StaffLanded {
    /// In, with a new session cookie.
    SignedIn {
        token: SecretString,
        return_to: ReturnTo,
    },
    /// Known to the provider, and without business here.
    NotInAGroup(NotInAGroup),
}

/// Who was not let in, and what would let them.
#[derive(Debug)]
pub struct NotInAGroup {
    pub email: String,
    pub provider_host: String,
    pub support_group: String,
    pub operator_group: String,
}

impl StaffSignIn {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Writes an attempt down and gives the provider's address for it. `anew` has the provider ask who
    /// it is, whoever is signed in there.
    pub async fn begin(
        &self,
        session: &StaffSession,
        return_to: ReturnTo,
        anew: bool,
    ) -> Result<StaffDeparture, StaffError> {
        let StaffDoor { settings, provider } = door(&self.0)?;
        let metadata = provider.metadata().await?;
        let secrets = [(); 3].map(|()| vault::random_token());
        let [state, nonce, verifier] = &secrets;
        let url = provider.authorization_url(
            &metadata,
            &AuthorizationRequest {
                client_id: &settings.client_id,
                redirect_uri: &self.redirect_uri(),
                scopes: &provider.scopes(&metadata),
                state,
                nonce,
                pkce_challenge: &pkce_challenge(verifier),
                prompt: if anew {
                    Prompt::Login
                } else {
                    Prompt::Existing
                },
                login_hint: None,
            },
        );
        let id = StaffSignInId::new();
        let context = place(id.as_uuid(), Field::PkceVerifier);
        let now = self.0.clock.now();
        let new = NewStaffSignIn {
            id,
            family: session.family,
            state_hash: vault::fingerprint(state),
            nonce_hash: vault::fingerprint(nonce),
            sealed_verifier: SealedBytes(self.0.vault.seal(&context, verifier)?.into_bytes()),
            issuer: settings.issuer.to_string(),
            client_id: settings.client_id.to_string(),
            return_to,
            expires_at: now + LIFETIME,
        };
        self.0.store.begin_staff_sign_in(&new, now).await?;
        Ok(StaffDeparture {
            url: SecretString::from(String::from(url)),
            provider_host: settings.issuer.host().to_owned(),
            expires_at: new.expires_at,
        })
    }

    /// Completes the round trip that this answer belongs to, in a task of its own: a closed tab does
    /// not cut it in half.
    pub async fn complete(
        &self,
        query: CallbackQuery,
        session: Option<StaffSession>,
        browser: String,
    ) -> Result<StaffLanded, StaffError> {
        let this = self.clone();
        let work = async move { this.run(query, session, &browser).await };
        let ended = self.0.tasks.spawn(work).await;
        ended.unwrap_or_else(|_| Err(FlowError::CutShort.into()))
    }

    async fn run(
        &self,
        query: CallbackQuery,
        session: Option<StaffSession>,
        browser: &str,
    ) -> Result<StaffLanded, StaffError> {
        let StaffDoor { settings, .. } = door(&self.0)?;
        let family = session.as_ref().map(|session| session.family);
        let state = query.check()?;
        let now = self.0.clock.now();
        // Committed before anything else happens: a replay finds it spent.
        let attempt = self
            .0
            .store
            .consume_staff_sign_in(&vault::fingerprint(state), family, now)
            .await??;
        // Only the browser that began gets here, so there is a session.
        let session = session.ok_or(AttemptProblem::OtherBrowser)?;
        let asked_at = self.0.clock.now();
        let identity = self.identify(&attempt, &query).await?;
        match settings.role_of(&identity.groups) {
            Some(role) => {
                let judged = Judged {
                    identity: &identity,
                    role,
                    asked_at,
                };
                let token = self.let_in(&judged, &session, browser).await?;
                Ok(StaffLanded::SignedIn {
                    token,
                    return_to: attempt.return_to,
                })
            }
            None => self.turn_away(identity, asked_at).await,
        }
    }

    /// Spends the code and proves who signed in; no transaction is open meanwhile.
    async fn identify(
        &self,
        attempt: &ConsumedStaffSignIn,
        query: &CallbackQuery,
    ) -> Result<StaffIdentity, StaffError> {
        let StaffDoor { settings, provider } = door(&self.0)?;
        let unchanged = attempt.issuer == settings.issuer.as_str()
            && attempt.client_id == settings.client_id.as_str();
        if !unchanged {
            return Err(AttemptProblem::Expired.into());
        }
        let metadata = provider.metadata().await?;
        provider.check_response_issuer(&metadata, query.iss.as_deref())?;
        if let Some(error) = &query.error {
            return Err(authorization_error(error, query.error_description.as_deref()).into());
        }
        let code = query.code.as_ref().ok_or(AttemptProblem::Malformed)?;
        let context = place(attempt.id.as_uuid(), Field::PkceVerifier);
        let sealed = Sealed::from_bytes(attempt.sealed_verifier.0.clone());
        let verifier = self.0.vault.open(&context, &sealed)?;
        let redirect = self.redirect_uri();
        let identified =
            provider.identify(&metadata, code, &verifier, &redirect, attempt.nonce_hash);
        Ok(identified.await?)
    }

    /// The new session takes the place of the one that began, under a token that nobody knew.
    async fn let_in(
        &self,
        judged: &Judged<'_>,
        session: &StaffSession,
        browser: &str,
    ) -> Result<SecretString, StaffError> {
        let StaffDoor { settings, .. } = door(&self.0)?;
        let Judged { identity, role, .. } = judged;
        let now = self.0.clock.now();
        let (token, new) = fresh(Uuid::now_v7(), browser, now + STAFF_LIFETIME);
        let context = place(new.id.as_uuid(), Field::StaffIdToken);
        let sealed = self.0.vault.seal(&context, &identity.id_token)?;
        let facts = StaffFacts {
            issuer: &settings.issuer,
            subject: &identity.subject,
            name: &identity.name,
            email: &identity.email,
            role: *role,
            asked_at: judged.asked_at,
            sealed_id_token: SealedBytes(sealed.into_bytes()),
        };
        let event = |staff, lowered| {
            AuditEvent::of_service(Actor::Staff(staff), Action::StaffSignedIn)
                .with(json!({ "role": role.code(), "session": new.id, "lowered": lowered }))
        };
        let stored = self
            .0
            .store
            .sign_staff_in(&facts, &new, session.id, event, now);
        match stored.await {
            Ok(()) => Ok(token),
            Err(StoreError::Overtaken(_)) => Err(AttemptProblem::Expired.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Nobody who is in no group any more keeps a session, whichever browser the news came through.
    async fn turn_away(
        &self,
        identity: StaffIdentity,
        asked_at: OffsetDateTime,
    ) -> Result<StaffLanded, StaffError> {
        let StaffDoor { settings, .. } = door(&self.0)?;
        let refusal = StaffRefusal {
            issuer: &settings.issuer,
            subject: &identity.subject,
            asked_at,
        };
        let event = |known: Option<StaffId>, ended| {
            let actor = known.map_or(Actor::Stranger, Actor::Staff);
            AuditEvent::of_service(actor, Action::StaffRefused).with(json!({
                "subject": identity.subject, "email": identity.email, "sessions_ended": ended,
            }))
        };
        let now = self.0.clock.now();
        self.0.store.refuse_staff(refusal, event, now).await?;
        Ok(StaffLanded::NotInAGroup(NotInAGroup {
            email: identity.email,
            provider_host: settings.issuer.host().to_owned(),
            support_group: settings.support_group.clone(),
            operator_group: settings.operator_group.clone(),
        }))
    }

    fn redirect_uri(&self) -> url::Url {
        self.0.address("/staff/callback")
    }
}
