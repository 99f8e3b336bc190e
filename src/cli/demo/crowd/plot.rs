//! What a made-up customer shows. The first customers show each thing once; after them most are well.

use super::dice::roll;
use crate::domain::connection::AttentionReason;
use crate::domain::failure::FailureKind;

/// How a customer's story ended, so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plot {
    /// Not connected yet.
    Stopped(Stop),
    Works(Flavour),
    OnHold,
    Broken(AttentionReason),
    /// Ended on purpose: by an administrator, or by the vendor's program.
    Over {
        by_program: bool,
    },
}

/// Where an onboarding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Invited,
    /// Invited, and the link ended unopened.
    Ignored,
    Opened,
    Begun,
    Found,
    Confirmed,
    Read,
    Refused(FailureKind),
    Saved,
    SignIn(FailureKind),
}

/// What is special about a connection that works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Fully,
    /// The app was not granted these.
    Missing(&'static [&'static str]),
    /// An organization on Okta's older platform.
    Classic,
    /// A feature that the customer has not bought, by its calls.
    Unlicensed(&'static str),
    /// Calls that the administrator's role is too weak for.
    WeakRole(&'static str),
    /// Calls that Okta answers with errors of its own.
    Unanswered(&'static str),
    /// Agreed to an earlier catalog.
    EarlierCatalog,
    EndsSoon,
    /// Its tokens are due, and Okta's token endpoint does not work.
    Lags,
    /// Connected minutes ago.
    New,
}

use AttentionReason::{Failed, NoRefreshToken, NotSuperAdministrator, SignInExpired};
use FailureKind as Kind;
use Plot::{Broken, OnHold, Over, Stopped, Works};

const MONITORING: &[&str] = &[
    "okta.eventHooks.manage",
    "okta.logs.read",
    "okta.devices.read",
];
const POLICIES: &[&str] = &["okta.policies.manage", "okta.networkZones.manage"];
const ROLES: &[&str] = &["okta.roles.manage"];

/// Everything that can be seen. The reasons are those that a refresh or a sign-in can come to.
const EACH: [Plot; 47] = [
    Works(Flavour::Fully),
    Works(Flavour::Missing(MONITORING)),
    Broken(Failed(Kind::RefreshTokenDead)),
    Stopped(Stop::Invited),
    Works(Flavour::Unlicensed("/api/v1/threats")),
    Works(Flavour::WeakRole("/api/v1/idps")),
    Broken(NotSuperAdministrator),
    Stopped(Stop::SignIn(Kind::NotAssigned)),
    Works(Flavour::Classic),
    OnHold,
    Broken(Failed(Kind::UnknownClient)),
    Works(Flavour::EndsSoon),
    Stopped(Stop::Read),
    Broken(Failed(Kind::WrongSecret)),
    Works(Flavour::Fully),
    Over { by_program: false },
    Stopped(Stop::Ignored),
    Broken(SignInExpired),
    Works(Flavour::EarlierCatalog),
    Broken(Failed(Kind::NetworkZone)),
    Stopped(Stop::Refused(Kind::RedirectAddressNotRegistered)),
    Works(Flavour::Unanswered("/api/v1/logs")),
    Broken(NoRefreshToken),
    Works(Flavour::Missing(POLICIES)),
    Stopped(Stop::Opened),
    Broken(Failed(Kind::KeyRefused)),
    Works(Flavour::Lags),
    Stopped(Stop::SignIn(Kind::NothingGranted)),
    Broken(Failed(Kind::NothingGranted)),
    Works(Flavour::New),
    Stopped(Stop::Confirmed),
    Broken(Failed(Kind::ReuseDetected)),
    Over { by_program: true },
    Broken(Failed(Kind::WrongAuthMethod)),
    Stopped(Stop::Begun),
    Broken(Failed(Kind::RefreshTokenGrantDisabled)),
    Stopped(Stop::Saved),
    Broken(Failed(Kind::DpopRequired)),
    Stopped(Stop::Refused(Kind::RefreshTokenGrantDisabled)),
    Broken(Failed(Kind::UnknownScope)),
    Stopped(Stop::Found),
    Broken(Failed(Kind::InteractionRequired)),
    Stopped(Stop::SignIn(Kind::Denied)),
    Broken(Failed(Kind::PolicyDenied)),
    Broken(Failed(Kind::NotAssigned)),
    Stopped(Stop::SignIn(Kind::CodeExpired)),
    Broken(Failed(Kind::Denied)),
];

/// What is common, as often as it is.
const COMMON: [Plot; 24] = [
    Works(Flavour::Fully),
    Works(Flavour::Fully),
    Works(Flavour::Fully),
    Works(Flavour::Fully),
    Works(Flavour::Fully),
    Works(Flavour::Fully),
    Works(Flavour::Fully),
    Works(Flavour::Fully),
    Works(Flavour::Fully),
    Works(Flavour::Fully),
    Works(Flavour::EndsSoon),
    Works(Flavour::EndsSoon),
    Works(Flavour::Missing(MONITORING)),
    Works(Flavour::Missing(ROLES)),
    Works(Flavour::Classic),
    Works(Flavour::WeakRole("/api/v1/authorizationServers")),
    Stopped(Stop::Invited),
    Stopped(Stop::Ignored),
    Stopped(Stop::Read),
    Stopped(Stop::SignIn(Kind::NothingGranted)),
    Broken(Failed(Kind::RefreshTokenDead)),
    Broken(NotSuperAdministrator),
    OnHold,
    Over { by_program: false },
];

impl Plot {
    pub(super) fn of(number: usize) -> Self {
        let each = EACH.get(number).copied();
        each.unwrap_or_else(|| COMMON[roll(number, 40, COMMON.len())])
    }

    /// Whether somebody signed in, so that there are tokens.
    pub(super) const fn is_authorized(self) -> bool {
        !matches!(self, Stopped(_))
    }

    /// Whether the app proves itself with a secret; else with a key.
    pub(super) fn uses_secret(self, number: usize) -> bool {
        match self {
            Broken(Failed(Kind::WrongSecret)) => true,
            Broken(Failed(Kind::KeyRefused | Kind::WrongAuthMethod)) => false,
            _ => roll(number, 41, 4) == 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_show_everything_and_hundreds_are_mostly_well() {
        let plots: Vec<Plot> = (0..60).map(Plot::of).collect();
        assert!(EACH.iter().all(|plot| plots.contains(plot)));

        let many = (0..500).map(Plot::of);
        let well = many.filter(|plot| matches!(plot, Works(_))).count();
        assert!((250..420).contains(&well), "{well}");
    }

    #[test]
    fn no_reason_is_shown_twice_among_the_first() {
        for (position, plot) in EACH.iter().enumerate() {
            let again = EACH[..position].contains(plot);
            assert!(!again || *plot == Works(Flavour::Fully), "{plot:?}");
        }
    }
}
