//! How to mend what does not work: per cause, who has to act, and where in Okta.
//!
//! It computes from facts and has no words for people: those are the pages'. The texts that it does
//! write are for machines: a Terraform resource and command lines.

mod commands;
mod place;
mod terraform;

use super::check::Finding;
use super::connection::Edition;
use super::grant_status::{GrantStatus, ScopeState, ScopeStatus};
use super::scope::{Scope, ScopeSet};

pub use commands::curl_lines;
pub use place::{AdminLink, Place, admin_console_link};
pub use terraform::terraform;

/// What is known besides the status.
#[derive(Debug, Clone, Copy)]
pub struct RemedyFacts<'a> {
    pub edition: Edition,
    /// The scopes that the application really has been granted at Okta, where that could be read.
    pub app_grants: Option<&'a ScopeSet>,
    /// Whether the person behind the connection's token is a Super Administrator; `None` where Okta
    /// did not tell.
    pub is_super_administrator: Option<bool>,
}

/// Everything that does not work, by cause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remedies {
    /// At most one of each kind, in the order of [`CauseKind::ALL`].
    causes: Vec<Cause>,
    can_grant_here: bool,
}

/// One cause, with the scopes that it keeps from working, in the catalog's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    pub kind: CauseKind,
    pub scopes: Vec<Scope>,
}

/// Why scopes do not work, or are not known to. `code` is the stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CauseKind {
    /// Not granted to the application.
    GrantMissing,
    /// Granted to the application, and not in the token: granted after the sign-in.
    AuthorizeOnly,
    /// The role of the person behind the token is too weak.
    RoleTooWeak,
    /// Refused for the role, although the person is a Super Administrator.
    RefusedToSuperAdministrator,
    /// The organization's edition does not have the feature.
    EditionLacksFeature,
    /// The organization's licence does not have the feature, or it is switched off.
    FeatureUnavailable,
    /// The endpoint does not take this kind of token.
    TokenRefused,
    /// No answer tells.
    CannotTell,
    /// The check itself failed.
    CheckFailed,
}

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A Super Administrator of the organization.
    SuperAdministrator,
    /// Whoever may sign in for this connection.
    ConnectingAdministrator,
    Vendor,
    Nobody,
}

impl Remedies {
    #[must_use]
    pub fn of(status: &GrantStatus, facts: &RemedyFacts<'_>) -> Self {
        let blamed: Vec<(CauseKind, &Scope)> = status
            .scopes()
            .filter_map(|status| Some((cause_of(status, facts)?, status.scope())))
            .collect();
        let of_kind = |kind: CauseKind| {
            let scopes = blamed.iter().filter(|(other, _)| *other == kind);
            let scopes: Vec<Scope> = scopes.map(|(_, scope)| (*scope).clone()).collect();
            (!scopes.is_empty()).then_some(Cause { kind, scopes })
        };
        Self {
            causes: CauseKind::ALL.into_iter().filter_map(of_kind).collect(),
            can_grant_here: can_grant(status, facts),
        }
    }

    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// The scopes that `kind` keeps from working.
    #[must_use]
    pub fn scopes_of(&self, kind: CauseKind) -> &[Scope] {
        let cause = self.causes.iter().find(|cause| cause.kind == kind);
        cause.map_or(&[], |cause| &cause.scopes)
    }

    /// What somebody has to grant to the application at Okta, all at once.
    #[must_use]
    pub fn missing(&self) -> &[Scope] {
        self.scopes_of(CauseKind::GrantMissing)
    }

    /// Whether authorizing again is part of some remedy: no refresh adds a scope or a role.
    #[must_use]
    pub fn needs_authorization(&self) -> bool {
        self.causes
            .iter()
            .any(|cause| cause.kind.needs_authorization())
    }

    /// Whether the connection's own token can grant what is missing: it has the scope for it, and a
    /// Super Administrator is behind it.
    #[must_use]
    pub fn can_grant_here(&self) -> bool {
        self.can_grant_here && !self.missing().is_empty()
    }

    /// Whether a person can mend anything.
    #[must_use]
    pub fn is_actionable(&self) -> bool {
        self.causes
            .iter()
            .any(|cause| cause.kind.actor() != Actor::Nobody)
    }
}

