//! One organization's data and the questions that endpoints ask of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::tokens::SESSION_LIFETIME;
use super::{AccessToken, App, Code, Override, Person, PersonStatus, RefreshToken, Session};
use crate::ids;
use crate::seed::OrgSeed;

/// Identity Engine or Classic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edition {
    #[default]
    Idx,
    V1,
}

/// Everything that an organization remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrgState {
    pub id: String,
    pub name: String,
    pub edition: Edition,
    pub port: u16,
    pub people: Vec<Person>,
    pub apps: Vec<App>,
    /// API path prefixes that answer 401 E0000015, as an unlicensed feature does.
    pub unlicensed: Vec<String>,
    /// Answers that role and token alone would not give.
    pub overrides: Vec<Override>,
    /// How many keys the key endpoint shows (the current one first).
    pub published_keys: usize,
    pub key_generation: u32,
    /// The apps of which a replaced refresh token came back too late, once for each time: what the
    /// System Log calls `app.oauth2.token.detect_reuse`.
    pub reuse_detections: Vec<String>,
    pub(crate) sessions: BTreeMap<String, Session>,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) access_tokens: BTreeMap<String, AccessToken>,
    pub(crate) refresh_tokens: BTreeMap<String, RefreshToken>,
    pub(crate) used_assertions: BTreeSet<String>,
}

impl OrgState {
    pub(crate) fn from_seed(seed: &OrgSeed, now: i64) -> Self {
        let id = match seed.id.as_str() {
            "" => ids::derived_id("00o", &seed.name),
            id => id.to_owned(),
        };
        Self {
            id,
            name: seed.name.clone(),
            edition: seed.edition,
            port: seed.port,
            people: seed.people.iter().cloned().map(Person::completed).collect(),
            apps: seed
                .apps
                .iter()
                .map(|app| app.clone().completed(now))
                .collect(),
            unlicensed: seed.unlicensed.clone(),
            published_keys: 2,
            ..Self::default()
        }
    }

    pub(crate) fn app(&self, client_id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }

    pub(crate) fn app_mut(&mut self, client_id: &str) -> Option<&mut App> {
        self.apps.iter_mut().find(|app| app.client_id == client_id)
    }

    pub(crate) fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    pub(crate) fn person_by_login(&self, login: &str) -> Option<&Person> {
        self.people
            .iter()
            .find(|person| person.login.eq_ignore_ascii_case(login))
    }

    /// Opens a browser session for a person who has just signed in.
    pub(crate) fn open_session(&mut self, person_id: &str, now: i64) -> String {
        let id = ids::secret("sid");
        let session = Session {
            person_id: person_id.to_owned(),
            auth_time: now,
            expires_at: now + SESSION_LIFETIME,
        };
        self.sessions.insert(id.clone(), session);
        id
    }

    /// The live session behind a cookie, and its person if still active.
    pub(crate) fn signed_in(&self, session_id: &str, now: i64) -> Option<(Person, i64)> {
        let session = self.sessions.get(session_id)?;
        let person = self.person(&session.person_id)?;
        (session.expires_at > now && person.status == PersonStatus::Active)
            .then(|| (person.clone(), session.auth_time))
    }
}
