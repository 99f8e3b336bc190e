//! The states of grants: their words, and the icons and colours that go with them.

/// The state of a category, in the words of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CategoryState {
    Granted,
    Partial,
    Missing,
    Blocked,
    Unavailable,
    Unknown,
}

/// The state of one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeState {
    Granted,
    Effective,
    Missing,
    Unrequested,
    BlockedByRole,
    Unavailable,
    Unverified,
    CheckFailed,
}

impl CategoryState {
    /// In the order in which the counts are shown.
    pub const ALL: [Self; 6] = [
        Self::Granted,
        Self::Partial,
        Self::Missing,
        Self::Blocked,
        Self::Unavailable,
        Self::Unknown,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Granted => "Granted",
            Self::Partial => "Partly granted",
            Self::Missing => "Missing",
            Self::Blocked => "Blocked by role",
            Self::Unavailable => "Not available",
            Self::Unknown => "Not known yet",
        }
    }

    /// The word after a number: `11 granted`.
    pub fn counted(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Partial => "partly granted",
            Self::Missing => "missing",
            Self::Blocked => "blocked by role",
            Self::Unavailable => "not available",
            Self::Unknown => "not known yet",
        }
    }

    /// The end of the class, and the name of the icon.
    pub fn css(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Partial => "partial",
            Self::Missing => "missing",
            Self::Blocked => "blocked",
            Self::Unavailable => "unavailable",
            Self::Unknown => "unknown",
        }
    }
}

impl ScopeState {
    pub fn word(self) -> &'static str {
        match self {
            Self::Granted => "Granted",
            Self::Effective => "Works",
            Self::Missing => "Missing",
            Self::Unrequested => "Not asked yet",
            Self::BlockedByRole => "Blocked by role",
            Self::Unavailable => "Not available",
            Self::Unverified => "Not verified",
            Self::CheckFailed => "Check failed",
        }
    }

    /// Scopes look like the category states that they lead to.
    pub fn css(self) -> &'static str {
        match self {
            Self::Granted | Self::Effective => "granted",
            Self::Missing => "missing",
            Self::BlockedByRole => "blocked",
            Self::Unavailable => "unavailable",
            Self::Unrequested | Self::Unverified | Self::CheckFailed => "unknown",
        }
    }

    /// Granted, whether or not a check has shown it to work.
    pub fn counts_as_granted(self) -> bool {
        matches!(self, Self::Granted | Self::Effective)
    }
}
