//! Where an administrator stands in the onboarding.

/// The five steps, in order. *Before you begin* is the cover, not a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Organization,
    Permissions,
    App,
    SignIn,
    Status,
}

impl Step {
    pub const ALL: [Self; 5] = [
        Self::Organization,
        Self::Permissions,
        Self::App,
        Self::SignIn,
        Self::Status,
    ];

    /// Counted from one, as people count.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Organization => "Your organization",
            Self::Permissions => "What is asked",
            Self::App => "The app in Okta",
            Self::SignIn => "Sign in with Okta",
            Self::Status => "See what is granted",
        }
    }

    /// One line for the task list.
    pub fn about(self) -> &'static str {
        match self {
            Self::Organization => "Enter or confirm the address of your Okta organization.",
            Self::Permissions => {
                "Read the permissions, category by category, and why each is needed."
            }
            Self::App => {
                "Create an app integration in Okta, grant it the permissions, paste its client ID here."
            }
            Self::SignIn => "Okta asks who you are and brings you back.",
            Self::Status => "Each permission with its state, and what is left to do, if anything.",
        }
    }

    /// What the step takes, roughly.
    pub fn minutes(self) -> u8 {
        match self {
            Self::Organization | Self::SignIn | Self::Status => 1,
            Self::Permissions => 3,
            Self::App => 8,
        }
    }

    /// The step's own address; the last step's is the tenant's and not known beforehand.
    pub fn href(self) -> Option<&'static str> {
        match self {
            Self::Organization => Some("/onboarding/organization"),
            Self::Permissions => Some("/onboarding/permissions"),
            Self::App => Some("/onboarding/app"),
            Self::SignIn => Some("/onboarding/sign-in"),
            Self::Status => None,
        }
    }
}

/// One onboarding under way: both sides, and how far it has come.
#[derive(Debug, Clone)]
pub struct Journey {
    /// Which onboarding it is: named by each of its forms and addresses.
    pub link: String,
    /// The customer's account at the vendor, for example `Acme Ltd`.
    pub vendor_account: String,
    /// The organization's host, once known or pinned by the invitation.
    pub organization: Option<String>,
    /// The step that this page is; ignored by the cover page.
    pub current: Step,
    /// The first step that is not done yet; every step before it can be returned to.
    pub reached: Step,
}

impl Journey {
    pub fn steps(&self) -> [Step; 5] {
        Step::ALL
    }

    pub fn is_done(&self, step: &Step) -> bool {
        *step < self.reached
    }

    pub fn is_current(&self, step: &Step) -> bool {
        *step == self.current
    }

    pub fn is_next(&self, step: &Step) -> bool {
        *step == self.reached
    }

    /// The step's address in this onboarding.
    pub fn href(&self, step: &Step) -> String {
        self.address(step.href().unwrap_or("/onboarding"))
    }

    /// An address of the onboarding, for this link's.
    pub fn address(&self, path: &str) -> String {
        format!("{path}?link={}", self.link)
    }

    /// Steps that are done, and the next one, can be opened.
    pub fn can_open(&self, step: &Step) -> bool {
        *step <= self.reached && step.href().is_some()
    }
}
