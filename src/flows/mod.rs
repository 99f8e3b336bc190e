//! The use cases: one struct each, which says in one place what happens, in which order, and what
//! is written down. No type of the web, the database or the HTTP client appears in a signature.

mod activation;
mod api_keys;
mod app_setup;
mod audit;
mod authorize;
mod broker;
mod checks;
mod connect;
mod disconnect;
mod doors;
mod endings;
mod error;
mod health;
mod idempotency;
mod invite;
mod janitor;
mod keys;
mod look_up;
mod measures;
mod onboarding;
mod overview;
mod people;
mod refresh;
mod repair;
mod revocations;
mod sealing;
mod sessions;
mod sign_in;
mod staff;
mod states;
mod status;
mod support;
mod tenants;
mod tokens;
mod webhooks;

use std::sync::Arc;

use time::Duration;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::domain::catalog::Catalog;
use crate::domain::clock::SharedClock;
use crate::domain::org_url::HostPolicy;
use crate::domain::webhook::WebhookPolicy;
use crate::okta::Okta;
use crate::store::Store;
use crate::vault::Vault;
use crate::webhook::Sender;

pub use crate::store::EvidenceByScope;
pub use activation::Activation;
pub use api_keys::{ApiKeyError, ApiKeyRequest, ApiKeys, CreatedKey};
pub use app_setup::{AppForm, AppOutcome, AppSetup, AppTrouble};
pub use audit::{Anchor, AuditTrail, Flaw, FlawKind, TrailProof};
pub use authorize::{Authorize, Leaving, Origin};
pub use broker::{Broker, BrokerError, Issued, Worker};
pub use checks::{Checks, Looked, Tempo};
pub use connect::{Back, CallbackError, CallbackQuery, Connect, Landed, Renewed};
pub use disconnect::{Disconnect, Disconnected};
pub use doors::Doors;
pub use endings::Endings;
pub use error::FlowError;
pub use health::{DependencyHealth, Health, Readiness};
pub use idempotency::{Idempotency, Pending, Turn};
pub use invite::{Invitation, Invite, InviteError, InviteRequest};
pub use janitor::Janitor;
pub use keys::Keys;
pub use look_up::{LookUp, LookUpIndex, LookedUp};
pub use measures::{Measures, describe_metrics};
pub use onboarding::{
    Consent, Entrant, Found, Onboarding, OpenHere, Opened, OrganizationTrouble, Progress, Reached,
};
pub use overview::{Overview, OverviewFacts, REFRESH_DAYS, WEEKS as OVERVIEW_WEEKS};
pub use people::People;
pub use refresh::Refresh;
pub use repair::{Asked, Granted, HandOff, Repair, Resent};
pub use revocations::Revocations;
pub use sealing::{Damage, Need, Needs, Rotated, RotatedColumn, Sealing, Step, Unreadable};
pub use sessions::Sessions;
pub use sign_in::{Departure, SignIn, SignInTrouble};
pub use staff::{
    LiveStaffSession, NotInAGroup, ProviderSignOut, StaffDeparture, StaffDoor, StaffError,
    StaffLanded, StaffSessions, StaffSignIn,
};
#[cfg(test)]
pub use status::Sample;
pub use status::{Status, StatusView};
pub use support::{Support, Timeline};
pub use tenants::{MadeLink, TenantError, TenantFilter, TenantRequest, Tenants};
pub use tokens::{Flights, LiveToken, Patience};
pub use webhooks::{
    Deliveries, DeliveryTempo, EndpointRequest, NewSecret, Sent, Trial, WebhookError, Webhooks,
};

// What pages need of the rooms below, so that they reach no deeper than into this one.
pub use crate::store::{
    ClosedDoors, DeliveryFilter, DeliveryRecord, DoorRecord, Ending, EndpointRecord, FoundTenant,
    Happening, HeldRecord, LastFailure, LastTry, LinkDoor, LinkListing, LookUpPlace, PersonRecord,
    RemovedPerson, Replay, RevocationRecord, TenantListing, TimelinePlace, TokenFacts, Visit,
};
pub use crate::store::{
    EndpointBacklog, FunnelCount, MOST as MOST_COUNTED, MOST_LINKS, RefreshDay, RefreshLag,
    StateCount,
};
pub use crate::vault::disclose;
pub use crate::webhook::SendProblem;

/// What the use cases share. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Shared {
    pub store: Store,
    pub okta: Okta,
    pub vault: Arc<Vault>,
    pub clock: SharedClock,
    pub catalog: Arc<Catalog>,
    pub policy: HostPolicy,
    /// The origin that browsers see.
    pub public_url: Arc<Url>,
    /// Whether a new connection waits for the vendor's activation.
    pub hold_new_connections: bool,
    /// Where the vendor's own people sign in; none while that is not set up.
    pub staff: Option<StaffDoor>,
    /// A worker gets no token that ends sooner than this, unless it cannot be renewed now.
    pub token_margin: Duration,
    /// Wakes this replica's worker when a check may be due, so that nobody waits for its next look.
    pub checks_wanted: Arc<Notify>,
    /// Carries webhooks, to where the policy allows.
    pub webhooks: Sender,
    pub webhook_policy: WebhookPolicy,
    /// Wakes this replica's worker when a webhook may be due.
    pub deliveries_wanted: Arc<Notify>,
    /// The refreshes that somebody waits for in this process.
    pub flights: Flights,
    /// The same when a token waits for Okta to end it.
    pub revocations_wanted: Arc<Notify>,
    /// Work that must end even when whoever asked for it has gone.
    pub tasks: TaskTracker,
}

impl Shared {
    /// An address of ours.
    #[must_use]
    pub fn address(&self, path: &str) -> Url {
        let mut url = Url::clone(&self.public_url);
        url.set_path(path);
        url
    }
}

/// A text of 1 to 200 characters on one line, without the spaces around it.
fn bounded(text: &str) -> Option<String> {
    let text = text.trim();
    let length = text.chars().count();
    let is_clean = (1..=200).contains(&length) && !text.chars().any(char::is_control);
    is_clean.then(|| text.to_owned())
}
