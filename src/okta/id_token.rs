//! Verification of ID tokens (OpenID Connect Core §3.1.3.7).
//!
//! `jsonwebtoken` checks the signature and nothing else: its checks of time use the machine's clock,
//! and others let pass what must not (a second audience, a foreign `azp`, an `iat` to come). The
//! claims are checked in `id_token_claims`, one rule after another.

use jsonwebtoken::{Algorithm, Header, Validation};
use secrecy::SecretString;
use time::OffsetDateTime;
use url::Url;

use super::Okta;
use super::discovery::Metadata;
use super::id_token_claims::{Bounds, Claims};
use super::keys::Wanted;
use super::secret;
use crate::domain::connection::ClientId;
use crate::domain::failure::{FailureKind, OktaFailure};

/// Okta's ID tokens are about 1 KB. A list of groups adds to that: 200 with the longest names that Okta
/// allows are 70 KB, and more in scripts that JSON may escape.
const LONGEST: usize = 256 * 1024;

/// What an ID token may be signed with.
pub(super) const ALGORITHMS: [Algorithm; 2] = [Algorithm::RS256, Algorithm::ES256];

/// Who must have signed, and where the keys are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signer<'a> {
    pub(super) issuer: &'a str,
    pub(super) jwks_uri: &'a Url,
    /// Some of [`ALGORITHMS`].
    pub(super) algorithms: &'a [Algorithm],
}

/// What the token must be bound to.
#[derive(Debug, Clone)]
pub struct Expected<'a> {
    pub nonce: ExpectedNonce<'a>,
    /// The access token of the same response, for `at_hash`.
    pub access_token: &'a SecretString,
}

/// The nonce that was sent, or the SHA-256 of it where only that was kept.
#[derive(Debug, Clone)]
pub enum ExpectedNonce<'a> {
    Plain(&'a SecretString),
    Sha256([u8; 32]),
}

/// The person who signed in, as Okta vouches for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Okta's id of the user (`00u…`), letter by letter.
    pub subject: String,
    pub email: Option<String>,
    pub name: Option<String>,
    /// The name that they sign in with (`preferred_username`).
    pub login: Option<String>,
    pub auth_time: Option<OffsetDateTime>,
    /// Letter by letter, because they are compared; `None` where the token does not speak of groups.
    pub groups: Option<Vec<String>>,
}

impl Okta {
    /// Verifies the ID token of a token response and gives who signed in.
    pub async fn verify_id_token(
        &self,
        metadata: &Metadata,
        client_id: &ClientId,
        id_token: &SecretString,
        expected: &Expected<'_>,
    ) -> Result<Identity, OktaFailure> {
        let signer = Signer {
            issuer: metadata.issuer.as_str(),
            jwks_uri: &metadata.jwks_uri,
            algorithms: &ALGORITHMS,
        };
        self.verify(signer, client_id, id_token, expected).await
    }

    /// The same for any issuer.
    pub(super) async fn verify(
        &self,
        signer: Signer<'_>,
        client_id: &ClientId,
        id_token: &SecretString,
        expected: &Expected<'_>,
    ) -> Result<Identity, OktaFailure> {
        let token = secret::open(id_token);
        let header = readable_header(token, signer.algorithms)?;
        let wanted = Wanted {
            kid: header.kid.as_deref(),
            algorithm: header.alg,
        };
        let key = self
            .verification_key(signer.issuer, signer.jwks_uri, wanted)
            .await?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &signature_only(header.alg))
            .map_err(|_| rejected("the signature or the shape is wrong"))?
            .claims;
        let bounds = Bounds {
            issuer: signer.issuer,
            client_id,
            expected,
            now: self.now(),
        };
        claims.check(&bounds).map_err(rejected)?;
        Ok(claims.into_identity())
    }
}

/// Only asymmetric algorithms, so that neither `none` nor a secret or a public key used as a secret
/// can sign.
fn readable_header(token: &str, algorithms: &[Algorithm]) -> Result<Header, OktaFailure> {
    if token.len() > LONGEST {
        return Err(OktaFailure::new(FailureKind::IdTokenTooLong));
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| rejected("the header is wrong"))?;
    if !algorithms.contains(&header.alg) {
        return Err(rejected("the algorithm is not allowed"));
    }
    if header.crit.is_some() {
        return Err(rejected("the header demands an extension"));
    }
    match header.typ.as_deref() {
        Some(kind) if !kind.eq_ignore_ascii_case("JWT") => {
            Err(rejected("it is another kind of token"))
        }
        _ => Ok(header),
    }
}

fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

pub(super) fn rejected(detail: &'static str) -> OktaFailure {
    OktaFailure::new(FailureKind::IdTokenRejected).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    use jsonwebtoken::DecodingKey;
    use serde_json::json;

    use super::*;

    fn part(value: &serde_json::Value) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
    }

    fn feed_tokens(count: usize) {
        let claims = part(&json!({ "iss": "https://acme.okta.com", "sub": "00u1", "aud": "0oa1" }));
        let signed = |header| format!("{}.{claims}.{}", part(&header), "A".repeat(86));
        let tokens = [
            signed(json!({ "alg": "ES256", "kid": "a" })),
            signed(json!({ "alg": "RS256", "typ": "JWT", "kid": "a" })),
            signed(json!({ "alg": "none" })),
            signed(json!({ "alg": "HS256", "jwk": { "kty": "oct", "k": "AAAA" } })),
        ];
        let valid: Vec<&str> = tokens.iter().map(String::as_str).collect();
        // The example key of RFC 7517.
        let key = DecodingKey::from_ec_components(
            "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        );
        let key = key.expect("a key");
        crate::fuzz::texts(count, &valid, &[".", "..", "=", "eyJ", "-", "_"], |token| {
            let Ok(header) = readable_header(token, &ALGORITHMS) else {
                return;
            };
            assert!(ALGORITHMS.contains(&header.alg) && header.crit.is_none());
            let opened = jsonwebtoken::decode::<Claims>(token, &key, &signature_only(header.alg));
            assert!(opened.is_err(), "nobody signed {token:?}");
        });
    }

    crate::fuzz::both!(
        feed_tokens,
        no_hostile_token_panics_or_passes,
        soak_of_hostile_tokens
    );
}
