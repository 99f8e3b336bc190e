//! What the vendor's operators count.

/// How far back is looked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Window {
    Week,
    #[default]
    Month,
    Quarter,
}

/// How far an onboarding link led. Each step comes after the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FunnelStep {
    Made,
    Opened,
    Begun,
    OrganizationConfirmed,
    PermissionsRead,
    AppChecked,
    Connected,
}

/// Why a link led no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// It can still go on.
    StillOpen,
    Expired,
    Revoked,
    /// Another link of the same customer's was used.
    AnotherLink,
    /// An organization was entered, and not confirmed.
    NotConfirmed,
    /// What was entered of the app did not pass the checks.
    AppRefused,
    /// Somebody was at Okta's, and came back with a failure.
    SignInFailed,
}

impl Window {
    pub const ALL: [Self; 3] = [Self::Week, Self::Month, Self::Quarter];

    #[must_use]
    pub const fn days(self) -> u16 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
        }
    }

    #[must_use]
    pub fn from_days(days: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.days() == days)
    }
}

impl FunnelStep {
    pub const ALL: [Self; 7] = [
        Self::Made,
        Self::Opened,
        Self::Begun,
        Self::OrganizationConfirmed,
        Self::PermissionsRead,
        Self::AppChecked,
        Self::Connected,
    ];

    /// The step of this place, from 0.
    #[must_use]
    pub fn at(place: usize) -> Option<Self> {
        Self::ALL.get(place).copied()
    }
}

impl StopReason {
    const ALL: [Self; 7] = [
        Self::StillOpen,
        Self::Expired,
        Self::Revoked,
        Self::AnotherLink,
        Self::NotConfirmed,
        Self::AppRefused,
        Self::SignInFailed,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::StillOpen => "open",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::AnotherLink => "another_link",
            Self::NotConfirmed => "not_confirmed",
            Self::AppRefused => "app_refused",
            Self::SignInFailed => "sign_in_failed",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_and_reasons_are_found_by_what_stands_for_them() {
        for window in Window::ALL {
            assert_eq!(Window::from_days(window.days()), Some(window));
        }
        assert_eq!(Window::from_days(8), None);
        for reason in StopReason::ALL {
            assert_eq!(StopReason::from_code(reason.code()), Some(reason));
        }
    }

    #[test]
    fn steps_are_in_the_order_in_which_they_are_taken() {
        assert!(FunnelStep::ALL.is_sorted());
        assert_eq!(FunnelStep::at(6), Some(FunnelStep::Connected));
        assert_eq!(FunnelStep::at(7), None);
    }
}
