//! Seals one secret for one place, and opens it only there: what is sealed for a tenant, record,
//! field, generation and organization is refused anywhere else, so that swapped rows are noticed, and
//! what belongs to one organization is never opened for another.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce};
use secrecy::SecretString;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::key_ring::KeyRing;
use super::token::reveal;
use crate::domain::id::TenantId;
use crate::domain::org_url::OrgOrigin;

/// The layout of [`Sealed`]: this byte, the length of the key's id, the id, the nonce, the
/// ciphertext with its tag.
const VERSION: u8 = 2;
/// The same layout, sealed before the organization was part of the place. It opens still.
const WITHOUT_ORIGIN: u8 = 1;
/// Keeps our associated data apart from that of any other program with the same key.
const PURPOSE: &[u8] = b"grantway sealed secret";

/// Seals and opens with a key ring.
#[derive(Debug)]
pub struct Vault {
    keys: KeyRing,
}

/// Which secret of a record it is. The names are part of what was sealed: never change one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    AccessToken,
    RefreshToken,
    ClientSecret,
    ClientKey,
    PkceVerifier,
    RepeatedAnswer,
    /// Of a staff session.
    StaffIdToken,
    WebhookSecret,
    /// A token that waits for Okta to end it, whichever kind it is.
    RevokedToken,
}

/// The place that a secret is sealed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealContext {
    /// Zeros for what belongs to the service as a whole.
    pub tenant: TenantId,
    /// The row's id: of the connection, the authorization attempt, or the webhook endpoint.
    pub record: Uuid,
    pub field: Field,
    /// Counts what was stored in this place, so that an older value cannot be put back.
    pub generation: i64,
    /// The organization that it may be sent to; `None` for what is sent to none.
    pub origin: Option<OrgOrigin>,
}

/// A sealed secret, as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

/// The cipher failed, which it does only for a secret of gigabytes or without randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret could not be sealed")]
pub struct SealError;

/// Why a sealed secret does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("it is sealed under the key {id}, which is not in the key ring")]
    UnknownKey { id: String },
    #[error("it is not a sealed secret, or cut short")]
    Malformed,
    #[error("it was changed, or sealed for another place or under another key of this name")]
    Refused,
}

impl Vault {
    #[must_use]
    pub fn new(keys: KeyRing) -> Self {
        Self { keys }
    }

    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Seals under the active key.
    pub fn seal(&self, context: &SealContext, secret: &SecretString) -> Result<Sealed, SealError> {
        let key = self.keys.active();
        let header = header(key.id());
        let plain = reveal(secret).as_bytes();
        // With room for the tag, so that the buffer is not moved while it holds the secret.
        let mut body = Zeroizing::new(Vec::with_capacity(plain.len() + AES_256_GCM.tag_len()));
        body.extend_from_slice(plain);
        let nonce = key
            .cipher()
            .seal_in_place_append_tag(context.associated_data(&header), &mut *body)
            .map_err(|_| SealError)?;
        Ok(Sealed([&header, nonce.as_ref().as_slice(), &body].concat()))
    }

    pub fn open(&self, context: &SealContext, sealed: &Sealed) -> Result<SecretString, OpenError> {
        let parts = sealed.parts().ok_or(OpenError::Malformed)?;
        let key = self
            .keys
            .find(parts.key_id)
            .ok_or_else(|| OpenError::UnknownKey {
                id: parts.key_id.to_owned(),
            })?;
        let aad = context.associated_data(parts.header);
        let mut body = Zeroizing::new(parts.body.to_vec());
        let plain = key
            .cipher()
            .open_in_place(parts.nonce, aad, &mut body)
            .map_err(|_| OpenError::Refused)?;
        // A copy of exact size, made at once: the buffer above is wiped.
        std::str::from_utf8(plain)
            .map(SecretString::from)
            .map_err(|_| OpenError::Malformed)
    }

    /// Seals anew, under the active key, for the same place.
    pub fn reseal(&self, context: &SealContext, sealed: &Sealed) -> Result<Sealed, OpenError> {
        let secret = self.open(context, sealed)?;
        // Sealing fails only for a secret of gigabytes, which was never sealed.
        self.seal(context, &secret).map_err(|_| OpenError::Refused)
    }

