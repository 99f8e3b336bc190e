//! Why Okta's side of a step did not succeed: one closed list, so that every cause has its own
//! words for people, its own label in metrics, and none is mistaken for another.
//!
//! The words are in `web`; here are only the causes and what Okta literally said.

use std::fmt;
use std::time::Duration;

use super::text;

/// The causes. `code` is the stable name that is stored, logged and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The person is not assigned to the application in Okta.
    NotAssigned,
    /// Okta or the person refused the authorization.
    Denied,
    /// None of the requested Okta API scopes is granted to the application.
    NothingGranted,
    /// Okta does not know one of the requested scopes.
    UnknownScope,
    /// A sign-on policy of the organization refused.
    PolicyDenied,
    /// Our address is outside of the network zones that the application allows.
    NetworkZone,
    /// The authorization code was used before or is older than its 300 seconds.
    CodeExpired,
    /// Okta refused the client secret.
    WrongSecret,
    /// Okta refused our signed client assertion, or could not read our public keys.
    KeyRefused,
    /// The application uses another client authentication method than was chosen.
    WrongAuthMethod,
    /// The application's Refresh Token grant is not enabled.
    RefreshTokenGrantDisabled,
    /// The application's Authorization Code grant is not enabled.
    CodeGrantDisabled,
    /// The application demands DPoP, which this connection does not use.
    DpopRequired,
    /// Okta does not know the client id, or the application is not active.
    UnknownClient,
    /// The sign-in redirect address is not registered for the application.
    RedirectAddressNotRegistered,
    /// The refresh token is invalid, expired or revoked.
    RefreshTokenDead,
    /// The refresh token was spent by a try whose answer got lost, and spent again too late: Okta ended
    /// the sign-in, as it must after what looks like a theft.
    ReuseDetected,
    /// The access token is invalid, expired or revoked.
    AccessTokenDead,
    /// Okta wants the person to interact (sign in, consent) where that was not possible.
    InteractionRequired,
    /// The answer was not issued by the organization that we asked (RFC 9207).
    WrongIssuer,
    /// The ID token failed verification (OpenID Connect Core §3.1.3.7).
    IdTokenRejected,
    /// The ID token is larger than any that is read, as it becomes with very many groups.
    IdTokenTooLong,
    /// Another organization answered than the one that is pinned.
    OtherOrganization,
    /// What answers calls itself an organization that is known at another address, or once called itself
    /// another one.
    OrganizationConflict,
    /// The address is not an Okta organization.
    NotAnOrganization,
    /// No connection could be made, or it broke.
    Unreachable,
    /// No complete answer within the time limit.
    TimedOut,
    /// HTTP 429.
    RateLimited,
    /// HTTP 5xx, or `temporarily_unavailable`.
    OktaBroken,
    /// An answer that is not what the protocol says: HTML, another shape, too large, a redirect.
    Nonsense,
    /// An error of Okta's that has no case of its own here.
    Other,
}

