//! Random tokens (links, cookies, API keys, verifiers) and the fingerprints under which they are
//! stored.

use aws_lc_rs::{constant_time, digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// Entropy of a token in bytes: 256 bits, so that a fast hash is enough to store it under.
const TOKEN_BYTES: usize = 32;

/// A new token: 43 characters of base64url, which need no escaping in a URL, cookie or header.
///
/// # Panics
/// When the operating system has no randomness, where nothing safe can be done.
#[must_use]
pub fn random_token() -> SecretString {
    let bytes = random_bytes::<TOKEN_BYTES>();
    let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()));
    SecretString::from(text.as_str())
}

/// The hash that a token is stored and looked up by (SHA-256).
#[must_use]
pub fn fingerprint(token: &SecretString) -> [u8; 32] {
    fingerprint_of(reveal(token))
}

/// [`fingerprint`] of a text that came in from outside.
#[must_use]
pub fn fingerprint_of(text: &str) -> [u8; 32] {
    sha256(text.as_bytes())
}

/// [`fingerprint`] of what need not be text.
#[must_use]
pub fn fingerprint_of_bytes(bytes: &[u8]) -> [u8; 32] {
    sha256(bytes)
}

/// Compares without telling, by the time it takes, where two texts differ.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// Opens a secret to show it. This is the one door out for the few places whose purpose is to hand
/// a secret to its owner once: a cookie's value, an onboarding link, a new API key, a new key ring,
/// a PKCE challenge's input. Never for a log, an error, a page's data or a column.
#[must_use]
pub fn disclose(secret: &SecretString) -> &str {
    reveal(secret)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the vault is where secrets are opened: to seal, to hash, or to disclose by name"
)]
pub(super) fn reveal(secret: &SecretString) -> &str {
    secret.expose_secret()
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

pub(super) fn random_bytes<const N: usize>() -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0; N]);
    rand::fill(bytes.as_mut_slice()).expect("the operating system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_43_characters_that_need_no_escaping_and_never_the_same() {
        let (first, second) = (random_token(), random_token());

        assert_eq!(disclose(&first).len(), 43);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        assert!(disclose(&first).bytes().all(plain));
        assert_ne!(disclose(&first), disclose(&second));
    }

    #[test]
    fn a_fingerprint_is_the_sha256_of_the_text() {
        let expected = [
            0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae,
            0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61,
            0xf2, 0x00, 0x15, 0xad,
        ];

        assert_eq!(fingerprint_of("abc"), expected, "FIPS 180-4's example");
        assert_eq!(fingerprint(&SecretString::from("abc")), expected);
    }

    #[test]
    fn comparing_tells_equal_from_different_in_content_or_length() {
        assert!(constant_time_eq(b"token", b"token"));
        assert!(!constant_time_eq(b"token", b"tokem"));
        assert!(!constant_time_eq(b"token", b"toke"));
    }
}
