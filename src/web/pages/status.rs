//! `/tenants/{tenant}`: is it working, what is missing and who does what, what exactly was granted.

use askama::Template;
use askama_web::WebTemplate;

use super::{
    CatalogChange, CategoryCard, CategoryState, CheckPanel, Ended, GrantHere, Kit, Layout,
    ScopeState, Tone, When, Who,
};

/// The grant status page, and the reason for this whole service.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/status.html")]
pub struct TenantStatus {
    /// Waits for the vendor: nothing of it can be changed from here but to end it.
    pub on_hold: bool,
    pub layout: Layout,
    /// `/tenants/{tenant}`; forms post below it.
    pub path: String,
    /// The account at the vendor.
    pub vendor_account: String,
    pub verdict: Verdict,
    /// The connection no longer works: everything shown is what was granted when it last did.
    pub ended: bool,
    /// The next thing that this person can do. With something to mend it stands at the kit's end, else
    /// beside the verdict.
    pub primary: PrimaryAction,
    /// Something to know first: a refused sign-in, waiting for activation, not a Super Administrator.
    pub notice: Option<Notice>,
    /// The connection was ended on purpose.
    pub disconnected: Option<Ended>,
    /// *Disconnect* can be offered, at the page's end.
    pub can_disconnect: bool,
    pub check: CheckPanel,
    /// What does not work and how to mend it, all at once; none when everything works.
    pub kit: Option<Kit>,
    /// The vendor asks for something else than was agreed to.
    pub catalog_change: Option<CatalogChange>,
    /// In the catalog's order; all of them, also when nothing is granted.
    pub categories: Vec<CategoryCard>,
    pub facts: Facts,
    /// Granted although the catalog does not ask for it.
    pub unneeded: Vec<String>,
    /// Looks by the vendor's support, newest first.
    pub looks: Vec<Look>,
    /// Support looks at this page, and goes back there: nothing on it can be pressed.
    pub seen_from: Option<String>,
}

/// A look by the vendor's support.
#[derive(Debug, Clone)]
pub struct Look {
    pub by: String,
    pub reason: String,
    pub at: When,
}

/// One sentence that a person would say.
#[derive(Debug, Clone)]
pub struct Verdict {
    pub tone: Tone,
    /// `22 of 25 permissions work. Admin Roles and Devices are not backed up yet.`
    pub sentence: String,
    /// `Everything else is running.` May be empty.
    pub detail: String,
}

/// At most one per page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrimaryAction {
    /// Nothing to do. *Authorize again* is then offered quietly beside the facts.
    None,
    /// A link on: `Continue onboarding`.
    Continue { label: String, href: String },
    /// `POST {path}/authorize`, labelled *Authorize again*.
    Authorize,
    /// `POST {path}/checks`, labelled *Check again*: nothing else helps.
    Check,
}

/// What happened or holds, told before everything else.
#[derive(Debug, Clone)]
pub struct Notice {
    pub tone: Tone,
    pub title: String,
    pub what: String,
    pub why: Option<String>,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// Okta's own words, already truncated.
    pub okta_said: Option<String>,
    pub reference: Option<String>,
    pub happened: Option<When>,
}

/// Where all this comes from.
#[derive(Debug, Clone)]
pub struct Facts {
    pub organization_host: String,
    pub organization_id: Option<String>,
    pub edition: Option<String>,
    pub client_id: Option<String>,
    /// `Signed-in administrator (authorization code)`
    pub connection_kind: String,
    /// Whose sign-in all this rests on.
    pub signed_in: Option<Person>,
    /// When the grants were read.
    pub read_at: Option<When>,
    /// `From the token that Okta issued`, in a few words.
    pub read_from: Option<String>,
    /// When the sign-in ends: 90 days, fixed by Okta.
    pub ends_at: Option<When>,
    /// The catalog's version, short.
    pub catalog_version: String,
}

/// An administrator, and when they signed in.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub at: When,
}

/// How many categories are in a state, and the first of them to jump to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub number: usize,
    /// The word after the number: `work`, `missing`.
    pub word: &'static str,
    pub icon: &'static str,
    pub css: &'static str,
    pub first: String,
}

impl TenantStatus {
    /// The states that occur, with how many categories are in each.
    pub fn counts(&self) -> Vec<Count> {
        let count = |state| {
            let mut cards = self.categories.iter().filter(|c| c.state == state);
            let first = cards.next()?;
            let number = 1 + cards.count();
            Some(Count {
                number,
                word: self.counted(state, number),
                icon: if self.checked() {
                    state.css()
                } else {
                    first.icon()
                },
                css: state.css(),
                first: first.id.clone(),
            })
        };
        CategoryState::ALL.into_iter().filter_map(count).collect()
    }

    /// Granted is not working: which word it is depends on whether somebody looked.
    fn counted(&self, state: CategoryState, number: usize) -> &'static str {
        match (state, number) {
            (CategoryState::Granted, 1) if self.checked() => "works",
            (CategoryState::Granted, _) if self.checked() => "work",
            (CategoryState::Partial, 1) if self.checked() => "works in part",
            (CategoryState::Partial, _) if self.checked() => "work in part",
            _ => state.counted(),
        }
    }

    /// All well, or nothing known at all: then the list of categories is folded.
    pub fn folded(&self) -> bool {
        let state = self.categories.first().map(|c| c.state);
        self.categories.iter().all(|c| Some(c.state) == state)
    }

    /// The kit ends with the page's action: something in it can be mended here.
    pub fn kit_acts(&self) -> bool {
        self.kit.as_ref().is_some_and(|kit| !kit.todo.is_empty())
    }

    /// *Check again* can be offered without standing out.
    pub fn can_check_quietly(&self) -> bool {
        self.check.can_ask && self.primary != PrimaryAction::Check
    }

    /// *Authorize again* can be offered beside the facts.
    pub fn can_authorize_quietly(&self) -> bool {
        let is_free = matches!(self.primary, PrimaryAction::None | PrimaryAction::Check);
        is_free && self.facts.signed_in.is_some()
    }

    /// Every granted permission was checked: then the page speaks of what works.
    pub fn checked(&self) -> bool {
        let mut scopes = self.categories.iter().flat_map(|c| &c.scopes);
        !scopes.any(|s| s.state == ScopeState::Granted)
            && self.categories.iter().any(CategoryCard::checked)
    }

    /// Nothing was ever read: no strip of grants to show.
    pub fn untouched(&self) -> bool {
        self.facts.read_at.is_none()
    }
}
