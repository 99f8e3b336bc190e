//! *Grant them for me*: the missing grants are added with the token of the person who presses, and of
//! nobody else.

use serde_json::json;

use super::Repair;
use crate::domain::audit::{Action, AuditEvent};
use crate::domain::connection::App;
use crate::domain::failure::OktaFailure;
use crate::domain::id::AuthorizationId;
use crate::domain::overtaken::Overtaken;
use crate::domain::scope::{Scope, ScopeSet};
use crate::domain::session::{SuperAdministrator, Unproven};
use crate::flows::tokens::{LiveToken, live_token};
use crate::flows::{FlowError, Shared, Status};
use crate::okta::RoleFinding;

/// What became of *Grant them for me*.
#[derive(Debug, Default)]
pub struct Granted {
    pub added: Vec<Scope>,
    /// The one that Okta refused, and why.
    pub refused: Option<(Scope, OktaFailure)>,
    /// Those after the refused one.
    pub untried: Vec<Scope>,
}

/// With what Okta is written to.
struct Means {
    app: App,
    token: LiveToken,
}

/// What it rests on, as it is now.
struct Standing {
    authorization: Option<AuthorizationId>,
    /// Okta's id of the person.
    subject: String,
}

impl Repair {
    /// Adds to the app's grants what it lacks of what the person confirmed, and of what the catalog asks
    /// for. Listing comes first, so that pressing twice grants once. In a task of its own: a closed tab
    /// does not cut it in half.
    pub async fn grant_missing(
        &self,
        who: SuperAdministrator,
        confirmed: ScopeSet,
    ) -> Result<Granted, FlowError> {
        let this = self.clone();
        let work = async move { this.grant(who, &confirmed).await };
        self.0
            .tasks
            .spawn(work)
            .await
            .unwrap_or(Err(FlowError::CutShort))
    }

    async fn grant(
        &self,
        who: SuperAdministrator,
        confirmed: &ScopeSet,
    ) -> Result<Granted, FlowError> {
        let means = self.means(who).await?;
        let (okta, access) = (&self.0.okta, &means.token.access_token);
        let held = okta.app_grants(access, &means.app.client_id).await?;
        let mut granted = Granted::default();
        let mut overtaken = None;
        let wanted = lacking(&self.0, &held).into_iter();
        for scope in wanted.filter(|scope| confirmed.contains(scope)) {
            if granted.refused.is_some() {
                granted.untried.push(scope);
                continue;
            }
            // Whatever ended meanwhile, the person's access included, ends the writing too.
            let standing = self.standing(who).await;
            if let Err(why) = standing.and_then(|standing| means.check(&standing)) {
                overtaken = Some(why);
                break;
            }
            match okta.grant_scope(access, &means.app.client_id, &scope).await {
                Ok(()) => granted.added.push(scope),
                Err(failure) => granted.refused = Some((scope, failure)),
            }
        }
        let event = AuditEvent::new(who.tenant(), who.actor(), Action::GrantsAdded).with(json!({
            "added": granted.added.iter().map(Scope::as_str).collect::<Vec<_>>(),
            "refused": granted.refused.as_ref().map(|(scope, failure)| json!({
                "scope": scope.as_str(), "cause": failure.kind.code(), "error": failure.said.error,
            })),
        }));
        self.0.store.record(&event, self.0.clock.now()).await?;
        overtaken.map_or(Ok(granted), Err)
    }

    /// The live token, where it is this very person's, and Okta says once more that the person is a
    /// Super Administrator.
    async fn means(&self, who: SuperAdministrator) -> Result<Means, FlowError> {
        let standing = self.standing(who).await?;
        let found = self.0.store.find_connection(who.tenant()).await?;
        let record = found.ok_or(FlowError::NotFound)?;
        let app = record.connection.app.clone();
        let means = Means {
            app: app.ok_or(FlowError::StepTooEarly)?,
            token: live_token(&self.0, &record, false).await?,
        };
        means.check(&standing)?;
        let (okta, access) = (&self.0.okta, &means.token.access_token);
        match okta.super_administrator(access, &standing.subject).await {
            RoleFinding::Yes => Ok(means),
            RoleFinding::No { .. } => Err(Unproven::Lesser.into()),
            RoleFinding::Unknown(failure) => Err(failure.into()),
        }
    }

    /// What the writing rests on, read anew: the connection is neither on hold nor ended, its sign-in is
    /// this person's and of a moment ago, and the person has access.
    async fn standing(&self, who: SuperAdministrator) -> Result<Standing, FlowError> {
        let view = Status::new(self.0.clone()).read(who.tenant()).await?;
        view.connection.state.check_not_held()?;
        if !view.may_be_written() {
            return Err(Overtaken::Disconnected.into());
        }
        if !view.is_freshly_signed_in_by(who) {
            return Err(Unproven::Stale.into());
        }
        let subject = self.0.store.find_subject(who.tenant(), who.person());
        Ok(Standing {
            authorization: view.authorization.map(|facts| facts.id),
            subject: subject.await?.ok_or(Overtaken::Person)?,
        })
    }
}

impl Means {
    /// The token is that of the sign-in that was looked at, and of no later or earlier one.
    fn check(&self, standing: &Standing) -> Result<(), FlowError> {
        if standing.authorization == Some(self.token.authorization) {
            Ok(())
        } else {
            Err(Unproven::Stale.into())
        }
    }
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
