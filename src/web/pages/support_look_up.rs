//! `/support`: one search box, what can be cut down to, and whom it found.

use askama::Template;
use askama_web::WebTemplate;

use super::{Layout, StaffFrame, SupportPlace, When};

/// The look-up. Its address holds the search, so that it can be sent to a colleague.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "support/look_up.html")]
pub struct LookUpPage {
    pub layout: Layout,
    pub staff: StaffFrame,
    /// What was typed.
    pub typed: String,
    pub states: Vec<FilterOption>,
    pub reasons: Vec<FilterOption>,
    pub categories: Vec<FilterOption>,
    pub category_states: Vec<FilterOption>,
    pub expiring: bool,
    pub rows: Vec<LookUpRow>,
    /// Nothing begins with what was typed; the rows are written alike.
    pub is_guess: bool,
    /// Where all stand that begin with what was typed, when those alone are shown who have just this.
    pub begins_href: Option<String>,
    /// Where the next page is.
    pub next_href: Option<String>,
    /// One sentence for all of it.
    pub summary: String,
}

/// One choice of a filter.
#[derive(Debug, Clone)]
pub struct FilterOption {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// One tenant.
#[derive(Debug, Clone)]
pub struct LookUpRow {
    pub href: String,
    pub name: String,
    pub host: Option<String>,
    pub external_id: Option<String>,
    /// The end of a class of the states: `good`, `warn`, `bad`, `neutral`.
    pub tone: &'static str,
    /// `Needs attention`
    pub state: &'static str,
    /// Why, in a few words.
    pub reason: String,
    /// What stands between the reason and its time.
    pub joint: &'static str,
    pub since: When,
    /// `23 of 25 work`
    pub permissions: Option<String>,
    pub ends: Option<When>,
}

impl LookUpPage {
    /// Whether anything was typed or chosen.
    pub fn is_search(&self) -> bool {
        let chosen = |options: &[FilterOption]| {
            options
                .iter()
                .any(|option| option.chosen && !option.value.is_empty())
        };
        !self.typed.is_empty()
            || self.expiring
            || [&self.states, &self.reasons, &self.categories]
                .iter()
                .any(|options| chosen(options))
    }

    /// Whether the filters beside the search box are in use.
    pub fn is_filtered(&self) -> bool {
        LookUpPage {
            typed: String::new(),
            ..self.clone()
        }
        .is_search()
    }
}
