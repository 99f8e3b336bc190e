//! What a granted authorization changes: sealed, and stored in one transaction.

use std::time::Duration as StdDuration;

use backon::{ConstantBuilder, ExponentialBuilder, Retryable};

use super::round::Answer;
use super::succession::Succession;
use super::weighing::Scales;
use super::{CallbackQuery, Connect, Landed, Renewed, events};
use crate::domain::connection::Organization;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::id::{AuthorizationId, LinkId, PersonId, TenantId};
use crate::domain::session::{Session, Standing};
use crate::flows::FlowError;
use crate::flows::keys::{OpenedClient, at_connection, opened_client};
use crate::flows::revocations::{Unkept, replaced};
use crate::store::{
    Authorized, ConnectionRecord, ConsumedAttempt, Ground, Holder, Prepared, SealedBytes,
    SealedTokens, StoreError,
};
use crate::vault::Field;

/// Each try but the first begins after another tab's outcome, or a refresh, was stored.
const MOST_TRIES: usize = 12;
/// How long it is asked whether tokens were kept, about half an hour.
const SETTLING: ConstantBuilder = ConstantBuilder::new()
    .with_delay(StdDuration::from_millis(200))
    .with_max_times(500);

/// One round trip that came back well.
pub(super) struct Round<'a> {
    /// What its outcome is stored as, however many tries that takes.
    pub id: AuthorizationId,
    pub attempt: &'a ConsumedAttempt,
    pub session: &'a Session,
    pub answer: &'a Answer,
    /// The one that was confirmed, and answered when the code was spent.
    organization: &'a Organization,
    client: &'a OpenedClient,
}

