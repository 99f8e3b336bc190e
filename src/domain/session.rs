//! Sessions: what one browser may do with us, and for how long.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::audit::Actor;
use super::id::{LinkId, PersonId, SessionId, TenantId};

/// How long a browser may take from naming its organization to coming back from Okta.
pub const VISITOR_LIFETIME: Duration = Duration::minutes(30);
/// An administrator's session ends so long after the sign-in …
pub const ADMINISTRATOR_LIFETIME: Duration = Duration::hours(12);
/// … and so long after the last request.
pub const ADMINISTRATOR_IDLE: Duration = Duration::hours(1);
/// What a Super Administrator alone may do needs a sign-in that is no older than this.
pub const PROOF_LASTS: Duration = Duration::minutes(15);
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
        proof: RoleProof,
    },
}

/// What is known of an administrator's role, and since when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoleProof {
    /// When the person of this session signed in with Okta.
    pub signed_in_at: Option<OffsetDateTime>,
    /// What Okta last said; `None` while it never did.
    pub is_super: Option<bool>,
    /// When Okta said so.
    pub verified_at: Option<OffsetDateTime>,
}

/// An administrator who signed in a moment ago and was confirmed as a Super Administrator then. Only
/// [`Session::prove`] makes one, so that what demands it cannot be done without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuperAdministrator {
    tenant: TenantId,
    person: PersonId,
}

/// Why somebody is not taken for a Super Administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    #[error("the role was verified too long ago, or never")]
    Stale,
    #[error("Okta said that the person is no Super Administrator")]
    Lesser,
}

impl RoleProof {
    fn check(&self, now: OffsetDateTime) -> Result<(), Unproven> {
        let is_fresh = |at: Option<OffsetDateTime>| at.is_some_and(|at| now - at <= PROOF_LASTS);
        match self.is_super {
            Some(false) => Err(Unproven::Lesser),
            Some(true) if is_fresh(self.signed_in_at) && is_fresh(self.verified_at) => Ok(()),
            _ => Err(Unproven::Stale),
        }
    }
}

impl SuperAdministrator {
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Whom the audit trail names.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        Actor::Administrator(self.person)
    }
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

    /// The person of this session, where Okta confirmed a moment ago that they are a Super
    /// Administrator: by a sign-in in this browser, and by a look at their role.
    pub fn prove(&self, now: OffsetDateTime) -> Result<SuperAdministrator, Unproven> {
        let Standing::Administrator {
            tenant,
            person,
            proof,
            ..
        } = &self.standing
        else {
            return Err(Unproven::Lesser);
        };
        proof.check(now)?;
        Ok(SuperAdministrator {
            tenant: *tenant,
            person: *person,
        })
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
            proof: RoleProof::default(),
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

    #[test]
    fn only_a_fresh_sign_in_with_a_freshly_verified_role_proves_anything() {
        let at = Some(NOW);
        let of = |signed_in_at, is_super, verified_at| {
            let proof = RoleProof {
                signed_in_at,
                is_super,
                verified_at,
            };
            let standing = Standing::Administrator {
                tenant: TenantId::new(),
                person: PersonId::new(),
                name: String::new(),
                email: String::new(),
                proof,
            };
            let age = PROOF_LASTS;
            let proven = session(standing);
            (
                proven.prove(NOW + age).err(),
                proven.prove(NOW + age + Duration::seconds(1)).err(),
            )
        };
        let (stale, lesser) = (Some(Unproven::Stale), Some(Unproven::Lesser));

        assert_eq!(of(at, Some(true), at), (None, stale));
        assert_eq!(of(None, Some(true), at), (stale, stale));
        assert_eq!(of(at, Some(true), None), (stale, stale));
        assert_eq!(of(at, None, at), (stale, stale));
        assert_eq!(of(at, Some(false), at), (lesser, lesser));
        let visitor = session(Standing::Visitor);
        assert_eq!(visitor.prove(NOW), Err(Unproven::Lesser));
    }
}
