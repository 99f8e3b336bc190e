//! What a granted authorization changes: sealed, and stored in one transaction.

use std::sync::atomic::{AtomicBool, Ordering};

use backon::{ExponentialBuilder, Retryable};

use super::round::Answer;
use super::{CallbackQuery, Connect, Landed, Renewed, events};
use crate::domain::authorization_attempt::AttemptProblem;
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::id::{AuthorizationId, LinkId, PersonId};
use crate::domain::identity::RoleFinding;
use crate::domain::onboarding_link::LinkPurpose;
use crate::domain::session::{ADMINISTRATOR_LIFETIME, Session, Standing};
use crate::flows::FlowError;
use crate::flows::keys::{at_connection, opened_client};
use crate::flows::revocations::replaced;
use crate::flows::sessions::Fresh;
use crate::store::{
    Authorized, ConnectionRecord, ConsumedAttempt, NewStanding, SealedBytes, SealedTokens,
    StoreError,
};
use crate::vault::Field;

/// Two tabs that come back at once are two writers; more at the very same moment are no people.
const MOST_TRIES: usize = 3;

/// What the session that began becomes.
struct Succession {
    /// The link that has done its work with this.
    link: Option<LinkId>,
    /// Whether the person becomes an administrator by it.
    lets_in: bool,
    fresh: Option<Fresh>,
}

/// What was stored.
enum Stored {
    /// With a new session, unless the browser keeps the one it has.
    Connected(Option<Renewed>),
    /// A colleague did what this link asked for.
    Repaired(LinkId),
}

impl Connect {
    /// Grants the vendor access: spends the code, appraises the tokens, stores the outcome.
    pub(super) async fn connect(
        &self,
        attempt: &ConsumedAttempt,
        query: &CallbackQuery,
        session: &Session,
    ) -> Result<Landed, FlowError> {
        let tenant = attempt.facts.tenant;
        if session.tenant() != Some(tenant) {
            return Err(FlowError::NotFound);
        }
        let record = self
            .0
            .store
            .find_connection(tenant)
            .await?
            .ok_or(FlowError::NotFound)?;
        let (metadata, response, identity) = self.spend(attempt, query, &record).await?;
        let opened = opened_client(&self.0, &record, attempt.facts.uses_next_app)?;
        let client = opened.client()?;
        let spare = response.clone();
        let answer = self
            .appraise(attempt, &metadata, &client, response, identity)
            .await;
        let stored = self.store_outcome(attempt, &record, session, &answer).await;
        if let Err(error) = &stored
            && !matches!(error, FlowError::Store(error) if error.is_in_doubt())
        {
            // What was not kept must not stay alive without an owner. Where the database fell silent
            // it may have been kept after all, so there it stays.
            self.revoke(&metadata, &client, &spare).await;
        }
        Ok(match stored? {
            Stored::Repaired(link) => Landed::Repaired(link),
            Stored::Connected(session) => Landed::Status { tenant, session },
        })
    }

    /// Another tab of the same browser may come back at the same moment: then it is stored after that
    /// one, as if it had come later.
    async fn store_outcome(
        &self,
        attempt: &ConsumedAttempt,
        record: &ConnectionRecord,
        session: &Session,
        answer: &Answer,
    ) -> Result<Stored, FlowError> {
        for _ in 1..MOST_TRIES {
            match self.try_to_store(attempt, record, session, answer).await {
                Err(FlowError::Store(StoreError::Raced)) => {}
                stored => return stored,
            }
        }
        self.try_to_store(attempt, record, session, answer).await
    }

