//! `/tenants/{tenant}`: is it working, what is missing and who does what, what exactly was granted.

use askama::Template;
use askama_web::WebTemplate;

use super::{Access, CategoryState, Layout, ScopeState, Tone, When};

/// The grant status page, and the reason for this whole service.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/status.html")]
pub struct TenantStatus {
    pub layout: Layout,
    /// `/tenants/{tenant}`; forms post below it.
    pub path: String,
    /// The account at the vendor.
    pub vendor_account: String,
    pub verdict: Verdict,
    /// The connection no longer works: everything shown is what was granted when it last did.
    pub ended: bool,
    /// The next thing that this person can do. With `finish` it stands at its end, else beside the verdict.
    pub primary: PrimaryAction,
    /// Something to know first: a refused sign-in, waiting for activation, not a Super Administrator.
    pub notice: Option<Notice>,
    /// What is missing, all at once; none when nothing is.
    pub finish: Option<Finish>,
    /// In the catalog's order; all of them, also when nothing is granted.
    pub categories: Vec<CategoryCard>,
    pub facts: Facts,
    /// Granted although the catalog does not ask for it.
    pub unneeded: Vec<String>,
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

/// One visit to Okta that grants all that is missing.
#[derive(Debug, Clone)]
pub struct Finish {
    /// How the app integration is found among the others: its name is the administrator's to choose.
    pub client_id: String,
    /// `about 2 minutes`
    pub duration: String,
    /// Every missing scope, in the catalog's order.
    pub missing: Vec<String>,
    /// Straight to the place in the Admin Console.
    pub admin_console_url: Option<String>,
}

/// A category of the catalog with its state.
#[derive(Debug, Clone)]
pub struct CategoryCard {
    /// For the fragment address: `admin-roles`.
    pub id: String,
    pub name: String,
    pub state: CategoryState,
    pub scopes: Vec<ScopeRow>,
}

/// A scope of the catalog with its state.
#[derive(Debug, Clone)]
pub struct ScopeRow {
    /// `okta.devices.read`
    pub id: String,
    /// `Devices`
    pub name: String,
    pub access: Access,
    pub state: ScopeState,
    /// How we know, or what stops: `Covered by okta.apps.manage`.
    pub evidence: Option<String>,
    pub checked: Option<When>,
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
    pub state: CategoryState,
    pub number: usize,
    pub first: String,
}

impl CategoryCard {
    pub fn granted(&self) -> usize {
        let granted = self.scopes.iter().filter(|s| s.state.counts_as_granted());
        granted.count()
    }

    /// Whether `n of m` says anything.
    pub fn counted(&self) -> bool {
        self.state != CategoryState::Unknown
    }

    /// A category with something to see is open from the start.
    pub fn open(&self) -> bool {
        self.state != CategoryState::Granted
    }
}

impl Finish {
    /// One scope per line, as the copy button gives them.
    pub fn to_copy(&self) -> String {
        self.missing.join("\n")
    }
}

impl TenantStatus {
    /// The states that occur, with how many categories are in each.
    pub fn counts(&self) -> Vec<Count> {
        let count = |state| {
            let mut cards = self.categories.iter().filter(|c| c.state == state);
            let first = cards.next()?.id.clone();
            Some(Count {
                state,
                number: 1 + cards.count(),
                first,
            })
        };
        CategoryState::ALL.into_iter().filter_map(count).collect()
    }

    /// All well, or nothing known at all: then the list of categories is folded.
    pub fn folded(&self) -> bool {
        let state = self.categories.first().map(|c| c.state);
        self.categories.iter().all(|c| Some(c.state) == state)
    }

    /// Nothing was ever read: no strip of grants to show.
    pub fn untouched(&self) -> bool {
        self.facts.read_at.is_none()
    }
}
