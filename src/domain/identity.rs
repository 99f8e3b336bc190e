//! Who signed in at Okta, and what is known of their role.

use super::org_url::OrgOrigin;

/// The person of a verified ID token. Issuer and subject say who it is, and nothing else does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `iss`: the organization that vouches for them.
    pub issuer: OrgOrigin,
    /// `sub`: the user's id (`00u…`), to the letter; unique within the issuer.
    pub subject: String,
    pub name: String,
    pub email: String,
}

/// What Okta said of the person's own role, right after the sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleFinding {
    SuperAdministrator,
    /// Okta listed other roles, or refused because the role is too weak.
    NotSuperAdministrator {
        evidence: String,
    },
    /// It could not be asked, or the answer does not tell.
    Unknown {
        evidence: String,
    },
}

impl RoleFinding {
    /// Whether Okta confirmed the role.
    #[must_use]
    pub const fn is_super(&self) -> bool {
        matches!(self, Self::SuperAdministrator)
    }

    /// The stored word and evidence.
    #[must_use]
    pub fn to_columns(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::SuperAdministrator => ("yes", None),
            Self::NotSuperAdministrator { evidence } => ("no", Some(evidence)),
            Self::Unknown { evidence } => ("unknown", Some(evidence)),
        }
    }
}