    /// What a secret under the active key begins with.
    #[must_use]
    pub fn active_header(&self) -> Vec<u8> {
        header(self.keys.active_id())
    }

    /// Whether it is sealed under another key than the active one, or in an older way, and due for
    /// re-sealing.
    #[must_use]
    pub fn is_stale(&self, sealed: &Sealed) -> bool {
        let header = sealed.parts().map(|parts| parts.header);
        header != Some(self.active_header().as_slice())
    }
}

fn header(key_id: &str) -> Vec<u8> {
    let length = u8::try_from(key_id.len()).expect("the key ring holds ids of at most 32 bytes");
    let mut header = vec![VERSION, length];
    header.extend_from_slice(key_id.as_bytes());
    header
}

const fn is_known(version: u8) -> bool {
    matches!(version, VERSION | WITHOUT_ORIGIN)
}

/// The key's id in what a sealed secret begins with; `None` when that is malformed.
#[must_use]
pub fn key_id_of_header(header: &[u8]) -> Option<&str> {
    let (&[version, length], id) = header.split_first_chunk::<2>()?;
    let whole = is_known(version) && length > 0 && id.len() == usize::from(length);
    std::str::from_utf8(id).ok().filter(|_| whole)
}

impl SealContext {
    /// Texts of stated length, then values of fixed width: no two contexts read the same. The header is in it too, so that no part of a sealed secret can be exchanged.
    fn associated_data(&self, header: &[u8]) -> Aad<Vec<u8>> {
        let mut data = PURPOSE.to_vec();
        let origin = self.origin.as_ref().map_or("", OrgOrigin::as_str);
        let mut texts = vec![header, self.field.name().as_bytes()];
        if header.first() != Some(&WITHOUT_ORIGIN) {
            texts.push(origin.as_bytes());
        }
        for text in texts {
            data.extend_from_slice(&(text.len() as u64).to_be_bytes());
            data.extend_from_slice(text);
        }
        data.extend_from_slice(self.tenant.as_uuid().as_bytes());
        data.extend_from_slice(self.record.as_bytes());
        data.extend_from_slice(&self.generation.to_be_bytes());
        Aad::from(data)
    }
}

impl Field {
    pub const ALL: [Self; 9] = [
        Self::AccessToken,
        Self::RefreshToken,
        Self::ClientSecret,
        Self::ClientKey,
        Self::PkceVerifier,
        Self::RepeatedAnswer,
        Self::StaffIdToken,
        Self::WebhookSecret,
        Self::RevokedToken,
    ];

    /// The field of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
            Self::ClientSecret => "client_secret",
            Self::ClientKey => "client_key",
            Self::PkceVerifier => "pkce_verifier",
            Self::RepeatedAnswer => "repeated_answer",
            Self::StaffIdToken => "staff_id_token",
            Self::WebhookSecret => "webhook_secret",
            Self::RevokedToken => "revoked_token",
        }
    }
}

struct Parts<'a> {
    header: &'a [u8],
    key_id: &'a str,
    nonce: Nonce,
    body: &'a [u8],
}

impl Sealed {
    /// Takes what was stored; whether it is whole shows when it is opened.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The name of the key it is sealed under; `None` when it is malformed.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.parts().map(|parts| parts.key_id)
    }

    fn parts(&self) -> Option<Parts<'_>> {
        let (&[version, length], rest) = self.0.split_first_chunk::<2>()?;
        if !is_known(version) || length == 0 {
            return None;
        }
        let (key_id, rest) = rest.split_at_checked(length.into())?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>()?;
        if body.len() < AES_256_GCM.tag_len() {
            return None;
        }
        Some(Parts {
            header: &self.0[..2 + key_id.len()],
            key_id: std::str::from_utf8(key_id).ok()?,
            nonce: Nonce::assume_unique_for_key(*nonce),
            body,
        })
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key_id().unwrap_or("none");
        write!(f, "Sealed({} bytes, key {key:?})", self.0.len())
    }
}

#[cfg(test)]
mod tests;
