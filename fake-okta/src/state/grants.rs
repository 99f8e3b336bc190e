//! Issuing, using and revoking codes and tokens: the changes to an organization's state that more
//! than one endpoint makes.

use super::tokens::{ACCESS_LIFETIME, CODE_LIFETIME, REFRESH_LIFETIME};
use super::{AccessToken, Code, OrgState, PersonStatus, RefreshToken, Rotation};
use crate::ids;

impl OrgState {
    /// Keeps a new code and gives its value.
    pub(crate) fn issue_code(&mut self, mut code: Code, now: i64) -> String {
        let value = ids::secret("code");
        code.expires_at = now + CODE_LIFETIME;
        code.family = ids::random(20);
        self.codes.insert(value.clone(), code);
        value
    }

    pub(crate) fn issue_access_token(
        &mut self,
        client_id: &str,
        person_id: Option<&str>,
        scopes: &[String],
        family: &str,
        now: i64,
    ) -> String {
        let value = ids::secret("at");
        let token = AccessToken {
            client_id: client_id.to_owned(),
            person_id: person_id.map(str::to_owned),
            scopes: scopes.to_vec(),
            issued_at: now,
            expires_at: now + ACCESS_LIFETIME,
            family: family.to_owned(),
            revoked: false,
        };
        self.access_tokens.insert(value.clone(), token);
        value
    }

    pub(crate) fn issue_refresh_token(&mut self, code: &Code, now: i64) -> String {
        let value = ids::secret("rt");
        let token = RefreshToken {
            client_id: code.client_id.clone(),
            person_id: code.person_id.clone(),
            scopes: code.scopes.clone(),
            auth_time: code.auth_time,
            issued_at: now,
            expires_at: now + REFRESH_LIFETIME,
            family: code.family.clone(),
            revoked: false,
            superseded_at: None,
            successor: None,
        };
        self.refresh_tokens.insert(value.clone(), token);
        value
    }

    /// The refresh token to answer a refresh with: the same one, a new one, or, for a replaced one
    /// that is still inside its leeway, the one that replaced it. `None` is a reuse.
    pub(crate) fn rotate(&mut self, value: &str, rotation: Rotation, now: i64) -> Option<String> {
        let token = self.refresh_tokens.get(value)?.clone();
        let Rotation::Rotate { leeway } = rotation else {
            return token.superseded_at.is_none().then(|| value.to_owned());
        };
        if let Some(superseded_at) = token.superseded_at {
            return if now < superseded_at + leeway {
                self.newest(&token)
            } else {
                None
            };
        }
        let next = ids::secret("rt");
        let successor = RefreshToken {
            issued_at: now,
            ..token.clone()
        };
        self.refresh_tokens.insert(next.clone(), successor);
        let old = RefreshToken {
            superseded_at: Some(now),
            successor: Some(next.clone()),
            ..token
        };
        self.refresh_tokens.insert(value.to_owned(), old);
        Some(next)
    }

    fn newest(&self, token: &RefreshToken) -> Option<String> {
        let mut newest = token.successor.clone()?;
        while let Some(next) = self.refresh_tokens.get(&newest)?.successor.clone() {
            newest = next;
        }
        Some(newest)
    }

    /// Revokes every token that came from one sign-in.
    pub(crate) fn revoke_family(&mut self, family: &str) {
        self.revoke_where(|_, _, of| of == family);
    }

    /// Revokes all tokens of an app, as its deactivation does.
    pub(crate) fn revoke_client(&mut self, client_id: &str) {
        self.revoke_where(|client, _, _| client == client_id);
    }

    /// Revokes a person's tokens, of one app or of all.
    pub(crate) fn revoke_person(&mut self, person_id: &str, client_id: Option<&str>) {
        self.revoke_where(|client, person, _| {
            person == Some(person_id) && client_id.is_none_or(|only| only == client)
        });
    }

    fn revoke_where(&mut self, matches: impl Fn(&str, Option<&str>, &str) -> bool) {
        for token in self.access_tokens.values_mut() {
            if matches(&token.client_id, token.person_id.as_deref(), &token.family) {
                token.revoked = true;
            }
        }
        for token in self.refresh_tokens.values_mut() {
            if matches(&token.client_id, Some(&token.person_id), &token.family) {
                token.revoked = true;
            }
        }
    }

    /// Whether app and person may hold tokens at this moment.
    pub(crate) fn in_good_standing(&self, client_id: &str, person_id: Option<&str>) -> bool {
        let Some(app) = self.app(client_id).filter(|app| app.is_active()) else {
            return false;
        };
        person_id.is_none_or(|id| {
            self.person(id).is_some_and(|person| {
                person.status == PersonStatus::Active && app.is_assigned(person)
            })
        })
    }

    /// An access token that works now.
    pub(crate) fn live_access(&self, value: &str, now: i64) -> Option<&AccessToken> {
        self.access_tokens.get(value).filter(|token| {
            !token.revoked
                && token.expires_at > now
                && self.in_good_standing(&token.client_id, token.person_id.as_deref())
        })
    }

    /// A refresh token that works now, replaced ones included.
    pub(crate) fn live_refresh(&self, value: &str, now: i64) -> Option<&RefreshToken> {
        self.refresh_tokens.get(value).filter(|token| {
            !token.revoked
                && token.expires_at > now
                && self.in_good_standing(&token.client_id, Some(&token.person_id))
        })
    }
}
