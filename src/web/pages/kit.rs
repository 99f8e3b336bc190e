//! The fix-it kit of the status page: per cause, who does what, and where in Okta.

use super::mend::{NamedScope, ids};

/// Everything that does not work, by cause.
#[derive(Debug, Clone)]
pub struct Kit {
    /// What a person at the organization can mend, in order; then *Authorize again* is the last step.
    pub todo: Vec<Cause>,
    /// What passes by itself, what the vendor looks at, what cannot be had.
    pub rest: Vec<Cause>,
    /// `about 2 minutes`
    pub duration: String,
    /// Other ways to grant what is missing; none when nothing is.
    pub ways: Option<OtherWays>,
}

/// One cause with the scopes that it keeps from working.
#[derive(Debug, Clone)]
pub struct Cause {
    /// The stable name, for the fragment address.
    pub code: &'static str,
    /// The icon and the colour: a category state's.
    pub css: &'static str,
    pub who: Who,
    /// `Grant 3 permissions to the app`
    pub title: String,
    /// What the matter is, in a sentence or two.
    pub what: String,
    pub place: Option<PlaceInOkta>,
    /// What to do there, in order; may be empty.
    pub steps: Vec<String>,
    /// `Press Grant on these 3:`, before the list.
    pub list: String,
    pub scopes: Vec<NamedScope>,
}

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    SuperAdministrator,
    /// Whoever may sign in for this connection.
    Administrator,
    Vendor,
    Nobody,
}

/// Where in the Admin Console.
#[derive(Debug, Clone)]
pub struct PlaceInOkta {
    /// `Applications → Applications`
    pub menu: &'static str,
    /// The client ID of the app to choose there, and the tab of the app.
    pub app: Option<(String, &'static str)>,
    /// None where the organization's Admin Console is not known.
    pub link: Option<ConsoleLink>,
}

/// An address in the Admin Console.
#[derive(Debug, Clone)]
pub struct ConsoleLink {
    pub url: String,
    /// Okta documents that this address leads there.
    pub documented: bool,
}

/// Ways to grant without pressing *Grant* on each row.
#[derive(Debug, Clone)]
pub struct OtherWays {
    /// *Grant them for me*, or why it cannot be offered.
    pub here: GrantHere,
    pub terraform: String,
    /// One command per line.
    pub curl: String,
    /// How many scopes all of these grant.
    pub count: usize,
}

/// Whether the connection's own token can grant what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantHere {
    /// With this person's sign-in.
    Offered { name: String },
    /// Why not, in a sentence.
    No { why: String },
}

impl Kit {
    /// Nothing is left to do in the Admin Console.
    pub fn only_here(&self) -> bool {
        self.todo.iter().all(|cause| cause.place.is_none())
    }
}

impl Who {
    pub fn word(self) -> &'static str {
        match self {
            Self::SuperAdministrator => "A Super Administrator",
            Self::Administrator => "Whoever signs in for this connection",
            Self::Vendor => "Support",
            Self::Nobody => "Nobody",
        }
    }
}

impl Cause {
    /// One scope per line, as the copy button gives them.
    pub fn to_copy(&self) -> String {
        ids(&self.scopes)
    }
}
