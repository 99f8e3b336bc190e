//! An Okta organization: what tells it from every other one, and what it says of itself.

use super::connection::OrgId;
use super::org_url::OrgOrigin;

/// Which of Okta's two platforms the organization runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// `pipeline: idx`.
    IdentityEngine,
    /// `pipeline: v1`.
    Classic,
    /// Okta named neither.
    Unknown,
}

/// What tells an organization from every other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationKey<'a> {
    /// Okta's id, which the host under Okta's own domains that has it said itself.
    Okta(&'a OrgId),
    /// An origin of the operator's list, outside of Okta's domains. What its server calls itself is
    /// shown and held against what it said before, and identifies nothing.
    Origin(&'a OrgOrigin),
}

/// What Okta says of an organization without a sign-in (`/.well-known/okta-organization`). The server
/// at `origin` has said it of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// The organization's own `okta.com` name, which stays when custom domains change.
    pub origin: OrgOrigin,
    pub id: OrgId,
    pub edition: Edition,
}

impl Organization {
    #[must_use]
    pub fn key(&self) -> OrganizationKey<'_> {
        match self.origin.name_and_okta_domain() {
            Some(_) => OrganizationKey::Okta(&self.id),
            None => OrganizationKey::Origin(&self.origin),
        }
    }

    /// Whether it is that organization at that address. The same id at another address is not: one
    /// organization has one address here.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.key() == other.key() && self.origin == other.origin && self.id == other.id
    }
}

impl Edition {
    /// Okta's own name of it (`pipeline`).
    #[must_use]
    pub const fn pipeline(self) -> &'static str {
        match self {
            Self::IdentityEngine => "idx",
            Self::Classic => "v1",
            Self::Unknown => "unknown",
        }
    }

    #[must_use]
    pub fn from_pipeline(name: &str) -> Self {
        match name {
            "idx" => Self::IdentityEngine,
            "v1" => Self::Classic,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organization(origin: &str, id: &str) -> Organization {
        Organization {
            origin: OrgOrigin::from_stored(origin).expect("an origin"),
            id: id.parse().expect("an id"),
            edition: Edition::IdentityEngine,
        }
    }

    #[test]
    fn an_id_identifies_only_where_okta_itself_says_it() {
        let okta = organization("https://acme.okta.com", "00o1");
        assert_eq!(okta.key(), OrganizationKey::Okta(&okta.id));
        for origin in [
            "https://login.acme.com",
            "https://acme.okta.com:8443",
            "http://acme.localhost:4001",
            "https://acme.okta.com.evil.example",
        ] {
            let listed = organization(origin, "00o1");
            assert_eq!(listed.key(), OrganizationKey::Origin(&listed.origin));
            assert!(!listed.is(&okta) && listed.is(&listed), "{origin}");
        }
    }

    #[test]
    fn one_address_and_one_id_make_an_organization() {
        let one = organization("https://acme.okta.com", "00o1");
        assert!(!one.is(&organization("https://acme.okta.com", "00o2")));
        assert!(!one.is(&organization("https://acme2.okta.com", "00o1")));
        let edition = Edition::Classic;
        assert!(one.is(&Organization {
            edition,
            ..one.clone()
        }));
    }
}
