//! What the status page tells of its checks.

use super::When;

/// The checks of the latest sign-in.
#[derive(Debug, Clone, Default)]
pub struct CheckPanel {
    /// The check that runs, or is about to.
    pub open: Option<Checking>,
    /// When the last complete or failed one ended.
    pub last: Option<When>,
    pub next: Option<When>,
    /// The last one did not get anywhere.
    pub failed: Option<FailedCheck>,
    /// *Check again* may be offered: somebody is signed in, the connection lives, none is open.
    pub can_ask: bool,
    /// What differs from the check before.
    pub changes: Vec<Change>,
}

/// How far a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checking {
    /// Somebody has begun with it.
    pub is_running: bool,
    pub done: usize,
    pub total: usize,
}

/// Why the last check got nowhere.
#[derive(Debug, Clone)]
pub struct FailedCheck {
    pub title: String,
    pub what: String,
    pub steps: Vec<String>,
}

/// A permission that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub id: String,
    pub name: String,
    pub from: &'static str,
    pub to: &'static str,
    /// The icon and the colour of `to`.
    pub css: &'static str,
}

impl CheckPanel {
    /// When the last check ended that told something.
    pub fn answered(&self) -> Option<&When> {
        self.last.as_ref().filter(|_| self.failed.is_none())
    }
}

impl Checking {
    /// `Checking: 14 of 25`
    pub fn words(self) -> String {
        if self.is_running {
            format!("Checking: {} of {}", self.done, self.total)
        } else {
            "A check is about to begin".to_owned()
        }
    }
}
