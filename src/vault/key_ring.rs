//! The keys that seal. The first is active and seals; all of them open, so that a key can be
//! replaced while the service runs. No error and no `Debug` here shows key material.

use std::fmt;
use std::fmt::Write as _;

use aws_lc_rs::aead::{AES_256_GCM, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::audit_key;
use super::token::{random_bytes, reveal};

const KEY_BYTES: usize = 32;
const MAX_ID: usize = 32;

/// One or more keys with names. At least one; the first is the active one.
#[derive(Debug)]
pub struct KeyRing {
    keys: Vec<Key>,
}

/// AES-256-GCM with a fresh random 96-bit nonce for each seal (NIST SP 800-38D §8.2.2): good for
/// 2^32 seals under one key, which is more than a service seals before its keys are rotated.
pub(super) struct Key {
    id: String,
    cipher: RandomizedNonceKey,
    audit: hmac::Key,
}

/// What is wrong with a key ring. Positions count from 1; material is never named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    #[error("the key ring is empty; `grantway keyring generate` makes a key")]
    Empty,
    #[error("key {position} is not of the form id:base64")]
    NoColon { position: usize },
    #[error(
        "the id of key {position} is not 1 to 32 letters, digits, dots, hyphens or underscores"
    )]
    BadId { position: usize },
    #[error("key {position}: the id {id} stands here again")]
    DuplicateId { position: usize, id: String },
    #[error("the material of key {id} is not base64")]
    NotBase64 { id: String },
    #[error("the material of key {id} is {bytes} bytes long, not 32")]
    WrongLength { id: String, bytes: usize },
    #[error("the material of key {id} is all zeros")]
    Zeros { id: String },
}

impl KeyRing {
    /// Reads `id:base64[,id:base64…]`; white space around a key is passed over. Takes standard and
    /// URL-safe base64, with or without padding.
    pub fn parse(text: &SecretString) -> Result<Self, KeyRingError> {
        let text = reveal(text).trim();
        if text.is_empty() {
            return Err(KeyRingError::Empty);
        }
        let mut keys: Vec<Key> = Vec::new();
        for (index, entry) in text.split(',').enumerate() {
            let position = index + 1;
            let key = Key::parse(entry.trim(), position)?;
            if keys.iter().any(|known| known.id == key.id) {
                return Err(KeyRingError::DuplicateId {
                    position,
                    id: key.id,
                });
            }
            keys.push(key);
        }
        Ok(Self { keys })
    }

    /// A new key ring of one random key, as text for [`KeyRing::parse`]. The id is random too, so
    /// that the text can be put in front of an existing ring.
    #[must_use]
    pub fn generate() -> SecretString {
        let id = random_bytes::<4>();
        let material = random_bytes::<KEY_BYTES>();
        // Large enough from the start: a String that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(64));
        text.push('k');
        for byte in id.iter() {
            write!(text, "{byte:02x}").expect("writing to a String succeeds");
        }
        text.push(':');
        general_purpose::STANDARD.encode_string(material.as_slice(), &mut text);
        SecretString::from(text.as_str())
    }

    /// The names of the keys, the active one first.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// The name of the key that seals.
    #[must_use]
    pub fn active_id(&self) -> &str {
        &self.active().id
    }

    pub(super) fn active(&self) -> &Key {
        &self.keys[0]
    }

