//! Random identifiers and secrets. Every secret begins with `fakeokta_`, so that a test can look for
//! that word in logs and dumps, and so that no scanner takes one for a real credential.

use aws_lc_rs::{digest, hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

const ALPHABET: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// So many random letters and digits.
pub(crate) fn random(length: usize) -> String {
    let mut bytes = vec![0_u8; length];
    rand::fill(&mut bytes).expect("the system's random source works");
    bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
        .collect()
}

/// A secret of a kind: `at`, `rt`, `code`, `secret`, `sid`.
pub(crate) fn secret(kind: &str) -> String {
    format!("fakeokta_{kind}_{}", random(43))
}

/// An identifier in Okta's form: a three-letter prefix and 17 characters.
pub(crate) fn okta_id(prefix: &str) -> String {
    format!("{prefix}{}", random(17))
}

/// An identifier that is the same for the same thing in every run.
pub(crate) fn derived_id(prefix: &str, of: &str) -> String {
    let letters: String = sha256(of.as_bytes())
        .iter()
        .take(17)
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
        .collect();
    format!("{prefix}{letters}")
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message)
        .as_ref()
        .to_vec()
}

/// Base64url without padding.
pub(crate) fn b64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn b64_standard(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn from_b64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

pub(crate) fn from_b64_standard(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_says_that_it_is_fake() {
        assert!(secret("at").starts_with("fakeokta_at_"));
        assert_ne!(secret("at"), secret("at"));
    }

    #[test]
    fn identifiers_have_oktas_form() {
        assert_eq!(okta_id("0oa").len(), 20);
        assert_eq!(derived_id("oag", "a b"), derived_id("oag", "a b"));
    }
}
