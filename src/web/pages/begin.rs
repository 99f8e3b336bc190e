//! `/onboarding`: before you begin; also where a half-done onboarding is resumed.

use askama::Template;
use askama_web::WebTemplate;

use super::{Journey, Layout, Step, When};

/// The cover of the onboarding: what it takes, who can do it, what will never be done.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "onboarding/begin.html")]
pub struct Begin {
    pub layout: Layout,
    pub journey: Journey,
    /// The connection was ended before: what was entered then is known.
    pub is_back: bool,
    /// The account is connected already, by somebody else or by another link.
    pub connected: Option<ConnectedBefore>,
    /// Begun before: the button becomes a link to the next step.
    pub started: bool,
    /// When the link stops working.
    pub link_expires: Option<When>,
    /// How many categories and permissions the catalog asks for.
    pub categories: usize,
    pub permissions: usize,
}

/// A connection that was there before the link was opened.
#[derive(Debug, Clone)]
pub struct ConnectedBefore {
    pub organization_host: String,
    /// When it was first connected.
    pub since: When,
}

impl Begin {
    /// Empty while nobody has named it.
    pub fn organization(&self) -> &str {
        self.journey.organization.as_deref().unwrap_or_default()
    }

    pub fn total_minutes(&self) -> u8 {
        Step::ALL.iter().map(|s| s.minutes()).sum()
    }

    /// Where *Continue where you left off* leads.
    pub fn continue_href(&self) -> String {
        self.journey.href(&self.journey.reached)
    }
}
