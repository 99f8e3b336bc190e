//! The keys that seal. The first is active and seals; all of them open, so that a key can be
//! replaced while the service runs. No error and no `Debug` here shows key material.

use std::fmt;
use std::fmt::Write as _;

use aws_lc_rs::aead::{AES_256_GCM, RandomizedNonceKey};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose};
use secrecy::SecretString;
use zeroize::Zeroizing;

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
            Ok(cipher) => Ok(Self { id, cipher }),
            Err(_) => Err(KeyRingError::WrongLength {
                id,
                bytes: material.len(),
            }),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
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
