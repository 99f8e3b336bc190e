//! The audit trail's words: who acts, and what can be done.

mod entry;
mod place;

use serde_json::{Value, json};

pub use entry::AuditEntry;
pub use place::{AuditEnd, AuditMac, AuditPlace, AuditSigner, SignatureCheck};

use super::id::{ApiKeyId, LinkId, PersonId, StaffId, TenantId};

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// The vendor, on the command line of the service's machine.
    CommandLine,
    /// Whoever holds the onboarding link.
    LinkHolder(LinkId),
    /// An administrator who signed in with Okta.
    Administrator(PersonId),
    /// Someone who signed in with Okta and was not let in.
    Stranger,
    /// A program with an API key.
    ApiKey(ApiKeyId),
    /// One of the vendor's own people.
    Staff(StaffId),
    /// The service by itself: a refresh, a check, a deadline.
    Service,
}

/// What was done. `code` is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    TenantCreated,
    LinkCreated,
    LinkOpened,
    LinkClaimed,
    OrganizationFound,
    OrganizationConfirmed,
    OrganizationRefused,
    OrganizationPinned,
    PermissionsRead,
    AppSaved,
    AppRefused,
    AuthorizationBegun,
    AuthorizationFailed,
    Connected,
    SignedIn,
    SignInRefused,
    SignedOut,
    RoleVerified,
    SignInHeld,
    PersonRemoved,
    CheckRequested,
    GrantsAdded,
    HandOffCreated,
    NeedsAttention,
    Recovered,
    Expiring,
    Disconnected,
    Activated,
    GrantsChanged,
    CatalogChanged,
    LinkRevoked,
    LinksRevoked,
    SessionsRevoked,
    ApiKeyCreated,
    ApiKeyRevoked,
    StaffSignedIn,
    StaffRefused,
    StaffSignedOut,
    StaffSessionRevoked,
    SupportLooked,
    WebhookCreated,
    WebhookEnabled,
    WebhookDisabled,
    WebhookDeleted,
    WebhookSecretRotated,
    WebhookReplayed,
    WebhookTested,
    TokenIssued,
    TokensRevoked,
    TokensNotRevoked,
    KeysRotated,
}

/// One line of the trail, before it has an id and a time.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    /// `None` for what concerns the service as a whole.
    pub tenant: Option<TenantId>,
    pub actor: Actor,
    pub action: Action,
    /// Facts for people; never a secret.
    pub detail: Value,
}

impl AuditEvent {
    #[must_use]
    pub fn new(tenant: TenantId, actor: Actor, action: Action) -> Self {
        Self {
            tenant: Some(tenant),
            ..Self::of_service(actor, action)
        }
    }

    /// An event that belongs to no tenant.
    #[must_use]
    pub fn of_service(actor: Actor, action: Action) -> Self {
        Self {
            tenant: None,
            actor,
            action,
            detail: json!({}),
        }
    }

    #[must_use]
    pub fn with(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

impl Actor {
    /// The stored kind and id.
    #[must_use]
    pub fn to_columns(self) -> (&'static str, Option<String>) {
        match self {
            Self::CommandLine => ("command_line", None),
            Self::LinkHolder(link) => ("link_holder", Some(link.to_string())),
            Self::Administrator(person) => ("administrator", Some(person.to_string())),
            Self::Stranger => ("stranger", None),
            Self::ApiKey(key) => ("api_key", Some(key.to_string())),
            Self::Staff(staff) => ("staff", Some(staff.to_string())),
            Self::Service => ("service", None),
        }
    }
}

impl Action {
    /// What the vendor's programs are told of, in the order of the documents.
    pub const PUBLISHED: [Self; 7] = [
        Self::Connected,
        Self::NeedsAttention,
        Self::Recovered,
        Self::Expiring,
        Self::Disconnected,
        Self::GrantsChanged,
        Self::CatalogChanged,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TenantCreated => "tenant.created",
            Self::LinkCreated => "link.created",
            Self::LinkOpened => "link.opened",
            Self::LinkClaimed => "link.claimed",
            Self::OrganizationFound => "organization.found",
            Self::OrganizationConfirmed => "organization.confirmed",
            Self::OrganizationRefused => "organization.refused",
            Self::OrganizationPinned => "organization.pinned",
            Self::PermissionsRead => "permissions.read",
            Self::AppSaved => "app.saved",
            Self::AppRefused => "app.refused",
            Self::AuthorizationBegun => "authorization.begun",
            Self::AuthorizationFailed => "authorization.failed",
            Self::Connected => "connection.connected",
            Self::SignedIn => "administrator.signed_in",
            Self::SignInRefused => "administrator.refused",
            Self::SignedOut => "administrator.signed_out",
            Self::RoleVerified => "administrator.role_verified",
            Self::SignInHeld => "authorization.held",
            Self::PersonRemoved => "person.removed",
            Self::CheckRequested => "check.requested",
            Self::GrantsAdded => "grants.added",
            Self::HandOffCreated => "hand_off.created",
            Self::NeedsAttention => "connection.needs_attention",
            Self::Recovered => "connection.recovered",
            Self::Expiring => "connection.expiring",
            Self::Disconnected => "connection.disconnected",
            Self::Activated => "connection.activated",
            Self::GrantsChanged => "grants.changed",
            Self::CatalogChanged => "catalog.changed",
            Self::LinkRevoked => "link.revoked",
            Self::LinksRevoked => "links.revoked",
            Self::SessionsRevoked => "sessions.revoked",
            Self::ApiKeyCreated => "api_key.created",
            Self::ApiKeyRevoked => "api_key.revoked",
            Self::StaffSignedIn => "staff.signed_in",
            Self::StaffRefused => "staff.refused",
            Self::StaffSignedOut => "staff.signed_out",
            Self::StaffSessionRevoked => "staff.session_revoked",
            Self::SupportLooked => "support.looked",
            Self::WebhookCreated => "webhook.created",
            Self::WebhookEnabled => "webhook.enabled",
            Self::WebhookDisabled => "webhook.disabled",
            Self::WebhookDeleted => "webhook.deleted",
            Self::WebhookSecretRotated => "webhook.secret_rotated",
            Self::WebhookReplayed => "webhook.replayed",
            Self::WebhookTested => "webhook.tested",
            Self::TokenIssued => "token.issued",
            Self::TokensRevoked => "tokens.revoked",
            Self::TokensNotRevoked => "tokens.not_revoked",
            Self::KeysRotated => "key_ring.rotated",
        }
    }

    /// Whether the vendor's programs are told of it (by webhook), under the same name.
    #[must_use]
    pub const fn is_published(self) -> bool {
        matches!(
            self,
            Self::Connected
                | Self::NeedsAttention
                | Self::Recovered
                | Self::Expiring
                | Self::Disconnected
                | Self::GrantsChanged
                | Self::CatalogChanged
        )
    }
}