/// What was stored.
enum Stored {
    /// With a new session, unless the browser keeps the one it has.
    Connected(Option<Renewed>),
    /// A colleague did what this link asked for.
    Repaired(LinkId),
    /// Nothing of the sign-in, because it would have made the connection weaker.
    Held(Option<Renewed>),
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
        let record = self.record(tenant).await?;
        record.connection.state.check_not_held()?;
        let (metadata, response, identity) = self.spend(attempt, query, &record).await?;
        let opened = opened_client(&self.0, &record, attempt.facts.uses_next_app)?;
        let client = opened.client()?;
        let spare = response.clone();
        let answer = self
            .appraise(attempt, &metadata, &client, response, identity)
            .await;
        let organization = record.organization(attempt.facts.uses_next_app);
        let round = Round {
            id: AuthorizationId::new(),
            attempt,
            session,
            answer: &answer,
            organization: organization.ok_or(FlowError::StepTooEarly)?,
            client: &opened,
        };
        let stored = self.store_outcome(&round, &record).await;
        let owner = (tenant, attempt.facts.connection);
        let unkept = Unkept::new(owner, &metadata, opened.clone(), spare);
        match &stored {
            Err(error) => self.end_unkept(unkept, error, (tenant, round.id)).await,
            Ok(Stored::Held(_)) => unkept.end(&self.0).await,
            Ok(Stored::Connected(_) | Stored::Repaired(_)) => {}
        }
        Ok(match stored? {
            Stored::Repaired(link) => Landed::Repaired(link),
            Stored::Held(session) => Landed::Held { tenant, session },
            Stored::Connected(session) => Landed::Status {
                tenant,
                session,
                // Without the role the page would only ask for another sign-in.
                to: attempt.facts.returns_to.filter(|_| answer.role.is_super()),
            },
        })
    }

    pub(super) async fn record(&self, tenant: TenantId) -> Result<ConnectionRecord, FlowError> {
        let found = self.0.store.find_connection(tenant).await?;
        found.ok_or(FlowError::NotFound)
    }

    /// What was not kept must not stay alive without an owner. Where the database fell silent it may have
    /// been kept after all: that is asked until it answers, in a task of its own.
    async fn end_unkept(&self, unkept: Unkept, error: &FlowError, of: (TenantId, AuthorizationId)) {
        if !matches!(error, FlowError::Store(error) if error.is_unavailable()) {
            return unkept.end(&self.0).await;
        }
        let shared = self.0.clone();
        self.0.tasks.spawn(async move {
            let ask = || shared.store.is_authorized(of.0, of.1);
            let is_kept = ask.retry(SETTLING).when(StoreError::is_unavailable).await;
            match is_kept {
                Ok(true) => {}
                Ok(false) => unkept.end(&shared).await,
                Err(error) => {
                    tracing::error!(error = %error, tenant = %of.0, "whether tokens were kept is not known");
                }
            }
        });
    }

    /// Another tab of the same browser may come back at the same moment: then it is stored after that
    /// one, as if it had come later, from the facts as they are then.
    async fn store_outcome(
        &self,
        round: &Round<'_>,
        record: &ConnectionRecord,
    ) -> Result<Stored, FlowError> {
        let (mut record, mut scales) = (record.clone(), Scales::default());
        for _ in 1..MOST_TRIES {
            match self.try_to_store(round, &record, &mut scales).await {
                Err(FlowError::Store(StoreError::Raced)) => {}
                stored => return stored,
            }
            let read = || self.record(round.attempt.facts.tenant);
            record = read.retry(patience()).when(is_away).await?;
        }
        self.try_to_store(round, &record, &mut scales).await
    }

    #[expect(clippy::too_many_lines, reason = "one record of many fields")]
    async fn try_to_store(
        &self,
        round: &Round<'_>,
        record: &ConnectionRecord,
        scales: &mut Scales,
    ) -> Result<Stored, FlowError> {
        let (attempt, session, answer) = (round.attempt, round.session, round.answer);
        let tenant = attempt.facts.tenant;
        // The code is spent, so a database that restarts right now is waited for.
        let prepare = || self.prepare(round);
        let prepared = prepare.retry(patience()).when(is_away).await?;
        let person = prepared.person.unwrap_or_else(PersonId::new);
        let succession = self.succession(session, &prepared, person)?;
        // Before the first sign-in there is none to compare with.
        if prepared.generation > 1
            && let Some(weighed) = self.weigh(round, record, person, scales).await?
        {
            let held = self.hold(round, record, person, succession, weighed);
            return Ok(Stored::Held(held.await?));
        }
        let Succession {
            holder,
            lets_in,
            fresh,
        } = succession;
        let link = match holder {
            Holder::Link(link) => Some(link),
            Holder::Administrator(_) => None,
        };
        let find_replaced = || replaced(&self.0, record, prepared.generation, round.client);
        let replaced = find_replaced.retry(patience()).when(is_away).await?;
        let state = record.connection.state;
        let (catalog_version, catalog_content) = self.agreed(attempt).await?;
        let (token, new) = fresh.map(|fresh| (fresh.token, fresh.new)).unzip();
        let outcome = Authorized {
            id: round.id,
            tenant,
            connection: record.connection.id,
            organization: round.organization,
            state: state.after_authorization(answer.finding(), self.0.hold_new_connections),
            ground: Some(Ground {
                state,
                attempt: &attempt.facts,
                holder,
            }),
            replaced,
            uses_next_app: attempt.facts.uses_next_app,
            next_generation: record.next_generation,
            person,
            identity: &answer.identity,
            link,
            lets_in,
            catalog_version: &catalog_version,
            catalog_content: &catalog_content,
            requested: &attempt.facts.requested,
            granted: &answer.tokens.scopes,
            scopes_source: answer.tokens.scopes_source,
            role: &answer.role,
            tokens: self.seal(record, prepared.generation, answer)?,
            session: new.map(|new| (new, session.id)),
            event: events::connected(attempt, person, answer),
        };
        self.keep(&outcome).await?;
        self.0.checks_wanted.notify_one();
        self.0.revocations_wanted.notify_one();
        if let Some(link) = link.filter(|_| !lets_in) {
            return Ok(Stored::Repaired(link));
        }
        Ok(Stored::Connected(token.map(|token| Renewed {
            token,
            replaces: session.id,
        })))
    }

    /// What was agreed to: the catalog that the attempt began with, on whichever replica that was.
    async fn agreed(&self, attempt: &ConsumedAttempt) -> Result<(String, String), FlowError> {
        let own = self.0.catalog.version();
        let version = attempt.facts.catalog_version.as_deref().unwrap_or(own);
        let kept = if version == own {
            None
        } else {
            self.0.store.find_catalog(version).await?
        };
        let content = kept.unwrap_or_else(|| self.0.catalog.to_json_snapshot());
        Ok((version.to_owned(), content))
    }

    async fn prepare(&self, round: &Round<'_>) -> Result<Prepared, FlowError> {
        let (facts, session) = (&round.attempt.facts, round.session);
        let link = match &session.standing {
            Standing::Onboarding { link, .. } => Some(*link),
            Standing::Administrator { .. } | Standing::Visitor => None,
        };
        let identity = &round.answer.identity;
        let browser = (facts.session_family, link);
        let now = self.0.clock.now();
        let prepared = (self.0.store).prepare_authorization(facts.tenant, identity, browser, now);
        Ok(prepared.await?)
    }

    async fn keep(&self, outcome: &Authorized<'_>) -> Result<(), FlowError> {
        let store = || self.0.store.authorize(outcome, self.0.clock.now());
        let stored = store.retry(patience()).when(StoreError::is_unavailable);
        stored.await.map_err(|error| match error {
            StoreError::Contradicted => OktaFailure::new(FailureKind::OrganizationConflict).into(),
            other => other.into(),
        })
    }

    /// For the organization that issued them.
    fn seal(
        &self,
        record: &ConnectionRecord,
        generation: i64,
        answer: &Answer,
    ) -> Result<SealedTokens, FlowError> {
        let owner = (record.connection.tenant, record.connection.id);
        let issuer = &answer.identity.issuer;
        let seal = |field, secret| {
            let context = at_connection(owner, issuer, field, generation);
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

/// A database that restarts is waited for, about a minute.
fn patience() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_max_times(5)
        .with_jitter()
}

fn is_away(error: &FlowError) -> bool {
    matches!(error, FlowError::Store(error) if error.is_unavailable())
}
