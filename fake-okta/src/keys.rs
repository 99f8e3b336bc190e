//! The RSA keys that sign ID tokens. Making one takes a tenth of a second, so the keys live in one
//! pool per process, named by organization and generation; two fakes in one process may share them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use serde_json::{Value, json};

use crate::ids;

/// A generation that no organization publishes: for tokens signed by a key that is gone.
pub(crate) const RETIRED: u32 = 90_000;

/// The keys of all organizations that share an address.
pub(crate) const SHARED: usize = usize::MAX;

#[derive(Debug)]
pub(crate) struct SigningKey {
    pub kid: String,
    pair: KeyPair,
}

type Pool = Mutex<BTreeMap<(usize, u32), Arc<SigningKey>>>;

/// The key of an organization (by its position) and a generation.
pub(crate) fn key(organization: usize, generation: u32) -> Arc<SigningKey> {
    static POOL: OnceLock<Pool> = OnceLock::new();
    let mut pool = POOL
        .get_or_init(Pool::default)
        .lock()
        .expect("no holder of the lock panics");
    Arc::clone(
        pool.entry((organization, generation))
            .or_insert_with(|| Arc::new(SigningKey::generate())),
    )
}

impl SigningKey {
    fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a 2048 bit key can be made");
        let kid = ids::b64url(&ids::sha256(pair.public_key().as_ref()));
        Self { kid, pair }
    }

    /// RS256 over the bytes.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .expect("a generated key signs");
        signature
    }

    /// The public key as a JWK.
    pub(crate) fn jwk(&self) -> Value {
        // The DER form of a 2048 bit public key ends with the modulus' 256 bytes and the five
        // bytes of the exponent 65537 (02 03 01 00 01).
        let der = self.pair.public_key().as_ref();
        let modulus = &der[der.len() - 5 - 256..der.len() - 5];
        json!({
            "kty": "RSA", "alg": "RS256", "kid": self.kid, "use": "sig",
            "e": "AQAB", "n": ids::b64url(modulus),
        })
    }

    /// The public key as PEM text, the way it could be mistaken for an HMAC secret.
    pub(crate) fn public_pem(&self) -> String {
        let der = AsDer::as_der(self.pair.public_key()).expect("a generated key has a DER form");
        let body = ids::b64_standard(der.as_ref());
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_verifies_with_the_published_key() {
        let key = key(0, RETIRED);
        let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.jwk()).unwrap();
        let decoding = jsonwebtoken::DecodingKey::from_jwk(&jwk).unwrap();
        let head = ids::b64url(br#"{"alg":"RS256"}"#);
        let signed = format!("{head}.{}", ids::b64url(b"{}"));
        let token = format!("{signed}.{}", ids::b64url(&key.sign(signed.as_bytes())));
        let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
        rules.validate_exp = false;
        rules.required_spec_claims.clear();
        assert!(jsonwebtoken::decode::<Value>(token, &decoding, &rules).is_ok());
    }
}
