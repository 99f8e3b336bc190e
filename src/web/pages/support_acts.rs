//! What staff can do at a tenant's: what is offered, and the question before it is done.

use askama::Template;
use askama_web::WebTemplate;

use super::{Layout, StaffFrame, SupportPlace, When};

/// What is offered on the tenant's page.
#[derive(Debug, Clone)]
pub struct SupportActs {
    /// Whether there is something to check.
    pub can_check: bool,
    /// What the button for a hand-off says, where there is something to hand off.
    pub hand_off: Option<&'static str>,
    /// For an operator: each leads to its question.
    pub operator: Vec<Act>,
    /// For the others: what an operator can do, and who is one.
    pub operators_can: Option<String>,
    /// What was done a moment ago.
    pub done: Option<ActDone>,
}

/// Something to do.
#[derive(Debug, Clone)]
pub struct Act {
    /// `Revoke 3 open links`
    pub label: String,
    pub href: String,
}

/// What the trail says of what was just done.
#[derive(Debug, Clone)]
pub struct ActDone {
    /// `All open links revoked: 3 links and 2 sessions.`
    pub sentence: String,
    pub at: When,
}

/// `GET` asks, `POST` to the same address does it.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "support/confirm.html")]
pub struct ConfirmAct {
    pub layout: Layout,
    pub staff: StaffFrame,
    /// The tenant's page.
    pub path: String,
    pub tenant_name: String,
    /// Where the form goes.
    pub action: String,
    /// The question.
    pub question: String,
    pub lead: String,
    /// What to compare before saying yes.
    pub compare: Vec<Compared>,
    pub happens: Vec<String>,
    pub stays: Vec<String>,
    /// Which of them; one of them is chosen. A single one is not asked for. May be empty.
    pub choices: Vec<ActChoice>,
    pub button: String,
    /// Whether it takes something away.
    pub takes_away: bool,
}

/// A fact to compare with what is known elsewhere.
#[derive(Debug, Clone)]
pub struct Compared {
    pub what: &'static str,
    pub value: String,
    /// Whether it is compared letter by letter.
    pub is_exact: bool,
}

/// A part of what could be done.
#[derive(Debug, Clone)]
pub struct ActChoice {
    pub value: String,
    pub label: String,
    pub hint: String,
    pub chosen: bool,
}
