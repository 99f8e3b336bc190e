//! Keys for `private_key_jwt` (RFC 7523): each connection signs its client assertions with a key of
//! its own, and Okta reads the public half at `/oauth/jwks/{connection}`. Signing is the Okta
//! client's business; here a key is only made.
//!
//! ES256 (P-256). Okta documents it for client assertions (its API reference, *OAuth 2.0 Client
//! JSON Web Keys*: "both RSA and Elliptic Curve (EC) keys"; its token endpoint's metadata lists
//! ES256). A key is made in microseconds instead of RSA's 100 ms or so, which matters where one is
//! made inside a request; it is shorter in a form and in the database; and it has no padding to
//! get wrong. No person copies it, since Okta fetches the key set.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::SecretString;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::token::sha256;

/// The JWS algorithm of every client key (RFC 7518 §3.1).
pub const ALGORITHM: &str = "ES256";

/// A new key. `Debug` shows no private part.
#[derive(Debug, Clone)]
pub struct ClientKey {
    /// PKCS#8 in PEM (`-----BEGIN PRIVATE KEY-----`).
    pub private_pem: SecretString,
    /// The key's thumbprint (RFC 7638), so that it names the key and nothing else.
    pub kid: String,
    /// What goes into the key set: `kty`, `crv`, `x`, `y`, `kid`, `use`, `alg`.
    pub public_jwk: Value,
}

/// Makes a key for one connection.
///
/// # Panics
/// When the operating system has no randomness, where nothing safe can be done.
#[must_use]
pub fn generate() -> ClientKey {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
        .expect("the operating system gives random bytes");
    let pkcs8 = pair.to_pkcs8v1().expect("a new key can be written down");
    let (x, y) = coordinates(pair.public_key().as_ref());
    let kid = thumbprint(&x, &y);
    let public_jwk = json!({
        "kty": "EC", "crv": "P-256", "x": x, "y": y,
        "kid": kid, "use": "sig", "alg": ALGORITHM,
    });
    ClientKey {
        private_pem: pem(pkcs8.as_ref()),
        kid,
        public_jwk,
    }
}

/// The two halves of an uncompressed point (SEC 1 §2.3.3: 0x04, then x, then y).
fn coordinates(point: &[u8]) -> (String, String) {
    let (x, y) = point[1..].split_at(32);
    (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y))
}

/// RFC 7638 §3.2: the required members in alphabetical order, without spaces.
fn thumbprint(x: &str, y: &str) -> String {
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(sha256(canonical.as_bytes()))
}

/// RFC 7468: base64 in lines of 64 characters.
fn pem(pkcs8: &[u8]) -> SecretString {
    let encoded = Zeroizing::new(STANDARD.encode(pkcs8));
    // Large enough from the start: a String that grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(2 * encoded.len() + 64));
    text.push_str("-----BEGIN PRIVATE KEY-----\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END PRIVATE KEY-----\n");
    SecretString::from(text.as_str())
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::Jwk;
    use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};

    use super::*;
    use crate::vault::disclose;

    #[test]
    fn what_the_private_half_signs_the_public_half_verifies() {
        let key = generate();
        let claims = json!({ "iss": "0oa1", "exp": 4_102_444_800_u64 });
        let signer = EncodingKey::from_ec_pem(disclose(&key.private_pem).as_bytes()).expect("PEM");
        let jwt =
            jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &signer).expect("a JWT");

        let jwk: Jwk = serde_json::from_value(key.public_jwk).expect("a JWK");
        let verifier = DecodingKey::from_jwk(&jwk).expect("a public key");
        let read =
            jsonwebtoken::decode::<Value>(&jwt, &verifier, &Validation::new(Algorithm::ES256));

        assert_eq!(read.expect("a valid signature").claims, claims);
    }

    #[test]
    fn the_kid_is_the_thumbprint_and_the_jwk_holds_no_private_part() {
        let key = generate();
        let jwk: Jwk = serde_json::from_value(key.public_jwk.clone()).expect("a JWK");

        let thumbprint = jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256);
        assert_eq!(key.kid, thumbprint.expect("a thumbprint"));
        assert_eq!(key.public_jwk["kid"], key.kid);
        assert_eq!(key.public_jwk.get("d"), None);
    }

    #[test]
    fn debug_shows_no_private_part() {
        let key = generate();

        let shown = format!("{key:?}");
        let second_line = disclose(&key.private_pem).lines().nth(1).expect("a line");
        assert!(!shown.contains(second_line) && !shown.contains("BEGIN"));
    }
}