    pub(super) fn find(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl Key {
    fn parse(entry: &str, position: usize) -> Result<Self, KeyRingError> {
        let (id, encoded) = entry
            .split_once(':')
            .ok_or(KeyRingError::NoColon { position })?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(allowed) {
            return Err(KeyRingError::BadId { position });
        }
        let id = id.to_owned();
        let Some(material) = decode(encoded) else {
            return Err(KeyRingError::NotBase64 { id });
        };
        if material.iter().all(|&byte| byte == 0) && material.len() == KEY_BYTES {
            return Err(KeyRingError::Zeros { id });
        }
        match RandomizedNonceKey::new(&AES_256_GCM, &material) {
            Ok(cipher) => Ok(Self {
                id,
                cipher,
                audit: audit_key::derive(&material),
            }),
            Err(_) => Err(KeyRingError::WrongLength {
                id,
                bytes: material.len(),
            }),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Signs the audit trail's lines.
    pub(super) fn audit(&self) -> &hmac::Key {
        &self.audit
    }

    pub(super) fn cipher(&self) -> &RandomizedNonceKey {
        &self.cipher
    }
}

fn decode(encoded: &str) -> Option<Zeroizing<Vec<u8>>> {
    let any_padding =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if encoded.contains(['-', '_']) {
        &alphabet::URL_SAFE
    } else {
        &alphabet::STANDARD
    };
    // Large enough from the start: a buffer that grows leaves copies behind.
    let mut material = Zeroizing::new(Vec::with_capacity(encoded.len()));
    GeneralPurpose::new(alphabet, any_padding)
        .decode_vec(encoded.trim(), &mut material)
        .ok()?;
    Some(material)
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}: [REDACTED])", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::disclose;

    /// Base64 of 32 bytes with `+` and `/`, and the same in the URL-safe alphabet.
    const STANDARD: &str = "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=";
    const URL_SAFE: &str = "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s=";

    fn parse(text: &str) -> Result<KeyRing, KeyRingError> {
        KeyRing::parse(&SecretString::from(text))
    }

    #[test]
    fn the_first_key_is_active_and_all_are_known() {
        let text = format!(" 2026-11:{STANDARD} , old.key:{URL_SAFE},\n_x:{STANDARD}\n");

        let ring = parse(&text).expect("a key ring");

        assert_eq!(ring.active_id(), "2026-11");
        assert_eq!(ring.ids().collect::<Vec<_>>(), ["2026-11", "old.key", "_x"]);
        assert!(ring.find("_x").is_some() && ring.find("y").is_none());
    }

    #[test]
    fn base64_is_taken_in_both_alphabets_with_or_without_padding() {
        for material in [STANDARD, URL_SAFE] {
            assert!(parse(&format!("k:{material}")).is_ok());
            assert!(parse(&format!("k:{}", material.trim_end_matches('='))).is_ok());
        }
    }

    #[test]
    fn each_mistake_is_told_by_position_or_id_and_never_with_material() {
        use KeyRingError as E;
        let id = || "k".to_owned();
        let short = STANDARD.split_at(40).0;
        let long = format!(
            "{}{STANDARD}",
            STANDARD.trim_end_matches('=').split_at(40).0
        );
        let zeros = "A".repeat(43);
        let too_long_id = "i".repeat(33);
        for (text, expected) in [
            (String::new(), E::Empty),
            (" \n".to_owned(), E::Empty),
            (STANDARD.to_owned(), E::NoColon { position: 1 }),
            (format!("k:{STANDARD},"), E::NoColon { position: 2 }),
            (
                format!("k:{STANDARD},{URL_SAFE}"),
                E::NoColon { position: 2 },
            ),
            (format!(":{STANDARD}"), E::BadId { position: 1 }),
            (format!("k y:{STANDARD}"), E::BadId { position: 1 }),
            (format!("{STANDARD}:k"), E::BadId { position: 1 }),
            (
                format!("{too_long_id}:{STANDARD}"),
                E::BadId { position: 1 },
            ),
            (
                format!("k:{STANDARD},k:{URL_SAFE}"),
                E::DuplicateId {
                    position: 2,
                    id: id(),
                },
            ),
            (format!("k:{STANDARD}!"), E::NotBase64 { id: id() }),
            (format!("k:+_{}", &STANDARD[2..]), E::NotBase64 { id: id() }),
            (
                format!("k:{short}"),
                E::WrongLength {
                    id: id(),
                    bytes: 30,
                },
            ),
            (
                format!("k:{long}"),
                E::WrongLength {
                    id: id(),
                    bytes: 62,
                },
            ),
            ("k:".to_owned(), E::WrongLength { id: id(), bytes: 0 }),
            (format!("k:{zeros}"), E::Zeros { id: id() }),
        ] {
            let error = parse(&text).expect_err("it is wrong");
            let told = format!("{error} {error:?}");
            assert_eq!(error, expected);
            assert!(!told.contains("v7") && !told.contains("AAA"), "{told}");
        }
    }

    #[test]
    fn a_generated_ring_has_a_name_and_is_never_the_same() {
        let (first, second) = (KeyRing::generate(), KeyRing::generate());

        let ring = KeyRing::parse(&first).expect("a key ring");
        assert_eq!(ring.ids().len(), 1);
        assert!(ring.active_id().starts_with('k') && ring.active_id().len() == 9);
        assert_ne!(disclose(&first), disclose(&second));
        let joined = format!("{},{}", disclose(&second), disclose(&first));
        assert_eq!(parse(&joined).expect("a key ring").ids().len(), 2);
    }

    #[test]
    fn debug_shows_names_only() {
        let ring = parse(&format!("k1:{STANDARD}")).expect("a key ring");

        assert_eq!(
            format!("{ring:?}"),
            "KeyRing { keys: [Key(k1: [REDACTED])] }"
        );
    }
}
