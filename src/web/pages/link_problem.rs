//! An onboarding link that does not open, and how to get another.

use askama::Template;
use askama_web::WebTemplate;

use super::{Layout, When};

/// Which trouble it is, and whom to ask.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "onboarding/link_problem.html")]
pub struct LinkProblem {
    pub layout: Layout,
    pub trouble: LinkTrouble,
    /// When it expired, was used or was revoked.
    pub since: Option<When>,
    /// What to quote to support; never the link.
    pub reference: Option<String>,
}

/// Why the link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkTrouble {
    /// The link is past its date.
    Expired,
    /// The onboarding was finished with it.
    Used,
    /// The vendor withdrew it.
    Revoked,
    /// It is open in another browser.
    OtherBrowser,
    /// No such link: cut off, or never made.
    Unknown,
    /// The link is fine, but this browser's session has ended.
    SessionExpired,
}

impl LinkTrouble {
    pub fn heading(self) -> &'static str {
        match self {
            Self::Expired => "This link has expired",
            Self::Used => "This link has been used",
            Self::Revoked => "This link was withdrawn",
            Self::OtherBrowser => "This link is open in another browser",
            Self::Unknown => "This link does not open anything",
            Self::SessionExpired => "Your session has ended",
        }
    }

    /// Only a new link helps.
    pub fn needs_new_link(self) -> bool {
        matches!(self, Self::Expired | Self::Revoked | Self::Unknown)
    }
}