impl CauseKind {
    /// Those that a person can mend come first.
    pub const ALL: [Self; 9] = [
        Self::GrantMissing,
        Self::AuthorizeOnly,
        Self::RoleTooWeak,
        Self::RefusedToSuperAdministrator,
        Self::TokenRefused,
        Self::EditionLacksFeature,
        Self::FeatureUnavailable,
        Self::CheckFailed,
        Self::CannotTell,
    ];

    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::GrantMissing => "grant_missing",
            Self::AuthorizeOnly => "authorize_only",
            Self::RoleTooWeak => "role_too_weak",
            Self::RefusedToSuperAdministrator => "refused_to_super_administrator",
            Self::EditionLacksFeature => "edition_lacks_feature",
            Self::FeatureUnavailable => "feature_unavailable",
            Self::TokenRefused => "token_refused",
            Self::CannotTell => "cannot_tell",
            Self::CheckFailed => "check_failed",
        }
    }

    /// Who has to act. A failed check is repeated without anybody's help, and what an organization
    /// does not have is nobody's fault.
    #[must_use]
    pub const fn actor(self) -> Actor {
        match self {
            Self::GrantMissing | Self::RoleTooWeak => Actor::SuperAdministrator,
            Self::AuthorizeOnly => Actor::ConnectingAdministrator,
            Self::RefusedToSuperAdministrator | Self::TokenRefused => Actor::Vendor,
            Self::EditionLacksFeature
            | Self::FeatureUnavailable
            | Self::CannotTell
            | Self::CheckFailed => Actor::Nobody,
        }
    }

    /// Where to act, before authorizing again where that is needed.
    #[must_use]
    pub const fn place(self) -> Place {
        match self {
            Self::GrantMissing => Place::OktaApiScopes,
            Self::RoleTooWeak => Place::Administrators,
            Self::AuthorizeOnly => Place::Here,
            Self::RefusedToSuperAdministrator
            | Self::EditionLacksFeature
            | Self::FeatureUnavailable
            | Self::TokenRefused
            | Self::CannotTell
            | Self::CheckFailed => Place::Nowhere,
        }
    }

    /// Whether somebody has to sign in at Okta again afterwards.
    #[must_use]
    pub const fn needs_authorization(self) -> bool {
        matches!(
            self,
            Self::GrantMissing | Self::AuthorizeOnly | Self::RoleTooWeak
        )
    }
}

fn cause_of(status: &ScopeStatus, facts: &RemedyFacts<'_>) -> Option<CauseKind> {
    match status.state() {
        ScopeState::Missing | ScopeState::Unrequested => {
            let grants = facts.app_grants;
            let is_granted = grants.is_some_and(|grants| grants.covers(status.scope()));
            Some(if is_granted {
                CauseKind::AuthorizeOnly
            } else {
                CauseKind::GrantMissing
            })
        }
        ScopeState::BlockedByRole if facts.is_super_administrator == Some(true) => {
            Some(CauseKind::RefusedToSuperAdministrator)
        }
        ScopeState::BlockedByRole => Some(CauseKind::RoleTooWeak),
        ScopeState::Unavailable => Some(of_unavailable(status, facts.edition)),
        ScopeState::CheckFailed => Some(CauseKind::CheckFailed),
        ScopeState::Unverified => match status.finding()? {
            Finding::TokenRefused => Some(CauseKind::TokenRefused),
            _ => Some(CauseKind::CannotTell),
        },
        ScopeState::Granted | ScopeState::Effective => None,
    }
}

fn of_unavailable(status: &ScopeStatus, edition: Edition) -> CauseKind {
    let probe = status.permission().probe();
    if probe.is_some_and(|probe| !probe.exists_in(edition)) {
        CauseKind::EditionLacksFeature
    } else {
        CauseKind::FeatureUnavailable
    }
}

/// The grants API wants this scope and a Super Administrator.
const GRANTING: &str = "okta.appGrants.manage";

fn can_grant(status: &GrantStatus, facts: &RemedyFacts<'_>) -> bool {
    // "Cannot tell" is no maybe here: where the grants are not found under the client id, none can be
    // added there either.
    let works = |state| {
        matches!(
            state,
            ScopeState::Granted | ScopeState::Effective | ScopeState::CheckFailed
        )
    };
    let holds = |status: &ScopeStatus| {
        status.scope().as_str() == GRANTING && status.is_granted() && works(status.state())
    };
    facts.is_super_administrator == Some(true) && status.scopes().any(holds)
}

#[cfg(test)]
mod tests;
