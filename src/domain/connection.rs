//! How a tenant's organization is reached, and in which state that is.

use std::fmt;
use std::str::FromStr;

use time::OffsetDateTime;

use super::failure::FailureKind;
use super::id::{ConnectionId, TenantId};
pub use super::organization::{Edition, Organization, OrganizationKey};

/// Okta's id of an organization (`00o…`): what stays when an address changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrgId(String);

/// Okta's id of an application, as pasted by a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientId(String);

/// A text that is not an id of Okta's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an Okta id is 1 to 100 letters, digits, dots, hyphens or underscores")]
pub struct InvalidOktaId;

/// How the application proves itself at Okta's token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuthMethod {
    /// A JWT signed with a key of the connection's own (RFC 7523); Okta reads the public half from us.
    PrivateKeyJwt,
    /// The client secret in the `Authorization` header (RFC 6749 §2.3.1).
    ClientSecretBasic,
}

/// Why a connection needs a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttentionReason {
    /// The sign-in behind it has ended (Okta ends it 90 days after the person signed in).
    SignInExpired,
    /// Okta let the person sign in, who is known not to be a Super Administrator.
    NotSuperAdministrator,
    /// Okta gave no refresh token, so that access ends an hour after the sign-in.
    NoRefreshToken,
    /// A failure that a person has to mend.
    Failed(FailureKind),
}

/// The states of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// Onboarding has begun; nothing was authorized yet.
    Pending,
    Connected,
    NeedsAttention(AttentionReason),
    /// Authorized, and waiting for the vendor's activation.
    OnHold,
    Disconnected,
}

/// The application in the organization that the connection uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    pub client_id: ClientId,
    pub auth_method: ClientAuthMethod,
}

/// One connection, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub id: ConnectionId,
    pub tenant: TenantId,
    pub state: ConnectionState,
    /// `None` until somebody connected it; from then on it changes by nothing else.
    pub organization: Option<Organization>,
    /// The app that the live tokens belong to.
    pub app: Option<App>,
    pub connected_at: Option<OffsetDateTime>,
}

impl App {
    /// Whether it proves itself with a key of ours; else with its secret.
    #[must_use]
    pub fn uses_key(&self) -> bool {
        self.auth_method == ClientAuthMethod::PrivateKeyJwt
    }
}

/// A connection that waits for the vendor's activation is neither changed nor used to change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection is on hold")]
pub struct OnHold;

impl ConnectionState {
    /// Refuses what its customer may not do while the connection is on hold.
    pub const fn check_not_held(self) -> Result<(), OnHold> {
        match self {
            Self::OnHold => Err(OnHold),
            _ => Ok(()),
        }
    }

    /// The state after Okta granted an authorization.
    #[must_use]
    pub fn after_authorization(self, finding: Option<AttentionReason>, hold_new: bool) -> Self {
        let first_time = matches!(self, Self::Pending | Self::Disconnected | Self::OnHold);
        match finding {
            // A hold outlives what is found: it is the vendor's word, and only the vendor lifts it.
            _ if first_time && (hold_new || self == Self::OnHold) => Self::OnHold,
            Some(reason) => Self::NeedsAttention(reason),
            None => Self::Connected,
        }
    }

    /// The state after the vendor lifted the hold; `None` where there is nothing to lift.
    #[must_use]
    pub const fn after_activation(self, finding: Option<AttentionReason>) -> Option<Self> {
        match (self, finding) {
            (Self::OnHold, Some(reason)) => Some(Self::NeedsAttention(reason)),
            (Self::OnHold, None) => Some(Self::Connected),
            _ => None,
        }
    }

    /// The stored name and, for `needs_attention`, the stored reason.
    #[must_use]
    pub fn to_columns(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Pending => ("pending", None),
            Self::Connected => ("connected", None),
            Self::NeedsAttention(reason) => ("needs_attention", Some(reason.code())),
            Self::OnHold => ("on_hold", None),
            Self::Disconnected => ("disconnected", None),
        }
    }

    /// `None` for a combination that cannot have been stored.
    #[must_use]
    pub fn from_columns(state: &str, reason: Option<&str>) -> Option<Self> {
        match (state, reason) {
            ("pending", None) => Some(Self::Pending),
            ("connected", None) => Some(Self::Connected),
            ("needs_attention", Some(reason)) => {
                AttentionReason::from_code(reason).map(Self::NeedsAttention)
            }
            ("on_hold", None) => Some(Self::OnHold),
            ("disconnected", None) => Some(Self::Disconnected),
            _ => None,
        }
    }
}

