//! The claims of an ID token whose signature is good, and the rules that they must keep. Pure.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Deserialize;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::id_token::{Expected, ExpectedNonce, Identity};
use super::secret;
use crate::domain::connection::ClientId;
use crate::domain::failure::clean;

/// How far two clocks may differ.
const LEEWAY: Duration = Duration::seconds(60);
/// The token was fetched just now, so it was issued just now: an older one is somebody else's.
const OLDEST: Duration = Duration::minutes(10);

/// What is read of the token. What is only shown is read loosely: Okta lets organizations map these
/// claims, and an odd one must not keep anybody out.
#[derive(Deserialize)]
pub(super) struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    azp: Option<String>,
    exp: Option<i64>,
    iat: Option<i64>,
    nbf: Option<i64>,
    nonce: Option<String>,
    at_hash: Option<String>,
    #[serde(default)]
    auth_time: Value,
    #[serde(default)]
    email: Value,
    #[serde(default)]
    name: Value,
    #[serde(default)]
    preferred_username: Value,
    groups: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What the claims are held against.
pub(super) struct Bounds<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a ClientId,
    pub(super) expected: &'a Expected<'a>,
    pub(super) now: OffsetDateTime,
}

impl Claims {
    /// `Err` names the first rule that is broken.
    pub(super) fn check(&self, bounds: &Bounds<'_>) -> Result<(), &'static str> {
        self.check_parties(bounds)?;
        self.check_times(bounds.now)?;
        self.check_bindings(bounds.expected)
    }

    fn check_parties(&self, bounds: &Bounds<'_>) -> Result<(), &'static str> {
        if self.iss.as_deref() != Some(bounds.issuer) {
            return Err("the issuer is another one");
        }
        let client_id = bounds.client_id.as_str();
        let audience = match &self.aud {
            Some(Audience::One(audience)) => audience,
            Some(Audience::Many(audiences)) if audiences.len() == 1 => &audiences[0],
            Some(Audience::Many(_)) => return Err("it is meant for others too"),
            None => return Err("the audience is missing"),
        };
        if audience != client_id {
            return Err("it is meant for another client");
        }
        if self.azp.as_deref().is_some_and(|azp| azp != client_id) {
            return Err("it was issued to another client");
        }
        match self.sub.as_deref() {
            // It is compared to the letter, so it is kept to the letter, whatever it looks like.
            Some(subject) if subject.contains(char::is_control) => {
                Err("the subject holds a control character")
            }
            Some(subject) if !subject.is_empty() && subject.len() <= 255 => Ok(()),
            _ => Err("the subject is missing"),
        }
    }

    fn check_times(&self, now: OffsetDateTime) -> Result<(), &'static str> {
        let early = (now - LEEWAY).unix_timestamp();
        let late = (now + LEEWAY).unix_timestamp();
        match self.exp {
            Some(exp) if exp > early => {}
            Some(_) => return Err("it has expired"),
            None => return Err("its end is missing"),
        }
        match self.iat {
            Some(iat) if iat > late => return Err("it was issued in the future"),
            Some(iat) if iat < (now - OLDEST).unix_timestamp() => {
                return Err("it was issued long ago");
            }
            Some(_) => {}
            None => return Err("its time of issue is missing"),
        }
        if self.nbf.is_some_and(|nbf| nbf > late) {
            return Err("it is not yet valid");
        }
        Ok(())
    }

    fn check_bindings(&self, expected: &Expected<'_>) -> Result<(), &'static str> {
        let Some(nonce) = self.nonce.as_deref() else {
            return Err("the nonce is missing");
        };
        let wanted = match &expected.nonce {
            ExpectedNonce::Plain(nonce) => sha256(secret::open(nonce)),
            ExpectedNonce::Sha256(hash) => *hash,
        };
        if verify_slices_are_equal(&sha256(nonce), &wanted).is_err() {
            return Err("the nonce is another one");
        }
        // The code flow leaves at_hash optional (§3.1.3.6); where it is, it must fit.
        let half = &sha256(secret::open(expected.access_token))[..16];
        match &self.at_hash {
            Some(at_hash) if *at_hash != BASE64_URL_SAFE_NO_PAD.encode(half) => {
                Err("it belongs to another access token")
            }
            _ => Ok(()),
        }
    }

    pub(super) fn into_identity(self) -> Identity {
        let text = |value: Value| value.as_str().map(clean).filter(|text| !text.is_empty());
        let auth_time = self.auth_time.as_i64();
        Identity {
            subject: self.sub.unwrap_or_default(),
            email: text(self.email),
            name: text(self.name),
            login: text(self.preferred_username),
            auth_time: auth_time.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok()),
            groups: self.groups.as_ref().map(names),
        }
    }
}

/// A list of names, or one name alone, as some providers write a list of one. Anything else among
/// them is no name.
pub(super) fn names(value: &Value) -> Vec<String> {
    match value {
        Value::String(name) => vec![name.clone()],
        Value::Array(all) => all
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

fn sha256(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    hash
}

#[cfg(test)]
mod tests;
