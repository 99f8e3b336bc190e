//! Sessions, authorization codes and tokens. Everything that came from one sign-in carries the same
//! `family`, because Okta revokes a whole family when a code or a rotated refresh token is reused.

use serde::{Deserialize, Serialize};

pub(crate) const CODE_LIFETIME: i64 = 300;
pub(crate) const ACCESS_LIFETIME: i64 = 3600;
pub(crate) const REFRESH_LIFETIME: i64 = 90 * 24 * 3600;
pub(crate) const SESSION_LIFETIME: i64 = 12 * 3600;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub person_id: String,
    pub auth_time: i64,
    pub expires_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    pub client_id: String,
    pub person_id: String,
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    pub challenge: Option<String>,
    pub nonce: Option<String>,
    pub auth_time: i64,
    pub expires_at: i64,
    pub used: bool,
    pub family: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessToken {
    pub client_id: String,
    /// Nobody for a service app's own token.
    pub person_id: Option<String>,
    pub scopes: Vec<String>,
    pub issued_at: i64,
    pub expires_at: i64,
    pub family: String,
    pub revoked: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RefreshToken {
    pub client_id: String,
    pub person_id: String,
    pub scopes: Vec<String>,
    pub auth_time: i64,
    pub issued_at: i64,
    /// Fixed at the first issue; a rotation does not extend it.
    pub expires_at: i64,
    pub family: String,
    pub revoked: bool,
    /// When a rotation replaced it, and by what.
    pub superseded_at: Option<i64>,
    pub successor: Option<String>,
}