impl AttentionReason {
    /// What a person has to mend although Okta granted something; the gravest first.
    #[must_use]
    pub const fn of_authorization(
        has_api_scope: bool,
        is_super_administrator: Option<bool>,
        has_refresh_token: bool,
    ) -> Option<Self> {
        match (has_api_scope, is_super_administrator, has_refresh_token) {
            (false, ..) => Some(Self::Failed(FailureKind::NothingGranted)),
            (true, Some(false), _) => Some(Self::NotSuperAdministrator),
            (true, _, false) => Some(Self::NoRefreshToken),
            (true, _, true) => None,
        }
    }

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignInExpired => "sign_in_expired",
            Self::NotSuperAdministrator => "not_super_administrator",
            Self::NoRefreshToken => "no_refresh_token",
            Self::Failed(kind) => kind.code(),
        }
    }

    /// Whether even an access token that has not ended yet is refused by Okta. Where only its renewal
    /// is at stake, or some of what it may do, it is good until its end.
    #[must_use]
    pub const fn ends_access(self) -> bool {
        matches!(
            self,
            Self::Failed(
                FailureKind::RefreshTokenDead
                    | FailureKind::ReuseDetected
                    | FailureKind::AccessTokenDead
                    | FailureKind::UnknownClient
                    | FailureKind::OtherOrganization
            )
        )
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "sign_in_expired" => Some(Self::SignInExpired),
            "not_super_administrator" => Some(Self::NotSuperAdministrator),
            "no_refresh_token" => Some(Self::NoRefreshToken),
            other => FailureKind::from_code(other).map(Self::Failed),
        }
    }
}

impl ClientAuthMethod {
    /// The name in RFC 7591 §2, which forms, columns and Okta use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::ClientSecretBasic => "client_secret_basic",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::PrivateKeyJwt, Self::ClientSecretBasic]
            .into_iter()
            .find(|method| method.name() == name)
    }
}

fn okta_id(text: &str) -> Result<String, InvalidOktaId> {
    let text = text.trim();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    // An id becomes a segment of an address, where dots alone would lead elsewhere.
    let only_dots = text.bytes().all(|byte| byte == b'.');
    if only_dots || text.len() > 100 || !text.bytes().all(allowed) {
        return Err(InvalidOktaId);
    }
    Ok(text.to_owned())
}

macro_rules! okta_ids {
    ($($name:ident),*) => {$(
        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidOktaId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                okta_id(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

okta_ids!(OrgId, ClientId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_is_lifted_only_by_the_vendor() {
        let held = ConnectionState::Pending.after_authorization(None, true);
        assert_eq!(held, ConnectionState::OnHold);
        assert_eq!(
            held.after_authorization(None, false),
            ConnectionState::OnHold
        );
    }

    #[test]
    fn a_connected_tenant_is_not_held_when_it_authorizes_again() {
        assert_eq!(
            ConnectionState::Connected.after_authorization(None, true),
            ConnectionState::Connected
        );
    }

    #[test]
    fn activation_lifts_a_hold_and_nothing_else() {
        let no_refresh = Some(AttentionReason::NoRefreshToken);
        assert_eq!(
            ConnectionState::OnHold.after_activation(None),
            Some(ConnectionState::Connected)
        );
        assert_eq!(
            ConnectionState::OnHold.after_activation(no_refresh),
            Some(ConnectionState::NeedsAttention(
                AttentionReason::NoRefreshToken
            ))
        );
        for state in [
            ConnectionState::Pending,
            ConnectionState::Connected,
            ConnectionState::Disconnected,
        ] {
            assert_eq!(state.after_activation(None), None);
        }
    }

    #[test]
    fn the_gravest_finding_of_an_authorization_is_named() {
        let of = AttentionReason::of_authorization;
        assert_eq!(of(true, Some(true), true), None);
        assert_eq!(
            of(true, None, true),
            None,
            "a role that is not known is not held against anybody"
        );
        assert_eq!(
            of(true, Some(true), false),
            Some(AttentionReason::NoRefreshToken)
        );
        assert_eq!(
            of(true, Some(false), false),
            Some(AttentionReason::NotSuperAdministrator)
        );
        let nothing = AttentionReason::Failed(FailureKind::NothingGranted);
        assert_eq!(of(false, Some(false), false), Some(nothing));
    }

    #[test]
    fn an_id_that_would_lead_elsewhere_in_an_address_is_refused() {
        for text in ["", " ", ".", "..", "a/b", "a?b", "a%2e"] {
            assert!(text.parse::<ClientId>().is_err(), "{text:?}");
        }
        assert!("0oa1.b-c_d".parse::<ClientId>().is_ok());
    }

    #[test]
    fn every_state_survives_its_columns() {
        let reasons = [
            AttentionReason::SignInExpired,
            AttentionReason::NotSuperAdministrator,
            AttentionReason::NoRefreshToken,
            AttentionReason::Failed(FailureKind::RefreshTokenDead),
        ];
        let states = [
            ConnectionState::Pending,
            ConnectionState::Connected,
            ConnectionState::OnHold,
            ConnectionState::Disconnected,
        ];
        for state in states
            .into_iter()
            .chain(reasons.map(ConnectionState::NeedsAttention))
        {
            let (name, reason) = state.to_columns();
            assert_eq!(ConnectionState::from_columns(name, reason), Some(state));
        }
        assert_eq!(
            ConnectionState::from_columns("connected", Some("denied")),
            None
        );
    }
}
