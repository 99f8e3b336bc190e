//! Whether a sign-in would leave the connection weaker than the live one does. Then it is held: its
//! tokens are not stored, and a Super Administrator can choose otherwise, having seen both numbers.

use std::collections::BTreeSet;

use super::outcome::Round;
use super::succession::Succession;
use super::{Connect, Renewed, events};
use crate::domain::id::PersonId;
use crate::domain::scope::Scope;
use crate::domain::token_set::ScopesSource;
use crate::flows::checks::Trial;
use crate::flows::keys::app_of;
use crate::flows::{FlowError, Status};
use crate::store::{ConnectionRecord, Entry, Ground, Holder, Holding, Weighed};

/// What was found out of a sign-in so far: Okta is asked once, however often the outcome is tried to be
/// stored.
#[derive(Debug, Default)]
pub(super) struct Scales {
    asked: BTreeSet<Scope>,
    works: BTreeSet<Scope>,
}

impl Connect {
    /// How the sign-in compares, where it has to be held; `None` where it may be stored.
    pub(super) async fn weigh(
        &self,
        round: &Round<'_>,
        record: &ConnectionRecord,
        person: PersonId,
        scales: &mut Scales,
    ) -> Result<Option<Weighed>, FlowError> {
        let (attempt, answer) = (&round.attempt.facts, round.answer);
        let view = Status::new(self.0.clone()).read(attempt.tenant).await?;
        let relied_on = view.relied_on();
        let Some(carrier) = view.authorization.as_ref().map(|facts| facts.person) else {
            return Ok(None);
        };
        let before = relied_on.len();
        let has = |scope: &Scope| answer.tokens.scopes.covers(scope);
        let covered: Vec<Scope> = relied_on.into_iter().filter(has).collect();
        let is_known = answer.tokens.scopes_source != ScopesSource::Assumed;
        // What a token can do follows from its scopes and from its person's role as it is at that time.
        let after = if is_known && (answer.role.is_super() || carrier == person) {
            covered.len()
        } else {
            self.try_out(round, record, &covered, scales).await?;
            let works = covered.iter().filter(|scope| scales.works.contains(scope));
            works.count()
        };
        let accepts = attempt.accepts.filter(|_| answer.role.is_super());
        let is_chosen = accepts.is_some_and(|accepts| after >= accepts);
        let weighed = Weighed {
            before,
            after,
            carrier,
        };
        Ok((after < before && !is_chosen).then_some(weighed))
    }

    /// Asks Okta with the new token, for a few seconds at most. What is not answered by then is not
    /// known to work.
    async fn try_out(
        &self,
        round: &Round<'_>,
        record: &ConnectionRecord,
        covered: &[Scope],
        scales: &mut Scales,
    ) -> Result<(), FlowError> {
        let organization = record.connection.organization.clone();
        let (app, _) = app_of(record, round.attempt.facts.uses_next_app)?;
        let trial = Trial {
            organization: organization.ok_or(FlowError::StepTooEarly)?,
            app: app.clone(),
            access_token: round.answer.tokens.access_token.clone(),
        };
        let new = covered.iter().filter(|scope| !scales.asked.contains(scope));
        let new: Vec<Scope> = new.cloned().collect();
        scales.asked.extend(new.iter().cloned());
        let works = trial.run(&self.0, new).await;
        scales.works.extend(works);
        Ok(())
    }

    /// Keeps that the sign-in was held. Whom a link lets in is let in all the same, and sees the page.
    pub(super) async fn hold(
        &self,
        round: &Round<'_>,
        record: &ConnectionRecord,
        person: PersonId,
        succession: Succession,
        weighed: Weighed,
    ) -> Result<Option<Renewed>, FlowError> {
        let Succession {
            holder,
            lets_in,
            fresh,
        } = succession;
        let (token, new) = fresh.map(|fresh| (fresh.token, fresh.new)).unzip();
        let replaces = round.session.id;
        let entry = match holder {
            Holder::Link(link) if lets_in => Some(Entry {
                person,
                identity: &round.answer.identity,
                link,
            }),
            _ => None,
        };
        let holding = Holding {
            id: round.id,
            ground: Ground {
                state: record.connection.state,
                attempt: &round.attempt.facts,
                holder,
            },
            weighed,
            role: &round.answer.role,
            event: events::held(round, weighed),
            entry,
            session: new.map(|new| (new, replaces)),
        };
        self.0.store.hold(&holding, self.0.clock.now()).await?;
        Ok(token.map(|token| Renewed { token, replaces }))
    }
}
