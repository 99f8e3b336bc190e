//! What no administrator could do: answers bent for one endpoint, limits, and tokens from nowhere.

use super::OrgHandle;
use crate::ids;
use crate::state::{Code, Override, OverrideAnswer, RefreshToken};

/// Tokens as a sign-in would have brought them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedTokens {
    pub access_token: String,
    pub refresh_token: String,
    /// The person's id.
    pub subject: String,
}

impl OrgHandle {
    /// API paths that begin so answer 403 E0000006 from now on, as to a role that is too weak.
    pub fn refuse_role(&self, path_prefix: &str) {
        self.add_override(Override::on(path_prefix, OverrideAnswer::RoleRefused));
    }

    /// API lists whose paths begin so answer 200 `[]` from now on, as to a role that sees none of it.
    pub fn empty_for_role(&self, path_prefix: &str) {
        self.add_override(Override::on(path_prefix, OverrideAnswer::EmptyForRole));
    }

    /// API paths that begin so answer 403 E0000005 from now on, as to a kind of token that they do
    /// not take.
    pub fn refuse_token(&self, path_prefix: &str) {
        self.add_override(Override::on(path_prefix, OverrideAnswer::TokenRefused));
    }

    /// Any of these, also for one person or one app only.
    pub fn add_override(&self, new: Override) {
        self.org.change(|state| state.overrides.push(new));
    }

    pub fn clear_overrides(&self) {
        self.org.change(|state| state.overrides.clear());
    }

    /// Enforces a limit of so many calls a minute, shared by the paths that begin so: then 429
    /// E0000047 until the window ends by the fake's clock.
    pub fn limit_bucket(&self, path_prefix: &str, per_window: u32) {
        self.org.limits.limit(path_prefix, per_window, None);
    }

    /// The same with a window of so many seconds, for tests that wait for its end.
    pub fn limit_bucket_for(&self, path_prefix: &str, per_window: u32, seconds: i64) {
        let limits = &self.org.limits;
        limits.limit(path_prefix, per_window, Some(seconds));
    }

    /// Enforces that at most so many API calls are handled at a time: then 429 with limit and
    /// remaining 0.
    pub fn limit_concurrency(&self, most: usize) {
        self.org.limits.limit_concurrency(most);
    }

    /// Lifts all limits and begins [`Self::max_concurrency`] anew.
    pub fn lift_limits(&self) {
        self.org.limits.lift();
    }

    /// The most API calls that were ever being handled at a time.
    pub fn max_concurrency(&self) -> usize {
        self.org.limits.most_in_flight()
    }

    /// Gives an app tokens for a person, without a sign-in.
    ///
    /// # Panics
    /// When there is no such person.
    pub fn issue_tokens<S: AsRef<str>>(
        &self,
        client_id: &str,
        login: &str,
        scopes: &[S],
    ) -> IssuedTokens {
        self.issue_tokens_since(client_id, login, scopes, self.org.now())
    }

    /// The same after a sign-in at an earlier moment (seconds since 1970): the refresh token counts its
    /// time from there; the access token is as new as after a refresh.
    ///
    /// # Panics
    /// When there is no such person.
    pub fn issue_tokens_since<S: AsRef<str>>(
        &self,
        client_id: &str,
        login: &str,
        scopes: &[S],
        signed_in_at: i64,
    ) -> IssuedTokens {
        let scopes: Vec<String> = scopes.iter().map(|scope| scope.as_ref().into()).collect();
        let person = self.person(login).expect("the person exists");
        let now = self.org.now();
        let code = Code {
            client_id: client_id.to_owned(),
            person_id: person.id.clone(),
            redirect_uri: String::new(),
            scopes: scopes.clone(),
            challenge: None,
            nonce: None,
            auth_time: signed_in_at,
            expires_at: signed_in_at,
            used: true,
            family: ids::random(20),
        };
        self.org.change(|state| {
            let (person, family) = (Some(code.person_id.as_str()), code.family.as_str());
            IssuedTokens {
                access_token: state.issue_access_token(client_id, person, &scopes, family, now),
                refresh_token: state.issue_refresh_token(&code, signed_in_at),
                subject: code.person_id.clone(),
            }
        })
    }

    /// When a rotation replaced this refresh token, by the fake's clock; `None` while it is the newest.
    pub fn replaced_at(&self, refresh_token: &str) -> Option<i64> {
        let state = self.org.state();
        state.refresh_tokens.get(refresh_token)?.superseded_at
    }

    /// How many refresh tokens were replaced by a newer one so far, whether or not the answer arrived.
    pub fn rotations(&self) -> usize {
        let state = self.org.state();
        let replaced = |token: &&RefreshToken| token.superseded_at.is_some();
        state.refresh_tokens.values().filter(replaced).count()
    }

    /// The refresh tokens that still work, then the access tokens.
    pub fn live_tokens(&self) -> (Vec<String>, Vec<String>) {
        let (state, now) = (self.org.state(), self.org.now());
        let refresh = state.refresh_tokens.keys();
        let access = state.access_tokens.keys();
        (
            refresh
                .filter(|token| state.live_refresh(token, now).is_some())
                .cloned()
                .collect(),
            access
                .filter(|token| state.live_access(token, now).is_some())
                .cloned()
                .collect(),
        )
    }

    /// How many refresh tokens of this app still work.
    pub fn live_refresh_tokens_of(&self, client_id: &str) -> usize {
        let (state, now) = (self.org.state(), self.org.now());
        let tokens = state.refresh_tokens.iter();
        tokens
            .filter(|(_, token)| token.client_id == client_id)
            .filter(|(token, _)| state.live_refresh(token, now).is_some())
            .count()
    }

    /// The login of whoever this access token was issued for, whether or not it still works.
    pub fn bearer_of(&self, access_token: &str) -> Option<String> {
        let state = self.org.state();
        let person = state.access_tokens.get(access_token)?.person_id.clone()?;
        let found = state.people.iter().find(|of| of.id == person);
        found.map(|person| person.login.clone())
    }

    /// Ends all access tokens before their time; refresh tokens go on working.
    pub fn end_access_tokens(&self) {
        self.org.change(|state| {
            for token in state.access_tokens.values_mut() {
                token.revoked = true;
            }
        });
    }

    /// Ends all refresh tokens; access tokens work until their time.
    pub fn end_refresh_tokens(&self) {
        self.org.change(|state| {
            for token in state.refresh_tokens.values_mut() {
                token.revoked = true;
            }
        });
    }
}
