//! API keys: which program may make which calls, and how a key is written.

mod limits;

use std::fmt;

use time::OffsetDateTime;

use super::id::ApiKeyId;

pub use limits::KeyLimits;

/// What a program is for; each call names the roles that may make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApiRole {
    /// Makes tenants and links.
    Onboarding,
    /// Takes access tokens.
    Worker,
    /// Looks things up.
    Support,
}

/// A key as a caller presents it: its hash, and the role that stands in its text. The hash covers
/// the role, so a text with another role is another key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PresentedKey {
    pub role: ApiRole,
    pub hash: [u8; 32],
}

/// A key that is known, not revoked and not at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub role: ApiRole,
    pub limits: KeyLimits,
}

/// What is shown of a key, never the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyFacts {
    pub id: ApiKeyId,
    pub name: String,
    pub role: ApiRole,
    pub limits: KeyLimits,
    pub created_at: OffsetDateTime,
    pub last_used_at: Option<OffsetDateTime>,
    pub revoked_at: Option<OffsetDateTime>,
    /// When it ends by itself.
    pub expires_at: Option<OffsetDateTime>,
}

/// How long the random part of a key is: 32 bytes in base64url.
const RANDOM_CHARS: usize = 43;

impl ApiRole {
    pub const ALL: [Self; 3] = [Self::Onboarding, Self::Worker, Self::Support];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Onboarding => "onboarding",
            Self::Worker => "worker",
            Self::Support => "support",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// What every key of this role begins with, so that scanners for leaked secrets can find one.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Onboarding => "gwk_onboarding_",
            Self::Worker => "gwk_worker_",
            Self::Support => "gwk_support_",
        }
    }

    /// The role that a key's text declares; `None` for a text that cannot be a key:
    /// `gwk_(onboarding|worker|support)_[A-Za-z0-9_-]{43}`.
    #[must_use]
    pub fn of_key(text: &str) -> Option<Self> {
        let is_random = |part: &str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            part.len() == RANDOM_CHARS && part.bytes().all(plain)
        };
        let declares = |role: &Self| text.strip_prefix(role.prefix()).is_some_and(is_random);
        Self::ALL.into_iter().find(declares)
    }
}

impl fmt::Debug for PresentedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PresentedKey({})", self.role.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_declares_its_role_and_nothing_else_does() {
        let random = "a".repeat(RANDOM_CHARS);
        for role in ApiRole::ALL {
            let key = format!("{}{random}", role.prefix());
            assert_eq!(ApiRole::of_key(&key), Some(role));
            assert_eq!(ApiRole::from_name(role.name()), Some(role));
            for wrong in [
                format!("{key}a"),
                key[..key.len() - 1].to_owned(),
                format!(" {key}"),
                key.to_uppercase(),
                key.replace("gwk", "gwx"),
                key.replace('a', "+"),
                role.prefix().to_owned(),
            ] {
                assert_eq!(ApiRole::of_key(&wrong), None, "{wrong:?}");
            }
        }
        assert_eq!(ApiRole::of_key(&format!("gwk_operator_{random}")), None);
    }

    #[test]
    fn a_presented_key_does_not_print_its_hash() {
        let key = PresentedKey {
            role: ApiRole::Worker,
            hash: [7; 32],
        };
        assert_eq!(format!("{key:?}"), "PresentedKey(worker)");
    }
}
