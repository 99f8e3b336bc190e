//! The states as programs read them, by the names of the domain's own.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::connection::ConnectionState;
use crate::domain::grant_status::{CategoryState, ScopeState};
use crate::domain::scope::Access;

/// Declares the public names of a domain's states, and holds each to a state of its own.
macro_rules! states {
    ($($(#[$doc:meta])* $name:ident as $schema:ident of $domain:ident { $($(#[$about:meta])* $state:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = $schema)]
        pub(in crate::web) enum $name { $($(#[$about])* $state,)* }

        impl From<$domain> for $name {
            fn from(state: $domain) -> Self {
                match state { $($domain::$state { .. } => Self::$state,)* }
            }
        }
    )*};
}

states! {
    /// What a permission lets its holder do.
    AccessJson as Access of Access { Read, Manage, }
    /// `granted`: in the token, or covered by a granted `.manage` of the same resource. `missing`: asked
    /// for and not granted. `unrequested`: not asked for. After a check also: `effective`: seen to work;
    /// `blocked_by_role`: granted, but the administrator's role forbids it; `unavailable`: the
    /// organization lacks the feature; `unverified`: cannot be told, or not checked yet; `check_failed`:
    /// the check itself failed, which says nothing of the permission.
    ScopeStateJson as ScopeState of ScopeState {
        Granted, Missing, Unrequested, Effective, BlockedByRole, Unavailable, Unverified, CheckFailed,
    }
    /// `granted`: all of its permissions, and none known not to work. `partial`: some work. `missing`: none
    /// is granted. `blocked`: the administrator's role forbids all. `unavailable`: the organization has
    /// nothing of it. `unknown`: Okta did not say.
    CategoryStateJson as CategoryState of CategoryState {
        Granted, Partial, Missing, Blocked, Unavailable, Unknown,
    }
    /// `pending`: not connected yet. `connected`. `needs_attention`: a person has to mend what the reason
    /// names. `on_hold`: authorized, and waiting for the vendor's activation. `disconnected`.
    ConnectionStateJson as ConnectionState of ConnectionState {
        Pending, Connected, NeedsAttention, OnHold, Disconnected,
    }
}

impl ConnectionStateJson {
    /// The name, as stored and as written.
    pub(in crate::web) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Connected => "connected",
            Self::NeedsAttention => "needs_attention",
            Self::OnHold => "on_hold",
            Self::Disconnected => "disconnected",
        }
    }
}