impl FailureKind {
    pub const ALL: [Self; 31] = [
        Self::NotAssigned,
        Self::Denied,
        Self::NothingGranted,
        Self::UnknownScope,
        Self::PolicyDenied,
        Self::NetworkZone,
        Self::CodeExpired,
        Self::WrongSecret,
        Self::KeyRefused,
        Self::WrongAuthMethod,
        Self::RefreshTokenGrantDisabled,
        Self::CodeGrantDisabled,
        Self::DpopRequired,
        Self::UnknownClient,
        Self::RedirectAddressNotRegistered,
        Self::RefreshTokenDead,
        Self::ReuseDetected,
        Self::AccessTokenDead,
        Self::InteractionRequired,
        Self::WrongIssuer,
        Self::IdTokenRejected,
        Self::IdTokenTooLong,
        Self::OtherOrganization,
        Self::OrganizationConflict,
        Self::NotAnOrganization,
        Self::Unreachable,
        Self::TimedOut,
        Self::RateLimited,
        Self::OktaBroken,
        Self::Nonsense,
        Self::Other,
    ];

    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAssigned => "not_assigned",
            Self::Denied => "denied",
            Self::NothingGranted => "nothing_granted",
            Self::UnknownScope => "unknown_scope",
            Self::PolicyDenied => "policy_denied",
            Self::NetworkZone => "network_zone",
            Self::CodeExpired => "code_expired",
            Self::WrongSecret => "wrong_secret",
            Self::KeyRefused => "key_refused",
            Self::WrongAuthMethod => "wrong_auth_method",
            Self::RefreshTokenGrantDisabled => "refresh_token_grant_disabled",
            Self::CodeGrantDisabled => "code_grant_disabled",
            Self::DpopRequired => "dpop_required",
            Self::UnknownClient => "unknown_client",
            Self::RedirectAddressNotRegistered => "redirect_address_not_registered",
            Self::RefreshTokenDead => "refresh_token_dead",
            Self::ReuseDetected => "refresh_token_reused",
            Self::AccessTokenDead => "access_token_dead",
            Self::InteractionRequired => "interaction_required",
            Self::WrongIssuer => "wrong_issuer",
            Self::IdTokenRejected => "id_token_rejected",
            Self::IdTokenTooLong => "id_token_too_long",
            Self::OtherOrganization => "other_organization",
            Self::OrganizationConflict => "organization_conflict",
            Self::NotAnOrganization => "not_an_organization",
            Self::Unreachable => "okta_unreachable",
            Self::TimedOut => "okta_timed_out",
            Self::RateLimited => "okta_rate_limited",
            Self::OktaBroken => "okta_broken",
            Self::Nonsense => "okta_nonsense",
            Self::Other => "okta_other",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether the cause passes by itself: the same step may simply be tried again.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::TimedOut
                | Self::RateLimited
                | Self::OktaBroken
                | Self::Nonsense
        )
    }

    /// Whether only a new sign-in helps: nothing that is tried again can.
    #[must_use]
    pub const fn ends_the_sign_in(self) -> bool {
        matches!(self, Self::RefreshTokenDead | Self::ReuseDetected)
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What Okta literally said, cut and cleaned by [`clean`]. It may be shown and stored; it never
/// holds a request's parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OktaSaid {
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// `error` or `errorCode`.
    pub error: Option<String>,
    /// `error_description` or `errorSummary`.
    pub description: Option<String>,
    /// The `X-Okta-Request-Id` header, by which Okta's support finds the request.
    pub request_id: Option<String>,
}

/// The detail of a failure that came before anything was sent.
pub const NOT_SENT: &str = "no connection could be made";

/// A failure at Okta's side, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}{}", .detail.map(|detail| format!(" ({detail})")).unwrap_or_default())]
pub struct OktaFailure {
    pub kind: FailureKind,
    pub said: OktaSaid,
    /// What we found ourselves, where Okta said nothing of it: which check failed. For staff.
    pub detail: Option<&'static str>,
    /// How long Okta asks to wait, by Okta's own clock.
    pub retry_after: Option<Duration>,
}

impl OktaFailure {
    #[must_use]
    pub fn new(kind: FailureKind) -> Self {
        Self {
            kind,
            said: OktaSaid::default(),
            detail: None,
            retry_after: None,
        }
    }

    /// Whether Okta may have acted on the request all the same, and only its answer was lost.
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        let is_an_answer = self.kind == FailureKind::RateLimited;
        self.kind.is_passing() && !is_an_answer && self.detail != Some(NOT_SENT)
    }

    #[must_use]
    pub fn with_said(mut self, said: OktaSaid) -> Self {
        self.said = said;
        self
    }

    #[must_use]
    pub fn with_detail(mut self, detail: &'static str) -> Self {
        self.detail = Some(detail);
        self
    }
}

/// The longest text of a stranger's that is kept, in characters.
pub const MAX_QUOTE: usize = 300;

/// Makes a stranger's text fit to be kept and shown: see [`text::clean`]. It ends after [`MAX_QUOTE`]
/// characters.
#[must_use]
pub fn clean(text: &str) -> String {
    text::clean(text, MAX_QUOTE + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_missing_in_the_list() {
        assert_eq!(FailureKind::Other as usize + 1, FailureKind::ALL.len());
        for (place, kind) in FailureKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place, "{kind}");
        }
    }

    #[test]
    fn every_kind_is_found_by_its_code() {
        for kind in FailureKind::ALL {
            assert_eq!(FailureKind::from_code(kind.code()), Some(kind));
        }
    }

    #[test]
    fn a_hostile_text_is_flattened_and_cut() {
        let hostile = format!(
            "a\r\nSet-Cookie: x\u{202e}evil\u{200b} {}",
            "b".repeat(70_000)
        );

        let cleaned = clean(&hostile);

        assert!(cleaned.starts_with("a Set-Cookie: x evil b"));
        assert_eq!(cleaned.chars().count(), MAX_QUOTE + 1);
    }
}
