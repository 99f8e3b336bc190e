//! The public keys of issuers, kept for a while.
//!
//! A key id that is not known is asked for once more, because the issuer may just have rotated; but not
//! more often than once a minute, so that strange tokens cannot make us ask without end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use time::{Duration, OffsetDateTime};
use url::Url;

use super::Okta;
use super::id_token::rejected;
use crate::domain::failure::OktaFailure;

/// How long keys are believed without asking again: the longest that a withdrawn key still works.
const FRESH_FOR: Duration = Duration::minutes(15);
/// How often an unknown key id may cause a request.
const ASK_AGAIN_AFTER: Duration = Duration::minutes(1);
/// Issuers whose keys are kept at once; about 4 KB each.
const CAPACITY: usize = 2_000;

/// The keys of many issuers, by what they call themselves.
#[derive(Debug, Default)]
pub(super) struct KeyCache(Mutex<HashMap<String, Arc<tokio::sync::Mutex<KeySet>>>>);

/// The keys of one issuer. Locked while they are fetched, so that logins that arrive together
/// cause one request.
#[derive(Debug, Default)]
struct KeySet {
    keys: Vec<Jwk>,
    fetched_at: Option<OffsetDateTime>,
    /// When an unknown key id last caused a request.
    asked_again_at: Option<OffsetDateTime>,
}

/// What a token says of the key that signed it. Addresses and keys in its header are not among it:
/// a token does not get to say where its own key is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) kid: Option<&'a str>,
    pub(super) algorithm: Algorithm,
}

#[derive(Deserialize)]
struct KeyDocument {
    /// Loose, so that one key of an unknown kind does not spoil the others.
    keys: Vec<serde_json::Value>,
}

impl Okta {
    /// The issuer's key that a token was signed with.
    pub(super) async fn verification_key(
        &self,
        issuer: &str,
        jwks_uri: &Url,
        wanted: Wanted<'_>,
    ) -> Result<DecodingKey, OktaFailure> {
        let now = self.now();
        let keys = self.0.keys.of(issuer);
        let mut keys = keys.lock().await;
        let mut just_fetched = false;
        if !keys.is_fresh(now) {
            keys.replace(self.fetch_keys(jwks_uri).await?, now);
            just_fetched = true;
        }
        if let Some(key) = keys.find(wanted) {
            return decoding_key(key);
        }
        if !just_fetched && keys.may_ask_again(now) {
            keys.asked_again_at = Some(now);
            keys.replace(self.fetch_keys(jwks_uri).await?, now);
        }
        let key = keys
            .find(wanted)
            .ok_or_else(|| rejected("no key of the issuer fits"))?;
        decoding_key(key)
    }

    async fn fetch_keys(&self, jwks_uri: &Url) -> Result<Vec<Jwk>, OktaFailure> {
        let document: KeyDocument = self.document(jwks_uri).await?;
        let readable = |key| serde_json::from_value(key).ok();
        Ok(document.keys.into_iter().filter_map(readable).collect())
    }
}

impl KeyCache {
    fn of(&self, issuer: &str) -> Arc<tokio::sync::Mutex<KeySet>> {
        // Nothing can be half-done under this lock, so a poisoned one is as good.
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sets.len() >= CAPACITY && !sets.contains_key(issuer) {
            sets.clear();
        }
        Arc::clone(sets.entry(issuer.to_owned()).or_default())
    }
}

impl KeySet {
    fn is_fresh(&self, now: OffsetDateTime) -> bool {
        // Also after a clock that was turned back.
        self.fetched_at
            .is_some_and(|at| (now - at).abs() < FRESH_FOR)
    }

    fn may_ask_again(&self, now: OffsetDateTime) -> bool {
        self.asked_again_at
            .is_none_or(|at| (now - at).abs() >= ASK_AGAIN_AFTER)
    }

    fn replace(&mut self, keys: Vec<Jwk>, now: OffsetDateTime) {
        self.keys = keys;
        self.fetched_at = Some(now);
    }

    /// The key with the wanted id; without an id, the only one that fits.
    fn find(&self, wanted: Wanted<'_>) -> Option<&Jwk> {
        let mut fitting = self.keys.iter().filter(|key| {
            can_verify(key, wanted.algorithm)
                && wanted
                    .kid
                    .is_none_or(|kid| key.common.key_id.as_deref() == Some(kid))
        });
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }
}

/// The kind of key decides which algorithm it is for, never the token alone.
fn can_verify(key: &Jwk, algorithm: Algorithm) -> bool {
    let is_kind = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), Algorithm::RS256) => true,
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => {
            curve.curve == EllipticCurve::P256
        }
        _ => false,
    };
    let is_for_signatures = matches!(
        key.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    let is_for_algorithm = key
        .common
        .key_algorithm
        .is_none_or(|named| named.to_string() == format!("{algorithm:?}"));
    is_kind && is_for_signatures && is_for_algorithm
}

fn decoding_key(key: &Jwk) -> Result<DecodingKey, OktaFailure> {
    DecodingKey::from_jwk(key).map_err(|_| rejected("the issuer's key cannot be read"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn feed_keys(count: usize) {
        let valid = [
            json!({ "keys": [{
                "kty": "EC", "crv": "P-256", "kid": "1", "use": "sig", "alg": "ES256",
                "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
            }] }),
            json!({ "keys": [
                { "kty": "RSA", "kid": "2", "use": "sig", "alg": "RS256", "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWh", "e": "AQAB" },
                { "kty": "oct", "k": "AAAA", "kid": "3" },
            ] }),
        ];
        crate::fuzz::documents(count, &valid, |text| {
            let Ok(document) = serde_json::from_slice::<KeyDocument>(text) else {
                return;
            };
            let readable = |key| serde_json::from_value(key).ok();
            let keys = KeySet {
                keys: document.keys.into_iter().filter_map(readable).collect(),
                ..KeySet::default()
            };
            for algorithm in [Algorithm::RS256, Algorithm::ES256] {
                for kid in [None, Some("1"), Some("2")] {
                    let found = keys.find(Wanted { kid, algorithm });
                    drop(found.map(decoding_key));
                }
            }
        });
    }

    crate::fuzz::both!(
        feed_keys,
        no_hostile_key_set_panics,
        soak_of_hostile_key_sets
    );
}
