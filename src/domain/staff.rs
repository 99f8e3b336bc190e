//! The vendor's own people: where they sign in, what they may do, and for how long that counts. They
//! and the administrators never mix: other table, other cookie, other pages.

mod issuer;
mod return_to;

use std::fmt;

use secrecy::SecretString;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::connection::ClientId;
use super::id::{StaffId, StaffSessionId};
use super::session::TOUCH_EVERY;

pub use issuer::{Issuer, IssuerProblem};
pub use return_to::ReturnTo;

/// How long a browser may take from the sign-in page to coming back from the provider.
pub const STAFF_VISITOR_LIFETIME: Duration = Duration::minutes(30);
/// A session ends so long after the sign-in …
pub const STAFF_LIFETIME: Duration = Duration::hours(12);
/// … and so long after the last request.
pub const STAFF_IDLE: Duration = Duration::minutes(30);
/// How long after signing out here the way to the provider's own sign-out stays open.
pub const SIGN_OUT_LASTS: Duration = Duration::minutes(10);

/// The vendor's identity provider, and who of its people may do what.
#[derive(Debug, Clone)]
pub struct StaffSettings {
    pub issuer: Issuer,
    pub client_id: ClientId,
    pub client_secret: SecretString,
    pub support_group: String,
    pub operator_group: String,
}

/// What one of the vendor's people may do. An operator may do all that support may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StaffRole {
    Support,
    Operator,
}

/// One of the vendor's people, as the provider named them at the last sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    pub id: StaffId,
    pub name: String,
    pub email: String,
    pub role: StaffRole,
}

/// A browser's standing at the staff's door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffSession {
    pub id: StaffSessionId,
    /// Stays when the cookie is rotated.
    pub family: Uuid,
    /// None for somebody who only began to sign in.
    pub member: Option<StaffMember>,
    pub last_seen_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
}

impl StaffSettings {
    /// The role that these groups give, compared letter by letter.
    #[must_use]
    pub fn role_of(&self, groups: &[String]) -> Option<StaffRole> {
        let is_in = |group: &String| groups.contains(group);
        if is_in(&self.operator_group) {
            Some(StaffRole::Operator)
        } else if is_in(&self.support_group) {
            Some(StaffRole::Support)
        } else {
            None
        }
    }
}

impl StaffRole {
    /// The stored word, which is also the one for people.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Operator => "operator",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Support, Self::Operator]
            .into_iter()
            .find(|role| role.code() == code)
    }
}

impl fmt::Display for StaffRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl StaffSession {
    /// Whether the session still counts at `now`.
    #[must_use]
    pub fn is_live(&self, now: OffsetDateTime) -> bool {
        let idle_end = match self.member {
            Some(_) => self.last_seen_at + STAFF_IDLE,
            None => self.expires_at,
        };
        now < self.expires_at && now < idle_end
    }

    /// Whether it is time to write `last_seen_at`.
    #[must_use]
    pub fn wants_touch(&self, now: OffsetDateTime) -> bool {
        now - self.last_seen_at >= TOUCH_EVERY
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-25 12:00 UTC);

    fn settings() -> StaffSettings {
        StaffSettings {
            issuer: "https://id.northvault.example".parse().unwrap(),
            client_id: "0oaStaff".parse().unwrap(),
            client_secret: SecretString::from("CANARY"),
            support_group: "Customer Support".to_owned(),
            operator_group: "Platform Operators".to_owned(),
        }
    }

    fn session(member: Option<StaffMember>) -> StaffSession {
        StaffSession {
            id: StaffSessionId::new(),
            family: Uuid::now_v7(),
            member,
            last_seen_at: NOW,
            expires_at: NOW + STAFF_LIFETIME,
        }
    }

    #[test]
    fn the_stronger_of_two_groups_counts_and_names_are_exact() {
        let role = |groups: &[&str]| {
            let groups: Vec<String> = groups.iter().map(ToString::to_string).collect();
            settings().role_of(&groups)
        };

        assert_eq!(role(&["Customer Support"]), Some(StaffRole::Support));
        assert_eq!(role(&["Platform Operators"]), Some(StaffRole::Operator));
        assert_eq!(
            role(&["Customer Support", "Everyone", "Platform Operators"]),
            Some(StaffRole::Operator)
        );
        for near in ["customer support", "Customer Support ", "Customer", ""] {
            assert_eq!(role(&[near]), None, "{near:?}");
        }
        assert_eq!(role(&[]), None);
        assert!(StaffRole::Operator > StaffRole::Support);
    }

    #[test]
    fn a_session_ends_by_idling_and_at_last_by_itself() {
        let member = StaffMember {
            id: StaffId::new(),
            name: String::new(),
            email: String::new(),
            role: StaffRole::Support,
        };
        let mut signed_in = session(Some(member));
        let second = Duration::seconds(1);

        assert!(signed_in.is_live(NOW + STAFF_IDLE - second));
        assert!(!signed_in.is_live(NOW + STAFF_IDLE));
        signed_in.last_seen_at = NOW + STAFF_LIFETIME - second;
        assert!(signed_in.is_live(NOW + STAFF_LIFETIME - second));
        assert!(!signed_in.is_live(NOW + STAFF_LIFETIME));
        assert!(session(None).is_live(NOW + STAFF_IDLE));
    }

    #[test]
    fn the_client_secret_does_not_print() {
        assert!(!format!("{:?}", settings()).contains("CANARY"));
    }
}
