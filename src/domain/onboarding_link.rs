//! Onboarding links: what a vendor sends to a tenant, and why one may no longer open.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::id::{LinkId, PersonId, StaffId, TenantId};

/// How long a link lives when nobody says otherwise.
pub const DEFAULT_LIFETIME: Duration = Duration::hours(72);
/// The longest that a link may live.
pub const MAX_LIFETIME: Duration = Duration::days(30);
/// After so many openings a link stops opening: far above what people and mail scanners do.
pub const MAX_OPENINGS: i32 = 1_000;

/// A link as it stands now, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnboardingLink {
    pub id: LinkId,
    pub tenant: TenantId,
    pub expires_at: OffsetDateTime,
    pub open_count: i32,
    /// The session family of the browser that began with it.
    pub claimed_by: Option<Uuid>,
    pub permissions_read_at: Option<OffsetDateTime>,
    /// The version of the catalog that was read.
    pub permissions_read_version: Option<String>,
    pub completed_at: Option<OffsetDateTime>,
    pub revoked_at: Option<OffsetDateTime>,
    pub purpose: LinkPurpose,
}

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Whoever signs in through it becomes an administrator of the tenant.
    Onboarding,
    /// A colleague grants what is missing and signs in once; nothing more.
    Repair {
        asked_by: PersonId,
        /// In the asking administrator's words; may be empty.
        reason: String,
        /// One of the vendor's own people asks, and `asked_by` is whose connection it is.
        by_staff: Option<StaffId>,
    },
}

/// Why a link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkProblem {
    #[error("no such link")]
    Unknown,
    #[error("the link has expired")]
    Expired,
    #[error("the link has done its work")]
    Used,
    #[error("the link was revoked")]
    Revoked,
    #[error("another browser has begun with the link")]
    InAnotherBrowser,
    #[error("the link was opened too often")]
    OpenedTooOften,
}

impl OnboardingLink {
    /// Whether the browser with this session family may go on with the link at `now`.
    pub fn check(&self, family: Option<Uuid>, now: OffsetDateTime) -> Result<(), LinkProblem> {
        if self.revoked_at.is_some() {
            return Err(LinkProblem::Revoked);
        }
        if self.completed_at.is_some() {
            return Err(LinkProblem::Used);
        }
        if now >= self.expires_at {
            return Err(LinkProblem::Expired);
        }
        if self.open_count >= MAX_OPENINGS {
            return Err(LinkProblem::OpenedTooOften);
        }
        match self.claimed_by {
            Some(claimed) if Some(claimed) != family => Err(LinkProblem::InAnotherBrowser),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);

    fn link() -> OnboardingLink {
        OnboardingLink {
            id: LinkId::new(),
            tenant: TenantId::new(),
            expires_at: NOW + DEFAULT_LIFETIME,
            open_count: 0,
            claimed_by: None,
            permissions_read_at: None,
            permissions_read_version: None,
            completed_at: None,
            revoked_at: None,
            purpose: LinkPurpose::Onboarding,
        }
    }

    #[test]
    fn a_fresh_link_opens_for_anyone_until_a_browser_begins() {
        let (mine, other) = (Uuid::now_v7(), Uuid::now_v7());
        assert_eq!(link().check(None, NOW), Ok(()));

        let claimed = OnboardingLink {
            claimed_by: Some(mine),
            ..link()
        };

        assert_eq!(claimed.check(Some(mine), NOW), Ok(()));
        assert_eq!(
            claimed.check(Some(other), NOW),
            Err(LinkProblem::InAnotherBrowser)
        );
        assert_eq!(claimed.check(None, NOW), Err(LinkProblem::InAnotherBrowser));
    }

    #[test]
    fn each_end_of_a_link_is_told_apart() {
        let at = Some(NOW);
        let cases = [
            (
                OnboardingLink {
                    revoked_at: at,
                    completed_at: at,
                    ..link()
                },
                LinkProblem::Revoked,
            ),
            (
                OnboardingLink {
                    completed_at: at,
                    ..link()
                },
                LinkProblem::Used,
            ),
            (
                OnboardingLink {
                    expires_at: NOW,
                    ..link()
                },
                LinkProblem::Expired,
            ),
            (
                OnboardingLink {
                    open_count: MAX_OPENINGS,
                    ..link()
                },
                LinkProblem::OpenedTooOften,
            ),
        ];
        for (link, problem) in cases {
            assert_eq!(link.check(None, NOW), Err(problem));
        }
    }
}
