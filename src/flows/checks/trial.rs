//! A token that is not stored yet, tried out: which permissions work with it.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::Tempo;
use super::probing::Ground;
use super::run::ask_all;
use crate::domain::check::Finding;
use crate::domain::connection::{App, Organization};
use crate::domain::scope::Scope;
use crate::flows::Shared;

/// Somebody waits for the answer.
const LONGEST: Duration = Duration::from_secs(20);

/// With what Okta is asked.
pub(in crate::flows) struct Trial {
    pub organization: Organization,
    pub app: App,
    pub access_token: SecretString,
}

impl Trial {
    /// Those of the scopes that Okta shows to work. What it does not answer in time is not among them.
    pub(in crate::flows) async fn run(self, shared: &Shared, scopes: Vec<Scope>) -> Vec<Scope> {
        let tempo = Tempo::default();
        // A token that Okta calls dead proves nothing, and cannot be renewed here.
        let ground = Arc::new(Ground::of(shared, self, tempo));
        let mut answers = ask_all(&ground, &shared.catalog, scopes.into_iter());
        let mut works = Vec::new();
        let until = tokio::time::Instant::now() + LONGEST;
        while let Ok(Some(answer)) = tokio::time::timeout_at(until, answers.join_next()).await {
            if let Ok((scope, Ok(evidence))) = answer
                && evidence.finding == Finding::Effective
            {
                works.push(scope);
            }
        }
        works
    }
}
