//! The audit trail's words: who acts, and what can be done.

use serde_json::{Value, json};

use super::id::{LinkId, PersonId, TenantId};

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
    PermissionsRead,
    AppSaved,
    AppRefused,
    AuthorizationBegun,
    AuthorizationFailed,
    Connected,
    SignedIn,
    SignInRefused,
    SignedOut,
    CheckRequested,
    GrantsAdded,
    HandOffCreated,
}

/// One line of the trail, before it has an id and a time.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    pub tenant: TenantId,
    pub actor: Actor,
    pub action: Action,
    /// Facts for people; never a secret.
    pub detail: Value,
}

impl AuditEvent {
    #[must_use]
    pub fn new(tenant: TenantId, actor: Actor, action: Action) -> Self {
        Self {
            tenant,
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
        }
    }
}

impl Action {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TenantCreated => "tenant.created",
            Self::LinkCreated => "link.created",
            Self::LinkOpened => "link.opened",
            Self::LinkClaimed => "link.claimed",
            Self::OrganizationFound => "organization.found",
            Self::OrganizationConfirmed => "organization.confirmed",
            Self::PermissionsRead => "permissions.read",
            Self::AppSaved => "app.saved",
            Self::AppRefused => "app.refused",
            Self::AuthorizationBegun => "authorization.begun",
            Self::AuthorizationFailed => "authorization.failed",
            Self::Connected => "connection.connected",
            Self::SignedIn => "administrator.signed_in",
            Self::SignInRefused => "administrator.refused",
            Self::SignedOut => "administrator.signed_out",
            Self::CheckRequested => "check.requested",
            Self::GrantsAdded => "grants.added",
            Self::HandOffCreated => "hand_off.created",
        }
    }
}