    async fn try_to_store(
        &self,
        attempt: &ConsumedAttempt,
        record: &ConnectionRecord,
        session: &Session,
        answer: &Answer,
    ) -> Result<Stored, FlowError> {
        let tenant = attempt.facts.tenant;
        // The code is spent, so a database that restarts right now is waited for.
        let patience = ExponentialBuilder::default()
            .with_max_times(5)
            .with_jitter();
        let identity = &answer.identity;
        let prepare = || self.0.store.prepare_authorization(tenant, identity);
        let (generation, known) = prepare
            .retry(patience)
            .when(StoreError::is_unavailable)
            .await?;
        let person = known.unwrap_or_else(PersonId::new);
        let replaced = replaced(&self.0, record, generation).await?;
        let Succession {
            link,
            lets_in,
            fresh,
        } = self.succession(session, person).await?;
        let organization = record
            .connection
            .organization
            .as_ref()
            .ok_or(FlowError::StepTooEarly)?;
        let state = record.connection.state;
        let (token, new) = fresh.map(|fresh| (fresh.token, fresh.new)).unzip();
        let outcome = Authorized {
            id: AuthorizationId::new(),
            tenant,
            connection: record.connection.id,
            organization: &organization.id,
            state: state.after_authorization(finding(answer), self.0.hold_new_connections),
            reconnects: state == ConnectionState::Disconnected,
            replaced,
            uses_next_app: attempt.facts.uses_next_app,
            person,
            identity,
            link,
            lets_in,
            catalog_version: self.0.catalog.version(),
            catalog_content: &self.0.catalog.to_json_snapshot(),
            requested: &attempt.facts.requested,
            granted: &answer.tokens.scopes,
            scopes_source: answer.tokens.scopes_source,
            role: &answer.role,
            tokens: self.seal(record, generation, answer)?,
            session: new.map(|new| (new, session.id)),
            event: events::connected(attempt, person, answer),
        };
        self.keep(&outcome, patience).await?;
        self.0.checks_wanted.notify_one();
        self.0.revocations_wanted.notify_one();
        if let Some(link) = link.filter(|_| !lets_in) {
            return Ok(Stored::Repaired(link));
        }
        let replaces = session.id;
        Ok(Stored::Connected(
            token.map(|token| Renewed { token, replaces }),
        ))
    }

    async fn keep(
        &self,
        outcome: &Authorized<'_>,
        patience: ExponentialBuilder,
    ) -> Result<(), FlowError> {
        let now = self.0.clock.now();
        let store = || self.0.store.authorize(outcome, now);
        let in_doubt = AtomicBool::new(false);
        let stored = store
            .retry(patience)
            .when(StoreError::is_unavailable)
            .notify(|error, _| {
                in_doubt.fetch_or(error.is_in_doubt(), Ordering::Relaxed);
            })
            .await;
        let in_doubt = in_doubt.into_inner();
        stored.map_err(|error| match error.with_doubt(in_doubt) {
            // Somebody disconnected while this person was at Okta, and that stands.
            StoreError::Overtaken => AttemptProblem::Expired.into(),
            other => other.into(),
        })
    }

    /// A link's holder becomes the administrator who signed in. An administrator stays who they are:
    /// a colleague who signed in at Okta in their browser, or through a link that asks for one repair,
    /// authorized, but was not let in.
    async fn succession(
        &self,
        session: &Session,
        person: PersonId,
    ) -> Result<Succession, FlowError> {
        let (link, lets_in, becomes_administrator) = match &session.standing {
            Standing::Onboarding { tenant, link } => {
                let found = self
                    .0
                    .store
                    .find_link(*tenant, *link)
                    .await?
                    .ok_or(FlowError::NotFound)?;
                let lets_in = found.purpose == LinkPurpose::Onboarding;
                (Some(*link), lets_in, lets_in)
            }
            Standing::Administrator {
                person: signed_in, ..
            } => (None, false, *signed_in == person),
            Standing::Visitor => (None, false, false),
        };
        let fresh = session
            .tenant()
            .filter(|_| becomes_administrator)
            .map(|tenant| {
                let standing = NewStanding::Administrator { tenant, person };
                Fresh::new(
                    session.family,
                    standing,
                    self.0.clock.now() + ADMINISTRATOR_LIFETIME,
                )
            });
        Ok(Succession {
            link,
            lets_in,
            fresh,
        })
    }

    fn seal(
        &self,
        record: &ConnectionRecord,
        generation: i64,
        answer: &Answer,
    ) -> Result<SealedTokens, FlowError> {
        let connection = &record.connection;
        let seal = |field, secret| {
            let context = at_connection(connection.tenant, connection.id, field, generation);
            self.0
                .vault
                .seal(&context, secret)
                .map(|sealed| SealedBytes(sealed.into_bytes()))
        };
        let tokens = &answer.tokens;
        let refresh = tokens.refresh_token.as_ref();
        Ok(SealedTokens {
            generation,
            access_token: seal(Field::AccessToken, &tokens.access_token)?,
            access_expires_at: tokens.access_expires_at,
            refresh_token: refresh
                .map(|token| seal(Field::RefreshToken, token))
                .transpose()?,
            refresh_expires_at: tokens.refresh_expires_at,
        })
    }
}

/// What a person has to mend although Okta granted something.
fn finding(answer: &Answer) -> Option<AttentionReason> {
    let is_super = match answer.role {
        RoleFinding::NotSuperAdministrator { .. } => Some(false),
        _ => None,
    };
    let has_refresh_token = answer.tokens.refresh_token.is_some();
    AttentionReason::of_authorization(
        answer.tokens.scopes.has_api_scope(),
        is_super,
        has_refresh_token,
    )
}
