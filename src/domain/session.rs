//! Sessions: what one browser may do with us, and for how long.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::id::{LinkId, PersonId, SessionId, TenantId};

/// How long a browser may take from naming its organization to coming back from Okta.
pub const VISITOR_LIFETIME: Duration = Duration::minutes(30);
/// An administrator's session ends so long after the sign-in …
pub const ADMINISTRATOR_LIFETIME: Duration = Duration::hours(12);
/// … and so long after the last request.
pub const ADMINISTRATOR_IDLE: Duration = Duration::hours(1);
/// `last_seen_at` is written at most this often, so that reading a page seldom writes.
pub const TOUCH_EVERY: Duration = Duration::minutes(1);

/// Who a session stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Someone who may do no more than begin a sign-in.
    Visitor,
    /// Someone who holds an onboarding link of the tenant.
    Onboarding { tenant: TenantId, link: LinkId },
    /// A person who signed in with Okta and was let in by one of the tenant's links.
    Administrator {
        tenant: TenantId,
        person: PersonId,
        name: String,
        email: String,
    },
}

/// A live session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    /// Stays when the cookie is rotated.
    pub family: Uuid,
    pub standing: Standing,
    pub last_seen_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
}

impl Session {
    /// Whether the session still counts at `now`.
    #[must_use]
    pub fn is_live(&self, now: OffsetDateTime) -> bool {
        let idle_end = match self.standing {
            Standing::Administrator { .. } => self.last_seen_at + ADMINISTRATOR_IDLE,
            Standing::Visitor | Standing::Onboarding { .. } => self.expires_at,
        };
        now < self.expires_at && now < idle_end
    }

    /// Whether it is time to write `last_seen_at`.
    #[must_use]
    pub fn wants_touch(&self, now: OffsetDateTime) -> bool {
        now - self.last_seen_at >= TOUCH_EVERY
    }

    #[must_use]
    pub fn tenant(&self) -> Option<TenantId> {
        match self.standing {
            Standing::Visitor => None,
            Standing::Onboarding { tenant, .. } | Standing::Administrator { tenant, .. } => {
                Some(tenant)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);

    fn session(standing: Standing) -> Session {
        Session {
            id: SessionId::new(),
            family: Uuid::now_v7(),
            standing,
            last_seen_at: NOW,
            expires_at: NOW + ADMINISTRATOR_LIFETIME,
        }
    }

    #[test]
    fn an_idle_administrator_is_signed_out_and_an_idle_onboarding_is_not() {
        let administrator = session(Standing::Administrator {
            tenant: TenantId::new(),
            person: PersonId::new(),
            name: String::new(),
            email: String::new(),
        });
        let onboarding = session(Standing::Onboarding {
            tenant: TenantId::new(),
            link: LinkId::new(),
        });
        let later = NOW + ADMINISTRATOR_IDLE;

        assert!(administrator.is_live(later - Duration::seconds(1)));
        assert!(!administrator.is_live(later));
        assert!(onboarding.is_live(later));
        assert!(!onboarding.is_live(NOW + ADMINISTRATOR_LIFETIME));
    }
}
