//! What is signed of a line besides what it says: where it stands, and where its chain ends.
//!
//! A signature over the place covers the line's digest and the hash that follows from every line before
//! it, so nothing before it can be taken out. An end's signature is replaced with each line, so the
//! newest lines cannot be taken off by somebody who did not keep an older one.

use std::fmt;
use std::sync::Arc;

use time::OffsetDateTime;
use uuid::Uuid;

/// A signature, with the name of its key in the key ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditMac {
    pub key: String,
    /// HMAC-SHA-256 of the SHA-256 of what is signed.
    pub mac: [u8; 32],
}

/// What a signature says of what it is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureCheck {
    Good,
    Bad,
    /// Made with a key that is not in the ring.
    UnknownKey,
}

/// A line's place in its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPlace<'a> {
    pub chain: Uuid,
    pub sequence: i64,
    /// Of the hash before it and the line's digest.
    pub hash: &'a [u8],
}

/// Where a chain ends, as the service last wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditEnd<'a> {
    pub chain: Uuid,
    pub entries: i64,
    /// The hash of the last of them.
    pub hash: &'a [u8],
    /// Up to which line signatures may be of the content alone: those are older than signed places.
    pub older: i64,
    /// Since when ends are signed in this database.
    pub since: OffsetDateTime,
}

type Sign = dyn Fn(&[u8]) -> AuditMac + Send + Sync;
type Check = dyn Fn(&[u8], &str, &[u8]) -> SignatureCheck + Send + Sync;

/// Signs, and knows its signatures again. The keys stay where they were made.
#[derive(Clone)]
pub struct AuditSigner {
    hash: fn(&[u8]) -> [u8; 32],
    sign: Arc<Sign>,
    check: Arc<Check>,
}

impl AuditSigner {
    pub fn new(
        hash: fn(&[u8]) -> [u8; 32],
        sign: impl Fn(&[u8]) -> AuditMac + Send + Sync + 'static,
        check: impl Fn(&[u8], &str, &[u8]) -> SignatureCheck + Send + Sync + 'static,
    ) -> Self {
        Self {
            hash,
            sign: Arc::new(sign),
            check: Arc::new(check),
        }
    }

    /// SHA-256 of a line's content.
    #[must_use]
    pub fn digest(&self, content: &[u8]) -> [u8; 32] {
        (self.hash)(content)
    }

    /// The link of a chain after another one.
    #[must_use]
    pub fn chain_hash(&self, before: &[u8], digest: &[u8]) -> [u8; 32] {
        (self.hash)(&[before, digest].concat())
    }

    #[must_use]
    pub fn sign(&self, content: &[u8]) -> AuditMac {
        (self.sign)(content)
    }

    /// Whether the signature was made of this content, under a key of the ring.
    #[must_use]
    pub fn vouches(&self, content: &[u8], key: &str, mac: &[u8]) -> bool {
        (self.check)(content, key, mac) == SignatureCheck::Good
    }

    /// Whether a key of this name is in the ring.
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        (self.check)(&[], key, &[]) != SignatureCheck::UnknownKey
    }
}

impl fmt::Debug for AuditSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditSigner")
    }
}

impl AuditPlace<'_> {
    /// What is signed of a line with this digest. No content of a line begins like this.
    #[must_use]
    pub fn content(&self, digest: &[u8]) -> Vec<u8> {
        let mut bytes = b"grantway audit place 1".to_vec();
        bytes.extend_from_slice(self.chain.as_bytes());
        bytes.extend_from_slice(&self.sequence.to_be_bytes());
        put(&mut bytes, self.hash);
        put(&mut bytes, digest);
        bytes
    }
}

impl AuditEnd<'_> {
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        let mut bytes = b"grantway audit end 1".to_vec();
        bytes.extend_from_slice(self.chain.as_bytes());
        bytes.extend_from_slice(&self.entries.to_be_bytes());
        bytes.extend_from_slice(&self.older.to_be_bytes());
        let since = self.since.unix_timestamp_nanos().div_euclid(1_000);
        bytes.extend_from_slice(&since.to_be_bytes());
        put(&mut bytes, self.hash);
        bytes
    }
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
    bytes.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn every_part_of_a_place_and_of_an_end_makes_a_difference() {
        let (here, there) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let place = |chain, sequence, hash, digest: &[u8]| {
            let place = AuditPlace {
                chain,
                sequence,
                hash,
            };
            place.content(digest)
        };
        let end = |chain, entries, older, hash, since| {
            let end = AuditEnd {
                chain,
                entries,
                hash,
                older,
                since,
            };
            end.content()
        };
        let (then, now) = (
            datetime!(2026-11-25 12:00 UTC),
            datetime!(2026-11-30 12:00 UTC),
        );
        let mut contents = vec![
            place(here, 1, b"ab", b"c"),
            place(there, 1, b"ab", b"c"),
            place(here, 2, b"ab", b"c"),
            place(here, 1, b"a", b"bc"),
            end(here, 1, 0, b"ab", then),
            end(there, 1, 0, b"ab", then),
            end(here, 2, 0, b"ab", then),
            end(here, 1, 1, b"ab", then),
            end(here, 1, 0, b"a", then),
            end(here, 1, 0, b"ab", now),
        ];
        let count = contents.len();
        contents.sort();
        contents.dedup();
        assert_eq!(contents.len(), count);
    }
}
